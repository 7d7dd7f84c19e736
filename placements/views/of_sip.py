"""The placements that belong to a SIP: a page of its own, and a panel of the SIP's page (SIP-12)."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.audit import Action
from core.policy import ActingRequest, policy, visible_or_404
from placements.models import Placement
from placements.views.shared import PARTICIPANTS
from sip.models import SipCase

AT_MOST = 20


@policy(PARTICIPANTS)
@require_safe
def of_sip(request: ActingRequest, case_id: UUID) -> HttpResponse:
    """Linked placements that the acting unit takes part in too. Nothing of costs or measures (PLC-8)."""
    cases = SipCase.objects.visible_to(request.actor, request.now).select_related("matter__person")
    case = visible_or_404(request, cases, "placements.of_sip", pk=case_id)
    visible = Placement.objects.visible_to(request.actor, request.now).select_related("matter")
    found = list(visible.filter(sip=case).order_by("-matter__opened_at")[:AT_MOST])
    request.actor.reads.add(
        Action.LIST, "placements.of_sip", persons=[one.matter.person_id for one in found], matters=[p.pk for p in found]
    )
    context = {"case": case, "person": case.matter.person, "placements": found, "now": request.now}
    return render(request, "placements/of_sip.html", context)
