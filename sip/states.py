"""The transition tables of a SIP case, of a call, and of its plan. Diagrams in docs/states are drawn from these."""

from __future__ import annotations

from core.diagrams import Diagram
from sip.kinds import (
    PLANNING,
    WITH_OTHERS,
    CallState,
    CommitmentState,
    Do,
    MeetingDo,
    MeetingState,
    OfferDo,
    OfferState,
    OtherPlanDo,
    OtherPlanState,
    PlanDo,
    PlanState,
    ReplyDo,
    ReplyState,
    State,
)

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
    **{(state, do): state for state in WITH_OTHERS for do in (Do.RECORD_BASIS, Do.PAUSE, Do.RESUME)},
    **{
        (state, do): to
        for state in WITH_OTHERS
        for do, to in ((Do.WITHDRAW_CONSENT, State.HALTED), (Do.CLOSE, State.CLOSED))
    },
    # Once a plan is in force the SIP is closed, not taken back.
    **{(state, Do.WITHDRAW): State.WITHDRAWN for state in (State.SENT, State.ACKNOWLEDGED, State.CONTACTED)},
    (State.SENT, Do.ACKNOWLEDGE): State.ACKNOWLEDGED,
    (State.ACKNOWLEDGED, Do.ACKNOWLEDGE): State.ACKNOWLEDGED,
    (State.CONTACTED, Do.ACKNOWLEDGE): State.CONTACTED,
    (State.PLANNED, Do.ACKNOWLEDGE): State.PLANNED,
    (State.SENT, Do.REDIRECT): State.SENT,
    (State.ACKNOWLEDGED, Do.REDIRECT): State.ACKNOWLEDGED,
    (State.CONTACTED, Do.REDIRECT): State.CONTACTED,
    (State.PLANNED, Do.REDIRECT): State.PLANNED,
    (State.ACKNOWLEDGED, Do.RECORD_CONTACT): State.CONTACTED,
    **{(state, do): state for state in PLANNING for do in (Do.DRAFT_PLAN, Do.OFFER_LEAD, Do.ANSWER_LEAD, Do.TAKE_LEAD)},
    **{(state, Do.ESTABLISH_PLAN): State.PLANNED for state in PLANNING},
    **{(State.PLANNED, do): State.PLANNED for do in (Do.CONFIRM_MEASURES, Do.FOLLOW_UP)},
    **{(state, Do.MEET): state for state in PLANNING},
    **{(state, Do.NOTE_OTHER_PLAN): state for state in (State.DRAFT, State.READY, *WITH_OTHERS)},
    (State.HALTED, Do.RECORD_BASIS): State.READY,
    (State.HALTED, Do.DECLINE): State.DECLINED,
    (State.HALTED, Do.CLOSE): State.CLOSED,
}

CALL_TRANSITIONS: dict[tuple[CallState, Do], CallState] = {
    (CallState.CALLED, Do.ACKNOWLEDGE): CallState.ACKNOWLEDGED,
    (CallState.CALLED, Do.REDIRECT): CallState.REDIRECTED,
    (CallState.ACKNOWLEDGED, Do.REDIRECT): CallState.REDIRECTED,
}

PLAN_TRANSITIONS: dict[tuple[PlanState, PlanDo], PlanState] = {
    (PlanState.DRAFT, PlanDo.WRITE): PlanState.DRAFT,
    (PlanState.DRAFT, PlanDo.ESTABLISH): PlanState.ESTABLISHED,
    (PlanState.DRAFT, PlanDo.END): PlanState.ENDED,
    (PlanState.ESTABLISHED, PlanDo.REPLACE): PlanState.REPLACED,
    (PlanState.ESTABLISHED, PlanDo.END): PlanState.ENDED,
}

COMMITMENT_TRANSITIONS: dict[tuple[CommitmentState, Do], CommitmentState] = {
    (CommitmentState.WAITING, Do.CONFIRM_MEASURES): CommitmentState.CONFIRMED,
}

OFFER_TRANSITIONS: dict[tuple[OfferState, OfferDo], OfferState] = {
    (OfferState.OFFERED, OfferDo.ACCEPT): OfferState.ACCEPTED,
    (OfferState.OFFERED, OfferDo.DECLINE): OfferState.DECLINED,
    (OfferState.OFFERED, OfferDo.END): OfferState.ENDED,
}

MEETING_TRANSITIONS: dict[tuple[MeetingState, MeetingDo], MeetingState] = {
    (MeetingState.CALLED, MeetingDo.RESCHEDULE): MeetingState.CALLED,
    (MeetingState.CALLED, MeetingDo.CALL_UNIT): MeetingState.CALLED,
    (MeetingState.CALLED, MeetingDo.INVITE): MeetingState.CALLED,
    (MeetingState.CALLED, MeetingDo.UNINVITE): MeetingState.CALLED,
    (MeetingState.CALLED, MeetingDo.CANCEL): MeetingState.CANCELLED,
    (MeetingState.CALLED, MeetingDo.HOLD): MeetingState.HELD,
    (MeetingState.HELD, MeetingDo.WRITE_NOTES): MeetingState.HELD,
}

