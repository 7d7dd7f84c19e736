"""Which matters a unit reaches: guardian's direct foreign-key table, one indexed EXISTS."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q

from core.acting import Actor

if TYPE_CHECKING:
    from individuals.models import Matter  # noqa: F401


def reaches(actor: Actor, now: datetime, matter: str = "pk") -> Exists:
    """The condition "the actor's unit reaches this row's matter now". `matter`: path to the matter's id."""
    access: Any = apps.get_model("individuals", "MatterGroupObjectPermission")
    return Exists(
        access.objects.filter(
            Q(until=None) | Q(until__gt=now), content_object=OuterRef(matter), group_id=actor.group_id
        )
    )


class MatterQuerySet(models.QuerySet["Matter"]):
    def visible_to(self, actor: Actor, now: datetime) -> Self:
        """Matters the acting unit takes part in now."""
        return self.filter(reaches(actor, now))

    def open(self) -> Self:
        return self.filter(closed_at=None)
