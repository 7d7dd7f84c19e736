"""What a reader asks for, in words: synonyms count as the word itself, and a misspelled word finds its like.

Swedish full text finds forms of a word (placeringar, placering), parts of words find compounds (abstinens in
abstinensbehandling). Only when that finds nothing is a word taken for the most similar one in the agreement.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any, TypeVar

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db import connection, models
from django.db.models import F, Func, Q, Value

from agreements.models import Agreement

M = TypeVar("M", bound=models.Model)

LIKE_ENOUGH = 0.4
"""How similar, by trigrams, a word must be to count as a misspelling: misbruk to missbruk is 0.5."""

WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*-?")

# Words of a question that say nothing of what it is about.
OF_THE_QUESTION = frozenset(
    WORD.findall(
        "vem vilka vilken vilket vad vart hur när var är har ska skall får kan den det de som för till med och eller i"
        " på av om en ett att ansvarar ansvarig ansvar ansvaret svarar gör utför betalar"
    )
)


@dataclass(frozen=True, slots=True)
class Question:
    """Words that must all be found; each is a tuple of the word and those that mean the same."""

    words: tuple[tuple[str, ...], ...]

    def filter(self, *fields: str) -> Q:
        """Rows where every word, or one that means the same, is found in these fields. No words: no rows."""
        if not self.words:
            return Q(pk__in=[])
        text = Func(Value(" "), *map(F, fields), function="concat_ws", output_field=models.TextField())
        found = Q()
        for same in self.words:
            forms = reduce(or_, (SearchQuery(word, config="swedish", search_type="phrase") for word in same))
            found &= Q(_Matches(text, Value(_pattern(same)))) | Q(_Holds(SearchVector(text, config="swedish"), forms))
        return found


class _Matches(Func):
    template, arg_joiner, arity = "(%(expressions)s)", " ~* ", 2
    output_field = models.BooleanField()


class _Holds(_Matches):
    arg_joiner = " @@ "


def _pattern(same: Iterable[str]) -> str:
    """A short word must begin a word: SIS is no part of assistans."""
    return "|".join((r"\m" if len(word) <= 4 else "") + re.escape(word) for word in same)


def read_question(text: str, agreement: Agreement) -> Question:
    """Read what was typed, with the agreement's synonyms and abbreviations. Two queries."""
    return _read(text, _synonyms(agreement))


def find(text: str, agreement: Agreement, *searched: tuple[models.QuerySet[Any], Sequence[str]]) -> Found:
    """Search several kinds of rows for the same words. When nothing at all is found, once more as if misspelled."""
    synonyms = _synonyms(agreement)
    question = _read(text, synonyms)
    rows = [list(queryset.filter(question.filter(*fields))) for queryset, fields in searched]
    if any(rows) or not question.words:
        return Found(rows)
    likely = _as_spelled([same[0] for same in question.words], agreement)
    if likely is None:
        return Found(rows)
    question = _read(likely, synonyms)
    rows = [list(queryset.filter(question.filter(*fields))) for queryset, fields in searched]
    return Found(rows, likely if any(rows) else "")


@dataclass(frozen=True, slots=True)
class Found:
    """Rows of each kind searched; `instead_of` what was typed, these words were searched for."""

    rows: list[list[Any]]
    searched_for: str = ""


def _synonyms(agreement: Agreement) -> dict[str, tuple[str, ...]]:
    groups = [*agreement.word_groups.values_list("words", flat=True)]
    groups += [[word, meaning] for word, meaning in agreement.abbreviations.values_list("word", "meaning")]
    found: dict[str, tuple[str, ...]] = {}
    for group in groups:
        for word in group:
            others = (other for other in group if other != word)
            found[word.lower()] = tuple(dict.fromkeys((*found.get(word.lower(), (word,)), *others)))
    return found


def _read(text: str, synonyms: Mapping[str, tuple[str, ...]]) -> Question:
    typed = [word.lower() for word in WORD.findall(text)]
    longest = max((len(WORD.findall(phrase)) for phrase in synonyms), default=1)
    words: list[tuple[str, ...]] = []
    while typed:
        for count in range(min(longest, len(typed)), 0, -1):
            if (phrase := " ".join(typed[:count])) in synonyms or count == 1:
                words.append(synonyms.get(phrase, (phrase,)))
                del typed[:count]
                break
    telling = [same for same in words if same[0] not in OF_THE_QUESTION]
    return Question(tuple(telling or words))


# The vocabulary: every word of the agreement that a reader can search for.
_MOST_LIKE = r"""
WITH vocabulary AS (
SELECT DISTINCT lower(word) AS word FROM (
    SELECT concat_ws(' ', heading, summary, array_to_string(points, ' ')) AS text FROM agreements_provision
     WHERE agreement_id = %(agreement)s
    UNION ALL SELECT concat_ws(' ', text, search_words, actor) FROM agreements_responsibility
     WHERE agreement_id = %(agreement)s
    UNION ALL SELECT concat_ws(' ', word, meaning) FROM agreements_definition WHERE agreement_id = %(agreement)s
    UNION ALL SELECT concat_ws(' ', word, meaning) FROM agreements_abbreviation WHERE agreement_id = %(agreement)s
    UNION ALL SELECT array_to_string(words, ' ') FROM agreements_wordgroup WHERE agreement_id = %(agreement)s
) AS texts, regexp_split_to_table(text, '[^[:alnum:]-]+') AS word WHERE word <> ''
)
SELECT DISTINCT ON (place) word, similarity(word, asked) AS likeness, position(asked in word) > 0 AS there
  FROM unnest(%(asked)s::text[]) WITH ORDINALITY AS question(asked, place), vocabulary
 ORDER BY place, there DESC, likeness DESC, word
"""


def _as_spelled(asked: list[str], agreement: Agreement) -> str | None:
    """The words as the agreement most likely spells them, or None when one of them resembles nothing there."""
    with connection.cursor() as cursor:
        cursor.execute(_MOST_LIKE, {"agreement": agreement.pk, "asked": [word.lower() for word in asked]})
        likely = cursor.fetchall()
    if len(likely) < len(asked) or any(likeness < LIKE_ENOUGH and not there for _, likeness, there in likely):
        return None
    corrected = [word if not there else typed for typed, (word, _, there) in zip(asked, likely, strict=True)]
    return None if corrected == asked else " ".join(corrected)
