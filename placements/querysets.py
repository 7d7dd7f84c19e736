"""Which placements a unit reaches, and how lists sort them."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from core.acting import Actor
from individuals.kinds import MatterKind
from placements.kinds import NEGOTIATED, OPEN_STATES, Stage

if TYPE_CHECKING:
    from placements.models import Ansvarsforbindelse, Placement  # noqa: F401


class PlacementQuerySet(models.QuerySet["Placement"]):
    def visible_to(self, actor: Actor, now: datetime) -> Self:
        """Placements the acting unit takes part in now, with the columns of its right, which lists sort by."""
        if actor.group_id is None:
            return self.none()
        rights = "matter__mattergroupobjectpermission"
        own = models.FilteredRelation(rights, condition=Q(**{f"{rights}__group_id": actor.group_id}))
        reached = self.annotate(access=own).filter(
            Q(access__until=None) | Q(access__until__gt=now), access__group_id=actor.group_id
        )
        return reached.alias(
            right_kind=models.F("access__kind"),
            right_due_at=models.F("access__next_due_at"),
            right_opened_at=models.F("access__opened_at"),
            right_closed_at=models.F("access__closed_at"),
            right_matter_id=models.F("access__content_object_id"),
        )

    def on_desk(self) -> Self:
        """Of the visible ones, those that are going on: one stretch of the index of the unit's rights."""
        return self.filter(state__in=OPEN_STATES, right_kind=MatterKind.PLACEMENT, right_closed_at=None)

    def by_next_deadline(self) -> Self:
        """Of the visible ones, the most pressing first; those without a running clock last, newest first."""
        return self.order_by(models.F("right_due_at").asc(nulls_last=True), "-right_opened_at", "right_matter_id")


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
