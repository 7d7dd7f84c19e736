"""What a stage of a clock does beside telling: a chapter registers it, the sweep runs it with the claim (wall 3).

An effect runs in the transaction that advances the clock, as the background role: both happen, or neither does. Kinds
with an effect plan their own messages.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Passed:
    """A stage that has just come: which clock, about what, which stage, and when it should have come."""

    clock: UUID
    subject: UUID
    stage: str
    number: int
    at: datetime


Effect = Callable[[Passed, datetime], None]

_effects: dict[str, Effect] = {}


class EffectFailed(Exception):
    """An effect could not be carried out. The clock is parked, with the kind of error, for staff to look at."""


def register(kind: str, effect: Effect) -> None:
    """Let `effect(passed, now)` run for every stage of the clocks of a kind. Called from `AppConfig.ready`."""
    _effects[kind] = effect


def kinds() -> list[str]:
    return sorted(_effects)


def run(kind: str, passed: Passed, now: datetime) -> None:
    _effects[kind](passed, now)
