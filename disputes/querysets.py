"""Which disputes an assignment sees. The row policies say the same to the second wall (`disputes.rowconditions`)."""

from __future__ import annotations

from datetime import datetime
from itertools import takewhile
from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.db import models
from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q

from agreements.models import AgreementParty
from core.acting import Actor
from core.workdays import local_day
from disputes.kinds import FOLLOWED_BY, GROUP_ROLES, LINE, RANKS, State
from organisations.kinds import LOCAL_GROUPS, MANAGERS, Role
from organisations.models import Assignment, GroupMember

if TYPE_CHECKING:
    from disputes.models import Dispute  # noqa: F401

NOTHING = Q(pk__in=[])
MEETS_IN_GROUPS = frozenset(map(str, GROUP_ROLES))


class DisputeQuerySet(models.QuerySet["Dispute"]):
    def visible_to(self, actor: Actor, now: datetime) -> Self:
        """Disputes whose question the actor may read: those of the line, and of the groups that follow them."""
        groups = _memberships(actor, now)
        return self.filter(_in_the_line(actor, now) | _in_the_groups(actor, groups) | _hears(actor, groups))

    def seen_by(self, actor: Actor, now: datetime) -> Self:
        """The visible disputes, each with `takes_part`: whether the actor may read the parties' words."""
        groups = _memberships(actor, now)
        part = _in_the_line(actor, now) | _in_the_groups(actor, groups)
        return self.filter(part | _hears(actor, groups)).annotate(takes_part=ExpressionWrapper(part, BooleanField()))

    def taken_part_in_by(self, actor: Actor, now: datetime) -> Self:
        """Disputes where the actor reads the parties' words: the line of either side, the group it has come to."""
        return self.filter(_in_the_line(actor, now) | _in_the_groups(actor, _memberships(actor, now)))

    def handled_by(self, actor: Actor, now: datetime) -> Self:
        """Open disputes that wait for the actor: on a level its role holds (or stands in at), or in one of its groups.

        Says the same as `disputes.line.holders`, for many disputes at a time.
        """
        levels = [holder for holder, role in LINE.items() if role in _roles_held(actor, now)]
        ours = Q(opening_unit_id=actor.unit_id) | Q(answering_unit_id=actor.unit_id)
        groups = [member.group_id for member in _memberships(actor, now)]
        parties = Q(opening_huvudman_id=actor.huvudman_id) | Q(answering_huvudman_id=actor.huvudman_id)
        present = _rungs().filter(left_at=None, group_id__in=groups).values("dispute_id")
        return self.filter(state=State.OPEN).filter(
            (ours & Q(level__held_by__in=levels)) | (parties & Q(pk__in=present))
        )

    def with_parties(self) -> Self:
        """With what every page names. Not what only those who take part may read: a join would hide the whole row."""
        return self.select_related(
            "agreement", "provision__agreement", "level", "opening_unit", "answering_unit", "opening_huvudman",
            "answering_huvudman", "municipality",
        )  # fmt: skip


def _in_the_line(actor: Actor, now: datetime) -> Q:
    """Of one of the two units, and not higher in its line than the dispute came. Vacant ranks count as its own."""
    rank = RANKS.get(actor.role)
    if actor.group_id is None or rank is None:
        return NOTHING
    if rank > 1:
        rank = min(RANKS[role] for role in _roles_held(actor, now))
    return (Q(opening_unit_id=actor.unit_id) | Q(answering_unit_id=actor.unit_id)) & Q(line_rank__gte=rank)


def _roles_held(actor: Actor, now: datetime) -> set[str]:
    """The actor's own role in the line, and the vacant ones next below, which fall to it (ORG-3)."""
    if actor.group_id is None or actor.role not in set(map(str, MANAGERS)):
        return set()
    below = MANAGERS[: MANAGERS.index(Role(actor.role))]
    assigned = Assignment.objects.in_force(local_day(now)).filter(unit_id=actor.unit_id, role__in=below)
    held = set(assigned.values_list("role", flat=True)) if below else set()
    return {actor.role, *takewhile(lambda role: role not in held, map(str, reversed(below)))}


def _memberships(actor: Actor, now: datetime) -> list[GroupMember]:
    """The groups the actor's user sits in now, when the assignment is one that works in groups."""
    if actor.role not in MEETS_IN_GROUPS:
        return []
    today = local_day(now)
    members = GroupMember.objects.filter(Q(ends_on=None) | Q(ends_on__gt=today), starts_on__lte=today)
    return list(members.filter(user_id=actor.user_id).select_related("group"))


def _in_the_groups(actor: Actor, members: list[GroupMember]) -> Q:
    """Disputes that have come to one of the actor's groups, with the actor's own huvudman as a party."""
    if not members:
        return NOTHING
    ours = Q(opening_huvudman_id=actor.huvudman_id) | Q(answering_huvudman_id=actor.huvudman_id)
    return ours & Q(pk__in=_rungs().filter(group_id__in=[one.group_id for one in members]).values("dispute_id"))


def _hears(actor: Actor, members: list[GroupMember]) -> Q:
    """Disputes that a group of the actor's follows, or that the board does: their question, not the parties' words."""
    found = NOTHING
    for member in members:
        if member.group.kind in LOCAL_GROUPS:
            coordination = FOLLOWED_BY[member.group.kind]
            found |= Q(municipality_id=member.group.municipality_id, coordination=coordination)
    if actor.role == Role.BOARD_MEMBER or any(member.group.kind not in LOCAL_GROUPS for member in members):
        ours = AgreementParty.objects.filter(agreement_id=OuterRef("agreement_id"), huvudman_id=actor.huvudman_id)
        found |= Q(Exists(ours))
    return found


def _rungs() -> models.QuerySet[Any]:
    return apps.get_model("disputes", "Rung").objects.all()
