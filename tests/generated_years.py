"""Years of everything that is counted, drawn at random and written to the tables as they would stand afterwards.

What was drawn is kept as plain facts, so that figures can be counted anew from them without asking the database. Some
municipalities have few of everything; some events fall in the hour around New Year, when Swedish time decides.
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Any

from django.db import connection, models, transaction

from agreements.models import Agreement, DisputeLevel
from core.workdays import STOCKHOLM
from deadlines.models import Clock
from deviations.models import SharedDeviation
from disputes.models import Dispute, Interim, Proposal, Rung
from individuals.models import Matter, Person
from organisations.models import CoordinationGroup, Huvudman, Unit
from placements.models import Ansvarsforbindelse, FollowUp, Placement
from sip.models import Attendee, Call, Meeting, MeetingGuest, Plan, Rating, SipCase
from tests import build_groups as build
from tests.conftest import NOW, actor, as_owner

YEARS = (2024, 2025, 2026)
GROUPS = {
    "children": ("children", "young_placed"),
    "adults": ("psychiatric_disability", "substance_use"),
}
"""The kinds of group → the agreement's target groups that they follow."""

TABLES = (
    Person, Matter, SipCase, Call, Meeting, MeetingGuest, Attendee, Plan, Placement, Ansvarsforbindelse, FollowUp,
    Clock, Rating, Interim, Proposal, Dispute, Rung, SharedDeviation,
)  # fmt: skip


@dataclass(frozen=True)
class Event:
    """Something that happened, as it should be counted. `what` names it; `facts` are what indicators ask about."""

    what: str
    at: datetime
    place: str
    targets: tuple[str, ...]
    sex: str = ""
    born_on: date | None = None
    unit: uuid.UUID | None = None
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def year(self) -> int:
        return self.at.astimezone(STOCKHOLM).year

    @property
    def age(self) -> str:
        """The age on the day, as the agreement groups it."""
        if self.born_on is None:
            return "unknown"
        day = self.at.astimezone(STOCKHOLM).date()
        years = day.year - self.born_on.year - ((day.month, day.day) < (self.born_on.month, self.born_on.day))
        for oldest, name in ((12, "0-12"), (17, "13-17"), (20, "18-20"), (64, "21-64")):
            if years <= oldest:
                return name
        return "65-"

    def of(self, coordination: str) -> bool:
        return bool(set(self.targets) & set(GROUPS[coordination]))

    def parts(self, split: str, coordination: str) -> list[str]:
        """The parts of a split that it counts in. In target groups it may be several (§ 4.8)."""
        if split == "target_group":
            return [one for one in self.targets if one in GROUPS[coordination]]
        if split in ("level", "provision"):
            return [self.facts[split]]
        return [{"": "", "sex": self.sex, "age": self.age}[split]]


@dataclass
class Years:
    """What was drawn, and the rows that say so."""

    events: list[Event] = field(default_factory=list)
    rows: dict[type[models.Model], list[models.Model]] = field(default_factory=dict)

    @cached_property
    def by_kind(self) -> dict[tuple[str, int], list[Event]]:
        found: dict[tuple[str, int], list[Event]] = {}
        for one in self.events:
            found.setdefault((one.what, one.year), []).append(one)
        return found

    def some(self, what: str, coordination: str, year: int, place: str | None, split: str, part: str) -> list[Event]:
        """The events of one box: a kind, a kind of group, a year, a place (None: the county) and a part of a split."""
        return [
            one
            for one in self.by_kind.get((what, year), [])
            if place in (None, one.place)
            and one.of(coordination)
            and (not split or part in one.parts(split, coordination))
        ]

    def add(self, *rows: models.Model) -> None:
        for row in rows:
            self.rows.setdefault(type(row), []).append(row)

    def write(self) -> None:
        """As the owner, past the triggers: rows stand here as long processes would have left them."""
        with transaction.atomic(), as_owner(), connection.cursor() as cursor:
            names = [model._meta.db_table for model in TABLES]
            for name in names:
                cursor.execute(f"ALTER TABLE {name} DISABLE TRIGGER USER")
            for model in TABLES:
                model._default_manager.bulk_create(self.rows.get(model, []))
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            for name in names:
                cursor.execute(f"ALTER TABLE {name} ENABLE TRIGGER USER")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def draw_years(seed: int = 1, *, few: int = 2, most: int = 11) -> Years:
    """Draw them and write them. `few` municipalities have at most three of each thing a year."""
    years, draw = Years(), random.Random(seed)
    world = _World()
    for place, municipality in enumerate(world.municipalities):
        for coordination in GROUPS:
            for year in YEARS:
                for kind in (_sip, _placement, _rating, _dispute, _deviation):
                    # Nobody was placed this year: a share of nothing is no figure.
                    how_many = draw.randint(0, 3) if place < few else draw.randint(5, most)
                    if kind is _placement and year == YEARS[-1]:
                        how_many = 0
                    for _ in range(how_many):
                        kind(draw, years, world, _Corner(municipality, coordination, year))
    years.write()
    return years


