"""The system account of the embedded servers when the launcher runs as root: PostgreSQL refuses to run as root."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from launcher import system_packages
from launcher.console import Problem

NAME = "halland-portal"


@dataclass(frozen=True)
class ServiceAccount:
    """Whom a server runs as: `None` ids mean the user who started the launcher."""

    uid: int | None = None
    gid: int | None = None

    @property
    def popen_arguments(self) -> dict[str, Any]:
        """Return what to give `subprocess` so that a command runs as this account and nothing more."""
        return {} if self.uid is None else {"user": self.uid, "group": self.gid, "extra_groups": []}

    def give(self, path: Path) -> None:
        """Hand a file or directory over to the account."""
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid)

    def own_directory(self, path: Path) -> None:
        """Make a directory that only the account may enter, reachable by it."""
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.give(path)
        self.check_reach(["test", "-w", str(path)], path)

    def check_reach(self, probe: Sequence[str], path: Path) -> None:
        """Make sure that the account can run `probe`, opening the way to `path` for it alone where it is closed.

        A clone under /root is closed to others. The way is opened with an access list that lets this one account
        pass through the directories (not read them); permissions for everybody else stay as they were.
        """
        if self.uid is None or self._can(probe):
            return
        closed = [parent for parent in path.resolve().parents if not os.stat(parent).st_mode & 0o001]
        if closed and shutil.which("setfacl") is None:
            system_packages.install(["acl"], "åtkomstlistor (acl)")
        if closed and shutil.which("setfacl") is not None:
            subprocess.run(["setfacl", "-m", f"u:{self.uid}:x", *map(str, closed)], capture_output=True)
        if not self._can(probe):
            raise Problem(
                f"Databasens systemkonto {NAME} når inte {path}. Lägg projektet och PORTAL_DATA där andra får passera,"
                " till exempel under /srv, eller starta som vanlig användare i stället för root."
            )

    def _can(self, probe: Sequence[str]) -> bool:
        try:
            return subprocess.run(probe, capture_output=True, cwd="/", **self.popen_arguments).returncode == 0
        except OSError:
            return False


def service_account() -> ServiceAccount:
    """Return the account to run servers as, creating it when root starts the portal for the first time."""
    if os.geteuid() != 0:
        return ServiceAccount()
    try:
        entry = pwd.getpwnam(NAME)
    except KeyError:
        home = ["--no-create-home", "--home-dir", "/nonexistent", "--shell", "/usr/sbin/nologin"]
        try:
            subprocess.run(["useradd", "--system", "--user-group", *home, NAME], check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError):
            raise Problem(
                f"Systemkontot {NAME}, som databasen behöver när root startar portalen, kunde inte skapas."
                " Starta som vanlig användare i stället."
            ) from None
        entry = pwd.getpwnam(NAME)
    return ServiceAccount(entry.pw_uid, entry.pw_gid)
