"""The verbs of a SIP. The only code that changes the state of a case or of what belongs to it.

All run inside `acting()`; `by` is the acting assignment, `now` an aware instant.
"""

from sip.actions.calls import acknowledge, pause, record_contact, redirect, redirect_targets, resume
from sip.actions.ending import close, decline, withdraw, withdraw_consent
from sip.actions.initiation import Consent, edit_case, latest_pieces, record_basis, send, start_case, whats_missing
from sip.actions.shared import ACKNOWLEDGE, ACTIVE_CALLS, DRAFT, EXPIRY, FIRST_CONTACT, URGENT_CONTACT

__all__ = [
    "ACKNOWLEDGE",
    "ACTIVE_CALLS",
    "DRAFT",
    "EXPIRY",
    "FIRST_CONTACT",
    "URGENT_CONTACT",
    "Consent",
    "acknowledge",
    "close",
    "decline",
    "edit_case",
    "latest_pieces",
    "pause",
    "record_basis",
    "record_contact",
    "redirect",
    "redirect_targets",
    "resume",
    "send",
    "start_case",
    "whats_missing",
    "withdraw",
    "withdraw_consent",
]
