"""How disputes have gone: where they were settled and how long it took. Counts of disputes, never of persons."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from disputes.kinds import State
from disputes.querysets import DisputeQuerySet


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table: what it is about, and its figures."""

    name: str
    opened: int
    open_now: int
    settled: int
    days: float | None


@dataclass(frozen=True, slots=True)
class Told:
    """The figures of the disputes somebody sees."""

    opened: int
    open_now: int
    settled: int
    withdrawn: int
    at_the_top: int
    days: float | None
    levels: list[Row]
    provisions: list[Row]
    parties: list[Row]

    @property
    def share_settled(self) -> int:
        """Percent of the ended ones that both sides settled."""
        ended = self.settled + self.withdrawn
        return round(100 * self.settled / ended) if ended else 0


@dataclass(frozen=True, slots=True)
class _One:
    state: str
    level: str
    is_final: bool
    provision: str
    parties: str
    days: float


def told(disputes: DisputeQuerySet, now: datetime) -> Told:
    """Figures of the given disputes, in one query. Days are counted from opening to the end, or to now."""
    found = [
        _One(
            state=row[0],
            level=row[1],
            is_final=row[2],
            provision=f"{row[3]} {row[4]}",
            parties=" och ".join(sorted((row[5], row[6]))),
            days=((row[8] or now) - row[7]).total_seconds() / 86_400,
        )
        for row in disputes.order_by("level__position", "opened_at").values_list(
            "state", "level__name", "level__is_final", "provision__number", "provision__heading",
            "opening_huvudman__name", "answering_huvudman__name", "opened_at", "ended_at",
        )
    ]  # fmt: skip
    count = Counter(one.state for one in found)
    return Told(
        opened=len(found),
        open_now=count[State.OPEN],
        settled=count[State.SETTLED],
        withdrawn=count[State.WITHDRAWN],
        at_the_top=sum(one.state == State.OPEN and one.is_final for one in found),
        days=_median(found),
        levels=_rows(found, "level"),
        provisions=_most_first(_rows(found, "provision")),
        parties=_most_first(_rows(found, "parties")),
    )


def _rows(found: list[_One], by: str) -> list[Row]:
    names = dict.fromkeys(getattr(one, by) for one in found)
    return [_row(name, [one for one in found if getattr(one, by) == name]) for name in names]


def _row(name: str, group: list[_One]) -> Row:
    count = Counter(one.state for one in group)
    return Row(name, len(group), count[State.OPEN], count[State.SETTLED], _median(group))


def _most_first(rows: list[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: (-row.opened, row.name))


def _median(found: list[_One]) -> float | None:
    days = [one.days for one in found if one.state == State.SETTLED]
    return median(days) if days else None
