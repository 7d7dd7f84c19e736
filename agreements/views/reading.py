"""The agreements themselves and the guide. No personal data, so every assignment may read them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from agreements.adoption import standings
from agreements.amended import as_amended, standing_changes
from agreements.checklist import completeness
from agreements.compare import Change, compare
from agreements.forms import CompareForm, GuideForm, SearchForm
from agreements.models import (
    Abbreviation,
    Agreement,
    AgreementParty,
    AmendedProvision,
    Definition,
    HousingStep,
    Provision,
    Responsibility,
)
from agreements.renewal import RENEWAL, watch
from agreements.search import Found, find
from agreements.values import Scope, SettledBy
from agreements.views.shared import agreement_page
from agreements.words import linker_for
from core.policy import ASSIGNED, ActingRequest, policy
from core.workdays import local_day

AMENDED = ("heading", "summary", "points")


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
    return render(request, "agreements/list.html", {"rows": rows, "search": SearchForm()})


@policy(ASSIGNED)
@require_safe
def agreement_detail(request: ActingRequest, key: str) -> HttpResponse:
    """One agreement in short, and its sections: each has an address of its own (#4.1)."""
    agreement = get_object_or_404(Agreement.objects.prefetch_related("target_groups", "sip_parties"), key=key)
    today = local_day(request.now)
    days = watch(agreement, agreement.term(RENEWAL, on=agreement.day_within(today)))
    context = {
        "chapters": _outline(as_amended(agreement.provisions.all(), standing_changes([agreement], today))),
        "words": linker_for(agreement),
        "parties": standings(agreement, agreement.day_within(today)),
        "watch": days,
        "renewal_is_near": agreement.valid_from <= today <= agreement.valid_to and days.is_near(today),
    }
    return agreement_page(request, agreement, "agreements/detail.html", context)


@policy(ASSIGNED)
@require_safe
def agreement_terms(request: ActingRequest, key: str) -> HttpResponse:
    """The terms that the portal follows, as they stand: clocks and numbers, ladder, costs and indicators."""
    agreement = get_object_or_404(Agreement, key=key)
    shown_on = agreement.day_within(local_day(request.now))
    versions = agreement.term_versions.select_related("provision").standing(shown_on)
    context = {
        "terms": [(v, v.as_term()) for v in sorted(versions, key=lambda version: version.position)],
        "words": linker_for(agreement),
        "levels": agreement.dispute_levels.select_related("provision"),
        "cost_rules": agreement.cost_rules.select_related("provision"),
        "indicators": agreement.indicators.select_related("provision"),
    }
    return agreement_page(request, agreement, "agreements/terms.html", context)


@policy(ASSIGNED)
@require_safe
def agreement_glossary(request: ActingRequest, key: str) -> HttpResponse:
    """What the words and the short forms of an agreement mean."""
    agreement = get_object_or_404(Agreement.objects.prefetch_related("definitions", "abbreviations"), key=key)
    return agreement_page(request, agreement, "agreements/glossary.html", {})


@policy(ASSIGNED)
@require_safe
def guide(request: ActingRequest) -> HttpResponse:
    """Who answers for what (RESP-2), by search and filter, in the agreement that binds the reader's huvudman today."""
    agreement = _readers_own(request)
    if agreement is None:
        return render(request, "agreements/guide.html", {"agreement": None})
    form = GuideForm(request.GET, agreement=agreement)
    answers = agreement.responsibilities.select_related("area", "provision").prefetch_related("target_groups")
    answers = answers.order_by("area__position", "position")
    words = ""
    if form.is_valid():
        words = form.cleaned_data["q"]
        answers = answers.asked_for(
            target_group=form.cleaned_data["malgrupp"],
            area=form.cleaned_data["omrade"],
            party=form.cleaned_data["ansvarig"],
        )
    found = find(words, agreement, (answers, Responsibility.SEARCHED)) if words else Found([list(answers)])
    context = {
        "agreement": agreement,
        "words": linker_for(agreement),
        "search": form,
        "form": form if form.errors else None,
        "rows": found.rows[0],
        "searched_for": found.searched_for,
        "group_count": agreement.target_groups.count(),
        "filtered": any(request.GET.get(name) for name in form.fields),
    }
    return render(request, "agreements/guide.html", context)


@policy(ASSIGNED)
@require_safe
def housing_guide(request: ActingRequest) -> HttpResponse:
    """Who answers for care in other housing (PLC-2): one question at a time, the answers kept in the address."""
    agreement = _readers_own(request)
    steps = list(agreement.housing_steps.select_related("provision")) if agreement else []
    if not steps:
        raise Http404("housing questions")
    answered: list[tuple[HousingStep, str]] = []
    for step in steps:
        answer = request.GET.get(step.key, "")
        if not step.question or answer not in SettledBy.values:
            break
        answered.append((step, SettledBy(answer).label))
        if answer == step.settled_by:
            break
    asks = bool(step.question) and answer not in SettledBy.values
    context = {
        "agreement": agreement,
        "words": linker_for(agreement) if agreement else None,
        "step": step,
        "asks": asks,
        "answered": answered,
        "answers_so_far": [(earlier.key, request.GET[earlier.key]) for earlier, _ in answered],
        "choices": SettledBy.choices,
        "number": len(answered) + 1,
        "of": len(steps) - 1,
        "title": step.question if asks else f"{step.get_party_display()} svarar",
    }
    return render(request, "agreements/housing_guide.html", context)


@policy(ASSIGNED)
@require_safe
def search(request: ActingRequest) -> HttpResponse:
    """Search an agreement: its sections, who answers for what, and its words. The reader's own when none is chosen."""
    form = SearchForm(request.GET)
    words, chosen = "", None
    if form.is_valid():
        words, chosen = form.cleaned_data["q"], form.cleaned_data["i"]
    agreement: Agreement | None = chosen or _readers_own(request) or Agreement.objects.first()
    context: dict[str, Any] = {"search": form, "form": form if form.errors else None, "agreement": agreement}
    if words and agreement:
        changes = standing_changes([agreement], local_day(request.now))
        replaced = agreement.provisions.exclude(pk__in=changes.values("provision_id"))
        found = find(
            words,
            agreement,
            (replaced, Provision.SEARCHED),
            (AmendedProvision.objects.filter(pk__in=changes.values("pk")).select_related("provision"), AMENDED),
            (agreement.responsibilities.select_related("provision"), Responsibility.SEARCHED),
            (agreement.definitions.all(), Definition.SEARCHED),
            (agreement.abbreviations.all(), Abbreviation.SEARCHED),
        )
        unchanged, amended, answers, definitions, abbreviations = found.rows
        sections = unchanged + as_amended([change.provision for change in amended], amended)
        context |= {"words": words, "searched_for": found.searched_for, "count": sum(map(len, found.rows))}
        context |= {"sections": sections, "answers": answers, "entries": definitions + abbreviations}
    return render(request, "agreements/search.html", context)


@policy(ASSIGNED)
@require_safe
def comparison(request: ActingRequest) -> HttpResponse:
    """Two agreements beside each other, or one as it stood on two days."""
    agreements = list(Agreement.objects.all())
    form = CompareForm(request.GET or None, agreements=agreements)
    context: dict[str, Any] = {"search": form, "form": form if form.errors else None}
    if form.is_valid():
        before, after = form.cleaned_data["fran"], form.cleaned_data["till"]
        today = local_day(request.now)
        days = {
            "before_on": before.day_within(form.cleaned_data["fran_dag"] or today),
            "after_on": after.day_within(form.cleaned_data["till_dag"] or today),
        }
        result = compare(before, after, **days)
        counts = [(change, result.count(change)) for change in Change]
        context |= {"before": before, "after": after, "result": result, "counts": counts, **days}
    return render(request, "agreements/comparison.html", context)


@policy(ASSIGNED)
@require_safe
def checklist(request: ActingRequest, key: str) -> HttpResponse:
    """How complete the agreement is against the national checklist (AGR-5)."""
    agreement = get_object_or_404(Agreement.objects.prefetch_related("coverage"), key=key)
    return agreement_page(request, agreement, "agreements/checklist.html", {"parts": completeness(agreement)})


def _readers_own(request: ActingRequest) -> Agreement | None:
    """The agreement that binds the reader's huvudman today."""
    today = local_day(request.now)
    in_force = Agreement.objects.about_first(Scope.GENERAL).in_force(today)
    in_force = in_force.annotate(has_housing_questions=Exists(HousingStep.objects.filter(agreement=OuterRef("pk"))))
    return in_force.binding_all([request.actor.huvudman_id], today).first()


@dataclass(frozen=True, slots=True)
class Section:
    """A provision with the provisions below it."""

    provision: Provision
    parts: list[Section]


def _outline(provisions: Iterable[Provision]) -> list[Section]:
    """The chapters, however deep they go, from one query."""
    sections = {provision.pk: Section(provision, []) for provision in provisions}
    chapters: list[Section] = []
    for section in sections.values():
        above = sections.get(section.provision.parent_id) if section.provision.parent_id else None
        (above.parts if above else chapters).append(section)
    return chapters


def _with_parties() -> QuerySet[Agreement]:
    return Agreement.objects.prefetch_related(Prefetch("parties", AgreementParty.objects.select_related("huvudman")))
