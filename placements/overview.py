"""The manager's overview: what is going on, what it will cost by unit and month, what is unsigned, due and ending.

Costs are read from the versions that the acting unit is a party to (PLC-8). How near an end is "soon", and when a
review is time to begin, the agreement in force says.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.db import connection
from django.db.models import Prefetch

from agreements.terms import NoAgreement, agreement_for
from agreements.values import Scope, Term
from core.acting import Actor
from core.audit import Action
from core.workdays import last_day, local_day
from deadlines.models import Clock
from individuals.kinds import MatterKind
from individuals.querysets import on_desk
from organisations.kinds import MANAGERS, HuvudmanKind, Role
from organisations.models import Huvudman
from placements import clocks, costs
from placements.costs import NOTHING, Cost, Priced
from placements.kinds import Answer, Per, Side, Stage, State
from placements.models import Ansvarsforbindelse, Measure, Placement
from placements.panels import priced

AT_MOST = 500
READERS = (*MANAGERS, Role.SIGNATORY)
"""Roles that have the overview."""
END_NEAR = "placement.end_near"
ONE_BY_ONE = 3
"""How many of the coming months a table of units shows in columns of their own."""
_REVIEWS = (clocks.REVIEW, clocks.WHEREABOUTS, clocks.CUSTODY, clocks.CUSTODY_AGAIN, clocks.LVM_END)


@dataclass(frozen=True, slots=True)
class Row:
    """One placement that is going on or being prepared."""

    placement: Placement
    agreement: str
    days_unsigned: int | None
    review_due: datetime | None
    review_is_near: bool
    ends_on: date | None
    ends_soon: bool
    cost_to_come: Cost


@dataclass(frozen=True, slots=True)
class Spread:
    """What is to come for one unit: the cost of each month that has any."""

    unit: str
    is_acting: bool = False
    months: dict[date, Cost] = field(default_factory=dict)

    @property
    def total(self) -> Cost:
        return costs.total(self.months)

    def add(self, months: dict[date, Cost]) -> None:
        for month, cost in months.items():
            self.months[month] = self.months.get(month, NOTHING) + cost


@dataclass(frozen=True, slots=True)
class Table:
    """Units by month, one party's part: the nearest months one by one, what comes later, and all of it."""

    months: list[date]
    lines: list[tuple[Spread, list[tuple[date, Decimal]], Decimal, Decimal]]


@dataclass(frozen=True, slots=True)
class Overview:
    """The acting unit's placements, and what its agreements will cost by month and by the other party's unit."""

    rows: list[Row]
    months: list[tuple[date, Cost]]
    by_unit: list[Spread]
    total: Cost
    more: bool
    near: Term | None
    side: Side
    today: date

    @property
    def running(self) -> int:
        return sum(1 for row in self.rows if row.placement.state == State.ONGOING)

    @property
    def unsigned(self) -> int:
        return sum(1 for row in self.rows if row.days_unsigned is not None)

    @property
    def reviews_near(self) -> int:
        return sum(1 for row in self.rows if row.review_is_near)

    @property
    def ending(self) -> int:
        return sum(1 for row in self.rows if row.ends_soon)

    @property
    def table(self) -> Table:
        """The other parties' units by month."""
        return table(self.by_unit, self.side, self.today)

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
    spread: Spread

    @property
    def cost_to_come(self) -> Cost:
        return self.spread.total


def table(spreads: Iterable[Spread], side: Side, today: date) -> Table:
    """Lay out what is to come for each unit, from this month on, as one party pays it."""
    months = [today.replace(day=1)]
    while len(months) < ONE_BY_ONE:
        months.append((months[-1] + timedelta(days=31)).replace(day=1))
    lines = []
    for spread in spreads:
        near = [(month, spread.months.get(month, NOTHING).of(side)) for month in months]
        total = spread.total.of(side)
        lines.append((spread, near, total - sum(amount for _, amount in near), total))
    return Table(months, lines)


def end_near(by: Actor, now: datetime) -> Term | None:
    """How long before its planned end a placement is lifted forward, by the agreement in force; none when none is."""
    today = local_day(now)
    own = Huvudman.objects.filter(pk=by.huvudman_id)
    try:
        return agreement_for(own, today, scope=Scope.HVB).term(END_NEAR, on=today)
    except NoAgreement:
        return None


def _ends_by(near: Term | None, today: date) -> date:
    return today + timedelta(days=near.value if near else 0)


