"""What came of a meeting: who was there, whether it counts as a SIP, and the notes (SIP-5, LAW-7)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from agreements.models import Agreement
from core.acting import Actor
from core.authz import Refused
from core.dates import swedish_date
from core.transitions import Gone, Stale, transition
from deadlines import actions as deadlines
from individuals import actions as individuals
from organisations.models import Unit
from sip.actions.meeting_following import ACTIVE_REPLIES
from sip.actions.shared import MEETING_NOTES, MEETING_REPLY, others_in, parties_present, parties_required, tell
from sip.kinds import Do, MeetingDo, ViewAsked
from sip.models import Attendee, Meeting, MeetingNotes, SipCase
from sip.permissions import CASE_RULES, MEETING_RULES

NOTE_TEXTS = ("own_words", "view_not_asked_reason", "discussed", "agreed", "disagreed", "correction_reason")


@dataclass(frozen=True, slots=True)
class Counted:
    """Whether those who were there make it a SIP, and how that was told (LAW-7)."""

    counts: bool
    parties: list[str]
    why: str


def hold(*, meeting_id: UUID, present: Mapping[UUID, str], guests: Iterable[UUID], by: Actor, now: datetime) -> Meeting:
    """Record that the meeting took place and who was there. From then on the meeting is never altered.

    `present`: called unit → who came, by name and function. `guests`: ids of those outside the portal who came. Whether
    it counts as a SIP is told from the agreement's parties and stored with its reason. Raises `Refused`.
    """
    case_id = Meeting.objects.filter(pk=meeting_id).values_list("case_id", flat=True).first()
    if case_id is None:
        raise Gone(Meeting._meta.label)
    with (
        transition(SipCase, case_id, Do.MEET, rules=CASE_RULES, by=by, now=now) as case,
        transition(Meeting, meeting_id, MeetingDo.HOLD, rules=MEETING_RULES, by=by, now=now) as meeting,
    ):
        if now < meeting.starts_at:
            raise Refused(f"Mötet har inte börjat än. Det är {swedish_date(meeting.starts_at)}.")
        units = _write_attendance(meeting, present, set(guests))
        counted = count_parties(case.matter.agreement, units)
        meeting.held_at, meeting.parties_present = now, counted.parties
        meeting.counts_as_sip, meeting.why_counts = counted.counts, counted.why
        for call in meeting.calls.all():
            deadlines.stop(matter_id=case.pk, kinds=[MEETING_REPLY], subject=call.pk, now=now, reason="held")
        individuals.note(case.matter, "meeting_held", "SIP-mötet registrerades som genomfört", by=by, now=now)
        for unit_id in others_in(case, by):
            tell(case, "sip.meeting_held", unit_id, f"meeting-held:{meeting.pk}:{unit_id}", by=by, now=now)
    return meeting


def count_parties(agreement: Agreement, units: Sequence[Unit]) -> Counted:
    """Whether these units make it count as a SIP under the agreement, in words that name what was counted (SIP-5)."""
    every, present = list(agreement.sip_parties.all()), parties_present(agreement, units)
    needed = parties_required(agreement)
    came, missing = [str(one) for one in present], [str(one) for one in every if one not in present]
    counts = len(present) >= needed
    who = f"Med var {' och '.join(came)}." if came else "Ingen av överenskommelsens parter var med."
    rule = f"Överenskommelsen räknar mötet som SIP när minst {needed} av {len(every)} parter är med."
    rest = f" Inte med: {' och '.join(missing)}." if missing and not counts else ""
    return Counted(counts, came, f"{who} {rule}{rest}")


def save_notes(
    *,
    meeting_id: UUID,
    texts: Mapping[str, str],
    view_asked: ViewAsked | str,
    version: int | None,
    by: Actor,
    now: datetime,
    finish: bool = False,
) -> MeetingNotes:
    """Save the acting unit's draft of the notes, or finish them: then all who take part in the case read them.

    Finished notes are never altered. A new draft after that is a correction, and gives its reason. `version`: the draft
    the user saw, None when there was none. Raises `Stale`, `Refused`.
    """
    case_id = Meeting.objects.filter(pk=meeting_id).values_list("case_id", flat=True).first()
    if case_id is None:
        raise Gone(Meeting._meta.label)
    with (
        transition(SipCase, case_id, Do.MEET, rules=CASE_RULES, by=by, now=now) as case,
        transition(Meeting, meeting_id, MeetingDo.WRITE_NOTES, rules=MEETING_RULES, by=by, now=now) as meeting,
    ):
        notes = _draft(meeting, version, by=by, now=now)
        finished = list(meeting.notes.exclude(finished_at=None))
        notes.number = len(finished) + 1
        for name in NOTE_TEXTS:
            setattr(notes, name, texts.get(name, "").strip())
        notes.view_asked, notes.written_by_id, notes.changed_at = view_asked, by.user_id, now
        if finish:
            _require_whole(notes, is_correction=bool(finished))
            notes.finished_at = now
        notes.save()
        if finish:
            deadlines.stop(matter_id=case.pk, kinds=[MEETING_NOTES], subject=meeting.pk, now=now, reason="written")
            text = "Anteckningarna från SIP-mötet rättades" if finished else "Anteckningar från SIP-mötet blev klara"
            individuals.note(case.matter, "meeting_notes", text, by=by, now=now)
            for unit_id in others_in(case, by):
                key = f"meeting-notes:{notes.pk}:{unit_id}"
                tell(case, "sip.meeting_notes", unit_id, key, by=by, now=now)
    return notes


# --- inside -------------------------------------------------------------------------------------------------------


def _write_attendance(meeting: Meeting, present: Mapping[UUID, str], guests: set[UUID]) -> list[Unit]:
    calls = meeting.calls.filter(state__in=ACTIVE_REPLIES).select_related("unit__authority__huvudman")
    called = {call.unit_id: call.unit for call in calls}
    invited = {guest.pk: guest for guest in meeting.guests.all()}
    names = {unit_id: name.strip() for unit_id, name in present.items() if name.strip()}
    if set(names) - set(called) or guests - set(invited):
        raise Refused("Någon som ni har fyllt i är inte kallad längre. Läs om sidan och fyll i igen.")
    if not names:
        raise Refused("Skriv vem som var med från minst en verksamhet.", field="present")
    for unit_id, name in names.items():
        Attendee.objects.create(case_id=meeting.case_id, meeting=meeting, unit_id=unit_id, name=name)
    for guest_id in sorted(guests):
        Attendee.objects.create(case_id=meeting.case_id, meeting=meeting, guest_id=guest_id)
    return [called[unit_id] for unit_id in names]


def _draft(meeting: Meeting, version: int | None, *, by: Actor, now: datetime) -> MeetingNotes:
    """The acting unit's draft, or a new one. Raises `Stale` when it isn't the one that the user saw."""
    draft = meeting.notes.select_for_update().filter(finished_at=None, written_by_unit_id=by.unit_id).first()
    if draft is None:
        return MeetingNotes(
            case_id=meeting.case_id, meeting=meeting, written_by_unit_id=by.unit_id, written_by_id=by.user_id,
            changed_at=now,
        )  # fmt: skip
    if draft.version != version:
        raise Stale(draft)
    draft.version += 1
    return draft


def _require_whole(notes: MeetingNotes, *, is_correction: bool) -> None:
    if not notes.discussed:
        raise Refused("Skriv vad mötet gick igenom.", field="discussed")
    if not notes.agreed:
        raise Refused("Skriv vad ni kom överens om. Kom ni inte överens om något, skriv det.", field="agreed")
    if not notes.view_asked:
        raise Refused("Ange om personens egen åsikt har efterfrågats.", field="view_asked")
    if notes.view_asked == ViewAsked.YES and not notes.own_words:
        raise Refused("Skriv vad personen själv sade.", field="own_words")
    if notes.view_asked == ViewAsked.NO and not notes.view_not_asked_reason:
        raise Refused("Skriv varför personen inte har tillfrågats.", field="view_not_asked_reason")
    if is_correction and not notes.correction_reason:
        raise Refused("Skriv varför anteckningarna rättas.", field="correction_reason")
