"""The transition tables of a round of comments and of an amendment (AGR-4)."""

from __future__ import annotations

from agreements.values import AmendmentState, ReviseDo, RoundState
from core.diagrams import Diagram

ROUND_TRANSITIONS: dict[tuple[RoundState, ReviseDo], RoundState] = {
    (RoundState.OPEN, ReviseDo.COMMENT): RoundState.OPEN,
    (RoundState.OPEN, ReviseDo.ANSWER): RoundState.OPEN,
    (RoundState.OPEN, ReviseDo.EXTEND): RoundState.OPEN,
    (RoundState.OPEN, ReviseDo.CLOSE): RoundState.CLOSED,
}
ROUND_OWNERS: dict[RoundState, str] = {
    RoundState.OPEN: "Parter och brukarorganisationer till sista dagen, sedan den regionala gruppen",
    RoundState.CLOSED: "Ingen, rundan är avslutad",
}

AMENDMENT_TRANSITIONS: dict[tuple[AmendmentState, ReviseDo], AmendmentState] = {
    (AmendmentState.DRAFT, ReviseDo.EDIT): AmendmentState.DRAFT,
    (AmendmentState.DRAFT, ReviseDo.PROPOSE): AmendmentState.PROPOSED,
    (AmendmentState.DRAFT, ReviseDo.WITHDRAW): AmendmentState.WITHDRAWN,
    (AmendmentState.PROPOSED, ReviseDo.DECIDE): AmendmentState.PROPOSED,
    (AmendmentState.PROPOSED, ReviseDo.ADOPT): AmendmentState.ADOPTED,
    (AmendmentState.PROPOSED, ReviseDo.REJECT): AmendmentState.REJECTED,
    (AmendmentState.PROPOSED, ReviseDo.WITHDRAW): AmendmentState.WITHDRAWN,
}
AMENDMENT_OWNERS: dict[AmendmentState, str] = {
    AmendmentState.DRAFT: "Den regionala gruppen",
    AmendmentState.PROPOSED: "De parter som inte har beslutat",
    AmendmentState.ADOPTED: "Ingen, ändringen gäller från sin dag",
    AmendmentState.REJECTED: "Ingen, en part sade nej",
    AmendmentState.WITHDRAWN: "Ingen, ändringen drogs tillbaka",
}

DIAGRAMS = {
    "agreement-round": Diagram("Agreements: a round of comments", RoundState.OPEN, ROUND_TRANSITIONS, ROUND_OWNERS),
    "agreement-amendment": Diagram(
        "Agreements: an amendment", AmendmentState.DRAFT, AMENDMENT_TRANSITIONS, AMENDMENT_OWNERS
    ),
}
