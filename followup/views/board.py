"""Pages of the regional board: feedback, priorities, assignments, indicators."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from core.policy import ActingRequest, policy
from core.workdays import local_day
from followup import actions
from followup.agreement import local_groups
from followup.definitions import Definitions
from followup.forms import reports as forms
from followup.kinds import TaskDo
from followup.models import BoardTask
from followup.permissions import TASK_RULES, Standing
from followup.views.reports import ALLOWED, find_report
from followup.views.shared import (
    BOARD,
    GET_POST,
    IN_GROUPS,
    Page,
    agreement_or_404,
    form_page,
    group_or_404,
    nobodys,
)


@policy(BOARD)
@require_http_methods(GET_POST)
def feedback(request: ActingRequest, report_id: UUID) -> HttpResponse:
    """Answer a group about its report (FUP-4)."""
    found, _ = find_report(request, report_id)
    back = reverse("followup:report", args=[found.pk])
    return form_page(
        request,
        Page(
            "Återkoppla till gruppen",
            "Skicka återkopplingen",
            back,
            [(found.group.name, back)],
            lead=f"{found.group.name} får veta det. Återkopplingen kan inte ändras sedan.",
        ),
        forms.FeedbackForm(request.POST or None),
        lambda values: actions.give_feedback(report_id=found.pk, by=request.actor, now=request.now, **values),
        done="Återkopplingen är skickad.",
        may=ALLOWED,
    )


@policy(BOARD)
@require_http_methods(GET_POST)
def priority(request: ActingRequest) -> HttpResponse:
    """Set a priority for the county (FUP-4)."""
    agreement = agreement_or_404(request)
    back = reverse("followup:campaigns")
    return form_page(
        request,
        Page("Sätt en prioritering", "Spara", back, [("Årlig uppföljning", back)]),
        forms.PriorityForm(request.POST or None, initial={"year": local_day(request.now).year + 1}),
        lambda values: actions.add_priority(agreement=agreement, by=request.actor, now=request.now, **values),
        done="Prioriteringen är satt.",
        may=ALLOWED,
    )


@policy(BOARD)
@require_http_methods(GET_POST)
def give_task(request: ActingRequest) -> HttpResponse:
    """Give groups an assignment with a date (FUP-4)."""
    agreement = agreement_or_404(request)
    groups = local_groups(agreement)
    form = forms.TaskForm(request.POST or None, groups=groups)
    back = reverse("followup:campaigns")

    def act(values: dict[str, Any]) -> object:
        return actions.give_task(
            agreement=agreement, by=request.actor, now=request.now, **{**values, "groups": list(values["groups"])}
        )

    return form_page(
        request,
        Page(
            "Ge ett uppdrag",
            "Ge uppdraget",
            back,
            [("Årlig uppföljning", back)],
            lead="Uppdraget står i gruppens arbete och på dagordningen tills det är redovisat.",
        ),
        form,
        act,
        done="Grupperna har fått uppdraget.",
        may=ALLOWED,
    )


@policy(BOARD)
@require_http_methods(GET_POST)
def add_indicator(request: ActingRequest) -> HttpResponse:
    """Add an indicator from a coming year on (FUP-4)."""
    agreement = agreement_or_404(request)
    form = forms.IndicatorForm(request.POST or None, initial={"from_year": local_day(request.now).year + 1})
    back = reverse("followup:campaigns")

    def act(values: dict[str, Any]) -> object:
        return actions.add_indicator(
            agreement=agreement, from_year=values["from_year"], values=form.values(forms.key_of(values["name"])),
            reason=values["reason"], by=request.actor, now=request.now,
        )  # fmt: skip

    return form_page(
        request,
        Page(
            "Lägg till en indikator",
            "Lägg till",
            back,
            [("Årlig uppföljning", back)],
            lead="Den gäller från ett kommande år. Det som redan är redovisat ändras inte.",
        ),
        form,
        act,
        done="Indikatorn är tillagd.",
        may=ALLOWED,
    )


@policy(BOARD)
@require_http_methods(GET_POST)
def end_indicator(request: ActingRequest, key: str) -> HttpResponse:
    """Ask for an indicator no more from a coming year on (FUP-4)."""
    agreement = agreement_or_404(request)
    coming = local_day(request.now).year + 1
    one = next((one for one in Definitions(agreement).of(coming) if one.key == key), None)
    if one is None:
        raise Http404("followup.indicator")
    back = reverse("followup:campaigns")
    return form_page(
        request,
        Page(
            f"Ta bort {one.name.lower()}",
            "Ta bort",
            back,
            [("Årlig uppföljning", back)],
            danger=True,
            lead="Det som redan är redovisat står kvar.",
        ),
        forms.EndIndicatorForm(request.POST or None, initial={"from_year": coming}),
        lambda values: actions.end_indicator(
            agreement=agreement, key=one.key, name=one.name, kind=one.kind, by=request.actor, now=request.now, **values
        ),
        done="Indikatorn frågas inte längre från det året.",
        may=ALLOWED,
    )


# --- assignments ---------------------------------------------------------------------------------------------
def find_task(request: ActingRequest, task_id: UUID) -> tuple[BoardTask, Standing]:
    found = BoardTask.objects.select_related("agreement", "reported_by").filter(pk=task_id).first()
    if found is None:
        raise nobodys(request, "followup.group")
    found.group, standing = group_or_404(request, found.group_id)
    return found, standing


@policy(IN_GROUPS)
@require_safe
def task(request: ActingRequest, task_id: UUID) -> HttpResponse:
    """An assignment: what, by when, what came of it."""
    found, _ = find_task(request, task_id)
    dos = [do for do in TaskDo if (found.state, do) in TASK_RULES.transitions]
    context = {"task": found, "buttons": TASK_RULES.buttons(request.actor, found, dos), "now": request.now}
    return render(request, "followup/task.html", context)


_TASK_STEPS: dict[str, tuple[TaskDo, Any, Any, str, str]] = {
    "redovisa": (TaskDo.REPORT, actions.report_task, forms.ReportTaskForm, "Redovisa uppdraget", "Redovisa"),
    "godkann": (TaskDo.ACCEPT, actions.accept_task, forms.AcceptForm, "Godkänn redovisningen", "Godkänn"),
    "komplettera": (TaskDo.RETURN, actions.return_task, forms.ReturnForm, "Be om komplettering", "Skicka tillbaka"),
}


@policy(IN_GROUPS)
@require_http_methods(GET_POST)
def task_step(request: ActingRequest, task_id: UUID, step: str) -> HttpResponse:
    """Report, accept or return an assignment."""
    found, _ = find_task(request, task_id)
    if step not in _TASK_STEPS:
        raise Http404("followup.step")
    do, verb, kind, title, button = _TASK_STEPS[step]
    back = reverse("followup:task", args=[found.pk])
    return form_page(
        request,
        Page(
            title,
            button,
            back,
            [(found.group.name, reverse("followup:group", args=[found.group_id])), (found.name, back)],
            lead=found.name,
        ),
        kind(request.POST or None, initial={"version": found.version, "result": found.result}),
        lambda values: verb(task_id=found.pk, by=request.actor, now=request.now, **values),
        done="Sparat.",
        may=TASK_RULES.may(request.actor, do, found),
    )
