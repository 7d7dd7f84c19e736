"""A dispute's texts are read by groups and heads who have no right to the case: they must point out nobody (DIS-1).

The check is the one that deviations are shared by. What it is sure of is refused; what only may be a name is left to
the one who writes, since a dispute has to be told in the parties' own words.
"""

from __future__ import annotations

from collections.abc import Mapping

from core.authz import Refused
from deviations.deidentify import Kind
from deviations.names import scanner

POINTS_OUT = {
    Kind.NUMBER: "ser ut som ett personnummer",
    Kind.PHONE: "ser ut som ett telefonnummer",
    Kind.CONTACT: "är en adress eller ett konto på nätet",
    Kind.ADDRESS: "ser ut som en adress",
    Kind.REFERENCE: "är ett ärendenummer",
    Kind.NAME: "är ett namn ur era ärenden",
}
HOLDS_A_REFERENCE = {"deviation_reference"}
DE_IDENTIFIED = "Texten läses av personer som inte har rätt till ärendet. Skriv utan det."


def refuse_personal_data(texts: Mapping[str, str]) -> None:
    """Raise `Refused` by the field whose text points somebody out: a number, a way to reach them, a street or a name.

    `texts`: text by field. The names are those that the acting unit knows; row security decides which.
    """
    scan = scanner(texts.values(), staff=False)
    for field, text in texts.items():
        for hit in scan(text):
            if hit.is_sure and not (hit.kind == Kind.REFERENCE and field in HOLDS_A_REFERENCE):
                raise Refused(f"”{hit.text}” {POINTS_OUT[hit.kind]}. {DE_IDENTIFIED}", field=field)
