"""The SIP meeting until it is held: called, answered, moved, cancelled, others invited (SIP-3, SIP-5, SIP-6)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from core.acting import Actor
from core.authz import Refused
from core.dates import swedish_date
from core.transitions import Gone, transition
from core.workdays import local_day
from deadlines import actions as deadlines
from individuals import actions as individuals
from individuals.consent import CHILD_ALONE_FROM_AGE
from individuals.kinds import BasisKind, Manner
from individuals.models import Basis, Guardian
from organisations.models import Unit
from sip.actions.calls import acknowledge
from sip.actions.initiation import latest_pieces
from sip.actions.meeting_following import ACTIVE_REPLIES, mark_cancelled, run_notes_clock, run_reply_clock
from sip.actions.plan import join_plan
from sip.actions.shared import (
    ACKNOWLEDGE,
    MEETING,
    MEETING_REPLY,
    parties_present,
    parties_required,
    run_meeting_clock,
    tell,
)
from sip.kinds import (
    INVITED,
    CallState,
    Do,
    Gets,
    GuestKind,
    MeetingDo,
    MeetingPlace,
    MeetingState,
    Part,
    ReplyDo,
    ReplyState,
    ViewAsked,
)
from sip.models import Call, Meeting, MeetingCall, MeetingGuest, MeetingTime, SipCase
from sip.permissions import CASE_RULES, MEETING_RULES, REPLY_RULES

NOT_IN_CONSENT = "Samtycket omfattar inte {}. Personen behöver först samtycka till det."


@dataclass(frozen=True, slots=True)
class WhenWhere:
    """The time and the place of a meeting."""

    starts_at: datetime
    minutes: int
    place_kind: MeetingPlace
    place: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class ToldGuardian:
    """How a guardian is told of the meeting, or why not (IND-2)."""

    guardian_id: UUID
    told_how: Manner | None = None
    not_told_reason: str = ""


@dataclass(frozen=True, slots=True)
class Agenda:
    """What a call to a meeting says, but for when and where (SIP-6)."""

    purpose: str
    questions: str
    part: Part
    told_how: Manner
    view_asked: ViewAsked
    own_view: str = ""
    view_not_asked_reason: str = ""
    prepare: str = ""
    interpreter: str = ""
    adaptations: str = ""
    guardians: Sequence[ToldGuardian] = ()


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody to invite, and what the person has said yes to that they get."""

    kind: GuestKind
    name: str
    gets: Sequence[Gets]
    told_how: Manner
    person_agreed_on: date
    organisation: str = ""


def call_meeting(
    *,
    case_id: UUID,
    submission: UUID,
    when: WhenWhere,
    agenda: Agenda,
    units: Sequence[tuple[Unit, str]],
    by: Actor,
    now: datetime,
) -> Meeting:
    """Call the units to a meeting, after the first contact (SIP-3). The acting unit and the initiator come of course.

    A unit that doesn't take part in the case yet is let in, on the basis in force. A repeated `submission` returns the
    meeting it already called. Raises `Refused` with the field to mend.
    """
    if made := Meeting.objects.filter(case_id=case_id, submission=submission).first():
        return made
    with transition(SipCase, case_id, Do.MEET, rules=CASE_RULES, by=by, now=now) as case:
        _require_future(when, now)
        basis = _basis_in_force(case, now)
        called = _units_to_call(case, units, basis, by=by, now=now)
        guardians = _guardians(case, agenda, basis, now=now)
        _require_view(agenda.view_asked, agenda.own_view, agenda.view_not_asked_reason)
        meeting = Meeting.objects.create(
            case=case,
            submission=submission,
            changed_at=now,
            called_by_unit_id=by.unit_id,
            called_by_id=by.user_id,
            called_at=now,
            purpose=agenda.purpose.strip(),
            questions=agenda.questions.strip(),
            prepare=agenda.prepare.strip(),
            interpreter=agenda.interpreter.strip(),
            adaptations=agenda.adaptations.strip(),
            view_asked=agenda.view_asked,
            own_view=agenda.own_view.strip(),
            view_not_asked_reason=agenda.view_not_asked_reason.strip(),
            **_place(when),
        )
        _remember_time(meeting, by=by, now=now)
        _tell_person(meeting, agenda, guardians, by=by, now=now)
        for unit, reason in called:
            _call_unit(case, meeting, unit, reason, basis, by=by, now=now)
        deadlines.stop(matter_id=case.pk, kinds=[MEETING], now=now, reason="called")
        run_notes_clock(case, meeting, Unit.objects.get(pk=by.unit_id), now=now)
        day = swedish_date(meeting.starts_at)
        individuals.note(case.matter, "meeting_called", f"Kallelse till SIP-möte {day} skickades", by=by, now=now)
    return meeting


