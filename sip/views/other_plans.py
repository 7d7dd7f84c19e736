"""Pages of plans made elsewhere: note one, record that it was tried anew, record its end (SIP-12)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect as go_to
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from core.dates import swedish_date
from core.policy import ActingRequest, policy
from core.workdays import last_day, local_day
from sip import actions, panels
from sip.actions import MEETING, PLAN_RENEWAL
from sip.forms.other_plans import EndForm, OtherPlanForm, ReviewForm
from sip.kinds import COMPULSORY, Do, OtherPlanDo, OtherPlanKind
from sip.models import OtherPlan, SipCase
from sip.permissions import CASE_RULES, OTHER_PLAN_RULES
from sip.views.case import find_case
from sip.views.meeting import GET_POST, PARTICIPANTS, done, refuse


@policy(PARTICIPANTS)
@require_http_methods(GET_POST)
def note(request: ActingRequest, case_id: UUID) -> HttpResponse:
    """Note that a plan for discharge, ÖPT or ÖRV exists."""
    case = find_case(request, case_id)
    if not (decision := CASE_RULES.may(request.actor, Do.NOTE_OTHER_PLAN, case)):
        return refuse(request, case, str(Do.NOTE_OTHER_PLAN.label), decision)
    form = OtherPlanForm(request.POST or None)
    if form.is_valid() and done(
        form,
        lambda: actions.note_other_plan(
            case_id=case.pk,
            kind=OtherPlanKind(form.cleaned_data["kind"]),
            kept_in=form.cleaned_data["kept_in"],
            since_on=form.cleaned_data["since_on"],
            by=request.actor,
            now=request.now,
        ),
    ):
        messages.success(request, _told("Planen är noterad.", case))
        return go_to("sip:case", case_id=case.pk)
    is_seen = panels.basis_covers_health(case, request.now)
    return _page(request, "sip/other_plans/note.html", case, form, is_seen=is_seen)


@policy(PARTICIPANTS)
@require_http_methods(GET_POST)
def review(request: ActingRequest, case_id: UUID, plan_id: UUID) -> HttpResponse:
    """Compulsory care was tried anew: the six months start over."""
    case, plan = _find(request, case_id, plan_id)
    form = ReviewForm(request.POST or None, initial={"reviewed_on": local_day(request.now)})
    act, told = actions.review_other_plan, "Prövningen är noterad."
    return _act(request, case, plan, OtherPlanDo.REVIEW, form, act, "sip/other_plans/review.html", told)


@policy(PARTICIPANTS)
@require_http_methods(GET_POST)
def end(request: ActingRequest, case_id: UUID, plan_id: UUID) -> HttpResponse:
    """The plan ends; after compulsory care a meeting is proposed."""
    case, plan = _find(request, case_id, plan_id)
    form = EndForm(request.POST or None, initial={"ended_on": local_day(request.now)})
    act, told = actions.end_other_plan, "Det är noterat att planen upphör."
    return _act(request, case, plan, OtherPlanDo.END, form, act, "sip/other_plans/end.html", told)


def _find(request: ActingRequest, case_id: UUID, plan_id: UUID) -> tuple[SipCase, OtherPlan]:
    case = find_case(request, case_id)
    plan = OtherPlan.objects.visible_to(request.actor, request.now).filter(case_id=case.pk, pk=plan_id).first()
    if plan is None:
        raise Http404("sip.other_plan")
    return case, plan


def _act(
    request: ActingRequest,
    case: SipCase,
    plan: OtherPlan,
    do: OtherPlanDo,
    form: forms.Form,
    act: Callable[..., object],
    template: str,
    told: str,
) -> HttpResponse:
    decision = CASE_RULES.may(request.actor, Do.NOTE_OTHER_PLAN, case)
    if not (decision := decision and OTHER_PLAN_RULES.may(request.actor, do, plan)):
        return refuse(request, case, str(do.label), decision)
    if form.is_valid() and done(
        form, lambda: act(plan_id=plan.pk, by=request.actor, now=request.now, **form.cleaned_data)
    ):
        messages.success(request, _told(told, case))
        return go_to("sip:case", case_id=case.pk)
    return _page(request, template, case, form, plan=plan, is_compulsory=plan.kind in COMPULSORY)


def _told(text: str, case: SipCase) -> str:
    """What was done, and what the portal watches from now on."""
    coming = {PLAN_RENEWAL: "Ny prövning bevakas till", MEETING: "Kalla till SIP-möte senast"}
    running = case.matter.clocks.filter(kind__in=coming, stopped_at=None).order_by("due_at")
    return " ".join([text, *(f"{coming[clock.kind]} {swedish_date(last_day(clock.due_at))}." for clock in running)])


def _page(request: ActingRequest, template: str, case: SipCase, form: forms.Form, **more: Any) -> HttpResponse:
    context = {"case": case, "person": case.matter.person, "form": form, "now": request.now, **more}
    return render(request, template, context, status=422 if form.errors else 200)
