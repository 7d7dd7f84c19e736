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
    mine = Assignment.objects.in_force(on).filter(user=user).select_related("unit__authority__huvudman").order_by()
    wanted = _as_uuid(assignment_id)
    found = next(iter(mine.filter(pk=wanted)), None) if wanted else None
    if found is None:
        first_two = mine[:2]
        found = first_two[0] if len(first_two) == 1 else None
    if found is not None:
        found.user = user
    return found


def _as_uuid(text: UUID | str | None) -> UUID | None:
    """The id that a session or a header holds, if it is one."""
    try:
        return UUID(str(text))
    except ValueError:
        return None
