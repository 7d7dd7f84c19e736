"""Which placements a unit reaches, and how lists sort them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from core.acting import Actor
from individuals.kinds import MatterKind
from individuals.querysets import OfMatterQuerySet
from placements.kinds import NEGOTIATED, OPEN_STATES, Stage

if TYPE_CHECKING:
    from placements.models import Ansvarsforbindelse, Placement  # noqa: F401


class PlacementQuerySet(OfMatterQuerySet["Placement"]):
    def on_desk(self) -> Self:
        """Of the visible ones, those that are going on: one stretch of the index of the unit's rights."""
        return self.filter(state__in=OPEN_STATES, right_kind=MatterKind.PLACEMENT, right_closed_at=None)


class VersionQuerySet(models.QuerySet["Ansvarsforbindelse"]):
    def visible_to(self, actor: Actor) -> Self:
        """Versions of the acting unit's negotiations: those it is a party to, not the other side's drafts (PLC-8)."""
        party = Q(placing_unit_id=actor.unit_id) | Q(medical_unit_id=actor.unit_id)
        if actor.group_id is None:
            return self.none()
        return self.filter(party, ~Q(state=Stage.DRAFT) | Q(drafted_by_unit_id=actor.unit_id))

    def negotiated(self) -> Self:
        return self.filter(state__in=NEGOTIATED)

    def in_force(self) -> Self:
        return self.filter(state=Stage.IN_FORCE)

    def ran_out(self) -> Self:
        return self.filter(state=Stage.EXPIRED)

    def held_to_the_end(self, lasted: tuple[date, date] | None) -> Self:
        """What a placement that is over was agreed to cost to its last day: signed while it went on, or afterwards."""
        if lasted is None:
            return self.none()
        return self.filter(Q(state=Stage.ENDED) | Q(state=Stage.EXPIRED, valid_to__gte=lasted[1]))
