"""What the calendar does with an ansvarsförbindelse: on the day after its last one it has run out (PLC-7).

Runs within the sweep, as the background role, which reads nothing of placements: a function of the database does the
one thing, and answers only whether the placement goes on without an agreement.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import connection

from agreements.values import StageName
from core import outbox
from core.acting import tell_database
from deadlines.effects import Passed
from deadlines.models import Clock


def last_day_passes(passed: Passed, now: datetime) -> None:
    """Let an agreement whose last day is over run out, and tell the parties when the placement goes on without it.

    A warning is told only when the agreement ends before the placement; at each later stage somebody higher is told.
    """
    tell_database(None, now)
    clock = Clock.objects.get(pk=passed.clock)
    too_late_to_warn = passed.stage == StageName.WARN and clock.due_at <= now
    if clock.stopped_at is None and _runs_out(passed.subject, now) and not too_late_to_warn:
        level = "" if passed.stage in (StageName.WARN, StageName.DUE) else passed.stage
        outbox.plan(
            f"deadline.{passed.stage}",
            to_unit=clock.unit_id,
            to_level="nearest_manager" if level == StageName.MANAGER else level,
            matter=clock.matter_id,
            key=f"clock:{clock.pk}:{passed.number}",
            facts={"what": clock.label, "due_at": clock.due_at.isoformat(), "clock": str(clock.pk)},
            now=now,
        )


def _runs_out(placement_id: UUID, now: datetime) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT portal_agreement_runs_out(%s, %s)", [placement_id, now])
        return bool(cursor.fetchone()[0])