@dataclass(frozen=True)
class _Corner:
    municipality: Huvudman
    coordination: str
    year: int


class _World:
    """Who and what the rows point at."""

    def __init__(self) -> None:
        self.agreement: Agreement = build.agreement()
        self.municipalities = list(Huvudman.objects.filter(kind="municipality").order_by("name"))
        social = Unit.objects.filter(kind__in=("social_children", "social_adults")).select_related("authority")
        self.social = {(one.authority.huvudman_id, str(one.kind)): one for one in social}
        self.care = {
            "children": Unit.objects.select_related("authority").get(key="bup-halmstad"),
            "adults": Unit.objects.select_related("authority").get(key="vuxenpsykiatri-halmstad"),
        }
        self.groups = {(one.municipality_id, str(one.kind)): one for one in CoordinationGroup.objects.all()}
        self.levels: Sequence[DisputeLevel] = list(self.agreement.dispute_levels.order_by("position"))
        self.provisions = list(self.agreement.provisions.order_by("position"))[:6]
        self.target_groups = {one.key: one for one in self.agreement.target_groups.all()}
        self.staff = actor(next(iter(self.social.values())).key).user_id

    def social_unit(self, corner: _Corner) -> Unit:
        return self.social[corner.municipality.pk, f"social_{corner.coordination}"]


def _moment(draw: random.Random, year: int) -> datetime:
    """Some time in the year that has been; now and then in its first or last hour, which is another year in UTC."""
    if draw.random() < 0.1:
        return datetime(year, 1, 1, 0, 30, tzinfo=STOCKHOLM)
    if draw.random() < 0.1 and year < NOW.year:
        return datetime(year, 12, 31, 23, 30, tzinfo=STOCKHOLM)
    last = min(date(year, 12, 20), NOW.date() - timedelta(days=8))
    days = (last - date(year, 1, 2)).days
    return datetime(year, 1, 2, draw.randint(8, 16), tzinfo=STOCKHOLM) + timedelta(days=draw.randint(0, days))


def _targets(draw: random.Random, coordination: str) -> tuple[str, ...]:
    """One target group, sometimes both of a kind of group, sometimes one of each kind."""
    mine, other = GROUPS[coordination], GROUPS["adults" if coordination == "children" else "children"]
    chance = draw.random()
    if chance < 0.15:
        return mine
    return (draw.choice(mine), draw.choice(other)) if chance < 0.25 else (draw.choice(mine),)


def _matter(draw: random.Random, years: Years, world: _World, unit: Unit, kind: str, at: datetime) -> Matter:
    # Whole years old on the very day, now and then: the day itself counts.
    born = None
    if draw.random() > 0.05:
        day = at.astimezone(STOCKHOLM).date()
        born = date(day.year - draw.randint(3, 70), day.month, min(day.day, 28))
    person = Person(
        unit=unit, identity_kind="unidentified", first_name="A", last_name="B", born_on=born, created_at=at,
        sex=draw.choice(["female", "female", "male", "male", "male", "unknown"]),
    )  # fmt: skip
    matter = Matter(kind=kind, person=person, initiator=unit, agreement=world.agreement, opened_at=at)
    years.add(person, matter)
    return matter


