"""Which clocks a placement should have running, told from its facts alone; and bringing the running ones in line.

Every action that changes a fact ends with `refresh`. So no action can forget a clock, and what runs can be explained
from the placement (LAW-7). The numbers are the agreement's (PLC-5, PLC-10, PLC-11).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from agreements.values import Term
from core.workdays import end_of, local_day, midnight, shift
from deadlines import actions as deadlines
from deadlines.models import Clock
from organisations.models import Unit
from placements.kinds import (
    BEFORE_START,
    Answer,
    EndKind,
    ExaminationKind,
    ExaminationState,
    FollowUpKind,
    Law,
    ReviewKind,
    State,
)
from placements.models import Placement

BEFORE, AFTER_ACUTE, EXPIRY, RENEGOTIATION = (
    "placement.agreement_before",
    "placement.agreement_after_acute",
    "placement.agreement_expiry",
    "placement.agreement_renegotiation",
)
LAST_DAY = "placement.agreement_last_day"
"""The agreement is to end with the placement. Nobody is warned: the clock only lets it run out on its day."""
REFERRAL, ASSESSMENT = "placement.acute_referral", "placement.medical_assessment_acute"
HEALTH, BEFORE_APPLICATION = "placement.health_examination", "placement.examination_before_application"
REVIEW, LVM_END, WHEREABOUTS = "placement.review", "placement.lvm_end", "placement.hidden_whereabouts_review"
CUSTODY, CUSTODY_AGAIN = "placement.custody_question", "placement.custody_question_again"
FOLLOW_UP, AFTERCARE, UNPLANNED_END = (
    "placement.joint_follow_up",
    "placement.aftercare_plan",
    "placement.unplanned_end",
)
KINDS = (
    BEFORE, AFTER_ACUTE, EXPIRY, RENEGOTIATION, LAST_DAY, REFERRAL, ASSESSMENT, HEALTH, BEFORE_APPLICATION, REVIEW,
    LVM_END, WHEREABOUTS, CUSTODY, CUSTODY_AGAIN, FOLLOW_UP, AFTERCARE, UNPLANNED_END,
)  # fmt: skip
OF_THE_PARTIES = (BEFORE, AFTER_ACUTE, EXPIRY, RENEGOTIATION, LAST_DAY)
"""Clocks about who pays: shown to the two parties only (PLC-8)."""
YOUNG_TO = 20
"""Placed children and young people up to this age are offered examinations (PLC-9; H25 5.1)."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A clock that should run. `due_at` only where it counts towards a known day."""

    kind: str
    unit: Unit
    started_at: datetime
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """What the clocks of a placement are told from."""

    placement: Placement
    terms: dict[str, Term]
    now: datetime
    medical: Unit | None
    last_reviews: dict[str, date]
    last_follow_up: date | None
    followed_up_after_end: bool
    examined: frozenset[str]
    agreed_to: date | None
    renegotiate_on: date | None = None
    ran_out_on: date | None = None
    held_to_the_end: bool = False

    @property
    def awaits_follow_up(self) -> bool:
        """Whether an unplanned end has not been followed up together (PLC-11)."""
        return (
            self.placement.state == State.ENDED
            and self.placement.end_kind == EndKind.UNPLANNED
            and not self.followed_up_after_end
        )

    @property
    def both(self) -> list[Unit]:
        return [self.placement.matter.initiator, *([self.medical] if self.medical else [])]


