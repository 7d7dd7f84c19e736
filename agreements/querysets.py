"""Which rows: agreements in force on a day, and terms as they stood that day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Self
from uuid import UUID

from django.db import models

if TYPE_CHECKING:
    from agreements.models import Agreement, TermVersion  # noqa: F401


class AgreementQuerySet(models.QuerySet["Agreement"]):
    def in_force(self, on: date) -> Self:
        """Agreements whose period holds the day; first and last day count."""
        return self.filter(valid_from__lte=on, valid_to__gte=on)

    def binding_all(self, huvudman_ids: Iterable[UUID]) -> Self:
        """Agreements that each of these huvudmän is a party to."""
        found = self
        for huvudman_id in huvudman_ids:
            found = found.filter(parties__huvudman_id=huvudman_id)
        return found


class TermVersionQuerySet(models.QuerySet["TermVersion"]):
    def standing(self, on: date) -> Self:
        """The newest version of each term that had begun to apply by the day."""
        return self.filter(valid_from__lte=on).order_by("key", "-valid_from").distinct("key")
