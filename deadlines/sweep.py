"""The sweep: find clocks whose next stage has come, advance them and plan their messages, all in one statement.

Rows are claimed with FOR UPDATE SKIP LOCKED and the message carries a unique (clock, stage) key, so any number of
sweepers, or a long outage, gives each message once. Delivery goes by the time of the stage, so what an outage held up
goes out in the order it should have. A clock that can't be advanced is parked for staff to look at, and doesn't hold
up the others. What a stage does beside telling (`deadlines.effects`) is done in the same transaction.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from django.db import DatabaseError, OperationalError, connection, transaction

from deadlines import effects

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
    RETURNING clock.id, clock.kind, clock.subject, clock.label, clock.matter_id, clock.unit_id, clock.due_at,
              clock.stage, clock.stage_names[clock.stage] AS stage_name, clock.stage_times[clock.stage] AS stage_time
), planned AS (
    INSERT INTO core_message
        (id, kind, dedupe_key, to_unit_id, to_level, matter_id, facts, planned_at, next_try_at, attempts, last_error)
    SELECT gen_random_uuid(), 'deadline.' || stage_name, 'clock:' || id || ':' || stage, unit_id,
           CASE stage_name WHEN 'warn' THEN '' WHEN 'due' THEN '' WHEN 'manager' THEN 'nearest_manager'
                           ELSE stage_name END,
           matter_id, jsonb_build_object('what', label, 'due_at', due_at, 'clock', id),
           %(now)s, stage_time, 0, ''
    FROM advanced WHERE kind <> ALL (%(with_effects)s)
    ON CONFLICT (dedupe_key) DO NOTHING
)
SELECT count(*), coalesce(
    jsonb_agg(jsonb_build_array(kind, id, subject, stage_name, stage, stage_time) ORDER BY stage_time)
    FILTER (WHERE kind = ANY (%(with_effects)s)), '[]')
FROM advanced
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
    except (DatabaseError, effects.EffectFailed):
        log.warning("a clock can't be advanced; going through them one by one")
        return _one_by_one(now, batch)


def _advance(now: datetime, batch: int, clock_id: UUID | None = None) -> int:
    only = "AND id = %(clock)s" if clock_id else ""
    with transaction.atomic(), connection.cursor() as cursor:
        values: dict[str, Any] = {"now": now, "batch": batch, "clock": clock_id, "with_effects": effects.kinds()}
        cursor.execute(_ADVANCE.format(only=only), values)
        advanced, passed = cursor.fetchone()
        for kind, clock, subject, stage, number, at in passed if isinstance(passed, list) else json.loads(passed):
            stage_at = datetime.fromisoformat(at)
            _run_effect(kind, effects.Passed(UUID(clock), UUID(subject), stage, number, stage_at), now)
        return int(advanced)


def _run_effect(kind: str, passed: effects.Passed, now: datetime) -> None:
    try:
        effects.run(kind, passed, now)
    except OperationalError:
        raise
    except Exception as error:  # Whatever is wrong with one clock must not stop the others.
        raise effects.EffectFailed(type(error).__name__) from error


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
        except effects.EffectFailed as error:
            handled += _park(clock_id, str(error), now)
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
