"""The list, the report and its draft, and the page of a deviation."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import attachments
from core.audit import Action
from core.authz import Refused
from core.policy import ActingRequest, policy, visible_or_404
from core.transitions import Gone
from core.workdays import local_day
from deadlines.models import Clock
from deviations import actions, prefill
from deviations.actions.shared import SHARE_TERM, group_for
from deviations.forms.handling import ReasonForm
from deviations.forms.reporting import AttachmentForm, ReportForm
from deviations.kinds import ENDED_STATES, Do, SharedState, State
from deviations.models import Deviation, Improvement, JointHandling, SharedDeviation
from deviations.permissions import RULES, may_take_step
from deviations.views.shared import GET_POST, UNITS, done, find_deviation, form_page, refuse
from individuals.models import Matter
from organisations.models import Unit

PAGE_SIZE = 50
FILTERS = {"": "Pågående", "alla": "Alla", "avslutade": "Avslutade"}


@policy(UNITS)
@require_safe
def deviation_list(request: ActingRequest) -> HttpResponse:
    """The unit's own deviations, newest first, and what other parties have handed to it."""
    chosen = request.GET.get("visa", "") if request.GET.get("visa", "") in FILTERS else ""
    found = (
        Deviation.objects.visible_to(request.actor, request.now)
        .select_related("provision", "concerns", "started_by")
        .order_by("-started_at", "pk")
    )
    if chosen != "alla":
        found = found.filter(state__in=ENDED_STATES) if chosen == "avslutade" else found.open()
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("sida"))
    joint = JointHandling.objects.visible_to(request.actor, request.now).filter(to_unit_id=request.actor.unit_id)
    cases = [one.matter_id for one in page if one.matter_id]
    request.actor.reads.add(Action.LIST, "deviation.list", matters=cases)
    context = {
        "page": page,
        "filters": FILTERS.items(),
        "chosen": chosen,
        "joint": joint.select_related("from_unit").order_by("-handed_over_at")[:PAGE_SIZE],
    }
    return render(request, "deviations/list.html", context)


# --- the report -------------------------------------------------------------------------------------------------------
@policy(UNITS)
@sensitive_post_parameters()
@require_http_methods(GET_POST)
def start(request: ActingRequest) -> HttpResponse:
    """A new report, alone or from a case (`?arende=`). Nothing is kept until something is written."""
    matter = _matter(request)
    try:
        form = _form(request, matter, None)
    except Refused as refused:
        return render(request, "deviations/cannot_report.html", {"reason": refused.reason}, status=403)
    if form.is_bound:
        return _save(request, form, matter, None)
    return form_page(request, "deviations/report.html", form, matter=matter, attachment=None, deviation=None)


@policy(UNITS)
@sensitive_post_parameters()
@require_http_methods(GET_POST)
def edit(request: ActingRequest, deviation_id: UUID) -> HttpResponse:
    """Go on with one's own draft."""
    deviation = find_deviation(request, deviation_id)
    if not RULES.may(request.actor, Do.EDIT, deviation):
        return refuse(request, Do.EDIT, deviation)
    form = _form(request, deviation.matter, deviation)
    if form.is_bound:
        return _save(request, form, deviation.matter, deviation)
    context = {"matter": deviation.matter, "deviation": deviation}
    return form_page(request, "deviations/report.html", form, **context)


def _matter(request: ActingRequest) -> Matter | None:
    asked = request.GET.get("arende") or request.POST.get("arende")
    if not asked:
        return None
    try:
        matter_id = UUID(asked)
    except ValueError:
        raise Http404 from None
    visible = Matter.objects.visible_to(request.actor, request.now).select_related("agreement", "person")
    return visible_or_404(request, visible, "deviation.case", pk=matter_id)


