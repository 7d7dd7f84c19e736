"""The database and the broker of a run: those the environment names, else servers of the launcher's own."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from launcher import postgres as postgres_module
from launcher import valkey as valkey_module
from launcher.checks import free_port
from launcher.database_urls import DatabaseUrls, derive_database_urls
from launcher.outside import check_database, check_redis
from launcher.postgres import Postgres
from launcher.processes import Supervisor
from launcher.service_account import service_account
from launcher.valkey import Valkey

RUNNING_FILE = "running.json"


class Servers:
    """Addresses of the run's database and broker."""

    def __init__(self, databases: DatabaseUrls, redis_url: str) -> None:
        self.databases = databases
        self.redis_url = redis_url


def database_urls(owner_url: str, secrets: Mapping[str, str], environ: Mapping[str, str]) -> DatabaseUrls:
    """Return the three doors; the environment may name its own for the app and the jobs."""
    derived = derive_database_urls(owner_url, secrets["app_password"], secrets["jobs_password"])
    return DatabaseUrls(
        owner=derived.owner,
        app=environ.get("APP_DATABASE_URL") or derived.app,
        jobs=environ.get("JOBS_DATABASE_URL") or derived.jobs,
    )


def start_servers(
    supervisor: Supervisor,
    directory: Path,
    secrets: Mapping[str, str],
    *,
    throwaway: bool = False,
    postgres_programs: Path | None = None,
    valkey_program: Path | None = None,
    ignore_environment: bool = False,
) -> Servers:
    """Start what the environment does not name, wait until it answers, and return the addresses."""
    environ: Mapping[str, str] = {} if ignore_environment else os.environ
    owner_url = environ.get("DATABASE_URL")
    redis_url = environ.get("REDIS_URL")
    if owner_url:
        urls = database_urls(owner_url, secrets, environ)
        check_database(owner_url)
    if redis_url:
        check_redis(redis_url)
    valkey = None
    if not redis_url:
        program = valkey_program or valkey_module.wheel_program()
        valkey = Valkey(program, directory / "valkey", free_port(), secrets, service_account())
        valkey.prepare()
        supervisor.start(valkey.service())
        redis_url = valkey.url
    if not owner_url:
        programs = postgres_programs or postgres_module.wheel_programs()
        postgres = Postgres(
            programs, directory / "postgres", free_port(), secrets, service_account(), throwaway=throwaway
        )
        postgres.prepare()
        supervisor.start(postgres.service())
        supervisor.wait_for(postgres.is_ready, 60, "postgres")
        postgres.ensure_owner()
        owner_url = postgres.owner_url
        urls = derive_database_urls(owner_url, secrets["app_password"], secrets["jobs_password"])
    if valkey is not None:
        supervisor.wait_for(valkey.is_ready, 20, "valkey")
    return Servers(urls, redis_url)


@contextmanager
def announced(directory: Path, servers: Servers, port: int) -> Iterator[None]:
    """Let `./portal manage` and `accounts` in another terminal find the running servers."""
    path = directory / RUNNING_FILE
    path.touch(mode=0o600)
    path.chmod(0o600)
    facts = {"pid": os.getpid(), "port": port, "owner": servers.databases.owner, "redis": servers.redis_url}
    path.write_text(json.dumps(facts) + "\n", encoding="utf-8")
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


def read_announcement(directory: Path) -> dict[str, str] | None:
    """Return the addresses of the portal that runs with this data directory now, if its servers are up."""
    try:
        facts = json.loads((directory / RUNNING_FILE).read_text(encoding="utf-8"))
        return {"owner": str(facts["owner"]), "redis": str(facts["redis"]), "port": str(facts["port"])}
    except (OSError, ValueError, KeyError):
        return None