def _sip(draw: random.Random, years: Years, world: _World, corner: _Corner) -> None:
    """An initiated SIP, and what it sometimes leads to: meetings, a plan, follow-ups."""
    social, care = world.social_unit(corner), world.care[corner.coordination]
    by_region = draw.random() < 0.3
    sent = _moment(draw, corner.year)
    unit = care if by_region else social
    matter = _matter(draw, years, world, unit, "sip", sent)
    targets = _targets(draw, corner.coordination)
    made = draw.random() < 0.85
    contacted = sent + timedelta(days=draw.randint(0, 7), hours=1) if made else None
    due = sent + timedelta(days=5)
    case = SipCase(
        matter=matter, state="contacted" if made else "sent", changed_at=sent, submission=uuid.uuid4(),
        target_groups=list(targets), need_noticed_at=sent, sent_at=sent, sent_by_id=world.staff,
        contacted_at=contacted, contact_unit=unit if made else None, contact_manner="phone" if made else "",
    )  # fmt: skip
    years.add(case)
    if by_region:
        # The first municipality that was called is the one that counts it, not a later one.
        later = world.social[world.municipalities[0].pk, f"social_{corner.coordination}"]
        for minutes, called in ((0, social), (5, later)):
            if called is not social or minutes == 0:
                years.add(Call(case=case, unit=called, changed_at=sent, called_at=sent + timedelta(minutes=minutes)))
    _clock(years, matter, matter.pk, unit, "sip.first_contact", sent, due, contacted, "contacted" if made else "")
    about = {
        "place": corner.municipality.name, "targets": targets, "sex": matter.person.sex,
        "born_on": matter.person.born_on, "unit": unit.pk,
    }  # fmt: skip
    facts = {
        "due": made or due <= NOW, "in_time": contacted is not None and contacted <= due, "made": made,
        "days": (contacted - sent).total_seconds() / 86400 if contacted else 0.0,
    }  # fmt: skip
    years.events.append(Event("sip", sent, facts=facts, **about))  # type: ignore[arg-type]
    if draw.random() < 0.6:
        _meeting(draw, years, world, case, unit, sent + timedelta(days=draw.randint(1, 6)), about)
    if draw.random() < 0.7:
        _plan(draw, years, world, case, unit, sent + timedelta(days=draw.randint(2, 7)), about)


def _meeting(
    draw: random.Random, years: Years, world: _World, case: SipCase, unit: Unit, at: datetime, about: dict[str, Any]
) -> None:
    held, there = draw.random() < 0.9, draw.random() < 0.7
    meeting = Meeting(
        case=case, state="held" if held else "called", changed_at=at, submission=uuid.uuid4(), called_by_unit=unit,
        called_by_id=world.staff, called_at=at - timedelta(hours=2), purpose="A", questions="B", starts_at=at,
        minutes=60, place_kind="room", place="C", view_asked="yes", held_at=at if held else None,
        counts_as_sip=True if held else None, why_counts="D" if held else "",
    )  # fmt: skip
    guest = MeetingGuest(
        case=case, meeting=meeting, kind="person", part="all", told_how="oral", added_by_unit=unit, added_at=at
    )
    years.add(meeting, guest)
    if held:
        years.add(Attendee(case=case, meeting=meeting, unit=unit, name="E"))
        if there:
            years.add(Attendee(case=case, meeting=meeting, guest=guest))
        years.events.append(Event("meeting", at, facts={"with_person": there}, **about))


