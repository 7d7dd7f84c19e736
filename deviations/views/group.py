"""The group's desk: what came in, agenda, patterns, improvements and their effect (DEV-6)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from core.authz import Refused
from core.policy import ActingRequest, for_roles, policy, visible_or_404
from core.workdays import local_day
from deviations import actions, patterns
from deviations.forms import group as group_forms
from deviations.kinds import Effect, ImprovementDo, ImprovementState, SharedDo
from deviations.models import Improvement, Pattern, SharedDeviation
from deviations.permissions import IMPROVEMENT_RULES, SHARED_RULES
from deviations.querysets import GROUP_ROLES, SharedQuerySet, groups_of
from deviations.views.shared import GET_POST, done, form_page
from organisations.kinds import CASE_ROLES
from organisations.models import CoordinationGroup, Unit

GROUP = for_roles(*GROUP_ROLES)
GROUP_OR_OWNER = for_roles(*GROUP_ROLES, *CASE_ROLES)
PAGE_SIZE = 30
TOLD = {
    SharedDo.PUT_ON_AGENDA: "Avvikelsen tas upp på mötet.",
    SharedDo.ANALYSE: "Analysen är sparad.",
    SharedDo.TELL_LESSON: "Lärdomen är återkopplad. Den som rapporterade ser den under Mitt att göra.",
}


def _desk(request: ActingRequest) -> SharedQuerySet:
    return SharedDeviation.objects.on_desk_of(request.actor, request.now)


@policy(GROUP)
@require_safe
def desk(request: ActingRequest) -> HttpResponse:
    """Everything on the desks of one's groups: filter, search for like ones, and what they have in common."""
    everything = list(_desk(request).select_related("provision"))
    sections = sorted({(one.provision.number, str(one.provision)) for one in everything})
    filters = group_forms.DeskFilter(request.GET or None, sections=sections)
    chosen = filters.cleaned_data if filters.is_valid() else {}
    found = _desk(request).select_related("provision", "from_huvudman", "about_huvudman", "pattern", "group")
    if chosen.get("lage"):
        found = found.filter(state=chosen["lage"])
    if chosen.get("allvar"):
        found = found.filter(severity=chosen["allvar"])
    if chosen.get("avsnitt"):
        found = found.filter(provision__number=chosen["avsnitt"])
    ordered = patterns.search(chosen["q"], found) if chosen.get("q") else found.order_by("-received_on", "pk")
    context = {
        "groups": CoordinationGroup.objects.filter(pk__in=groups_of(request.actor, request.now)),
        "filter": filters,
        "is_filtered": any(chosen.values()),
        "page": Paginator(ordered, PAGE_SIZE).get_page(request.GET.get("sida")),
        "total": len(everything),
        "groupings": patterns.groupings(everything),
        "improvements": Improvement.objects.visible_to(request.actor, request.now)
        .exclude(state=ImprovementState.EVALUATED)
        .select_related("owner"),
        "agenda": _desk(request).filter(agenda_on__gte=local_day(request.now)).order_by("agenda_on"),
        "patterns": Pattern.objects.filter(group_id__in=groups_of(request.actor, request.now)).prefetch_related(
            "records"
        ),
        "now": request.now,
    }
    return render(request, "deviations/desk.html", context)


@policy(GROUP)
@require_http_methods(GET_POST)
def record(request: ActingRequest, record_id: UUID) -> HttpResponse:
    """One record: its text, like ones, and what the group does about it."""
    found = _desk(request).select_related(
        "provision", "target_group", "from_huvudman", "about_huvudman", "pattern", "group", "agreement"
    )
    one = visible_or_404(request, found, "deviation.shared", pk=record_id)
    posted = request.POST if request.method == "POST" else None
    step = next((do for do in SharedDo if posted is not None and do.value in posted), None)

    def data_for(do: SharedDo) -> Any:
        return posted if step == do else None

    fresh = {"version": one.version}
    page_forms: dict[SharedDo, forms.Form] = {
        SharedDo.PUT_ON_AGENDA: group_forms.AgendaForm(
            data_for(SharedDo.PUT_ON_AGENDA), initial={**fresh, "day": one.agenda_on}, auto_id="dagordning_%s"
        ),
        SharedDo.ANALYSE: group_forms.AnalysisForm(
            data_for(SharedDo.ANALYSE), initial={**fresh, "text": one.group_analysis}, auto_id="analys_%s"
        ),
        SharedDo.TELL_LESSON: group_forms.LessonForm(
            data_for(SharedDo.TELL_LESSON), initial={**fresh, "text": one.lesson}, auto_id="lardom_%s"
        ),
    }
    form = page_forms[step] if step else None
    if (
        form is not None
        and step
        and form.is_valid()
        and done(form, lambda: _act(request, one, step, form.cleaned_data))
    ):
        messages.success(request, TOLD[step])
        return redirect("deviations:record", one.pk)
    context = {
        "record": one,
        "form_for": {do.value: page for do, page in page_forms.items()},
        "may": {do.value: SHARED_RULES.may(request.actor, do, one) for do in SharedDo},
        "similar": patterns.similar(one, _desk(request)),
        "improvements": _about(one),
    }
    return form_page(request, "deviations/record.html", form or forms.Form(), **context)


def _act(request: ActingRequest, one: SharedDeviation, do: SharedDo, typed: dict[str, Any]) -> None:
    values = {"record_id": one.pk, "by": request.actor, "now": request.now, **typed}
    verbs: dict[SharedDo, Any] = {
        SharedDo.PUT_ON_AGENDA: actions.put_on_agenda,
        SharedDo.ANALYSE: actions.analyse,
        SharedDo.TELL_LESSON: actions.tell_lesson,
    }
    verbs[do](**values)


