"""What each party has decided, and until when the agreement applies (AGR-3, AGR-7)."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_safe

from agreements import actions
from agreements.adoption import standings
from agreements.forms import DecisionForm, StrikeForm
from agreements.models import Agreement
from agreements.renewal import RENEWAL, watch
from agreements.values import DecisionKind
from agreements.views.shared import agreement_page
from core.authz import Refused
from core.policy import ASSIGNED, ActingRequest, for_roles, policy
from core.transitions import Gone
from core.workdays import local_day
from organisations.kinds import Role


@policy(ASSIGNED)
@require_safe
def decisions(request: ActingRequest, key: str) -> HttpResponse:
    """Each party and its decisions, what happens at the end of the period, and how the last day has moved."""
    agreement = get_object_or_404(Agreement, key=key)
    today = local_day(request.now)
    parties = standings(agreement, agreement.day_within(today))
    context = {
        "parties": parties,
        "watch": watch(agreement, agreement.term(RENEWAL, on=agreement.day_within(today))),
        "prolongations": agreement.prolongations.order_by("was_to", "at"),
        "own": request.actor.huvudman_id,
        "writes": request.actor.role == Role.LOCAL_ADMINISTRATOR
        and any(party.huvudman.pk == request.actor.huvudman_id for party in parties),
    }
    return agreement_page(request, agreement, "agreements/decisions.html", context)


@policy(for_roles(Role.LOCAL_ADMINISTRATOR))
@require_http_methods(["GET", "HEAD", "POST"])
def decision(request: ActingRequest, key: str) -> HttpResponse:
    """Record what one's own huvudman has decided."""
    agreement = get_object_or_404(Agreement, key=key)
    form = DecisionForm(request.POST or None, agreement=agreement)
    if form.is_valid():
        try:
            actions.record_decision(agreement=agreement, **form.cleaned_data, by=request.actor, now=request.now)
        except Refused as refused:
            form.add_error(refused.field, refused.reason)
        else:
            messages.success(request, "Beslutet är registrerat.")
            return redirect("agreements:decisions", key)
    context = {"form": form, "kinds": DecisionKind}
    return agreement_page(request, agreement, "agreements/decision.html", context)


@policy(for_roles(Role.LOCAL_ADMINISTRATOR))
@require_http_methods(["GET", "HEAD", "POST"])
def strike(request: ActingRequest, key: str, decision_id: UUID) -> HttpResponse:
    """Strike a decision of one's own huvudman that was recorded wrongly."""
    agreement = get_object_or_404(Agreement, key=key)
    own = agreement.decisions.standing().filter(huvudman_id=request.actor.huvudman_id)
    found = get_object_or_404(own.select_related("huvudman"), pk=decision_id)
    form = StrikeForm(request.POST or None)
    if form.is_valid():
        try:
            actions.strike_decision(
                agreement=agreement, decision_id=found.pk, **form.cleaned_data, by=request.actor, now=request.now
            )
        except Gone as gone:
            raise Http404("decision") from gone
        except Refused as refused:
            form.add_error(refused.field, refused.reason)
        else:
            messages.success(request, "Beslutet är struket.")
            return redirect("agreements:decisions", key)
    return agreement_page(request, agreement, "agreements/decision_strike.html", {"form": form, "decision": found})
