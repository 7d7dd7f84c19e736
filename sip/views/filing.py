"""Filing a SIP, step by step: the person, the need, the person's own view, and what may be handed over.

Each page saves when one goes on. Receivers, consent and review have modules of their own.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from agreements.models import TargetGroup
from core.audit import Action
from core.authz import Refused
from core.policy import ActingRequest, policy
from core.workdays import local_day
from individuals import actions as individuals
from individuals.kinds import SENSITIVE_WHEN_PROTECTED, Category, Protection
from individuals.models import Guardian, Person, Piece, PieceReader
from sip import actions
from sip.forms.filing import DETAILS, GUARDIAN_ROWS, USED, DetailsForm, NeedForm, OwnViewForm, PersonForm, StartForm
from sip.kinds import Step
from sip.models import SipCase
from sip.views.drafts import (
    FILERS,
    GET_POST,
    NOT_SENT,
    PAGES,
    draft_page,
    find_draft,
    guardians_of,
    sections_of,
    step_page,
)


# --- step 1: the person -----------------------------------------------------------------------------------------------
@policy(FILERS)
@sensitive_post_parameters()
@require_http_methods(GET_POST)
def start(request: ActingRequest) -> HttpResponse:
    """Say who it is about. Makes the draft; the same form posted again finds it (SIP-1, IND-1)."""
    form = StartForm(request.POST or None, now=request.now)
    known: list[SipCase] = []
    if form.is_valid():
        submission: UUID = form.cleaned_data["submission"]
        made = _made_by(request, submission)
        known = [] if made else _open_cases(request, form)
        if known:
            form.add_error(form.number_field, ALREADY_OPEN)
        elif made is None:
            made = _start(request, form, submission)
        if made is not None:
            return redirect(_first_page(made, request), case_id=made.pk)
    context = {"form": form, "known": known, "step": Step.PERSON, "of": len(Step), "now": request.now}
    return render(request, "sip/filing/start.html", context, status=422 if form.errors else 200)


ALREADY_OPEN = "Ni har redan ett öppet ärende för personen. Fortsätt i det."


def _made_by(request: ActingRequest, submission: UUID) -> SipCase | None:
    cases = SipCase.objects.visible_to(request.actor, request.now).select_related("matter__person")
    return cases.filter(submission=submission, matter__initiator_id=request.actor.unit_id).first()


def _open_cases(request: ActingRequest, form: StartForm) -> list[SipCase]:
    """Open cases for the number that the acting unit takes part in. Never a word about anybody else's (IND-9)."""
    number = form.cleaned_data["identity"].number
    if not number:
        return []
    cases = SipCase.objects.visible_to(request.actor, request.now).open().filter(matter__person__identity_number=number)
    found = list(cases.select_related("matter__person").order_by("-matter__opened_at"))
    for case in found:
        case.log_read(request.actor.reads, Action.SEARCH, "sip.filing")
    return found


def _start(request: ActingRequest, form: StartForm, submission: UUID) -> SipCase | None:
    """Register the person, or use the unit's record of them, and begin the draft."""
    actor, now = request.actor, request.now
    typed = form.as_person(unit_id=actor.unit_id, now=now)
    try:
        with transaction.atomic():
            person = individuals.register_person(person=typed, by=actor)
            if person is not typed:
                _complete(person, typed, request)
            return actions.start_case(person=person, submission=submission, by=actor, now=now)
    except IntegrityError:
        # The same form was posted twice at once, and the other one won.
        if (made := _made_by(request, submission)) is None:
            form.add_error("submission", USED)
        return made
    except Refused as refused:
        form.add_error(None, str(refused))
        return None


def _complete(recorded: Person, typed: Person, request: ActingRequest) -> None:
    """Fill in what the record lacks. What stands there isn't overwritten, and a protection is never taken away here."""
    individuals.describe_person(
        person=recorded,
        first_name=recorded.first_name or typed.first_name,
        last_name=recorded.last_name or typed.last_name,
        protection=Protection(recorded.protection if recorded.is_protected else typed.protection),
        interpreter=recorded.interpreter or typed.interpreter,
        by=request.actor,
    )
    messages.info(request, "Personen fanns redan hos er. Kontrollera att uppgifterna stämmer.")


def _first_page(case: SipCase, request: ActingRequest) -> str:
    """A child's guardians are asked for next; for an adult the need."""
    return PAGES[Step.PERSON if case.matter.person.is_child(local_day(request.now)) else Step.NEED]


@policy(FILERS)
@require_safe
def resume_draft(request: ActingRequest, case_id: UUID) -> HttpResponse:
    """Lead to where the filing was left, or to the first step that still lacks something."""
    case = find_draft(request, case_id)
    if case.state not in NOT_SENT:
        return redirect("sip:case", case_id=case.pk)
    lacking = [one.step for one in actions.whats_missing(case, request.now)]
    return redirect(PAGES[min([Step(min(case.step + 1, Step.REVIEW)), *lacking]) if lacking else Step.REVIEW], case.pk)


