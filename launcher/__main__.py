"""The commands of `./portal`."""

from __future__ import annotations

import errno
import os
import pwd
import sys
import tempfile
from collections.abc import Callable

from launcher.console import Problem, complain

HELP = """\
Användning: ./portal KOMMANDO [argument]

  up [--empty] [--pack NAMN]   startar portalen; ställer i ordning det som saknas
  test [--services] [--whole] [...]
                               kör alla kontroller och tester (--whole: varje fråga, som i CI);
                               med andra argument körs bara pytest med dem
  accounts [--json]            visar demonstrationskontona
  bench [...]                  mäter prestanda mot en egen databas (./portal bench --help visar mer)
  manage KOMMANDO [...]        kör ett av Djangos kommandon som databasens ägare
  setup                        ställer bara i ordning miljön
  help                         visar den här texten

Miljövariabler
  PORT           porten som portalen svarar på (förval: 8000)
  PORTAL_DATA    katalogen för allt som ska finnas kvar (förval: var/ i projektet)
  DATABASE_URL   en egen PostgreSQL (ägarens inloggning) i stället för den inbyggda
  REDIS_URL      en egen Redis eller Valkey i stället för den inbyggda
"""


def setup(arguments: list[str]) -> int:
    """Make the environment, the assets and the system libraries ready."""
    from launcher.assets import ensure_assets
    from launcher.console import say
    from launcher.environment import ensure_environment
    from launcher.system_packages import ensure_pdf_libraries

    if arguments:
        raise Problem("setup tar inga argument.")
    ensure_environment("runtime", "local")
    ensure_assets()
    ensure_pdf_libraries()
    say("Allt är på plats. Starta med ./portal up")
    return 0


def show_help(_: list[str]) -> int:
    """Print the list of commands."""
    print(HELP, end="")
    return 0


def commands() -> dict[str, Callable[[list[str]], int]]:
    """Return the commands by name."""
    from launcher.manage import accounts, bench, manage
    from launcher.test import test
    from launcher.up import up

    return {
        "up": up,
        "test": test,
        "accounts": accounts,
        "bench": bench,
        "manage": manage,
        "setup": setup,
        "help": show_help,
        "--help": show_help,
        "-h": show_help,
    }


def main(arguments: list[str]) -> int:
    """Run one command and return its exit code."""
    # Started by a service or a scheduler, the environment may be bare; pip and npm need a home for their caches.
    os.environ.setdefault("HOME", _home())
    name, rest = (arguments[0], arguments[1:]) if arguments else ("help", [])
    command = commands().get(name)
    try:
        if command is None:
            raise Problem(f"Kommandot {name} finns inte. ./portal help visar de som finns.")
        return command(rest)
    except Problem as problem:
        complain(str(problem))
        return 1
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        complain("Disken är full. Frigör utrymme, eller peka ut en annan disk med PORTAL_DATA.")
        return 1
    except KeyboardInterrupt:
        complain("Avbrutet. Kör kommandot igen för att fortsätta.")
        return 130


def _home() -> str:
    try:
        return pwd.getpwuid(os.getuid()).pw_dir
    except KeyError:
        return tempfile.gettempdir()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
