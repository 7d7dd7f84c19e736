"""What several of the verbs do alike: the timeline, the change of state, the group concerned."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import datetime
from uuid import UUID

from agreements.values import Coordination
from core.acting import Actor
from core.transitions import transition
from deviations.kinds import Do
from deviations.models import Deviation, DeviationEvent
from deviations.permissions import RULES
from organisations.kinds import GroupKind
from organisations.models import CoordinationGroup

SHARE_TERM, INTERIM_TERM = "deviation.share", "deviation.interim_responsibility"
FEEDBACK_TERM, IMPROVEMENT_TERM = "deviation.feedback", "deviation.improvement"


def change(
    deviation_id: UUID, do: Do, *, by: Actor, now: datetime, version: int | None = None
) -> AbstractContextManager[Deviation]:
    """The locked deviation in its transition. Raises `Gone`, `Refused` or `Stale`."""
    return transition(Deviation, deviation_id, do, rules=RULES, by=by, now=now, version=version)


def note(deviation: Deviation, text: str, *, by: Actor, now: datetime) -> None:
    """A line in the deviation's own timeline."""
    DeviationEvent.objects.create(deviation=deviation, text=text, by_id=by.user_id, at=now)


def group_for(deviation: Deviation) -> CoordinationGroup | None:
    """The local group that the deviation is to reach (DEV-3): children's or adults', of the municipality concerned."""
    if deviation.target_group is None:
        return None
    for_children = deviation.target_group.coordination == Coordination.CHILDREN
    kind = GroupKind.SSGB if for_children else GroupKind.SSGV
    return CoordinationGroup.objects.filter(kind=kind, municipality_id=deviation.municipality_id).first()
