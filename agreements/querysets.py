"""Which rows: agreements in force on a day, and terms as they stood that day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Self
from uuid import UUID

from django.db import models

if TYPE_CHECKING:
    from agreements.models import (  # noqa: F401
        Agreement,
        Responsibility,
        ResponsibilityArea,
        TargetGroup,
        TermVersion,
    )


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

    def about_first(self, scope: str) -> Self:
        """Agreements about this scope first, for parties that may have none about it and follow the one they have."""
        return self.order_by(models.Case(models.When(scope=scope, then=0), default=1))


class TermVersionQuerySet(models.QuerySet["TermVersion"]):
    def standing(self, on: date) -> Self:
        """The newest version of each term that had begun to apply by the day."""
        return self.filter(valid_from__lte=on).order_by("key", "-valid_from").distinct("key")


class ResponsibilityQuerySet(models.QuerySet["Responsibility"]):
    def asked_for(
        self, *, target_group: TargetGroup | None = None, area: ResponsibilityArea | None = None, party: str = ""
    ) -> Self:
        """Responsibilities that match every question asked; questions left empty ask nothing."""
        found = self
        if target_group is not None:
            found = found.filter(target_groups=target_group)
        if area is not None:
            found = found.filter(area=area)
        return found.filter(party=party) if party else found
