"""Pages of a case list, by position instead of number: page 1,000 costs what page 1 costs.

A position is the sort key of a row (due time, opened, id): nothing about the person, so it may stand in an address.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db.models import F, OrderBy, Q

from sip.models import SipCase
from sip.querysets import SipCaseQuerySet

ROWS = 50
COUNT_AT_MOST = 1_000
"""A longer list is said to be longer than this: counting on would cost more than it tells."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DUE, _OPENED, _ID = "right_due_at", "right_opened_at", "right_matter_id"


@dataclass(frozen=True, slots=True)
class Position:
    due_at: datetime | None
    opened_at: datetime
    pk: UUID

    def __str__(self) -> str:
        due = "" if self.due_at is None else str(_microseconds(self.due_at))
        return f"{due}.{_microseconds(self.opened_at)}.{self.pk.hex}"


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows of a list, with the positions to go on from. `previous` and `next` are None at the ends."""

    rows: Sequence[SipCase]
    previous: Position | None
    next: Position | None


def page(cases: SipCaseQuerySet, *, after: str = "", before: str = "") -> Page:
    """The rows next after, or next before, a position. A position that can't be read gives the first page."""
    if (position := _read(before)) is not None:
        found = list(cases.filter(_before(position)).order_by(*_backwards())[: ROWS + 1])
        rows = found[:ROWS][::-1]
        return Page(rows, _of(rows[0]) if len(found) > ROWS else None, _of(rows[-1]) if rows else None)
    position = _read(after)
    ahead = cases.filter(_after(position)) if position else cases
    found = list(ahead.by_next_deadline()[: ROWS + 1])
    rows = found[:ROWS]
    return Page(
        rows,
        _of(rows[0]) if position and rows else None,
        _of(rows[-1]) if len(found) > ROWS else None,
    )


def count_words(cases: SipCaseQuerySet) -> str:
    """`1 ärende`, `312 ärenden`, or `fler än 1 000 ärenden`."""
    count = cases.order_by()[: COUNT_AT_MOST + 1].count()
    if count > COUNT_AT_MOST:
        return f"fler än {COUNT_AT_MOST:,} ärenden".replace(",", "\N{NO-BREAK SPACE}")
    return f"{count} ärende" if count == 1 else f"{count} ärenden"


def _of(case: SipCase) -> Position:
    return Position(case.matter.next_due_at, case.matter.opened_at, case.pk)


def _after(at: Position) -> Q:
    tail = Q(**{f"{_OPENED}__lt": at.opened_at}) | Q(**{_OPENED: at.opened_at, f"{_ID}__gt": at.pk})
    without = Q(**{f"{_DUE}__isnull": True})
    if at.due_at is None:
        return without & tail
    return Q(**{f"{_DUE}__gt": at.due_at}) | Q(**{_DUE: at.due_at}) & tail | without


def _before(at: Position) -> Q:
    tail = Q(**{f"{_OPENED}__gt": at.opened_at}) | Q(**{_OPENED: at.opened_at, f"{_ID}__lt": at.pk})
    if at.due_at is None:
        return Q(**{f"{_DUE}__isnull": False}) | tail
    return Q(**{f"{_DUE}__lt": at.due_at}) | Q(**{_DUE: at.due_at}) & tail


def _backwards() -> list[OrderBy | str]:
    """`by_next_deadline` from the end."""
    return [F(_DUE).desc(nulls_first=True), _OPENED, f"-{_ID}"]


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
