"""How a dispute climbs the ladder of its agreement: by a side that lifts it, or by time (DIS-2, DIS-3).

The same code runs for both: within an action as the one who acts, or within the sweep as the background role. Either
way the dispute's clock is locked before the dispute itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from agreements.models import DisputeLevel
from agreements.values import StageName
from core.acting import Actor, tell_database
from core.dates import swedish_date
from core.workdays import last_day, local_day
from deadlines import actions as deadlines
from deadlines.effects import Passed
from deadlines.models import Clock
from disputes import line, telling
from disputes.kinds import LEVEL_CLOCK, Reached, State
from disputes.line import Holders
from disputes.models import Dispute, DisputeEvent, Rung


@dataclass(frozen=True, slots=True)
class Step:
    """A level to go to, with who handles the dispute there; `passed_by` when nobody can and there is a next one."""

    level: DisputeLevel
    holders: Holders
    passed_by: bool


def steps_from(dispute: Dispute, position: int, now: datetime) -> list[Step]:
    """The levels from a position on that are passed by because nobody handles them for a side, and the one to stop at.

    The top is never passed by: there the dispute waits until somebody is appointed.
    """
    steps: list[Step] = []
    levels = DisputeLevel.objects.filter(agreement_id=dispute.agreement_id, position__gte=position)
    for level in levels.order_by("position"):
        found = line.holders(dispute, level, now)
        steps.append(Step(level, found, passed_by=bool(found.nobody_on) and not level.is_final))
        if not steps[-1].passed_by:
            break
    return steps


def take_steps(dispute: Dispute, steps: Iterable[Step], how: Reached, *, by: Actor | None, now: datetime) -> None:
    """Write the levels that were passed by and the one that is reached, start its clock and tell those concerned.

    Sets the dispute's level and rank; the caller saves them.
    """
    earlier_rank = dispute.line_rank or 0
    for step in steps:
        telling.vacancies(dispute, step.level, step.holders, now=now)
        Rung.objects.create(
            dispute=dispute,
            level=step.level,
            group=None if step.passed_by else step.holders.group,
            reached_at=now,
            reached_by=Reached.NOBODY if step.passed_by else how,
            is_passed_by=step.passed_by,
            left_at=now if step.passed_by else None,
        )
        dispute.level, dispute.line_rank = step.level, max(dispute.line_rank or 0, line.rank_of(step.level))
        text = _in_words(step, how)
        note(dispute, "passed_by" if step.passed_by else "reached", text, by=by, now=now)
    clock = _start_clock(dispute, now)
    if how != Reached.OPENED:
        telling.lifted(dispute, step.holders, clock, earlier_rank, now=now)


def lift(dispute: Dispute, how: Reached, *, by: Actor | None, now: datetime) -> None:
    """Move a locked dispute to the next level that somebody handles. The caller has seen that there is one."""
    deadlines.stop_for_unit(subject=dispute.pk, now=now, reason=str(how), kinds=[LEVEL_CLOCK])
    Rung.objects.filter(dispute=dispute, left_at=None).update(left_at=now)
    take_steps(dispute, steps_from(dispute, dispute.level.position + 1, now), how, by=by, now=now)


def time_is_out(passed: Passed, now: datetime) -> None:
    """What a stage of the level's clock does (an effect of the sweep): warn, lift, or chase at the top (DIS-3)."""
    tell_database(None, now)
    # The sweep has locked the clock; whoever stopped it before that settled or lifted the dispute.
    clock = Clock.objects.get(pk=passed.clock)
    disputes = Dispute.objects.select_for_update(of=("self",)).select_related(
        "agreement", "level", "opening_unit", "answering_unit", "opening_huvudman", "answering_huvudman"
    )
    dispute = disputes.get(pk=passed.subject)
    if clock.stopped_at is not None or dispute.state != State.OPEN:
        return
    if passed.stage == StageName.WARN:
        if clock.due_at > now:
            telling.warned(dispute, line.holders(dispute, dispute.level, now), clock, now=now)
    elif passed.stage == StageName.DUE and dispute.level.is_final:
        _chase(dispute, clock, now)
    elif passed.stage == StageName.DUE:
        lift(dispute, Reached.TIME_OUT, by=None, now=now)
        dispute.version, dispute.changed_at = dispute.version + 1, now
        dispute.save(update_fields=["level", "line_rank", "version", "changed_at"])


def _chase(dispute: Dispute, clock: Clock, now: datetime) -> None:
    """At the top the dispute stays: those who answer for it are told, the board too, and the time starts anew."""
    deadlines.stop_for_unit(subject=dispute.pk, now=now, reason="passed", kinds=[LEVEL_CLOCK])
    day = swedish_date(last_day(clock.due_at))
    text = f"Tiden hos {telling.lower(dispute.level.name)} gick ut {day}. De påmindes om att de behöver enas."
    note(dispute, "chased", text, by=None, now=now)
    _start_clock(dispute, now)
    telling.chased(dispute, line.holders(dispute, dispute.level, now), clock, now=now)


def note(dispute: Dispute, what: str, text: str, *, by: Actor | None, now: datetime) -> DisputeEvent:
    """Add a line to the dispute's timeline. Without `by` the portal itself did it."""
    return DisputeEvent.objects.create(
        dispute=dispute,
        what=what,
        text=text,
        at=now,
        unit_id=by.unit_id if by else None,
        user_id=by.user_id if by else None,
    )


def running_clock(dispute_id: UUID) -> Clock | None:
    return Clock.objects.filter(subject=dispute_id, kind=LEVEL_CLOCK, matter=None, stopped_at=None).first()


def _start_clock(dispute: Dispute, now: datetime) -> Clock:
    return deadlines.start_for_unit(
        agreement=dispute.agreement,
        agreed_on=local_day(dispute.opened_at),
        kind=LEVEL_CLOCK,
        counts_as=dispute.level.clock,
        subject=dispute.pk,
        unit=dispute.opening_unit,
        started_at=now,
        now=now,
    )


def _in_words(step: Step, how: Reached) -> str:
    name = step.level.name
    if step.passed_by:
        return f"{name} passerades: ingen kunde hantera frågan där för båda parter."
    if how == Reached.OPENED:
        return f"Tvisten öppnades hos {telling.lower(name)}."
    why = "Tiden gick ut utan att parterna enades." if how == Reached.TIME_OUT else "Parterna enades inte."
    return f"{why} Tvisten gick vidare till {telling.lower(name)}."
