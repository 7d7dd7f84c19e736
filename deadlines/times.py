"""When a clock falls due and when its stages come. Pure: instants and agreement terms in, instants out."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from agreements.values import StageName, Term, TermUnit
from core.workdays import STOCKHOLM, add_working_days, end_of, is_working_day, last_day, local_day, shift


def due_at(term: Term, started_at: datetime) -> datetime:
    """The instant a clock that started then falls due (SIP-2). Whole days end at midnight in Stockholm."""
    return shift(started_at, term.value, term.unit)


def stage_time(due: datetime, offset: int, unit: TermUnit) -> datetime:
    """The instant of a stage: `offset` units before (negative) or after the due time."""
    if offset == 0:
        return due
    if unit == TermUnit.HOURS:
        return shift(due, offset, unit)
    # Counted from the last day that is still in time, so that "one working day before" is a whole working day.
    return shift(end_of(last_day(due)) - timedelta(seconds=1), offset, unit)


def stages(term: Term, due: datetime, now: datetime) -> list[tuple[StageName, datetime]]:
    """The stages of a clock in order of time. A warning that would come after the fact is left out."""
    times = [(stage.name, stage_time(due, stage.offset, stage.unit)) for stage in term.stages]
    late = due <= now
    return sorted(((n, at) for n, at in times if not (late and n == StageName.WARN)), key=lambda pair: pair[1])


def after_pause(times: list[datetime], unit: str, paused_at: datetime, now: datetime) -> list[datetime]:
    """Move the times that had not come when the clock was paused as far as the pause was long.

    A clock that counts hours moves by exact time; others by whole days, or by working days when they count those, and
    keep the time of day.
    """
    if unit == TermUnit.HOURS:
        pause = now.astimezone(UTC) - paused_at.astimezone(UTC)
        return [at if at <= paused_at else at.astimezone(UTC) + pause for at in times]
    start, end = local_day(paused_at), local_day(now)
    if unit == TermUnit.WORKING_DAYS:
        lost = _working_days_between(_working_day_from(start), _working_day_from(end))
        return [at if at <= paused_at else _on_day(at, add_working_days(last_day(at), lost)) for at in times]
    return [at if at <= paused_at else _on_day(at, last_day(at) + (end - start)) for at in times]


def _on_day(at: datetime, day: date) -> datetime:
    """The same time of day, so that `day` takes the place of the last day that was in time."""
    at = at.astimezone(STOCKHOLM)
    return end_of(day) - (end_of(last_day(at)) - at)


def _working_day_from(day: date) -> date:
    # A pause that begins or ends on a day off begins or ends with the next working day: nobody loses time between.
    return day if is_working_day(day) else add_working_days(day, 1)


def _working_days_between(start: date, end: date) -> int:
    count, day = 0, start
    while (day := add_working_days(day, 1)) <= end:
        count += 1
    return count
