"""The person and the guardians, as one unit has recorded them.

Each unit holds its own record of a person: two units that know the same person can't tell from the portal (IND-9).
"""

from __future__ import annotations

import uuid
from datetime import date

from dateutil.relativedelta import relativedelta
from django.db import models
from django.db.models import Q

from core.audit import Tracked
from core.grants import ADD, CHANGE, READ, REMOVE
from individuals.kinds import IdentityKind, Protection, Sex
from organisations.models import Unit


class Person(models.Model):
    """A person one unit plans for. Address, phone and school are pieces (`Piece`), never columns here (IND-3)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", help_text="The unit whose record this is.")
    identity_kind = models.TextField("typ av identitet", choices=IdentityKind.choices)
    identity_number = models.CharField("personnummer", max_length=20, blank=True)
    born_on = models.DateField("född", null=True, blank=True)
    sex = models.TextField("kön", choices=Sex.choices, default=Sex.UNKNOWN)
    first_name = models.CharField("förnamn", max_length=100, blank=True)
    last_name = models.CharField("efternamn", max_length=100, blank=True)
    protection = models.TextField("skyddade personuppgifter", choices=Protection.choices, default=Protection.NONE)
    interpreter = models.CharField("tolk eller annat stöd för samtal", max_length=200, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name, verbose_name_plural = "person", "personer"
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "identity_number"], name="person_once_per_unit", condition=~Q(identity_number="")
            ),
            models.CheckConstraint(
                name="person_number_unless_unidentified",
                condition=Q(identity_kind=IdentityKind.UNIDENTIFIED, identity_number="")
                | (~Q(identity_kind=IdentityKind.UNIDENTIFIED) & ~Q(identity_number="")),
            ),
        ]
        indexes = [models.Index(fields=["identity_number"], name="person_by_number")]
        triggers = [
            Tracked(
                fields=[
                    "identity_kind",
                    "identity_number",
                    "born_on",
                    "sex",
                    "first_name",
                    "last_name",
                    "protection",
                    "interpreter",
                ]
            )
        ]

    def __str__(self) -> str:
        return " ".join(filter(None, [self.first_name, self.last_name])) or "Okänd person"

    def age(self, on: date) -> int | None:
        """Whole years on a day, or None when the birth date is unknown."""
        return relativedelta(on, self.born_on).years if self.born_on else None

    def is_child(self, on: date) -> bool:
        """Under 18 (H25 ch. 6). An unknown age counts as a child: the stronger protection."""
        age = self.age(on)
        return age is None or age < 18

    @property
    def is_protected(self) -> bool:
        return self.protection != Protection.NONE


class Guardian(models.Model):
    """A guardian (vårdnadshavare) of a child. One who isn't called for safety reasons has a recorded reason (IND-2)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    person = models.ForeignKey(Person, models.PROTECT, related_name="guardians")
    name = models.CharField("namn", max_length=150)
    is_called = models.BooleanField("kallas", default=True)
    not_called_reason = models.TextField("varför vårdnadshavaren inte kallas", blank=True, max_length=2000)

    app_privileges = (READ, ADD, CHANGE, REMOVE)

    class Meta:
        verbose_name, verbose_name_plural = "vårdnadshavare", "vårdnadshavare"
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["person", "name"], name="guardian_once"),
            models.CheckConstraint(
                name="guardian_reason_when_not_called",
                condition=Q(is_called=True, not_called_reason="") | (Q(is_called=False) & ~Q(not_called_reason="")),
            ),
        ]
        triggers = [Tracked(fields=["person", "name", "is_called", "not_called_reason"])]

    def __str__(self) -> str:
        return self.name
