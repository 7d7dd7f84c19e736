"""Which names the check knows: persons and guardians of the unit's own cases, and staff (DEV-4)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from django.db.models import Q

from deviations.deidentify import PERSON, RELATIVE, STAFF, Hit, Known, find
from individuals.models import Guardian, Person
from organisations.models import CoordinationGroup, Huvudman, Unit, User

_WORDS = re.compile(r"[^\W\d_]{2,}")


def scanner(texts: Iterable[str], *, staff: bool = True) -> Callable[[str], list[Hit]]:
    """A function that finds every passage to look at in a text, with the names and words that the unit knows.

    `staff` False: names of staff are left alone, where it is no secret who works with the question.
    """
    names, ordinary = known_names(texts, staff=staff), ordinary_words()
    return lambda text: find(text, names=names, ordinary=ordinary)


def known_names(texts: Iterable[str], *, staff: bool = True) -> dict[str, Known]:
    """Names that occur in the texts' words and that the acting unit knows, each in small letters.

    Row security decides whose: persons that the unit recorded or shares a case with. Only names that begin as some word
    of the texts does are read, so the cost follows the text and not the number of cases.
    """
    starts = {word.casefold()[:2] for text in texts for word in _WORDS.findall(text)}
    known: dict[str, Known] = {}
    if not starts:
        return known
    colleagues = User.objects.filter(_begins(starts, "first_name", "last_name")) if staff else User.objects.none()
    for last_name in colleagues.values_list("last_name", flat=True):
        _learn(known, last_name, STAFF)
    for name in Guardian.objects.filter(_begins(starts, "name")).values_list("name", flat=True):
        _learn(known, name, RELATIVE)
    persons = Person.objects.filter(_begins(starts, "first_name", "last_name")).values_list("first_name", "last_name")
    for first, last in persons:
        _learn(known, first, PERSON)
        _learn(known, last, PERSON)
    return known


def _begins(starts: set[str], *fields: str) -> Q:
    pattern = rf"(^|[\s-])({'|'.join(sorted(map(re.escape, starts)))})"
    condition = Q()
    for field in fields:
        condition |= Q(**{f"{field}__iregex": pattern})
    return condition


def _learn(known: dict[str, Known], name: str, who: Known) -> None:
    for part in _WORDS.findall(name):
        known[part.casefold()] = who


def ordinary_words() -> list[str]:
    """Words written with a capital that name no person: huvudmän, units and groups."""
    return [
        *Huvudman.objects.values_list("name", flat=True),
        *Unit.objects.values_list("name", flat=True),
        *CoordinationGroup.objects.values_list("name", flat=True),
    ]
