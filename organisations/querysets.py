"""Which rows: open units, assignments in force."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from organisations.models import Assignment, Unit  # noqa: F401


class UnitQuerySet(models.QuerySet["Unit"]):
    def open(self, on: date) -> Self:
        """Units in operation on a day."""
        return self.filter(Q(closed_on=None) | Q(closed_on__gt=on), opened_on__lte=on)


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    def in_force(self, on: date) -> Self:
        """Assignments that give rights on a day: started, not ended, of an active user and an open unit."""
        return self.filter(
            Q(ends_on=None) | Q(ends_on__gt=on),
            Q(unit__closed_on=None) | Q(unit__closed_on__gt=on),
            starts_on__lte=on,
            user__is_active=True,
        )
