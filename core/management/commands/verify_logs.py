"""`manage.py verify_logs`: recompute every seal of the change log and the read log. Run as the owner.

Ends with exit code 1 when something in them was altered, added or removed.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Count, Max, Sum

from core.models import Seal
from core.sealing import Broken, verify_logs


class Command(BaseCommand):
    help = "Kontrollera att ingen rad i loggarna har ändrats, lagts till eller tagits bort."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--seen",
            nargs="+",
            default=[],
            metavar="KOD",
            help="Förseglingars koder (mac) ur sparade loggrader: visar om slutet av en logg har tagits bort.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.DATABASE_ROLE:
            # The roles of the web and the jobs don't see all of the logs: everything else would look removed.
            raise CommandError("Kör kommandot som databasens ägare: DATABASE_ROLE ska vara tom.")
        broken = verify_logs(options["seen"])
        covered = Seal.objects.values("log").annotate(seals=Count("id"), sealed=Sum("rows"), latest=Max("sealed_at"))
        for log in covered.order_by("log"):
            latest = f"{log['latest']:%Y-%m-%d %H:%M} UTC"
            self.stdout.write(
                f"{log['log']}: {log['sealed']} rader i {log['seals']} förseglingar, den senaste {latest}"
            )
        if broken:
            lines = "\n".join(f"  {_place(found)}: {found.reason}" for found in broken)
            raise CommandError(f"Loggarna stämmer inte:\n{lines}")
        self.stdout.write("Loggarna stämmer.")


def _place(found: Broken) -> str:
    return f"{found.log}, försegling {found.seal_id}" if found.log else "utanför loggarna"
