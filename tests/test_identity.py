"""IND-1 and quality 24: numbers as people type them, and errors that say how to mend them."""

from __future__ import annotations

from datetime import date

import pytest

from individuals.identity import WrongNumber, read_number, read_reserve_number, written
from individuals.kinds import IdentityKind, Sex

TODAY = date(2026, 3, 9)


@pytest.mark.parametrize(
    "typed",
    ["201101082392", "20110108-2392", "1101082392", "110108-2392", " 110108 - 2392 ", "110108–2392"],
)
def test_ind1_the_same_child_however_it_is_typed(typed):
    found = read_number(typed, today=TODAY)
    assert (found.kind, found.number, found.born_on) == (
        IdentityKind.PERSONNUMMER,
        "201101082392",
        date(2011, 1, 8),
    )
    assert found.sex == Sex.MALE


def test_ind1_a_plus_means_a_century_more():
    assert read_number("120211+9986", today=TODAY).born_on == date(1912, 2, 11)


def test_ind1_samordningsnummer_has_sixty_added_to_the_day():
    found = read_number("701063-2391", today=TODAY)
    assert (found.kind, found.born_on) == (IdentityKind.SAMORDNINGSNUMMER, date(1970, 10, 3))


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("20110108-2393", "sista siffran"),
        ("20111308-2392", "inte ett datum"),
        ("2011-01-08", "tio eller tolv siffror"),
        ("abc", "tio eller tolv siffror"),
        ("", "tio eller tolv siffror"),
        ("1" * 200_000, "tio eller tolv siffror"),
        ("<script>1101082392</script>", "tio eller tolv siffror"),
    ],
)
def test_ind1_a_wrong_number_says_how_to_mend_it(typed, says):
    with pytest.raises(WrongNumber, match=says):
        read_number(typed, today=TODAY)


def test_ind1_nobody_is_born_tomorrow():
    with pytest.raises(WrongNumber, match="inte har inträffat"):
        read_number("20110108-2392", today=date(2011, 1, 7))


def test_ind1_reserve_numbers_have_no_check_digit():
    assert read_reserve_number("2011 0108-tf1x").number == "20110108TF1X"
    with pytest.raises(WrongNumber):
        read_reserve_number("a")


def test_a_number_is_written_as_people_read_it():
    assert written("201101082392") == "20110108-2392"
    assert written("20110108TF1X") == "20110108TF1X"
