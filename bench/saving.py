"""P8: a save with its change history and read log, against the same save without them.

A called unit opens a case and acknowledges its call: the case, the call, who carries it, an event, a message.
"""

from __future__ import annotations

import gc
import time
from datetime import datetime
from statistics import median
from typing import Any

from django.db import connection, transaction
from django.db.models import Count

from bench.results import Ratio
from core.acting import Actor, tell_database
from core.audit import Action
from organisations.acting import actor_for
from organisations.kinds import Role
from organisations.models import Assignment
from sip import actions
from sip.kinds import CallState, State
from sip.models import Call, SipCase

ROUNDS = 21

_RECORDERS = """
SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE tgname LIKE 'pgtrigger_log_change%%' AND NOT tgisinternal
"""


def measure(now: datetime) -> list[Ratio]:
    """Measure in turns at the unit where most calls wait; every save is taken back."""
    people = Assignment.objects.filter(role=Role.CASEWORKER)
    waiting = Call.objects.filter(state=CallState.CALLED, case__state=State.SENT, unit__in=people.values("unit"))
    unit = waiting.values_list("unit").annotate(calls=Count("pk")).order_by("-calls", "unit")[0][0]
    assignment = people.select_related("user", "unit__authority__huvudman").filter(unit=unit).order_by("pk")[0]
    by = actor_for(assignment)
    times: dict[bool, list[float]] = {True: [], False: []}
    for call in waiting.filter(unit=unit).order_by("pk")[:ROUNDS]:
        for recorded in times:
            times[recorded].append(_save(call, by, now, recorded=recorded))
    return [
        Ratio("P8", "bekräfta, med historik och läslogg", "utan dem", median(times[True]), median(times[False]), 1.6)
    ]


def _save(call: Call, by: Actor, now: datetime, *, recorded: bool) -> float:
    """Seconds of one save. The first two aren't counted: the database reads its tables' definitions anew."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(_RECORDERS)
            for table, trigger in cursor.fetchall():
                cursor.execute(f'ALTER TABLE {table} {"ENABLE" if recorded else "DISABLE"} TRIGGER "{trigger}"')
            cursor.execute("SET LOCAL ROLE portal_app")
        for _ in range(3):
            gc.collect()
            with transaction.atomic():
                started = time.perf_counter()
                _acknowledge(call, by, now, recorded=recorded)
                seconds = time.perf_counter() - started
                _check(now, recorded=recorded)
                transaction.set_rollback(True)
        transaction.set_rollback(True)
    return seconds


def _acknowledge(call: Call, by: Actor, now: datetime, *, recorded: bool) -> None:
    """As `acting` and the page do it, all that waits for the commit included."""
    tell_database(by, now)
    case: Any = SipCase.objects.visible_to(by, now).select_related("matter__person").get(pk=call.case_id)
    if recorded:
        case.log_read(by.reads, Action.VIEW, "sip.case")
    actions.acknowledge(call_id=call.pk, by=by, now=now)
    by.reads.write(by, now)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def _check(now: datetime, *, recorded: bool) -> None:
    """What wasn't to be recorded may not be, and what was must be, or the ratio says nothing."""
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        for table in ("core_changelog", "core_readlog"):
            cursor.execute(f"SELECT count(*) FROM {table} WHERE at = %s", [now])
            if bool(cursor.fetchone()[0]) != recorded:
                raise AssertionError(f"{table} doesn't hold what it should")