def may_be_called(case: SipCase, today: date) -> list[Unit]:
    """Open units that the basis names, the ones that take part already first. Those can be called to a meeting."""
    basis = individuals.current_basis(case.matter)
    if basis is None:
        return []
    taking_part = set(case.matter.participants.filter(ended_at=None).values_list("unit_id", flat=True))
    units = Unit.objects.open(today).select_related("authority__huvudman").order_by("name")
    found = [unit for unit in units if unit.pk in taking_part or basis.covers(unit)]
    return sorted(found, key=lambda unit: (unit.pk not in taking_part, unit.name))


def call_unit_to_meeting(*, meeting_id: UUID, unit: Unit, reason: str, by: Actor, now: datetime) -> Meeting:
    """Call one unit more to a meeting that is already called."""
    with _meeting(meeting_id, MeetingDo.CALL_UNIT, by=by, now=now) as (case, meeting):
        _require_future(meeting, now)
        basis = _basis_in_force(case, now)
        if meeting.calls.filter(unit=unit, state__in=ACTIVE_REPLIES).exists():
            raise Refused(f"{unit} är redan kallad till mötet.", field="unit")
        _require_may_be_called(case, unit, basis, now=now, field="unit")
        _call_unit(case, meeting, unit, reason, basis, by=by, now=now)
        individuals.note(case.matter, "meeting_unit_called", f"{unit} kallades till SIP-mötet", by=by, now=now)
    return meeting


@transaction.atomic
def reply(*, call_id: UUID, deputy: str = "", by: Actor, now: datetime) -> MeetingCall:
    """The called unit answers that it comes, or with the name of a deputy; it never simply declines (SIP-6).

    Answering says that the initiation has been received too. A unit that is the wrong one hands its call over
    (`redirect`). Raises `Refused`.
    """
    found = MeetingCall.objects.filter(pk=call_id).values("case_id", "meeting_id", "unit_id").first()
    if found is None:
        raise Gone(MeetingCall._meta.label)
    if found["unit_id"] == by.unit_id:
        _acknowledge_first(found["case_id"], by=by, now=now)
    do = ReplyDo.SEND_DEPUTY if deputy.strip() else ReplyDo.COME
    with (
        transition(SipCase, found["case_id"], Do.MEET, rules=CASE_RULES, by=by, now=now) as case,
        transition(MeetingCall, call_id, do, rules=REPLY_RULES, by=by, now=now) as call,
    ):
        meeting = Meeting.objects.select_for_update().get(pk=found["meeting_id"])
        if meeting.state != MeetingState.CALLED:
            raise Refused("Mötet är redan genomfört eller inställt. Det går inte att ändra svaret.")
        call.replied_at, call.replied_by_id, call.deputy = now, by.user_id, deputy.strip()
        deadlines.stop(matter_id=case.pk, kinds=[MEETING_REPLY], subject=call.pk, now=now, reason="replied")
        if meeting.called_by_unit_id != by.unit_id:
            key = f"meeting-reply:{call.pk}:{call.version}"
            tell(case, "sip.meeting_reply", meeting.called_by_unit_id, key, by=by, now=now)
    return call


def reschedule(*, meeting_id: UUID, version: int, when: WhenWhere, reason: str, by: Actor, now: datetime) -> Meeting:
    """Change the time or the place. All are asked anew about a new time; the old one is kept. Raises `Stale`."""
    with _meeting(meeting_id, MeetingDo.RESCHEDULE, by=by, now=now, version=version) as (case, meeting):
        _require_future(when, now)
        before = {name: getattr(meeting, name) for name in ("starts_at", "minutes", "place_kind", "place", "link")}
        after = _place(when)
        if before == after:
            raise Refused("Tiden och platsen är desamma som förut.")
        is_moved = (before["starts_at"], before["minutes"]) != (after["starts_at"], after["minutes"])
        if is_moved and not reason.strip():
            raise Refused("Skriv varför mötet flyttas.", field="reason")
        for name, value in after.items():
            setattr(meeting, name, value)
        meeting.sequence += 1
        if is_moved:
            _remember_time(meeting, by=by, now=now, reason=reason.strip())
            run_notes_clock(case, meeting, meeting.called_by_unit, now=now)
            _ask_again(case, meeting, by=by, now=now)
            text = f"SIP-mötet flyttades till {swedish_date(meeting.starts_at)}"
        else:
            text = "Platsen för SIP-mötet ändrades"
        kind = "sip.meeting_moved" if is_moved else "sip.meeting_place"
        for unit_id in _called_but(meeting, by):
            tell(case, kind, unit_id, f"meeting-changed:{meeting.pk}:{meeting.sequence}:{unit_id}", by=by, now=now)
        individuals.note(case.matter, "meeting_changed", text, by=by, now=now)
    return meeting


