"""Which SIP cases a unit reaches, and how lists sort and search them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import models

from core.acting import Actor
from individuals.querysets import reaches
from sip.kinds import OPEN_STATES

if TYPE_CHECKING:
    from sip.models import SipCase  # noqa: F401


class SipCaseQuerySet(models.QuerySet["SipCase"]):
    def visible_to(self, actor: Actor, now: datetime) -> Self:
        """Cases the acting unit takes part in now."""
        return self.filter(reaches(actor, now, "matter_id"))

    def open(self) -> Self:
        return self.filter(state__in=OPEN_STATES)

    def by_next_deadline(self) -> Self:
        """Most pressing first; those without a running clock last, newest first."""
        return self.order_by(models.F("matter__next_due_at").asc(nulls_last=True), "-matter__opened_at", "matter_id")
