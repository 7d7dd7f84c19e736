"""Helpers for tests of meetings: what is stored of one."""

from __future__ import annotations

from core.acting import acting
from core.models import Message
from deadlines.models import Clock
from individuals.actions import Receivers
from sip import actions
from sip.models import Meeting, MeetingCall, SipCase
from tests import build
from tests.conftest import NOW, actor, as_owner, unit


def states(meeting: Meeting) -> dict[str, str]:
    with as_owner():
        return dict(MeetingCall.objects.filter(meeting=meeting).values_list("unit__key", "state"))


def running(meeting: Meeting) -> set[tuple[str, str]]:
    """Running clocks of the meeting's case that are about meetings: kind and unit."""
    with as_owner():
        kinds = (actions.MEETING, actions.MEETING_REPLY, actions.MEETING_NOTES)
        found = Clock.objects.filter(matter_id=meeting.case_id, stopped_at=None, kind__in=kinds)
        return set(found.values_list("kind", "unit__key"))


def messages(kind: str) -> list[str]:
    with as_owner():
        return sorted(Message.objects.filter(kind=kind).values_list("to_unit_id", flat=True).distinct(), key=str)


def again(meeting: Meeting) -> Meeting:
    with as_owner():
        return Meeting.objects.get(pk=meeting.pk)


def narrowed(case: SipCase) -> SipCase:
    """The same case after a new consent that names the contact centre only."""
    by = actor(build.INITIATOR)
    with acting(by, NOW):
        consent = build.consent(case, receivers=Receivers([unit(build.CALLED)]))
        return actions.record_basis(case_id=case.pk, consent=consent, by=by, now=NOW)