def _form(request: ActingRequest, matter: Matter | None, deviation: Deviation | None) -> ReportForm:
    by, now = request.actor, request.now
    if deviation is None:
        initial = prefill.initial(matter, by=by, now=now)
    else:
        initial = {name: getattr(deviation, name) for name in ReportForm.base_fields if hasattr(deviation, name)}
    today = local_day(now)
    units = Unit.objects.open(today).exclude(pk=by.unit_id).select_related("authority__huvudman")
    return ReportForm(
        request.POST if request.method == "POST" and "submission" in request.POST else None,
        agreement=deviation.agreement if deviation else prefill.agreement(matter, by=by, now=now),
        today=today,
        units=list(units),
        likely=prefill.units_in(matter, by=by),
        initial=initial,
        relaxed=request.method == "POST" and "report" not in request.POST,
    )


def _save(request: ActingRequest, form: ReportForm, matter: Matter | None, deviation: Deviation | None) -> HttpResponse:
    """Keep what is written, whatever is wrong with it; then hand it in if that was asked for."""
    by, now = request.actor, request.now
    valid = form.is_valid()
    submission = form.cleaned_data.get("submission")
    if submission is None:
        raise Http404
    made = False

    def keep() -> None:
        nonlocal deviation, made
        if deviation is None:
            deviation = actions.start_report(submission=submission, matter=matter, by=by, now=now)
            made = True
        if RULES.may(by, Do.EDIT, deviation):
            actions.edit_report(deviation_id=deviation.pk, facts=form.saved(), by=by, now=now)

    kept = done(form, keep)
    if "autosave" in request.POST:
        return HttpResponse(status=204 if kept else 422)
    if valid and kept and deviation is not None:
        found = deviation
        if "report" not in request.POST:
            messages.success(request, "Utkastet är sparat. Det finns under Mitt att göra.")
            return redirect("deviations:list")
        if found.state != State.DRAFT or done(form, lambda: actions.report(deviation_id=found.pk, by=by, now=now)):
            messages.success(request, "Tack. Avvikelsen är rapporterad och hanteras nu enligt er rutin.")
            return redirect("deviations:deviation", found.pk)
    return form_page(request, "deviations/report.html", form, matter=matter, deviation=deviation)


# --- the page ---------------------------------------------------------------------------------------------------------
@policy(UNITS)
@require_safe
def deviation_page(request: ActingRequest, deviation_id: UUID) -> HttpResponse:
    """Where it stands, the routine's steps, what is attached, with whom, what came of it."""
    deviation = find_deviation(request, deviation_id)
    by = request.actor
    steps = list(deviation.steps.select_related("done_by"))
    record = (
        SharedDeviation.objects.got_from(by)
        .filter(pk=deviation.shared_id or UUID(int=0))
        .select_related("group", "pattern")
        .first()
    )
    group = group_for(deviation)
    context = {
        "deviation": deviation,
        "steps": [(step, may_take_step(by, step)) for step in steps],
        "record": record,
        "improvements": _improvements(record),
        "group": group,
        "own_huvudman": deviation.concerns is None or deviation.concerns.authority.huvudman_id == by.huvudman_id,
        "sentence": _sentence(deviation, steps, group),
        "attachments": deviation.attachments.defer("content").select_related("added_by"),
        "joint": deviation.joint.select_related("to_unit__authority__huvudman"),
        "events": deviation.events.select_related("by"),
        "clock": Clock.objects.filter(subject=deviation.pk, kind=SHARE_TERM, stopped_at=None).first(),
        "button": {do.value: RULES.buttons(by, deviation, [do])[0] for do in Do},
        "may": {do.value: bool(RULES.may(by, do, deviation)) for do in Do},
        "attachment_form": AttachmentForm(),
        "now": request.now,
    }
    response = render(request, "deviations/deviation.html", context)
    if record is not None and record.state == SharedState.LEARNT and deviation.lesson_seen_at is None:
        actions.mark_lesson_seen(deviation_id=deviation.pk, by=by, now=request.now)
    return response


def _improvements(record: SharedDeviation | None) -> list[Improvement]:
    if record is None:
        return []
    mine = Improvement.objects.filter(record=record)
    if record.pattern_id:
        mine |= Improvement.objects.filter(pattern_id=record.pattern_id)
    return list(mine.select_related("owner"))


