"""Where a meeting stands, in words, from one unit's chair: the sentence, the next step, and what else can be done.

Everything is read through the case, which the caller has already found among the visible ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Prefetch

from core.acting import Actor
from core.authz import Button, Decision
from core.dates import swedish_date
from core.workdays import STOCKHOLM
from sip.actions import ACTIVE_REPLIES
from sip.kinds import Do, GuestKind, MeetingDo, MeetingState, ReplyDo, ReplyState
from sip.models import Attendee, Meeting, MeetingCall, MeetingGuest, MeetingNotes, MeetingTime, SipCase
from sip.permissions import CASE_RULES, MEETING_RULES, REPLY_RULES


def meetings_of(case: SipCase) -> list[Meeting]:
    """The meetings of a case with the replies and whether there are notes, the latest first."""
    found = (
        Meeting.objects.filter(case_id=case.pk)
        .prefetch_related(
            Prefetch("calls", MeetingCall.objects.select_related("unit")),
            Prefetch("notes", MeetingNotes.objects.defer("discussed", "agreed", "disagreed", "own_words")),
        )
        .order_by("-starts_at")
    )
    meetings = list(found)
    for meeting in meetings:
        meeting.case = case
    return meetings


def meeting_with_everything(case: SipCase, meeting_id: UUID) -> Meeting | None:
    """One meeting of the case with all that its page shows, or nothing."""
    meeting = (
        Meeting.objects.filter(case_id=case.pk, pk=meeting_id)
        .select_related("called_by_unit", "called_by")
        .prefetch_related(
            Prefetch("calls", MeetingCall.objects.select_related("unit__authority__huvudman", "redirected_to__unit")),
            Prefetch("guests", MeetingGuest.objects.select_related("guardian")),
            Prefetch("attendees", Attendee.objects.select_related("unit", "guest__guardian")),
            Prefetch("notes", MeetingNotes.objects.select_related("written_by_unit", "written_by")),
            Prefetch("times", MeetingTime.objects.select_related("set_by_unit")),
        )
        .first()
    )
    if meeting is not None:
        meeting.case = case
        for call in meeting.calls.all():
            call.meeting = meeting
    return meeting


@dataclass(frozen=True, slots=True)
class Stands:
    """A meeting as one unit meets it. Its case must be set, its calls and notes loaded."""

    meeting: Meeting
    by: Actor
    now: datetime

    @property
    def called(self) -> list[MeetingCall]:
        return [call for call in self.meeting.calls.all() if call.state in ACTIVE_REPLIES]

    @property
    def mine(self) -> MeetingCall | None:
        return next((call for call in self.called if call.unit_id == self.by.unit_id), None)

    @property
    def waiting(self) -> list[MeetingCall]:
        return [call for call in self.called if call.state == ReplyState.WAITING]

    @property
    def finished_notes(self) -> list[MeetingNotes]:
        return [notes for notes in self.meeting.notes.all() if notes.finished_at is not None]

    @property
    def draft(self) -> MeetingNotes | None:
        return next((notes for notes in self.meeting.notes.all() if notes.finished_at is None), None)

    @property
    def has_begun(self) -> bool:
        return self.meeting.starts_at <= self.now

    @property
    def leads(self) -> bool:
        return self.by.unit_id in (self.meeting.called_by_unit_id, self.meeting.case.matter.initiator_id)

    def may(self, do: MeetingDo) -> Decision:
        """Whether the unit may do it to the meeting now: as the case allows, as the meeting does, and in time."""
        decision = CASE_RULES.may(self.by, Do.MEET, self.meeting.case)
        decision = decision and MEETING_RULES.may(self.by, do, self.meeting)
        if decision and do == MeetingDo.HOLD and not self.has_begun:
            return Decision(False, "Det går först när mötet har börjat.")
        return decision

    def may_reply(self) -> Decision:
        """Whether the unit may answer, or change its answer."""
        if self.mine is None or self.meeting.state != MeetingState.CALLED:
            return Decision(False, "Ni har ingen kallelse till mötet att svara på.")
        return REPLY_RULES.may(self.by, ReplyDo.COME, self.mine)

    def next_do(self) -> MeetingDo | ReplyDo | None:
        """The step that the meeting waits for from this chair, or nothing."""
        if self.meeting.state == MeetingState.CALLED:
            if self.mine is not None and self.mine.state == ReplyState.WAITING:
                return ReplyDo.COME
            return MeetingDo.HOLD if self.leads and self.has_begun else None
        if self.meeting.state == MeetingState.HELD and self.leads and not self.finished_notes:
            return MeetingDo.WRITE_NOTES
        return None

    def buttons(self) -> list[Button]:
        """What else the page offers, with the reason where it can't be done."""
        if self.meeting.state == MeetingState.CANCELLED:
            return []
        if self.meeting.state == MeetingState.HELD:
            dos = [MeetingDo.WRITE_NOTES] if self.finished_notes and self.leads else []
            return [Button(do, "Rätta anteckningarna", self.may(do)) for do in dos]
        dos = [MeetingDo.CALL_UNIT, MeetingDo.INVITE, MeetingDo.RESCHEDULE, MeetingDo.HOLD, MeetingDo.CANCEL]
        if self.has_begun:
            dos = [MeetingDo.HOLD, MeetingDo.RESCHEDULE, MeetingDo.CANCEL]
        return [Button(do, str(do.label), self.may(do)) for do in dos if do != self.next_do()]

    @property
    def sentence(self) -> str:
        """The meeting's status as one or two sentences."""
        meeting = self.meeting
        if meeting.state == MeetingState.CANCELLED:
            return f"Mötet ställdes in {swedish_date(meeting.cancelled_at)}: {meeting.cancel_reason}"
        if meeting.state == MeetingState.HELD:
            counts = "Det räknas som SIP-möte." if meeting.counts_as_sip else "Det räknas inte som SIP-möte."
            return f"Mötet är genomfört. {counts} {self._notes()}"
        if self.has_begun:
            return "Tiden för mötet har kommit. Registrera vilka som var med."
        if self.waiting:
            names = _listed(["ni" if call.unit_id == self.by.unit_id else call.unit.name for call in self.waiting])
            return f"Väntar på svar från {_after_from(names)}."
        return "Alla kallade verksamheter har svarat att de kommer."

    def _notes(self) -> str:
        if self.finished_notes:
            return "Anteckningarna är klara."
        return "Anteckningarna är inte klara än."


def _after_from(names: str) -> str:
    return "er" if names == "ni" else names.replace(" och ni", " och er")


def _listed(names: Sequence[str]) -> str:
    return " och ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))


def title_of(meeting: Meeting) -> str:
    """`SIP-möte tors 19 mars 2026 kl. 13.00`."""
    return f"SIP-möte {swedish_date(meeting.starts_at)} kl. {meeting.starts_at.astimezone(STOCKHOLM):%H.%M}"


@dataclass(frozen=True, slots=True)
class People:
    """The people outside the portal, as the page groups them."""

    person: MeetingGuest | None
    guardians: list[MeetingGuest]
    invited: list[MeetingGuest]


def people_of(meeting: Meeting) -> People:
    guests = list(meeting.guests.all())
    return People(
        next((guest for guest in guests if guest.kind == GuestKind.PERSON), None),
        [guest for guest in guests if guest.kind == GuestKind.GUARDIAN],
        [guest for guest in guests if guest.kind not in (GuestKind.PERSON, GuestKind.GUARDIAN)],
    )
