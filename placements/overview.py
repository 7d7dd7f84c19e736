"""The manager's overview: what is going on, what it will cost month by month, what is unsigned, due and ending.

Costs are the acting unit's own side, from the versions it is a party to (PLC-8).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import connection
from django.db.models import Prefetch

from core.acting import Actor
from core.audit import Action
from core.workdays import last_day, local_day
from deadlines.models import Clock
from individuals.kinds import MatterKind
from individuals.querysets import on_desk
from organisations.kinds import MANAGERS, Role
from placements import clocks, costs
from placements.costs import NOTHING, Cost, Priced
from placements.kinds import Answer, Per, Side, Stage, State
from placements.models import Ansvarsforbindelse, Measure, Placement
from placements.panels import priced

AT_MOST = 500
READERS = (*MANAGERS, Role.SIGNATORY)
"""Roles that have the overview."""
ENDS_SOON = timedelta(days=60)
_REVIEWS = (clocks.REVIEW, clocks.WHEREABOUTS, clocks.CUSTODY, clocks.CUSTODY_AGAIN, clocks.LVM_END)


@dataclass(frozen=True, slots=True)
class Row:
    """One placement that is going on or being prepared."""

    placement: Placement
    agreement: str
    days_unsigned: int | None
    review_due: datetime | None
    ends_on: date | None
    ends_soon: bool
    cost_to_come: Cost
    side: Side


@dataclass(frozen=True, slots=True)
class Overview:
    """The acting unit's placements, and what its agreements will cost by month and by the other party's unit."""

    rows: list[Row]
    months: list[tuple[date, Cost]]
    by_unit: list[tuple[str, Cost]]
    total: Cost
    more: bool

    @property
    def running(self) -> int:
        return sum(1 for row in self.rows if row.placement.state == State.ONGOING)

    @property
    def unsigned(self) -> int:
        return sum(1 for row in self.rows if row.days_unsigned is not None)

    @property
    def ending(self) -> int:
        return sum(1 for row in self.rows if row.ends_soon)

    def note_reads(self, by: Actor, action: Action, what: str) -> None:
        """Whose placements the overview was made from (LAW-1)."""
        placements = [row.placement for row in self.rows]
        by.reads.add(
            action, what, persons=[one.matter.person_id for one in placements], matters=[one.pk for one in placements]
        )


@dataclass(frozen=True, slots=True)
class UnitLine:
    """One unit of a manager's, in figures only: whom the placements concern is read from the assignment there."""

    unit: str
    is_acting: bool
    running: int
    unsigned: int
    ending: int
    cost_to_come: Cost


def of_my_units(by: Actor, now: datetime) -> list[UnitLine]:
    """The units the same manager answers for that have placements going on; empty when there is one only.

    Two queries, however many units: functions of the database give figures, and nothing about any person.
    """
    today = local_day(now)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM portal_placements_of_my_units(%s)", [today + ENDS_SOON])
        units = cursor.fetchall()
        if len(units) < 2:
            return []
        cursor.execute("SELECT * FROM portal_measures_of_my_units()")
        measures = cursor.fetchall()
    to_come: dict[UUID, Cost] = defaultdict(lambda: NOTHING)
    for unit_id, starts_on, ends_on, price, per, percent, amount in measures:
        part = costs.regions_part(price, percent=percent, amount=amount)
        months = costs.by_month([Priced("", starts_on, ends_on, price, Per(per), part)])
        to_come[unit_id] += costs.total(costs.from_month(months, today))
    return [
        UnitLine(name, unit_id == by.unit_id, running, unsigned, ending, to_come[unit_id])
        for unit_id, name, running, unsigned, ending in units
    ]


def make(by: Actor, now: datetime) -> Overview:
    """Everything the page and the file show: a constant number of queries, however many placements there are."""
    today = local_day(now)
    desk = on_desk(by, now, MatterKind.PLACEMENT).values("content_object_id")
    found = list(
        Placement.objects.visible_to(by, now)
        .on_desk()
        .filter(pk__in=desk)
        .select_related("matter__person", "matter__initiator", "medical_unit")
        .by_next_deadline()[: AT_MOST + 1]
    )
    shown = found[:AT_MOST]
    ids = [one.pk for one in shown]
    agreed = _agreed(by, ids)
    reviews = _reviews(ids)
    months: dict[date, Cost] = {}
    by_unit: dict[str, Cost] = defaultdict(lambda: NOTHING)
    rows = []
    for placement in shown:
        to_come = NOTHING
        version = agreed.get(placement.pk)
        if version is not None:
            counted = [priced(one, list(one.shares.all())) for one in version.measures.all()]
            coming = costs.from_month(costs.by_month(counted), today)
            to_come = costs.total(coming)
            for month, cost in coming.items():
                months[month] = months.get(month, NOTHING) + cost
            mine = placement.matter.initiator_id == by.unit_id
            other = placement.medical_unit if mine else placement.matter.initiator
            by_unit[str(other)] += to_come
        rows.append(_row(placement, version, reviews.get(placement.pk), to_come, by, today))
    total = costs.total(months)
    return Overview(rows, sorted(months.items()), sorted(by_unit.items()), total, len(found) > AT_MOST)


def _agreed(by: Actor, ids: list[UUID]) -> dict[UUID, Ansvarsforbindelse]:
    measures = Prefetch("measures", Measure.objects.prefetch_related("shares"))
    held = Ansvarsforbindelse.objects.visible_to(by).in_force().filter(placement__in=ids)
    return {one.placement_id: one for one in held.prefetch_related(measures)}


def _reviews(ids: list[UUID]) -> dict[UUID, datetime]:
    found: dict[UUID, datetime] = {}
    running = Clock.objects.filter(matter_id__in=ids, kind__in=_REVIEWS, stopped_at=None).order_by("-due_at")
    for matter_id, due_at in running.values_list("matter_id", "due_at"):
        if matter_id is not None:
            found[matter_id] = due_at
    return found


def _row(
    placement: Placement,
    version: Ansvarsforbindelse | None,
    review_due: datetime | None,
    to_come: Cost,
    by: Actor,
    today: date,
) -> Row:
    party = by.unit_id in (placement.matter.initiator_id, placement.medical_unit_id)
    needed = placement.agreement_needed == Answer.YES or (
        placement.agreement_needed == Answer.UNKNOWN and placement.is_acute
    )
    days: int | None = None
    if party and needed and version is None and placement.state == State.ONGOING and placement.started_at is not None:
        days = (today - local_day(placement.started_at)).days
    if not party:
        words = ""
    elif version is not None:
        words = str(Stage.IN_FORCE.label)
    else:
        words = "Behövs inte" if placement.agreement_needed == Answer.NO else "Saknas"
    return Row(
        placement=placement,
        agreement=words,
        days_unsigned=days,
        review_due=review_due,
        ends_on=placement.planned_end,
        ends_soon=(
            placement.state != State.ENDED
            and placement.planned_end is not None
            and placement.planned_end <= today + ENDS_SOON
        ),
        cost_to_come=to_come,
        side=Side.MUNICIPALITY if placement.matter.initiator_id == by.unit_id else Side.REGION,
    )


def review_day(row: Row) -> date | None:
    """The last day on which the next review is in time."""
    return last_day(row.review_due) if row.review_due else None
