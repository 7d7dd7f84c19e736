"""Working days and Swedish midnights against a table made by hand (quality 16; SIP-2, IND-8).

The table is taken from the almanac, not from the library that the code uses.
"""

from __future__ import annotations

import calendar
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.workdays import STOCKHOLM, add_working_days, end_of, is_working_day, last_day, local_day, midnight, shift

# Days off that fall Monday to Friday, and what they are.
DAYS_OFF = {
    2025: {
        (1, 1): "nyårsdagen, onsdag",
        (1, 6): "trettondagen, måndag",
        (4, 18): "långfredagen",
        (4, 21): "annandag påsk",
        (5, 1): "första maj, torsdag",
        (5, 29): "Kristi himmelsfärd",
        (6, 6): "nationaldagen, fredag",
        (6, 20): "midsommarafton",
        (12, 24): "julafton, onsdag",
        (12, 25): "juldagen, torsdag",
        (12, 26): "annandag jul, fredag",
        (12, 31): "nyårsafton, onsdag",
    },
    2026: {
        (1, 1): "nyårsdagen, torsdag",
        (1, 6): "trettondagen, tisdag",
        (4, 3): "långfredagen",
        (4, 6): "annandag påsk",
        (5, 1): "första maj, fredag",
        (5, 14): "Kristi himmelsfärd",
        # Nationaldagen är en lördag.
        (6, 19): "midsommarafton",
        (12, 24): "julafton, torsdag",
        (12, 25): "juldagen, fredag",
        # Annandag jul är en lördag.
        (12, 31): "nyårsafton, torsdag",
    },
    2027: {
        (1, 1): "nyårsdagen, fredag",
        (1, 6): "trettondagen, onsdag",
        (3, 26): "långfredagen",
        (3, 29): "annandag påsk",
        # Första maj är en lördag, nationaldagen en söndag.
        (5, 6): "Kristi himmelsfärd",
        (6, 25): "midsommarafton",
        (12, 24): "julafton, fredag",
        # Juldagen är en lördag, annandag jul en söndag.
        (12, 31): "nyårsafton, fredag",
    },
}

# Working days of each month, January to December.
WORKING_DAYS = {
    2025: [21, 20, 21, 20, 20, 19, 23, 21, 22, 23, 20, 19],
    2026: [20, 20, 22, 20, 19, 21, 23, 21, 22, 22, 21, 20],
    2027: [19, 20, 21, 22, 20, 21, 22, 22, 22, 21, 22, 21],
}


@pytest.mark.parametrize("year", DAYS_OFF)
def test_every_day_of_the_year_agrees_with_the_table(year: int) -> None:
    day = date(year, 1, 1)
    while day.year == year:
        expected = day.weekday() < 5 and (day.month, day.day) not in DAYS_OFF[year]
        assert is_working_day(day) is expected, (day, DAYS_OFF[year].get((day.month, day.day)))
        day += timedelta(days=1)


@pytest.mark.parametrize("year", WORKING_DAYS)
def test_every_month_has_as_many_working_days_as_the_table_says(year: int) -> None:
    counted = [
        sum(is_working_day(date(year, month, day + 1)) for day in range(calendar.monthrange(year, month)[1]))
        for month in range(1, 13)
    ]
    assert counted == WORKING_DAYS[year]


