"""Amendments of an agreement: written by the board, decided by every party (AGR-4)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_POST

from agreements import actions
from agreements.adoption import standings
from agreements.amended import as_amended, standing_changes
from agreements.forms import AmendedProvisionForm, AmendedTermForm, AmendmentDecisionForm, AmendmentForm
from agreements.models import Agreement, AmendedProvision, AmendedTerm, Amendment, Provision
from agreements.permissions import AMENDMENT_RULES
from agreements.values import AmendmentState, ReviseDo, Term
from agreements.views.shared import agreement_page
from core import refusals
from core.authz import Refused
from core.policy import ASSIGNED, ActingRequest, for_roles, policy
from core.transitions import Gone
from core.workdays import local_day
from organisations.kinds import Role


@policy(for_roles(Role.BOARD_MEMBER))
@require_http_methods(["GET", "HEAD", "POST"])
def amendment_new(request: ActingRequest, key: str) -> HttpResponse:
    """Begin an amendment."""
    agreement = get_object_or_404(Agreement.objects.prefetch_related("parties"), key=key)
    form = AmendmentForm(request.POST or None, agreement=agreement, initial={"after_round": request.GET.get("runda")})
    if form.is_valid():
        try:
            made = actions.draft_amendment(agreement=agreement, **form.cleaned_data, by=request.actor, now=request.now)
        except Refused as refused:
            form.add_error(refused.field, refused.reason)
        else:
            return redirect("agreements:amendment", key, made.pk)
    context = {"form": form, "heading": "Föreslå en ändring", "button": "Fortsätt", "back": "revision"}
    return agreement_page(request, agreement, "agreements/revision_form.html", context)


@policy(ASSIGNED)
@require_http_methods(["GET", "HEAD"])
def amendment_page(request: ActingRequest, key: str, amendment_id: UUID) -> HttpResponse:
    """An amendment: what it changes, before and after, and what each party has decided."""
    found = _amendment(key, amendment_id)
    agreement, today = found.agreement, local_day(request.now)
    edits = bool(AMENDMENT_RULES.may(request.actor, ReviseDo.EDIT, found))
    sections = list(agreement.provisions.all()) if edits else []
    if (wanted := request.GET.get("avsnitt")) in {section.number for section in sections}:
        return redirect("agreements:amendment_provision", key, found.pk, wanted)
    # What a settled amendment changed is told against the day before; an open one against today.
    before_on = agreement.day_within(found.in_force_from or today)
    decided = {decision.huvudman_id: decision for decision in found.decisions.all()}
    dos = [ReviseDo.WITHDRAW, ReviseDo.DECIDE]
    buttons = {button.do: button for button in AMENDMENT_RULES.buttons(request.actor, found, dos)}
    context = {
        "amendment": found,
        "terms": _terms_before_and_after(found),
        "provisions": _sections_before_and_after(found, before_on),
        "parties": [
            (party, decided.get(party.huvudman.pk))
            for party in standings(agreement, agreement.day_within(today))
            if party.standing.binds or party.huvudman.pk in decided
        ],
        "edits": edits,
        "sections": sections,
        "withdraw": buttons[ReviseDo.WITHDRAW],
        "decides": buttons[ReviseDo.DECIDE].decision.allowed and request.actor.huvudman_id not in decided,
        "shows_parties": found.state != AmendmentState.DRAFT,
    }
    return agreement_page(request, agreement, "agreements/amendment.html", context)


@policy(for_roles(Role.BOARD_MEMBER))
@require_http_methods(["GET", "HEAD", "POST"])
def amendment_term(request: ActingRequest, key: str, amendment_id: UUID) -> HttpResponse:
    """Let the draft change a term."""
    found = _amendment(key, amendment_id)
    standing = found.agreement.terms(on=found.agreement.day_within(local_day(request.now)))
    terms = [(term.key, str(term)) for term in sorted(standing.values(), key=str)]

    def act(**wanted: Any) -> None:
        actions.amend_term(amendment_id=found.pk, **wanted, by=request.actor, now=request.now)

    context = {"heading": "Ändra ett villkor", "button": "Lägg till"}
    return _change(request, found, AmendedTermForm(request.POST or None, terms=terms), act, context)


@policy(for_roles(Role.BOARD_MEMBER))
@require_http_methods(["GET", "HEAD", "POST"])
def amendment_provision(request: ActingRequest, key: str, amendment_id: UUID, number: str) -> HttpResponse:
    """Let the draft change a section's text, beginning with the text as it stands."""
    found = _amendment(key, amendment_id)
    section = get_object_or_404(Provision, agreement=found.agreement, number=number)
    changes = standing_changes([found.agreement], local_day(request.now)).filter(provision=section)
    [section] = as_amended([section], changes)
    begun = found.provisions.filter(provision=section).first() or section
    initial = {"heading": begun.heading, "summary": begun.summary, "points": "\n".join(begun.points)}

    def act(**text: Any) -> None:
        actions.amend_provision(amendment_id=found.pk, provision=section, **text, by=request.actor, now=request.now)

    context = {"heading": f"Ändra avsnitt {number}", "button": "Lägg till"}
    return _change(request, found, AmendedProvisionForm(request.POST or None, initial=initial), act, context)


