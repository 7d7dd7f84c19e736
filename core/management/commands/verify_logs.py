"""`manage.py verify_logs`: recompute every seal of the change log and the read log. Run as the owner.

Ends with exit code 1 when something in them was altered, added or removed.
"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Count, Max, Sum

from core.models import Seal
from core.sealing import verify_logs


class Command(BaseCommand):
    help = "Kontrollera att ingen rad i loggarna har ändrats, lagts till eller tagits bort."

    def handle(self, *args: Any, **options: Any) -> None:
        broken = verify_logs()
        covered = Seal.objects.values("log").annotate(seals=Count("id"), sealed=Sum("rows"), latest=Max("sealed_at"))
        for log in covered.order_by("log"):
            latest = f"{log['latest']:%Y-%m-%d %H:%M} UTC"
            self.stdout.write(
                f"{log['log']}: {log['sealed']} rader i {log['seals']} förseglingar, den senaste {latest}"
            )
        if broken:
            lines = "\n".join(f"  {found.log}, försegling {found.seal_id}: {found.reason}" for found in broken)
            raise CommandError(f"Loggarna stämmer inte:\n{lines}")
        self.stdout.write("Loggarna stämmer.")
