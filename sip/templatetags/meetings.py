"""Words of the closed lists of meetings, as they stand in a sentence."""

from __future__ import annotations

from collections.abc import Iterable

from django import template

from individuals.kinds import Manner
from sip.kinds import Gets, Part

register = template.Library()


@register.filter
def manner_words(value: str) -> str:
    """`skriftligt`, `muntligt`, `på annat sätt`."""
    return str(Manner(value).label).lower()


@register.filter
def part_words(value: str) -> str:
    """`Är med hela mötet`."""
    return str(Part(value).label)


@register.filter
def gets_words(values: Iterable[str]) -> str:
    """What somebody may get, in a row: `anteckningarna, planen`."""
    return ", ".join(str(Gets(one).label).lower() for one in values)
