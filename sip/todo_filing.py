"""Rows of Mitt att göra about copies that the unit hasn't filed in its own record yet (IND-10)."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef
from django.urls import reverse

from core.acting import Actor
from core.dates import swedish_date
from deadlines.todo import Waiting
from individuals.models import FiledCopy
from individuals.querysets import reaches
from sip.documents import PLAN
from sip.kinds import PlanState
from sip.models import Plan

FILING = "akt"
_OF_RECORD = (PlanState.ESTABLISHED, PlanState.ENDED)
"""The version in force, or the last one. One that was replaced has had its successor since."""


def rows(by: Actor, now: datetime, at_most: int) -> list[Waiting]:
    """One row for each plan that the unit was handed and hasn't said that it filed. Its own routine says by when."""
    filed = FiledCopy.objects.filter(
        matter_id=OuterRef("case_id"), unit_id=by.unit_id, kind=PLAN.kind, version=OuterRef("number")
    )
    plans = (
        Plan.objects.filter(reaches(by, now, "case_id"), ~Exists(filed), state__in=_OF_RECORD)
        .exclude(established_at=None)
        .select_related("case__matter__person", "case__matter__initiator")
        .order_by("established_at")[:at_most]
    )
    return [_row(plan) for plan in plans]


def _row(plan: Plan) -> Waiting:
    matter = plan.case.matter
    return Waiting(
        FILING,
        f"För planens version {plan.number} till er akt eller journal",
        matter,
        reverse("sip:documents", args=[matter.pk]) + "#akt",
        note=f"Fastställd {swedish_date(plan.established_at)}",
    )
