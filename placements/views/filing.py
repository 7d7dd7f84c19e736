"""Preparing a placement, page by page: the person, the home, the purpose, the care, the consent, sharing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from agreements.models import TargetGroup
from agreements.terms import NoAgreement
from core.authz import Refused
from core.policy import ActingRequest, for_roles, policy
from core.transitions import Gone, Stale
from core.workdays import local_day
from individuals import actions as individuals
from individuals.kinds import Category
from individuals.models import Basis
from organisations.kinds import HuvudmanKind
from organisations.models import Unit
from placements import actions
from placements.forms import filing as forms
from placements.forms.consent import PlacementConsentForm
from placements.kinds import PSYCHIATRY, Answer, Do
from placements.models import Placement
from placements.permissions import MAY_START, PLACEMENT_RULES
from placements.views.shared import CHANGED, GET_POST, find, refusal
from sip.forms.filing import GUARDIAN_ROWS, USED, PersonForm, StartForm
from sip.forms.filing_consent import Ground
from sip.forms.helping import Sections
from sip.models import SipCase
from sip.suggestions import callable_units

FILERS = for_roles(*sorted(MAY_START))
STEPS = ("person", "home", "purpose", "care", "consent", "share")
PAGES = {step: f"placements:{step}" for step in STEPS}
TITLES = {
    "person": "Personen",
    "home": "Boende och tid",
    "purpose": "Syfte och önskemål",
    "care": "Vården",
    "consent": "Samtycke",
    "share": "Granska och dela",
}

GUIDE_SAYS = {
    Answer.YES: "Det behövs en ansvarsförbindelse. Båda parter undertecknar den innan placeringen börjar.",
    Answer.NO: "Ingen ansvarsförbindelse behövs.",
}


# --- the person -------------------------------------------------------------------------------------------------------
@policy(FILERS)
@sensitive_post_parameters()
@require_http_methods(GET_POST)
def new(request: ActingRequest) -> HttpResponse:
    """Say who it is about. Makes the draft; the same form posted again finds it."""
    form = StartForm(request.POST or None, now=request.now)
    if form.is_valid():
        submission: UUID = form.cleaned_data["submission"]
        made = _made_by(request, submission) or _begin(request, form, submission)
        if made is not None:
            is_child = made.matter.person.is_child(local_day(request.now))
            return redirect(PAGES["person" if is_child else "home"], placement_id=made.pk)
    context = {"form": form, "step": 1, "of": len(STEPS), "now": request.now}
    return render(request, "placements/filing/new.html", context, status=422 if form.errors else 200)


def _made_by(request: ActingRequest, submission: UUID) -> Placement | None:
    mine = Placement.objects.visible_to(request.actor, request.now).select_related("matter__person")
    return mine.filter(submission=submission, matter__initiator_id=request.actor.unit_id).first()


def _begin(request: ActingRequest, form: StartForm, submission: UUID) -> Placement | None:
    actor, now = request.actor, request.now
    try:
        with transaction.atomic():
            person = individuals.register_person(person=form.as_person(unit_id=actor.unit_id, now=now), by=actor)
            return actions.start_draft(person=person, submission=submission, by=actor, now=now)
    except IntegrityError:
        if (made := _made_by(request, submission)) is None:
            form.add_error("submission", USED)
        return made
    except (Refused, NoAgreement) as refused:
        form.add_error(None, str(refused))
        return None


@policy(FILERS)
@sensitive_post_parameters()
@require_http_methods(GET_POST)
def person(request: ActingRequest, placement_id: UUID) -> HttpResponse:
    """A child's guardians, and the person's own facts (IND-2, IND-3)."""
    placement = find(request, placement_id)
    if refused := refusal(request, placement, Do.EDIT):
        return refused
    who = placement.matter.person
    is_child = who.is_child(local_day(request.now))
    guardians = list(who.guardians.all()) if is_child else []
    rows = max(GUARDIAN_ROWS - len(guardians), int("fler" in request.GET)) if is_child else 0
    form = PersonForm(
        request.POST or None, person=who, guardians=guardians, empty_rows=rows,
        initial=PersonForm.saved(who, guardians), relaxed="more" in request.POST,
    )  # fmt: skip
    if form.is_valid():
        try:
            with transaction.atomic():
                individuals.describe_person(person=who, by=request.actor, **form.as_description())
                individuals.set_guardians(person=who, guardians=form.as_guardians(), by=request.actor, now=request.now)
        except Refused as no:
            form.refuse(no)
        else:
            return redirect(f"{request.path}?fler=1") if "more" in request.POST else _on(request, placement, "person")
    return _show(request, placement, "person", form, is_child=is_child)


# --- the placement ----------------------------------------------------------------------------------------------------
@policy(FILERS)
@require_http_methods(GET_POST)
def home(request: ActingRequest, placement_id: UUID) -> HttpResponse:
    """Which kind, by which law, when and where (PLC-1)."""
    placement = find(request, placement_id)
    stay = placement.stays.filter(ends_on=None).first()
    initial = {
        **_facts(placement),
        "provider": stay.provider_id if stay else None,
        "home": stay.home if stay else "",
        "municipality": stay.municipality if stay and not stay.provider_id else "",
    }
    started = placement.started_at is not None
    form = forms.HomeForm(request.POST or None, started=started, today=local_day(request.now), initial=initial)
    return _step(
        request, placement, "home", form, lambda version: actions.edit(
            placement_id=placement.pk, version=version, facts=form.facts(), home=form.place(), by=request.actor,
            now=request.now,
        ),
    )  # fmt: skip


@policy(FILERS)
@require_http_methods(GET_POST)
def purpose(request: ActingRequest, placement_id: UUID) -> HttpResponse:
    """What it is to lead to, what the person wants, why this form, and school (PLC-1, PLC-12)."""
    placement = find(request, placement_id)
    written = {one.category: one.text for one in actions.latest_pieces(placement, request.actor)}
    texts = {"need": Category.NEED, "own_view": Category.OWN_VIEW, "social": Category.SOCIAL, "school": Category.SCHOOL}
    initial = {**_facts(placement), **{name: written.get(category, "") for name, category in texts.items()}}
    form = forms.PurposeForm(request.POST or None, groups=_groups(request, placement), initial=initial)

    def save(version: int) -> Placement:
        values = form.cleaned_data
        facts = {name: values[name] for name in ("target_groups", "resources_exhausted", "least_intrusive")}
        pieces = {category: values[name] for name, category in texts.items()}
        return actions.edit(
            placement_id=placement.pk, version=version, facts=facts, pieces=pieces, by=request.actor, now=request.now
        )

    return _step(request, placement, "purpose", form, save)


def _groups(request: ActingRequest, placement: Placement) -> list[TargetGroup]:
    """The agreement's target groups that the person's age doesn't rule out."""
    age = placement.matter.person.age(local_day(request.now))
    groups = placement.matter.agreement.target_groups.all()
    if age is not None:
        groups = groups.filter(Q(min_age=None) | Q(min_age__lte=age), Q(max_age=None) | Q(max_age__gte=age))
    return list(groups)


