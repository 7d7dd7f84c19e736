"""The verbs of clocks: start, stop, pause, resume, move. Called inside the transition that causes them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from django.db.models import Min, QuerySet

from agreements.models import Agreement
from agreements.values import Term
from core.authz import Refused
from core.workdays import local_day
from deadlines import times
from deadlines.models import Clock
from individuals.models import Matter
from organisations.models import Unit


def start(
    *,
    matter: Matter,
    kind: str,
    subject: UUID,
    unit: Unit,
    started_at: datetime,
    now: datetime,
    due_at: datetime | None = None,
    counts_as: str | None = None,
    not_after: datetime | None = None,
) -> Clock:
    """Start a clock of the matter's agreement.

    `due_at` is given only where the term counts towards a known end (a consent's expiry); else it is computed from
    `started_at`. `counts_as` names another term for the same duty (the urgent one). `not_after`: it falls due then, if
    the term would end later. Raises `UnknownTerm`.
    """
    term = matter.agreement.term(counts_as or kind, on=local_day(matter.opened_at))
    due = due_at or times.due_at(term, started_at)
    if not_after is not None:
        due = min(due, not_after)
    clock = _create(term, kind, due, subject, unit, started_at, now, matter)
    refresh_next_due(matter.pk)
    return clock


def start_for_unit(
    *,
    agreement: Agreement,
    agreed_on: date,
    kind: str,
    subject: UUID,
    unit: Unit,
    started_at: datetime,
    now: datetime,
    due_at: datetime | None = None,
    counts_as: str | None = None,
) -> Clock:
    """Start a clock that hangs on no matter: a duty of the unit itself (DEV-3). Only that unit sees it.

    The term is read as it stood on `agreed_on`; `counts_as` names another one than `kind`. Raises `UnknownTerm`.
    """
    term = agreement.term(counts_as or kind, on=agreed_on)
    return _create(term, kind, due_at or times.due_at(term, started_at), subject, unit, started_at, now)


def stop_for_unit(*, subject: UUID, now: datetime, reason: str, kinds: Iterable[str]) -> int:
    """Stop the acting unit's running clocks of some kinds about a subject without a matter. Returns how many."""
    running = Clock.objects.filter(matter=None, subject=subject, kind__in=list(kinds), stopped_at=None)
    return running.update(stopped_at=now, stop_reason=reason, next_at=None, paused_at=None, parked_at=None)


def _create(
    term: Term,
    kind: str,
    due: datetime,
    subject: UUID,
    unit: Unit,
    started_at: datetime,
    now: datetime,
    matter: Matter | None = None,
) -> Clock:
    stages = times.stages(term, due, now)
    return Clock.objects.create(
        kind=kind,
        label=term.label,
        matter=matter,
        subject=subject,
        unit=unit,
        term_value=term.value,
        term_unit=term.unit,
        term_source="" if term.is_default else term.section,
        started_at=started_at,
        due_at=due,
        stage_names=[name.value for name, _ in stages],
        stage_times=[at for _, at in stages],
        next_at=stages[0][1] if stages else None,
    )


def stop(
    *,
    matter_id: UUID,
    now: datetime,
    reason: str,
    kinds: Iterable[str] | None = None,
    subject: UUID | None = None,
    units: Iterable[UUID] | None = None,
) -> int:
    """Stop the running clocks of a matter (of some kinds, about one subject, of some units). Returns how many."""
    running = Clock.objects.filter(matter_id=matter_id, stopped_at=None)
    if kinds is not None:
        running = running.filter(kind__in=list(kinds))
    if subject is not None:
        running = running.filter(subject=subject)
    if units is not None:
        running = running.filter(unit_id__in=list(units))
    stopped = running.update(stopped_at=now, stop_reason=reason, next_at=None, paused_at=None, parked_at=None)
    refresh_next_due(matter_id)
    return stopped


def move(*, matter_id: UUID, kind: str, subject: UUID, to_subject: UUID, to_unit: Unit, now: datetime) -> None:
    """Let another unit answer for a running clock. The due time stays: the need did not become newer (SIP-4)."""
    for clock in _running(matter_id, kind, subject):
        clock.stopped_at, clock.stop_reason, left = now, "moved", clock.next_at
        clock.next_at = None
        clock.save(update_fields=["stopped_at", "stop_reason", "next_at"])
        Clock.objects.create(
            kind=clock.kind,
            label=clock.label,
            matter_id=matter_id,
            subject=to_subject,
            unit=to_unit,
            term_value=clock.term_value,
            term_unit=clock.term_unit,
            term_source=clock.term_source,
            started_at=clock.started_at,
            due_at=clock.due_at,
            stage_names=clock.stage_names,
            stage_times=clock.stage_times,
            stage=clock.stage,
            next_at=left,
            paused_at=clock.paused_at,
            pause_reason=clock.pause_reason,
            parked_at=clock.parked_at,
            parked_reason=clock.parked_reason,
        )


def pause(*, matter_id: UUID, kind: str, reason: str, now: datetime) -> None:
    """Pause the running clocks of a kind. Raises `Refused` without a reason or when none is running (SIP-2)."""
    if not reason.strip():
        raise Refused("Skriv varför fristen pausas.", field="reason")
    paused = (
        Clock.objects.filter(matter_id=matter_id, kind=kind, stopped_at=None, paused_at=None)
        .exclude(next_at=None)
        .update(paused_at=now, pause_reason=reason.strip(), next_at=None)
    )
    if not paused:
        raise Refused("Det finns ingen frist att pausa: den är redan pausad eller har gått ut.")


def resume(*, matter_id: UUID, kind: str, now: datetime) -> None:
    """Let paused clocks run again, moved by the length of the pause. Raises `Refused` when none is paused."""
    paused = list(Clock.objects.select_for_update().filter(matter_id=matter_id, kind=kind).exclude(paused_at=None))
    if not paused:
        raise Refused("Fristen är inte pausad.")
    for clock in paused:
        assert clock.paused_at is not None
        [clock.due_at, *clock.stage_times] = times.after_pause(
            [clock.due_at, *clock.stage_times], clock.term_unit, clock.paused_at, now
        )
        clock.next_at = clock.stage_times[clock.stage] if clock.stage < len(clock.stage_times) else None
        clock.paused_at = None
        clock.save(update_fields=["due_at", "stage_times", "next_at", "paused_at"])
    refresh_next_due(matter_id)


def refresh_next_due(matter_id: UUID) -> None:
    """Keep the matter's earliest due time, which lists sort by."""
    earliest = Clock.objects.filter(matter_id=matter_id, stopped_at=None).aggregate(at=Min("due_at"))["at"]
    Matter.objects.filter(pk=matter_id).update(next_due_at=earliest)


def _running(matter_id: UUID, kind: str, subject: UUID) -> QuerySet[Clock]:
    return Clock.objects.select_for_update().filter(matter_id=matter_id, kind=kind, subject=subject, stopped_at=None)
