"""Pages of what came of a meeting: who was there, and the notes (SIP-5)."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect as go_to
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from core import refusals
from core.authz import Refused
from core.policy import ActingRequest, policy
from core.transitions import Gone, Stale
from organisations.kinds import UnitKind
from sip import actions
from sip.forms.meeting import HoldForm, NotesForm
from sip.kinds import MeetingDo
from sip.meetings import Stands
from sip.models import MeetingNotes
from sip.views.drafts import CHANGED, Seen
from sip.views.meeting import GET_POST, PARTICIPANTS, back_to, done, find_meeting, frame, refuse


@policy(PARTICIPANTS)
@require_http_methods(GET_POST)
def hold(request: ActingRequest, case_id: UUID, meeting_id: UUID) -> HttpResponse:
    """Record who was there. The answer says whether it counts as a SIP, and why (LAW-7)."""
    at = find_meeting(request, case_id, meeting_id)
    if not (decision := at.may(MeetingDo.HOLD)):
        return refuse(request, at.meeting.case, str(MeetingDo.HOLD.label), decision)
    guests = [guest for guest in at.meeting.guests.all() if guest.is_told]
    form = HoldForm(request.POST if request.method == "POST" else None, calls=at.called, guests=guests)
    if form.is_valid() and done(
        form,
        lambda: actions.hold(
            meeting_id=at.meeting.pk,
            present=form.present(),
            guests=form.guest_ids(),
            by=request.actor,
            now=request.now,
        ),
    ):
        messages.success(request, "Det är registrerat vilka som var med. Skriv anteckningarna medan ni minns.")
        return go_to("sip:meeting_notes", case_id=case_id, meeting_id=meeting_id)
    has_pupil_health = any(call.unit.kind == UnitKind.PUPIL_HEALTH for call in at.called)
    context = {**frame(at), "form": form, "has_pupil_health": has_pupil_health}
    return render(request, "sip/meeting/hold.html", context, status=422 if form.errors else 200)


@policy(PARTICIPANTS)
@require_http_methods(GET_POST)
def notes(request: ActingRequest, case_id: UUID, meeting_id: UUID) -> HttpResponse:
    """Write the notes: saved as one goes, shared when they are finished. Two writers never overwrite each other."""
    at = find_meeting(request, case_id, meeting_id)
    if not (decision := at.may(MeetingDo.WRITE_NOTES)):
        return refuse(request, at.meeting.case, str(MeetingDo.WRITE_NOTES.label), decision)
    shape = {"is_child": frame(at)["is_child"], "is_correction": bool(at.finished_notes)}
    saved, seen = at.draft, Seen(request, NotesForm.of(at.draft))
    form = NotesForm(request.POST if request.method == "POST" else None, initial=_begins_with(at), **shape)
    is_old, finish = form.is_valid() and seen.is_old, "finish" in request.POST
    if form.is_valid() and not is_old:
        try:
            saved = actions.save_notes(
                meeting_id=at.meeting.pk,
                texts=form.texts(),
                view_asked=form.cleaned_data["view_asked"],
                version=at.draft.version if at.draft else None,
                finish=finish,
                by=request.actor,
                now=request.now,
            )
        except Gone:
            raise Http404 from None
        except Stale as newer:
            # A colleague saved between our reading and our writing.
            is_old, saved = True, cast(MeetingNotes, newer.current)
            seen = Seen(request, NotesForm.of(saved))
        except Refused as refused:
            refusals.tell(form, refused)
    if "autosave" in request.POST:
        if is_old or form.errors:
            return HttpResponse(status=422)
        seen.moved(NotesForm.of(saved))
        return HttpResponse(status=204)
    if request.method == "POST" and not is_old and not form.errors:
        return _saved(request, at, finish=finish)
    if is_old:
        form.add_error(None, CHANGED)
        seen.renew()
    stored = NotesForm(initial=NotesForm.of(saved), **shape).saved_words() if is_old else []
    context = {**frame(at), **shape, "form": form, "seen": seen.token, "saved_words": stored}
    return render(request, "sip/meeting/notes.html", context, status=422 if form.errors else 200)


def _begins_with(at: Stands) -> dict[str, Any]:
    """The draft; else, for a correction, the notes as they were finished."""
    if at.draft is None and at.finished_notes:
        return NotesForm.of(at.finished_notes[-1]) | {"correction_reason": ""}
    return NotesForm.of(at.draft)


def _saved(request: ActingRequest, at: Stands, *, finish: bool) -> HttpResponse:
    if finish:
        messages.success(request, "Anteckningarna är klara. Alla som deltar i ärendet kan läsa dem.")
        return back_to(at.meeting)
    messages.success(request, "Utkastet är sparat. Bara ni ser det.")
    return go_to("sip:meeting_notes", case_id=at.meeting.case_id, meeting_id=at.meeting.pk)
