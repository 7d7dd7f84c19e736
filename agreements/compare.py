"""The difference between two agreements, or between two days of one: section by section and term by term."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from typing import Any, TypeVar

from django.db import models
from django.db.models import F, Value

from agreements.amended import as_amended, standing_changes
from agreements.models import Agreement, CostRule, DisputeLevel, Indicator, Provision
from agreements.values import Term

ALIKE = 0.6
"""How much of two headings must agree for their sections to be the same one under a new name."""


class Change(models.TextChoices):
    """What became of something between the two. Not stored."""

    SAME = "same", "Oförändrat"
    CHANGED = "changed", "Ändrat"
    NEW = "new", "Nytt"
    GONE = "gone", "Borttaget"

    @property
    def tone(self) -> str:
        return {"same": "neutral", "changed": "warning", "new": "success", "gone": "danger"}[self.value]


V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Pair:
    """The same thing before and after; one side is None when it is new or gone."""

    before: Any
    after: Any
    change: Change


@dataclass(frozen=True, slots=True)
class Comparison:
    sections: list[Pair]
    terms: list[Pair]
    rules: list[tuple[str, list[Pair]]]

    def count(self, change: Change) -> int:
        return sum(pair.change == change for pair in self.sections + self.terms)


def compare(before: Agreement, after: Agreement, *, before_on: date, after_on: date) -> Comparison:
    """Compare two agreements, or one, as they stand on a day each: what amendments changed shows too. Seven queries."""
    return Comparison(
        _pair_sections(_sections(before, before_on), _sections(after, after_on)),
        _pair(before.terms(on=before_on), after.terms(on=after_on), _says),
        _rules(before, after),
    )


def _sections(agreement: Agreement, on: date) -> list[Provision]:
    return as_amended(agreement.provisions.all(), standing_changes([agreement], on))


def _says(term: Term) -> tuple[Any, ...]:
    return (term.value, term.unit, term.counted, term.stages)


def _pair(before: Mapping[str, V], after: Mapping[str, V], says: Any = lambda value: value) -> list[Pair]:
    """Pair what has the same key: those of `after` in their order, then what is gone."""
    pairs = []
    for key, new in after.items():
        old = before.get(key)
        change = Change.NEW if old is None else Change.SAME if says(old) == says(new) else Change.CHANGED
        pairs.append(Pair(old, new, change))
    return pairs + [Pair(old, None, Change.GONE) for key, old in before.items() if key not in after]


def _pair_sections(before: Sequence[Provision], after: Sequence[Provision]) -> list[Pair]:
    """Pair sections by heading: numbers move when one is put in between, headings seldom change wholly."""
    left = list(before)
    pairs = []
    for section in after:
        old = _most_alike(section, left)
        if old is None:
            pairs.append(Pair(None, section, Change.NEW))
            continue
        left.remove(old)
        same = (old.summary, old.points) == (section.summary, section.points)
        pairs.append(Pair(old, section, Change.SAME if same else Change.CHANGED))
    return pairs + [Pair(old, None, Change.GONE) for old in left]


def _most_alike(section: Provision, among: Iterable[Provision]) -> Provision | None:
    def likeness(other: Provision) -> float:
        heading = SequenceMatcher(None, section.heading.lower(), other.heading.lower()).ratio()
        # Between two headings as like, the one with the same number.
        return heading + 0.1 * (section.number == other.number)

    best = max(among, key=likeness, default=None)
    return best if best is not None and likeness(best) >= ALIKE else None


def _rules(before: Agreement, after: Agreement) -> list[tuple[str, list[Pair]]]:
    """The ladder, the costs and the indicators, in one query."""
    kinds: tuple[tuple[str, type[models.Model], str], ...] = (
        ("Tvistetrappan", DisputeLevel, "name"),
        ("Kostnader", CostRule, "text"),
        ("Uppföljningens indikatorer", Indicator, "name"),
    )
    queries = [
        model._default_manager.filter(agreement__in=[before, after])
        .order_by()
        .values_list(Value(place), "agreement_id", "position", "key", F(field))
        for place, (_, model, field) in enumerate(kinds)
    ]
    found: dict[tuple[int, Any], dict[str, str]] = {}
    for place, agreement_id, _, key, text in queries[0].union(*queries[1:], all=True).order_by("position"):
        found.setdefault((place, agreement_id), {})[key] = text
    pairs = [
        (title, _pair(found.get((place, before.pk), {}), found.get((place, after.pk), {})))
        for place, (title, _, _) in enumerate(kinds)
    ]
    return [(title, rows) for title, rows in pairs if rows]
