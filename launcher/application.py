"""How the portal's own processes are started: their environment and their commands."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from launcher.places import VENV, VENV_PYTHON
from launcher.processes import Service
from launcher.servers import Servers

Mode = Literal["development", "test"]


class Application:
    """The environments and commands of one run."""

    def __init__(
        self, servers: Servers, secrets: Mapping[str, str], data: Path, *, port: int, mode: Mode, demo: bool = False
    ) -> None:
        self._servers = servers
        self._port = port
        self._common = {
            **os.environ,
            "PATH": f"{VENV / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
            "PYTHONUNBUFFERED": "1",
            "DJANGO_SETTINGS_MODULE": "halland.settings",
            "SECRET_KEY": os.environ.get("SECRET_KEY") or secrets["secret_key"],
            "AUDIT_KEY": os.environ.get("AUDIT_KEY") or secrets["audit_key"],
            "REDIS_URL": servers.redis_url,
            "PORTAL_MODE": mode,
            "PORTAL_DATA": str(data),
            "PORTAL_DEMO": "true" if demo else "false",
            "ALLOWED_HOSTS": os.environ.get("ALLOWED_HOSTS") or "localhost,127.0.0.1,[::1]",
            "PUBLIC_ADDRESS": os.environ.get("PUBLIC_ADDRESS") or self.address,
        }

    @property
    def address(self) -> str:
        """Return the address a person opens."""
        return f"http://localhost:{self._port}"

    def environ(self, role: Literal["owner", "app", "jobs"]) -> dict[str, str]:
        """Return the environment of a process that logs in to the database as this role."""
        databases = self._servers.databases
        environ = {
            **self._common,
            "DATABASE_URL": getattr(databases, role),
            "DATABASE_ROLE": "" if role == "owner" else f"portal_{role}",
        }
        logins = {"APP_DATABASE_URL": databases.app, "JOBS_DATABASE_URL": databases.jobs}
        for name in logins:
            environ.pop(name, None)
        # Only the owner, who makes the other two logins, gets to know all passwords.
        return {**environ, **logins} if role == "owner" else environ

    def owner_command(self, name: str, *arguments: str) -> Service:
        """Return a Python command, run as the owner of the database."""
        return Service(name, [str(VENV_PYTHON), *arguments], self.environ("owner"))

    def processes(self) -> list[Service]:
        """Return what runs for as long as the portal is up, the web first."""
        python = str(VENV_PYTHON)
        web = [
            python, "-m", "gunicorn", "halland.wsgi:application", "--bind", f"127.0.0.1:{self._port}",
            "--worker-class", "gthread", "--workers", "2", "--threads", "4", "--timeout", "60",
            "--graceful-timeout", "10", "--preload", "--no-control-socket", "--log-level", "warning",
        ]  # fmt: skip
        # Beat is only the doorbell: what is due lies in the database, so its state file may be thrown away.
        celery = [python, "-m", "celery", "--quiet", "-A", "halland"]
        worker = [
            *celery,
            "worker",
            "--concurrency",
            "2",
            "--loglevel",
            "warning",
            "--without-gossip",
            "--without-mingle",
        ]
        beat = [*celery, "beat", "--loglevel", "warning", "--pidfile="]
        # Whoever starts the portal as root on a machine of their own has made that choice.
        hushed = {"PYTHONWARNINGS": "ignore:You're running the worker with superuser privileges"}
        return [
            Service("web", web, self.environ("app")),
            Service("worker", worker, {**self.environ("jobs"), **hushed}, grace_seconds=30.0),
            Service("beat", beat, self.environ("jobs")),
        ]