@policy(FILERS)
@require_http_methods(GET_POST)
def care(request: ActingRequest, placement_id: UUID) -> HttpResponse:
    """The guide's questions, whether an ansvarsförbindelse is needed, and with which care (PLC-2, PLC-3)."""
    placement = find(request, placement_id)
    steps = list(placement.matter.agreement.housing_steps.select_related("provision"))
    psychiatry = Unit.objects.open(local_day(request.now)).filter(
        kind__in=PSYCHIATRY, authority__huvudman__kind=HuvudmanKind.REGION,
        authority__huvudman__in=placement.matter.agreement.parties.values("huvudman"),
    )  # fmt: skip
    sips = SipCase.objects.visible_to(request.actor, request.now).filter(matter__person_id=placement.matter.person_id)
    form = forms.CareForm(
        request.POST or None,
        steps=steps,
        units=list(psychiatry.select_related("authority__huvudman").order_by("name")),
        sips=list(sips.select_related("matter")),
        told_before=placement.guide_answer,
        initial={
            "version": placement.version,
            "performs": placement.agreement_needed if placement.guide_answer or placement.medical_unit_id else None,
            "medical_unit": str(placement.medical_unit_id or ""),
            "sip": str(placement.sip_id or ""),
        },
    )

    def save(version: int) -> Placement:
        saved = actions.edit(
            placement_id=placement.pk, version=version, facts=form.facts(), by=request.actor, now=request.now
        )
        if told := GUIDE_SAYS.get(Answer(saved.agreement_needed)):
            messages.info(request, told)
        return saved

    return _step(request, placement, "care", form, save)


# --- consent and sharing ----------------------------------------------------------------------------------------------
@policy(FILERS)
@sensitive_post_parameters()
@require_http_methods(GET_POST)
def consent(request: ActingRequest, placement_id: UUID) -> HttpResponse:
    """The consent, or the lawful ground, on which the placement is shared (IND-4…IND-6)."""
    placement = find(request, placement_id)
    if refused := refusal(request, placement, Do.RECORD_BASIS):
        return refused
    basis = _basis(placement)
    ground = _ground(request, placement)
    initial = PlacementConsentForm.saved(ground, basis)
    form = PlacementConsentForm(request.POST or None, ground=ground, initial=initial)
    if form.is_valid():
        still = basis is not None and basis.in_force(request.now) and not form.has_changed()
        try:
            if not still:
                actions.record_basis(
                    placement_id=placement.pk, consent=form.as_consent(), by=request.actor, now=request.now
                )
        except Refused as no:
            form.refuse(no)
        else:
            return _on(request, placement, "consent")
    is_child = ground.person.is_child(ground.today)
    return _show(request, placement, "consent", form, ground=ground, is_child=is_child)


