"""Who may do what in a revision (AGR-4). The table of states says when it is possible."""

from __future__ import annotations

from typing import Any

from agreements.models import Agreement
from agreements.states import AMENDMENT_TRANSITIONS, ROUND_TRANSITIONS
from agreements.values import ReviseDo
from core.acting import Actor
from core.authz import Rule, Rules
from organisations.kinds import MANAGERS, Role

COMMENTERS = frozenset(
    map(str, (*MANAGERS, Role.GROUP_COORDINATOR, Role.GROUP_REPRESENTATIVE, Role.USER_REPRESENTATIVE))
)
_BOARD = frozenset({str(Role.BOARD_MEMBER)})
_ADMINISTRATORS = frozenset({str(Role.LOCAL_ADMINISTRATOR)})


def _with_a_party(actor: Actor, obj: Any) -> bool:
    """Whether the actor works with a party of the agreement, which is the object itself or what it belongs to."""
    agreement: Agreement = obj if isinstance(obj, Agreement) else obj.agreement
    return any(party.huvudman_id == actor.huvudman_id for party in agreement.parties.all())


BOARD = Rule(_BOARD, "en ledamot i den regionala gruppen", _with_a_party)
COMMENT = Rule(
    COMMENTERS, "chefer, samordnare och representanter hos parterna, och företrädare för brukarorganisationer",
    _with_a_party,
)  # fmt: skip
DECIDE = Rule(_ADMINISTRATORS, "en lokal administratör hos en part", _with_a_party)

ROUND_RULES = Rules(
    rules={
        ReviseDo.COMMENT: COMMENT,
        ReviseDo.ANSWER: BOARD,
        ReviseDo.EXTEND: BOARD,
        ReviseDo.CLOSE: BOARD,
    },
    transitions=ROUND_TRANSITIONS,
)
AMENDMENT_RULES = Rules(
    rules={
        ReviseDo.EDIT: BOARD,
        ReviseDo.PROPOSE: BOARD,
        ReviseDo.WITHDRAW: BOARD,
        ReviseDo.DECIDE: DECIDE,
        ReviseDo.ADOPT: DECIDE,
        ReviseDo.REJECT: DECIDE,
    },
    transitions=AMENDMENT_TRANSITIONS,
)
