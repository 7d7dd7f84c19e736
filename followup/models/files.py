"""PDFs of reports and dashboards, made in the background. A report's is kept, a dashboard's for a day."""

from __future__ import annotations

import uuid

import pgtrigger
from django.db import models
from django.db.models import Q

from agreements.models import Agreement
from agreements.values import Coordination
from core.grants import ADD, CHANGE, READ, REMOVE
from followup.models.campaign import RegionalVersion, ReportVersion
from organisations.models import Huvudman


class BoardCopy(models.Model):
    """A dashboard's figures as they were when somebody asked for them on paper. Asked for again meanwhile: the same."""

    app_privileges = (READ, ADD)
    job_privileges = (READ, REMOVE)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="+")
    coordination = models.TextField(choices=Coordination.choices)
    municipality = models.ForeignKey(Huvudman, models.PROTECT, null=True, related_name="+")
    year = models.PositiveSmallIntegerField()
    made_at = models.DateTimeField(help_text="When its figures were reckoned.")
    asked_at = models.DateTimeField()
    content = models.JSONField()

    class Meta:
        verbose_name, verbose_name_plural = "översikt på papper", "översikter på papper"
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "coordination", "municipality", "year", "made_at"],
                name="board_copy_once",
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return str(self.content["title"])


class ReportFile(models.Model):
    """One file: asked for, being made, ready, or given up with a reason. `done` of `total` is how far it has come."""

    app_privileges = (READ, ADD, CHANGE)
    job_privileges = (READ, CHANGE, REMOVE)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    of_group = models.OneToOneField(ReportVersion, models.PROTECT, null=True, related_name="file")
    of_county = models.OneToOneField(RegionalVersion, models.PROTECT, null=True, related_name="file")
    of_board = models.OneToOneField(BoardCopy, models.PROTECT, null=True, related_name="file")
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
                condition=Q(of_group__isnull=False, of_county=None, of_board=None)
                | Q(of_group=None, of_county__isnull=False, of_board=None)
                | Q(of_group=None, of_county=None, of_board__isnull=False),
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
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__ready_at__isnull=False),
            ),
            pgtrigger.Protect(
                name="reports_file_is_kept",
                operation=pgtrigger.Delete,
                condition=pgtrigger.Q(old__of_board__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return str(self.of_group_id or self.of_county_id or self.of_board_id)

    @staticmethod
    def of(printed: Printed) -> dict[str, Printed]:
        """What tells the file of a version or a copy: to find it, or to make it."""
        if isinstance(printed, BoardCopy):
            return {"of_board": printed}
        return {"of_group" if isinstance(printed, ReportVersion) else "of_county": printed}

    @property
    def is_ready(self) -> bool:
        return self.ready_at is not None

    @property
    def is_given_up(self) -> bool:
        return self.failed_at is not None


Printed = ReportVersion | RegionalVersion | BoardCopy
"""What is printed."""
