"""`./portal manage` and its relatives: one command against the portal's database, whether the portal is up or not."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from launcher import checks
from launcher.application import Application
from launcher.assets import ensure_assets
from launcher.console import Problem, speak_on
from launcher.environment import ensure_environment, enter_environment
from launcher.places import VENV_PYTHON, data_dir
from launcher.processes import Stopped, Supervisor
from launcher.secret_store import load_secrets
from launcher.servers import Servers, database_urls, read_announcement, start_servers


def manage(arguments: list[str]) -> int:
    """Run a command of Django's as the owner of the database."""
    _enter(["manage", *arguments])
    return run_as_owner(["manage.py", *arguments])


def accounts(arguments: list[str]) -> int:
    """Print the demonstration accounts."""
    if set(arguments) - {"--json"}:
        raise Problem("accounts tar bara --json.")
    _enter(["accounts", *arguments])
    if not (data_dir() / "secrets.json").exists():
        raise Problem("Det finns inga konton än. Starta portalen först: ./portal up")
    return run_as_owner(["manage.py", "accounts", *arguments])


def bench(arguments: list[str]) -> int:
    """Measure against a database of its own, so that the portal's is left alone."""
    _enter(["bench", *arguments])
    ensure_assets()
    directory = data_dir() / "bench"
    return run_as_owner(["-m", "bench", *arguments], directory, prepare=["-m", "launcher.prepare", "halland"])


def run_as_owner(command: Sequence[str], directory: Path | None = None, prepare: Sequence[str] = ()) -> int:
    """Run a Python command with the owner's environment: with the running portal's servers, else with our own."""
    data = directory or data_dir()
    checks.check_disk(data, 50)
    checks.make_data_dir(data)
    secrets = load_secrets(data)
    lock, running = _lock_or_find_running(data)
    with lock, Supervisor() as supervisor:
        try:
            if running is not None:
                servers = Servers(database_urls(running["owner"], secrets, {}), running["redis"])
                port = int(running["port"])
            else:
                servers = start_servers(supervisor, data, secrets)
                port = checks.chosen_port({})
            application = Application(servers, secrets, data, port=port, mode="development")
            environ = application.environ("owner")
            for step in (prepare, command) if prepare else (command,):
                code = supervisor.run_attached([str(VENV_PYTHON), *step], environ)
                if code != 0:
                    return code
        except Stopped:
            return 130
    return 0


def _lock_or_find_running(data: Path) -> tuple[AbstractContextManager[object], dict[str, str] | None]:
    """Take the data directory, or tell how to reach the portal that has it."""
    try:
        return checks.lock_data_dir(data), None
    except Problem:
        running = read_announcement(data)
        if running is None:
            raise
        return nullcontext(), running


def _enter(arguments: list[str]) -> None:
    speak_on(sys.stderr)  # What the command prints is for a pipe; what the launcher says is for the person.
    ensure_environment("runtime", "local")
    enter_environment(arguments)