def _sentence(deviation: Deviation, steps: list[Any], group: Any) -> str:
    """The state as one sentence: what it waits for."""
    match deviation.state:
        case State.DRAFT:
            return f"Utkast. Väntar på att {deviation.started_by} rapporterar."
        case State.REPORTED | State.HANDLING:
            left = [step.title for step in steps if step.is_required and step.done_at is None]
            return (
                f"Hanteras av er. Nästa steg: {left[0].lower()}."
                if left
                else "Alla steg är klara. Markera den som färdighanterad."
            )
        case State.FINISHED:
            return (
                f"Färdighanterad. Ska avidentifieras och lämnas till {group}."
                if group
                else "Färdighanterad. Ingen grupp följer målgruppen i kommunen."
            )
        case State.PROPOSED:
            return "Texten till gruppen väntar på att en kollega godkänner den."
        case State.SHARED:
            return f"Den avidentifierade texten finns hos {group}." if group else "Den avidentifierade texten är delad."
        case State.CLOSED:
            return f"Avslutad utan att delas: {deviation.end_reason}"
    return f"Tillbakadragen: {deviation.end_reason}" if deviation.end_reason else "Tillbakadragen."


# --- files, and taking it back ----------------------------------------------------------------------------------------
@policy(UNITS)
@require_POST
def attach(request: ActingRequest, deviation_id: UUID) -> HttpResponse:
    """Add a file. One that can't be taken is refused with how to mend it."""
    deviation = find_deviation(request, deviation_id)
    form = AttachmentForm(request.POST, request.FILES)
    if form.is_valid():
        file = form.cleaned_data["file"]
        if done(
            form,
            lambda: actions.attach(
                deviation_id=deviation.pk,
                name=file.name,
                content=file.read(attachments.LARGEST + 1),
                by=request.actor,
                now=request.now,
            ),
        ):
            messages.success(request, "Bilagan är sparad.")
            return redirect("deviations:deviation", deviation.pk)
    return form_page(request, "deviations/attach.html", form, deviation=deviation)


@policy(UNITS)
@require_safe
def attachment(request: ActingRequest, deviation_id: UUID, attachment_id: UUID) -> HttpResponse:
    """The file itself, always as a download: the browser never opens it as a page of ours."""
    deviation = find_deviation(request, deviation_id)
    found = deviation.attachments.filter(pk=attachment_id).first()
    if found is None:
        raise Http404("attachment")
    return attachments.as_download(bytes(found.content), found.name, found.media_type)


@policy(UNITS)
@require_POST
def remove_attachment(request: ActingRequest, deviation_id: UUID, attachment_id: UUID) -> HttpResponse:
    """Take a file away while the report is open."""
    deviation = find_deviation(request, deviation_id)
    if not RULES.may(request.actor, Do.ATTACH, deviation):
        return refuse(request, Do.ATTACH, deviation)
    try:
        actions.remove_attachment(
            deviation_id=deviation.pk, attachment_id=attachment_id, by=request.actor, now=request.now
        )
    except Gone:  # The button pressed twice, or in a tab that stood open.
        messages.info(request, "Bilagan fanns inte kvar.")
    else:
        messages.success(request, "Bilagan är borttagen.")
    return redirect("deviations:deviation", deviation.pk)


@policy(UNITS)
@require_http_methods(GET_POST)
def withdraw(request: ActingRequest, deviation_id: UUID) -> HttpResponse:
    """Take the report back."""
    deviation = find_deviation(request, deviation_id)
    if not RULES.may(request.actor, Do.WITHDRAW, deviation):
        return refuse(request, Do.WITHDRAW, deviation)
    form = ReasonForm(
        request.POST if request.method == "POST" else None,
        asked="Varför dras rapporten tillbaka?",
        required=deviation.state != State.DRAFT,
    )
    if form.is_valid() and done(
        form,
        lambda: actions.withdraw(
            deviation_id=deviation.pk, reason=form.cleaned_data["reason"], by=request.actor, now=request.now
        ),
    ):
        messages.success(request, "Rapporten är tillbakadragen.")
        return redirect("deviations:list")
    context = {"deviation": deviation, "heading": "Dra tillbaka rapporten", "button": "Dra tillbaka"}
    return form_page(request, "deviations/act.html", form, **context)
