"""Who handles a dispute on a level, on each side: the line of management, or the members of a group (DIS-2, ORG-3).

A deputy is whoever holds the assignment on the day. Where a level of a line is vacant the next one above stands in.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from agreements.models import DisputeLevel
from agreements.values import Coordination, Holder
from core.acting import Actor
from core.workdays import local_day
from disputes.kinds import COUNTY_GROUPS, FOLLOWED_BY, GROUP_ROLES, LINE, RANKS, Side
from disputes.models import Dispute
from organisations.kinds import MANAGERS, GroupKind, Role
from organisations.models import Assignment, CoordinationGroup, GroupMember


@dataclass(frozen=True, slots=True)
class HolderOf:
    """One who may act for a side on a level. `stands_in_for`: the vacant role that fell to this one."""

    side: Side
    unit_id: UUID
    user_id: UUID
    role: str
    name: str
    stands_in_for: str = ""


@dataclass(frozen=True, slots=True)
class Holders:
    """Everyone who may act on a level, and the sides where nobody can."""

    group: CoordinationGroup | None
    found: tuple[HolderOf, ...]

    def of(self, side: Side) -> list[HolderOf]:
        return [one for one in self.found if one.side == side]

    @property
    def nobody_on(self) -> list[Side]:
        return [side for side in Side if not self.of(side)]

    @property
    def vacancies(self) -> list[HolderOf]:
        return [one for one in self.found if one.stands_in_for]


def holders(dispute: Dispute, level: DisputeLevel, now: datetime) -> Holders:
    """Who handles the dispute on a level now."""
    today = local_day(now)
    role = LINE.get(Holder(level.held_by))
    if role is not None:
        units = {side: unit.pk for side, unit in dispute.units.items()}
        return Holders(None, tuple(_line(units, role, today)))
    group = group_for(dispute, Holder(level.held_by), today)
    return Holders(group, tuple(_members(dispute, group, today)) if group else ())


def side_of(actor: Actor, dispute: Dispute) -> Side | None:
    """The side whose huvudman the actor works for."""
    if actor.huvudman_id == dispute.opening_huvudman_id:
        return Side.OPENING
    return Side.ANSWERING if actor.huvudman_id == dispute.answering_huvudman_id else None


def acts_now(actor: Actor, dispute: Dispute, found: Holders) -> bool:
    """Whether the actor handles the dispute for its own side: by role at the unit, or as a member of the group."""
    side = side_of(actor, dispute)
    if side is None:
        return False
    if found.group is not None:
        return actor.role in set(map(str, GROUP_ROLES)) and any(o.user_id == actor.user_id for o in found.of(side))
    return any(one.unit_id == actor.unit_id and one.role == actor.role for one in found.of(side))


def opens(unit_id: UUID, now: datetime) -> str:
    """The role that opens disputes for a unit: the nearest manager, or who stands in; empty when nobody does."""
    found = list(_line({Side.OPENING: unit_id}, Role.NEAREST_MANAGER, local_day(now)))
    return found[0].role if found else ""


def _line(units: dict[Side, UUID], role: Role, today: date) -> Iterable[HolderOf]:
    """Per side the holder of the role, or the next one above it."""
    wanted = MANAGERS[MANAGERS.index(role) :]
    assigned = Assignment.objects.in_force(today).filter(unit_id__in=units.values(), role__in=wanted)
    by_place = {(one.unit_id, one.role): one for one in assigned.select_related("user")}
    for side, unit_id in units.items():
        for rank in wanted:
            if (one := by_place.get((unit_id, rank))) is not None:
                vacant = "" if rank == role else str(role)
                yield HolderOf(side, unit_id, one.user_id, str(rank), str(one.user), vacant)
                break


def group_for(dispute: Dispute, holder: Holder, today: date) -> CoordinationGroup | None:
    """The group that holds a level for this dispute: of its municipality, or of its county (BL 8.2)."""
    coordination = Coordination(dispute.coordination)
    if holder == Holder.LOCAL_GROUP:
        kind = next(kind for kind, followed in FOLLOWED_BY.items() if followed == coordination)
        return CoordinationGroup.objects.filter(kind=kind, municipality_id=dispute.municipality_id).first()
    parties = [huvudman.pk for huvudman in dispute.huvudmen.values()]
    # Groups of a county belong to no huvudman: it is the one where the parties sit.
    of_county = CoordinationGroup.objects.filter(
        pk__in=members_in_force(today).filter(represents__authority__huvudman_id__in=parties).values("group_id")
    )
    for kind in (COUNTY_GROUPS[coordination], GroupKind.RUG):
        if (group := of_county.filter(kind=kind).order_by("key").first()) is not None:
            return group
    return None


def members_in_force(today: date) -> QuerySet[GroupMember]:
    return GroupMember.objects.filter(
        Q(ends_on=None) | Q(ends_on__gt=today), starts_on__lte=today, user__is_active=True
    )


def _members(dispute: Dispute, group: CoordinationGroup, today: date) -> Iterable[HolderOf]:
    """The members who represent either side's huvudman, with the role through which they are reached."""
    sides = {huvudman.pk: side for side, huvudman in dispute.huvudmen.items()}
    members = list(
        members_in_force(today)
        .filter(group=group, represents__authority__huvudman_id__in=sides)
        .select_related("user", "represents__authority")
        .order_by("-is_coordinator", "represents__name")
    )
    roles: dict[tuple[UUID, UUID], list[str]] = {}
    assigned = Assignment.objects.in_force(today).filter(
        user_id__in=[one.user_id for one in members], role__in=GROUP_ROLES
    )
    for user_id, unit_id, role in assigned.values_list("user_id", "unit_id", "role"):
        roles.setdefault((user_id, unit_id), []).append(role)
    for one in members:
        side = sides[one.represents.authority.huvudman_id]
        found = max(roles.get((one.user_id, one.represents_id), [""]), key=lambda role: _IN_GROUP[role])
        yield HolderOf(side, one.represents_id, one.user_id, found, str(one.user))


_IN_GROUP = {"": -1} | {str(role): place for place, role in enumerate(GROUP_ROLES)}
"""Which of several roles at the unit a member works in the group by."""


def rank_of(level: DisputeLevel) -> int:
    """How high in the lines a level stands; 0 for a group's."""
    role = LINE.get(Holder(level.held_by))
    return RANKS[str(role)] if role else 0
