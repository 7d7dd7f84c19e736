"""PostgreSQL and Redis as Debian packages them, for running the tests against servers that are not ours."""

from __future__ import annotations

import shutil
from pathlib import Path

from launcher import system_packages
from launcher.console import Problem
from launcher.outside import OLDEST_POSTGRES

POSTGRES_HOME = Path("/usr/lib/postgresql")


def installed_postgres_programs() -> Path:
    """Return the programs of the oldest supported PostgreSQL on the machine, installing it where that is allowed."""
    found = _oldest_postgres()
    if found is None:
        wanted = [f"postgresql-{OLDEST_POSTGRES}"]
        # A newer Debian or Ubuntu has no package of that version; its own is new enough.
        if not system_packages.install(wanted, "PostgreSQL") and not system_packages.install(
            ["postgresql"], "PostgreSQL"
        ):
            raise Problem(f"PostgreSQL saknas. Kör: {system_packages.command(['postgresql'])}")
        found = _oldest_postgres()
    if found is None:
        raise Problem(f"Här finns ingen PostgreSQL av version {OLDEST_POSTGRES} eller nyare i {POSTGRES_HOME}.")
    return found


def installed_redis() -> Path:
    """Return the Redis server on the machine, installing it where that is allowed."""
    if shutil.which("redis-server") is None:
        system_packages.install(["redis-server"], "Redis")
    program = shutil.which("redis-server")
    if program is None:
        raise Problem(f"Redis saknas. Kör: {system_packages.command(['redis-server'])}")
    return Path(program)


def _oldest_postgres() -> Path | None:
    versions = sorted(
        int(path.parent.parent.name)
        for path in POSTGRES_HOME.glob("*/bin/postgres")
        if path.parent.parent.name.isdecimal() and int(path.parent.parent.name) >= OLDEST_POSTGRES
    )
    return POSTGRES_HOME / str(versions[0]) / "bin" if versions else None