def _basis(placement: Placement) -> Basis | None:
    everything = ("scopes__huvudman", "scopes__authority", "scopes__unit", "givers__guardian")
    current = Basis.objects.filter(matter_id=placement.pk, withdrawn_at=None, replaced_at=None)
    return current.prefetch_related(*everything).first()


def _ground(request: ActingRequest, placement: Placement) -> Ground:
    today = local_day(request.now)
    called = [placement.medical_unit] if placement.medical_unit else []
    huvudmen = {unit.authority.huvudman_id for unit in called} | {placement.matter.initiator.authority.huvudman_id}
    others = callable_units(today).filter(authority__huvudman_id__in=huvudmen)
    others = others.exclude(pk__in=[placement.matter.initiator_id, *(unit.pk for unit in called)])
    return Ground(
        person=placement.matter.person,
        guardians=list(placement.matter.person.guardians.all()),
        home=placement.matter.initiator,
        called=called,
        others=list(others),
        written=frozenset(one.category for one in actions.latest_pieces(placement, request.actor)),
        today=today,
        sections=Sections(placement.matter.agreement, local_day(placement.matter.opened_at)),
    )


@policy(FILERS)
@require_http_methods(GET_POST)
def share(request: ActingRequest, placement_id: UUID) -> HttpResponse:
    """Check who gets what, and share (IND-7). Costs are no part of what is shared here (PLC-8)."""
    placement = find(request, placement_id)
    if refused := refusal(request, placement, Do.SHARE):
        return refused
    units = actions.to_share_with(placement, request.now)
    form = forms.ShareForm(request.POST or None, units=units, initial={"version": placement.version})
    if form.is_valid():
        try:
            actions.share(
                placement_id=placement.pk, version=form.cleaned_data["version"], units=form.chosen, by=request.actor,
                now=request.now,
            )  # fmt: skip
        except Gone:
            raise Http404 from None
        except Refused as no:
            form.refuse(no)
        else:
            messages.success(request, "Placeringen är delad. De som nu deltar får veta det.")
            return redirect("placements:placement", placement_id=placement.pk)
    basis = _basis(placement)
    pieces = actions.latest_pieces(placement, request.actor)
    context = {
        "missing": [(text, PAGES[step]) for text, step in actions.whats_missing(placement, request.now)],
        "basis": basis,
        "goes": [one for one in pieces if basis is not None and individuals.goes_along(one, basis)],
        "stays": [one for one in pieces if basis is None or not individuals.goes_along(one, basis)],
        "units": units,
    }
    return _show(request, placement, "share", form, **context)


# --- what every step shares -------------------------------------------------------------------------------------------
def _facts(placement: Placement) -> dict[str, Any]:
    names = (
        "version", "housing", "law", "is_acute", "planned_start", "planned_end", "outside_county", "registration",
        "target_groups", "resources_exhausted", "least_intrusive",
    )  # fmt: skip
    return {name: getattr(placement, name) for name in names}


def _step(
    request: ActingRequest, placement: Placement, step: str, form: Any, save: Callable[[int], Placement]
) -> HttpResponse:
    """Show a step, or save it and go on. What somebody else saved meanwhile isn't written over."""
    if (refused := refusal(request, placement, Do.EDIT)) and not form.is_bound:
        return refused
    if form.is_valid():
        try:
            save(form.cleaned_data["version"])
        except Gone:
            raise Http404 from None
        except Stale:
            form.add_error(None, CHANGED)
            form.data = {**request.POST.dict(), "version": str(placement.version)}
        except Refused as no:
            form.refuse(no)
        else:
            return _on(request, placement, step)
    return _show(request, placement, step, form)


def _on(request: ActingRequest, placement: Placement, step: str) -> HttpResponse:
    if "later" in request.POST:
        messages.success(request, "Utkastet är sparat.")
        return redirect("placements:placement", placement_id=placement.pk)
    following = STEPS[STEPS.index(step) + 1]
    if following == "share" and not PLACEMENT_RULES.may(request.actor, Do.SHARE, placement):
        return redirect("placements:placement", placement_id=placement.pk)
    return redirect(PAGES[following], placement_id=placement.pk)


def _show(request: ActingRequest, placement: Placement, step: str, form: Any, **context: Any) -> HttpResponse:
    number = STEPS.index(step) + 1
    context |= {
        "placement": placement,
        "person": placement.matter.person,
        "form": form,
        "title": TITLES[step],
        "step": number,
        "of": len(STEPS),
        "back": PAGES[STEPS[number - 2]] if number > 1 else "",
        "now": request.now,
    }
    return render(
        request, f"placements/filing/{step}.html", context, status=422 if form.is_bound and form.errors else 200
    )
