"""Pages of a meeting: plan, agenda, call, minutes, decisions, approval, calendar file."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from core.dates import swedish_date
from core.documents import as_file
from core.pdf import NoDocument
from core.policy import ActingRequest, policy
from core.workdays import local_day
from followup import actions, agenda, documents
from followup.agreement import agreement_of_group
from followup.calendars import calendar_file
from followup.forms import groups as forms
from followup.kinds import DecisionDo, MeetingDo, MeetingState
from followup.models import AgendaItem, CoOpted, Decision, Meeting, Publication
from followup.permissions import DECISION_RULES, MEETING_RULES, Standing
from followup.querysets import in_force
from followup.views.shared import GET_POST, IN_GROUPS, Page, form_page, group_or_404, leads, nobodys
from organisations.models import GroupMember


def find_meeting(request: ActingRequest, meeting_id: UUID) -> tuple[Meeting, Standing]:
    """A meeting the actor may see: its group's, or an approved one for those who read."""
    meeting = Meeting.objects.select_related("called_by", "approved_by").filter(pk=meeting_id).first()
    if meeting is None:
        raise nobodys(request, "followup.group")
    group, standing = group_or_404(request, meeting.group_id)
    if not standing.works and meeting.state != MeetingState.APPROVED:
        raise nobodys(request, "followup.group")
    meeting.group = group
    return meeting, standing


@policy(IN_GROUPS)
@require_http_methods(GET_POST)
def plan(request: ActingRequest, group_id: UUID) -> HttpResponse:
    """Plan a meeting or a series (FUP-1)."""
    group, standing = group_or_404(request, group_id)
    agreement = agreement_of_group(group, request.actor, local_day(request.now))
    lead = ""
    if agreement is not None:
        terms = agreement.terms(on=local_day(request.now))
        least, most = terms.get("group.meetings_per_term_min"), terms.get("group.meetings_per_term_max")
        if least and most:
            lead = f"Överenskommelsen räknar med {least.value}–{most.value} möten per termin ({least.section})."
    form = forms.PlanForm(request.POST or None)
    home = reverse("followup:group", args=[group.pk])
    return form_page(
        request,
        Page("Planera möten", "Planera", home, [(group.name, home)], lead=lead),
        form,
        lambda values: actions.plan_meetings(
            group_id=group.pk, starts=form.starts(), minutes_long=values["minutes_long"], place=values["place"],
            by=request.actor, now=request.now,
        ),
        done="Mötet är planerat. Dagordningen har fått överenskommelsens punkter.",
        to=lambda made: reverse("followup:meeting", args=[made[0].pk]),
        may=leads(standing),
    )  # fmt: skip


@policy(IN_GROUPS)
@require_safe
def meeting(request: ActingRequest, meeting_id: UUID) -> HttpResponse:
    """One meeting: when and where, the agenda with what waits, or the minutes."""
    found, standing = find_meeting(request, meeting_id)
    dos = [do for do in MeetingDo if (found.state, do) in MEETING_RULES.transitions]
    context = {
        "meeting": found,
        "standing": standing,
        "published": Publication.objects.filter(minutes=found).first(),
        "items": _items(request, found, standing),
        "attendance": found.attendance.select_related("member__user", "member__represents", "co_opted"),
        "decisions": found.decisions.select_related("owner__user", "owner__represents"),
        "may": {str(do): MEETING_RULES.may(request.actor, do, found) for do in dos},
        "has_begun": found.starts_at <= request.now,
        "now": request.now,
    }
    return render(request, "followup/meeting.html", context)


def _items(request: ActingRequest, found: Meeting, standing: Standing) -> list[tuple[AgendaItem, list[agenda.Waiting]]]:
    """The points, each with what waits under it: until the meeting, and for those who will be there."""
    waiting: dict[str, list[agenda.Waiting]] = {}
    if standing.works and found.state in (MeetingState.PLANNED, MeetingState.CALLED):
        agreement = agreement_of_group(found.group, request.actor, local_day(request.now))
        waiting = agenda.waiting(found.group, agreement, request.now)
    return [(item, waiting.get(item.key, [])) for item in found.items.all()]


@policy(IN_GROUPS)
@require_safe
def paper(request: ActingRequest, meeting_id: UUID, variant: str) -> HttpResponse:
    """The agenda or the minutes as PDF. What is filed is what is approved: nothing else becomes PDF/A."""
    found, standing = find_meeting(request, meeting_id)
    if variant not in PAPERS or (PAPERS[variant] and found.state != MeetingState.APPROVED):
        raise Http404("followup.file")
    try:
        made = documents.of_meeting(
            found, _items(request, found, standing), for_filing=PAPERS[variant], now=request.now
        )
    except NoDocument as none:
        page = _page(found, "Dokument", "")
        return render(request, "followup/refused.html", {"page": page, "reason": none.reason}, status=503)
    return as_file(*made)


PAPERS = {"handling": False, "arkiv": True}
"""In the address → whether it is for filing."""


