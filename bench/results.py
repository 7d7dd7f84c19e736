"""What was measured: a table for people, JSON for machines."""

from __future__ import annotations

import os
import platform
from dataclasses import asdict, dataclass, field
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


@dataclass(slots=True)
class Results:
    cases: int
    ratios: list[Ratio] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)

    def table(self) -> str:
        head = ("", "mätt", "jämfört med", "ms", "ms", "kvot", "mål", "")
        rows = [head]
        for one in self.ratios:
            times = (f"{seconds * 1000:.1f}" for seconds in (one.seconds, one.against_seconds))
            limits = (f"{one.value:.2f}", f"≤ {one.target:g}", "" if one.reached else "missat")
            rows.append((one.key, one.what, one.against, *times, *limits))
        widths = [max(len(row[i]) for row in rows) for i in range(len(head))]
        right = (3, 4, 5)
        lines = []
        for row in rows:
            cells = zip(row, widths, strict=True)
            lines.append("  ".join(c.rjust(w) if i in right else c.ljust(w) for i, (c, w) in enumerate(cells)).rstrip())
        return "\n".join(lines)

    def as_json(self) -> dict[str, Any]:
        return {
            "cases": self.cases,
            "machine": machine(),
            "ratios": [asdict(one) | {"value": one.value, "reached": one.reached} for one in self.ratios],
            **self.facts,
        }


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
