"""Words of the glossary, as links in running text: the first time each stands in a text, and nowhere else.

The link is the word itself, so a screen reader reads the sentence as it is written; it leads to the word's own place
in the glossary.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import slugify

if TYPE_CHECKING:
    from agreements.models import Agreement

# The endings that a noun of the glossary takes in running text: vårdnadshavare(n), placering(ar), beroende(t).
ENDINGS = "(?:arna|erna|orna|ar|er|or|en|et|na|n|t)?s?"
SHORTEST = 3
"""A definition shorter than this would be found in every sentence. Abbreviations are found as they are written."""


@dataclass(slots=True)
class Linker:
    """Links the words of one agreement, each once as long as it lives: make one for each text."""

    address: str
    words: dict[str, str]
    pattern: re.Pattern[str] | None
    linked: set[str] = field(default_factory=set)

    def fresh(self) -> Linker:
        """One that has linked nothing yet, for the next text."""
        return Linker(self.address, self.words, self.pattern)

    def link(self, text: str) -> SafeString:
        """The text, escaped, with links."""
        if self.pattern is None:
            return conditional_escape(text)
        pieces: list[str] = []  # Plain text is escaped when they are joined; links are escaped already.
        end = 0
        for found in self.pattern.finditer(text):
            anchor = self.words[(found["short"] or found["word"].casefold())]
            if anchor in self.linked:
                continue
            self.linked.add(anchor)
            pieces.append(text[end : found.start()])
            pieces.append(format_html('<a class="term" href="{}#{}">{}</a>', self.address, anchor, found[0]))
            end = found.end()
        pieces.append(text[end:])
        return format_html_join("", "{}", ((piece,) for piece in pieces))


def anchor_of(word: str) -> str:
    """The id of a word on the glossary's page."""
    return f"ord-{slugify(word) or word.encode().hex()}"


def linker_for(agreement: Agreement) -> Linker:
    """Read the agreement's glossary. Two queries, or none when it is prefetched."""
    short = {entry.word: anchor_of(entry.word) for entry in agreement.abbreviations.all()}
    long = {
        entry.word.casefold(): anchor_of(entry.word)
        for entry in agreement.definitions.all()
        if len(entry.word) >= SHORTEST
    }
    parts = []
    if short:
        parts.append(r"\b(?P<short>" + _any_of(short) + r")\b")
    if long:
        parts.append(r"\b(?P<word>(?i:" + _any_of(long) + "))" + ENDINGS + r"\b")
    if not short and long:
        parts.append("(?P<short>(?!))")
    if short and not long:
        parts.append("(?P<word>(?!))")
    pattern = re.compile("|".join(parts)) if parts else None
    return Linker(reverse("agreements:glossary", args=[agreement.key]), {**long, **short}, pattern)


def _any_of(words: dict[str, str]) -> str:
    # Longest first: the whole of "skyddat boende", not "boende" in it.
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
