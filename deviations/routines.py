"""Which routine a huvudman's deviations follow: its own, or the one the portal begins with."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from uuid import UUID

from core.authz import Refused
from deviations.kinds import StepKind
from deviations.models import Routine


@dataclass(frozen=True, slots=True)
class Step:
    title: str
    kind: StepKind
    who: str
    is_required: bool


@dataclass(frozen=True, slots=True)
class RoutineInForce:
    """`is_own` False: the huvudman has decided none, and the portal's default applies."""

    name: str
    finished_by: str
    steps: Sequence[Step]
    is_own: bool


def in_force(huvudman_id: UUID) -> RoutineInForce:
    """The routine of a huvudman now (DEV-2)."""
    routine = Routine.objects.filter(huvudman_id=huvudman_id, replaced_at=None).prefetch_related("steps").first()
    if routine is None:
        return default()
    steps = [Step(one.title, StepKind(one.kind), one.who, one.is_required) for one in routine.steps.all()]
    return RoutineInForce(routine.name, routine.finished_by, steps, is_own=True)


@lru_cache(maxsize=1)
def default() -> RoutineInForce:
    """The routine in the file beside this one."""
    told = tomllib.loads((Path(__file__).parent / "default_routine.toml").read_text(encoding="utf-8"))
    steps = [Step(one["title"], StepKind(one["kind"]), one["who"], one["required"]) for one in told["step"]]
    require_whole(steps)
    return RoutineInForce(told["name"], told["finished_by"], steps, is_own=False)


def require_whole(steps: Sequence[Step]) -> None:
    """Raise `Refused` when a routine lacks what the group must get: an analysis and a measure (H25 3.5, H22 3.6)."""
    kinds = [step.kind for step in steps]
    for kind in (StepKind.ANALYSIS, StepKind.MEASURE):
        if kinds.count(kind) != 1:
            raise Refused(f"Rutinen behöver precis ett steg av slaget ”{kind.label}”.", field="steps")
