"""What a called unit does: acknowledges, hands over, makes the first contact (SIP-2…4)."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from core.acting import Actor
from core.authz import Refused
from core.transitions import Gone, transition
from core.workdays import local_day
from deadlines import actions as deadlines
from deadlines.models import Clock
from individuals import actions as individuals
from individuals.kinds import EndReason
from individuals.models import Piece
from organisations.models import Unit
from sip.actions.carrying import carry
from sip.actions.lead import units_leave
from sip.actions.meeting_following import hand_over_meetings
from sip.actions.plan import leave_plan
from sip.actions.shared import (
    ACKNOWLEDGE,
    FIRST_CONTACT,
    PAUSABLE,
    others_in,
    run_meeting_clock,
    tell,
)
from sip.kinds import ContactManner, Do
from sip.models import Call, SipCase
from sip.permissions import CALL_RULES, CASE_RULES


def acknowledge(*, call_id: UUID, by: Actor, now: datetime) -> Call:
    """The called unit has received the initiation and takes part (SIP-4). Tells the initiator."""
    with (
        # The case first, as everywhere: two orders of locking could wait for each other.
        transition(SipCase, _case_of(call_id), Do.ACKNOWLEDGE, rules=CASE_RULES, by=by, now=now) as case,
        transition(Call, call_id, Do.ACKNOWLEDGE, rules=CALL_RULES, by=by, now=now) as call,
    ):
        call.acknowledged_at, call.acknowledged_by_id = now, by.user_id
        carry(case.pk, by=by, now=now)
        deadlines.stop(matter_id=case.pk, kinds=[ACKNOWLEDGE], subject=call.pk, now=now, reason="acknowledged")
        individuals.note(case.matter, "acknowledged", "Mottagandet bekräftades", by=by, now=now)
        tell(case, "sip.acknowledged", case.matter.initiator_id, f"ack:{call.pk}", by=by, now=now)
    return call


def redirect_targets(call: Call, today: date) -> list[Unit]:
    """Units the call may be handed to: open, of the same huvudman, named by the basis, not taking part yet (SIP-4)."""
    basis = individuals.current_basis(call.case.matter)
    taking_part = set(call.case.matter.participants.filter(ended_at=None).values_list("unit_id", flat=True))
    units = (
        Unit.objects.open(today)
        .filter(authority__huvudman_id=call.unit.authority.huvudman_id)
        .exclude(pk__in=taking_part)
        .select_related("authority")
        .order_by("name")
    )
    return [unit for unit in units if basis is not None and basis.covers(unit)]


@transaction.atomic
def redirect(*, call_id: UUID, to_unit: Unit, reason: str, by: Actor, now: datetime) -> Call:
    """Hand the call over to the right unit of the same huvudman; it can't go back to the sender (SIP-4).

    What was disclosed here goes along, on the same basis; the clocks keep their due times; the acting unit's own right
    ends. Returns the new call. Raises `Refused`.
    """
    if not reason.strip():
        raise Refused("Skriv varför kallelsen lämnas över.", field="reason")
    with (
        # The case first, as everywhere: two orders of locking could wait for each other.
        transition(SipCase, _case_of(call_id), Do.REDIRECT, rules=CASE_RULES, by=by, now=now) as case,
        transition(Call, call_id, Do.REDIRECT, rules=CALL_RULES, by=by, now=now) as call,
    ):
        if to_unit not in redirect_targets(call, local_day(now)):
            raise Refused(
                "Verksamheten kan inte ta över: den är stängd, hör till en annan huvudman, deltar redan eller "
                "omfattas inte av samtycket.",
                field="to_unit",
            )
        basis = individuals.current_basis(case.matter)
        assert basis is not None
        new = Call.objects.create(case=case, unit=to_unit, reason=call.reason, called_at=now, changed_at=now)
        call.redirected_to, call.redirect_reason = new, reason.strip()
        leave_plan(case=case, to_unit=to_unit, by=by, now=now)
        units_leave(case, {by.unit_id}, by=by, now=now)
        given = Piece.objects.filter(disclosures__to_unit_id=by.unit_id, disclosures__ended_at=None, matter=case.matter)
        individuals.let_in(matter=case.matter, unit=to_unit, basis=basis, pieces=given, by=by, now=now)
        deadlines.stop(matter_id=case.pk, kinds=[ACKNOWLEDGE], subject=call.pk, now=now, reason="redirected")
        deadlines.start(matter=case.matter, kind=ACKNOWLEDGE, subject=new.pk, unit=to_unit, started_at=now, now=now)
        deadlines.move(
            matter_id=case.pk,
            kind=FIRST_CONTACT,
            subject=call.pk,
            to_subject=new.pk,
            to_unit=to_unit,
            now=now,
        )
        hand_over_meetings(case, to_unit=to_unit, basis=basis, by=by, now=now)
        individuals.note(case.matter, "redirected", f"Kallelsen lämnades över till {to_unit}", by=by, now=now)
        tell(case, "sip.redirected_to", to_unit.pk, f"call:{new.pk}", by=by, now=now)
        tell(
            case, "sip.redirected", case.matter.initiator_id, f"redirect:{call.pk}", by=by, now=now,
            to_unit=to_unit.name,
        )  # fmt: skip
    # Last, and after the states are written: without its right the unit can write nothing more.
    individuals.show_out(matter=case.matter, unit_ids=[by.unit_id], reason=EndReason.REDIRECTED, now=now)
    return new


def record_contact(
    *,
    case_id: UUID,
    contacted_at: datetime,
    manner: ContactManner,
    by: Actor,
    now: datetime,
    version: int | None = None,
) -> SipCase:
    """Record the first contact between region and municipality; stops the first-contact clocks (SIP-2, SIP-3)."""
    with transition(SipCase, case_id, Do.RECORD_CONTACT, rules=CASE_RULES, by=by, now=now, version=version) as case:
        if contacted_at > now:
            raise Refused("Tidpunkten har inte varit ännu.", field="contacted_at")
        # People write whole minutes: a contact in the same minute as the sending is not before it.
        if case.sent_at is not None and contacted_at < case.sent_at.replace(second=0, microsecond=0):
            raise Refused("Kontakten kan inte ha tagits innan initieringen skickades.", field="contacted_at")
        case.contacted_at, case.contact_manner = contacted_at, manner
        case.contact_recorded_by_id, case.contact_unit_id = by.user_id, by.unit_id
        deadlines.stop(matter_id=case.pk, kinds=[FIRST_CONTACT], now=now, reason="contacted")
        run_meeting_clock(case, now=now)
        individuals.note(case.matter, "contacted", "Första kontakten registrerades", by=by, now=now)
        for unit_id in others_in(case, by):
            tell(case, "sip.contacted", unit_id, f"contact:{case.pk}:{unit_id}:{case.version}", by=by, now=now)
    return case


def pause(*, case_id: UUID, reason: str, by: Actor, now: datetime) -> SipCase:
    """Pause the clock that the process has come to, with a reason that all participants see (SIP-2)."""
    with transition(SipCase, case_id, Do.PAUSE, rules=CASE_RULES, by=by, now=now) as case:
        running = Clock.objects.filter(matter_id=case.pk, stopped_at=None, paused_at=None, started_at__lte=now)
        labels = dict(running.exclude(next_at=None).filter(kind__in=PAUSABLE).values_list("kind", "label"))
        kind = next((kind for kind in PAUSABLE if kind in labels), FIRST_CONTACT)
        deadlines.pause(matter_id=case.pk, kind=kind, reason=reason, now=now)
        individuals.note(case.matter, "paused", f"Fristen ”{labels[kind]}” pausades", by=by, now=now)
    return case


def resume(*, case_id: UUID, by: Actor, now: datetime) -> SipCase:
    """Let the paused clock run again."""
    with transition(SipCase, case_id, Do.RESUME, rules=CASE_RULES, by=by, now=now) as case:
        paused = Clock.objects.filter(matter_id=case.pk, kind__in=PAUSABLE).exclude(paused_at=None)
        labels = dict(paused.values_list("kind", "label"))
        for kind in labels or (FIRST_CONTACT,):
            deadlines.resume(matter_id=case.pk, kind=kind, now=now)
            individuals.note(case.matter, "resumed", f"Fristen ”{labels[kind]}” startades igen", by=by, now=now)
    return case


# --- inside -------------------------------------------------------------------------------------------------------


def _case_of(call_id: UUID) -> UUID:
    case_id = Call.objects.filter(pk=call_id).values_list("case_id", flat=True).first()
    if case_id is None:
        raise Gone(Call._meta.label)
    return case_id
