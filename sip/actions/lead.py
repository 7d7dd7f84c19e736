"""The overall responsibility (SIP-11): it moves when the other unit says yes, and never stands without a unit."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from core.acting import Actor
from core.authz import Refused
from core.transitions import Gone, transition
from core.workdays import local_day
from deadlines import actions as deadlines
from individuals import actions as individuals
from organisations.models import Unit
from sip.actions.establishing import confirmed_units
from sip.actions.plan import basis_in_force, plan_in_force
from sip.actions.shared import FOLLOW_UP, LEAD_ANSWER, tell
from sip.kinds import Do, OfferDo, OfferState
from sip.models import LeadOffer, SipCase
from sip.permissions import CASE_RULES, OFFER_RULES


def lead_candidates(case: SipCase, now: datetime) -> list[Unit]:
    """Units that may be asked: they take part, have acknowledged and are open."""
    units = [*confirmed_units(case), case.matter.initiator]
    return [unit for unit in units if unit.pk != case.lead_id and unit.is_open(local_day(now))]


def offer_lead(*, case_id: UUID, to_unit: Unit, reason: str, by: Actor, now: datetime) -> LeadOffer:
    """Ask another unit to take over. Until it says yes the responsibility stays. Raises `Refused`."""
    if not reason.strip():
        raise Refused("Skriv varför ansvaret behöver gå över.", field="reason")
    with transition(SipCase, case_id, Do.OFFER_LEAD, rules=CASE_RULES, by=by, now=now) as case:
        basis_in_force(case, now)
        if to_unit not in lead_candidates(case, now):
            raise Refused("Verksamheten behöver delta i ärendet och vara öppen.", field="to_unit")
        if asked := open_offer(case):
            raise Refused(f"{asked.to_unit} är redan tillfrågad. Vänta på svaret eller ta tillbaka frågan.")
        offer = LeadOffer.objects.create(
            case=case, from_unit_id=by.unit_id, to_unit=to_unit, reason=reason.strip(), offered_at=now,
            offered_by_id=by.user_id, changed_at=now,
        )  # fmt: skip
        deadlines.start(matter=case.matter, kind=LEAD_ANSWER, subject=offer.pk, unit=to_unit, started_at=now, now=now)
        text = f"{to_unit} tillfrågades om det övergripande ansvaret"
        individuals.note(case.matter, "lead_offered", text, by=by, now=now)
        tell(case, "sip.lead_offered", to_unit.pk, f"lead:{offer.pk}", by=by, now=now)
    return offer


def answer_lead(*, offer_id: UUID, accept: bool, answer: str, by: Actor, now: datetime) -> LeadOffer:
    """The asked unit takes over, with the clock of the follow-up, or says no with a reason."""
    case_id = LeadOffer.objects.filter(pk=offer_id).values_list("case_id", flat=True).first()
    if case_id is None:
        raise Gone(LeadOffer._meta.label)
    if not accept and not answer.strip():
        raise Refused("Skriv varför ni inte kan ta över.", field="answer")
    do = OfferDo.ACCEPT if accept else OfferDo.DECLINE
    with (
        transition(SipCase, case_id, Do.ANSWER_LEAD, rules=CASE_RULES, by=by, now=now) as case,
        transition(LeadOffer, offer_id, do, rules=OFFER_RULES, by=by, now=now) as offer,
    ):
        offer.answered_at, offer.answered_by_id, offer.answer = now, by.user_id, answer.strip()
        deadlines.stop(matter_id=case.pk, kinds=[LEAD_ANSWER], subject=offer.pk, now=now, reason="answered")
        if accept:
            _move(case, Unit.objects.get(pk=by.unit_id), now=now)
        what = "tog över" if accept else "tackade nej till"
        individuals.note(case.matter, "lead", f"{by.unit_name} {what} det övergripande ansvaret", by=by, now=now)
        kind = "sip.lead_accepted" if accept else "sip.lead_declined"
        tell(case, kind, offer.from_unit_id, f"lead_answer:{offer.pk}", by=by, now=now)
    return offer


def take_back_offer(*, case_id: UUID, by: Actor, now: datetime) -> SipCase:
    """The unit with the responsibility no longer asks."""
    with transition(SipCase, case_id, Do.OFFER_LEAD, rules=CASE_RULES, by=by, now=now) as case:
        if open_offer(case) is None:
            raise Refused("Ingen verksamhet är tillfrågad.")
        end_offer(case, by=by, now=now)
    return case


def take_lead(*, case_id: UUID, by: Actor, now: datetime) -> SipCase:
    """Take over from a unit that has closed and so can't be asked. Raises `Refused` while it is open."""
    with transition(SipCase, case_id, Do.TAKE_LEAD, rules=CASE_RULES, by=by, now=now) as case:
        lead = Unit.objects.get(pk=case.lead_id)
        if lead.is_open(local_day(now)):
            raise Refused(f"{lead} har ansvaret. Be dem att lämna över det till er.")
        end_offer(case, by=by, now=now)
        _move(case, Unit.objects.get(pk=by.unit_id), now=now)
        text = f"{by.unit_name} tog över det övergripande ansvaret, eftersom {lead} är stängd"
        individuals.note(case.matter, "lead", text, by=by, now=now)
    return case


def open_offer(case: SipCase) -> LeadOffer | None:
    """The question that waits for its answer."""
    return LeadOffer.objects.filter(case=case, state=OfferState.OFFERED).select_related("to_unit", "from_unit").first()


def end_offer(case: SipCase, *, by: Actor, now: datetime) -> None:
    """Nobody is asked any more."""
    if (offer := open_offer(case)) is not None:
        with transition(LeadOffer, offer.pk, OfferDo.END, rules=OFFER_RULES, by=by, now=now):
            deadlines.stop(matter_id=case.pk, kinds=[LEAD_ANSWER], subject=offer.pk, now=now, reason="ended")


def units_leave(case: SipCase, unit_ids: Collection[UUID], *, by: Actor, now: datetime) -> None:
    """Units stop taking part: if one of them had the responsibility it goes back to the initiator (SIP-11)."""
    offer = open_offer(case)
    if offer is not None and {offer.to_unit_id, offer.from_unit_id} & set(unit_ids):
        end_offer(case, by=by, now=now)
    if case.lead_unit_id is None or case.lead_unit_id not in unit_ids:
        return
    left, initiator = Unit.objects.get(pk=case.lead_unit_id), case.matter.initiator
    _move(case, initiator, now=now)
    individuals.note(case.matter, "lead", f"Det övergripande ansvaret gick tillbaka till {initiator}", by=by, now=now)
    key = f"lead_returned:{case.pk}:{left.pk}:{case.version}"
    tell(case, "sip.lead_returned", initiator.pk, key, by=by, now=now, to_unit=left.name)


def _move(case: SipCase, to_unit: Unit, *, now: datetime) -> None:
    case.lead_unit = None if to_unit.pk == case.matter.initiator_id else to_unit
    if (plan := plan_in_force(case)) is not None:
        deadlines.move(matter_id=case.pk, kind=FOLLOW_UP, subject=plan.pk, to_subject=plan.pk, to_unit=to_unit, now=now)
