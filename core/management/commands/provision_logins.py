"""`manage.py provision_logins`: the logins that the web and the jobs use. Run as the owner, after migrate.

The logins inherit nothing; each may only take on its group role, which `DATABASE_ROLE` says at connection. The jobs'
login may also work as `portal_app`, for jobs that act for a person.
"""

from __future__ import annotations

import os
from typing import Any

import dj_database_url
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from psycopg import sql

LOGINS = {"APP_DATABASE_URL": ("portal_app",), "JOBS_DATABASE_URL": ("portal_jobs", "portal_app")}


class Command(BaseCommand):
    help = "Skapa eller uppdatera databasens inloggningar för webb och bakgrundsjobb (körs som ägaren)."

    def handle(self, *args: Any, **options: Any) -> None:
        missing = [name for name in LOGINS if not os.environ.get(name)]
        if missing:
            raise CommandError("Sätt " + " och ".join(missing) + ".")
        with transaction.atomic():
            for name, roles in LOGINS.items():
                found = dj_database_url.parse(os.environ[name])
                self.provision(str(found["USER"]), str(found["PASSWORD"]), roles)
        self.stdout.write("Inloggningar klara.")

    def provision(self, login: str, password: str, roles: tuple[str, ...]) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [login])
            # A role gets no powers unless they are named, and an owner that is no superuser may not even name those
            # that an existing role is to be without.
            verb = "ALTER" if cursor.fetchone() else "CREATE"
            cursor.execute(
                sql.SQL("{} ROLE {} LOGIN NOINHERIT PASSWORD {}")
                .format(sql.SQL(verb), sql.Identifier(login), sql.Literal(password))
                .as_string(connection.connection)
            )
            for role in roles:
                cursor.execute(
                    sql.SQL("GRANT {} TO {}")
                    .format(sql.Identifier(role), sql.Identifier(login))
                    .as_string(connection.connection)
                )
            cursor.execute(
                sql.SQL("GRANT CONNECT ON DATABASE {} TO {}")
                .format(sql.Identifier(connection.settings_dict["NAME"]), sql.Identifier(login))
                .as_string(connection.connection)
            )
