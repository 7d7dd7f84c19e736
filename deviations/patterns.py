"""What the group's records have in common: section, parties, seriousness, and those alike in words (DEV-6)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.contrib.postgres.search import TrigramSimilarity, TrigramWordSimilarity
from django.db.models import QuerySet
from django.db.models.functions import Greatest

from deviations.kinds import Severity
from deviations.models import SharedDeviation
from organisations.kinds import UnitKind

T = TypeVar("T")
ALIKE = 0.12
"""How alike two texts must be, of 1, to be shown together: low, since the group decides."""

FOUND = 0.45
"""How well a search must fit somewhere in a text."""

AT_MOST = 5


@dataclass(frozen=True, slots=True)
class Count:
    """One line of a grouping: what it is, how many, and the address filter that shows them."""

    label: str
    count: int
    query: str = ""


@dataclass(frozen=True, slots=True)
class Grouping:
    heading: str
    counts: Sequence[Count]


def groupings(records: Iterable[SharedDeviation]) -> list[Grouping]:
    """The records counted in three ways, the most common first."""
    records = list(records)
    sections = Counter((one.provision.number, one.provision.heading) for one in records)
    parties = Counter(_between(one) for one in records)
    severities = Counter(one.severity for one in records)
    return [
        Grouping(
            "Avsnitt som inte följdes",
            [Count(f"{number} {heading}", n, f"avsnitt={number}") for (number, heading), n in _common(sections)],
        ),
        Grouping("Mellan vilka", [Count(words, n) for words, n in _common(parties)]),
        Grouping(
            "Allvar",
            [Count(str(one.label), severities[one], f"allvar={one.value}") for one in Severity if severities[one]],
        ),
    ]


def _between(record: SharedDeviation) -> str:
    kinds = [str(UnitKind(kind).label) for kind in (record.from_kind, record.about_kind)]
    return kinds[0] if kinds[0] == kinds[1] else " och ".join(sorted(kinds))


def _common(counter: Counter[T]) -> list[tuple[T, int]]:
    return sorted(counter.items(), key=lambda pair: (-pair[1], str(pair[0])))


def similar(record: SharedDeviation, among: QuerySet[SharedDeviation]) -> list[SharedDeviation]:
    """Other records of the desk that are told in like words, the most alike first; same section counts a little."""
    likeness = Greatest(TrigramSimilarity("happened", record.happened), TrigramSimilarity("analysis", record.analysis))
    found = among.exclude(pk=record.pk).annotate(likeness=likeness).filter(likeness__gte=ALIKE)
    return list(found.select_related("provision", "from_huvudman", "pattern").order_by("-likeness", "pk")[:AT_MOST])


def search(text: str, among: QuerySet[SharedDeviation]) -> QuerySet[SharedDeviation]:
    """Records where the words, or nearly those, stand somewhere."""
    fits = Greatest(*(TrigramWordSimilarity(text, field) for field in ("headline", "happened", "analysis", "measure")))
    return among.annotate(fits=fits).filter(fits__gte=FOUND).order_by("-fits", "pk")
