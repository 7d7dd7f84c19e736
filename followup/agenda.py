"""What waits for a group's next meeting: gathered from every chapter, under the point of the agenda it belongs to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.urls import reverse

from agreements.models import Agreement
from agreements.values import Waits
from core.workdays import local_day
from deviations.kinds import SharedState
from deviations.models import SharedDeviation
from disputes.kinds import State as DisputeState
from disputes.models import Dispute
from followup.agreement import coordination_of
from followup.kinds import DecisionState, TaskState
from followup.models import BoardTask, CoOpted, Decision
from followup.querysets import in_force, members
from organisations.models import CoordinationGroup


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing that waits. `due_at` or `due_on` when it has a time; `href` when the reader may open it."""

    text: str
    href: str = ""
    due_on: date | None = None
    note: str = ""


Gather = Callable[[CoordinationGroup, datetime], list[Waiting]]


def _tasks(group: CoordinationGroup, now: datetime) -> list[Waiting]:
    found = BoardTask.objects.filter(group=group, state=TaskState.GIVEN)
    return [Waiting(one.name, reverse("followup:task", args=[one.pk]), one.due_on) for one in found]


def _decisions(group: CoordinationGroup, now: datetime) -> list[Waiting]:
    found = Decision.objects.filter(group=group, state=DecisionState.OPEN).select_related("owner__user")
    return [
        Waiting(one.text, reverse("followup:decision", args=[one.pk]), one.due_on, str(one.owner.user)) for one in found
    ]


def _disputes(group: CoordinationGroup, now: datetime) -> list[Waiting]:
    """Disputes that concern the municipality: their questions are de-identified, and row security says who hears."""
    found = Dispute.objects.filter(
        municipality=group.municipality_id, coordination=coordination_of(group), state=DisputeState.OPEN
    ).select_related("level")
    return [Waiting(one.question, note=str(one.level)) for one in found] if group.municipality_id else []


def _deviations(group: CoordinationGroup, now: datetime) -> list[Waiting]:
    """De-identified deviations that the group has received and not yet analysed."""
    new = (SharedState.RECEIVED, SharedState.ON_AGENDA)
    found = SharedDeviation.objects.filter(group=group, state__in=new).order_by("received_on")
    return [Waiting(one.headline, reverse("deviations:desk")) for one in found]


def _members(group: CoordinationGroup, now: datetime) -> list[Waiting]:
    """Who takes part beside the members, and mandates that must be renewed before the group has met many times more."""
    today = local_day(now)
    found = [
        Waiting(f"{one.name} är adjungerad", note=one.why)
        for one in CoOpted.objects.filter(in_force(today), group=group)
    ]
    seated = members(group, today)
    if not any(one.is_coordinator for one in seated):
        found.append(Waiting("Gruppen saknar samordnare"))
    for one in seated:
        if one.ends_on is not None and one.ends_on <= after_next_term(today):
            found.append(
                Waiting(
                    f"Mandatet för {one.user} går ut", due_on=one.ends_on - timedelta(days=1), note=str(one.represents)
                )
            )
    return found


def after_next_term(on: date) -> date:
    """The first day after the half-year that follows the one going on: groups count their meetings by terms (3.3)."""
    return date(on.year + 1, 1 if on.month < 7 else 7, 1)


GATHERED: dict[str, Gather] = {
    Waits.DEVIATIONS: _deviations,
    Waits.DISPUTES: _disputes,
    Waits.TASKS: _tasks,
    Waits.DECISIONS: _decisions,
    Waits.MEMBERS: _members,
}
"""What a proposed point gathers → how. A chapter below is asked by its own models: this app lies above them all."""


def waiting(group: CoordinationGroup, agreement: Agreement | None, now: datetime) -> dict[str, list[Waiting]]:
    """Key of a proposed point → what waits under it."""
    if agreement is None:
        return {}
    found = {}
    for point in agreement.agenda_points.exclude(waits=""):
        if (gather := GATHERED.get(point.waits)) is not None and (rows := gather(group, now)):
            found[point.key] = rows
    return found
