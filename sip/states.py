"""The transition tables of a SIP case and of a call. Diagrams in docs/states are drawn from these."""

from __future__ import annotations

from core.diagrams import Diagram
from sip.kinds import CallState, Do, State

TRANSITIONS: dict[tuple[State, Do], State] = {
    (State.DRAFT, Do.EDIT): State.DRAFT,
    (State.DRAFT, Do.RECORD_BASIS): State.READY,
    (State.DRAFT, Do.DECLINE): State.DECLINED,
    (State.DRAFT, Do.CLOSE): State.CLOSED,
    (State.READY, Do.EDIT): State.READY,
    (State.READY, Do.RECORD_BASIS): State.READY,
    (State.READY, Do.WITHDRAW_CONSENT): State.DRAFT,
    (State.READY, Do.DECLINE): State.DECLINED,
    (State.READY, Do.CLOSE): State.CLOSED,
    (State.READY, Do.SEND): State.SENT,
    **{
        (state, do): state
        for state in (State.SENT, State.ACKNOWLEDGED, State.CONTACTED)
        for do in (Do.RECORD_BASIS, Do.PAUSE, Do.RESUME)
    },
    **{
        (state, do): to
        for state in (State.SENT, State.ACKNOWLEDGED, State.CONTACTED)
        for do, to in (
            (Do.WITHDRAW_CONSENT, State.HALTED),
            (Do.WITHDRAW, State.WITHDRAWN),
            (Do.CLOSE, State.CLOSED),
        )
    },
    (State.SENT, Do.ACKNOWLEDGE): State.ACKNOWLEDGED,
    (State.ACKNOWLEDGED, Do.ACKNOWLEDGE): State.ACKNOWLEDGED,
    (State.CONTACTED, Do.ACKNOWLEDGE): State.CONTACTED,
    (State.SENT, Do.REDIRECT): State.SENT,
    (State.ACKNOWLEDGED, Do.REDIRECT): State.ACKNOWLEDGED,
    (State.CONTACTED, Do.REDIRECT): State.CONTACTED,
    (State.ACKNOWLEDGED, Do.RECORD_CONTACT): State.CONTACTED,
    (State.HALTED, Do.RECORD_BASIS): State.READY,
    (State.HALTED, Do.DECLINE): State.DECLINED,
    (State.HALTED, Do.CLOSE): State.CLOSED,
}

CALL_TRANSITIONS: dict[tuple[CallState, Do], CallState] = {
    (CallState.CALLED, Do.ACKNOWLEDGE): CallState.ACKNOWLEDGED,
    (CallState.CALLED, Do.REDIRECT): CallState.REDIRECTED,
    (CallState.ACKNOWLEDGED, Do.REDIRECT): CallState.REDIRECTED,
}

OWNERS: dict[State, str] = {
    State.DRAFT: "Den verksamhet som initierar",
    State.READY: "Den verksamhet som initierar",
    State.SENT: "De kallade verksamheterna",
    State.ACKNOWLEDGED: "De verksamheter som har bekräftat",
    State.CONTACTED: "Alla deltagande verksamheter",
    State.HALTED: "Den verksamhet som initierade",
    State.DECLINED: "Ingen, ärendet är avslutat",
    State.WITHDRAWN: "Ingen, ärendet är avslutat",
    State.CLOSED: "Ingen, ärendet är avslutat",
}
"""Whose turn it is in each state: no state is without an owner."""

CALL_OWNERS: dict[CallState, str] = {
    CallState.CALLED: "Den kallade verksamheten",
    CallState.ACKNOWLEDGED: "Den kallade verksamheten",
    CallState.REDIRECTED: "Ingen, en annan verksamhet har tagit över",
    CallState.ENDED: "Ingen, kallelsen gäller inte längre",
}

DIAGRAMS = {
    "sip": Diagram("SIP: the case", State.DRAFT, TRANSITIONS, OWNERS),
    "sip-call": Diagram("SIP: a call to a unit", CallState.CALLED, CALL_TRANSITIONS, CALL_OWNERS),
}
