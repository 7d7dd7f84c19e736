"""What is left out of a document because of who will read it (IND-2, IND-3, SIP-13). Pure.

Free text is judged with a heavy hand: a line too few can be asked for, a line too many can't be taken back.
"""

from __future__ import annotations

import re

from organisations.kinds import AuthorityKind
from organisations.models import Unit

_COSTS = re.compile(
    r"\b(kostnad|kosta[rdt]?\b|kronor\b|kr\b|sek\b|betal|avgift|faktur|budget|ersättning|finansier|procent\b|\d+\s*%)",
    re.IGNORECASE,
)
_SENTENCES = re.compile(r"(?<=[.!?])\s+|\n+")
_WHERE = re.compile(
    r"\b\w+(gatan|gata|vägen|väg|gränd|torget|torg|allén|stigen|backen|skolan|skola|gymnasiet|förskolan|hemmet"
    r"|boendet)\b\s*\d*|\b\d{3}\s?\d{2}\b|(?:\+46|\b0)[\d\s-]{6,}\d|\S+@\S+|https?://",
    re.IGNORECASE,
)

NOT_SHOWN = "Texten visas inte här, eftersom den kan tala om var barnet finns. Fråga den som har lämnat planen."

_IN_GENERAL = {
    AuthorityKind.SOCIAL: "Socialtjänsten",
    AuthorityKind.EDUCATION: "Skolan",
    AuthorityKind.CARE: "Vård och omsorg",
    AuthorityKind.HEALTH: "Hälso- och sjukvården",
    AuthorityKind.OTHER: "En annan myndighet",
}


def without_costs(text: str) -> str:
    """The text without the sentences that speak of money: that is settled between the parties, elsewhere (PLC-8)."""
    if not _COSTS.search(text):
        return text
    return " ".join(sentence for sentence in _SENTENCES.split(text) if not _COSTS.search(sentence)).strip()


def without_whereabouts(text: str) -> str:
    """The text, or that it isn't shown when it may tell an address, a phone number, a school or a home."""
    return NOT_SHOWN if _WHERE.search(text) else text


def in_general(unit: Unit) -> str:
    """What kind of authority the unit belongs to: its name could tell where the child is."""
    return _IN_GENERAL[AuthorityKind(unit.authority.kind)]
