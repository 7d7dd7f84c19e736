"""What a group publishes for user organisations and others outside it to read and comment on (AGR-4, FUP-2)."""

from __future__ import annotations

import uuid

import pgtrigger
from django.db import models
from django.db.models import Q

from core.audit import Tracked
from core.dates import swedish_date
from core.grants import ADD, READ
from followup.models.campaign import ReportVersion
from followup.models.groups import Meeting
from organisations.models import CoordinationGroup, User

ONLY_APPROVED = """
    IF NEW.minutes_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM followup_meeting m WHERE m.id = NEW.minutes_id AND m.state = 'approved'
    ) THEN
        RAISE EXCEPTION 'minutes are published once they are approved' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""


class Publication(models.Model):
    """A handed-in version of a group's report, or approved minutes. It stands: what others have read isn't taken back.

    A report is published by being handed in; minutes when the coordinator says so.
    """

    app_privileges = (READ, ADD)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    group = models.ForeignKey(CoordinationGroup, models.PROTECT, related_name="publications")
    report = models.OneToOneField(ReportVersion, models.PROTECT, null=True, related_name="publication")
    minutes = models.OneToOneField(Meeting, models.PROTECT, null=True, related_name="publication")
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        verbose_name, verbose_name_plural = "det gruppen har publicerat", "det grupperna har publicerat"
        ordering = ["-at", "id"]
        constraints = [
            models.CheckConstraint(
                name="published_is_one_thing",
                condition=Q(report__isnull=False, minutes=None) | Q(report=None, minutes__isnull=False),
            )
        ]
        triggers = [
            Tracked(fields=["group", "report", "minutes", "by"]),
            pgtrigger.Protect(name="published_stands", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(
                name="only_approved_minutes", when=pgtrigger.Before, operation=pgtrigger.Insert, func=ONLY_APPROVED
            ),
        ]

    def __str__(self) -> str:
        return f"{self.group}: {self.name}"

    @property
    def name(self) -> str:
        """`Uppföljning 2026`, `Protokoll mån 9 mars 2026`."""
        if self.report is not None:
            return f"Uppföljning {self.report.content['year']}"
        assert self.minutes is not None  # The database says so.
        return f"Protokoll {swedish_date(self.minutes.starts_at)}"
