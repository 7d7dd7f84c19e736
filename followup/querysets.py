"""Which groups an assignment reaches, and which members sit in them on a day."""

from __future__ import annotations

from datetime import date

from django.db.models import Q

from core.acting import Actor
from organisations.kinds import LOCAL_GROUPS, GroupKind, HuvudmanKind, Role
from organisations.models import CoordinationGroup, GroupMember, Huvudman

MEMBERS = (Role.GROUP_COORDINATOR, Role.GROUP_REPRESENTATIVE)
"""Roles that work in a local group: in those that the person is a member of."""

REGIONAL_KINDS = {
    Role.BOARD_MEMBER: (GroupKind.RUG, GroupKind.COUNTY_CHILDREN, GroupKind.COUNTY_ADULTS),
    Role.EDUCATION_GROUP: (GroupKind.EDUCATION,),
}
"""Roles that are the membership of the county's own groups."""

READERS = (Role.BOARD_MEMBER, Role.EDUCATION_GROUP)
"""Roles that read what the local groups hand in: reports, decisions, approved minutes."""


def in_force(on: date, prefix: str = "") -> Q:
    """Rows with a period that holds the day."""
    return Q(**{f"{prefix}starts_on__lte": on}) & (Q(**{f"{prefix}ends_on": None}) | Q(**{f"{prefix}ends_on__gt": on}))


def members(group: CoordinationGroup, on: date) -> list[GroupMember]:
    """The members of a group on a day, the coordinator first."""
    found = GroupMember.objects.filter(in_force(on), group=group).select_related(
        "user", "represents__authority__huvudman"
    )
    return sorted(found, key=lambda one: (not one.is_coordinator, str(one.user)))


def groups_of(actor: Actor, on: date) -> list[CoordinationGroup]:
    """The groups that the acting person works in."""
    if actor.role in MEMBERS:
        found = CoordinationGroup.objects.filter(
            in_force(on, "members__"), members__user_id=actor.user_id, kind__in=LOCAL_GROUPS
        )
    elif actor.role in REGIONAL_KINDS and is_regions(actor):
        found = CoordinationGroup.objects.filter(kind__in=REGIONAL_KINDS[Role(actor.role)])
    else:
        return []
    return list(found.select_related("municipality").distinct().order_by("name"))


def is_regions(actor: Actor) -> bool:
    return Huvudman.objects.filter(pk=actor.huvudman_id, kind=HuvudmanKind.REGION).exists()
