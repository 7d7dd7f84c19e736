"""`./portal up`: everything in one terminal, from nothing to an address."""

from __future__ import annotations

import argparse
import os
import re
import time
import urllib.error
import urllib.request

from launcher import checks, prepared, static_files
from launcher.application import Application
from launcher.assets import ensure_assets
from launcher.console import Problem, say
from launcher.environment import ensure_environment, enter_environment
from launcher.places import ROOT, data_dir
from launcher.processes import Stopped, Supervisor
from launcher.secret_store import load_secrets
from launcher.servers import Servers, announced, start_servers
from launcher.system_packages import ensure_pdf_libraries

NEEDED_MEGABYTES = 300


def up(arguments: list[str]) -> int:
    """Set up what is missing, start everything, and stay until asked to stop."""
    options = _parse(arguments)
    started = time.monotonic()
    port = checks.chosen_port(os.environ)
    data = data_dir()
    checks.check_disk(data, NEEDED_MEGABYTES)
    checks.make_data_dir(data)
    checks.lock_data_dir(data).close()  # Told before the port, which a portal that is already up has too.
    checks.check_port_is_free(port)
    ensure_environment("runtime", "local")
    enter_environment(["up", *arguments])
    lock = checks.lock_data_dir(data)
    ensure_assets()
    ensure_pdf_libraries()
    secrets = load_secrets(data)
    with lock, Supervisor() as supervisor:
        try:
            servers = start_servers(supervisor, data, secrets)
            application = Application(servers, secrets, data, port=port, mode="development", demo=not options.empty)
            with announced(data, servers, port):
                _prepare(supervisor, application, servers, options)
                web, *others = application.processes()
                supervisor.start(web)
                if not options.empty:  # Shown while the web gets ready.
                    accounts = application.owner_command("konton", "manage.py", "accounts")
                    _must_succeed(supervisor.run(accounts), accounts.name)
                supervisor.wait_for(lambda: _answers(port), 60, "web")
                for service in others:
                    supervisor.start(service)
                say(f"Portalen är igång på {application.address} (start: {time.monotonic() - started:.0f} s).")
                say("Stoppa med Ctrl-C. Data ligger kvar i " + str(data))
                supervisor.watch()
        except Stopped:
            pass
        say("Stoppar …")
    say("Stoppad.")
    return 0


def _parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./portal up", description="Startar portalen med allt den behöver.")
    parser.add_argument("--empty", action="store_true", help="utan demonstrationsdata")
    parser.add_argument("--pack", default="halland", help="vilken överenskommelse som läses in (förval: halland)")
    options = parser.parse_args(arguments)
    if not re.fullmatch(r"[a-z0-9-]+", options.pack) or not (ROOT / "agreements" / "packs" / options.pack).is_dir():
        packs = sorted(path.parent.name for path in (ROOT / "agreements" / "packs").glob("*/pack.toml"))
        raise Problem(f"Det finns inget paket {options.pack}. Välj något av: {', '.join(packs)}")
    return options


def _prepare(supervisor: Supervisor, application: Application, servers: Servers, options: argparse.Namespace) -> None:
    """Bring the database and the static files up to date, side by side; what this code has done, it leaves."""
    data = data_dir()
    wanted = static_files.fingerprint()
    gathering = None
    if not static_files.is_gathered(data, wanted):
        gathering = application.owner_command("static", "manage.py", "collectstatic", "--noinput", "--clear", "-v0")
        supervisor.start(gathering)
    key = application.environ("owner")["SECRET_KEY"]
    mark = prepared.mark_of(options.pack, servers.databases, key=key, demo=not options.empty)
    if not prepared.is_prepared(servers.databases, mark):
        say("Förbereder databasen …")
        steps = ["-m", "launcher.prepare", options.pack, "--mark", mark, *([] if options.empty else ["--demo"])]
        _must_succeed(supervisor.run(application.owner_command("databas", *steps)), "databas")
    if gathering is not None:
        _must_succeed(supervisor.finish(gathering.name), "static")
        static_files.mark_gathered(data, wanted)


def _must_succeed(code: int, name: str) -> None:
    if code != 0:
        raise Problem(f"Steget {name} misslyckades (kod {code}). Se raderna ovanför.")


def _answers(port: int) -> bool:
    """Ask for the first page a person meets, which also loads what the next answer needs."""
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{port}/logga-in/", timeout=10).close()
    except urllib.error.HTTPError:
        return True  # It answers, if only to say what is wrong; the log lines say more.
    except OSError:
        return False
    return True