def of_my_units(by: Actor, now: datetime, near: Term | None) -> list[UnitLine]:
    """The units the same manager answers for that have placements going on; empty when there is one only.

    Two queries, however many units: functions of the database give figures, and nothing about any person.
    """
    today = local_day(now)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM portal_placements_of_my_units(%s)", [_ends_by(near, today)])
        units = cursor.fetchall()
        if len(units) < 2:
            return []
        cursor.execute("SELECT * FROM portal_measures_of_my_units()")
        measures = cursor.fetchall()
    spreads = {unit_id: Spread(name, unit_id == by.unit_id) for unit_id, name, *_ in units}
    for unit_id, starts_on, ends_on, price, per, percent, amount in measures:
        part = costs.regions_part(price, percent=percent, amount=amount)
        months = costs.by_month([Priced("", starts_on, ends_on, price, Per(per), part)])
        spreads[unit_id].add(costs.from_month(months, today))
    return [
        UnitLine(name, unit_id == by.unit_id, running, unsigned, ending, spreads[unit_id])
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
    in_all = Spread("")
    by_unit: dict[str, Spread] = {}
    near = end_near(by, now)
    rows = []
    for placement in shown:
        to_come = NOTHING
        version = agreed.get(placement.pk)
        if version is not None and version.state == Stage.IN_FORCE:
            counted = [priced(one, list(one.shares.all())) for one in version.measures.all()]
            coming = costs.from_month(costs.by_month(counted), today)
            to_come = costs.total(coming)
            in_all.add(coming)
            mine = placement.matter.initiator_id == by.unit_id
            other = str(placement.medical_unit if mine else placement.matter.initiator)
            by_unit.setdefault(other, Spread(other)).add(coming)
        rows.append(_row(placement, version, reviews.get(placement.pk), to_come, by, now, near))
    return Overview(
        rows=rows, months=sorted(in_all.months.items()), by_unit=[by_unit[name] for name in sorted(by_unit)],
        total=in_all.total, more=len(found) > AT_MOST, near=near, side=side_of(by), today=today,
    )  # fmt: skip


def side_of(by: Actor) -> Side:
    """The party the acting unit belongs to: its huvudman is a region or a municipality."""
    is_region = Huvudman.objects.filter(pk=by.huvudman_id, kind=HuvudmanKind.REGION).exists()
    return Side.REGION if is_region else Side.MUNICIPALITY


def _agreed(by: Actor, ids: list[UUID]) -> dict[UUID, Ansvarsforbindelse]:
    measures = Prefetch("measures", Measure.objects.prefetch_related("shares"))
    versions = Ansvarsforbindelse.objects.visible_to(by).filter(state__in=(Stage.IN_FORCE, Stage.ENDED))
    held = versions.filter(placement__in=ids).prefetch_related(measures)
    return {one.placement_id: one for one in held}


def _reviews(ids: list[UUID]) -> dict[UUID, Clock]:
    """The review of each placement that is due first."""
    running = Clock.objects.filter(matter_id__in=ids, kind__in=_REVIEWS, stopped_at=None).order_by("-due_at")
    return {one.matter_id: one for one in running if one.matter_id is not None}


def _row(
    placement: Placement,
    version: Ansvarsforbindelse | None,
    review: Clock | None,
    to_come: Cost,
    by: Actor,
    now: datetime,
    near: Term | None,
) -> Row:
    today = local_day(now)
    party = by.unit_id in (placement.matter.initiator_id, placement.medical_unit_id)
    needed = placement.agreement_needed == Answer.YES or (
        placement.agreement_needed == Answer.UNKNOWN and placement.is_acute
    )
    days: int | None = None
    # Also of one that is over: its cost is still to be settled (PLC-6).
    began = placement.state in (State.ONGOING, State.ENDED) and placement.started_at is not None
    if party and needed and version is None and began:
        assert placement.started_at is not None
        days = (today - local_day(placement.started_at)).days
    if not party:
        words = ""
    elif version is not None:
        words = str(version.get_state_display())
    else:
        words = "Behövs inte" if placement.agreement_needed == Answer.NO else "Saknas"
    return Row(
        placement=placement,
        agreement=words,
        days_unsigned=days,
        review_due=review.due_at if review else None,
        review_is_near=review is not None and review.stage_times[0] <= now,
        ends_on=placement.planned_end,
        ends_soon=(
            placement.state != State.ENDED
            and placement.planned_end is not None
            and placement.planned_end <= _ends_by(near, today)
        ),
        cost_to_come=to_come,
    )


def review_day(row: Row) -> date | None:
    """The last day on which the next review is in time."""
    return last_day(row.review_due) if row.review_due else None
