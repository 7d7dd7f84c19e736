"""What was measured: a table for people, JSON for machines."""

from __future__ import annotations

import os
import platform
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, field
from statistics import median, quantiles
from typing import Any

from django.db import connection


@dataclass(frozen=True, slots=True)
class Ratio:
    """One line of the table: what took how long, beside what it is compared with."""

    key: str
    what: str
    against: str
    seconds: float
    against_seconds: float
    target: float

    @property
    def value(self) -> float:
        return self.seconds / self.against_seconds

    @property
    def reached(self) -> bool:
        return self.value <= self.target


@dataclass(frozen=True, slots=True)
class ServerTime:
    """Milliseconds that a page took the server. `aim_ms`: what 95 of 100 should keep within, where that is said."""

    page: str
    median_ms: float
    p95_ms: float
    aim_ms: int | None

    @classmethod
    def of(cls, page: str, seconds: list[float], aim_ms: int | None) -> ServerTime:
        """The median and the 95th percentile of some answers."""
        p95 = quantiles(seconds, n=20, method="inclusive")[-1]
        return cls(page, round(median(seconds) * 1000, 1), round(p95 * 1000, 1), aim_ms)


@dataclass(slots=True)
class Results:
    cases: int
    ratios: list[Ratio] = field(default_factory=list)
    server_times: list[ServerTime] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)

    def table(self) -> str:
        head = ("", "mätt", "jämfört med", "ms", "ms", "kvot", "mål", "")
        rows = [head]
        for one in self.ratios:
            times = (f"{seconds * 1000:.1f}" for seconds in (one.seconds, one.against_seconds))
            limits = (f"{one.value:.2f}", f"≤ {one.target:g}", "" if one.reached else "missat")
            rows.append((one.key, one.what, one.against, *times, *limits))
        return _aligned(rows, right=(3, 4, 5))

    def times_table(self) -> str:
        """The server's own time for each page: nothing is judged by it."""
        rows = [("sida", "median ms", "p95 ms", "riktmärke")]
        for one in self.server_times:
            aim = "" if one.aim_ms is None else f"{one.aim_ms}"
            rows.append((one.page, f"{one.median_ms:.0f}", f"{one.p95_ms:.0f}", aim))
        return _aligned(rows, right=(1, 2, 3))

    def as_json(self) -> dict[str, Any]:
        return {
            "cases": self.cases,
            "machine": machine(),
            "server_times": [asdict(one) for one in self.server_times],
            "ratios": [asdict(one) | {"value": one.value, "reached": one.reached} for one in self.ratios],
            **self.facts,
        }


def _aligned(rows: Sequence[Sequence[str]], right: Collection[int]) -> str:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = []
    for row in rows:
        cells = enumerate(zip(row, widths, strict=True))
        lines.append("  ".join(c.rjust(w) if i in right else c.ljust(w) for i, (c, w) in cells).rstrip())
    return "\n".join(lines)


def machine() -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version'), current_setting('shared_buffers')")
        version, buffers = cursor.fetchone()
    return {
        "cores": len(os.sched_getaffinity(0)),
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30),
        "python": platform.python_version(),
        "postgresql": version.split()[0],
        "shared_buffers": buffers,
    }
