"""Pages of a list of matters, SIPs or placements, by position instead of number: page 1,000 costs what page 1 costs.

A position is the sort key of a row (due time, opened, id): nothing about the person, so it may stand in an address.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Generic
from uuid import UUID

from django.db.models import F, OrderBy, Q, QuerySet

from individuals.querysets import OfMatterQuerySet, Row, most_pressing_first

ROWS = 50
COUNT_AT_MOST = 1_000
"""A longer list is said to be longer than this: counting on would cost more than it tells."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _Columns:
    """What a list is sorted by, as a queryset calls it."""

    due: str
    opened: str
    matter: str


_IN_CASES = _Columns("right_due_at", "right_opened_at", "right_matter_id")
_IN_MATTERS = _Columns("matter__next_due_at", "matter__opened_at", "matter_id")
_IN_RIGHTS = _Columns("next_due_at", "opened_at", "content_object")


@dataclass(frozen=True, slots=True)
class Position:
    due_at: datetime | None
    opened_at: datetime
    pk: UUID

    def __str__(self) -> str:
        due = "" if self.due_at is None else str(_microseconds(self.due_at))
        return f"{due}.{_microseconds(self.opened_at)}.{self.pk.hex}"


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Some rows of a list, with the positions to go on from. `previous` and `next` are None at the ends."""

    rows: Sequence[Row]
    previous: Position | None
    next: Position | None


def page(
    cases: OfMatterQuerySet[Row], *, rights: QuerySet[Any] | None = None, after: str = "", before: str = ""
) -> Page[Row]:
    """The rows next after, or next before, a position. A position that can't be read gives the first page.

    `cases`: those that the acting unit sees. Or, when they lie in one stretch of the index of its rights, all there are
    and those `rights`: the rows are then picked there before a case is read. Having to guess what row security lets
    through, the database would else read all that the unit sees.
    """
    if (position := _read(before)) is not None:
        found = _rows(cases, rights, lambda by: _before(position, by), _backwards)
        rows = found[:ROWS][::-1]
        return Page(rows, _of(rows[0]) if len(found) > ROWS else None, _of(rows[-1]) if rows else None)
    start = _read(after)
    found = _rows(cases, rights, lambda by: _after(start, by) if start else Q(), _forwards)
    rows = found[:ROWS]
    return Page(
        rows,
        _of(rows[0]) if start and rows else None,
        _of(rows[-1]) if len(found) > ROWS else None,
    )


def _rows(
    cases: OfMatterQuerySet[Row],
    rights: QuerySet[Any] | None,
    where: Callable[[_Columns], Q],
    order: Callable[[_Columns], list[OrderBy | F]],
) -> list[Row]:
    if rights is None:
        return list(cases.filter(where(_IN_CASES)).order_by(*order(_IN_CASES))[: ROWS + 1])
    picked = rights.filter(where(_IN_RIGHTS)).order_by(*order(_IN_RIGHTS))[: ROWS + 1]
    return list(cases.filter(pk__in=picked.values("content_object_id")).order_by(*order(_IN_MATTERS)))


def count_words(cases: QuerySet[Any]) -> str:
    """`1 ärende`, `312 ärenden`, or `fler än 1 000 ärenden`."""
    count = cases.order_by()[: COUNT_AT_MOST + 1].count()
    if count > COUNT_AT_MOST:
        return f"fler än {COUNT_AT_MOST:,} ärenden".replace(",", "\N{NO-BREAK SPACE}")
    return f"{count} ärende" if count == 1 else f"{count} ärenden"


def _of(case: Any) -> Position:
    return Position(case.matter.next_due_at, case.matter.opened_at, case.pk)


def _after(at: Position, by: _Columns) -> Q:
    tail = Q(**{f"{by.opened}__lt": at.opened_at}) | Q(**{by.opened: at.opened_at, f"{by.matter}__gt": at.pk})
    without = Q(**{f"{by.due}__isnull": True})
    if at.due_at is None:
        # Said twice: the first condition is where in the index to begin.
        return without & Q(**{f"{by.opened}__lte": at.opened_at}) & tail
    return Q(**{f"{by.due}__gt": at.due_at}) | Q(**{by.due: at.due_at}) & tail | without


def _before(at: Position, by: _Columns) -> Q:
    tail = Q(**{f"{by.opened}__gt": at.opened_at}) | Q(**{by.opened: at.opened_at, f"{by.matter}__lt": at.pk})
    if at.due_at is None:
        return Q(**{f"{by.due}__isnull": False}) | tail
    return Q(**{f"{by.due}__lt": at.due_at}) | Q(**{by.due: at.due_at}) & tail


def _forwards(by: _Columns) -> list[OrderBy | F]:
    return most_pressing_first(by.due, by.opened, by.matter)


def _backwards(by: _Columns) -> list[OrderBy | F]:
    return [F(by.due).desc(nulls_first=True), F(by.opened).asc(), F(by.matter).desc()]


def _microseconds(at: datetime) -> int:
    return (at - _EPOCH) // timedelta(microseconds=1)


def _read(text: str) -> Position | None:
    try:
        due, opened, pk = text.split(".")
        return Position(_instant(int(due)) if due else None, _instant(int(opened)), UUID(hex=pk))
    except (ValueError, OverflowError):
        return None


def _instant(microseconds: int) -> datetime:
    return _EPOCH + timedelta(microseconds=microseconds)
