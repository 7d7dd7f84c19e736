"""The agreements themselves and the guide. No personal data, so every assignment may read them."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from agreements.forms import GuideForm
from agreements.models import Agreement, AgreementParty, Provision
from agreements.values import Scope
from core.policy import ASSIGNED, ActingRequest, policy
from core.workdays import local_day


@policy(ASSIGNED)
@require_safe
def agreement_list(request: ActingRequest) -> HttpResponse:
    """Every agreement in the portal, newest first, and which of them the reader's own huvudman is a party to."""
    today = local_day(request.now)
    rows = [
        (
            agreement,
            agreement.state_on(today),
            any(party.huvudman_id == request.actor.huvudman_id for party in agreement.parties.all()),
        )
        for agreement in _with_parties()
    ]
    return render(request, "agreements/list.html", {"rows": rows})


@policy(ASSIGNED)
@require_safe
def agreement_detail(request: ActingRequest, key: str) -> HttpResponse:
    """One agreement in short, and its sections: each has an address of its own (#4.1)."""
    agreement = get_object_or_404(_with_parties().prefetch_related("target_groups", "sip_parties"), key=key)
    chapters = agreement.provisions.filter(parent=None)
    context = {"chapters": chapters.prefetch_related(Prefetch("children", Provision.objects.all()))}
    return _agreement_page(request, agreement, "agreements/detail.html", context)


@policy(ASSIGNED)
@require_safe
def agreement_terms(request: ActingRequest, key: str) -> HttpResponse:
    """The terms that the portal follows, as they stand: clocks and numbers, ladder, costs and indicators."""
    agreement = get_object_or_404(Agreement, key=key)
    # An agreement that has ended, or not begun, is shown as it stood on the nearest day of its period.
    shown_on = min(max(local_day(request.now), agreement.valid_from), agreement.valid_to)
    versions = agreement.term_versions.select_related("provision").standing(shown_on)
    context = {
        "terms": [(v, v.as_term()) for v in sorted(versions, key=lambda version: version.position)],
        "levels": agreement.dispute_levels.select_related("provision"),
        "cost_rules": agreement.cost_rules.select_related("provision"),
        "indicators": agreement.indicators.select_related("provision"),
    }
    return _agreement_page(request, agreement, "agreements/terms.html", context)


@policy(ASSIGNED)
@require_safe
def agreement_glossary(request: ActingRequest, key: str) -> HttpResponse:
    """What the words and the short forms of an agreement mean."""
    agreement = get_object_or_404(Agreement.objects.prefetch_related("definitions", "abbreviations"), key=key)
    return _agreement_page(request, agreement, "agreements/glossary.html", {})


@policy(ASSIGNED)
@require_safe
def guide(request: ActingRequest) -> HttpResponse:
    """Who answers for what (RESP-2), by search and filter, in the agreement that binds the reader's huvudman today."""
    in_force = Agreement.objects.filter(scope=Scope.GENERAL).in_force(local_day(request.now))
    agreement = in_force.binding_all([request.actor.huvudman_id]).first()
    if agreement is None:
        return render(request, "agreements/guide.html", {"agreement": None})
    form = GuideForm(request.GET, agreement=agreement)
    found = agreement.responsibilities.select_related("area", "provision").prefetch_related("target_groups")
    if form.is_valid():
        found = found.asked_for(
            words=form.cleaned_data["q"],
            target_group=form.cleaned_data["malgrupp"],
            area=form.cleaned_data["omrade"],
            party=form.cleaned_data["ansvarig"],
        )
    context = {
        "agreement": agreement,
        "search": form,
        "form": form if form.errors else None,
        "rows": list(found.order_by("area__position", "position")),
        "group_count": agreement.target_groups.count(),
        "filtered": any(request.GET.get(name) for name in form.fields),
    }
    return render(request, "agreements/guide.html", context)


def _with_parties() -> QuerySet[Agreement]:
    return Agreement.objects.prefetch_related(Prefetch("parties", AgreementParty.objects.select_related("huvudman")))


def _agreement_page(
    request: ActingRequest, agreement: Agreement, template: str, context: dict[str, Any]
) -> HttpResponse:
    state = agreement.state_on(local_day(request.now))
    return render(request, template, {"agreement": agreement, "state": state, **context})
