"""The register of homes and other providers: public facts, nothing about a person (PLC-1)."""

from __future__ import annotations

import uuid
from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from core.audit import Tracked
from placements.kinds import PRIVATE_HOMES, Housing


class Provider(models.Model):
    """A provider of housing with care: its permit, whether it runs health care of its own, whom it takes."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    name = models.CharField("namn", max_length=150)
    housing = models.TextField("boendeform", choices=Housing.choices)
    organisation_number = models.CharField("organisationsnummer", max_length=11, blank=True)
    permit = models.CharField(
        "tillstånd från IVO", max_length=60, blank=True, help_text="Diarienummer. Tomt om tillstånd saknas."
    )
    permit_until = models.DateField("tillståndet gäller till och med", null=True, blank=True)
    own_health_care = models.BooleanField("bedriver egen hälso- och sjukvård", default=False)
    health_care = models.CharField("vilken vård", max_length=300, blank=True)
    takes = ArrayField(models.CharField(max_length=100), verbose_name="målgrupper", default=list, blank=True)
    municipality = models.CharField("kommun", max_length=60)
    county = models.CharField("län", max_length=60)
    contact = models.CharField("kontakt", max_length=200, blank=True)
    closed_on = models.DateField("avvecklat", null=True, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = "utförare av boende", "utförare av boende"
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["name", "municipality"], name="provider_once"),
            # Private homes are persons: what is known of them stands in the matter, behind its walls.
            models.CheckConstraint(name="provider_is_no_private_home", condition=~Q(housing__in=PRIVATE_HOMES)),
            models.CheckConstraint(
                name="provider_names_its_health_care", condition=Q(own_health_care=True) | Q(health_care="")
            ),
        ]
        triggers = [
            Tracked(
                fields=["name", "housing", "permit", "permit_until", "own_health_care", "municipality", "closed_on"]
            )
        ]

    def __str__(self) -> str:
        return self.name

    def has_permit(self, on: date) -> bool:
        """Whether the permit is known and holds on a day. SiS needs none: it is the state's own."""
        if self.housing == Housing.SIS:
            return True
        return bool(self.permit) and (self.permit_until is None or self.permit_until >= on)