@policy(for_roles(Role.LOCAL_ADMINISTRATOR))
@require_http_methods(["GET", "HEAD", "POST"])
def amendment_decision(request: ActingRequest, key: str, amendment_id: UUID) -> HttpResponse:
    """Record what one's own party has decided about the amendment."""
    found = _amendment(key, amendment_id)

    def act(**decision: Any) -> None:
        actions.decide_amendment(amendment_id=found.pk, **decision, by=request.actor, now=request.now)

    context = {"heading": "Registrera ert beslut", "button": "Registrera"}
    context["lead"] = f"Vad har {request.actor.huvudman_name} beslutat om ”{found.title}”?"
    return _change(request, found, AmendmentDecisionForm(request.POST or None), act, context)


@policy(for_roles(Role.BOARD_MEMBER))
@require_POST
def amendment_act(request: ActingRequest, key: str, amendment_id: UUID, do: str) -> HttpResponse:
    """Send the amendment to the parties, take it back, or take a part out of it."""
    found = _amendment(key, amendment_id)
    verbs: dict[str, tuple[Callable[..., Any], str]] = {
        "skicka": (actions.propose, "Ändringen är skickad till parterna för beslut."),
        "dra-tillbaka": (actions.withdraw_amendment, "Ändringen är tillbakadragen."),
        "ta-bort": (actions.drop_part, "Borttaget ur utkastet."),
    }
    if do not in verbs:
        raise Http404(do)
    act, done = verbs[do]
    more = {"part_id": _uuid(request.POST.get("part", ""))} if do == "ta-bort" else {}
    try:
        act(amendment_id=found.pk, **more, by=request.actor, now=request.now)
    except Gone as gone:
        raise Http404("amendment") from gone
    except Refused as refused:
        messages.error(request, refused.reason)
    else:
        messages.success(request, done)
    return redirect("agreements:amendment", key, found.pk)


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise Http404("part") from error


def _amendment(key: str, amendment_id: UUID) -> Amendment:
    amendments = Amendment.objects.select_related("agreement", "round").prefetch_related("agreement__parties")
    return get_object_or_404(amendments, agreement__key=key, pk=amendment_id)


def _terms_before_and_after(found: Amendment) -> list[tuple[AmendedTerm, Term, Term]]:
    """Each changed term: the part, the term before and as it becomes."""
    parts = list(found.terms.all())
    versions = found.agreement.term_versions.select_related("provision").filter(key__in=[part.key for part in parts])
    newest = {
        version.key: version
        for version in versions.order_by("valid_from")
        if found.in_force_from is None or version.valid_from < found.in_force_from
    }
    before = {key: version.as_term() for key, version in newest.items()}
    known = [part for part in parts if part.key in before]
    return [(part, before[part.key], replace(before[part.key], value=part.value)) for part in known]


def _sections_before_and_after(found: Amendment, on: date) -> list[tuple[AmendedProvision, Provision]]:
    """Each changed section: the part, and the section as it read before this amendment."""
    parts = list(found.provisions.select_related("provision"))
    earlier = standing_changes([found.agreement], on).exclude(amendment=found) if parts else []
    before = {section.pk: section for section in as_amended([part.provision for part in parts], earlier)}
    return [(part, before[part.provision_id]) for part in parts]


def _change(
    request: ActingRequest, found: Amendment, form: forms.Form, act: Callable[..., None], context: dict[str, Any]
) -> HttpResponse:
    """Show a form, do what it says, and go back to the amendment."""
    if form.is_valid():
        try:
            act(**form.cleaned_data)
        except Gone as gone:
            raise Http404("amendment") from gone
        except Refused as refused:
            refusals.tell(form, refused)
        else:
            messages.success(request, "Sparat.")
            return redirect("agreements:amendment", found.agreement.key, found.pk)
    context |= {"form": form, "amendment": found, "back": "amendment"}
    return agreement_page(request, found.agreement, "agreements/revision_form.html", context)