@pytest.mark.parametrize(
    ("start", "count", "expected"),
    [
        # Round Easter: Thursday before, with Friday and Monday off.
        (date(2025, 4, 17), 1, date(2025, 4, 22)),
        (date(2026, 4, 2), 3, date(2026, 4, 9)),
        (date(2027, 3, 25), 1, date(2027, 3, 30)),
        # First of May on a Friday, Ascension with the squeezed-in Friday that does count.
        (date(2026, 4, 30), 1, date(2026, 5, 4)),
        (date(2026, 5, 13), 1, date(2026, 5, 15)),
        # Nationaldagen on a Friday 2025 and on a Saturday 2026.
        (date(2025, 6, 5), 1, date(2025, 6, 9)),
        (date(2026, 6, 5), 1, date(2026, 6, 8)),
        # Midsommarafton.
        (date(2025, 6, 19), 1, date(2025, 6, 23)),
        (date(2026, 6, 18), 1, date(2026, 6, 22)),
        (date(2027, 6, 24), 1, date(2027, 6, 28)),
        # Christmas and New Year, over to the year after.
        (date(2025, 12, 23), 1, date(2025, 12, 29)),
        (date(2025, 12, 23), 3, date(2026, 1, 2)),
        (date(2025, 12, 23), 5, date(2026, 1, 7)),
        (date(2026, 12, 30), 1, date(2027, 1, 4)),
        (date(2027, 12, 30), 1, date(2028, 1, 3)),
        # From a day off, and backwards.
        (date(2026, 4, 4), 1, date(2026, 4, 7)),
        (date(2026, 4, 7), -1, date(2026, 4, 2)),
        (date(2026, 1, 7), -3, date(2025, 12, 30)),
        (date(2027, 1, 1), -1, date(2026, 12, 30)),
        # A leap day is a day like others: Tuesday 29 February 2028.
        (date(2028, 2, 28), 1, date(2028, 2, 29)),
        (date(2028, 2, 29), 1, date(2028, 3, 1)),
        (date(2028, 3, 1), -1, date(2028, 2, 29)),
        (date(2026, 3, 9), 0, date(2026, 3, 9)),
    ],
)  # fmt: skip
def test_adding_working_days(start: date, count: int, expected: date) -> None:
    assert add_working_days(start, count) == expected


@pytest.mark.parametrize(
    ("day", "begins", "ends", "hours"),
    [
        # Summer time begins (23 hours) and ends (25 hours).
        (date(2025, 3, 30), "2025-03-29T23:00", "2025-03-30T22:00", 23),
        (date(2025, 10, 26), "2025-10-25T22:00", "2025-10-26T23:00", 25),
        (date(2026, 3, 29), "2026-03-28T23:00", "2026-03-29T22:00", 23),
        (date(2026, 10, 25), "2026-10-24T22:00", "2026-10-25T23:00", 25),
        (date(2027, 3, 28), "2027-03-27T23:00", "2027-03-28T22:00", 23),
        (date(2027, 10, 31), "2027-10-30T22:00", "2027-10-31T23:00", 25),
        # Days like most, winter and summer, and a leap day.
        (date(2026, 1, 15), "2026-01-14T23:00", "2026-01-15T23:00", 24),
        (date(2026, 7, 15), "2026-07-14T22:00", "2026-07-15T22:00", 24),
        (date(2028, 2, 29), "2028-02-28T23:00", "2028-02-29T23:00", 24),
    ],
)
def test_a_swedish_day_begins_and_ends_exactly_at_midnight(day: date, begins: str, ends: str, hours: int) -> None:
    assert midnight(day).astimezone(UTC) == utc(begins)
    assert end_of(day).astimezone(UTC) == utc(ends)
    assert end_of(day).astimezone(UTC) - midnight(day).astimezone(UTC) == timedelta(hours=hours)
    last = end_of(day).astimezone(UTC) - timedelta(microseconds=1)
    assert local_day(last) == day == last_day(end_of(day))
    assert local_day(end_of(day)) == day + timedelta(days=1)


