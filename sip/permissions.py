"""Who may do what with a SIP case, a call and its plan. The table of states says when it is possible."""

from __future__ import annotations

from django.db.models import Prefetch, prefetch_related_objects

from core.acting import Actor
from core.authz import NotAllowed, Rule, Rules
from organisations.kinds import CASE_ROLES, MANAGERS, Role
from sip.kinds import CallState, Do, MeetingDo, OfferDo, OtherPlanDo, PlanDo, ReplyDo, State
from sip.models import Call, Commitment, LeadOffer, Meeting, MeetingCall, OtherPlan, SipCase
from sip.states import (
    CALL_TRANSITIONS,
    COMMITMENT_TRANSITIONS,
    MEETING_TRANSITIONS,
    OFFER_TRANSITIONS,
    OTHER_PLAN_TRANSITIONS,
    PLAN_TRANSITIONS,
    REPLY_TRANSITIONS,
    TRANSITIONS,
)

_CASE = frozenset(str(role) for role in CASE_ROLES)
_CASEWORKERS = frozenset({str(Role.CASEWORKER), str(Role.NEAREST_MANAGER)})


def _initiated(actor: Actor, case: SipCase) -> bool:
    return case.matter.initiator_id == actor.unit_id


def _was_called(actor: Actor, case: SipCase) -> bool:
    return any(
        c.unit_id == actor.unit_id and c.state in (CallState.CALLED, CallState.ACKNOWLEDGED) for c in calls(case)
    )


def _has_acknowledged(actor: Actor, case: SipCase) -> str | None:
    if _initiated(actor, case):
        return "Först behöver en kallad verksamhet bekräfta." if case.state == State.SENT else None
    mine = [c for c in calls(case) if c.unit_id == actor.unit_id and c.state == CallState.ACKNOWLEDGED]
    return None if mine else "Bekräfta först att ni har tagit emot ärendet."


def _may_meet(actor: Actor, case: SipCase) -> str | None:
    if case.state in (State.SENT, State.ACKNOWLEDGED):
        return "Ett SIP-möte föregås alltid av en kontakt. Registrera första kontakten först."
    return _has_acknowledged(actor, case)


def _takes_part(actor: Actor, case: SipCase) -> bool:
    return _initiated(actor, case) or _was_called(actor, case)


def _leads(actor: Actor, case: SipCase) -> bool:
    return case.lead_id == actor.unit_id


def _closes(actor: Actor, case: SipCase) -> bool:
    # The initiator too: it renews or ends what nobody else can see when the consent has run out.
    return _leads(actor, case) or _initiated(actor, case)


def _plan_is_in_force(actor: Actor, case: SipCase) -> str | None:
    return None if case.state == State.PLANNED else "Det finns ingen plan som gäller än. Fastställ planen först."


def _is_asked(actor: Actor, offer: LeadOffer) -> bool:
    return offer.to_unit_id == actor.unit_id


def _own_commitment(actor: Actor, commitment: Commitment) -> bool:
    return commitment.unit_id == actor.unit_id


def _own_call(actor: Actor, call: Call) -> bool:
    return call.unit_id == actor.unit_id


def calls(case: SipCase) -> list[Call]:
    """The calls of a case, read once per object."""
    prefetch_related_objects([case], Prefetch("calls", Call.objects.select_related("unit__authority__huvudman")))
    return list(case.calls.all())


INITIATOR = "handläggare och närmaste chef hos den verksamhet som har tagit initiativet"
CALLED = "handläggare och närmaste chef hos en kallad verksamhet"
PARTICIPANT = "handläggare och närmaste chef hos en verksamhet som deltar"
LEAD = "handläggare och närmaste chef hos den verksamhet som har det övergripande ansvaret"
INITIATES = Rule(_CASEWORKERS, INITIATOR, _initiated)

LEADS = Rule(_CASEWORKERS, LEAD, _leads)

CASE_RULES = Rules(
    rules={
        Do.EDIT: INITIATES,
        Do.RECORD_BASIS: INITIATES,
        Do.SEND: INITIATES,
        Do.WITHDRAW_CONSENT: INITIATES,
        Do.DECLINE: INITIATES,
        Do.WITHDRAW: INITIATES,
        Do.CLOSE: Rule(_CASEWORKERS, f"{LEAD} eller som tog initiativet", _closes),
        Do.ACKNOWLEDGE: Rule(_CASEWORKERS, CALLED, _was_called),
        Do.REDIRECT: Rule(_CASEWORKERS, CALLED, _was_called),
        Do.RECORD_CONTACT: Rule(_CASEWORKERS, PARTICIPANT, _takes_part, _has_acknowledged),
        Do.MEET: Rule(_CASEWORKERS, PARTICIPANT, _takes_part, _may_meet),
        Do.NOTE_OTHER_PLAN: Rule(_CASEWORKERS, PARTICIPANT, _takes_part),
        Do.PAUSE: Rule(_CASE, "en verksamhet som deltar", _takes_part),
        Do.RESUME: Rule(_CASE, "en verksamhet som deltar", _takes_part),
        Do.DRAFT_PLAN: Rule(_CASEWORKERS, PARTICIPANT, _takes_part, _has_acknowledged),
        Do.ESTABLISH_PLAN: LEADS,
        Do.CONFIRM_MEASURES: Rule(_CASEWORKERS, PARTICIPANT, _takes_part, _plan_is_in_force),
        Do.FOLLOW_UP: Rule(_CASEWORKERS, LEAD, _leads, _plan_is_in_force),
        Do.OFFER_LEAD: LEADS,
        Do.ANSWER_LEAD: Rule(_CASEWORKERS, PARTICIPANT, _takes_part, _has_acknowledged),
        Do.TAKE_LEAD: Rule(_CASEWORKERS, PARTICIPANT, _takes_part, _has_acknowledged),
    },
    transitions=TRANSITIONS,
)