def cancel_meeting(*, meeting_id: UUID, reason: str, by: Actor, now: datetime) -> Meeting:
    """Cancel a called meeting, with a reason. The clock for calling to a new one starts anew."""
    if not reason.strip():
        raise Refused("Skriv varför mötet ställs in.", field="reason")
    with _meeting(meeting_id, MeetingDo.CANCEL, by=by, now=now) as (case, meeting):
        mark_cancelled(case, meeting, reason=reason.strip(), by=by, now=now)
        if not case.meetings.filter(state=MeetingState.CALLED).exclude(pk=meeting.pk).exists():
            run_meeting_clock(case, now=now)
        day = swedish_date(meeting.starts_at)
        individuals.note(case.matter, "meeting_cancelled", f"SIP-mötet {day} ställdes in", by=by, now=now)
    return meeting


def invite(*, meeting_id: UUID, guest: Guest, by: Actor, now: datetime) -> MeetingGuest:
    """Note whom the person wants there: relatives and other authorities are invited, never called (SIP-5).

    Raises `Refused` for somebody who is called another way, and when the person has not agreed yet.
    """
    if guest.kind not in INVITED:
        raise Refused("Personen och vårdnadshavarna får kallelsen. De bjuds inte in.", field="kind")
    with _meeting(meeting_id, MeetingDo.INVITE, by=by, now=now) as (case, meeting):
        if guest.person_agreed_on > local_day(now):
            raise Refused("Dagen har inte varit ännu.", field="person_agreed_on")
        made = MeetingGuest.objects.create(
            case=case,
            meeting=meeting,
            kind=guest.kind,
            name=guest.name.strip(),
            organisation=guest.organisation.strip(),
            told_how=guest.told_how,
            gets=[str(one) for one in Gets if one in set(guest.gets)],
            person_agreed_on=guest.person_agreed_on,
            added_by_unit_id=by.unit_id,
            added_at=now,
        )
        individuals.note(case.matter, "guest_invited", "En inbjudan till SIP-mötet registrerades", by=by, now=now)
    return made


def uninvite(*, meeting_id: UUID, guest_id: UUID, by: Actor, now: datetime) -> None:
    """Take an invitation back, for instance when the person has changed their mind. Raises `Gone`."""
    with _meeting(meeting_id, MeetingDo.UNINVITE, by=by, now=now) as (case, meeting):
        gone, _ = meeting.guests.filter(pk=guest_id, kind__in=INVITED).delete()
        if not gone:
            raise Gone(MeetingGuest._meta.label)
        individuals.note(case.matter, "guest_removed", "En inbjudan till SIP-mötet togs bort", by=by, now=now)


# --- inside -------------------------------------------------------------------------------------------------------


@contextmanager
def _meeting(
    meeting_id: UUID, do: MeetingDo, *, by: Actor, now: datetime, version: int | None = None
) -> Iterator[tuple[SipCase, Meeting]]:
    case_id = Meeting.objects.filter(pk=meeting_id).values_list("case_id", flat=True).first()
    if case_id is None:
        raise Gone(Meeting._meta.label)
    with (
        # The case first, as everywhere: two orders of locking could wait for each other.
        transition(SipCase, case_id, Do.MEET, rules=CASE_RULES, by=by, now=now) as case,
        transition(Meeting, meeting_id, do, rules=MEETING_RULES, by=by, now=now, version=version) as meeting,
    ):
        yield case, meeting


def _require_future(when: WhenWhere | Meeting, now: datetime) -> None:
    if when.starts_at <= now:
        raise Refused("Tiden har redan varit. Välj en tid framåt.", field="starts_at")


