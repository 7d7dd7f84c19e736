"""The PDF of a report that has been handed in: made once, in the background, and kept, as what it tells is frozen."""

from __future__ import annotations

import uuid

import pgtrigger
from django.db import models
from django.db.models import Q

from core.grants import ADD, CHANGE, READ
from followup.models.campaign import RegionalVersion, ReportVersion


class ReportFile(models.Model):
    """One file: asked for, being made, ready, or given up with a reason. `done` of `total` is how far it has come."""

    app_privileges = (READ, ADD, CHANGE)
    job_privileges = (READ, CHANGE)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    of_group = models.OneToOneField(ReportVersion, models.PROTECT, null=True, related_name="file")
    of_county = models.OneToOneField(RegionalVersion, models.PROTECT, null=True, related_name="file")
    asked_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, help_text="By the worker that has it now; its lease counts from here.")
    attempts = models.PositiveSmallIntegerField(default=0)
    step = models.CharField(max_length=60, blank=True, help_text="What is being done, in words.")
    done = models.PositiveSmallIntegerField(default=0)
    total = models.PositiveSmallIntegerField(default=0)
    ready_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)
    content = models.BinaryField(null=True)

    class Meta:
        verbose_name, verbose_name_plural = "rapportens fil", "rapporternas filer"
        constraints = [
            models.CheckConstraint(
                name="file_of_one_report",
                condition=Q(of_group__isnull=False, of_county=None) | Q(of_group=None, of_county__isnull=False),
            ),
            models.CheckConstraint(
                name="file_ready_has_content",
                condition=Q(ready_at=None, content=None) | Q(ready_at__isnull=False, content__isnull=False),
            ),
            models.CheckConstraint(
                name="file_failed_says_why",
                condition=Q(failed_at=None) | (Q(ready_at=None) & ~Q(reason="")),
            ),
        ]
        indexes = [
            models.Index(
                fields=["asked_at"], name="file_waiting", condition=Q(ready_at__isnull=True, failed_at__isnull=True)
            )
        ]
        triggers = [
            pgtrigger.Protect(
                name="made_file_stands",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__ready_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return str(self.of_group_id or self.of_county_id)

    @staticmethod
    def of(version: ReportVersion | RegionalVersion) -> dict[str, ReportVersion | RegionalVersion]:
        """What tells the file of a version: to find it, or to make it."""
        return {"of_group" if isinstance(version, ReportVersion) else "of_county": version}

    @property
    def is_ready(self) -> bool:
        return self.ready_at is not None

    @property
    def is_given_up(self) -> bool:
        return self.failed_at is not None
