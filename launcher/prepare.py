"""Brings the database up to date, as its owner. One process for all steps: Django is loaded once.

python -m launcher.prepare [--demo] [--mark MARK] PACK
"""

from __future__ import annotations

import argparse

import django
from django.core.management import call_command
from django.db import connection
from psycopg import sql


def main() -> None:
    """Migrate, make the logins of the app and the jobs, load reference data, fill in the demonstration.

    The mark (`launcher.prepared`) is set last: a preparation that was broken off is done again.
    """
    parser = argparse.ArgumentParser()
    parser.add_argument("pack")
    parser.add_argument("--demo", action="store_true")
    parser.add_argument("--mark")
    options = parser.parse_args()

    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    call_command("provision_logins")
    call_command("load_pack", options.pack)
    if options.demo:
        call_command("demo")
        call_command("demo_followup")
    if options.mark:
        with connection.cursor() as cursor:
            comment = sql.SQL("COMMENT ON TABLE django_migrations IS {}").format(sql.Literal(options.mark))
            cursor.execute(comment.as_string(connection.connection))


if __name__ == "__main__":
    main()
