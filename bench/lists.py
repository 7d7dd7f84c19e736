"""P1, P3, P4: one unit's list page, against the bare rows, against seeing everything, and without row security."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from unittest import mock

from django.db import connection
from django.test.utils import CaptureQueriesContext

from bench.desk import Desk, as_role
from bench.results import Ratio
from bench.timing import medians
from core.acting import acting
from individuals import paging
from individuals.paging import ROWS
from sip.forms.listing import CaseFilter
from sip.querysets import SipCaseQuerySet

ROUNDS = 21
_TRANSACTION = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK")

# What the page shows, and nothing else: the same rows in the same order, then the units called in them and who carries
# them. Written as well as we can, in the way the page finds them: a slow comparison would make the page look fast.
_BARE_ROWS = """
SELECT c.matter_id, c.state, m.reference, m.next_due_at, m.opened_at, p.first_name, p.last_name, p.identity_kind,
       p.identity_number, p.protection, u.name
FROM (
    SELECT content_object_id AS id FROM individuals_mattergroupobjectpermission
    WHERE group_id = %s AND (until IS NULL OR until > %s) AND closed_at IS NULL AND kind = 'sip'
    ORDER BY next_due_at ASC NULLS LAST, opened_at DESC, content_object_id LIMIT 51
) AS picked
JOIN individuals_matter m USING (id) JOIN sip_sipcase c ON c.matter_id = m.id
JOIN individuals_person p ON p.id = m.person_id JOIN organisations_unit u ON u.id = m.initiator_id
ORDER BY m.next_due_at ASC NULLS LAST, m.opened_at DESC, m.id
"""
_BARE_CALLS = """
SELECT k.case_id, k.state, u.name FROM sip_call k JOIN organisations_unit u ON u.id = k.unit_id
WHERE k.case_id = ANY (%s) ORDER BY k.called_at, u.name
"""
_BARE_CARRIERS = """
SELECT k.case_id, u.first_name, u.last_name FROM sip_carrier k JOIN organisations_user u ON u.id = k.user_id
WHERE k.unit_id = %s AND k.case_id = ANY (%s)
"""
_BARE_COUNT = """
SELECT count(*) FROM (
    SELECT 1 FROM individuals_mattergroupobjectpermission
    WHERE group_id = %s AND (until IS NULL OR until > %s) AND closed_at IS NULL AND kind = 'sip'
    LIMIT 1001
) AS found
"""


def measure(desk: Desk, now: datetime) -> tuple[list[Ratio], dict[str, Any]]:
    """Measure the four ways to one page in turns, and tell how the list is found."""
    check_same_rows(desk, now)
    times = medians(
        {
            "page": lambda: _as("portal_app", desk.list_page),
            "bare": lambda: bare_rows(desk, now),
            "everything": lambda: _everything(desk.list_page),
            "no row security": lambda: _as(None, desk.list_page),
        },
        rounds=ROUNDS,
        warm_up=4,
    )
    page = times["page"]
    ratios = [
        Ratio("P1", "ärendelistan, 50 rader, en verksamhet", "samma rader med psycopg", page, times["bare"], 8),
        Ratio("P3", "en verksamhets lista", "samma sida utan begränsning", page, times["everything"], 1.3),
        Ratio("P4", "listan med radskydd", "utan radskydd", page, times["no row security"], 1.15),
    ]
    return ratios, {"open_cases_of_the_unit": desk.open_cases, **how_it_is_found(desk, now)}


def bare_rows(desk: Desk, now: datetime) -> list[Any]:
    """The same rows by psycopg alone, as the owner."""
    connection.ensure_connection()
    raw: Any = connection.connection
    with raw.cursor() as cursor:
        rows: list[Any] = cursor.execute(_BARE_ROWS, [desk.actor.group_id, now]).fetchall()[:ROWS]
        ids = [row[0] for row in rows]
        cursor.execute(_BARE_CALLS, [ids]).fetchall()
        cursor.execute(_BARE_CARRIERS, [desk.actor.unit_id, ids]).fetchall()
        cursor.execute(_BARE_COUNT, [desk.actor.group_id, now]).fetchall()
    return rows


def check_same_rows(desk: Desk, now: datetime) -> None:
    """The page and the bare query must show the same cases in the same order, or the ratio says nothing."""
    page = _as("portal_app", desk.list_page).decode()
    places = [page.find(str(row[0])) for row in bare_rows(desk, now)]
    if -1 in places or places != sorted(places):
        raise AssertionError("the page and the bare query show different rows")


def how_it_is_found(desk: Desk, now: datetime) -> dict[str, Any]:
    """The number of queries of the page, and the plan of the one that finds its rows, as the app's role."""
    with as_role("portal_app"), CaptureQueriesContext(connection) as queries:
        desk.list_page()
    asked = [query["sql"] for query in queries if not query["sql"].startswith(_TRANSACTION)]
    [found] = [sql for sql in asked if sql.startswith('SELECT "sip_sipcase"')]
    with as_role("portal_app"), acting(desk.actor, now), connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS) {found}")
        plan = [row[0] for row in cursor.fetchall()]
    return {"list_queries": len(asked), "list_plan": plan}


def _as(role: str | None, run: Callable[[], bytes]) -> bytes:
    with as_role(role):
        return run()


def _everything(run: Callable[[], bytes]) -> bytes:
    """The page of someone whom no rule limits: no right is asked for, and no row security binds."""
    with as_role(None), _unlimited():
        return run()


@contextmanager
def _unlimited() -> Iterator[None]:
    def all_of_them(cases: SipCaseQuerySet, *_: object) -> SipCaseQuerySet:
        return cases

    def going_on(cases: SipCaseQuerySet) -> SipCaseQuerySet:
        return cases.open().filter(matter__closed_at=None)

    with (
        mock.patch.multiple(SipCaseQuerySet, visible_to=all_of_them, on_desk=going_on),
        mock.patch.object(CaseFilter, "rights", None),
        mock.patch.object(paging, "_IN_CASES", paging._IN_MATTERS),
    ):
        yield
