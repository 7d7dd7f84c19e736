"""Pages of handling: the routine's steps, finishing, and the routine itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from core.authz import Refused
from core.policy import ActingRequest, for_roles, policy
from deviations import actions, routines
from deviations.forms.handling import ConfirmForm, ReasonForm, RoutineForm, StepForm, StepRowSet, rows_of, steps_of
from deviations.kinds import Do
from deviations.models import Deviation
from deviations.permissions import RULES, may_take_step
from deviations.views.shared import GET_POST, UNITS, done, find_deviation, form_page, refuse
from organisations.kinds import Role

ADMINISTRATORS = for_roles(Role.LOCAL_ADMINISTRATOR)


@policy(UNITS)
@require_http_methods(GET_POST)
def step(request: ActingRequest, deviation_id: UUID, step_id: UUID) -> HttpResponse:
    """Take a step of the routine (DEV-2)."""
    deviation = find_deviation(request, deviation_id)
    found = deviation.steps.filter(pk=step_id).first()
    if found is None:
        raise Http404("step")
    if request.method != "POST" and not RULES.may(request.actor, Do.RECORD_STEP, deviation):
        return refuse(request, Do.RECORD_STEP, deviation)
    if reason := may_take_step(request.actor, found):
        context = {"deviation": deviation, "reason": reason, "label": found.title}
        return render(request, "deviations/refused.html", context, status=403)
    initial = {"text": found.note, "version": deviation.version}
    form = StepForm(request.POST if request.method == "POST" else None, step=found, initial=initial)
    if form.is_valid() and done(
        form,
        lambda: actions.record_step(
            deviation_id=deviation.pk,
            step_id=step_id,
            text=form.cleaned_data["text"],
            version=form.cleaned_data["version"],
            by=request.actor,
            now=request.now,
        ),
    ):
        messages.success(request, f"Steget ”{found.title}” är klart.")
        return redirect("deviations:deviation", deviation.pk)
    if form.is_bound and form.errors:
        deviation = find_deviation(request, deviation_id)
        found = deviation.steps.get(pk=step_id)
    return form_page(request, "deviations/step.html", form, deviation=deviation, step=found)


@policy(UNITS)
@require_http_methods(GET_POST)
def finish(request: ActingRequest, deviation_id: UUID) -> HttpResponse:
    """Mark as finished when the routine is followed to its end."""
    return _simple(
        request,
        deviation_id,
        Do.FINISH,
        lambda data: ConfirmForm(data),
        lambda deviation: actions.finish(deviation_id=deviation.pk, by=request.actor, now=request.now),
        "Avvikelsen är färdighanterad. Nästa steg är att avidentifiera den.",
        lead="När den är färdighanterad ska den avidentifieras och lämnas till samordningsgruppen.",
    )


@policy(UNITS)
@require_http_methods(GET_POST)
def reopen(request: ActingRequest, deviation_id: UUID) -> HttpResponse:
    """Back to handling."""
    return _simple(
        request,
        deviation_id,
        Do.REOPEN,
        lambda data: ConfirmForm(data),
        lambda deviation: actions.reopen(deviation_id=deviation.pk, by=request.actor, now=request.now),
        "Hanteringen är öppen igen.",
        lead="Stegen går att skriva om. Sedan markerar ni den som färdighanterad på nytt.",
    )


@policy(UNITS)
@require_http_methods(GET_POST)
def close(request: ActingRequest, deviation_id: UUID) -> HttpResponse:
    """End it without sharing, with a reason."""
    return _simple(
        request,
        deviation_id,
        Do.CLOSE,
        lambda data: ReasonForm(data, asked="Varför ska den inte delas?"),
        lambda deviation, reason: actions.close(
            deviation_id=deviation.pk, reason=reason, by=request.actor, now=request.now
        ),
        "Avvikelsen är avslutad utan att delas.",
        lead="Färdiga avvikelser som rör överenskommelsens målgrupper ska delas. Avsluta bara en som inte gör det.",
    )


def _simple(
    request: ActingRequest,
    deviation_id: UUID,
    do: Do,
    make: Callable[[Any], forms.Form],
    act: Callable[..., Deviation],
    told: str,
    *,
    lead: str,
) -> HttpResponse:
    """Find, validate, one action, respond: for pages whose form is all they need."""
    deviation = find_deviation(request, deviation_id)
    if not RULES.may(request.actor, do, deviation):
        return refuse(request, do, deviation)
    form = make(request.POST if request.method == "POST" else None)
    if form.is_valid() and done(form, lambda: act(deviation, **form.cleaned_data)):
        messages.success(request, told)
        return redirect("deviations:deviation", deviation.pk)
    context = {"deviation": deviation, "heading": do.label, "button": do.label, "lead": lead}
    return form_page(request, "deviations/act.html", form, **context)


@policy(ADMINISTRATORS)
@require_http_methods(GET_POST)
def routine(request: ActingRequest) -> HttpResponse:
    """The huvudman's routine: which steps, who takes them, what makes a deviation finished."""
    current = routines.in_force(request.actor.huvudman_id)
    data = request.POST if request.method == "POST" else None
    form = RoutineForm(data, routine=current)
    rows = StepRowSet(data, initial=rows_of(current), prefix="steg")
    if form.is_valid() and rows.is_valid():
        try:
            actions.decide_routine(
                name=form.cleaned_data["name"],
                finished_by=form.cleaned_data["finished_by"],
                steps=steps_of(rows.forms),
                by=request.actor,
                now=request.now,
            )
        except Refused as refused:
            form.add_error(None, refused.reason)
        else:
            messages.success(request, "Rutinen gäller för avvikelser som rapporteras från och med nu.")
            return redirect("deviations:routine")
    return form_page(request, "deviations/routine.html", form, rows=rows, current=current)
