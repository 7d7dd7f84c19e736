"""Dates as people in Sweden write them. For pages, and for the sentences that actions answer with."""

from __future__ import annotations

from datetime import date, datetime

from core.workdays import local_day

_WEEKDAYS = ("mån", "tis", "ons", "tors", "fre", "lör", "sön")
_MONTHS = ("jan", "feb", "mars", "apr", "maj", "juni", "juli", "aug", "sep", "okt", "nov", "dec")


def day_of(value: date | datetime) -> date:
    """The day itself, or the day of an instant in Stockholm."""
    return local_day(value) if isinstance(value, datetime) else value


def swedish_date(value: date | datetime | None) -> str:
    """`ons 26 nov 2025`, in Stockholm. Nothing gives nothing."""
    if not value:
        return ""
    day = day_of(value)
    return f"{_WEEKDAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]} {day.year}"