def _require_view(asked: str, own_view: str, reason: str) -> None:
    if asked == ViewAsked.YES and not own_view.strip():
        raise Refused("Skriv vad personen själv vill med mötet.", field="own_view")
    if asked == ViewAsked.NO and not reason.strip():
        raise Refused("Skriv varför personen inte har tillfrågats.", field="view_not_asked_reason")


def _basis_in_force(case: SipCase, now: datetime) -> Basis:
    basis = individuals.current_basis(case.matter)
    if basis is None or not basis.in_force(now):
        raise Refused("Samtycket gäller inte längre. Registrera ett nytt innan ni kallar till möte.")
    return basis


def _require_may_be_called(case: SipCase, unit: Unit, basis: Basis, *, now: datetime, field: str) -> None:
    if not unit.is_open(local_day(now)):
        raise Refused(f"{unit} är stängd. Välj en annan verksamhet.", field=field)
    if unit.pk != case.matter.initiator_id and not basis.covers(unit):
        raise Refused(NOT_IN_CONSENT.format(unit), field=field)


def _units_to_call(
    case: SipCase, chosen: Sequence[tuple[Unit, str]], basis: Basis, *, by: Actor, now: datetime
) -> list[tuple[Unit, str]]:
    """The acting unit, the initiator and the chosen ones, once each; enough parties to count as a SIP (SIP-5)."""
    units = Unit.objects.select_related("authority__huvudman", "group")
    own = units.get(pk=by.unit_id)
    wanted = {own.pk: (own, "")}
    if case.matter.initiator_id != own.pk:
        wanted[case.matter.initiator_id] = (units.get(pk=case.matter.initiator_id), "")
    for unit, reason in chosen:
        _require_may_be_called(case, unit, basis, now=now, field="units")
        wanted.setdefault(unit.pk, (unit, reason.strip()))
    agreement = case.matter.agreement
    if len(parties_present(agreement, [unit for unit, _ in wanted.values()])) < parties_required(agreement):
        names = " och ".join(str(party) for party in agreement.sip_parties.all())
        text = f"Det räknas som en SIP först när flera parter är med. Parterna är {names}. Kalla den som saknas."
        raise Refused(text, field="units")
    return list(wanted.values())


def _call_unit(
    case: SipCase, meeting: Meeting, unit: Unit, reason: str, basis: Basis, *, by: Actor, now: datetime
) -> MeetingCall:
    is_own = unit.pk == by.unit_id
    is_initiator = unit.pk == case.matter.initiator_id
    if not is_initiator and not case.matter.participants.filter(unit=unit, ended_at=None).exists():
        _let_in(case, unit, reason, basis, by=by, now=now)
    call = MeetingCall.objects.create(
        case=case,
        meeting=meeting,
        unit=unit,
        basis=None if is_initiator else basis,
        reason=reason.strip(),
        state=ReplyState.COMES if is_own else ReplyState.WAITING,
        asked_at=now,
        changed_at=now,
        replied_at=now if is_own else None,
        replied_by_id=by.user_id if is_own else None,
    )
    if not is_own:
        run_reply_clock(case, call, now=now)
        tell(case, "sip.meeting_called", unit.pk, f"meeting:{call.pk}", by=by, now=now)
    return call


def _let_in(case: SipCase, unit: Unit, reason: str, basis: Basis, *, by: Actor, now: datetime) -> None:
    """A unit that is new to the case: it gets what the acting unit has written, as far as the basis goes."""
    call = Call.objects.create(case=case, unit=unit, reason=reason.strip(), called_at=now, changed_at=now)
    pieces = latest_pieces(case, by)
    individuals.let_in(matter=case.matter, unit=unit, basis=basis, pieces=pieces, by=by, now=now)
    join_plan(case, unit, basis=basis, by=by, now=now)
    deadlines.start(matter=case.matter, kind=ACKNOWLEDGE, subject=call.pk, unit=unit, started_at=now, now=now)


def _acknowledge_first(case_id: UUID, *, by: Actor, now: datetime) -> None:
    waiting = Call.objects.filter(case_id=case_id, unit_id=by.unit_id, state=CallState.CALLED)
    for call_id in waiting.values_list("pk", flat=True):
        acknowledge(call_id=call_id, by=by, now=now)


