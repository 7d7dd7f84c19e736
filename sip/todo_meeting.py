"""Rows of Mitt att göra about meetings and plans made elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q
from django.urls import reverse

from core.dates import swedish_date
from deadlines.models import Clock
from deadlines.todo import Waiting
from sip.actions import MEETING, MEETING_NOTES, MEETING_REPLY, PLAN_RENEWAL
from sip.kinds import MeetingState
from sip.models import MeetingCall

MEETINGS = "mote"
KINDS = (MEETING, MEETING_REPLY, MEETING_NOTES, PLAN_RENEWAL)


@dataclass(frozen=True, slots=True)
class Found:
    """What a row tells of a meeting."""

    meeting_id: UUID
    is_held: bool
    starts_at: datetime


def find(clocks: Iterable[Clock]) -> dict[UUID, Found]:
    """The meetings that clocks are about, by the clock's subject: a call or a meeting. One query, or none."""
    subjects = {clock.subject for clock in clocks if clock.kind in (MEETING_REPLY, MEETING_NOTES)}
    if not subjects:
        return {}
    rows = MeetingCall.objects.filter(Q(pk__in=subjects) | Q(meeting_id__in=subjects)).values_list(
        "pk", "meeting_id", "meeting__state", "meeting__starts_at"
    )
    found: dict[UUID, Found] = {}
    for call_id, meeting_id, state, starts_at in rows:
        found[call_id] = found[meeting_id] = Found(meeting_id, state == MeetingState.HELD, starts_at)
    return found


def row(clock: Clock, meetings: Mapping[UUID, Found]) -> Waiting:
    """What a clock of a meeting, or of compulsory care, asks the unit to do."""
    matter = clock.matter
    assert matter is not None
    meeting = meetings.get(clock.subject)
    if clock.kind == PLAN_RENEWAL:
        what = "Registrera ny prövning av öppen tvångsvård"
        href = reverse("sip:other_plan_review", args=[matter.pk, clock.subject])
    elif clock.kind == MEETING or meeting is None:
        what, href = "Kalla till SIP-möte", reverse("sip:meeting_call", args=[matter.pk])
    elif clock.kind == MEETING_REPLY:
        what = f"Svara på kallelsen till SIP-möte {swedish_date(meeting.starts_at)}"
        href = reverse("sip:meeting_reply", args=[matter.pk, meeting.meeting_id])
    elif meeting.is_held:
        what = f"Skriv anteckningar från SIP-mötet {swedish_date(meeting.starts_at)}"
        href = reverse("sip:meeting_notes", args=[matter.pk, meeting.meeting_id])
    else:
        what = f"Registrera vilka som var med på SIP-mötet {swedish_date(meeting.starts_at)}"
        href = reverse("sip:meeting_hold", args=[matter.pk, meeting.meeting_id])
    if clock.paused_at:
        to_resume = reverse("sip:resume", args=[matter.pk])
        return Waiting(MEETINGS, what, matter, to_resume, note=f"Pausad: {clock.pause_reason}", paused=True)
    return Waiting(MEETINGS, what, matter, href, clock.due_at)
