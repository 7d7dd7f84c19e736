"""P7: the county's dashboard against the raw aggregate over the base tables, with equal results."""

from __future__ import annotations

from datetime import datetime
from time import perf_counter
from typing import Any

from django.db import connection

from agreements.values import Coordination
from bench.desk import as_role
from bench.results import Ratio
from bench.timing import medians
from core.workdays import local_day
from followup import figures
from followup.agreement import agreement_of
from followup.making import refresh
from organisations.kinds import HuvudmanKind
from organisations.models import Huvudman

ROUNDS = 5
_RAW = """
SELECT municipality_id, year, how_many FROM portal_sip_facts(%s)
 WHERE measure = 'sip_sent' AND coordination = %s AND split = '' AND municipality_id IS NOT NULL
"""


def measure(now: datetime) -> tuple[list[Ratio], dict[str, Any]]:
    """The figures of a dashboard from the precomputed cells, beside the sums over all cases that they come from."""
    region = Huvudman.objects.get(kind=HuvudmanKind.REGION)
    agreement = agreement_of(region.pk, local_day(now))
    assert agreement is not None
    started = perf_counter()
    with as_role("portal_jobs"):
        refresh(now)
    round_takes = perf_counter() - started
    coordination, year = Coordination.CHILDREN, local_day(now).year

    def dashboard() -> figures.Board:
        with as_role("portal_app"):
            return figures.board(agreement, coordination, this_year=year)

    def raw() -> list[tuple[Any, ...]]:
        with as_role("portal_jobs"), connection.cursor() as cursor:
            cursor.execute(_RAW, [now, coordination])
            return list(cursor.fetchall())

    _compare(dashboard(), raw())
    times = medians({"board": dashboard, "raw": raw}, rounds=ROUNDS, warm_up=1)
    facts = {"figures_round_seconds": round(round_takes, 2)}
    return [Ratio("P7", "översikten för länet", "summorna ur ärendena", times["board"], times["raw"], 0.05)], facts


def _compare(board: figures.Board, raw: list[tuple[Any, ...]]) -> None:
    """Every figure that is shown is the one that the cases give."""
    told = {(place, year): count for place, year, count in raw}
    panel = board.panel("sip_started")
    assert panel is not None
    for place, figure in zip(board.places, panel.places[1:], strict=True):
        if figure.value is not None:
            assert figure.value == told.get((place.pk, board.year), 0), figure
