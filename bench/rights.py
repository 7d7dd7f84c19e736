"""P2: finding a unit's cases by our rights, against guardian's generic and direct tables: all of them, and a page.

The queries are compared, made ready beforehand: what it takes to put them together is left out for all alike.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from unittest import mock
from uuid import UUID

from django.db import connection
from django.db.models import F, QuerySet
from guardian.models import GroupObjectPermission, UserObjectPermission
from guardian.shortcuts import get_objects_for_user

from bench.desk import Desk
from bench.results import Ratio
from bench.timing import medians
from individuals.actions import REACH
from individuals.kinds import MatterKind
from individuals.models import Matter
from individuals.paging import ROWS
from individuals.querysets import most_pressing_first, on_desk

Ids = QuerySet[Any, UUID]


def measure(desk: Desk, now: datetime) -> list[Ratio]:
    """The same ids in the same order, found in three ways. As the owner, without row security."""
    ratios = []
    for what, rows in (("våra pågående ärenden, alla", None), (f"våra {ROWS} mest brådskande", ROWS)):
        queries = {"ours": ours(desk, now), "direct": guardian_direct(desk), "generic": guardian_generic(desk)}
        runs = {name: ready(query[:rows]) for name, query in queries.items()}
        _check_alike(runs)
        times = medians(runs, rounds=21, warm_up=4)
        ratios += [
            Ratio("P2", what, "guardian, generisk tabell", times["ours"], times["generic"], 0.05),
            Ratio("P2", what, "guardian, egen tabell", times["ours"], times["direct"], 0.5),
        ]
    return ratios


def _check_alike(runs: dict[str, Callable[[], list[Any]]]) -> None:
    """All must find the same cases, or the ratio says nothing."""
    found = [run() for run in runs.values()]
    if any(rows != found[0] for rows in found):
        raise AssertionError("the rights find different cases")


def ready(query: Ids) -> Callable[[], list[Any]]:
    """The query as text: running it takes the database's time alone."""
    sql, parameters = query.query.sql_with_params()

    def run() -> list[Any]:
        with connection.cursor() as cursor:
            cursor.execute(sql, parameters)
            rows: list[Any] = cursor.fetchall()
            return rows

    return run


def ours(desk: Desk, now: datetime) -> Ids:
    """How the case list finds its rows (individuals.paging)."""
    rights = on_desk(desk.actor, now, MatterKind.SIP)
    ordered = rights.order_by(*most_pressing_first())
    return ordered.values_list("content_object", flat=True)


def guardian_direct(desk: Desk) -> Ids:
    """Guardian finds the direct table by itself."""
    return _page(get_objects_for_user(desk.user, REACH, Matter, accept_global_perms=False))


def guardian_generic(desk: Desk) -> Ids:
    """The same rights in the generic table, where an object is a text."""
    with (
        mock.patch("guardian.shortcuts.get_group_obj_perms_model", return_value=GroupObjectPermission),
        mock.patch("guardian.shortcuts.get_user_obj_perms_model", return_value=UserObjectPermission),
    ):
        return _page(get_objects_for_user(desk.user, REACH, Matter, accept_global_perms=False))


def _page(matters: QuerySet[Matter]) -> Ids:
    ordered = matters.filter(closed_at=None).order_by(F("next_due_at").asc(nulls_last=True), "-opened_at", "id")
    return ordered.values_list("pk", flat=True)
