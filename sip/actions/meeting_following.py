"""What happens to meetings when something happens to the case: calls handed over, units gone, the process stopped."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from core.acting import Actor
from core.transitions import transition
from deadlines import actions as deadlines
from individuals.models import Basis
from organisations.models import Unit
from sip.actions.shared import MEETING_NOTES, MEETING_REPLY, others_in, tell
from sip.kinds import MeetingDo, MeetingState, ReplyDo, ReplyState
from sip.models import Meeting, MeetingCall, SipCase
from sip.permissions import MEETING_RULES, REPLY_RULES

ACTIVE_REPLIES = (ReplyState.WAITING, ReplyState.COMES, ReplyState.DEPUTY)


def hand_over_meetings(case: SipCase, *, to_unit: Unit, basis: Basis, by: Actor, now: datetime) -> None:
    """The acting unit's meetings go along when its call goes to another unit (SIP-4). The new unit is asked to reply.

    What the acting unit had called is led by the new one: no meeting is left without somebody who answers for it.
    """
    mine = MeetingCall.objects.filter(
        case=case, unit_id=by.unit_id, state__in=ACTIVE_REPLIES, meeting__state=MeetingState.CALLED
    )
    for call_id in mine.values_list("pk", flat=True):
        with transition(MeetingCall, call_id, ReplyDo.HAND_OVER, rules=REPLY_RULES, by=by, now=now) as call:
            new = MeetingCall.objects.create(
                case=case,
                meeting_id=call.meeting_id,
                unit=to_unit,
                basis=basis,
                reason=call.reason,
                asked_at=now,
                changed_at=now,
            )
            call.redirected_to, call.deputy = new, ""
            deadlines.stop(matter_id=case.pk, kinds=[MEETING_REPLY], subject=call.pk, now=now, reason="redirected")
        run_reply_clock(case, new, now=now)
        tell(case, "sip.meeting_called", to_unit.pk, f"meeting:{new.pk}", by=by, now=now)
    Meeting.objects.filter(case=case, called_by_unit_id=by.unit_id).update(called_by_unit=to_unit)
    deadlines.stop(matter_id=case.pk, kinds=[MEETING_NOTES], units=[by.unit_id], now=now, reason="redirected")
    for meeting in Meeting.objects.filter(case=case, called_by_unit=to_unit).exclude(state=MeetingState.CANCELLED):
        if not meeting.notes.exclude(finished_at=None).exists():
            run_notes_clock(case, meeting, to_unit, now=now)


def leave_meetings(case: SipCase, unit_ids: Iterable[UUID], *, now: datetime) -> None:
    """Units whose right has ended are no longer called."""
    calls = MeetingCall.objects.filter(
        case=case, unit_id__in=list(unit_ids), state__in=ACTIVE_REPLIES, meeting__state=MeetingState.CALLED
    )
    calls.update(state=ReplyState.ENDED, deputy="", changed_at=now)


def cancel_meetings(case: SipCase, *, reason: str, by: Actor, now: datetime) -> None:
    """Cancel what is planned, since the process stops or halts. Those who were called are told before they lose sight
    of the case."""
    for meeting_id in Meeting.objects.filter(case=case, state=MeetingState.CALLED).values_list("pk", flat=True):
        with transition(Meeting, meeting_id, MeetingDo.CANCEL, rules=MEETING_RULES, by=by, now=now) as meeting:
            mark_cancelled(case, meeting, reason=reason, by=by, now=now)


def mark_cancelled(case: SipCase, meeting: Meeting, *, reason: str, by: Actor, now: datetime) -> None:
    """The facts of a cancellation, the end of its clocks, and a message to the others."""
    meeting.cancelled_at, meeting.cancel_reason = now, reason
    meeting.sequence += 1
    stop_meeting_clocks(case, meeting, now=now, reason="cancelled")
    for unit_id in others_in(case, by):
        tell(case, "sip.meeting_cancelled", unit_id, f"meeting-cancelled:{meeting.pk}:{unit_id}", by=by, now=now)


def stop_meeting_clocks(case: SipCase, meeting: Meeting, *, now: datetime, reason: str) -> None:
    """Stop the replies and the notes of a meeting."""
    for subject in [meeting.pk, *meeting.calls.values_list("pk", flat=True)]:
        deadlines.stop(matter_id=case.pk, kinds=[MEETING_REPLY, MEETING_NOTES], subject=subject, now=now, reason=reason)


def run_reply_clock(case: SipCase, call: MeetingCall, *, now: datetime) -> None:
    """A reply is due in the agreement's time, and always before the meeting begins."""
    deadlines.stop(matter_id=case.pk, kinds=[MEETING_REPLY], subject=call.pk, now=now, reason="restarted")
    deadlines.start(
        matter=case.matter,
        kind=MEETING_REPLY,
        subject=call.pk,
        unit=call.unit,
        started_at=now,
        now=now,
        not_after=call.meeting.starts_at,
    )


def run_notes_clock(case: SipCase, meeting: Meeting, unit: Unit, *, now: datetime) -> None:
    """The notes are due counted from the meeting's end. Started with the call, so that a meeting nobody says anything
    more about is chased too."""
    deadlines.stop(matter_id=case.pk, kinds=[MEETING_NOTES], subject=meeting.pk, now=now, reason="restarted")
    deadlines.start(
        matter=case.matter, kind=MEETING_NOTES, subject=meeting.pk, unit=unit, started_at=meeting.ends_at, now=now
    )
