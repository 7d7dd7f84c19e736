"""`manage.py demo_followup`: the groups' stories and earlier years. As the owner; a second run changes nothing."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection, transaction
from django.utils import timezone

from followup.demo import is_there, tell
from followup.demo_years import earlier_years
from followup.making import refresh


class Command(BaseCommand):
    help = "Lägg in demonstrationens möten, uppföljningar och tidigare år (körs som ägaren, efter demo)."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        if is_there():
            self.stdout.write("Gruppernas demonstration finns redan.")
            return
        now = timezone.now()
        counted = earlier_years(now)
        refresh(now)
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL ROLE portal_app")
            met = tell(now)
            cursor.execute("RESET ROLE")
        self.stdout.write(f"Demonstration: {met} grupper som möts och {counted} ärenden att räkna.")
