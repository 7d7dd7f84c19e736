"""The unit's own work: all that is going on and who carries it, handing over, and each user's saved views (SIP-11)."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from core import refusals
from core.authz import Refused
from core.policy import ActingRequest, for_roles, policy
from core.templatetags.portal import plural
from core.transitions import Gone
from organisations.kinds import CASE_ROLES, MANAGERS
from sip import actions
from sip.carriers import colleagues as colleagues_of
from sip.carriers import loads as loads_of
from sip.forms.desk import HandOverAllForm, HandOverForm, SaveViewForm
from sip.forms.listing import chosen_filters
from sip.kinds import OPEN_STATES
from sip.models import SavedView
from sip.permissions import HANDS_OVER
from sip.views.case import find_case

PARTICIPANTS = for_roles(*CASE_ROLES)
GET_POST = ["GET", "HEAD", "POST"]


@policy(for_roles(*MANAGERS))
@require_http_methods(GET_POST)
def desk(request: ActingRequest) -> HttpResponse:
    """All open cases of the unit by who carries them; all of one colleague's handed over in one go."""
    colleagues = colleagues_of(request.actor, request.now)
    loads = loads_of(request.actor, request.now, colleagues)
    carriers = [
        (load.key, f"{load.name}, {plural(load.count, 'pågående ärende', 'pågående ärenden')}")
        for load in loads
        if load.count
    ]
    form = HandOverAllForm(request.POST if request.method == "POST" else None, colleagues=colleagues, carriers=carriers)
    if form.is_valid():
        given = form.cleaned_data
        from_user = next((load.user for load in loads if load.key == given["from_user"]), None)
        try:
            count = actions.hand_over_all(
                from_user=from_user, to_user=given["to_user"], reason=given["reason"], by=request.actor, now=request.now
            )
        except Refused as refused:
            refusals.tell(form, refused)
        else:
            told = f"{given['to_user']} har tagit över {plural(count, 'ärende', 'ärenden')} och får veta det."
            messages.success(request, told)
            return redirect("sip:desk")
    context = {
        "loads": loads,
        "form": form,
        "total": sum(load.count for load in loads),
        "gone": [load for load in loads if load.user and not load.works_here],
        "now": request.now,
    }
    return render(request, "sip/desk.html", context, status=422 if form.errors else 200)


@policy(PARTICIPANTS)
@require_http_methods(GET_POST)
def carrier(request: ActingRequest, case_id: UUID) -> HttpResponse:
    """Hand one case to a colleague."""
    case = find_case(request, case_id)
    decision = HANDS_OVER.decide(request.actor, case)
    if not decision or case.state not in OPEN_STATES:
        reason = decision.reason or "Ärendet är avslutat. Det finns inget att lämna över."
        return render(request, "403.html", {"reason": reason}, status=403)
    form = HandOverForm(
        request.POST if request.method == "POST" else None, colleagues=colleagues_of(request.actor, request.now)
    )
    if form.is_valid():
        try:
            actions.hand_over(case_id=case.pk, by=request.actor, now=request.now, **form.cleaned_data)
        except Refused as refused:
            refusals.tell(form, refused)
        else:
            messages.success(request, f"{form.cleaned_data['to_user']} handlägger nu ärendet.")
            return redirect("sip:case", case_id=case.pk)
    carried = case.carriers.filter(unit_id=request.actor.unit_id).select_related("user").first()
    context = {"case": case, "person": case.matter.person, "form": form, "carried": carried, "now": request.now}
    return render(request, "sip/carrier.html", context, status=422 if form.errors else 200)


# --- saved views ------------------------------------------------------------------------------------------------------
@policy(PARTICIPANTS)
@require_POST
def save_view(request: ActingRequest) -> HttpResponse:
    """Keep the filters of the list under a name. Only what the list knows is kept."""
    query = chosen_filters(QueryDict(request.POST.get("query", "")))
    form = SaveViewForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Skriv vad vyn ska heta, med högst 60 tecken.")
    else:
        try:
            view = actions.save_view(name=form.cleaned_data["name"], query=query, by=request.actor, now=request.now)
        except Refused as refused:
            messages.error(request, refused.reason)
        else:
            messages.success(request, f"Vyn ”{view.name}” är sparad.")
    return redirect(f"{reverse('sip:list')}?{query}")


@policy(PARTICIPANTS)
@require_POST
def remove_view(request: ActingRequest, view_id: UUID) -> HttpResponse:
    """Forget one of one's own views."""
    try:
        actions.remove_view(view_id=view_id, by=request.actor, now=request.now)
    except Gone:
        raise Http404(SavedView._meta.label) from None
    messages.success(request, "Vyn är borttagen.")
    return redirect("sip:list")
