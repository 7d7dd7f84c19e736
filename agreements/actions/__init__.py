"""What people do with an agreement: the board, the parties' administrators, and those who comment on it."""

from agreements.actions.amendments import (
    amend_provision,
    amend_term,
    decide_amendment,
    draft_amendment,
    drop_part,
    propose,
    withdraw_amendment,
)
from agreements.actions.decisions import record_decision, strike_decision
from agreements.actions.local import add_local_document, change_local_document
from agreements.actions.rounds import answer, close_round, comment, extend_round, open_round, require_board
from agreements.actions.shared import require_local_writer
from agreements.actions.terms import change_term, version_to_change

__all__ = [
    "add_local_document",
    "amend_provision",
    "amend_term",
    "answer",
    "change_local_document",
    "change_term",
    "close_round",
    "comment",
    "decide_amendment",
    "draft_amendment",
    "drop_part",
    "extend_round",
    "open_round",
    "propose",
    "record_decision",
    "require_board",
    "require_local_writer",
    "strike_decision",
    "version_to_change",
    "withdraw_amendment",
]
