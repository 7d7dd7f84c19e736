"""Which SIP cases a unit reaches, and how lists sort and search them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Self
from uuid import UUID

from django.apps import apps
from django.db import models
from django.db.models import Q

from core.acting import Actor
from individuals.identity import WrongNumber, read_number
from individuals.kinds import Category, MatterKind
from individuals.querysets import OfMatterQuerySet, reaches
from individuals.references import may_be_reference
from sip.kinds import OPEN_STATES

if TYPE_CHECKING:
    from sip.models import OtherPlan, SipCase  # noqa: F401

_FEWEST_DIGITS = 4


class SipCaseQuerySet(OfMatterQuerySet["SipCase"]):
    def search(self, text: str, *, today: date) -> Self:
        """Cases by reference, by number (10 or 12 digits, or part of one) or by every word of the name."""
        # One condition at a time: of an "or" between tables, the database can't begin with either index.
        by_reference = self.filter(matter__reference=text.strip().upper())
        if may_be_reference(text) and by_reference.exists():
            return by_reference
        if number := _whole_number(text, today):
            return self.filter(matter__person__identity_number=number)
        if digits := _digits(text):
            return self.filter(matter__person__identity_number__contains=digits)
        words = text.split()
        return self.filter(*map(_is_called, words)) if words else self.none()

    def open(self) -> Self:
        return self.filter(state__in=OPEN_STATES)

    def on_desk(self) -> Self:
        """Of the visible ones, those that are going on: one stretch of the index of the unit's rights."""
        return self.open().filter(right_kind=MatterKind.SIP, right_closed_at=None)

    def overdue(self, now: datetime) -> Self:
        """Of the visible ones, those with a clock that has run out."""
        return self.filter(right_due_at__lte=now)

    def with_clock(self, kinds: Sequence[str]) -> Self:
        """Those with a running clock of one of the kinds."""
        clocks: Any = apps.get_model("deadlines", "Clock")
        running = clocks.objects.filter(matter_id=models.OuterRef("pk"), kind__in=kinds, stopped_at=None)
        return self.filter(models.Exists(running))

    def with_unit(self, unit_id: UUID | str) -> Self:
        """Those that the unit takes part in."""
        participants: Any = apps.get_model("individuals", "Participant")
        there = participants.objects.filter(matter_id=models.OuterRef("pk"), unit_id=unit_id, ended_at=None)
        return self.filter(models.Exists(there))


class OtherPlanQuerySet(models.QuerySet["OtherPlan"]):
    def visible_to(self, actor: Actor, now: datetime) -> Self:
        """Plans the acting unit has noted, and those of others while the basis covers health (SIP-12)."""
        bases: Any = apps.get_model("individuals", "Basis")
        of_health = bases.objects.filter(
            matter_id=models.OuterRef("case_id"),
            withdrawn_at=None,
            replaced_at=None,
            expires_at__gt=now,
            categories__contains=[Category.HEALTH],
        )
        return self.filter(reaches(actor, now, "case_id")).filter(
            Q(noted_by_unit_id=actor.unit_id) | models.Exists(of_health)
        )


def _is_called(word: str) -> Q:
    """A name has the word in it, or it is a reserve number."""
    person = "matter__person__"
    named = Q(**{f"{person}first_name__icontains": word}) | Q(**{f"{person}last_name__icontains": word})
    return named | Q(**{f"{person}identity_number": word.upper()})


def _whole_number(text: str, today: date) -> str:
    """The text as a number, if it is one; else empty."""
    try:
        return read_number(text, today=today).number
    except WrongNumber:
        return ""


def _digits(text: str) -> str:
    """The digits of a text that may be the beginning or end of a number; else empty."""
    digits = re.sub(r"[\s+-]", "", text)
    return digits if digits.isdigit() and len(digits) >= _FEWEST_DIGITS else ""
