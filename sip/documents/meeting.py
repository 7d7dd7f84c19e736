"""The call to a meeting and its notes on paper (SIP-6): for those outside the portal, and for each party's record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sip.documents.sheets import Desk, Sheet
from sip.kinds import MeetingState, ReplyState
from sip.models import Attendee, Meeting, MeetingCall, MeetingGuest, MeetingNotes

NO_MEETING = "Inget möte är kallat."
NO_NOTES = "Det finns inga färdiga anteckningar från ett möte ännu."


def _meeting(desk: Desk) -> Meeting | None:
    """The meeting that is called now: the next one to come."""
    return Meeting.objects.filter(case_id=desk.case.pk, state=MeetingState.CALLED).order_by("starts_at").first()


def _notes(desk: Desk) -> MeetingNotes | None:
    """The latest finished notes, as corrected."""
    found = MeetingNotes.objects.filter(case_id=desk.case.pk, finished_at__isnull=False)
    return found.select_related("meeting", "written_by_unit").order_by("-meeting__starts_at", "-number").first()


def _call(desk: Desk) -> Mapping[str, Any]:
    """Who isn't told, and why, never stands here: everybody who is invited reads it (IND-2)."""
    meeting = _meeting(desk)
    calls = MeetingCall.objects.filter(meeting=meeting).select_related("unit__authority__huvudman")
    guests = MeetingGuest.objects.filter(meeting=meeting).select_related("guardian")
    return {
        "meeting": meeting,
        "called": [one for one in calls if one.state not in (ReplyState.REDIRECTED, ReplyState.ENDED)],
        "guests": [one for one in guests if one.is_told],
    }


def _noted(desk: Desk) -> Mapping[str, Any]:
    notes = _notes(desk)
    assert notes is not None  # `missing` is asked first.
    there = Attendee.objects.filter(meeting=notes.meeting).select_related("unit", "guest__guardian")
    return {"notes": notes, "meeting": notes.meeting, "attendees": list(there)}


CALL = Sheet(
    name="kallelse",
    kind="meeting_call",
    title="Kallelse till SIP-möte",
    about="Tid, plats, syfte och frågor för nästa möte. Att lämna till personen och andra som inte når portalen.",
    template="documents/sip/call.html",
    missing=lambda desk: "" if _meeting(desk) else NO_MEETING,
    facts=_call,
    has_large=True,
)
NOTES = Sheet(
    name="anteckningar",
    kind="meeting_notes",
    title="Anteckningar från SIP-möte",
    about="De senaste färdiga anteckningarna, med vilka som var med.",
    template="documents/sip/notes.html",
    missing=lambda desk: "" if _notes(desk) else NO_NOTES,
    facts=_noted,
)
