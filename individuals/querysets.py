"""Which matters a unit reaches: guardian's direct foreign-key table, one indexed EXISTS."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Self, TypeVar

from django.apps import apps
from django.db import models
from django.db.models import Exists, F, OrderBy, OuterRef, Q

from core.acting import Actor
from individuals.kinds import MatterKind

if TYPE_CHECKING:
    from individuals.models import Matter  # noqa: F401

Row = TypeVar("Row", bound=models.Model)


def reaches(actor: Actor, now: datetime, matter: str = "pk") -> Exists:
    """The condition "the actor's unit reaches this row's matter now". `matter`: path to the matter's id."""
    access: Any = apps.get_model("individuals", "MatterGroupObjectPermission")
    return Exists(
        access.objects.filter(
            Q(until=None) | Q(until__gt=now), content_object=OuterRef(matter), group_id=actor.group_id
        )
    )


def most_pressing_first(
    due: str = "next_due_at", opened: str = "opened_at", matter: str = "content_object"
) -> list[OrderBy | F]:
    """How every list of matters is sorted: without a running clock last, newest first. By default as rights call it."""
    return [F(due).asc(nulls_last=True), F(opened).desc(), F(matter)]


def rights_of(actor: Actor, now: datetime, kind: MatterKind) -> models.QuerySet[Any]:
    """The unit's rights to matters of a kind, ended ones too: one stretch of one index, ordered by `next_due_at`."""
    access: Any = apps.get_model("individuals", "MatterGroupObjectPermission")
    rights: models.QuerySet[Any] = access.objects.all()
    if actor.group_id is None:
        return rights.none()
    return rights.filter(Q(until=None) | Q(until__gt=now), group_id=actor.group_id, kind=kind)


def on_desk(actor: Actor, now: datetime, kind: MatterKind) -> models.QuerySet[Any]:
    """Of those rights, the ones to what is going on: a stretch of a smaller index."""
    return rights_of(actor, now, kind).filter(closed_at=None)


def goes_on(actor: Actor, now: datetime, kind: MatterKind, matter: str = "pk") -> Exists:
    """The condition "this row's matter is of that kind, reached by the actor's unit, and going on"."""
    return Exists(on_desk(actor, now, kind).filter(content_object=OuterRef(matter)))


def ended(actor: Actor, now: datetime, kind: MatterKind) -> models.QuerySet[Any]:
    """Of those rights, the ones to what has ended."""
    return rights_of(actor, now, kind).exclude(closed_at=None)


def may_read(actor: Actor) -> Q:
    """The condition on pieces "written by the actor's unit, or handed to it and not ended" (IND-7).

    A restricted piece needs the user to be named besides (IND-3). Says the same as the table's row policy.
    """
    given: Any = apps.get_model("individuals", "Disclosure")
    named: Any = apps.get_model("individuals", "PieceReader")
    handed_over = Exists(given.objects.filter(piece=OuterRef("pk"), to_unit_id=actor.unit_id, ended_at=None))
    by_name = Exists(named.objects.filter(piece=OuterRef("pk"), user_id=actor.user_id))
    return (Q(written_by_id=actor.unit_id) | handed_over) & (Q(is_restricted=False) | by_name)


class OfMatterQuerySet(models.QuerySet[Row]):
    """Rows that each are one matter of a kind: a SIP, a placement."""

    def visible_to(self, actor: Actor, now: datetime) -> Self:
        """Those the acting unit takes part in now, with the columns of its right, `right_…`, which lists sort by."""
        if actor.group_id is None:
            return self.none()
        rights = "matter__mattergroupobjectpermission"
        own = models.FilteredRelation(rights, condition=Q(**{f"{rights}__group_id": actor.group_id}))
        reached = self.annotate(access=own).filter(
            Q(access__until=None) | Q(access__until__gt=now), access__group_id=actor.group_id
        )
        # By alias: a later filter on `access__…` would join the rights once more, past the index of the desk.
        return reached.alias(
            right_kind=models.F("access__kind"),
            right_due_at=models.F("access__next_due_at"),
            right_opened_at=models.F("access__opened_at"),
            right_closed_at=models.F("access__closed_at"),
            right_matter_id=models.F("access__content_object_id"),
        )

    def by_next_deadline(self) -> Self:
        """Of the visible ones, the most pressing first; those without a running clock last, newest first."""
        return self.order_by(*most_pressing_first("right_due_at", "right_opened_at", "right_matter_id"))


class MatterQuerySet(models.QuerySet["Matter"]):
    def visible_to(self, actor: Actor, now: datetime) -> Self:
        """Matters the acting unit takes part in now."""
        return self.filter(reaches(actor, now))

    def open(self) -> Self:
        return self.filter(closed_at=None)
