"""Who a message reaches by mail: the unit's caseworkers, a level of its line of management (ORG-3), or another role."""

from __future__ import annotations

from datetime import datetime

from core.models import Message
from core.workdays import local_day
from organisations.kinds import MANAGERS, Role
from organisations.models import Assignment


def addresses(message: Message, now: datetime) -> list[str]:
    """E-mail addresses of those concerned who want mail now. A vacant level goes on to the next one above."""
    today = local_day(now)
    assignments = Assignment.objects.in_force(today).filter(unit_id=message.to_unit_id)
    if message.to_user_id is not None:
        return _mail(assignments.filter(user_id=message.to_user_id))
    if not message.to_level:
        return _mail(assignments.filter(role__in=[Role.CASEWORKER, Role.NEAREST_MANAGER]))
    if message.to_level not in MANAGERS:
        return _mail(assignments.filter(role=message.to_level))
    levels = MANAGERS[MANAGERS.index(Role(message.to_level)) :]
    for level in levels:
        holders = assignments.filter(role=level)
        if holders.exists():
            return _mail(holders)
    return []


def _mail(assignments: object) -> list[str]:
    found = assignments.filter(user__wants_mail=True).exclude(user__email="")  # type: ignore[attr-defined]
    return list(found.values_list("user__email", flat=True).distinct())