CALLED_UNIT = Rule(_CASEWORKERS, CALLED, _own_call)
CALL_RULES = Rules(rules={Do.ACKNOWLEDGE: CALLED_UNIT, Do.REDIRECT: CALLED_UNIT}, transitions=CALL_TRANSITIONS)

IN_CASE = Rule(_CASEWORKERS, PARTICIPANT)
"""For what lies in a plan: the case's own rule is always asked first, so here only the role remains."""

PLAN_RULES = Rules(
    rules={PlanDo.WRITE: IN_CASE, PlanDo.ESTABLISH: IN_CASE, PlanDo.REPLACE: IN_CASE, PlanDo.END: IN_CASE},
    transitions=PLAN_TRANSITIONS,
)
COMMITMENT_RULES = Rules(
    rules={Do.CONFIRM_MEASURES: Rule(_CASEWORKERS, "den verksamhet som svarar för insatserna", _own_commitment)},
    transitions=COMMITMENT_TRANSITIONS,
)
ASKED = Rule(_CASEWORKERS, "den tillfrågade verksamheten", _is_asked)
OFFER_RULES = Rules(
    rules={OfferDo.ACCEPT: ASKED, OfferDo.DECLINE: ASKED, OfferDo.END: IN_CASE}, transitions=OFFER_TRANSITIONS
)

CALLER = "handläggare och närmaste chef hos den verksamhet som kallade till mötet eller håller ihop SIP:en"


def _called_or_initiated(actor: Actor, meeting: Meeting) -> bool:
    # Those who hold the case together too: a meeting is never left without somebody who can move it.
    return actor.unit_id in (meeting.called_by_unit_id, meeting.case.lead_id, meeting.case.matter.initiator_id)


LEADS = Rule(_CASEWORKERS, CALLER, _called_or_initiated)
MEETING_RULES = Rules(rules=dict.fromkeys(MeetingDo, LEADS), transitions=MEETING_TRANSITIONS, noun="mötet")


def _own_reply(actor: Actor, call: MeetingCall) -> bool:
    return call.unit_id == actor.unit_id


def _asks(actor: Actor, call: MeetingCall) -> bool:
    return _called_or_initiated(actor, call.meeting)


REPLIES = Rule(_CASEWORKERS, "handläggare och närmaste chef hos den kallade verksamheten", _own_reply)
REPLY_RULES = Rules(
    rules={
        ReplyDo.COME: REPLIES,
        ReplyDo.SEND_DEPUTY: REPLIES,
        ReplyDo.HAND_OVER: REPLIES,
        ReplyDo.ASK_AGAIN: Rule(_CASEWORKERS, CALLER, _asks),
    },
    transitions=REPLY_TRANSITIONS,
    noun="kallelsen till mötet",
)


def _noted(actor: Actor, plan: OtherPlan) -> bool:
    return plan.noted_by_unit_id == actor.unit_id


NOTED = Rule(_CASEWORKERS, "handläggare och närmaste chef hos den verksamhet som noterade planen", _noted)
OTHER_PLAN_RULES = Rules(rules=dict.fromkeys(OtherPlanDo, NOTED), transitions=OTHER_PLAN_TRANSITIONS, noun="planen")

FILES_COPY = Rule(_CASEWORKERS, PARTICIPANT, _takes_part)
"""Who confirms that the unit has filed its copy of a plan (IND-10)."""

HANDS_OVER = Rule(_CASE, "en verksamhet som deltar", _takes_part)
HANDS_OVER_ALL = Rule(frozenset(str(role) for role in MANAGERS), "chefer i verksamheten")
"""Who divides the work within the unit: one case anybody there, a colleague's whole desk its managers (SIP-11)."""

MAY_START = _CASEWORKERS
"""Roles that may begin a SIP, at any unit (SIP-1)."""


def require_may_start(actor: Actor) -> None:
    """Raise `NotAllowed` for a role that begins no SIP."""
    if actor.role not in MAY_START:
        raise NotAllowed("Det här gör handläggare och närmaste chef.")
