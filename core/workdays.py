"""Swedish working days. Pure: instants and dates in, instants and dates out, Europe/Stockholm, no clock read.

Midsommarafton, julafton and nyårsafton are days off in practice though not public holidays; they don't count.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays
from dateutil.relativedelta import relativedelta
from holidays.constants import DE_FACTO, PUBLIC

STOCKHOLM = ZoneInfo("Europe/Stockholm")


@lru_cache(maxsize=64)
def _days_off(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("SE", years=year, categories=(PUBLIC, DE_FACTO), include_sundays=False))


def is_working_day(day: date) -> bool:
    return day.weekday() < 5 and day not in _days_off(day.year)


def add_working_days(day: date, count: int) -> date:
    """The working day `count` working days after `day` (before, when negative). The day itself never counts."""
    step = timedelta(days=1 if count >= 0 else -1)
    for _ in range(abs(count)):
        day += step
        while not is_working_day(day):
            day += step
    return day


def midnight(day: date) -> datetime:
    """The instant at which `day` begins in Stockholm."""
    return datetime.combine(day, time(), tzinfo=STOCKHOLM)


def end_of(day: date) -> datetime:
    """The instant at which `day` has passed in Stockholm. Exact on the days when daylight saving changes."""
    return midnight(day + timedelta(days=1))


def local_day(at: datetime) -> date:
    return at.astimezone(STOCKHOLM).date()


def last_day(due_at: datetime) -> date:
    """The last day on which something due at `due_at` is still in time: the day before, when due at midnight."""
    return local_day(due_at - timedelta(microseconds=1))


def shift(at: datetime, value: int, unit: str) -> datetime:
    """Move an instant by a term. Whole days end at midnight in Stockholm; hours are exact.

    `unit`: working_days, days, weeks, months, years or hours. Raises ValueError for another unit.
    """
    if unit == "hours":
        # In UTC: Python adds to the clock on the wall, which jumps when daylight saving changes.
        return at.astimezone(UTC) + timedelta(hours=value)
    day = local_day(at)
    if unit == "working_days":
        return end_of(add_working_days(day, value))
    steps = {
        "days": relativedelta(days=value),
        "weeks": relativedelta(weeks=value),
        "months": relativedelta(months=value),
        "years": relativedelta(years=value),
    }
    if unit not in steps:
        raise ValueError(f"unknown unit of time: {unit}")
    return end_of(day + steps[unit])
