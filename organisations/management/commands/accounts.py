"""`manage.py accounts`: the demonstration accounts, as a table to begin with or, with --json, all of them."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Iterable
from typing import Any

from django.core.management.base import BaseCommand
from django.db.models import Prefetch
from django.utils import timezone

from core.workdays import local_day
from organisations.demo import DEMO_PASSWORD
from organisations.kinds import HuvudmanKind, Role
from organisations.models import Assignment, Huvudman, User


class Command(BaseCommand):
    help = "Visa demonstrationskontona."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="alla konton, för program")

    def handle(self, *args: Any, **options: Any) -> None:
        accounts = _accounts()
        if options["json"]:
            self.stdout.write(json.dumps([_as_data(user) for user in accounts], ensure_ascii=False, indent=2))
        elif not accounts:
            self.stdout.write("Det finns inga demonstrationskonton.")
        else:
            self._table(accounts)

    def _table(self, accounts: list[User]) -> None:
        rows = [
            (user.username, assignment.get_role_display(), f"{assignment.unit} ({assignment.unit.authority.huvudman})")
            for user, assignment in _selection(accounts)
        ]
        widths = [max(len(row[column]) for row in rows) for column in (0, 1)]
        for username, role, unit in rows:
            self.stdout.write(f"{username.ljust(widths[0])}  {role.ljust(widths[1])}  {unit}")
        self.stdout.write(
            f"\nLösenord för alla: {DEMO_PASSWORD}\nDet finns {len(accounts)} konton. Visa alla med --json."
        )


def _accounts() -> list[User]:
    in_force = (
        Assignment.objects.in_force(local_day(timezone.now()))
        .select_related("unit__authority__huvudman")
        .prefetch_related("unit__serves")
        .order_by("role", "unit__name")
    )
    found = User.objects.filter(demonstration=True, is_active=True).order_by("username")
    return list(found.prefetch_related(Prefetch("assignments", in_force, to_attr="current")))


def _as_data(user: Any) -> dict[str, Any]:
    return {
        "username": user.username,
        "password": DEMO_PASSWORD,
        "name": str(user),
        "assignments": [
            {
                "id": str(one.pk),
                "huvudman": one.unit.authority.huvudman.name,
                "authority": one.unit.authority.name,
                "unit": one.unit.name,
                "role": one.role,
                "role_name": one.get_role_display(),
            }
            for one in user.current
        ],
    }


def _selection(accounts: Iterable[Any]) -> list[tuple[User, Assignment]]:
    """One account of each role, and one caseworker of each kind of unit, as close to one municipality as can be."""
    home = Huvudman.objects.filter(kind=HuvudmanKind.MUNICIPALITY).order_by("municipality_code").first()
    chosen: dict[tuple[str, str], tuple[int, User, Assignment]] = {}
    for user in accounts:
        for one in user.current:
            key = (one.role, one.unit.kind if one.role == Role.CASEWORKER else "")
            distance = _distance(one, home)
            if key not in chosen or distance < chosen[key][0]:
                chosen[key] = (distance, user, one)
    order = list(Role)
    found = sorted(chosen.values(), key=lambda row: (order.index(Role(row[2].role)), row[2].unit.name))
    return [(user, one) for _far, user, one in found]


def _distance(assignment: Assignment, home: Huvudman | None) -> int:
    """0 at home; then units that serve home, those that serve few first; then all others."""
    unit = assignment.unit
    if home is not None and unit.authority.huvudman_id == home.pk:
        return 0
    served = unit.serves.all()
    return len(served) if home in served else 1_000
