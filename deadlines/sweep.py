"""The sweep: find clocks whose next stage has come, advance them and plan their messages, all in one statement.

Rows are claimed with FOR UPDATE SKIP LOCKED and the message carries a unique (clock, stage) key, so any number of
sweepers, or a long outage, gives each message once. Delivery goes by the time of the stage, so what an outage held up
goes out in the order it should have. A clock that the database refuses to advance is parked for staff to look at, and
doesn't hold up the others.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import structlog
from django.db import DatabaseError, OperationalError, connection, transaction

log = structlog.get_logger("sweep")

_ADVANCE = """
WITH due AS (
    SELECT id FROM deadlines_clock
    WHERE next_at <= %(now)s {only}
    ORDER BY next_at LIMIT %(batch)s
    FOR UPDATE SKIP LOCKED
), advanced AS (
    UPDATE deadlines_clock clock
    SET stage = clock.stage + 1, next_at = clock.stage_times[clock.stage + 2]
    FROM due WHERE clock.id = due.id
    RETURNING clock.id, clock.label, clock.matter_id, clock.unit_id, clock.due_at, clock.stage,
              clock.stage_names[clock.stage] AS stage_name, clock.stage_times[clock.stage] AS stage_time
), planned AS (
    INSERT INTO core_message
        (id, kind, dedupe_key, to_unit_id, to_level, matter_id, facts, planned_at, next_try_at, attempts, last_error)
    SELECT gen_random_uuid(), 'deadline.' || stage_name, 'clock:' || id || ':' || stage, unit_id,
           CASE stage_name WHEN 'warn' THEN '' WHEN 'due' THEN '' WHEN 'manager' THEN 'nearest_manager'
                           ELSE stage_name END,
           matter_id, jsonb_build_object('what', label, 'due_at', due_at, 'clock', id),
           %(now)s, stage_time, 0, ''
    FROM advanced
    ON CONFLICT (dedupe_key) DO NOTHING
)
SELECT count(*) FROM advanced
"""


def sweep(now: datetime, *, batch: int = 5_000) -> int:
    """Advance every clock that has something due by `now`. Returns how many stages were passed.

    Run as the background role. Raises OperationalError when the database goes away: the next round continues.
    """
    passed = 0
    while advanced := _advance_or_park(now, batch):
        passed += advanced
    return passed


def _advance_or_park(now: datetime, batch: int) -> int:
    try:
        return _advance(now, batch)
    except OperationalError:
        raise
    except DatabaseError:
        log.warning("a clock can't be advanced; going through them one by one")
        return _one_by_one(now, batch)


def _advance(now: datetime, batch: int, clock_id: UUID | None = None) -> int:
    only = "AND id = %(clock)s" if clock_id else ""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_ADVANCE.format(only=only), {"now": now, "batch": batch, "clock": clock_id})
        return int(cursor.fetchone()[0])


def _one_by_one(now: datetime, batch: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM deadlines_clock WHERE next_at <= %s ORDER BY next_at LIMIT %s", [now, min(batch, 500)]
        )
        ids = [row[0] for row in cursor.fetchall()]
    handled = 0
    for clock_id in ids:
        try:
            handled += _advance(now, 1, clock_id)
        except OperationalError:
            raise
        except DatabaseError as error:
            handled += _park(clock_id, type(error).__name__, now)
    return handled


def _park(clock_id: UUID, reason: str, now: datetime) -> int:
    """Set a clock aside, unless someone stopped it meanwhile. Returns how many were: 0 when it can't even be parked."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "UPDATE deadlines_clock SET parked_at = %s, parked_reason = %s, next_at = NULL"
                " WHERE id = %s AND next_at <= %s",
                [now, reason, clock_id, now],
            )
            parked = int(cursor.rowcount)
    except OperationalError:
        raise
    except DatabaseError as error:
        log.error("clock can't be advanced nor parked", clock=str(clock_id), error=type(error).__name__)
        return 0
    if parked:
        log.error("clock parked", clock=str(clock_id), error=reason)
    return parked
