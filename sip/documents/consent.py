"""The consent form (IND-2, IND-4): to be signed on paper, or as the record of a consent that was given."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.workdays import local_day
from individuals.kinds import BasisKind, Category
from individuals.models import Basis
from sip.documents.sheets import Desk, Sheet
from sip.forms.filing_consent import PURPOSE, who_is_asked
from sip.panels import category_labels, readable

NOT_THE_INITIATOR = "Samtycket tas av den verksamhet som har tagit initiativet. Den skriver ut blanketten."
A_GROUND = "Uppgifterna lämnas över med stöd av lag, utan samtycke. Då finns ingen blankett att skriva under."
NOBODY_CALLED = "Välj först vilka verksamheter som ska kallas. De behöver stå i samtycket."


def _missing(desk: Desk) -> str:
    if not desk.initiated:
        return NOT_THE_INITIATOR
    basis = _consent(desk)
    if desk.basis is not None and basis is None and desk.basis.in_force(desk.now):
        return A_GROUND
    return "" if basis is not None or desk.called else NOBODY_CALLED


def _consent(desk: Desk) -> Basis | None:
    """The consent in force. One that was withdrawn or has ended is asked for anew."""
    basis = desk.basis
    return basis if basis is not None and basis.kind == BasisKind.CONSENT and basis.in_force(desk.now) else None


def _facts(desk: Desk) -> Mapping[str, Any]:
    """Why a guardian isn't called, and why a child decides alone, never stand here: all see the form (IND-2)."""
    basis = _consent(desk)
    today = local_day(desk.now)
    person = desk.case.matter.person
    facts: dict[str, Any] = {
        "is_child": person.is_child(today),
        "asked": who_is_asked(person, desk.guardians, today),
        "most_months": desk.case.matter.agreement.term(
            "consent.max_months", on=local_day(desk.case.matter.opened_at)
        ).value,
        "basis": basis,
    }
    if basis is not None:
        return facts | {
            "purpose": basis.purpose,
            "categories": category_labels(basis),
            "receivers": [scope for scope in basis.scopes.all() if not scope.is_excluded],
            "excluded": [scope for scope in basis.scopes.all() if scope.is_excluded],
            "givers": list(basis.givers.all()),
        }
    written = {piece.category for piece in readable(desk.case, desk.by)} | {Category.NEED}
    return facts | {
        "purpose": PURPOSE,
        "categories": [str(category.label) for category in Category if category in written],
        "receivers": desk.called,
        "excluded": [],
    }


CONSENT_FORM = Sheet(
    name="samtycke",
    kind="consent_form",
    title="Samtycke till SIP",
    about="Att skriva under på papper, eller som bekräftelse på det samtycke som är registrerat.",
    template="documents/sip/consent.html",
    missing=_missing,
    facts=_facts,
    has_large=True,
)