def refresh(placement: Placement, now: datetime) -> None:
    """Start the clocks that should run and don't, and stop those that run and shouldn't."""
    wanted = {(one.kind, one.unit.pk): one for one in should_run(gather(placement, now))}
    running = Clock.objects.filter(matter_id=placement.pk, kind__in=KINDS, stopped_at=None).select_related("unit")
    for clock in running:
        key = (clock.kind, clock.unit_id)
        one = wanted.get(key)
        if one is not None and _same(clock, one):
            del wanted[key]
        else:
            deadlines.stop(
                matter_id=placement.pk, kinds=[clock.kind], subject=clock.subject, now=now,
                reason="done" if one is None else "moved", units=[clock.unit_id],
            )  # fmt: skip
    for one in wanted.values():
        deadlines.start(
            matter=placement.matter, kind=one.kind, subject=placement.pk, unit=one.unit, started_at=one.started_at,
            due_at=one.due_at, now=now, counts_as=EXPIRY if one.kind == LAST_DAY else None,
        )  # fmt: skip


def _same(clock: Clock, one: Wanted) -> bool:
    return clock.started_at == one.started_at and one.due_at in (None, clock.due_at)


def is_shown(clock: Clock, *, party: bool, now: datetime) -> bool:
    """Whether a running clock is told about: those about who pays to the parties only (PLC-8)."""
    if clock.kind == LAST_DAY and clock.due_at > now:
        return False
    return party or clock.kind not in OF_THE_PARTIES


def gather(placement: Placement, now: datetime) -> Facts:
    """Read what the clocks are told from. The medical party counts while it takes part."""
    medical = placement.medical_unit
    takes_part = medical is not None and placement.matter.participants.filter(unit=medical, ended_at=None).exists()
    follow_ups = list(placement.follow_ups.filter(with_medical_party=True).values_list("kind", "on"))
    done = (ExaminationState.DONE, ExaminationState.DECLINED)
    agreed = placement.agreements.in_force().first()
    ran_out = None if agreed else placement.agreements.ran_out().order_by("-number").first()
    return Facts(
        placement=placement,
        terms=placement.matter.agreement.terms(on=local_day(placement.matter.opened_at)),
        now=now,
        medical=medical if takes_part else None,
        last_reviews=dict(placement.reviews.order_by("on").values_list("kind", "on")),
        last_follow_up=max((on for _, on in follow_ups), default=None),
        followed_up_after_end=any(kind == FollowUpKind.AFTER_UNPLANNED for kind, _ in follow_ups),
        examined=frozenset(placement.examinations.filter(state__in=done).values_list("kind", flat=True)),
        agreed_to=agreed.valid_to if agreed else None,
        renegotiate_on=agreed.renegotiate_on if agreed else None,
        ran_out_on=ran_out.valid_to if ran_out else None,
        held_to_the_end=placement.agreements.held_to_the_end(placement.lasted).exists(),
    )


def should_run(facts: Facts) -> Iterator[Wanted]:
    """All clocks that should run now. Pure."""
    state = facts.placement.state
    if state in BEFORE_START:
        yield from _before_start(facts)
    elif state == State.ONGOING:
        yield from _examinations(facts, facts.placement.started_at)
        yield from _agreement(facts)
        yield from _reviews(facts)
        yield from _together(facts)
    elif state == State.ENDED:
        yield from _after_end(facts)


def _after_end(facts: Facts) -> Iterator[Wanted]:
    """The joint follow-up of an unplanned end (PLC-11), and the agreement that is still to be made (PLC-5, PLC-6)."""
    placement = facts.placement
    assert placement.ended_at is not None
    if facts.awaits_follow_up:
        for unit in facts.both:
            yield Wanted(UNPLANNED_END, unit, placement.ended_at)
    if not facts.held_to_the_end:
        yield from _unsigned(facts)


def _before_start(facts: Facts) -> Iterator[Wanted]:
    placement = facts.placement
    if placement.planned_start is None or placement.is_acute:
        return
    start = midnight(placement.planned_start)
    opened = placement.matter.opened_at
    if placement.agreement_needed == Answer.YES and facts.agreed_to is None:
        for unit in facts.both:
            yield Wanted(BEFORE, unit, opened, start)
    home = placement.matter.initiator
    if placement.law in (Law.LVU, Law.LVM) and ExaminationKind.BEFORE_APPLICATION not in facts.examined:
        yield Wanted(BEFORE_APPLICATION, home, opened, start)
    yield from _examinations(facts, start)


