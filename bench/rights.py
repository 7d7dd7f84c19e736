"""P2: finding a unit's most pressing cases by our rights, against guardian's generic and direct tables."""

from __future__ import annotations

from datetime import datetime
from unittest import mock
from uuid import UUID

from django.db.models import F, QuerySet
from guardian.models import GroupObjectPermission, UserObjectPermission
from guardian.shortcuts import get_objects_for_user

from bench.desk import Desk
from bench.results import Ratio
from bench.timing import medians
from individuals.actions import REACH
from individuals.models import Matter
from sip.models import SipCase
from sip.paging import ROWS


def measure(desk: Desk, now: datetime) -> list[Ratio]:
    """The same page of ids in the same order, found in three ways. As the owner: the queries alone are compared."""
    times = medians(
        {
            "ours": lambda: ours(desk, now),
            "direct": lambda: guardian_direct(desk),
            "generic": lambda: guardian_generic(desk),
        },
        rounds=7,
    )
    what = "våra 50 mest brådskande"
    return [
        Ratio("P2", what, "guardian, generisk tabell", times["ours"], times["generic"], 0.05),
        Ratio("P2", what, "guardian, egen tabell", times["ours"], times["direct"], 0.5),
    ]


def ours(desk: Desk, now: datetime) -> list[UUID]:
    cases = SipCase.objects.visible_to(desk.actor, now).on_desk().by_next_deadline()
    return list(cases.values_list("pk", flat=True)[:ROWS])


def guardian_direct(desk: Desk) -> list[UUID]:
    """Guardian finds the direct table by itself."""
    return _page(get_objects_for_user(desk.user, REACH, Matter, accept_global_perms=False))


def guardian_generic(desk: Desk) -> list[UUID]:
    """The same rights in the generic table, where an object is a text."""
    with (
        mock.patch("guardian.shortcuts.get_group_obj_perms_model", return_value=GroupObjectPermission),
        mock.patch("guardian.shortcuts.get_user_obj_perms_model", return_value=UserObjectPermission),
    ):
        return _page(get_objects_for_user(desk.user, REACH, Matter, accept_global_perms=False))


def _page(matters: QuerySet[Matter]) -> list[UUID]:
    ordered = matters.filter(closed_at=None).order_by(F("next_due_at").asc(nulls_last=True), "-opened_at", "id")
    return list(ordered.values_list("pk", flat=True)[:ROWS])