def _guardians(case: SipCase, agenda: Agenda, basis: Basis, *, now: datetime) -> list[tuple[Guardian, ToldGuardian]]:
    """Each guardian of a child with how they are told, or why not (IND-2). Raises `Refused`."""
    person = case.matter.person
    if not person.is_child(local_day(now)):
        return []
    given = {one.guardian_id: one for one in agenda.guardians}
    found = []
    for guardian in person.guardians.all():
        told = given.get(guardian.pk) or ToldGuardian(guardian.pk)
        if told.told_how and not guardian.is_called:
            raise Refused(f"{guardian} kallas inte, enligt det som är beslutat i ärendet.", field="guardians")
        if not told.told_how and not told.not_told_reason.strip():
            raise Refused(f"Ange hur {guardian} får kallelsen, eller varför inte.", field="guardians")
        found.append((guardian, told))
    if not any(told.told_how for _, told in found) and not _child_alone(case, basis, now=now):
        raise Refused(
            f"Minst en vårdnadshavare får kallelsen, om inte barnet har fyllt {CHILD_ALONE_FROM_AGE} år och går vidare "
            "med eget samtycke, eller en lagstadgad grund gäller.",
            field="guardians",
        )
    return found


def _child_alone(case: SipCase, basis: Basis, *, now: datetime) -> bool:
    if basis.kind != BasisKind.CONSENT:
        return True
    age = case.matter.person.age(local_day(now))
    return age is not None and age >= CHILD_ALONE_FROM_AGE and bool(basis.child_alone_reason)


def _tell_person(
    meeting: Meeting, agenda: Agenda, guardians: Sequence[tuple[Guardian, ToldGuardian]], *, by: Actor, now: datetime
) -> None:
    everything = [str(one) for one in (Gets.CALL, Gets.NOTES, Gets.PLAN)]
    common = {"case": meeting.case, "meeting": meeting, "added_by_unit_id": by.unit_id, "added_at": now}
    MeetingGuest.objects.create(
        kind=GuestKind.PERSON, part=agenda.part, told_how=agenda.told_how, gets=everything, **common
    )
    for guardian, told in guardians:
        MeetingGuest.objects.create(
            kind=GuestKind.GUARDIAN,
            guardian=guardian,
            is_told=told.told_how is not None,
            told_how=told.told_how or "",
            not_told_reason="" if told.told_how else told.not_told_reason.strip(),
            # Also one who isn't called gets to know which measures are planned (IND-2).
            gets=everything if told.told_how else [str(Gets.MEASURES)],
            **common,
        )


def _place(when: WhenWhere) -> dict[str, object]:
    """The fields of a meeting that say when and where. What doesn't belong to the kind of place is left out."""
    place, link = when.place.strip(), when.link.strip()
    if when.place_kind == MeetingPlace.ROOM and not place:
        raise Refused("Skriv var ni ses.", field="place")
    if when.place_kind == MeetingPlace.VIDEO and not link:
        raise Refused("Klistra in länken till videomötet.", field="link")
    return {
        "starts_at": when.starts_at,
        "minutes": when.minutes,
        "place_kind": when.place_kind,
        "place": place if when.place_kind == MeetingPlace.ROOM else "",
        "link": link if when.place_kind == MeetingPlace.VIDEO else "",
    }


def _remember_time(meeting: Meeting, *, by: Actor, now: datetime, reason: str = "") -> None:
    MeetingTime.objects.create(
        case_id=meeting.case_id,
        meeting=meeting,
        sequence=meeting.sequence,
        starts_at=meeting.starts_at,
        minutes=meeting.minutes,
        set_at=now,
        set_by_id=by.user_id,
        set_by_unit_id=by.unit_id,
        reason=reason,
    )


def _ask_again(case: SipCase, meeting: Meeting, *, by: Actor, now: datetime) -> None:
    """Everybody but the acting unit is asked about the new time."""
    others = meeting.calls.filter(state__in=ACTIVE_REPLIES).exclude(unit_id=by.unit_id)
    for call_id in others.values_list("pk", flat=True):
        with transition(MeetingCall, call_id, ReplyDo.ASK_AGAIN, rules=REPLY_RULES, by=by, now=now) as call:
            call.asked_at, call.replied_at, call.replied_by_id, call.deputy = now, None, None, ""
        call.meeting = meeting
        run_reply_clock(case, call, now=now)


def _called_but(meeting: Meeting, by: Actor) -> list[UUID]:
    calls = meeting.calls.filter(state__in=ACTIVE_REPLIES).exclude(unit_id=by.unit_id)
    return list(calls.values_list("unit_id", flat=True))
