"""A huvudman's routine for its own deviations, as data (DEV-2): which steps, who takes them, what makes it finished."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from core.audit import Tracked
from deviations.kinds import StepKind
from organisations.kinds import CASE_ROLES, Role
from organisations.models import Huvudman, User

WHO_CHOICES = [(role.value, role.label) for role in CASE_ROLES]


class Routine(models.Model):
    """One version. A new one is written when the routine changes; what is being handled keeps the one it began with."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    huvudman = models.ForeignKey(Huvudman, models.PROTECT, related_name="+")
    name = models.CharField("namn", max_length=120)
    finished_by = models.TextField("markerar som färdighanterad", choices=WHO_CHOICES, default=Role.NEAREST_MANAGER)
    decided_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    replaced_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name, verbose_name_plural = "rutin för avvikelser", "rutiner för avvikelser"
        constraints = [
            models.UniqueConstraint(fields=["huvudman"], name="routine_one_in_force", condition=Q(replaced_at=None)),
        ]
        triggers = [Tracked(fields=["huvudman", "name", "finished_by", "decided_at", "replaced_at"])]

    def __str__(self) -> str:
        return self.name


class RoutineStep(models.Model):
    """One step of a routine."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    routine = models.ForeignKey(Routine, models.PROTECT, related_name="steps")
    position = models.PositiveSmallIntegerField()
    title = models.CharField("steg", max_length=120)
    kind = models.TextField("vad steget ger", choices=StepKind.choices, default=StepKind.TASK)
    who = models.TextField("vem", choices=WHO_CHOICES, default=Role.CASEWORKER)
    is_required = models.BooleanField("måste vara klart", default=True)

    class Meta:
        verbose_name, verbose_name_plural = "steg i en rutin", "steg i en rutin"
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["routine", "position"], name="routine_step_once"),
            # What goes to the group must have been done (H25 3.5, H22 3.6): analysis and measure are never optional.
            models.CheckConstraint(
                name="routine_analysis_and_measure_required", condition=Q(kind=StepKind.TASK) | Q(is_required=True)
            ),
        ]
        triggers = [Tracked(fields=["routine", "position", "title", "kind", "who", "is_required"])]

    def __str__(self) -> str:
        return self.title
