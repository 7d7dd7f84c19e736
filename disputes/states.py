"""The transition table of a dispute. The diagram in docs/states is drawn from it; the levels are the agreement's."""

from __future__ import annotations

from core.diagrams import Diagram
from disputes.kinds import Do, State

TRANSITIONS: dict[tuple[State, Do], State] = {
    **{(State.OPEN, do): State.OPEN for do in (Do.TAKE_POSITION, Do.CHANGE_INTERIM, Do.ENCLOSE, Do.LIFT, Do.PROPOSE)},
    (State.OPEN, Do.CONFIRM): State.SETTLED,
    (State.OPEN, Do.WITHDRAW): State.WITHDRAWN,
    (State.SETTLED, Do.GIVE_GUIDANCE): State.SETTLED,
}

OWNERS: dict[State, str] = {
    State.OPEN: "De som hanterar tvisten på nivån, på båda sidor",
    State.SETTLED: "Ingen, parterna är eniga",
    State.WITHDRAWN: "Ingen, tvisten är återkallad",
}
"""Whose turn it is in each state: no state is without an owner."""

DIAGRAMS = {"dispute": Diagram("Dispute", State.OPEN, TRANSITIONS, OWNERS)}
