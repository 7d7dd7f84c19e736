"""The chapter's rows on Mitt att göra: reports to finish, steps to take, texts to make and approve, answers to give."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from uuid import UUID

from django.db.models import Prefetch
from django.urls import reverse

from core.acting import Actor
from core.models import Message
from core.workdays import end_of
from deadlines.models import Clock
from deadlines.todo import Source, Waiting
from deviations.actions.shared import FEEDBACK_TERM, INTERIM_TERM, SHARE_TERM
from deviations.kinds import OPEN_STATES, ImprovementState, JointState, SharedState, State
from deviations.models import Deviation, HandlingStep, Improvement, JointHandling, SharedDeviation
from deviations.permissions import may_take_step

DEVIATIONS = "avvikelser"
AT_MOST = 100


def waiting(by: Actor, now: datetime) -> Iterator[Waiting]:
    """Rows for the acting unit, in a fixed number of queries."""
    due = {
        (clock.subject, clock.kind): clock.due_at
        for clock in Clock.objects.filter(
            matter=None, unit_id=by.unit_id, stopped_at=None, kind__in=[SHARE_TERM, INTERIM_TERM, FEEDBACK_TERM]
        )
    }
    yield from _own(by, now, due)
    yield from _joint(by, now, due)
    yield from _improvements(by, now)
    yield from _lessons(by, now)


def _own(by: Actor, now: datetime, due: dict[tuple[UUID, str], datetime]) -> Iterable[Waiting]:
    found = (
        Deviation.objects.visible_to(by, now)
        .filter(state__in=OPEN_STATES)
        .select_related("text")
        .prefetch_related(Prefetch("steps", HandlingStep.objects.order_by("position")))
        .order_by("started_at")[:AT_MOST]
    )
    for deviation in found:
        row = _row(deviation, by)
        if row is not None:
            what, address = row
            href = reverse(f"deviations:{address}", args=[deviation.pk])
            at = due.get((deviation.pk, SHARE_TERM))
            yield Waiting(DEVIATIONS, what, None, href, at, where=str(deviation))


def _row(deviation: Deviation, by: Actor) -> tuple[str, str] | None:
    """What the deviation waits for from the one acting, and the page; nothing when somebody else is to do it."""
    match deviation.state:
        case State.DRAFT:
            return ("Gör klart din rapport", "edit") if deviation.started_by_id == by.user_id else None
        case State.REPORTED | State.HANDLING:
            left = next((step for step in deviation.steps.all() if step.done_at is None and step.is_required), None)
            if left is None:
                return "Markera avvikelsen som färdighanterad", "deviation"
            return None if may_take_step(by, left) else (left.title, "deviation")
        case State.FINISHED:
            return "Avidentifiera och lämna till gruppen", "deidentify"
        case State.PROPOSED:
            return None if deviation.text.prepared_by_id == by.user_id else ("Läs och godkänn texten", "approve")
    return None


def _joint(by: Actor, now: datetime, due: dict[tuple[UUID, str], datetime]) -> Iterable[Waiting]:
    mine = (
        JointHandling.objects.visible_to(by, now)
        .exclude(state=JointState.ANSWERED)
        .select_related("from_unit", "to_unit")
    )
    for joint in mine.order_by("handed_over_at")[:AT_MOST]:
        other = joint.from_unit if joint.to_unit_id == by.unit_id else joint.to_unit
        href = reverse("deviations:joint", args=[joint.pk])
        if joint.state == JointState.PROPOSED and joint.interim_by_id != by.unit_id:
            at = due.get((joint.pk, INTERIM_TERM))
            yield Waiting(
                DEVIATIONS, f"Kom överens om tillfälligt ansvar med {other}", None, href, at, where="Avvikelse"
            )
        elif joint.to_unit_id == by.unit_id:
            at = due.get((joint.pk, FEEDBACK_TERM))
            yield Waiting(DEVIATIONS, f"Återkoppla till {other}", None, href, at, where="Avvikelse")


def _improvements(by: Actor, now: datetime) -> Iterable[Waiting]:
    mine = Improvement.objects.filter(owner_id=by.unit_id, state=ImprovementState.DECIDED).select_related("group")
    for one in mine[:AT_MOST]:
        href = reverse("deviations:improvement", args=[one.pk])
        yield Waiting(DEVIATIONS, "Genomför förbättringsåtgärden", None, href, end_of(one.due_on), where=str(one.group))


def _lessons(by: Actor, now: datetime) -> Iterable[Waiting]:
    """What came of the unit's own: found by the ids that only the unit has (DEV-6)."""
    unread = Deviation.objects.visible_to(by, now).filter(state=State.SHARED, lesson_seen_at=None)
    by_id = {one.shared_id: one for one in unread.order_by("ended_at")[:AT_MOST]}
    if not by_id:
        return
    for record in SharedDeviation.objects.filter(pk__in=list(by_id), state=SharedState.LEARNT):
        deviation = by_id[record.pk]
        href = reverse("deviations:deviation", args=[deviation.pk])
        yield Waiting(DEVIATIONS, "Läs vad gruppen kom fram till", None, href, where=str(deviation))


def _link(message: Message) -> str:
    """Where a message of this chapter leads."""
    for fact, name in (("joint", "joint"), ("deviation", "deviation"), ("improvement", "improvement")):
        if fact in message.facts:
            return reverse(f"deviations:{name}", args=[message.facts[fact]])
    return reverse("deviations:desk") if message.kind == "deviation.received" else ""


SOURCE = Source(
    kinds={DEVIATIONS: "Avvikelser"},
    waiting=waiting,
    messages="deviation.",
    link=_link,
    shown_as_rows=(
        "deviation.to_approve",
        "deviation.handed_over",
        "deviation.interim_proposed",
        "deviation.improvement",
    ),
)
