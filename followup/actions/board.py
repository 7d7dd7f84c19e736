"""What the regional board does: answers, sets priorities, gives assignments, changes indicators (FUP-4)."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from agreements.models import Agreement
from core.acting import Actor
from core.authz import NotAllowed, Refused
from core.dates import swedish_date
from core.transitions import Gone, transition
from core.workdays import local_day
from followup import clocks
from followup.actions.shared import require_group, required, tell_group
from followup.kinds import TASK, ReportState, TaskDo
from followup.measures import MEASURES
from followup.models import (
    BoardIndicator,
    BoardTask,
    Feedback,
    GroupReport,
    Priority,
)
from followup.permissions import BOARD, TASK_RULES, in_group
from followup.querysets import members
from organisations.models import CoordinationGroup


def require_board(agreement: Agreement, by: Actor) -> None:
    """Raise `Refused` unless the actor sits on the board of a party to the agreement."""
    if by.role not in BOARD or not agreement.parties.filter(huvudman_id=by.huvudman_id).exists():
        raise NotAllowed("Det här gör den regionala gruppen.")


def give_feedback(*, report_id: UUID, text: str, by: Actor, now: datetime) -> Feedback:
    """Answer a group about its handed-in report, once. Tells the coordinator. Raises `Gone`, `Refused`."""
    report = GroupReport.objects.select_related("campaign__agreement", "group").filter(pk=report_id).first()
    if report is None:
        raise Gone("followup.GroupReport")
    require_board(report.campaign.agreement, by)
    if report.state == ReportState.WRITING:
        raise Refused("Gruppen har inte lämnat in sin uppföljning ännu.")
    kept = required(text, "text", "Skriv vad den regionala gruppen vill säga.")
    try:
        with transaction.atomic():
            made = Feedback.objects.create(report=report, text=kept, at=now, by_id=by.user_id)
    except IntegrityError:
        raise Refused("Gruppen har redan fått återkoppling.") from None
    tell_group(report.group, "group.feedback_given", key=f"feedback:{made.pk}", now=now, on=local_day(now))
    return made


def add_priority(*, agreement: Agreement, year: int, name: str, text: str, by: Actor, now: datetime) -> Priority:
    """Set a priority for a year. Raises `Refused`."""
    require_board(agreement, by)
    try:
        with transaction.atomic():
            return Priority.objects.create(
                agreement=agreement,
                year=year,
                name=required(name, "name", "Skriv vad som prioriteras."),
                text=required(text, "text", "Skriv vad det innebär."),
                decided_at=now,
                decided_by_id=by.user_id,
            )
    except IntegrityError:
        raise Refused("Den prioriteringen finns redan det året.", field="name") from None


def give_task(
    *,
    agreement: Agreement,
    groups: list[CoordinationGroup],
    name: str,
    text: str,
    due_on: date,
    by: Actor,
    now: datetime,
) -> list[BoardTask]:
    """Give groups an assignment with a date. It shows up in their work, with a clock. Raises `Refused`."""
    require_board(agreement, by)
    today = local_day(now)
    if due_on <= today:
        raise Refused("Välj en dag framåt i tiden.", field="due_on")
    if not groups:
        raise Refused("Välj minst en grupp.", field="groups")
    made = []
    for group in groups:
        task = BoardTask.objects.create(
            agreement=agreement,
            group=group,
            changed_at=now,
            name=required(name, "name", "Skriv vad uppdraget heter."),
            text=required(text, "text", "Beskriv uppdraget."),
            due_on=due_on,
            given_at=now,
            given_by_id=by.user_id,
        )
        _start_clock(task, today, now)
        tell_group(
            group, "group.task_given", key=f"task:{task.pk}", now=now, on=today, when=f"senast {swedish_date(due_on)}"
        )
        made.append(task)
    return made


def report_task(*, task_id: UUID, version: int, result: str, by: Actor, now: datetime) -> BoardTask:
    """The group reports what came of it. Stops the clock. Raises `Gone`, `Refused`, `Stale`."""
    with _task(task_id, TaskDo.REPORT, by, now, version) as task:
        task.result = required(result, "result", "Skriv vad gruppen har gjort och vad det ledde till.")
        task.reported_at, task.reported_by_id = now, by.user_id
        clocks.stop(subject=task.pk, kind=TASK, reason="reported", now=now)
    return task


def accept_task(*, task_id: UUID, version: int, answer: str, by: Actor, now: datetime) -> BoardTask:
    """The board is content. Tells the group. Raises `Gone`, `Refused`, `Stale`."""
    with _task(task_id, TaskDo.ACCEPT, by, now, version) as task:
        task.answer, task.answered_at = answer.strip(), now
        _tell_answer(task, now)
    return task


def return_task(*, task_id: UUID, version: int, answer: str, due_on: date, by: Actor, now: datetime) -> BoardTask:
    """The board asks for more, by a new date, with a new clock. Tells the group. Raises `Gone`, `Refused`, `Stale`."""
    today = local_day(now)
    with _task(task_id, TaskDo.RETURN, by, now, version) as task:
        if due_on <= today:
            raise Refused("Välj en dag framåt i tiden.", field="due_on")
        task.answer = required(answer, "answer", "Skriv vad som behöver kompletteras.")
        task.answered_at, task.due_on = now, due_on
        _start_clock(task, today, now)
        _tell_answer(task, now)
    return task


def add_indicator(
    *, agreement: Agreement, from_year: int, values: dict[str, Any], reason: str, by: Actor, now: datetime
) -> BoardIndicator:
    """Add an indicator, or change one of the same key, from a coming year on. Raises `Refused`."""
    require_board(agreement, by)
    _require_coming(from_year, now)
    _require_measures(values.get("numerator", ""), values.get("denominator", ""))
    return _put_indicator(agreement, from_year, values, reason, by, now)


def end_indicator(
    *, agreement: Agreement, key: str, name: str, kind: str, from_year: int, reason: str, by: Actor, now: datetime
) -> BoardIndicator:
    """Ask for an indicator no more from a coming year on. What was told before stands. Raises `Refused`."""
    require_board(agreement, by)
    _require_coming(from_year, now)
    values = {"key": key, "name": name, "kind": kind, "is_ended": True}
    return _put_indicator(agreement, from_year, values, reason, by, now)


# --- shared --------------------------------------------------------------------------------------------------
def _require_coming(from_year: int, now: datetime) -> None:
    if from_year <= local_day(now).year:
        # Figures of a year that has begun must not change meaning.
        raise Refused("En ändring gäller tidigast från nästa år.", field="from_year")


def _require_measures(numerator: str, denominator: str) -> None:
    """Raise `Refused` unless the figure can be reckoned: a share of what it is part of, a mean over what it sums."""
    for field, key in (("numerator", numerator), ("denominator", denominator)):
        if key and key not in MEASURES:
            raise Refused("Måttet finns inte i portalen.", field=field)
    if not numerator:
        return
    counted = MEASURES[numerator]
    if denominator and denominator not in counted.per:
        whole = " eller ".join(f"”{MEASURES[key].words}”" for key in counted.per)
        raise Refused(
            f"Det måttet kan delas med {whole}." if whole else "Det måttet visas som antal. Välj inget att dela med.",
            field="denominator",
        )
    if counted.is_amount and not denominator:
        raise Refused(f"Välj ”{MEASURES[counted.per[0]].words}” att dela med, så blir det ett medeltal.",
                      field="denominator")  # fmt: skip


def _put_indicator(
    agreement: Agreement, from_year: int, values: dict[str, Any], reason: str, by: Actor, now: datetime
) -> BoardIndicator:
    kept = required(reason, "reason", "Skriv varför indikatorn ändras.")
    try:
        with transaction.atomic():
            return BoardIndicator.objects.create(
                agreement=agreement,
                from_year=from_year,
                reason=kept,
                decided_by_id=by.user_id,
                decided_at=now,
                **values,
            )
    except IntegrityError:
        raise Refused("Indikatorn är redan ändrad från det året.", field="from_year") from None


def _start_clock(task: BoardTask, today: date, now: datetime) -> None:
    unit = clocks.unit_of(task.group, members(task.group, today))
    if unit is not None:
        clocks.start_on(
            agreement=task.agreement, kind=TASK, subject=task.pk, unit=unit, due_on=task.due_on, on=today, now=now
        )


def _tell_answer(task: BoardTask, now: datetime) -> None:
    tell_group(
        task.group, "group.task_answered", key=f"answered:{task.pk}:{task.version}", now=now, on=local_day(now),
        only_lead=True,
    )  # fmt: skip


def _task(task_id: UUID, do: TaskDo, by: Actor, now: datetime, version: int) -> AbstractContextManager[BoardTask]:
    group_id = BoardTask.objects.filter(pk=task_id).values_list("group_id", flat=True).first()
    if group_id is None:
        raise Gone("followup.BoardTask")
    group, _ = require_group(group_id, by, local_day(now))
    return transition(BoardTask, task_id, do, rules=in_group(TASK_RULES, group), by=by, now=now, version=version)
