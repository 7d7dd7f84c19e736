"""What the verbs of placements have in common."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F

from core import outbox
from core.acting import Actor
from core.transitions import transition
from core.workdays import local_day
from organisations.models import Unit
from placements import clocks
from placements.kinds import Do, Stage
from placements.models import Placement
from placements.permissions import PLACEMENT_RULES


@contextmanager
def changing(
    placement_id: UUID, do: Do, *, by: Actor, now: datetime, version: int | None = None
) -> Iterator[Placement]:
    """A transition of a placement that brings its clocks in line when its facts are written."""
    with transition(Placement, placement_id, do, rules=PLACEMENT_RULES, by=by, now=now, version=version) as placement:
        yield placement
    settle(placement, now)


def settle(placement: Placement, now: datetime) -> None:
    """What follows from the facts and the calendar: an agreement that ran out, and which clocks run."""
    over = placement.agreements.in_force().filter(valid_to__lt=local_day(now))
    over.update(state=Stage.EXPIRED, ended_at=now, changed_at=now, version=F("version") + 1)
    clocks.refresh(placement, now)


def tell(
    placement: Placement, kind: str, unit_ids: list[UUID], key: str, *, by: Actor, now: datetime, **facts: Any
) -> None:
    """Plan one message to each unit but the acting one. Facts hold no personal data."""
    from_unit = Unit.objects.only("name").get(pk=by.unit_id).name
    for unit_id in dict.fromkeys(unit_ids):
        if unit_id != by.unit_id:
            outbox.plan(
                kind, to_unit=unit_id, now=now, key=f"{kind}:{key}:{unit_id}", matter=placement.pk,
                facts={"reference": placement.matter.reference, "from_unit": from_unit, **facts},
            )  # fmt: skip


def taking_part(placement: Placement) -> list[UUID]:
    """Ids of the units that take part now."""
    return list(placement.matter.participants.filter(ended_at=None).values_list("unit_id", flat=True))