_ANSWERABLE = (ReplyState.WAITING, ReplyState.COMES, ReplyState.DEPUTY)
REPLY_TRANSITIONS: dict[tuple[ReplyState, ReplyDo], ReplyState] = {
    (state, do): to
    for state in _ANSWERABLE
    for do, to in (
        (ReplyDo.COME, ReplyState.COMES),
        (ReplyDo.SEND_DEPUTY, ReplyState.DEPUTY),
        (ReplyDo.ASK_AGAIN, ReplyState.WAITING),
        (ReplyDo.HAND_OVER, ReplyState.REDIRECTED),
    )
}

OTHER_PLAN_TRANSITIONS: dict[tuple[OtherPlanState, OtherPlanDo], OtherPlanState] = {
    (OtherPlanState.ONGOING, OtherPlanDo.REVIEW): OtherPlanState.ONGOING,
    (OtherPlanState.ONGOING, OtherPlanDo.END): OtherPlanState.ENDED,
}

OWNERS: dict[State, str] = {
    State.DRAFT: "Den verksamhet som initierar",
    State.READY: "Den verksamhet som initierar",
    State.SENT: "De kallade verksamheterna",
    State.ACKNOWLEDGED: "De verksamheter som har bekräftat",
    State.CONTACTED: "Alla deltagande verksamheter",
    State.PLANNED: "Den verksamhet som har det övergripande ansvaret",
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

PLAN_OWNERS: dict[PlanState, str] = {
    PlanState.DRAFT: "Alla deltagande verksamheter, var och en för sina insatser",
    PlanState.ESTABLISHED: "Den verksamhet som har det övergripande ansvaret",
    PlanState.REPLACED: "Ingen, en nyare version gäller",
    PlanState.ENDED: "Ingen, planen gäller inte längre",
}

COMMITMENT_OWNERS: dict[CommitmentState, str] = {
    CommitmentState.WAITING: "Den verksamhet som svarar för insatserna",
    CommitmentState.CONFIRMED: "Den verksamhet som svarar för insatserna",
}

OFFER_OWNERS: dict[OfferState, str] = {
    OfferState.OFFERED: "Den tillfrågade verksamheten; ansvaret är kvar där det är",
    OfferState.ACCEPTED: "Ingen, ansvaret har gått över",
    OfferState.DECLINED: "Ingen, ansvaret är kvar",
    OfferState.ENDED: "Ingen, ansvaret är kvar",
}

MEETING_OWNERS: dict[MeetingState, str] = {
    MeetingState.CALLED: "De kallade verksamheterna svarar; den som kallade registrerar mötet",
    MeetingState.HELD: "Den som kallade skriver anteckningarna",
    MeetingState.CANCELLED: "Ingen, mötet är inställt",
}

REPLY_OWNERS: dict[ReplyState, str] = {
    ReplyState.WAITING: "Den kallade verksamheten",
    ReplyState.COMES: "Den kallade verksamheten",
    ReplyState.DEPUTY: "Den kallade verksamheten",
    ReplyState.REDIRECTED: "Ingen, en annan verksamhet har tagit över",
    ReplyState.ENDED: "Ingen, kallelsen gäller inte längre",
}

OTHER_PLAN_OWNERS: dict[OtherPlanState, str] = {
    OtherPlanState.ONGOING: "Den verksamhet som noterade planen",
    OtherPlanState.ENDED: "Ingen, planen har upphört",
}

DIAGRAMS = {
    "sip": Diagram("SIP: the case", State.DRAFT, TRANSITIONS, OWNERS),
    "sip-call": Diagram("SIP: a call to a unit", CallState.CALLED, CALL_TRANSITIONS, CALL_OWNERS),
    "sip-plan": Diagram("SIP: a version of the plan", PlanState.DRAFT, PLAN_TRANSITIONS, PLAN_OWNERS),
    "sip-commitment": Diagram(
        "SIP: a unit's measures in a version", CommitmentState.WAITING, COMMITMENT_TRANSITIONS, COMMITMENT_OWNERS
    ),
    "sip-lead": Diagram(
        "SIP: an offer of the overall responsibility", OfferState.OFFERED, OFFER_TRANSITIONS, OFFER_OWNERS
    ),
    "sip-meeting": Diagram("SIP: a meeting", MeetingState.CALLED, MEETING_TRANSITIONS, MEETING_OWNERS),
    "sip-meeting-call": Diagram("SIP: a unit's call to a meeting", ReplyState.WAITING, REPLY_TRANSITIONS, REPLY_OWNERS),
    "sip-other-plan": Diagram(
        "SIP: a plan made elsewhere", OtherPlanState.ONGOING, OTHER_PLAN_TRANSITIONS, OTHER_PLAN_OWNERS
    ),
}
