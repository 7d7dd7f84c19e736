"""Which rows: a unit's own deviations, what another party handed to it, and a group's desk."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Self
from uuid import UUID

from django.apps import apps
from django.db import models
from django.db.models import Q

from core.acting import Actor
from core.workdays import local_day
from deviations.kinds import OPEN_STATES
from organisations.kinds import LOCAL_GROUPS, Role
from organisations.models import GroupMember

if TYPE_CHECKING:
    from deviations.models import Deviation, Improvement, JointHandling, SharedDeviation  # noqa: F401

GROUP_ROLES = (Role.GROUP_COORDINATOR, Role.GROUP_REPRESENTATIVE)


def groups_of(actor: Actor, now: datetime) -> models.QuerySet[Any, UUID]:
    """Ids of the local groups that the user sits in, when acting as their coordinator or representative."""
    if actor.role not in GROUP_ROLES:
        return GroupMember.objects.none().values_list("group_id", flat=True)
    today = local_day(now)
    sits = GroupMember.objects.filter(
        Q(ends_on=None) | Q(ends_on__gt=today),
        user_id=actor.user_id,
        represents_id=actor.unit_id,
        starts_on__lte=today,
        group__kind__in=LOCAL_GROUPS,
    )
    return sits.values_list("group_id", flat=True)


class DeviationQuerySet(models.QuerySet["Deviation"]):
    def visible_to(self, actor: Actor, now: datetime) -> Self:
        """The acting unit's own. A draft is seen by the unit too, but changed by its writer only."""
        return self.none() if actor.group_id is None else self.filter(unit_id=actor.unit_id)

    def open(self) -> Self:
        return self.filter(state__in=OPEN_STATES)


class JointQuerySet(models.QuerySet["JointHandling"]):
    def visible_to(self, actor: Actor, now: datetime) -> Self:
        """Handed over by the acting unit, or to it."""
        if actor.group_id is None:
            return self.none()
        return self.filter(Q(from_unit_id=actor.unit_id) | Q(to_unit_id=actor.unit_id))


class SharedQuerySet(models.QuerySet["SharedDeviation"]):
    def on_desk_of(self, actor: Actor, now: datetime) -> Self:
        """On the desks of the groups that the actor sits in."""
        return self.filter(group_id__in=groups_of(actor, now))

    def got_from(self, actor: Actor) -> Self:
        """What became of the acting unit's own deviations: found by the ids that only the unit has."""
        own: Any = apps.get_model("deviations", "Deviation")
        mine = own.objects.filter(unit_id=actor.unit_id).exclude(shared_id=None)
        return self.filter(pk__in=mine.values("shared_id"))


class ImprovementQuerySet(models.QuerySet["Improvement"]):
    def visible_to(self, actor: Actor, now: datetime) -> Self:
        """Those of the actor's groups, and those that the acting unit is to carry out."""
        owned = Q(owner_id=actor.unit_id) if actor.group_id is not None else Q(pk=None)
        return self.filter(Q(group_id__in=groups_of(actor, now)) | owned)
