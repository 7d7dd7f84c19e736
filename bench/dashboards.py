"""P7: the county's dashboard against the raw aggregate over the base tables, with equal results.

The raw side is the plainest statement that gives the figures: one pass over the cases, as the owner, without row
security, splits or anything kept back. It gives the SIP figures by year and municipality, a part of what the dashboard
tells; so the ratio is told too high rather than too low.
"""

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
from followup.sources import SIP
from organisations.kinds import HuvudmanKind
from organisations.models import Huvudman

ROUNDS = 5
_RAW = f"""
SELECT municipality_id, year, count(*),
       count(*) FILTER (WHERE contacted_at IS NOT NULL OR due_at <= %(now)s),
       count(*) FILTER (WHERE contacted_at <= due_at)
  FROM ({SIP.rows}) each_one
 WHERE municipality_id IS NOT NULL AND agreement_id = %(agreement)s AND target_groups::text[] && %(target_groups)s
 GROUP BY 1, 2
"""
Counts = dict[tuple[Any, int], tuple[int, int, int]]
"""Municipality and year → SIPs sent, first contacts due, and made in time."""


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

    keys = list(agreement.target_groups.filter(coordination=coordination).values_list("key", flat=True))

    def raw() -> Counts:
        with as_role(None), connection.cursor() as cursor:
            cursor.execute(_RAW, {"now": now, "agreement": agreement.pk, "target_groups": keys})
            return {(place, of): (sent, due, in_time) for place, of, sent, due, in_time in cursor.fetchall()}

    compare(dashboard(), raw())
    times = medians({"board": dashboard, "raw": raw}, rounds=ROUNDS, warm_up=1)
    facts = {"figures_round_seconds": round(round_takes, 2)}
    return [Ratio("P7", "översikten för länet", "summorna ur ärendena", times["board"], times["raw"], 0.05)], facts


def compare(board: figures.Board, raw: Counts) -> None:
    """Raise unless every SIP figure that is shown, of each year and each municipality, is the one the cases give."""
    sent, in_time = board.panel("sip_started"), board.panel("first_contact_in_time")
    assert sent is not None
    assert in_time is not None
    of_year: dict[int, list[int]] = {}
    for (_, year), counts in raw.items():
        of_year[year] = [a + b for a, b in zip(of_year.get(year, (0, 0, 0)), counts, strict=True)]
    shown = 0
    for panel in (sent, in_time):
        told = [(figure, of_year.get(int(figure.label), (0, 0, 0))) for figure in panel.trend]
        places = zip(board.places, panel.places[1:], strict=True)
        told += [(figure, raw.get((place.pk, board.year), (0, 0, 0))) for place, figure in places]
        for figure, (count, due, made) in told:
            if figure.is_hidden:
                continue
            expected = count if panel is sent else made * 100 / due if due else None
            assert figure.value == expected, (panel.key, figure, expected)
            shown += figure.value is not None
    # Nothing is equal by being empty.
    assert shown, "no figure is shown"
