"""Which SIP cases a unit reaches, and how lists sort and search them."""

from __future__ import annotations

import re
from datetime import date, datetime
from functools import reduce
from operator import and_
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from core.acting import Actor
from individuals.identity import WrongNumber, read_number
from individuals.querysets import reaches
from sip.kinds import OPEN_STATES

if TYPE_CHECKING:
    from sip.models import SipCase  # noqa: F401

_FEWEST_DIGITS = 4


class SipCaseQuerySet(models.QuerySet["SipCase"]):
    def visible_to(self, actor: Actor, now: datetime) -> Self:
        """Cases the acting unit takes part in now."""
        return self.filter(reaches(actor, now, "matter_id"))

    def search(self, text: str, *, today: date) -> Self:
        """Cases by reference, by number (10 or 12 digits, or part of one) or by every word of the name."""
        found = Q(matter__reference=text.strip().upper())
        if number := _number(text, today):
            found |= Q(matter__person__identity_number__contains=number)
        elif words := text.split():
            person = "matter__person__"
            names = [
                Q(**{f"{person}first_name__icontains": w}) | Q(**{f"{person}last_name__icontains": w}) for w in words
            ]
            found |= reduce(and_, names)
        return self.filter(found)

    def open(self) -> Self:
        return self.filter(state__in=OPEN_STATES)

    def by_next_deadline(self) -> Self:
        """Most pressing first; those without a running clock last, newest first."""
        return self.order_by(models.F("matter__next_due_at").asc(nulls_last=True), "-matter__opened_at", "matter_id")


def _number(text: str, today: date) -> str:
    """The text as a number, if it is one or the beginning or end of one; else empty."""
    try:
        return read_number(text, today=today).number
    except WrongNumber:
        digits = re.sub(r"[\s+-]", "", text)
        return digits if digits.isdigit() and len(digits) >= _FEWEST_DIGITS else ""
