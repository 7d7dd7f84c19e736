"""Which days can be meant: a slip of the keyboard isn't an age before or after any agreement."""

from __future__ import annotations

from datetime import date

EARLIEST, LATEST = date(2000, 1, 1), date(2099, 12, 31)
IMPOSSIBLE = "Kontrollera årtalet."


def is_possible(day: date) -> bool:
    """Whether a person's matter can concern the day."""
    return EARLIEST <= day <= LATEST
