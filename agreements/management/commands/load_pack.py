"""`manage.py load_pack NAME`: load a region's organisations and agreements."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from agreements.loader import load_pack
from agreements.problems import PackRefused


class Command(BaseCommand):
    help = "Läs in ett pakets organisationer och överenskommelser. Kör som databasens ägare."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="paketets namn, till exempel halland")
        parser.add_argument("--force", action="store_true", help="skriv även det som är oförändrat i filerna")

    def handle(self, *, name: str, force: bool, **options: Any) -> None:
        try:
            loaded = load_pack(name, now=timezone.now(), force=force)
        except PackRefused as refused:
            lines = "\n".join(f"  {problem}" for problem in refused.problems)
            raise CommandError(f"Paketet {name} lästes inte in. Rätta detta:\n{lines}") from refused
        for what in loaded.written:
            self.stdout.write(f"Inläst: {what}")
        for what in loaded.unchanged:
            self.stdout.write(f"Oförändrat: {what}")
