"""A dispute's texts are read by groups and heads who have no right to the case: they must point out nobody."""

from __future__ import annotations

import re

from core.authz import Refused
from individuals.models import Matter

_NUMBER = re.compile(r"(?<!\d)(?:19|20)?\d{6}[-+]?\d{4}(?!\d)")
_WORD = re.compile(r"\w+")

DE_IDENTIFIED = "Frågan och ståndpunkterna läses av personer som inte har rätt till ärendet."


def refuse_personal_data(text: str, matter: Matter | None, *, field: str) -> None:
    """Raise `Refused` when a text holds a personal number, or a name from the case the dispute arose from."""
    if found := _NUMBER.search(text):
        raise Refused(f"”{found.group()}” ser ut som ett personnummer. Ta bort det. {DE_IDENTIFIED}", field=field)
    if matter is None:
        return
    names = {name.casefold() for name in _WORD.findall(f"{matter.person.first_name} {matter.person.last_name}")}
    for word in _WORD.findall(text):
        # A name in the genitive gives it away as well.
        if {word.casefold(), word.casefold().removesuffix("s")} & names:
            raise Refused(f"”{word}” är ett namn ur ärendet. Skriv utan det. {DE_IDENTIFIED}", field=field)
