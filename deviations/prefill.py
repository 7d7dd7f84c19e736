"""What a report begins with before anybody writes: from the case it starts from, and from who reports (DEV-7)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from agreements.models import Agreement, Provision, TargetGroup
from agreements.values import Scope
from core.acting import Actor
from core.authz import Refused
from core.workdays import local_day
from individuals.kinds import MatterKind
from individuals.models import Matter
from organisations.kinds import HuvudmanKind
from organisations.models import Huvudman, Unit
from sip.models import SipCase


def agreement(matter: Matter | None, *, by: Actor, now: datetime) -> Agreement:
    """The case's agreement, or the one in force for the huvudman. Raises `Refused` when there is none."""
    if matter is not None:
        return matter.agreement
    found = (
        Agreement.objects.in_force(local_day(now))
        .binding_all([by.huvudman_id], on=local_day(now))
        .about_first(Scope.GENERAL)
        .first()
    )
    if found is None:
        raise Refused("Ingen överenskommelse gäller för er huvudman i dag, så det finns inget att avvika från.")
    return found


def municipality(matter: Matter | None, *, by: Actor) -> Huvudman | None:
    """The municipality concerned, where it follows from who reports or who takes part."""
    own = Huvudman.objects.get(pk=by.huvudman_id)
    if own.kind == HuvudmanKind.MUNICIPALITY:
        return own
    if matter is None:
        return None
    found = list(
        Huvudman.objects.filter(
            kind=HuvudmanKind.MUNICIPALITY, authorities__units__in=matter.participants.values("unit_id")
        ).distinct()[:2]
    )
    return found[0] if len(found) == 1 else None


def units_in(matter: Matter | None, *, by: Actor) -> list[Unit]:
    """The other units of the case: the likely ones for a report to be about."""
    if matter is None:
        return []
    taking_part = matter.participants.filter(ended_at=None).exclude(unit_id=by.unit_id).values("unit_id")
    return list(Unit.objects.filter(pk__in=taking_part).select_related("authority__huvudman"))


def initial(matter: Matter | None, *, by: Actor, now: datetime) -> dict[str, Any]:
    """What the form begins with: the section about SIP and the case's target group when it starts from a SIP."""
    found: dict[str, Any] = {"municipality": municipality(matter, by=by)}
    case = SipCase.objects.filter(pk=matter.pk).first() if matter and matter.kind == MatterKind.SIP else None
    if case is not None and matter is not None:
        of_agreement = {"agreement_id": matter.agreement_id}
        found["provision"] = Provision.objects.filter(number=matter.agreement.sip_section, **of_agreement).first()
        found["target_group"] = TargetGroup.objects.filter(key__in=case.target_groups, **of_agreement).first()
        others = units_in(matter, by=by)
        found["concerns"] = others[0] if len(others) == 1 else None
    return found