@policy(IN_GROUPS)
@require_safe
def calendar(request: ActingRequest, meeting_id: UUID) -> HttpResponse:
    """The meeting as a calendar file."""
    found, _ = find_meeting(request, meeting_id)
    answer = HttpResponse(calendar_file(found, request.now), content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="mote-{local_day(found.starts_at).isoformat()}.ics"'
    return answer


@policy(IN_GROUPS)
@require_http_methods(GET_POST)
def change(request: ActingRequest, meeting_id: UUID) -> HttpResponse:
    """Move it."""
    found, _ = find_meeting(request, meeting_id)
    form = forms.ChangeForm(request.POST or None, initial=forms.ChangeForm.now(found))
    lead = "De kallade får veta det." if found.state == MeetingState.CALLED else ""

    def act(values: dict[str, Any]) -> object:
        return actions.change_meeting(
            meeting_id=found.pk, version=values["version"], starts_at=values["starts_at"],
            minutes_long=values["minutes_long"], place=values["place"], by=request.actor, now=request.now,
        )  # fmt: skip

    return form_page(request, _page(found, "Ändra tid och plats", "Spara", lead), form, act, done="Mötet är ändrat.",
                     may=MEETING_RULES.may(request.actor, MeetingDo.CHANGE, found))  # fmt: skip


@policy(IN_GROUPS)
@require_http_methods(GET_POST)
def add_point(request: ActingRequest, meeting_id: UUID) -> HttpResponse:
    """A point of one's own."""
    found, _ = find_meeting(request, meeting_id)
    return form_page(
        request,
        _page(found, "Lägg till en punkt", "Lägg till"),
        forms.PointForm(request.POST or None),
        lambda values: actions.add_point(meeting_id=found.pk, by=request.actor, now=request.now, **values),
        may=MEETING_RULES.may(request.actor, MeetingDo.ADD_POINT, found),
        done="Punkten står på dagordningen.",
    )


@policy(IN_GROUPS)
@require_http_methods(GET_POST)
def call(request: ActingRequest, meeting_id: UUID) -> HttpResponse:
    """Call the members."""
    found, _ = find_meeting(request, meeting_id)
    form = forms.VersionForm(request.POST or None, initial={"version": found.version})
    lead = "Alla medlemmar får ett meddelande. I portalen finns dagordningen och en kalenderfil."
    return form_page(
        request,
        _page(found, "Kalla till mötet", "Skicka kallelsen", lead),
        form,
        lambda values: actions.call(meeting_id=found.pk, version=values["version"], by=request.actor, now=request.now),
        may=MEETING_RULES.may(request.actor, MeetingDo.CALL, found),
        done="Kallelsen är skickad.",
    )


@policy(IN_GROUPS)
@require_http_methods(GET_POST)
def cancel(request: ActingRequest, meeting_id: UUID) -> HttpResponse:
    """Cancel it, with a reason."""
    found, _ = find_meeting(request, meeting_id)
    form = forms.CancelForm(request.POST or None, initial={"version": found.version})
    return form_page(
        request,
        _page(found, "Ställ in mötet", "Ställ in mötet", "De kallade får veta det.", danger=True),
        form,
        lambda values: actions.cancel(meeting_id=found.pk, by=request.actor, now=request.now, **values),
        may=MEETING_RULES.may(request.actor, MeetingDo.CANCEL, found),
        done="Mötet är inställt.",
    )


@policy(IN_GROUPS)
@require_http_methods(GET_POST)
def minutes(request: ActingRequest, meeting_id: UUID) -> HttpResponse:
    """Write the minutes."""
    found, _ = find_meeting(request, meeting_id)
    day = local_day(found.starts_at)
    members = GroupMember.objects.filter(in_force(day), group=found.group).select_related("user", "represents")
    attendance = list(found.attendance.all())
    form = forms.MinutesForm(
        request.POST or None,
        members=members.order_by("user__first_name", "user__last_name"),
        guests=CoOpted.objects.filter(in_force(day), group=found.group),
        items=list(found.items.all()),
        initial={
            "version": found.version,
            "user_participation": found.user_participation,
            "present": [one.member_id for one in attendance if one.member_id],
            "co_opted": [one.co_opted_id for one in attendance if one.co_opted_id],
        },
    )

    def act(values: dict[str, Any]) -> object:
        return actions.record(
            meeting_id=found.pk, version=values["version"], notes=form.notes(), present=values["present"],
            co_opted=values.get("co_opted", []), user_participation=values["user_participation"],
            by=request.actor, now=request.now,
        )  # fmt: skip

    lead = "Skriv inget som kan visa vem någon är: protokollet läses av båda huvudmännen."

    def stands() -> dict[str, str]:
        now = Meeting.objects.get(pk=found.pk)
        notes = {f"note_{item.pk}": item.note for item in now.items.all()}
        return {**notes, "user_participation": now.user_participation}

    return form_page(request, _page(found, "Skriv protokoll", "Spara protokollet", lead), form, act,
                     may=MEETING_RULES.may(request.actor, MeetingDo.RECORD, found), stands=stands,
                     done="Protokollet är sparat.")  # fmt: skip


@policy(IN_GROUPS)
@require_http_methods(GET_POST)
def decide(request: ActingRequest, meeting_id: UUID) -> HttpResponse:
    """Note a decision with owner and day."""
    found, _ = find_meeting(request, meeting_id)
    today = local_day(request.now)
    members = GroupMember.objects.filter(in_force(today), group=found.group).select_related("user", "represents")
    form = forms.DecisionForm(request.POST or None, members=members, items=found.items.all())
    lead = "Den som svarar för beslutet påminns innan dagen kommer."
    return form_page(
        request,
        _page(found, "Anteckna ett beslut", "Spara beslutet", lead),
        form,
        lambda values: actions.decide(meeting_id=found.pk, by=request.actor, now=request.now, **values),
        may=MEETING_RULES.may(request.actor, MeetingDo.DECIDE, found),
        done="Beslutet är antecknat.",
    )


@policy(IN_GROUPS)
@require_http_methods(GET_POST)
def approve(request: ActingRequest, meeting_id: UUID) -> HttpResponse:
    """Approve the minutes."""
    found, _ = find_meeting(request, meeting_id)
    form = forms.VersionForm(request.POST or None, initial={"version": found.version})
    lead = "När protokollet är justerat kan det inte ändras."
    return form_page(
        request,
        _page(found, "Justera protokollet", "Justera", lead),
        form,
        lambda values: actions.approve(
            meeting_id=found.pk, version=values["version"], by=request.actor, now=request.now
        ),
        may=MEETING_RULES.may(request.actor, MeetingDo.APPROVE, found),
        done="Protokollet är justerat.",
    )


# --- decisions ---------------------------------------------------------------------------------------------
_DECISION_FORMS = {
    DecisionDo.FINISH: (forms.FinishForm, "Beslutet är genomfört", "Spara"),
    DecisionDo.DROP: (forms.DropForm, "Skriv av beslutet", "Skriv av"),
    DecisionDo.EVALUATE: (forms.EvaluateForm, "Skriv vad det ledde till", "Spara"),
}
_DECISION_ACTIONS: dict[DecisionDo, Any] = {
    DecisionDo.FINISH: actions.finish_decision,
    DecisionDo.DROP: actions.drop_decision,
    DecisionDo.EVALUATE: actions.evaluate_decision,
}


def find_decision(request: ActingRequest, decision_id: UUID) -> tuple[Decision, Standing]:
    decision = Decision.objects.select_related("owner__user", "owner__represents", "meeting").filter(pk=decision_id)
    if (found := decision.first()) is None:
        raise nobodys(request, "followup.group")
    found.group, standing = group_or_404(request, found.group_id)
    return found, standing


@policy(IN_GROUPS)
@require_safe
def decision(request: ActingRequest, decision_id: UUID) -> HttpResponse:
    """One decision and what has come of it."""
    found, standing = find_decision(request, decision_id)
    dos = [do for do in DecisionDo if (found.state, do) in DECISION_RULES.transitions]
    buttons = DECISION_RULES.buttons(request.actor, found, dos) if standing.works else []
    context = {"decision": found, "buttons": buttons, "standing": standing, "now": request.now}
    return render(request, "followup/decision.html", context)


def _decision_page(request: ActingRequest, decision_id: UUID, do: DecisionDo) -> HttpResponse:
    found, _ = find_decision(request, decision_id)
    kind, title, button = _DECISION_FORMS[do]
    act = _DECISION_ACTIONS[do]
    back = reverse("followup:decision", args=[found.pk])
    crumbs = [(found.group.name, reverse("followup:group", args=[found.group_id])), ("Beslut", back)]
    form = kind(request.POST or None, initial={"version": found.version})
    return form_page(
        request,
        Page(title, button, back, crumbs, lead=found.text),
        form,
        lambda values: act(decision_id=found.pk, by=request.actor, now=request.now, **values),
        may=DECISION_RULES.may(request.actor, do, found),
        done="Sparat.",
    )


@policy(IN_GROUPS)
@require_http_methods(GET_POST)
def finish_decision(request: ActingRequest, decision_id: UUID) -> HttpResponse:
    return _decision_page(request, decision_id, DecisionDo.FINISH)


@policy(IN_GROUPS)
@require_http_methods(GET_POST)
def drop_decision(request: ActingRequest, decision_id: UUID) -> HttpResponse:
    return _decision_page(request, decision_id, DecisionDo.DROP)


@policy(IN_GROUPS)
@require_http_methods(GET_POST)
def evaluate_decision(request: ActingRequest, decision_id: UUID) -> HttpResponse:
    return _decision_page(request, decision_id, DecisionDo.EVALUATE)


def _page(meeting: Meeting, title: str, button: str, lead: str = "", *, danger: bool = False) -> Page:
    back = reverse("followup:meeting", args=[meeting.pk])
    crumbs = [(meeting.group.name, reverse("followup:group", args=[meeting.group_id])), (_words(meeting), back)]
    return Page(title, button, back, crumbs, lead=lead, danger=danger)


def _words(meeting: Meeting) -> str:
    return f"Mötet {swedish_date(meeting.starts_at)}"
