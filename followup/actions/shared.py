"""What the verbs share: who is told, and finding an agreement or refusing in words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from agreements.models import Agreement
from core import outbox
from core.acting import Actor
from core.authz import NotAllowed, Refused
from core.transitions import Gone
from followup.agreement import agreement_of_group
from followup.permissions import Standing, stand
from followup.querysets import members
from organisations.kinds import LOCAL_GROUPS, Role
from organisations.models import CoordinationGroup, Unit


def require_group(group_id: UUID, by: Actor, on: date) -> tuple[CoordinationGroup, Standing]:
    """A group that the actor may read, and how they stand to it. Raises `Gone`."""
    group = CoordinationGroup.objects.select_related("municipality").filter(pk=group_id).first()
    if group is None or not (standing := stand(by, group, on)).reads:
        raise Gone("organisations.CoordinationGroup")
    return group, standing


def require_lead(group_id: UUID, by: Actor, on: date) -> CoordinationGroup:
    """A group that the actor coordinates. Raises `Gone` or `Refused`."""
    group, standing = require_group(group_id, by, on)
    if not standing.leads:
        raise NotAllowed("Det här gör gruppens samordnare.")
    return group


def require_agreement(group: CoordinationGroup, by: Actor, on: date) -> Agreement:
    found = agreement_of_group(group, by, on)
    if found is None:
        raise Refused("Ingen överenskommelse gäller för gruppen just nu.")
    return found


def required(text: str, field: str, reason: str) -> str:
    """The text without spaces around it. Raises `Refused` when nothing is left."""
    if not (kept := text.strip()):
        raise Refused(reason, field=field)
    return kept


def tell_group(
    group: CoordinationGroup, kind: str, *, key: str, now: datetime, on: date, only_lead: bool = False, **facts: Any
) -> None:
    """Tell the members of a local group, each at the unit they represent and in the role they sit by."""
    if group.kind not in LOCAL_GROUPS:
        return
    told: set[tuple[UUID, str]] = set()
    for member in members(group, on):
        role = Role.GROUP_COORDINATOR if member.is_coordinator else Role.GROUP_REPRESENTATIVE
        if (only_lead and not member.is_coordinator) or (member.represents_id, str(role)) in told:
            continue
        told.add((member.represents_id, str(role)))
        outbox.plan(
            kind,
            to_unit=member.represents_id,
            to_level=role,
            now=now,
            key=f"{key}:{member.pk}",
            facts={"group": group.name, **facts},
        )


def tell_units(units: Iterable[Unit], role: Role, kind: str, *, key: str, now: datetime, **facts: Any) -> None:
    for unit in units:
        outbox.plan(kind, to_unit=unit.pk, to_level=role, now=now, key=f"{key}:{unit.pk}", facts=facts)