def _plan(
    draw: random.Random, years: Years, world: _World, case: SipCase, unit: Unit, at: datetime, about: dict[str, Any]
) -> None:
    """A plan, sometimes in two versions, and its follow-up: made in time, made late, missed, or not yet due."""
    ends = at + timedelta(days=200)
    for number in range(1, draw.choice([2, 2, 3])):
        first = number == 1
        years.add(
            Plan(
                case=case, number=number, state="ended", changed_at=at, opened_at=at, opened_by_id=world.staff,
                opened_unit=unit, next_follow_up_on=ends.date(), lead_unit=unit, ended_at=ends,
                established_at=at if first else at + timedelta(days=30), established_by_id=world.staff,
            )
        )  # fmt: skip
    years.events.append(Event("plan", at, **about))
    plan_id = years.rows[Plan][-1].pk
    due = datetime.combine((at + timedelta(days=60)).astimezone(STOCKHOLM).date(), datetime.min.time(), STOCKHOLM)
    how = draw.choice(["in time", "in time", "late", "missed"])
    made = {"in time": due - timedelta(days=3), "late": due + timedelta(days=4), "missed": None}[how]
    if made is not None and made > NOW:
        made = None
    _clock(years, case.matter, plan_id, unit, "sip.follow_up", at, due, made, "followed up" if made else "")
    if made is not None or due <= NOW:
        # Missed or late, it counts on the last day that was in time.
        counts = min(made or due, due - timedelta(microseconds=1))
        years.events.append(Event("follow-up", counts, facts={"in_time": made is not None and made <= due}, **about))


def _clock(
    years: Years, matter: Matter, subject: uuid.UUID, unit: Unit, kind: str, start: datetime, due: datetime,
    stopped: datetime | None, why: str,
) -> None:  # fmt: skip
    years.add(
        Clock(
            kind=kind, label="x", matter=matter, subject=subject, unit=unit, term_value=3, term_unit="days",
            started_at=start, due_at=due, stage_names=[], stage_times=[], stopped_at=stopped, stop_reason=why,
        )
    )  # fmt: skip


def _placement(draw: random.Random, years: Years, world: _World, corner: _Corner) -> None:
    """A placement, with its ansvarsförbindelse before or after the start, and sometimes an unplanned end."""
    unit, care = world.social_unit(corner), world.care[corner.coordination]
    started = _moment(draw, corner.year)
    matter, targets = _matter(draw, years, world, unit, "placement", started), _targets(draw, corner.coordination)
    acute, needed, unplanned = draw.random() < 0.4, draw.random() < 0.8, draw.random() < 0.4
    ended = min(started + timedelta(days=draw.randint(2, 40)), NOW - timedelta(days=1))
    placement = Placement(
        matter=matter, state="closed", changed_at=ended, submission=uuid.uuid4(), housing="hvb", law="sol",
        is_acute=acute, target_groups=list(targets), started_at=started, agreement_needed="yes" if needed else "no",
        medical_unit=care, ended_at=ended, closed_at=ended, end_kind="unplanned" if unplanned else "planned",
        close_reason="no_need",
    )  # fmt: skip
    years.add(placement)
    signed = started + timedelta(days=draw.choice([-4, -1, 0, 3, 9])) if draw.random() < 0.85 else None
    if signed is not None:
        years.add(
            Ansvarsforbindelse(
                placement=placement, number=1, state="ended", changed_at=ended, placing_unit=unit, medical_unit=care,
                drafted_by_unit=unit, drafted_by_id=world.staff, valid_from=started.date(), valid_to=ended.date(),
                proposed_at=signed, proposed_by_id=world.staff, content_hash="0" * 64, in_force_at=signed,
            )
        )  # fmt: skip
    about = {
        "place": corner.municipality.name, "targets": targets, "sex": matter.person.sex,
        "born_on": matter.person.born_on, "unit": unit.pk,
    }  # fmt: skip
    until = (signed or ended).astimezone(STOCKHOLM).date()
    facts = {
        "needed": needed, "acute": acute, "before": signed is not None and signed <= started,
        "days": max(0, (until - started.astimezone(STOCKHOLM).date()).days),
    }  # fmt: skip
    years.events.append(Event("placement", started, facts=facts, **about))  # type: ignore[arg-type]
    if unplanned:
        how = draw.choice(["joint", "alone", "none"])
        if how != "none":
            years.add(
                FollowUp(
                    placement=placement, kind="after_unplanned", on=ended.date(), came_to="A", recorded_at=ended,
                    with_medical_party=how == "joint", recorded_by_id=world.staff,
                )
            )  # fmt: skip
        years.events.append(Event("unplanned end", ended, facts={"joint": how == "joint"}, **about))  # type: ignore[arg-type]