@draft_page()
def person(request: ActingRequest, case: SipCase) -> HttpResponse:
    """The person's own facts, and the guardians of a child (IND-2, IND-3)."""
    is_child = case.matter.person.is_child(local_day(request.now))

    def guardians(case: SipCase) -> list[Guardian]:
        return guardians_of(case) if is_child else []

    def load(case: SipCase) -> dict[str, Any]:
        return PersonForm.saved(case.matter.person, guardians(case))

    def make(data: Any, **kwargs: Any) -> PersonForm:
        extra = int("fler" in request.GET)
        return PersonForm(
            data,
            person=case.matter.person,
            guardians=guardians(case),
            empty_rows=max(GUARDIAN_ROWS - len(guardians(case)), extra) if is_child else 0,
            **kwargs,
        )

    def save(case: SipCase, form: PersonForm) -> None:
        with transaction.atomic():
            actions.edit_case(
                case_id=case.pk, version=case.version, step=Step.PERSON, by=request.actor, now=request.now
            )
            individuals.describe_person(person=case.matter.person, by=request.actor, **form.as_description())
            individuals.set_guardians(
                person=case.matter.person, guardians=form.as_guardians(), by=request.actor, now=request.now
            )

    return step_page(request, case, Step.PERSON, load=load, make=make, save=save, is_child=is_child)


# --- step 2: the need -------------------------------------------------------------------------------------------------
@draft_page()
def need(request: ActingRequest, case: SipCase) -> HttpResponse:
    """Target group, when the need was noticed, and why coordination is needed (SIP-1, SIP-2)."""
    sections, groups = sections_of(case), _target_groups(case, request)

    def load(case: SipCase) -> dict[str, Any]:
        return {
            "target_groups": list(case.target_groups),
            "is_urgent": case.is_urgent,
            "need": _written(request, case).get(Category.NEED, ""),
            **NeedForm.saved(case.need_noticed_at),
        }

    def make(data: Any, **kwargs: Any) -> NeedForm:
        return NeedForm(data, groups=groups, sections=sections, now=request.now, **kwargs)

    def save(case: SipCase, form: NeedForm) -> None:
        values = form.cleaned_data
        facts = {"target_groups": values["target_groups"], "is_urgent": values["is_urgent"]}
        if form.moves_the_clock and (noticed_at := form.noticed_at()) is not None:
            facts["need_noticed_at"] = noticed_at
        _edit(request, case, Step.NEED, facts=facts, pieces={Category.NEED: values["need"]})

    return step_page(
        request, case, Step.NEED, load=load, make=make, save=save, report=sections.about("Anmälningsskyld")
    )


def _target_groups(case: SipCase, request: ActingRequest) -> list[TargetGroup]:
    """The agreement's target groups that the person's age doesn't rule out."""
    age = case.matter.person.age(local_day(request.now))
    groups = case.matter.agreement.target_groups.all()
    if age is not None:
        groups = groups.filter(Q(min_age=None) | Q(min_age__lte=age), Q(max_age=None) | Q(max_age__gte=age))
    return list(groups)


# --- step 3: the person's own view ------------------------------------------------------------------------------------
@draft_page()
def own_view(request: ActingRequest, case: SipCase) -> HttpResponse:
    """What the person thinks and wants, or why nobody has asked (IND-2)."""
    is_child = case.matter.person.is_child(local_day(request.now))
    sections = sections_of(case)

    def load(case: SipCase) -> dict[str, Any]:
        return {
            "view_asked": case.view_asked,
            "own_view": _written(request, case).get(Category.OWN_VIEW, ""),
            "view_not_asked_reason": case.view_not_asked_reason,
        }

    def make(data: Any, **kwargs: Any) -> OwnViewForm:
        return OwnViewForm(data, is_child=is_child, sections=sections, **kwargs)

    def save(case: SipCase, form: OwnViewForm) -> None:
        facts, view = form.as_answer()
        _edit(request, case, Step.OWN_VIEW, facts=facts, pieces={Category.OWN_VIEW: view})

    return step_page(request, case, Step.OWN_VIEW, load=load, make=make, save=save, is_child=is_child)


# --- step 5: what may be handed over ----------------------------------------------------------------------------------
@draft_page()
def details(request: ActingRequest, case: SipCase) -> HttpResponse:
    """Texts by category that may be handed over, if the consent names them (IND-4, IND-7)."""
    hidden, keepers = _kept_by_others(request, case)

    def load(case: SipCase) -> dict[str, Any]:
        written = _written(request, case)
        return {category.value: written.get(category, "") for category in DETAILS}

    def make(data: Any, **kwargs: Any) -> DetailsForm:
        return DetailsForm(data, hidden=hidden, **kwargs)

    def save(case: SipCase, form: DetailsForm) -> None:
        _edit(request, case, Step.DETAILS, pieces={Category(name): text for name, text in form.cleaned_data.items()})

    return step_page(request, case, Step.DETAILS, load=load, make=make, save=save, keepers=keepers)


def _kept_by_others(request: ActingRequest, case: SipCase) -> tuple[list[Category], list[str]]:
    """Categories that only named colleagues may read, and who they are: nobody writes over what they can't see."""
    mine = set(_written(request, case))
    readers = PieceReader.objects.filter(matter_id=case.pk).exclude(
        piece__in=Piece.objects.filter(matter_id=case.pk).values("pk")
    )
    keepers = sorted({str(one.user) for one in readers.select_related("user")})
    return [category for category in SENSITIVE_WHEN_PROTECTED if keepers and category not in mine], keepers


# --- shared -----------------------------------------------------------------------------------------------------------
def _written(request: ActingRequest, case: SipCase) -> dict[str, str]:
    return {piece.category: piece.text for piece in actions.latest_pieces(case, request.actor)}


def _edit(request: ActingRequest, case: SipCase, step: Step, **changes: Any) -> None:
    actions.edit_case(case_id=case.pk, version=case.version, step=step, by=request.actor, now=request.now, **changes)
