"""From an assignment to the `Actor` that everything else is told about."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from core.acting import Actor
from organisations.kinds import MATTER_ROLES
from organisations.models import Assignment, User


def actor_for(assignment: Assignment) -> Actor:
    """The actor of an assignment. The caller has checked that it is in force."""
    unit = assignment.unit
    return Actor(
        user_id=assignment.user_id,
        assignment_id=assignment.pk,
        unit_id=unit.pk,
        group_id=unit.group_id if assignment.role in MATTER_ROLES else None,
        authority_id=unit.authority_id,
        huvudman_id=unit.authority.huvudman_id,
        role=assignment.role,
        name=str(assignment.user),
        unit_name=unit.name,
        huvudman_name=unit.authority.huvudman.name,
    )


def assignment_in_force(user: User, assignment_id: UUID | str | None, on: date) -> Assignment | None:
    """The user's assignment with that id if it is in force, else the only one they have, else none."""
    mine = list(
        Assignment.objects.in_force(on)
        .filter(user=user)
        .select_related("user", "unit__authority__huvudman")
        .order_by("unit__name", "role")
    )
    for assignment in mine:
        if str(assignment.pk) == str(assignment_id):
            return assignment
    return mine[0] if len(mine) == 1 else None
