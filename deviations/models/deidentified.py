"""The de-identified text while it is made: still the unit's own, with what the check found and what was decided."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q

from core.audit import Tracked
from core.grants import ADD, CHANGE, READ, REMOVE
from deviations.kinds import HIT_KINDS, Resolution, SharedField
from deviations.models.deviation import Deviation
from organisations.models import User


class DeidentifiedText(models.Model):
    """What will be shared when a second person has approved it (DEV-4)."""

    deviation = models.OneToOneField(Deviation, models.PROTECT, primary_key=True, related_name="text")
    headline = models.CharField("rubrik", max_length=120, blank=True)
    happened = models.TextField("vad som hände", blank=True, max_length=10_000)
    analysis = models.TextField("analys", blank=True, max_length=10_000)
    measure = models.TextField("beslutad åtgärd", blank=True, max_length=10_000)
    edition = models.PositiveIntegerField(
        default=1, help_text="Grows when the text changes: one approves what one read."
    )
    prepared_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    prepared_at = models.DateTimeField()
    approved_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    sent_back_note = models.TextField(blank=True, max_length=2_000)

    class Meta:
        verbose_name, verbose_name_plural = "avidentifierad text", "avidentifierade texter"
        constraints = [
            models.CheckConstraint(
                name="deidentified_two_pairs_of_eyes",
                condition=Q(approved_by=None, approved_at=None)
                | (Q(approved_by__isnull=False, approved_at__isnull=False) & ~Q(approved_by=F("prepared_by"))),
            ),
        ]
        triggers = [Tracked(fields=["prepared_by", "prepared_at", "approved_by", "approved_at", "edition"])]

    def __str__(self) -> str:
        return self.headline

    def fields(self) -> dict[SharedField, str]:
        return {field: getattr(self, field.value) for field in SharedField}


class CheckHit(models.Model):
    """A passage that the check found, and what a person decided about it."""

    app_privileges = (READ, ADD, CHANGE, REMOVE)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    text = models.ForeignKey(DeidentifiedText, models.PROTECT, related_name="hits")
    field = models.TextField(choices=SharedField.choices)
    kind = models.TextField(choices=HIT_KINDS)
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    passage = models.CharField(max_length=200)
    suggestion = models.CharField(max_length=200, blank=True)
    resolution = models.TextField(choices=Resolution.choices, blank=True)
    replacement = models.CharField(max_length=200, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    resolved_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name, verbose_name_plural = "träff i avidentifieringen", "träffar i avidentifieringen"
        ordering = ["field", "start"]
        constraints = [
            models.CheckConstraint(
                name="check_hit_kept_has_reason", condition=~Q(resolution=Resolution.KEPT) | ~Q(reason="")
            ),
            models.CheckConstraint(
                name="check_hit_resolved_by_someone",
                condition=Q(resolution=Resolution.OPEN, resolved_by=None)
                | (~Q(resolution=Resolution.OPEN) & Q(resolved_by__isnull=False)),
            ),
            # A number, a phone, an account or a case number can't be kept, whatever the reason.
            models.CheckConstraint(
                name="check_hit_some_are_never_kept",
                condition=~Q(resolution=Resolution.KEPT, kind__in=["number", "contact", "phone", "reference"]),
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()
