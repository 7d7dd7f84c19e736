"""The transition tables of a placement and of a version of an ansvarsförbindelse."""

from __future__ import annotations

from core.diagrams import Diagram
from placements.kinds import Do, Move, Stage, State

_TOGETHER = (State.PLANNED, State.ONGOING, State.ENDED)

TRANSITIONS: dict[tuple[State, Do], State] = {
    **{(state, Do.EDIT): state for state in (State.DRAFT, *_TOGETHER)},
    **{(state, Do.RECORD_BASIS): state for state in (State.DRAFT, *_TOGETHER)},
    **{(state, Do.WITHDRAW_CONSENT): state for state in (State.DRAFT, *_TOGETHER)},
    (State.DRAFT, Do.SHARE): State.PLANNED,
    (State.PLANNED, Do.SHARE): State.PLANNED,
    (State.ONGOING, Do.SHARE): State.ONGOING,
    (State.ENDED, Do.SHARE): State.ENDED,
    # The need is judged and the cost settled also for a placement that is over: that it has happened is no reason not
    # to (PLC-5, PLC-6).
    **{(state, Do.ASSESS): state for state in _TOGETHER},
    (State.ONGOING, Do.REFER): State.ONGOING,
    (State.DRAFT, Do.START): State.ONGOING,
    (State.PLANNED, Do.START): State.ONGOING,
    **{(state, Do.EXAMINE): state for state in (State.DRAFT, State.PLANNED, State.ONGOING)},
    **{
        (State.ONGOING, do): State.ONGOING
        for do in (Do.REVIEW, Do.HIDE, Do.REVEAL, Do.MOVE, Do.PLAN_END, Do.PLAN_AFTERCARE, Do.HAND_OVER)
    },
    **{(state, Do.NAME_READER): state for state in (State.DRAFT, State.PLANNED, State.ONGOING, State.ENDED)},
    (State.ONGOING, Do.FOLLOW_UP): State.ONGOING,
    (State.ENDED, Do.FOLLOW_UP): State.ENDED,
    (State.ENDED, Do.PLAN_AFTERCARE): State.ENDED,
    (State.ONGOING, Do.END): State.ENDED,
    (State.ENDED, Do.CLOSE): State.CLOSED,
    (State.DRAFT, Do.CANCEL): State.CANCELLED,
    (State.PLANNED, Do.CANCEL): State.CANCELLED,
    **{(state, Do.DRAW_UP): state for state in _TOGETHER},
}

OWNERS: dict[State, str] = {
    State.DRAFT: "Den placerande verksamheten",
    State.PLANNED: "Den placerande verksamheten och vården",
    State.ONGOING: "Den placerande verksamheten och vården",
    State.ENDED: "Den placerande verksamheten och vården",
    State.CLOSED: "Ingen, ärendet är avslutat",
    State.CANCELLED: "Ingen, placeringen blev inte av",
}
"""Whose turn it is in each state: no state is without an owner."""

STAGES: dict[tuple[Stage, Move], Stage] = {
    (Stage.DRAFT, Move.WRITE): Stage.DRAFT,
    (Stage.DRAFT, Move.PROPOSE): Stage.PROPOSED,
    (Stage.DRAFT, Move.WITHDRAW): Stage.WITHDRAWN,
    **{(stage, Move.COMMENT): stage for stage in (Stage.PROPOSED, Stage.SIGNED_BY_ONE)},
    **{(stage, Move.COUNTER): Stage.COUNTERED for stage in (Stage.PROPOSED, Stage.SIGNED_BY_ONE)},
    **{(stage, Move.DECLINE): Stage.DECLINED for stage in (Stage.PROPOSED, Stage.SIGNED_BY_ONE)},
    (Stage.PROPOSED, Move.WITHDRAW): Stage.WITHDRAWN,
    (Stage.PROPOSED, Move.SIGN): Stage.SIGNED_BY_ONE,
    (Stage.SIGNED_BY_ONE, Move.SIGN): Stage.IN_FORCE,
    (Stage.IN_FORCE, Move.RENEGOTIATE): Stage.IN_FORCE,
    (Stage.IN_FORCE, Move.REPLACE): Stage.REPLACED,
    (Stage.IN_FORCE, Move.EXPIRE): Stage.EXPIRED,
    (Stage.IN_FORCE, Move.END): Stage.ENDED,
    (Stage.EXPIRED, Move.RENEGOTIATE): Stage.EXPIRED,
}

STAGE_OWNERS: dict[Stage, str] = {
    Stage.DRAFT: "Den part som skriver",
    Stage.PROPOSED: "Den andra parten, och båda parternas undertecknare",
    Stage.COUNTERED: "Ingen, ett motförslag har tagit vid",
    Stage.DECLINED: "Den part som lade förslaget",
    Stage.WITHDRAWN: "Ingen, förslaget är tillbakadraget",
    Stage.SIGNED_BY_ONE: "Den part som inte har undertecknat",
    Stage.IN_FORCE: "Båda parterna",
    Stage.REPLACED: "Ingen, en ny version gäller",
    Stage.EXPIRED: "Båda parterna",
    Stage.ENDED: "Ingen, placeringen är slut",
}

DIAGRAMS = {
    "placement": Diagram("Placement", State.DRAFT, TRANSITIONS, OWNERS),
    "ansvarsforbindelse": Diagram("A version of an ansvarsförbindelse", Stage.DRAFT, STAGES, STAGE_OWNERS),
}
