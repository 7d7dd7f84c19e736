"""P6: one sweep over all clocks, messages included, against the barest statement that writes the same rows."""

from __future__ import annotations

import time
from datetime import datetime
from statistics import median
from typing import Any

from django.db import connection

from bench.desk import as_role
from bench.results import Ratio
from deadlines.sweep import sweep

ROUNDS = 5

_BARE = """
WITH advanced AS (
    UPDATE deadlines_clock SET stage = stage + 1, next_at = stage_times[stage + 2] WHERE next_at <= %s
    RETURNING id, label, matter_id, unit_id, due_at, stage, stage_names[stage] AS stage_name
)
INSERT INTO core_message
    (id, kind, dedupe_key, to_unit_id, to_level, matter_id, facts, planned_at, next_try_at, attempts, last_error)
SELECT gen_random_uuid(), 'deadline.' || stage_name, 'clock:' || id || ':' || stage, unit_id, '', matter_id,
       jsonb_build_object('what', label, 'due_at', due_at, 'clock', id), %s, %s, 0, ''
FROM advanced
"""
_BACK = "UPDATE deadlines_clock SET stage = 0, next_at = stage_times[1] WHERE stage > 0"


def measure(now: datetime) -> tuple[list[Ratio], dict[str, Any]]:
    """Measure in turns; between them every clock is set back, and the tables are tidied as autovacuum would."""
    times: dict[str, list[float]] = {"sweep": [], "bare": []}
    due = 0
    for _ in range(ROUNDS):
        for name in times:
            set_back()
            started = time.perf_counter()
            due = _sweep(now) if name == "sweep" else _bare(now)
            times[name].append(time.perf_counter() - started)
    set_back()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM deadlines_clock")
        facts = {"clocks": cursor.fetchone()[0], "clocks_due": due}
    swept, bare = median(times["sweep"]), median(times["bare"])
    return [Ratio("P6", "svepet med meddelanden", "en UPDATE och en INSERT", swept, bare, 1.5)], facts


def set_back() -> None:
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE core_message")
        cursor.execute(_BACK)
        cursor.execute("VACUUM (ANALYZE) deadlines_clock")
        cursor.execute("CHECKPOINT" if _may_checkpoint() else "SELECT 1")


def _sweep(now: datetime) -> int:
    with as_role("portal_jobs"):
        return sweep(now)


def _bare(now: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_BARE, [now, now, now])
        return int(cursor.rowcount)


def _may_checkpoint() -> bool:
    # What one turn wrote would else be flushed in the middle of the next.
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        return bool(cursor.fetchone()[0])
