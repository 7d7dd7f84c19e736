"""Who at the acting unit can carry a case, and which cases somebody there carries (SIP-11)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, FilteredRelation, Min, Q, QuerySet

from core.acting import Actor
from core.workdays import local_day
from organisations.models import Assignment, User
from sip.models import Carrier, SipCase
from sip.permissions import MAY_START
from sip.querysets import SipCaseQuerySet

NOBODY = "ingen"
"""Stands for a carrier in addresses and forms where there is none."""


@dataclass(frozen=True, slots=True)
class Load:
    """What one person carries of the unit's open cases. `user` None: what nobody carries."""

    user: User | None
    works_here: bool
    count: int
    late: int
    next_due_at: datetime | None

    @property
    def key(self) -> str:
        return str(self.user.pk) if self.user else NOBODY

    @property
    def name(self) -> str:
        return str(self.user) if self.user else "Ingen handläggare"


def colleagues(by: Actor, now: datetime) -> list[User]:
    """Those at the acting unit who can carry a case today."""
    here = Assignment.objects.in_force(local_day(now)).filter(unit_id=by.unit_id, role__in=MAY_START)
    return list(User.objects.filter(pk__in=here.values("user_id")).order_by("first_name", "last_name", "pk"))


def carried_by(cases: SipCaseQuerySet, user: User | UUID | None, by: Actor) -> SipCaseQuerySet:
    """Of the visible ones, those that a user carries at the acting unit; None: those that nobody carries."""
    ours: QuerySet[Carrier] = Carrier.objects.filter(unit_id=by.unit_id)
    if user is None:
        return cases.exclude(pk__in=ours.values("case_id"))
    return cases.filter(pk__in=ours.filter(user_id=user.pk if isinstance(user, User) else user).values("case_id"))


def loads(by: Actor, now: datetime, colleagues: Sequence[User]) -> list[Load]:
    """Everybody who carries something or could, the heaviest late load first."""
    ours = FilteredRelation("carriers", condition=Q(carriers__unit_id=by.unit_id))
    found = (
        SipCase.objects.visible_to(by, now)
        .on_desk()
        .annotate(ours=ours)
        .order_by()
        .values("ours__user_id")
        .annotate(
            how_many=Count("pk"),
            late=Count("pk", filter=Q(right_due_at__lte=now)),
            next_due_at=Min("right_due_at"),
        )
    )
    by_user = {row["ours__user_id"]: row for row in found}
    there = {one.pk: one for one in colleagues}
    left = User.objects.in_bulk([pk for pk in by_user if pk is not None and pk not in there])
    users: list[User | None] = [None, *left.values(), *colleagues]
    everybody = [
        _load(user, by_user.get(user.pk if user else None), user is None or user.pk in there) for user in users
    ]
    shown = [load for load in everybody if load.count or load.user]
    return sorted(shown, key=lambda load: (load.user is not None and load.works_here, -load.late, -load.count))


def _load(user: User | None, row: Any, works_here: bool) -> Load:
    if row is None:
        return Load(user, works_here, 0, 0, None)
    return Load(user, works_here, row["how_many"], row["late"], row["next_due_at"])
