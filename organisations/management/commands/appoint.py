"""`manage.py appoint`: give the first administrator of a huvudman, or of the system, an account.

Local administrators make all other accounts in the portal itself. Run as the owner of the database.
"""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from core.workdays import local_day
from organisations.actions import temporary_password
from organisations.kinds import Role
from organisations.models import Assignment, Unit, User

ROLES = (Role.LOCAL_ADMINISTRATOR, Role.SYSTEM_ADMINISTRATOR, Role.LOG_REVIEWER)


class Command(BaseCommand):
    help = "Ge den första administratören ett konto. Skriver ut ett tillfälligt lösenord som byts vid inloggning."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username", help="användarnamn")
        parser.add_argument("--first-name", required=True, help="förnamn")
        parser.add_argument("--last-name", required=True, help="efternamn")
        parser.add_argument("--email", required=True, help="e-postadress")
        parser.add_argument("--unit", required=True, help="nyckel för den verksamhet uppdraget hör till")
        parser.add_argument("--role", choices=[str(role) for role in ROLES], default=str(Role.LOCAL_ADMINISTRATOR))

    @transaction.atomic
    def handle(self, *, username: str, unit: str, role: str, email: str, **names: Any) -> None:
        home = Unit.objects.select_related("authority").filter(key=unit).first()
        if home is None:
            raise CommandError(f"Det finns ingen verksamhet med nyckeln {unit}.")
        if User.objects.filter(username=username).exists():
            raise CommandError(f"Användarnamnet {username} är upptaget.")
        now, password = timezone.now(), temporary_password()
        user = User(
            username=username,
            first_name=names["first_name"],
            last_name=names["last_name"],
            email=email,
            huvudman_id=home.authority.huvudman_id,
            password_is_temporary=True,
            date_joined=now,
        )
        user.set_password(password)
        user.save()
        Assignment.objects.create(user=user, unit=home, role=role, starts_on=local_day(now))
        self.stdout.write(f"Kontot {username} är klart. Tillfälligt lösenord: {password}")
