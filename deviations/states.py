"""The transition tables of chapter 3.5. Diagrams in docs/states are drawn from these."""

from __future__ import annotations

from core.diagrams import Diagram
from deviations.kinds import (
    Do,
    ImprovementDo,
    ImprovementState,
    JointDo,
    JointState,
    SharedDo,
    SharedState,
    State,
)

TRANSITIONS: dict[tuple[State, Do], State] = {
    (State.DRAFT, Do.EDIT): State.DRAFT,
    (State.DRAFT, Do.ATTACH): State.DRAFT,
    (State.DRAFT, Do.REPORT): State.REPORTED,
    (State.DRAFT, Do.WITHDRAW): State.WITHDRAWN,
    **{
        (state, do): to
        for state in (State.REPORTED, State.HANDLING)
        for do, to in (
            (Do.ATTACH, state),
            (Do.RECORD_STEP, State.HANDLING),
            (Do.HAND_OVER, State.HANDLING),
            (Do.WITHDRAW, State.WITHDRAWN),
        )
    },
    (State.HANDLING, Do.FINISH): State.FINISHED,
    (State.FINISHED, Do.REOPEN): State.HANDLING,
    (State.FINISHED, Do.DEIDENTIFY): State.FINISHED,
    (State.FINISHED, Do.PROPOSE): State.PROPOSED,
    (State.FINISHED, Do.CLOSE): State.CLOSED,
    (State.PROPOSED, Do.SEND_BACK): State.FINISHED,
    (State.PROPOSED, Do.SHARE): State.SHARED,
}

OWNERS: dict[State, str] = {
    State.DRAFT: "Den som skriver rapporten",
    State.REPORTED: "Den verksamhet som rapporterade",
    State.HANDLING: "Den verksamhet som rapporterade",
    State.FINISHED: "Den verksamhet som rapporterade",
    State.PROPOSED: "En kollega till den som avidentifierade",
    State.SHARED: "Ingen hos verksamheten, samordningsgruppen arbetar vidare",
    State.CLOSED: "Ingen, avvikelsen är avslutad",
    State.WITHDRAWN: "Ingen, rapporten är tillbakadragen",
}

JOINT_TRANSITIONS: dict[tuple[JointState, JointDo], JointState] = {
    (JointState.PROPOSED, JointDo.AGREE): JointState.AGREED,
    (JointState.PROPOSED, JointDo.PROPOSE): JointState.PROPOSED,
    (JointState.AGREED, JointDo.PROPOSE): JointState.PROPOSED,
    (JointState.AGREED, JointDo.ANSWER): JointState.ANSWERED,
}

JOINT_OWNERS: dict[JointState, str] = {
    JointState.PROPOSED: "Den verksamhet som inte lämnade förslaget",
    JointState.AGREED: "Den verksamhet som har fått frågan",
    JointState.ANSWERED: "Den verksamhet som rapporterade",
}

SHARED_TRANSITIONS: dict[tuple[SharedState, SharedDo], SharedState] = {
    (SharedState.RECEIVED, SharedDo.PUT_ON_AGENDA): SharedState.ON_AGENDA,
    (SharedState.ON_AGENDA, SharedDo.PUT_ON_AGENDA): SharedState.ON_AGENDA,
    (SharedState.RECEIVED, SharedDo.ANALYSE): SharedState.ANALYSED,
    (SharedState.ON_AGENDA, SharedDo.ANALYSE): SharedState.ANALYSED,
    (SharedState.ANALYSED, SharedDo.ANALYSE): SharedState.ANALYSED,
    (SharedState.ANALYSED, SharedDo.PUT_ON_AGENDA): SharedState.ON_AGENDA,
    (SharedState.ANALYSED, SharedDo.TELL_LESSON): SharedState.LEARNT,
    (SharedState.LEARNT, SharedDo.TELL_LESSON): SharedState.LEARNT,
}

SHARED_OWNERS: dict[SharedState, str] = {
    SharedState.RECEIVED: "Samordningsgruppen",
    SharedState.ON_AGENDA: "Samordningsgruppen",
    SharedState.ANALYSED: "Samordningsgruppen",
    SharedState.LEARNT: "Ingen, lärdomen är återkopplad",
}

IMPROVEMENT_TRANSITIONS: dict[tuple[ImprovementState, ImprovementDo], ImprovementState] = {
    (ImprovementState.DECIDED, ImprovementDo.REPORT_DONE): ImprovementState.DONE,
    (ImprovementState.DECIDED, ImprovementDo.REPORT_NOT_DONE): ImprovementState.NOT_DONE,
    (ImprovementState.DONE, ImprovementDo.EVALUATE): ImprovementState.EVALUATED,
}

IMPROVEMENT_OWNERS: dict[ImprovementState, str] = {
    ImprovementState.DECIDED: "Den verksamhet som ska genomföra den",
    ImprovementState.DONE: "Samordningsgruppen",
    ImprovementState.NOT_DONE: "Samordningsgruppen, som kan besluta om en annan",
    ImprovementState.EVALUATED: "Ingen, effekten är uppföljd",
}

DIAGRAMS = {
    "deviation": Diagram("Deviation: at the reporting unit", State.DRAFT, TRANSITIONS, OWNERS),
    "deviation-joint": Diagram(
        "Deviation: handled with another party", JointState.PROPOSED, JOINT_TRANSITIONS, JOINT_OWNERS
    ),
    "deviation-shared": Diagram(
        "Deviation: on the group's desk", SharedState.RECEIVED, SHARED_TRANSITIONS, SHARED_OWNERS
    ),
    "deviation-improvement": Diagram(
        "Improvement measure", ImprovementState.DECIDED, IMPROVEMENT_TRANSITIONS, IMPROVEMENT_OWNERS
    ),
}
