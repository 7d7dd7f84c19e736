"""Handling by the huvudman's own routine, until it is finished (DEV-2)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from core.acting import Actor
from core.authz import NotAllowed, Refused
from core.transitions import Gone
from core.workdays import local_day
from deadlines import actions as deadlines
from deviations.actions.shared import SHARE_TERM, change, group_for, note
from deviations.kinds import Do, StepKind
from deviations.models import Deviation, Routine, RoutineStep
from deviations.permissions import may_take_step, require_administrator
from deviations.routines import Step, require_whole
from organisations.models import Unit


def record_step(
    *, deviation_id: UUID, step_id: UUID, text: str, by: Actor, now: datetime, version: int | None = None
) -> Deviation:
    """Mark a step as taken, with what it gave. A step may be recorded anew until the deviation is finished.

    Raises `NotAllowed` when the routine says somebody else takes it, `Refused` when it must say something and doesn't.
    """
    with change(deviation_id, Do.RECORD_STEP, by=by, now=now, version=version) as deviation:
        step = deviation.steps.select_for_update().filter(pk=step_id).first()
        if step is None:
            raise Gone("step")
        if reason := may_take_step(by, step):
            raise NotAllowed(reason)
        if step.kind != StepKind.TASK and not text.strip():
            raise Refused(f"Skriv {StepKind(step.kind).label.lower()}.", field="text")
        step.note, step.done_at, step.done_by_id = text.strip(), now, by.user_id
        step.save(update_fields=["note", "done_at", "done_by"])
        note(deviation, f"Steget ”{step.title}” är klart", by=by, now=now)
    return deviation


def finish(*, deviation_id: UUID, by: Actor, now: datetime) -> Deviation:
    """Mark as finished when every step the routine demands is taken. Starts the clock for sharing (DEV-3).

    Raises `Refused` with the steps that remain.
    """
    with change(deviation_id, Do.FINISH, by=by, now=now) as deviation:
        left = [step.title for step in deviation.steps.filter(is_required=True, done_at=None)]
        if left:
            raise Refused(f"Enligt er rutin återstår: {', '.join(left)}.")
        deviation.finished_at, deviation.finished_by_id = now, by.user_id
        if group_for(deviation) is not None:
            deadlines.start_for_unit(
                agreement=deviation.agreement,
                agreed_on=local_day(deviation.started_at),
                kind=SHARE_TERM,
                subject=deviation.pk,
                unit=Unit.objects.get(pk=deviation.unit_id),
                started_at=now,
                now=now,
            )
        note(deviation, "Avvikelsen är färdighanterad", by=by, now=now)
    return deviation


def reopen(*, deviation_id: UUID, by: Actor, now: datetime) -> Deviation:
    """Go back to handling: something was missed. The clock for sharing begins anew when it is finished again."""
    with change(deviation_id, Do.REOPEN, by=by, now=now) as deviation:
        deviation.finished_at = deviation.finished_by = None
        _stop_sharing_clock(deviation, now, "reopened")
        note(deviation, "Hanteringen öppnades igen", by=by, now=now)
    return deviation


def close(*, deviation_id: UUID, reason: str, by: Actor, now: datetime) -> Deviation:
    """End it without sharing, with a reason: it doesn't touch the target groups, or no group exists (DEV-3)."""
    with change(deviation_id, Do.CLOSE, by=by, now=now) as deviation:
        if not reason.strip():
            raise Refused("Skriv varför avvikelsen inte delas.", field="reason")
        deviation.ended_at, deviation.end_reason = now, reason.strip()
        _stop_sharing_clock(deviation, now, "closed")
        note(deviation, "Avvikelsen avslutades utan att delas", by=by, now=now)
    return deviation


def _stop_sharing_clock(deviation: Deviation, now: datetime, reason: str) -> None:
    deadlines.stop_for_unit(subject=deviation.pk, kinds=[SHARE_TERM], now=now, reason=reason)


def decide_routine(*, name: str, finished_by: str, steps: Sequence[Step], by: Actor, now: datetime) -> Routine:
    """Write a new version of the huvudman's routine. What is already being handled keeps its steps.

    Raises `Refused` unless it has one analysis and one measure.
    """
    require_administrator(by)
    require_whole(steps)
    Routine.objects.filter(huvudman_id=by.huvudman_id, replaced_at=None).update(replaced_at=now)
    routine = Routine.objects.create(
        huvudman_id=by.huvudman_id, name=name, finished_by=finished_by, decided_at=now, decided_by_id=by.user_id
    )
    RoutineStep.objects.bulk_create(
        RoutineStep(
            routine=routine,
            position=place,
            title=step.title,
            kind=step.kind,
            who=step.who,
            is_required=step.is_required or step.kind != StepKind.TASK,
        )
        for place, step in enumerate(steps)
    )
    return routine
