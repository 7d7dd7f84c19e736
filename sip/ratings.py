"""One-time codes and what people answered with them (SIP-10)."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db import connection
from django.utils.crypto import salted_hmac

from sip.kinds import RatingReader
from sip.models import Plan, RatingCode

_LETTERS = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", "ABCDEFGHJKLMNPQRSTUVWXYZ23456789")
_BYTES, _GROUP = 10, 4


@dataclass(frozen=True, slots=True)
class Summary:
    """What at least five people of one target group answered in one municipality in one year, 1 to 4."""

    year: int
    municipality_id: UUID
    target_group: str
    answers: int
    participation: Decimal
    clarity: Decimal
    usefulness: Decimal


def code_for(*, plan: Plan, reader: RatingReader) -> str:
    """The code of a reader's copy of a version, for printing; empty when it has been used.

    It is computed, not stored: each print of the same copy bears the same code, and the database holds its hash only.
    """
    digest = salted_hmac("sip.rating", f"{plan.pk}:{reader}", algorithm="sha256").digest()[:_BYTES]
    letters = base64.b32encode(digest).decode().translate(_LETTERS)
    made, _ = RatingCode.objects.get_or_create(
        plan=plan, reader=reader, defaults={"case_id": plan.case_id, "code_hash": _hash(letters)}
    )
    if made.is_used or made.code_hash != _hash(letters):
        return ""
    return "-".join(re.findall("." * _GROUP, letters))


def rate(*, code: str, participation: int, clarity: int, usefulness: int) -> bool:
    """Use a code and store the answer. False when there is no such code or it has been used: the two look alike."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT portal_rate(%s, %s, %s, %s)", [_hash(code), participation, clarity, usefulness])
        return bool(cursor.fetchone()[0])


def summaries() -> list[Summary]:
    """All groups of five or more, of years that are over."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM portal_ratings()")
        return [Summary(*row) for row in cursor.fetchall()]


def _hash(code: str) -> str:
    letters = re.sub(r"[^0-9A-Z]", "", code.upper())
    return salted_hmac("sip.rating.code", letters, algorithm="sha256").hexdigest()
