"""What lets information leave a unit: a consent, or a ground from the closed list (IND-4, IND-6).

A basis names purpose, categories and receivers. Receivers are named as a huvudman, an authority or a unit, included or
excluded; the narrowest naming wins, and an exclusion is never overruled by a wider inclusion.
"""

from __future__ import annotations

import uuid
from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from core.audit import Tracked
from individuals.kinds import BasisKind, Category, Giver, Manner
from individuals.models.person import Guardian
from organisations.models import Authority, Huvudman, Unit, User


class Basis(models.Model):
    """A consent or a recorded ground in one matter."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    matter = models.ForeignKey("individuals.Matter", models.PROTECT, related_name="bases")
    kind = models.TextField(choices=BasisKind.choices)
    purpose = models.TextField("ändamål", max_length=2000, help_text="Why the information is handed over.")
    categories = ArrayField(models.TextField(choices=Category.choices))
    withheld = models.TextField("det som inte får lämnas", blank=True, max_length=2000)
    decided_by = models.CharField("vem som beslutade", blank=True, max_length=200)
    child_alone_reason = models.TextField("varför barnets samtycke räcker", blank=True, max_length=2000)
    valid_from = models.DateTimeField()
    expires_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_note = models.TextField(blank=True, max_length=2000)
    replaced_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name, verbose_name_plural = "stöd för utlämnande", "stöd för utlämnande"
        ordering = ["-recorded_at"]
        constraints = [
            models.CheckConstraint(name="basis_ends_after_start", condition=Q(expires_at__gt=F("valid_from"))),
            models.CheckConstraint(name="basis_names_categories", condition=Q(categories__len__gt=0)),
            models.CheckConstraint(
                name="basis_ground_has_decision", condition=Q(kind=BasisKind.CONSENT) | ~Q(decided_by="")
            ),
            models.UniqueConstraint(
                fields=["matter"], name="basis_one_in_force", condition=Q(withdrawn_at=None, replaced_at=None)
            ),
        ]
        triggers = [
            Tracked(
                fields=["kind", "purpose", "categories", "withheld", "valid_from", "expires_at", "withdrawn_at"],
                matter="matter_id",
            )
        ]

    def in_force(self, now: datetime) -> bool:
        return self.withdrawn_at is None and self.replaced_at is None and self.valid_from <= now < self.expires_at

    def covers(self, unit: Unit) -> bool:
        """Whether the unit is among the named receivers. `portal_basis_covers` says the same in the database."""
        authority, huvudman = unit.authority_id, unit.authority.huvudman_id
        named = False
        for scope in self.scopes.all():
            if unit.pk == scope.unit_id or authority == scope.authority_id or huvudman == scope.huvudman_id:
                if scope.is_excluded:
                    return False
                named = True
        return named


class BasisScope(models.Model):
    """One receiver named by a basis: exactly one of huvudman, authority, unit; included or excluded."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    basis = models.ForeignKey(Basis, models.PROTECT, related_name="scopes")
    matter = models.ForeignKey("individuals.Matter", models.PROTECT, related_name="+")
    huvudman = models.ForeignKey(Huvudman, models.PROTECT, null=True, related_name="+")
    authority = models.ForeignKey(Authority, models.PROTECT, null=True, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    is_excluded = models.BooleanField(default=False)

    class Meta:
        verbose_name = "mottagare i stöd"
        constraints = [
            models.CheckConstraint(
                name="scope_names_one",
                condition=Q(huvudman__isnull=False, authority=None, unit=None)
                | Q(huvudman=None, authority__isnull=False, unit=None)
                | Q(huvudman=None, authority=None, unit__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["basis", "huvudman", "authority", "unit"], name="scope_once", nulls_distinct=False
            ),
        ]
        triggers = [Tracked(fields=["basis", "huvudman", "authority", "unit", "is_excluded"], matter="matter_id")]

    def __str__(self) -> str:
        return str(self.unit or self.authority or self.huvudman)


class ConsentGiver(models.Model):
    """Who consented, how, when, and who took it (IND-4)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    basis = models.ForeignKey(Basis, models.PROTECT, related_name="givers")
    matter = models.ForeignKey("individuals.Matter", models.PROTECT, related_name="+")
    giver = models.TextField("vem", choices=Giver.choices)
    guardian = models.ForeignKey(Guardian, models.PROTECT, null=True, related_name="+")
    name = models.CharField("namn", max_length=150, blank=True)
    manner = models.TextField("hur", choices=Manner.choices)
    given_on = models.DateField("när")

    class Meta:
        verbose_name = "den som samtycker"
        constraints = [
            models.CheckConstraint(
                name="giver_guardian_named",
                condition=Q(giver=Giver.GUARDIAN, guardian__isnull=False)
                | (~Q(giver=Giver.GUARDIAN) & Q(guardian=None)),
            ),
            models.UniqueConstraint(fields=["basis", "giver", "guardian"], name="giver_once", nulls_distinct=False),
        ]
        triggers = [Tracked(fields=["basis", "giver", "guardian", "manner", "given_on"], matter="matter_id")]
