"""What people do with an agreement: the board, the parties' administrators, and those who comment on it."""

from agreements.actions.decisions import record_decision, strike_decision
from agreements.actions.local import add_local_document, change_local_document
from agreements.actions.shared import require_local_writer
from agreements.actions.terms import change_term, version_to_change

__all__ = [
    "add_local_document",
    "change_local_document",
    "change_term",
    "record_decision",
    "require_local_writer",
    "strike_decision",
    "version_to_change",
]
