"""What a measure costs, month by month and in all, and what each party pays. Pure: exact decimals in SEK, rounded once.

A price per day counts each day of the period, first and last included. A price per month counts whole calendar months,
and for part of a month the same part of the price as of the month's days. Each month is rounded to whole öre, half up,
so that the months always sum to the total; of what is rounded in a share, the municipality's is what remains.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from placements.kinds import Per, Side

ORE = Decimal("0.01")
WHOLE = Decimal(100)


@dataclass(frozen=True, slots=True)
class Priced:
    """A measure as its cost is counted. `part`: what share of each krona the region pays, from 0 to 1."""

    title: str
    starts_on: date
    ends_on: date
    price: Decimal
    per: Per
    part: Decimal


@dataclass(frozen=True, slots=True)
class Cost:
    """An amount, and each party's share of it."""

    total: Decimal
    region: Decimal

    @property
    def municipality(self) -> Decimal:
        return self.total - self.region

    def of(self, side: Side) -> Decimal:
        return self.region if side == Side.REGION else self.municipality

    def __add__(self, other: Cost) -> Cost:
        return Cost(self.total + other.total, self.region + other.region)


NOTHING = Cost(Decimal("0.00"), Decimal("0.00"))


def regions_part(price: Decimal, *, percent: Decimal | None, amount: Decimal | None) -> Decimal:
    """The region's part of each krona, from its percentage, or from its amount of the price."""
    if percent is not None:
        return percent / WHOLE
    return (amount or Decimal(0)) / price if price else Decimal(0)


def by_month(measures: Iterable[Priced]) -> dict[date, Cost]:
    """The cost of each month that any of the measures touches; keys are the first days of the months."""
    found: dict[date, Cost] = {}
    for measure in measures:
        for month, cost in _months(measure):
            found[month] = found.get(month, NOTHING) + cost
    return dict(sorted(found.items()))


def total(months: Mapping[date, Cost]) -> Cost:
    """All months together."""
    return sum(months.values(), NOTHING)


def in_all(measure: Priced) -> Cost:
    """What one measure costs over its whole period."""
    return total(dict(_months(measure)))


def from_month(months: Mapping[date, Cost], day: date) -> dict[date, Cost]:
    """The months from the one that holds a day: what is still to come, the present month whole."""
    first = day.replace(day=1)
    return {month: cost for month, cost in months.items() if month >= first}


def _months(measure: Priced) -> Iterator[tuple[date, Cost]]:
    month = measure.starts_on.replace(day=1)
    while month <= measure.ends_on:
        days_in_month = monthrange(month.year, month.month)[1]
        first = max(month, measure.starts_on)
        last = min(month.replace(day=days_in_month), measure.ends_on)
        days = (last - first).days + 1
        parts = 1 if measure.per == Per.DAY else days_in_month
        yield month, _shared(measure.price * days / parts, measure.part)
        month = (
            month.replace(year=month.year + 1, month=1) if month.month == 12 else month.replace(month=month.month + 1)
        )


def _shared(exact: Decimal, part: Decimal) -> Cost:
    whole = exact.quantize(ORE, ROUND_HALF_UP)
    return Cost(whole, (whole * part).quantize(ORE, ROUND_HALF_UP))


def highest(months: Sequence[Cost]) -> Decimal:
    """The dearest month, which a chart is scaled by."""
    return max((one.total for one in months), default=Decimal(0))
