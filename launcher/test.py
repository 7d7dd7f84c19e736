"""`./portal test`: everything that must hold before a change is taken in."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from launcher import checks, debian_services, system_packages
from launcher.application import Application
from launcher.assets import ensure_assets
from launcher.console import Problem, say
from launcher.environment import ensure_environment, enter_environment
from launcher.places import ROOT, VENV_PYTHON
from launcher.processes import Service, Stopped, Supervisor
from launcher.secret_store import load_secrets
from launcher.servers import start_servers

NEEDED_MEGABYTES = 1000
WORKERS = "2"
DATABASE = "testdatabas"
TEMPLATE = "portal_tests"
PRODUCTION = {
    "PORTAL_MODE": "production",
    "DATABASE_ROLE": "portal_app",
    "ALLOWED_HOSTS": "portal.example",
    "PUBLIC_ADDRESS": "https://portal.example",
    "EMAIL_URL": "smtp+tls://mail.example:587",
    "EMAIL_FROM": "no-reply@portal.example",
}


def test(arguments: list[str]) -> int:
    """Run the checks and the tests. With other arguments than its own, run pytest alone and hand them over to it.

    `--services` runs the tests against the system's PostgreSQL and Redis; `--whole`, as CI does, asks each question
    that is asked by turns otherwise.
    """
    services, whole = "--services" in arguments, "--whole" in arguments
    pytest_arguments = [argument for argument in arguments if argument not in ("--services", "--whole")]
    ensure_environment("dev")
    enter_environment(["test", *arguments])
    ensure_assets()
    system_packages.ensure_pdf_libraries()
    browser = system_packages.ensure_browser()
    if browser is None:
        raise Problem(f"Testerna behöver Chromium. Kör: {system_packages.command(['chromium'])}")

    data = Path(tempfile.mkdtemp(prefix="portal-test-"))
    data.chmod(0o711)  # The servers' own account passes through it when root runs the tests.
    (data / "static").mkdir()  # Tests serve static files from where they lie; nothing is gathered.
    try:
        checks.check_disk(data, NEEDED_MEGABYTES)
        with Supervisor() as supervisor:
            application = _start(supervisor, data, services)
            environ = {**application.environ("owner"), "CHROMIUM": browser, "TEST_WHOLE": "true" if whole else ""}
            return _run(supervisor, environ, pytest_arguments, only_pytest=services or bool(pytest_arguments))
    except Stopped:
        return 130
    finally:
        shutil.rmtree(data, ignore_errors=True)


def _start(supervisor: Supervisor, data: Path, services: bool) -> Application:
    secrets = load_secrets(data)
    if services:
        programs, redis = debian_services.installed_postgres_programs(), debian_services.installed_redis()
        say(f"Testerna körs mot {programs} och {redis}.")
        servers = start_servers(
            supervisor, data, secrets, throwaway=True,
            postgres_programs=programs, valkey_program=redis, ignore_environment=True,
        )  # fmt: skip
    else:
        servers = start_servers(supervisor, data, secrets, throwaway=True)
    return Application(servers, secrets, data, port=checks.free_port(), mode="test", demo=True)


def _run(supervisor: Supervisor, environ: dict[str, str], pytest_arguments: Sequence[str], only_pytest: bool) -> int:
    arguments, linters = list(pytest_arguments), []
    if not arguments:
        # Each worker takes a half of the files, so that what a file builds is built once, and then what is left.
        arguments = ["-n", WORKERS, "--dist", "worksteal"]
        environ = {**environ, "TEST_TEMPLATE": TEMPLATE}
        supervisor.start(_database(environ))
        linters = [] if only_pytest else _linters(environ)
        for linter in linters:  # Most take one core: they go beside the database and the first tests.
            supervisor.start(linter)
        if supervisor.finish(DATABASE) != 0:
            raise Problem("Testdatabasen kunde inte göras. Se raderna ovanför.")
        if only_pytest:
            say("Bara testerna körs; övriga kontroller hör till ./portal test utan --services.")
    code = supervisor.run_attached([str(VENV_PYTHON), "-m", "pytest", *arguments], environ)
    failed = [linter.name for linter in linters if supervisor.finish(linter.name) != 0]
    if failed:
        say(f"Kontroller som inte gick igenom: {', '.join(failed)}. Vad de säger står ovanför, med namnet först.")
    elif linters:
        say(f"Övriga kontroller gick igenom: {', '.join(linter.name for linter in linters)}.")
    return code or (1 if failed else 0)


def _database(environ: Mapping[str, str]) -> Service:
    """The database that each worker copies: made once, where each would make its own."""
    return Service(DATABASE, [str(VENV_PYTHON), "-m", "tests.database", TEMPLATE], environ)


def _linters(environ: Mapping[str, str]) -> list[Service]:
    lint_imports = str(Path(VENV_PYTHON).parent / "lint-imports")
    templates = str(ROOT / "templates")
    checks: list[tuple[str, list[str], dict[str, str]]] = [
        ("ruff", ["-m", "ruff", "check", "."], {}),
        ("ruff format", ["-m", "ruff", "format", "--check", "."], {}),
        ("djlint", ["-m", "djlint", templates, "--lint", "--check"], {}),
        ("importregler", [lint_imports, "--no-cache"], {}),
        ("mypy", ["-m", "mypy"], {}),
        ("migreringar", ["manage.py", "makemigrations", "--check", "--dry-run"], {}),
        ("check --deploy", ["manage.py", "check", "--deploy", "--fail-level", "WARNING"], {**PRODUCTION, **_keys()}),
    ]
    return [Service(name, [str(VENV_PYTHON), *command], {**environ, **extra}) for name, command, extra in checks]


def _keys() -> dict[str, str]:
    """Return keys strong enough for the production checks, whatever the environment holds."""
    return {name: os.urandom(48).hex() for name in ("SECRET_KEY", "AUDIT_KEY")}
