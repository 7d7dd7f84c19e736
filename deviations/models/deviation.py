"""A deviation as the reporting unit has it: it belongs to the unit, not to a person's matter (DEV-1, DEV-2)."""

from __future__ import annotations

import uuid

import pgtrigger
from django.db import models
from django.db.models import F, Q

from agreements.models import Agreement, Provision, TargetGroup
from core.audit import Action, Reads, Tracked
from core.grants import ADD, READ
from core.models import StoredFile
from deviations.kinds import Affected, Outcome, Severity, State, StepKind
from deviations.models.routine import WHO_CHOICES
from deviations.querysets import DeviationQuerySet
from individuals.models import Matter
from individuals.references import LENGTH, new_reference
from organisations.kinds import Role
from organisations.models import Huvudman, Unit, User


class Deviation(models.Model):
    """One report and its handling. `shared_id` is the only thread to what the group got, and it is ours alone."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    reference = models.CharField("avvikelsenummer", max_length=LENGTH, unique=True, default=new_reference)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", help_text="The unit that reported: the owner.")
    state = models.TextField(choices=State.choices, default=State.DRAFT)
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField()
    submission = models.UUIDField(help_text="Given by the form: a repeated POST finds the draft it already made.")
    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="+")
    matter = models.ForeignKey(Matter, models.PROTECT, null=True, related_name="+", help_text="The case it arose in.")
    provision = models.ForeignKey(Provision, models.PROTECT, null=True, related_name="+")
    target_group = models.ForeignKey(TargetGroup, models.PROTECT, null=True, related_name="+")
    municipality = models.ForeignKey(Huvudman, models.PROTECT, null=True, related_name="+")
    concerns = models.ForeignKey(
        Unit, models.PROTECT, null=True, related_name="+", help_text="Whose operation it is about; empty: our own."
    )
    happened_on = models.DateField("när det hände", null=True)
    outcome = models.TextField("hände eller kunde ha hänt", choices=Outcome.choices, blank=True)
    severity = models.TextField("hur allvarligt", choices=Severity.choices, blank=True)
    affected = models.TextField("vem eller vad det drabbade", choices=Affected.choices, blank=True)
    description = models.TextField("vad som hände", blank=True, max_length=10_000)
    immediate_action = models.TextField("vad som gjordes direkt", blank=True, max_length=5_000)
    started_at = models.DateTimeField()
    started_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    reported_at = models.DateTimeField(null=True)
    finished_by_role = models.TextField(choices=WHO_CHOICES, default=Role.NEAREST_MANAGER)
    finished_at = models.DateTimeField(null=True)
    finished_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    end_reason = models.TextField(blank=True, max_length=2_000)
    shared_id = models.UUIDField(
        null=True, unique=True, help_text="Random id of the group's record; nobody else has it."
    )
    lesson_seen_at = models.DateTimeField(null=True)

    objects = DeviationQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = "avvikelse", "avvikelser"
        constraints = [
            models.UniqueConstraint(fields=["submission"], name="deviation_submission_once"),
            models.CheckConstraint(
                name="deviation_reported_is_complete",
                condition=Q(state__in=[State.DRAFT, State.WITHDRAWN])
                | (
                    Q(reported_at__isnull=False, provision__isnull=False, happened_on__isnull=False)
                    & Q(target_group__isnull=False, municipality__isnull=False)
                    & ~Q(description="")
                    & ~Q(outcome="")
                    & ~Q(severity="")
                    & ~Q(affected="")
                ),
            ),
            models.CheckConstraint(
                name="deviation_finished_has_time",
                condition=~Q(state__in=[State.FINISHED, State.PROPOSED, State.SHARED, State.CLOSED])
                | Q(finished_at__isnull=False, finished_by__isnull=False),
            ),
            models.CheckConstraint(
                name="deviation_ended_has_time",
                condition=Q(state__in=[State.SHARED, State.CLOSED, State.WITHDRAWN], ended_at__isnull=False)
                | (~Q(state__in=[State.SHARED, State.CLOSED, State.WITHDRAWN]) & Q(ended_at=None)),
            ),
            models.CheckConstraint(
                name="deviation_unshared_has_reason", condition=~Q(state=State.CLOSED) | ~Q(end_reason="")
            ),
            models.CheckConstraint(
                name="deviation_shared_has_id", condition=~Q(state=State.SHARED) | Q(shared_id__isnull=False)
            ),
            models.CheckConstraint(name="deviation_not_about_itself", condition=~Q(concerns=F("unit"))),
        ]
        indexes = [models.Index(fields=["unit", "-started_at"], name="deviation_of_unit")]
        triggers = [
            Tracked(
                fields=[
                    "state", "provision", "target_group", "municipality", "concerns", "happened_on", "outcome",
                    "severity", "affected", "reported_at", "finished_at", "ended_at", "end_reason",
                ]
            ),
            pgtrigger.ReadOnly(name="stays_whose_it_is", fields=["unit", "reference", "started_by", "submission"]),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"Avvikelse {self.reference}"

    def log_read(self, reads: Reads, action: Action, what: str) -> None:
        if self.matter_id is not None:
            reads.add(action, what, matters=[self.matter_id])


class HandlingStep(models.Model):
    """A step to take, copied from the routine when the deviation was reported, so that it can be explained later."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    deviation = models.ForeignKey(Deviation, models.PROTECT, related_name="steps")
    position = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=120)
    kind = models.TextField(choices=StepKind.choices)
    who = models.TextField(choices=WHO_CHOICES)
    is_required = models.BooleanField()
    note = models.TextField(blank=True, max_length=10_000)
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name, verbose_name_plural = "steg i hanteringen", "steg i hanteringen"
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["deviation", "position"], name="handling_step_once"),
            models.CheckConstraint(
                name="handling_step_done_by_someone",
                condition=Q(done_at=None, done_by=None) | Q(done_at__isnull=False, done_by__isnull=False),
            ),
            models.CheckConstraint(
                name="handling_step_says_what",
                condition=Q(kind=StepKind.TASK) | Q(done_at=None) | ~Q(note=""),
            ),
        ]
        triggers = [Tracked(fields=["title", "kind", "who", "is_required", "done_at", "done_by"])]

    def __str__(self) -> str:
        return self.title


class Attachment(StoredFile):
    """A file of the reporting unit's. It never goes along to the group or the other party."""

    deviation = models.ForeignKey(Deviation, models.PROTECT, related_name="attachments")

    class Meta(StoredFile.Meta):
        verbose_name, verbose_name_plural = "bilaga", "bilagor"
        ordering = ["added_at"]
        constraints = [
            models.UniqueConstraint(fields=["deviation", "digest"], name="attachment_once"),
            *StoredFile.Meta.constraints,
        ]
        triggers = [Tracked(fields=["deviation", "media_type", "size", "digest"])]


class DeviationEvent(models.Model):
    """A line of what has happened, for the unit to read."""

    app_privileges = (READ, ADD)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    deviation = models.ForeignKey(Deviation, models.PROTECT, related_name="events")
    text = models.CharField(max_length=300)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name, verbose_name_plural = "händelse i en avvikelse", "händelser i en avvikelse"
        ordering = ["-at"]

    def __str__(self) -> str:
        return self.text
