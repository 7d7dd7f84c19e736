"""What a changed term does to what is already going on. The apps that keep clocks tell; this one only asks."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from agreements.models import Agreement

_count_running: Callable[[UUID, str], int] = lambda agreement_id, kind: 0  # noqa: E731

FEWEST_TOLD = "report.smallest_count"


def register_running(counter: Callable[[UUID, str], int]) -> None:
    """Set the function that counts running clocks of a kind under an agreement."""
    global _count_running
    _count_running = counter


def running_in_words(agreement: Agreement, key: str, smallest: int) -> str:
    """How many clocks run on the term now. A count under `smallest` is not told: it could point at somebody."""
    count = _count_running(agreement.pk, key)
    if count == 0:
        return "Ingen frist av det här slaget löper nu."
    how_many = f"Färre än {smallest}" if count < smallest else str(count)
    return f"{how_many} frister av det här slaget löper nu. De behåller den tid som de började med."
