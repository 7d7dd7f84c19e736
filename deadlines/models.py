"""Clocks: when something must be done, by which unit, and what happens when it isn't (SIP-2, LAW-7)."""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from core.grants import ADD, CHANGE, READ
from individuals.models import Matter
from organisations.models import Unit


class Clock(models.Model):
    """One running, paused or stopped clock.

    The times of all stages are computed when it starts and stored, so the sweep needs no calendar and every decision
    can be explained later from the row: the term, its source and the agreement are copied in.
    """

    job_privileges = (READ, ADD, CHANGE)
    app_privileges = (READ, ADD, CHANGE)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    kind = models.TextField(help_text="Key of the term in the agreement.")
    label = models.TextField(help_text="What must be done, in the agreement's words.")
    matter = models.ForeignKey(
        Matter, models.PROTECT, null=True, related_name="clocks", help_text="Empty when the clock concerns no person."
    )
    subject = models.UUIDField(help_text="Id of what the clock is about: the case, the call, the basis.")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", help_text="Who must act.")
    term_value = models.IntegerField()
    term_unit = models.TextField()
    term_source = models.TextField(blank=True, help_text="Section of the agreement, empty for the portal's default.")
    started_at = models.DateTimeField()
    due_at = models.DateTimeField()
    stage_names = ArrayField(models.TextField())
    stage_times = ArrayField(models.DateTimeField())
    stage = models.PositiveSmallIntegerField(default=0, help_text="How many stages have passed.")
    next_at = models.DateTimeField(null=True, help_text="When the next stage comes; empty when none is left.")
    paused_at = models.DateTimeField(null=True)
    pause_reason = models.TextField(blank=True, max_length=500)
    stopped_at = models.DateTimeField(null=True)
    stop_reason = models.TextField(blank=True)
    parked_at = models.DateTimeField(null=True, help_text="The sweep could not handle it; staff must look.")
    parked_reason = models.TextField(blank=True)

    class Meta:
        verbose_name, verbose_name_plural = "frist", "frister"
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject", "unit"], name="clock_runs_once", condition=Q(stopped_at=None)
            ),
            models.CheckConstraint(
                name="clock_still_when_not_running",
                condition=Q(next_at=None) | Q(stopped_at=None, paused_at=None, parked_at=None),
            ),
            models.CheckConstraint(name="clock_pause_has_reason", condition=Q(paused_at=None) | ~Q(pause_reason="")),
            models.CheckConstraint(
                name="clock_as_many_times_as_stages",
                condition=Q(stage_names__len=F("stage_times__len")),
            ),
        ]
        indexes = [
            models.Index(fields=["next_at"], name="clock_next", condition=Q(next_at__isnull=False)),
            models.Index(fields=["unit", "due_at"], name="clock_unit_running", condition=Q(stopped_at=None)),
            models.Index(fields=["matter", "due_at"], name="clock_matter_running", condition=Q(stopped_at=None)),
        ]
