"""`manage.py demo`: fictional staff and cases in every state. Run as the owner, once; a second run changes nothing."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection, transaction
from django.utils import timezone

from core.demonstration import chapters
from core.workdays import local_day
from organisations.demo import staff_everything
from sip import demo_meetings, demo_ratings
from sip.demo import is_there, tell
from sip.demo_elsewhere import stories_elsewhere
from sip.demo_plans import stories_with_plans
from sip.demo_stories import stories


class Command(BaseCommand):
    help = "Lägg in demonstrationens påhittade personal och ärenden (körs som ägaren)."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        hired = staff_everything()
        if is_there():
            self.stdout.write("Demonstrationen finns redan.")
            return
        now = timezone.now()
        today = local_day(now)
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL ROLE portal_app")
            made = tell(
                [
                    *stories(today),
                    *demo_meetings.stories(today),
                    *stories_with_plans(today),
                    *stories_elsewhere(today),
                ],
                now,
            )
            told = [f"{chapter.tell(now)} {chapter.what}" for chapter in chapters()]
            cursor.execute("RESET ROLE")
        demo_ratings.tell(today)
        self.stdout.write(f"Demonstration: {', '.join([f'{hired} konton', f'{made} SIP', *told])}.")