@pytest.mark.parametrize(
    ("at", "value", "unit", "expected_utc"),
    [
        # Three working days over Easter end when Thursday has passed, in summer time.
        ("2026-04-02T08:00+02:00", 3, "working_days", "2026-04-09T22:00"),
        # Over the change to summer time: the same midnight, an hour earlier in UTC.
        ("2026-03-27T15:00+01:00", 1, "working_days", "2026-03-30T22:00"),
        ("2026-10-23T15:00+02:00", 1, "working_days", "2026-10-26T23:00"),
        # Half an hour past a Swedish midnight belongs to the new day, though UTC says the old one.
        ("2026-03-09T23:30+00:00", 1, "working_days", "2026-03-11T23:00"),
        ("2026-03-09T10:00+01:00", 14, "days", "2026-03-23T23:00"),
        ("2026-03-20T10:00+01:00", 2, "weeks", "2026-04-03T22:00"),
        # A month from the 31st ends on the last day there is; a year from a leap day on the 28th.
        ("2026-01-31T10:00+01:00", 1, "months", "2026-02-28T23:00"),
        ("2028-01-31T10:00+01:00", 1, "months", "2028-02-29T23:00"),
        ("2028-02-29T10:00+01:00", 1, "years", "2029-02-28T23:00"),
        ("2026-09-30T10:00+02:00", 6, "months", "2027-03-30T22:00"),
        ("2026-03-09T10:00+01:00", -1, "working_days", "2026-03-06T23:00"),
    ],
)
def test_terms_end_at_a_swedish_midnight(at: str, value: int, unit: str, expected_utc: str) -> None:
    assert shift(datetime.fromisoformat(at), value, unit) == utc(expected_utc)


@pytest.mark.parametrize(
    ("at", "hours", "expected"),
    [
        ((2026, 3, 29, 1, 0), 4, "2026-03-29T04:00"),  # One o'clock, and four hours later it is six.
        ((2026, 10, 25, 1, 0), 4, "2026-10-25T03:00"),  # One o'clock, and four hours later it is four.
        ((2026, 10, 25, 0, 0), -24, "2026-10-23T22:00"),
        ((2026, 10, 26, 0, 0), -24, "2026-10-24T23:00"),
    ],
)
def test_hours_are_real_hours_also_when_the_clocks_change(at: tuple[int, ...], hours: int, expected: str) -> None:
    """An urgent contact within four hours is four hours, whatever time zone the instant is written in."""
    local = datetime(*at, tzinfo=STOCKHOLM)  # type: ignore[arg-type, misc]
    assert shift(local, hours, "hours").astimezone(UTC) == utc(expected)
    assert shift(local.astimezone(UTC), hours, "hours").astimezone(UTC) == utc(expected)


def test_an_unknown_unit_is_refused() -> None:
    with pytest.raises(ValueError, match="fortnights"):
        shift(datetime(2026, 3, 9, tzinfo=UTC), 1, "fortnights")


DAYS = st.dates(date(2024, 1, 1), date(2035, 12, 31))
INSTANTS = st.datetimes(datetime(2024, 1, 1), datetime(2035, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001


@given(DAYS, st.integers(-60, 60).filter(bool))
def test_the_days_between_are_counted_once_each(day: date, count: int) -> None:
    result = add_working_days(day, count)
    assert is_working_day(result)
    step = timedelta(days=1 if count > 0 else -1)
    passed, at = 0, day
    while at != result:
        at += step
        passed += is_working_day(at)
    assert passed == abs(count)


@given(DAYS.filter(is_working_day), st.integers(-40, 40), st.integers(-40, 40))
def test_steps_from_a_working_day_add_up(day: date, first: int, second: int) -> None:
    assert add_working_days(add_working_days(day, first), second) == add_working_days(day, first + second)


@given(INSTANTS, INSTANTS, st.integers(0, 30), st.sampled_from(["hours", "working_days", "days", "weeks", "months"]))
def test_who_starts_later_never_falls_due_earlier(one: datetime, other: datetime, value: int, unit: str) -> None:
    earlier, later = sorted([one, other])
    assert shift(earlier, value, unit) <= shift(later, value, unit)


@given(INSTANTS)
def test_every_instant_lies_within_its_day(at: datetime) -> None:
    day = local_day(at)
    assert midnight(day).astimezone(UTC) <= at < end_of(day).astimezone(UTC)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