def _about(one: SharedDeviation) -> Any:
    found = Improvement.objects.filter(record=one)
    if one.pattern_id:
        found |= Improvement.objects.filter(pattern_id=one.pattern_id)
    return found.select_related("owner")


@policy(GROUP)
@require_http_methods(GET_POST)
def new_pattern(request: ActingRequest) -> HttpResponse:
    """Tie records together. `?fran=` is the one that it began with; like ones are already chosen."""
    desk_records = _desk(request).select_related("from_huvudman").order_by("-received_on", "pk")
    begun = desk_records.filter(pk=_uuid(request.GET.get("fran"))).first()
    chosen = [begun.pk, *(one.pk for one in patterns.similar(begun, _desk(request)))] if begun else []
    initial = {"records": chosen, "name": begun.headline if begun else ""}
    form = group_forms.PatternForm(
        request.POST if request.method == "POST" else None, records=desk_records, initial=initial
    )
    if form.is_valid() and done(
        form,
        lambda: actions.see_pattern(
            record_ids=[one.pk for one in form.cleaned_data["records"]],
            name=form.cleaned_data["name"],
            analysis=form.cleaned_data["analysis"],
            by=request.actor,
            now=request.now,
        ),
    ):
        made = Pattern.objects.filter(records__in=form.cleaned_data["records"]).first()
        messages.success(request, "Avvikelserna är samlade i ett mönster.")
        return redirect("deviations:pattern", made.pk) if made else redirect("deviations:desk")
    return form_page(request, "deviations/new_pattern.html", form)


def _uuid(text: str | None) -> UUID:
    try:
        return UUID(text or "")
    except ValueError:
        return UUID(int=0)


@policy(GROUP)
@require_safe
def pattern(request: ActingRequest, pattern_id: UUID) -> HttpResponse:
    """A pattern, its records and the measures about it."""
    found = _pattern(request, pattern_id)
    context = {
        "pattern": found,
        "records": found.records.select_related("provision", "from_huvudman", "about_huvudman"),
        "improvements": found.improvements.select_related("owner"),
        "now": request.now,
    }
    return render(request, "deviations/pattern.html", context)


def _pattern(request: ActingRequest, pattern_id: UUID) -> Pattern:
    found = Pattern.objects.filter(pk=pattern_id, group_id__in=groups_of(request.actor, request.now)).first()
    if found is None:
        raise Http404("pattern")
    return found


# --- improvements -----------------------------------------------------------------------------------------------------
@policy(GROUP)
@require_http_methods(GET_POST)
def improve_record(request: ActingRequest, record_id: UUID) -> HttpResponse:
    """Decide a measure about one record."""
    one = visible_or_404(request, _desk(request).select_related("agreement", "group"), "deviation.shared", pk=record_id)
    return _improve(request, one.group, record=one, pattern=None)


@policy(GROUP)
@require_http_methods(GET_POST)
def improve_pattern(request: ActingRequest, pattern_id: UUID) -> HttpResponse:
    """Decide a measure about a pattern."""
    found = _pattern(request, pattern_id)
    return _improve(request, found.group, record=None, pattern=found)


def _improve(
    request: ActingRequest, group: CoordinationGroup, *, record: SharedDeviation | None, pattern: Pattern | None
) -> HttpResponse:
    units = list(Unit.objects.open(local_day(request.now)).select_related("authority__huvudman"))
    form = group_forms.ImprovementForm(request.POST if request.method == "POST" else None, units=units)
    if form.is_valid() and done(
        form,
        lambda: actions.decide_improvement(
            record=record, pattern=pattern, by=request.actor, now=request.now, **form.cleaned_data
        ),
    ):
        messages.success(request, f"Åtgärden är beslutad. {form.cleaned_data['owner']} får veta det.")
        return redirect("deviations:record", record.pk) if record else redirect("deviations:pattern", pattern.pk)  # type: ignore[union-attr]
    return form_page(request, "deviations/new_improvement.html", form, record=record, pattern=pattern, group=group)


@policy(GROUP_OR_OWNER)
@require_http_methods(GET_POST)
def improvement(request: ActingRequest, improvement_id: UUID) -> HttpResponse:
    """A measure: the owner reports it done, the group follows up its effect."""
    by, now = request.actor, request.now
    found = Improvement.objects.visible_to(by, now).select_related(
        "group", "owner__authority__huvudman", "record", "pattern"
    )
    one = visible_or_404(request, found, "deviation.improvement", pk=improvement_id)
    posted = request.POST if request.method == "POST" else None
    owns = by.role in CASE_ROLES
    form: Any = (
        group_forms.DoneForm(posted, initial={"version": one.version})
        if owns
        else group_forms.EffectForm(posted, initial={"version": one.version})
    )
    do = ImprovementDo.REPORT_DONE if owns else ImprovementDo.EVALUATE
    if form.is_valid() and done(form, lambda: _report(request, one, form.cleaned_data)):
        messages.success(request, "Tack. Gruppen ser hur det gick." if owns else "Effekten är uppföljd.")
        return redirect("deviations:improvement", one.pk)
    context = {"improvement": one, "may": IMPROVEMENT_RULES.may(by, do, one), "owns": owns}
    return form_page(request, "deviations/improvement.html", form, **context)


def _report(request: ActingRequest, one: Improvement, typed: dict[str, Any]) -> None:
    values = {"improvement_id": one.pk, "by": request.actor, "now": request.now, "version": typed["version"]}
    if "effect" in typed:
        actions.evaluate_improvement(effect=Effect(typed["effect"]), note=typed["note"], **values)
    elif typed["is_done"] is None:
        raise Refused("Välj hur det gick.", field="is_done")
    else:
        actions.report_improvement(is_done=typed["is_done"], note=typed["note"], **values)