def _rating(draw: random.Random, years: Years, world: _World, corner: _Corner) -> None:
    targets = _targets(draw, corner.coordination)
    score = {name: draw.randint(1, 4) for name in ("participation", "clarity", "usefulness")}
    years.add(
        Rating(year=corner.year, municipality=corner.municipality, target_groups=list(targets), reader="self", **score)
    )
    if corner.year < NOW.year:
        # While the year goes on, the step from one day to the next would be one person's answer.
        at = datetime(corner.year, 6, 1, tzinfo=UTC)
        years.events.append(Event("rating", at, corner.municipality.name, targets, facts=dict(score)))


def _dispute(draw: random.Random, years: Years, world: _World, corner: _Corner) -> None:
    """A dispute on some level of the ladder; some are settled."""
    social, care = world.social_unit(corner), world.care[corner.coordination]
    opened, level = _moment(draw, corner.year), draw.choice(world.levels)
    settled = draw.random() < 0.6
    ended = opened + timedelta(days=draw.randint(1, 6)) if settled else None
    interim = Interim(
        agreed_by_unit=social, unit=social, text="A", started_at=opened, changed_at=opened, ended_at=ended
    )
    dispute = Dispute(
        agreement=world.agreement, provision=world.provisions[0], coordination=corner.coordination,
        municipality=corner.municipality, opening_unit=social, answering_unit=care,
        opening_huvudman=corner.municipality, answering_huvudman_id=care.authority.huvudman_id, question="B",
        arose_from="other", level=level, line_rank=0, interim=interim, state="settled" if settled else "open",
        changed_at=opened, submission=uuid.uuid4(), opened_at=opened, opened_by_id=world.staff, ended_at=ended,
    )  # fmt: skip
    if settled:
        proposal = Proposal(
            dispute=dispute, huvudman=corner.municipality, number=1, text="C", digest="0" * 64, level=level,
            unit=social, proposed_by_id=world.staff, proposed_at=opened,
        )  # fmt: skip
        dispute.settlement = proposal
        years.add(proposal)
    rung = Rung(dispute=dispute, level=level, reached_at=opened, reached_by="opened", left_at=ended)
    years.add(interim, dispute, rung)
    facts = {
        "level": level.key, "at_top": level.is_final, "settled": settled,
        "days": (ended - opened).total_seconds() / 86400 if ended else 0.0,
    }  # fmt: skip
    targets = GROUPS[corner.coordination][:1]
    years.events.append(Event("dispute", opened, corner.municipality.name, targets, facts=facts))


def _deviation(draw: random.Random, years: Years, world: _World, corner: _Corner) -> None:
    """A de-identified deviation that the group has received."""
    group = world.groups[corner.municipality.pk, "ssgb" if corner.coordination == "children" else "ssgv"]
    provision, at = draw.choice(world.provisions), _moment(draw, corner.year)
    target = GROUPS[corner.coordination][0]
    years.add(
        SharedDeviation(
            id=uuid.uuid4(), group=group, received_on=at.date(), agreement=world.agreement, provision=provision,
            target_group=world.target_groups[target], from_huvudman=corner.municipality, from_kind="social_children",
            about_huvudman=corner.municipality, about_kind="social_children", period="A", outcome="happened",
            severity="minor", affected="person", headline="B", happened="C", analysis="D", measure="E",
        )
    )  # fmt: skip
    facts = {"provision": provision.number}
    years.events.append(Event("deviation", at, corner.municipality.name, (target,), facts=facts))