def _examinations(facts: Facts, start: datetime | None) -> Iterator[Wanted]:
    """Health and dental examination of those up to 20, until each is done or declined (PLC-9)."""
    age = facts.placement.matter.person.age(local_day(facts.now))
    both = {ExaminationKind.HEALTH, ExaminationKind.DENTAL}
    if start is not None and (age is None or age <= YOUNG_TO) and not both <= facts.examined:
        yield Wanted(HEALTH, facts.placement.matter.initiator, start)


def _agreement(facts: Facts) -> Iterator[Wanted]:
    placement = facts.placement
    started = placement.started_at
    assert started is not None
    if facts.agreed_to is not None:
        with_placement = placement.planned_end is not None and facts.agreed_to >= placement.planned_end
        for unit in facts.both:
            yield Wanted(LAST_DAY if with_placement else EXPIRY, unit, started, end_of(facts.agreed_to))
            if facts.renegotiate_on is not None:
                yield Wanted(RENEGOTIATION, unit, started, end_of(facts.renegotiate_on))
        return
    yield from _unsigned(facts)
    if facts.ran_out_on is not None and placement.agreement_needed != Answer.NO:
        return
    if placement.is_acute and placement.referred_at is None:
        yield Wanted(REFERRAL, placement.matter.initiator, started)
    if placement.is_acute and placement.assessed_at is None:
        yield Wanted(ASSESSMENT, facts.medical or placement.matter.initiator, started)


def _unsigned(facts: Facts) -> Iterator[Wanted]:
    """Nothing holds: the duty to agree, until something is signed."""
    placement = facts.placement
    started = placement.started_at
    assert started is not None
    if facts.ran_out_on is not None and placement.agreement_needed != Answer.NO:
        # It ran out before the placement did: the same duty, overdue, until a new version is signed.
        for unit in facts.both:
            yield Wanted(EXPIRY, unit, started, end_of(facts.ran_out_on))
        return
    wanted = placement.agreement_needed == Answer.YES
    if wanted or (placement.is_acute and placement.agreement_needed == Answer.UNKNOWN):
        for unit in facts.both:
            yield Wanted(AFTER_ACUTE, unit, started)


def _reviews(facts: Facts) -> Iterator[Wanted]:
    placement, home = facts.placement, facts.placement.matter.initiator
    assert placement.started_at is not None

    def since(kind: ReviewKind, first: datetime) -> datetime:
        last = facts.last_reviews.get(kind)
        return midnight(last) if last is not None and last >= local_day(first) else first

    if placement.law == Law.LVM:
        yield Wanted(LVM_END, home, placement.started_at)
    elif placement.law:
        yield Wanted(REVIEW, home, since(ReviewKind.CARE, placement.started_at))
    if placement.hidden_on is not None:
        yield Wanted(WHEREABOUTS, home, since(ReviewKind.WHEREABOUTS, midnight(placement.hidden_on)))
    if placement.same_home_since is not None:
        first = midnight(placement.same_home_since)
        asked = since(ReviewKind.CUSTODY, first)
        yield Wanted(CUSTODY if asked == first else CUSTODY_AGAIN, home, asked)


def _together(facts: Facts) -> Iterator[Wanted]:
    placement = facts.placement
    assert placement.started_at is not None
    last = midnight(facts.last_follow_up) if facts.last_follow_up else placement.started_at
    decided = end_of(placement.next_follow_up_on) if placement.next_follow_up_on else None
    for unit in facts.both:
        yield Wanted(FOLLOW_UP, unit, last, decided)
    if placement.planned_end is not None and placement.aftercare_on is None:
        term = facts.terms[AFTERCARE]
        due = shift(midnight(placement.planned_end), -term.value, term.unit)
        for unit in facts.both:
            yield Wanted(AFTERCARE, unit, placement.started_at, due)
