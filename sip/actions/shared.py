"""What several of a SIP's verbs do alike: telling the others, the first-contact clock, the end."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from agreements.models import Agreement, SipParty
from core import outbox
from core.acting import Actor
from deadlines import actions as deadlines
from individuals import actions as individuals
from individuals.kinds import ParticipantRole
from organisations.kinds import HuvudmanKind
from organisations.models import Unit
from sip.kinds import CallState
from sip.models import SipCase

FIRST_CONTACT, URGENT_CONTACT = "sip.first_contact", "sip.first_contact_urgent"
ACKNOWLEDGE, DRAFT, EXPIRY = "sip.acknowledge", "sip.draft_reminder", "consent.expiry"
CONFIRM, FOLLOW_UP, LEAD_ANSWER = "sip.measure_acknowledge", "sip.follow_up", "sip.lead_answer"
MEETING, MEETING_REPLY, MEETING_NOTES = "sip.meeting", "sip.meeting_reply", "sip.meeting_notes"
PAUSABLE = (FIRST_CONTACT, MEETING, MEETING_NOTES)
"""Clocks of the process itself, in its order: the one that runs can be paused with a reason (SIP-2)."""
PLAN_RENEWAL = "compulsory_care.plan_renewal"
ACTIVE_CALLS = (CallState.CALLED, CallState.ACKNOWLEDGED)


def run_first_contact(case: SipCase, unit: Unit, subject: UUID, *, now: datetime) -> None:
    """Start, or start anew, the unit's clock for the first contact, from when the need was noticed (SIP-2)."""
    assert case.need_noticed_at is not None
    deadlines.stop(matter_id=case.pk, kinds=[FIRST_CONTACT], subject=subject, now=now, reason="restarted")
    deadlines.start(
        matter=case.matter,
        kind=FIRST_CONTACT,
        subject=subject,
        unit=unit,
        started_at=case.need_noticed_at,
        now=now,
        counts_as=URGENT_CONTACT if case.is_urgent else None,
    )


def enough_parties(case: SipCase, units: Iterable[Unit]) -> bool:
    """Whether enough parties take part for it to count as a SIP, in the agreement's own terms (SIP-5)."""
    everyone = [*units, case.matter.initiator]
    agreement = case.matter.agreement
    return len(parties_present(agreement, everyone)) >= parties_required(agreement)


def is_other_side(case: SipCase, unit: Unit) -> bool:
    """Whether the unit takes part as another SIP party than the initiator: those must make the first contact (SIP-2).

    In Halland region and municipality, in Blekinge also social services and school of one municipality. An agreement
    that names no parties: the two kinds of huvudman.
    """
    home, agreement = case.matter.initiator, case.matter.agreement
    parties = agreement.sip_parties.all()
    if not parties:
        return (home.authority.huvudman.kind == HuvudmanKind.REGION) != (
            unit.authority.huvudman.kind == HuvudmanKind.REGION
        )
    return any(party.includes(unit) and not party.includes(home) for party in parties)


def parties_rule(agreement: Agreement) -> str:
    """When it counts as a SIP, in words and in the agreement's own terms (SIP-5)."""
    names = "; ".join(party.name for party in agreement.sip_parties.all())
    return f"Det blir en SIP när minst {parties_required(agreement)} av dessa deltar: {names or 'region; kommun'}."


def parties_present(agreement: Agreement, units: Iterable[Unit]) -> list[SipParty]:
    """The SIP parties, in the agreement's own terms, that some of the units take part as (SIP-5)."""
    present = list(units)
    return [party for party in agreement.sip_parties.all() if any(party.includes(unit) for unit in present)]


def parties_required(agreement: Agreement) -> int:
    """How many SIP parties must take part. Region and municipality, when the agreement doesn't say (SIP-5)."""
    return agreement.sip_parties_required or 2


def run_meeting_clock(case: SipCase, *, now: datetime) -> None:
    """The unit that leads sees to it that the parties meet, counted from now."""
    deadlines.stop(matter_id=case.pk, kinds=[MEETING], now=now, reason="restarted")
    lead = Unit.objects.get(pk=case.lead_id)
    deadlines.start(matter=case.matter, kind=MEETING, subject=case.pk, unit=lead, started_at=now, now=now)


def others_in(case: SipCase, by: Actor) -> list[UUID]:
    """Ids of the units that take part, but for the acting one."""
    taking_part = case.matter.participants.filter(ended_at=None).exclude(unit_id=by.unit_id)
    return list(taking_part.values_list("unit_id", flat=True))


def end_case(case: SipCase, *, note: str, what: str, text: str, by: Actor, now: datetime) -> None:
    """The end of a case, whatever its kind: clocks stop, the matter closes."""
    case.ended_at, case.end_note = now, note.strip()
    deadlines.stop(matter_id=case.pk, now=now, reason=what)
    individuals.note(case.matter, what, text, by=by, now=now)
    individuals.close_matter(matter=case.matter, now=now)


def tell_others_it_ended(case: SipCase, kind: str, *, by: Actor, now: datetime) -> None:
    """A message of `kind` to every unit that was called, once."""
    others = case.matter.participants.filter(ended_at=None).exclude(role=ParticipantRole.INITIATOR)
    for unit_id in others.values_list("unit_id", flat=True):
        tell(case, kind, unit_id, f"ended:{case.pk}:{unit_id}", by=by, now=now)


def tell(case: SipCase, kind: str, unit_id: UUID, key: str, *, by: Actor, now: datetime, **facts: str) -> None:
    """Plan a message to a unit, under a key that makes it unique. It names units and the reference, never a person."""
    outbox.plan(
        kind,
        to_unit=unit_id,
        matter=case.pk,
        key=key,
        now=now,
        facts={"from_unit": by.unit_name, "reference": case.matter.reference, **facts},
    )
