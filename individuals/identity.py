"""Personnummer, samordningsnummer and reserve numbers: from what people type to one stored form (IND-1).

Accepts 10 or 12 digits, with or without `-` and `+`. `+` means a person who has turned 100.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from personnummer import personnummer

from individuals.kinds import IdentityKind, Sex

_SHAPE = re.compile(r"^(?:\d{2})?\d{6}[-+]?\d{4}$")
_RESERVE = re.compile(r"^[0-9A-Z]{6,20}$")


class WrongNumber(ValueError):
    """The text is not a number of its kind. `str()` tells, in Swedish, how to mend it."""


@dataclass(frozen=True, slots=True)
class Identity:
    """A number in its stored form (12 characters without a sign) with what it tells."""

    kind: IdentityKind
    number: str
    born_on: date | None
    sex: Sex


def read_number(text: str, *, today: date) -> Identity:
    """Read a personnummer or samordningsnummer. Raises `WrongNumber`.

    A samordningsnummer is told apart by its day of birth, which is raised by 60.
    """
    typed = re.sub(r"[\s–—]", lambda m: "-" if m.group() in "–—" else "", text)
    if not _SHAPE.match(typed):
        raise WrongNumber("Skriv tio eller tolv siffror, till exempel 20100315-2392 eller 100315-2394.")
    try:
        parsed = personnummer.parse(typed)
    except personnummer.PersonnummerException:
        raise WrongNumber(_why_wrong(typed)) from None
    born_on = parsed.get_date()
    born_on = born_on.date() if hasattr(born_on, "date") else born_on
    if born_on > today:
        raise WrongNumber("Numret har ett födelsedatum som inte har inträffat. Kontrollera årtalet.")
    kind = IdentityKind.SAMORDNINGSNUMMER if parsed.is_coordination_number() else IdentityKind.PERSONNUMMER
    return Identity(
        kind,
        parsed.format(long_format=True),
        born_on,
        Sex.FEMALE if parsed.is_female() else Sex.MALE,
    )


def _why_wrong(typed: str) -> str:
    digits = re.sub(r"\D", "", typed)[-10:]
    month, day = int(digits[2:4]), int(digits[4:6])
    if not 1 <= month <= 12 or not (1 <= day <= 31 or 61 <= day <= 91):
        return "De första siffrorna är inte ett datum. Skriv år, månad och dag, till exempel 100315."
    return "Den sista siffran stämmer inte med de andra. Jämför siffra för siffra, två kan ha bytt plats."


def read_reserve_number(text: str) -> Identity:
    """Read a reserve number given by health care. It has no check digit and tells nothing about the person."""
    number = re.sub(r"[\s-]", "", text).upper()
    if not _RESERVE.match(number):
        raise WrongNumber("Skriv reservnumret med 6–20 siffror eller bokstäver, utan andra tecken.")
    return Identity(IdentityKind.RESERVE, number, None, Sex.UNKNOWN)


def written(number: str) -> str:
    """The number as people read it: 20100315-2392. A reserve number is left as it is."""
    return f"{number[:8]}-{number[8:]}" if re.fullmatch(r"\d{12}", number) else number
