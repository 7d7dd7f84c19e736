"""Who may do what with a SIP case and a call. The table of states says when it is possible."""

from __future__ import annotations

from django.db.models import Prefetch, prefetch_related_objects

from core.acting import Actor
from core.authz import NotAllowed, Rule, Rules
from organisations.kinds import CASE_ROLES, Role
from sip.kinds import CallState, Do, State
from sip.models import Call, SipCase
from sip.states import CALL_TRANSITIONS, TRANSITIONS

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


def _takes_part(actor: Actor, case: SipCase) -> bool:
    return _initiated(actor, case) or _was_called(actor, case)


def _own_call(actor: Actor, call: Call) -> bool:
    return call.unit_id == actor.unit_id


def calls(case: SipCase) -> list[Call]:
    """The calls of a case, read once per object."""
    prefetch_related_objects([case], Prefetch("calls", Call.objects.select_related("unit__authority__huvudman")))
    return list(case.calls.all())


INITIATOR = "handläggare och närmaste chef hos den verksamhet som har tagit initiativet"
CALLED = "handläggare och närmaste chef hos en kallad verksamhet"
PARTICIPANT = "handläggare och närmaste chef hos en verksamhet som deltar"
INITIATES = Rule(_CASEWORKERS, INITIATOR, _initiated)

CASE_RULES = Rules(
    rules={
        Do.EDIT: INITIATES,
        Do.RECORD_BASIS: INITIATES,
        Do.SEND: INITIATES,
        Do.WITHDRAW_CONSENT: INITIATES,
        Do.DECLINE: INITIATES,
        Do.WITHDRAW: INITIATES,
        Do.CLOSE: INITIATES,
        Do.ACKNOWLEDGE: Rule(_CASEWORKERS, CALLED, _was_called),
        Do.REDIRECT: Rule(_CASEWORKERS, CALLED, _was_called),
        Do.RECORD_CONTACT: Rule(_CASEWORKERS, PARTICIPANT, _takes_part, _has_acknowledged),
        Do.PAUSE: Rule(_CASE, "en verksamhet som deltar", _takes_part),
        Do.RESUME: Rule(_CASE, "en verksamhet som deltar", _takes_part),
    },
    transitions=TRANSITIONS,
)

CALLED_UNIT = Rule(_CASEWORKERS, CALLED, _own_call)
CALL_RULES = Rules(rules={Do.ACKNOWLEDGE: CALLED_UNIT, Do.REDIRECT: CALLED_UNIT}, transitions=CALL_TRANSITIONS)

MAY_START = _CASEWORKERS
"""Roles that may begin a SIP, at any unit (SIP-1)."""


def require_may_start(actor: Actor) -> None:
    """Raise `NotAllowed` for a role that begins no SIP."""
    if actor.role not in MAY_START:
        raise NotAllowed("Det här gör handläggare och närmaste chef.")
