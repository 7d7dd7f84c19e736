"""Handling together with another party's unit: it reads what was handed over here, never the report itself (DEV-5)."""

from __future__ import annotations

import uuid

import pgtrigger
from django.db import models
from django.db.models import F, Q

from agreements.models import Agreement
from core.audit import Action, Reads, Tracked
from deviations.kinds import JointState
from deviations.models.deviation import Deviation
from deviations.querysets import JointQuerySet
from organisations.models import Unit, User


class JointHandling(models.Model):
    """A question from one unit to another, the interim responsibility meanwhile, and the answer."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    deviation = models.ForeignKey(Deviation, models.PROTECT, related_name="joint")
    from_unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    to_unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    state = models.TextField(choices=JointState.choices, default=JointState.PROPOSED)
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField()
    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="+")
    case_reference = models.CharField(max_length=8, blank=True, help_text="Only when the other unit takes part in it.")
    provision_number = models.CharField(max_length=20)
    question = models.TextField(max_length=5_000)
    interim = models.TextField("tillfälligt ansvar", max_length=3_000)
    interim_by = models.ForeignKey(Unit, models.PROTECT, related_name="+", help_text="Whose proposal it is.")
    agreed_at = models.DateTimeField(null=True)
    agreed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    answer = models.TextField("återkoppling", blank=True, max_length=5_000)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    answer_due_at = models.DateTimeField()
    handed_over_at = models.DateTimeField()
    handed_over_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    objects = JointQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = "gemensam hantering", "gemensam hantering"
        ordering = ["handed_over_at"]
        constraints = [
            models.UniqueConstraint(fields=["deviation", "to_unit"], name="joint_once_per_unit"),
            models.CheckConstraint(name="joint_between_two", condition=~Q(from_unit=F("to_unit"))),
            models.CheckConstraint(name="joint_has_interim", condition=~Q(interim="")),
            models.CheckConstraint(
                name="joint_agreed_has_time",
                condition=Q(state=JointState.PROPOSED) | Q(agreed_at__isnull=False, agreed_by__isnull=False),
            ),
            models.CheckConstraint(
                name="joint_answer_has_text",
                condition=~Q(state=JointState.ANSWERED) | (Q(answered_at__isnull=False) & ~Q(answer="")),
            ),
        ]
        triggers = [
            Tracked(fields=["state", "from_unit", "to_unit", "interim", "interim_by", "agreed_at", "answered_at"]),
            pgtrigger.ReadOnly(
                name="stays_as_it_was_handed_over",
                fields=["deviation", "from_unit", "to_unit", "case_reference", "question", "handed_over_at"],
            ),
        ]

    def __str__(self) -> str:
        return f"Gemensam hantering med {self.to_unit}"

    def log_read(self, reads: Reads, action: Action, what: str) -> None:
        """It names nobody: what is handed over has passed the check."""
