"""Who at the acting unit can carry a case, and which cases somebody there carries (SIP-11)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from core.acting import Actor
from core.workdays import local_day
from organisations.models import Assignment, User
from sip.models import Carrier
from sip.permissions import MAY_START
from sip.querysets import SipCaseQuerySet


def colleagues(by: Actor, now: datetime) -> list[User]:
    """Those at the acting unit who can carry a case today."""
    here = Assignment.objects.in_force(local_day(now)).filter(unit_id=by.unit_id, role__in=MAY_START)
    return list(User.objects.filter(pk__in=here.values("user_id")).order_by("first_name", "last_name", "pk"))


def carried_by(cases: SipCaseQuerySet, user: User | UUID | None, by: Actor) -> SipCaseQuerySet:
    """Of the visible ones, those that a user carries at the acting unit; None: those that nobody carries."""
    ours: QuerySet[Carrier] = Carrier.objects.filter(unit_id=by.unit_id)
    if user is None:
        return cases.exclude(pk__in=ours.values("case_id"))
    return cases.filter(pk__in=ours.filter(user_id=user.pk if isinstance(user, User) else user).values("case_id"))
