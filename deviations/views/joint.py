"""Handling together with another party: handing over, the interim responsibility, the answer (DEV-5)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from core.policy import ActingRequest, policy, visible_or_404
from core.workdays import local_day
from deviations import actions, prefill
from deviations.forms.handling import AnswerForm, ConfirmForm, HandOverForm, InterimForm
from deviations.kinds import Do, JointDo
from deviations.models import JointHandling
from deviations.permissions import JOINT_RULES, RULES
from deviations.views.shared import GET_POST, UNITS, done, find_deviation, form_page, refuse
from organisations.models import Unit


@policy(UNITS)
@require_http_methods(GET_POST)
def hand_over(request: ActingRequest, deviation_id: UUID) -> HttpResponse:
    """Ask another party's unit to handle it together: write what they read, nothing else goes along."""
    deviation = find_deviation(request, deviation_id)
    if not RULES.may(request.actor, Do.HAND_OVER, deviation):
        return refuse(request, Do.HAND_OVER, deviation)
    units = list(
        Unit.objects.open(local_day(request.now))
        .exclude(authority__huvudman_id=request.actor.huvudman_id)
        .select_related("authority__huvudman")
    )
    initial = {"to_unit": str(deviation.concerns_id or "")}
    form = HandOverForm(request.POST if request.method == "POST" else None, units=units, initial=initial)
    if form.is_valid() and done(
        form,
        lambda: actions.hand_over(deviation_id=deviation.pk, by=request.actor, now=request.now, **form.cleaned_data),
    ):
        messages.success(request, f"{form.cleaned_data['to_unit']} har fått frågan.")
        return redirect("deviations:deviation", deviation.pk)
    knows = {unit.pk for unit in prefill.units_in(deviation.matter, by=request.actor)}
    context = {"deviation": deviation, "taking_part": [unit for unit in units if unit.pk in knows]}
    return form_page(request, "deviations/hand_over.html", form, **context)


@policy(UNITS)
@require_http_methods(GET_POST)
def joint(request: ActingRequest, joint_id: UUID) -> HttpResponse:
    """The question, the interim responsibility and the answer, as both units see it."""
    by, now = request.actor, request.now
    found = JointHandling.objects.visible_to(by, now).select_related(
        "from_unit__authority__huvudman", "to_unit__authority__huvudman", "interim_by", "agreed_by", "answered_by",
        "agreement",
    )  # fmt: skip
    one = visible_or_404(request, found, "deviation.joint", pk=joint_id)
    posted = request.POST if request.method == "POST" else None
    step = next((do for do in JointDo if posted is not None and do.value in posted), None)
    fresh = {"version": one.version}
    agree = ConfirmForm(posted if step == JointDo.AGREE else None)
    interim = InterimForm(posted if step == JointDo.PROPOSE else None, initial={**fresh, "interim": one.interim})
    answer = AnswerForm(posted if step == JointDo.ANSWER else None, initial=fresh)
    form = {JointDo.AGREE: agree, JointDo.PROPOSE: interim, JointDo.ANSWER: answer}.get(step) if step else None
    if form is not None and form.is_valid() and done(form, lambda: _act(request, one, step, form.cleaned_data)):
        messages.success(request, "Sparat. Den andra verksamheten får veta det.")
        return redirect("deviations:joint", one.pk)
    context = {
        "joint": one,
        "asked_us": one.to_unit_id == by.unit_id,
        "interim_form": interim,
        "answer_form": answer,
        "may": {do.value: JOINT_RULES.may(by, do, one) for do in JointDo},
    }
    return form_page(request, "deviations/joint.html", form or ConfirmForm(), **context)


def _act(request: ActingRequest, one: JointHandling, do: JointDo | None, data: dict[str, Any]) -> None:
    typed = request.POST.get("version", "")
    values = {"joint_id": one.pk, "by": request.actor, "now": request.now}
    version = int(typed) if typed.isdigit() else 0
    if do == JointDo.AGREE:
        actions.agree_interim(version=version, **values)
    elif do == JointDo.PROPOSE:
        actions.propose_interim(version=version, interim=data["interim"], **values)
    else:
        actions.answer(version=version, text=data["text"], **values)
