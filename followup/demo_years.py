"""Earlier years of the demonstration: cases that nobody reaches, there to be counted.

Written as the owner, without actions: no unit takes part in them any more, and the dashboards get years to compare.
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.db import models

from agreements.models import Agreement
from agreements.values import Coordination
from core.workdays import STOCKHOLM, add_working_days, local_day
from deadlines.models import Clock
from followup.agreement import agreement_of
from individuals.kinds import IdentityKind, MatterKind, Sex
from individuals.models import Matter, Person
from organisations.kinds import HuvudmanKind, Role, UnitKind
from organisations.models import Assignment, Huvudman, Unit
from placements.kinds import Answer, EndKind, Housing, Law, Stage
from placements.kinds import CloseReason as PlacementCloseReason
from placements.kinds import State as PlacementState
from placements.models import Ansvarsforbindelse, Placement
from sip.kinds import CloseReason, ContactManner, PlanState, RatingReader, State
from sip.models import Plan, Rating, SipCase

KINDS = {UnitKind.SOCIAL_CHILDREN: Coordination.CHILDREN, UnitKind.SOCIAL_ADULTS: Coordination.ADULTS}
CARE = {Coordination.CHILDREN: UnitKind.CHILD_PSYCHIATRY, Coordination.ADULTS: UnitKind.ADULT_PSYCHIATRY}


@dataclass
class _Rows:
    """What is written at the end, table by table, in the order that the tables need."""

    people: list[models.Model] = field(default_factory=list)
    matters: list[models.Model] = field(default_factory=list)
    cases: list[models.Model] = field(default_factory=list)
    plans: list[models.Model] = field(default_factory=list)
    placements: list[models.Model] = field(default_factory=list)
    agreements: list[models.Model] = field(default_factory=list)
    clocks: list[models.Model] = field(default_factory=list)
    ratings: list[models.Model] = field(default_factory=list)

    def write(self) -> None:
        for rows in vars(self).values():
            if rows:
                type(rows[0])._default_manager.bulk_create(rows)


@dataclass(frozen=True)
class _Place:
    """A unit that filed cases, with what its rows need."""

    unit: Unit
    agreement: Agreement
    coordination: str
    target_group: str
    staff: uuid.UUID
    care: Unit


def earlier_years(now: datetime) -> int:
    """SIPs and placements of the last three years, all over. Returns how many were made."""
    draw = random.Random(7)  # noqa: S311  The same demonstration each time.
    rows = _Rows()
    for place in _places(now):
        for sent in _days(draw, now, 6, 22):
            _sip(draw, rows, place, sent)
        for started in _days(draw, now, 1, 9):
            _placement(draw, rows, place, started)
    rows.write()
    return len(rows.matters)


def _places(now: datetime) -> Iterator[_Place]:
    region = Huvudman.objects.filter(kind=HuvudmanKind.REGION).first()
    agreement = agreement_of(region.pk, local_day(now)) if region else None
    if agreement is None:
        return
    groups = {one.coordination: one.key for one in agreement.target_groups.order_by("-position")}
    staff = dict(Assignment.objects.filter(role=Role.CASEWORKER).values_list("unit_id", "user_id"))
    care = {kind: Unit.objects.filter(kind=kind).order_by("key").first() for kind in CARE.values()}
    for unit in Unit.objects.filter(kind__in=KINDS).select_related("authority__huvudman").order_by("key"):
        coordination = KINDS[UnitKind(unit.kind)]
        nearest = care[CARE[coordination]]
        if coordination in groups and nearest is not None and unit.pk in staff:
            yield _Place(unit, agreement, coordination, groups[coordination], staff[unit.pk], nearest)


def _matter(draw: random.Random, rows: _Rows, place: _Place, kind: str, at: datetime) -> Matter:
    age = draw.randint(5, 17) if place.coordination == Coordination.CHILDREN else draw.randint(20, 70)
    person = Person(
        unit=place.unit, identity_kind=IdentityKind.UNIDENTIFIED, first_name="Tidigare", last_name="ärende",
        sex=draw.choice([Sex.FEMALE, Sex.MALE]), born_on=date(at.year - age, 3, 1), created_at=at,
    )  # fmt: skip
    matter = Matter(
        kind=kind, person=person, initiator=place.unit, agreement=place.agreement, opened_at=at, closed_at=at
    )
    rows.people.append(person)
    rows.matters.append(matter)
    return matter


def _sip(draw: random.Random, rows: _Rows, place: _Place, sent: datetime) -> None:
    """A case with its first contact; mostly a plan that was followed up; sometimes a rating."""
    matter = _matter(draw, rows, place, MatterKind.SIP, sent)
    contacted = sent + timedelta(days=draw.choice([0, 1, 1, 2, 2, 3, 3, 4, 6, 9]))
    case = SipCase(
        matter=matter, state=State.CLOSED, changed_at=contacted, submission=uuid.uuid4(),
        target_groups=[place.target_group], need_noticed_at=sent, sent_at=sent, contacted_at=contacted,
        contact_unit=place.unit, contact_manner=ContactManner.PHONE, ended_at=contacted,
        close_reason=CloseReason.NO_NEED,
    )  # fmt: skip
    rows.cases.append(case)
    rows.clocks.append(_clock(place, matter, "sip.first_contact", sent, add_working_days(local_day(sent), 4),
                              contacted, "contacted"))  # fmt: skip
    if draw.random() < 0.25:
        return
    agreed = sent + timedelta(days=draw.randint(15, 40))
    due = local_day(agreed) + timedelta(days=90)
    plan = Plan(
        case=case, number=1, state=PlanState.ENDED, changed_at=agreed, opened_at=agreed, opened_by_id=place.staff,
        opened_unit=place.unit, next_follow_up_on=due, established_at=agreed, established_by_id=place.staff,
        lead_unit=place.unit, ended_at=agreed + timedelta(days=200),
    )  # fmt: skip
    rows.plans.append(plan)
    made = agreed + timedelta(days=draw.choice([60, 75, 80, 85, 88, 89, 95, 110]))
    rows.clocks.append(
        _clock(place, matter, "sip.follow_up", agreed, due + timedelta(days=1), made, "followed up", plan.pk)
    )
    if draw.random() < 0.5:
        rows.ratings.append(
            Rating(
                year=sent.year, municipality=place.unit.authority.huvudman, target_groups=[place.target_group],
                reader=RatingReader.SELF, participation=draw.choice([2, 3, 3, 4, 4]),
                clarity=draw.choice([2, 3, 4, 4]), usefulness=draw.choice([2, 2, 3, 4]),
            )
        )  # fmt: skip


def _placement(draw: random.Random, rows: _Rows, place: _Place, started: datetime) -> None:
    """A placement that is over, with its ansvarsförbindelse before or after the start."""
    matter = _matter(draw, rows, place, MatterKind.PLACEMENT, started)
    is_acute, is_unplanned = draw.random() < 0.35, draw.random() < 0.3
    ended = started + timedelta(days=draw.randint(60, 200))
    placement = Placement(
        matter=matter, state=PlacementState.CLOSED, changed_at=ended, submission=uuid.uuid4(), housing=Housing.HVB,
        law=Law.SOL, is_acute=is_acute, target_groups=[place.target_group], started_at=started,
        agreement_needed=Answer.YES, medical_unit=place.care, ended_at=ended, closed_at=ended,
        end_kind=EndKind.UNPLANNED if is_unplanned else EndKind.PLANNED, close_reason=PlacementCloseReason.NO_NEED,
    )  # fmt: skip
    rows.placements.append(placement)
    late = draw.randint(2, 20) if is_acute else draw.choice([-9, -7, -5, -3, -2, 4])
    signed = started + timedelta(days=late)
    rows.agreements.append(
        Ansvarsforbindelse(
            placement=placement, number=1, state=Stage.ENDED, changed_at=ended, placing_unit=place.unit,
            medical_unit=place.care, drafted_by_unit=place.unit, drafted_by_id=place.staff,
            valid_from=local_day(signed), valid_to=local_day(ended) + timedelta(days=30), proposed_at=signed,
            proposed_by_id=place.staff, content_hash="0" * 64, in_force_at=signed, ended_at=ended,
        )
    )  # fmt: skip


def _clock(
    place: _Place,
    matter: Matter,
    kind: str,
    start: datetime,
    due: date,
    stopped: datetime,
    why: str,
    subject: uuid.UUID | None = None,
) -> Clock:
    return Clock(
        kind=kind, label="Tidigare ärende", matter=matter, subject=subject or matter.pk, unit=place.unit, term_value=3,
        term_unit="working_days", started_at=start, due_at=_at(due, 0), stage_names=[], stage_times=[],
        stopped_at=stopped, stop_reason=why,
    )  # fmt: skip


def _days(draw: random.Random, now: datetime, least: int, most: int) -> Iterator[datetime]:
    """Mornings of three years and this one, a random number in each, none of the last weeks."""
    for years_ago in (3, 2, 1, 0):
        last = local_day(now) - timedelta(days=15)
        year = now.year - years_ago
        span = ((min(date(year, 12, 20), last)) - date(year, 1, 7)).days
        for _ in range(draw.randint(least, most) if span > 0 else 0):
            yield _at(date(year, 1, 7) + timedelta(days=draw.randint(0, span)), 9)


def _at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), tzinfo=STOCKHOLM)
