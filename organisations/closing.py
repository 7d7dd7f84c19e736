"""What must be settled before a unit is closed. Each chapter says what of its own would be left without anybody."""

from __future__ import annotations

from collections.abc import Callable

from organisations.models import Unit

Hindrance = Callable[[Unit], str]
_hindrances: list[Hindrance] = []


def register(hindrance: Hindrance) -> None:
    """Add a hindrance. Called from an `AppConfig.ready`; it returns why the unit can't be closed, or nothing."""
    _hindrances.append(hindrance)


def hindrances(unit: Unit) -> list[str]:
    """Return why the unit can't be closed yet, in the words of each chapter."""
    return [why for hindrance in _hindrances if (why := hindrance(unit))]
