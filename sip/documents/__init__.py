"""The documents of a SIP: which there are, whether one can be made now, and what stands in it.

Each is filled with what the acting unit may read at that moment, and nothing else: a document is a page on paper.
"""

from sip.documents.consent import CONSENT_FORM
from sip.documents.meeting import CALL, NOTES
from sip.documents.plan import GUARDIANS_COPY, NO_PLAN, OWN_COPY, PLAN, PLANNED_MEASURES
from sip.documents.sheets import Asked, Desk, Sheet

SHEETS: dict[str, Sheet] = {
    sheet.name: sheet for sheet in (PLAN, OWN_COPY, GUARDIANS_COPY, PLANNED_MEASURES, CALL, NOTES, CONSENT_FORM)
}
"""By their names in addresses, in the order of the page."""

__all__ = ["NO_PLAN", "PLAN", "SHEETS", "Asked", "Desk", "Sheet"]
