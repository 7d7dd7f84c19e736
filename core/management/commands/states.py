"""Draw the state diagrams of the documentation, or check that they are as the tables say."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError, CommandParser

FOLDER = Path(__file__).resolve().parents[3] / "docs" / "states"


def pages() -> dict[str, str]:
    """File name → page, for every `DIAGRAMS` in an app's `states` module."""
    found: dict[str, str] = {}
    for app in apps.get_app_configs():
        if find_spec(f"{app.name}.states") is not None:
            diagrams = import_module(f"{app.name}.states").DIAGRAMS
            found |= {f"{name}.md": diagram.page() for name, diagram in diagrams.items()}
    return found


class Command(BaseCommand):
    help = "Draws docs/states from the transition tables. With --check: fails when a page isn't up to date."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        old = [name for name, page in pages().items() if self._now(name) != page]
        if options["check"]:
            if old:
                raise CommandError(f"Not up to date: {', '.join(old)}. Run ./portal manage states.")
            return
        FOLDER.mkdir(parents=True, exist_ok=True)
        for name, page in pages().items():
            (FOLDER / name).write_text(page, encoding="utf-8")
            self.stdout.write(f"docs/states/{name}")

    @staticmethod
    def _now(name: str) -> str:
        path = FOLDER / name
        return path.read_text(encoding="utf-8") if path.exists() else ""
