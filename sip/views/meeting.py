"""Pages of a SIP meeting until it is held: call, answer, move, cancel, call or invite more (SIP-5, SIP-6)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect as go_to
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import refusals
from core.authz import Decision, Refused
from core.policy import ActingRequest, for_roles, policy
from core.transitions import Gone, Stale
from core.workdays import local_day
from organisations.kinds import CASE_ROLES, UnitKind
from organisations.models import Unit
from sip import actions, panels
from sip.calendars import calendar_file
from sip.forms import meeting as meeting_forms
from sip.forms.helping import Sections
from sip.kinds import Do, MeetingDo, ReplyDo
from sip.meetings import Stands, meeting_with_everything, people_of, title_of
from sip.models import Meeting, SipCase
from sip.permissions import CASE_RULES
from sip.views.case import MEETING_ADDRESSES, find_case, step_of

PARTICIPANTS = for_roles(*CASE_ROLES)
GET_POST = ["GET", "HEAD", "POST"]


def find_meeting(request: ActingRequest, case_id: UUID, meeting_id: UUID) -> Stands:
    """A meeting of a case that the acting unit takes part in now, from its chair; else 404."""
    case = find_case(request, case_id)
    meeting = meeting_with_everything(case, meeting_id)
    if meeting is None:
        raise Http404("sip.meeting")
    return Stands(meeting, request.actor, request.now)


# --- calling ----------------------------------------------------------------------------------------------------------
@policy(PARTICIPANTS)
@require_http_methods(GET_POST)
def call(request: ActingRequest, case_id: UUID) -> HttpResponse:
    """Write a call, see who gets to know what, and send it (SIP-3, SIP-6)."""
    case = find_case(request, case_id)
    if not (decision := CASE_RULES.may(request.actor, Do.MEET, case)):
        return refuse(request, case, str(Do.MEET.label), decision)
    today = local_day(request.now)
    is_child = case.matter.person.is_child(today)
    taking_part, others = _callable(request, case)
    form = meeting_forms.CallForm(
        request.POST or None,
        taking_part=taking_part,
        others=others,
        guardians=list(case.matter.person.guardians.all()) if is_child else [],
        is_child=is_child,
        interpreter=case.matter.person.interpreter,
        sections=Sections(case.matter.agreement, local_day(case.matter.opened_at)),
    )
    is_whole = form.is_valid()
    if is_whole and "confirm" in request.POST:
        try:
            meeting = actions.call_meeting(
                case_id=case.pk,
                submission=form.cleaned_data["submission"],
                when=form.when(),
                agenda=form.agenda(),
                units=form.chosen(),
                by=request.actor,
                now=request.now,
            )
        except Gone:
            raise Http404 from None
        except Refused as refused:
            form.refuse(refused)
            is_whole = False
        else:
            messages.success(request, "Kallelsen är skickad. De kallade verksamheterna får veta det.")
            return go_to("sip:meeting", case_id=case.pk, meeting_id=meeting.pk)
    previewed = is_whole and "change" not in request.POST and request.method == "POST"
    context = {
        "case": case,
        "person": case.matter.person,
        "now": request.now,
        "is_child": is_child,
        "chosen": _previewed(request, case, form) if previewed else None,
        "when": form.when() if previewed else None,
        "has_pupil_health": any(unit.kind == UnitKind.PUPIL_HEALTH for unit in [*taking_part, *others]),
        "basis": panels.basis_in_use(case.matter),
    }
    return _page(request, "sip/meeting/call.html", form, **context)


def _callable(request: ActingRequest, case: SipCase) -> tuple[list[Unit], list[Unit]]:
    """Those who take part and those who could, but for the acting unit and the initiator: they come of course."""
    units = actions.may_be_called(case, local_day(request.now))
    of_course = {request.actor.unit_id, case.matter.initiator_id}
    taking_part = {one.unit_id for one in case.matter.participants.all() if one.ended_at is None}
    choice = [unit for unit in units if unit.pk not in of_course and unit.kind != UnitKind.ADMINISTRATION]
    return (
        [unit for unit in choice if unit.pk in taking_part],
        [unit for unit in choice if unit.pk not in taking_part],
    )


def _previewed(request: ActingRequest, case: SipCase, form: meeting_forms.CallForm) -> list[tuple[Unit, str, bool]]:
    """The units that are called: why, and whether they are new to the case."""
    new = form.cleaned_data["new_unit"]
    chosen = [(unit, reason, str(unit.pk) == new) for unit, reason in form.chosen()]
    if case.matter.initiator_id != request.actor.unit_id:
        chosen.insert(0, (case.matter.initiator, "", False))
    return chosen


# --- the meeting ------------------------------------------------------------------------------------------------------
@policy(PARTICIPANTS)
@require_safe
def meeting_page(request: ActingRequest, case_id: UUID, meeting_id: UUID) -> HttpResponse:
    """What it is for, when and where, who comes, and what came of it."""
    at = find_meeting(request, case_id, meeting_id)
    first = at.next_do()
    context = {
        "step": step_of(at),
        "others": [(button, MEETING_ADDRESSES[MeetingDo(button.do)]) for button in at.buttons()],
        "may_reply": at.may_reply() if first != ReplyDo.COME else Decision(False),
        "may_uninvite": at.may(MeetingDo.UNINVITE),
        "people": people_of(at.meeting),
        "came": sorted(
            at.meeting.attendees.all(), key=lambda one: (one.unit is None, one.unit.name if one.unit else "")
        ),
        "units": [call for call in at.meeting.calls.all() if call.state != "ended"],
    }
    return render(request, "sip/meeting/meeting.html", {**frame(at), **context})


@policy(PARTICIPANTS)
@require_safe
def calendar(request: ActingRequest, case_id: UUID, meeting_id: UUID) -> HttpResponse:
    """The meeting for the calendar, without personal data (LAW-6)."""
    meeting = find_meeting(request, case_id, meeting_id).meeting
    address = settings.PUBLIC_ADDRESS + reverse("sip:meeting", args=[case_id, meeting_id])
    body = calendar_file(meeting, address, request.now)
    return HttpResponse(
        body, "text/calendar; charset=utf-8", headers={"Content-Disposition": 'attachment; filename="sip-mote.ics"'}
    )


# --- answering --------------------------------------------------------------------------------------------------------
@policy(PARTICIPANTS)
@require_http_methods(GET_POST)
def reply(request: ActingRequest, case_id: UUID, meeting_id: UUID) -> HttpResponse:
    """The called unit comes, or names its deputy; the wrong unit is led to handing over (SIP-4, SIP-6)."""
    at = find_meeting(request, case_id, meeting_id)
    mine, decision = at.mine, at.may_reply()
    if mine is None or not decision:
        return refuse(request, at.meeting.case, "Svara på kallelsen", decision)
    form = meeting_forms.ReplyForm(
        request.POST or None,
        initial={"answer": "" if mine.state == "waiting" else mine.state, "deputy": mine.deputy},
    )
    if form.is_valid() and done(
        form, lambda: actions.reply(call_id=mine.pk, deputy=form.who(), by=request.actor, now=request.now)
    ):
        messages.success(request, f"Svaret är registrerat. {at.meeting.called_by_unit} får veta det.")
        return back_to(at.meeting)
    may_hand_over = CASE_RULES.may(request.actor, Do.REDIRECT, at.meeting.case)
    return _page(request, "sip/meeting/reply.html", form, **frame(at), may_hand_over=may_hand_over)


# --- changing ---------------------------------------------------------------------------------------------------------
@policy(PARTICIPANTS)
@require_http_methods(GET_POST)
def reschedule(request: ActingRequest, case_id: UUID, meeting_id: UUID) -> HttpResponse:
    """Another time or place. Who was slower than a colleague sees both versions and keeps what was typed."""
    at = find_meeting(request, case_id, meeting_id)
    if not (decision := at.may(MeetingDo.RESCHEDULE)):
        return refuse(request, at.meeting.case, str(MeetingDo.RESCHEDULE.label), decision)
    initial = {**meeting_forms.WhenForm.of(at.meeting), "version": at.meeting.version}
    form = meeting_forms.RescheduleForm(request.POST or None, initial=initial)
    stale = False
    if form.is_valid():
        try:
            actions.reschedule(
                meeting_id=at.meeting.pk,
                version=form.cleaned_data["version"],
                when=form.when(),
                reason=form.cleaned_data["reason"],
                by=request.actor,
                now=request.now,
            )
        except Gone:
            raise Http404 from None
        except Stale:
            stale = True
            form.add_error(None, "Någon annan har ändrat mötet sedan du öppnade sidan. Läs det nya och spara igen.")
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, "Mötet är ändrat. De kallade verksamheterna får veta det.")
            return back_to(at.meeting)
    if stale:
        # The typed values stay; the hidden version follows what the page now shows.
        form.data = {**request.POST.dict(), "version": at.meeting.version}
    return _page(request, "sip/meeting/reschedule.html", form, **frame(at), stale=stale)


@policy(PARTICIPANTS)
@require_http_methods(GET_POST)
def cancel(request: ActingRequest, case_id: UUID, meeting_id: UUID) -> HttpResponse:
    """Cancel the meeting, with a reason."""
    at = find_meeting(request, case_id, meeting_id)
    form = meeting_forms.CancelForm(request.POST or None)
    return _simple(
        request, at, MeetingDo.CANCEL, form, "sip/meeting/cancel.html",
        lambda: actions.cancel_meeting(
            meeting_id=at.meeting.pk, reason=form.cleaned_data["reason"], by=request.actor, now=request.now
        ),
        "Mötet är inställt. De kallade verksamheterna får veta det.",
    )  # fmt: skip


@policy(PARTICIPANTS)
@require_http_methods(GET_POST)
def call_unit(request: ActingRequest, case_id: UUID, meeting_id: UUID) -> HttpResponse:
    """Call one unit more."""
    at = find_meeting(request, case_id, meeting_id)
    there = {call.unit_id for call in at.called}
    choice = [unit for part in _callable(request, at.meeting.case) for unit in part if unit.pk not in there]
    form = meeting_forms.UnitForm(request.POST or None, units=choice)
    return _simple(
        request, at, MeetingDo.CALL_UNIT, form, "sip/meeting/call_unit.html",
        lambda: actions.call_unit_to_meeting(
            meeting_id=at.meeting.pk, unit=form.known[form.cleaned_data["unit"]], reason=form.cleaned_data["reason"],
            by=request.actor, now=request.now,
        ),
        "Verksamheten är kallad.",
        choice=choice, basis=panels.basis_in_use(at.meeting.case.matter),
    )  # fmt: skip


@policy(PARTICIPANTS)
@require_http_methods(GET_POST)
def invite(request: ActingRequest, case_id: UUID, meeting_id: UUID) -> HttpResponse:
    """Note somebody whom the person wants there (SIP-5)."""
    at = find_meeting(request, case_id, meeting_id)
    form = meeting_forms.GuestForm(request.POST or None, initial=meeting_forms.today(request.now))
    return _simple(
        request, at, MeetingDo.INVITE, form, "sip/meeting/invite.html",
        lambda: actions.invite(meeting_id=at.meeting.pk, guest=form.guest(), by=request.actor, now=request.now),
        "Inbjudan är registrerad. Portalen skickar inget: bjud in på det sätt ni har valt.",
    )  # fmt: skip


@policy(PARTICIPANTS)
@require_POST
def uninvite(request: ActingRequest, case_id: UUID, meeting_id: UUID, guest_id: UUID) -> HttpResponse:
    """Take an invitation back."""
    at = find_meeting(request, case_id, meeting_id)
    if not (decision := at.may(MeetingDo.UNINVITE)):
        return refuse(request, at.meeting.case, str(MeetingDo.UNINVITE.label), decision)
    try:
        actions.uninvite(meeting_id=at.meeting.pk, guest_id=guest_id, by=request.actor, now=request.now)
    except Gone:
        raise Http404 from None
    messages.success(request, "Inbjudan är borttagen. Kom ihåg att säga det till den som var inbjuden.")
    return back_to(at.meeting)


# --- shared with the pages of what came of it -------------------------------------------------------------------------
def frame(at: Stands) -> dict[str, Any]:
    """What every page of a meeting shows."""
    case = at.meeting.case
    return {
        "at": at, "meeting": at.meeting, "case": case, "person": case.matter.person, "now": at.now,
        "meeting_title": title_of(at.meeting), "is_child": case.matter.person.is_child(local_day(at.now)),
    }  # fmt: skip


def back_to(meeting: Meeting) -> HttpResponse:
    return go_to("sip:meeting", case_id=meeting.case_id, meeting_id=meeting.pk)


def refuse(request: ActingRequest, case: SipCase, label: str, decision: Decision) -> HttpResponse:
    """The user may read the case but not do this: say why, and lead back to it."""
    context = {"case": case, "reason": decision.reason, "label": label}
    return render(request, "sip/refused.html", context, status=403)


def done(form: forms.Form, act: Callable[[], object]) -> bool:
    """Run the action. A refusal becomes an error of the form, beside its field where it has one."""
    try:
        act()
    except Gone:
        raise Http404 from None
    except Refused as refused:
        refusals.tell(form, refused)
        return False
    return True


def _simple(
    request: ActingRequest,
    at: Stands,
    do: MeetingDo,
    form: forms.Form,
    template: str,
    act: Callable[[], object],
    told: str,
    **more: Any,
) -> HttpResponse:
    """Find, validate, one action, respond: for pages whose form is all they need."""
    if not (decision := at.may(do)):
        return refuse(request, at.meeting.case, str(do.label), decision)
    if form.is_valid() and done(form, act):
        messages.success(request, told)
        return back_to(at.meeting)
    return _page(request, template, form, **frame(at), **more)


def _page(request: ActingRequest, template: str, form: forms.Form, **context: Any) -> HttpResponse:
    status = 422 if form.is_bound and form.errors else 200
    return render(request, template, {**context, "form": form}, status=status)
