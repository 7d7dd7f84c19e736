"""Brings the database up to date, as its owner. One process for all steps: Django is loaded once.

python -m launcher.prepare [--demo] PACK
"""

from __future__ import annotations

import argparse

import django
from django.core.management import call_command


def main() -> None:
    """Migrate, make the logins of the app and the jobs, load reference data, and fill in and show the demonstration."""
    parser = argparse.ArgumentParser()
    parser.add_argument("pack")
    parser.add_argument("--demo", action="store_true")
    options = parser.parse_args()

    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    call_command("provision_logins")
    call_command("load_pack", options.pack)
    if options.demo:
        call_command("demo")
        call_command("demo_followup")
        call_command("accounts")


if __name__ == "__main__":
    main()
