"""The group's desk: de-identified records and what came of them (DEV-4, DEV-6).

No row here leads back: no foreign key to a person, a matter, a deviation or the one who reported. The reporter's own
row holds the random id, so only the reporter can look from there to here.
"""

from __future__ import annotations

import uuid

import pgtrigger
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from agreements.models import Agreement, Provision, TargetGroup
from core.audit import Action, Reads, Tracked
from deviations.kinds import Affected, Effect, ImprovementState, Outcome, Severity, SharedState
from deviations.querysets import ImprovementQuerySet, SharedQuerySet
from organisations.kinds import UnitKind
from organisations.models import CoordinationGroup, Huvudman, Unit


class Pattern(models.Model):
    """Several records that the group has seen belong together."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    group = models.ForeignKey(CoordinationGroup, models.PROTECT, related_name="+")
    name = models.CharField("namn", max_length=120)
    analysis = models.TextField("gruppens analys", blank=True, max_length=5_000)
    seen_on = models.DateField()

    class Meta:
        verbose_name, verbose_name_plural = "mönster", "mönster"
        ordering = ["-seen_on", "name"]
        constraints = [models.UniqueConstraint(fields=["group", "name"], name="pattern_once")]
        triggers = [Tracked(fields=["group", "name", "analysis"])]

    def __str__(self) -> str:
        return self.name


class SharedDeviation(models.Model):
    """One de-identified deviation. Days, not instants: when it was handled tells nobody who did."""

    id = models.UUIDField(primary_key=True)
    group = models.ForeignKey(CoordinationGroup, models.PROTECT, related_name="+")
    state = models.TextField(choices=SharedState.choices, default=SharedState.RECEIVED)
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField(null=True, help_text="By the group; empty until it has done something.")
    received_on = models.DateField("inkom")
    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="+")
    provision = models.ForeignKey(Provision, models.PROTECT, related_name="+")
    target_group = models.ForeignKey(TargetGroup, models.PROTECT, related_name="+")
    from_huvudman = models.ForeignKey(Huvudman, models.PROTECT, related_name="+")
    from_kind = models.TextField("slag av verksamhet", choices=UnitKind.choices)
    about_huvudman = models.ForeignKey(Huvudman, models.PROTECT, related_name="+")
    about_kind = models.TextField("slag av verksamhet som den rör", choices=UnitKind.choices)
    period = models.CharField("när", max_length=30)
    outcome = models.TextField(choices=Outcome.choices)
    severity = models.TextField(choices=Severity.choices)
    affected = models.TextField(choices=Affected.choices)
    headline = models.CharField("rubrik", max_length=120)
    happened = models.TextField("vad som hände")
    analysis = models.TextField("analys")
    measure = models.TextField("beslutad åtgärd")
    agenda_on = models.DateField("tas upp på mötet", null=True)
    group_analysis = models.TextField("gruppens analys", blank=True, max_length=5_000)
    pattern = models.ForeignKey(Pattern, models.PROTECT, null=True, related_name="records")
    lesson = models.TextField("lärdom", blank=True, max_length=5_000)
    lesson_on = models.DateField(null=True)

    objects = SharedQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = "delad avvikelse", "delade avvikelser"
        ordering = ["-received_on", "id"]
        constraints = [
            models.CheckConstraint(
                name="shared_agenda_has_day", condition=~Q(state=SharedState.ON_AGENDA) | Q(agenda_on__isnull=False)
            ),
            models.CheckConstraint(
                name="shared_analysed_says_what",
                condition=~Q(state__in=[SharedState.ANALYSED, SharedState.LEARNT]) | ~Q(group_analysis=""),
            ),
            models.CheckConstraint(
                name="shared_lesson_has_text",
                condition=~Q(state=SharedState.LEARNT) | (~Q(lesson="") & Q(lesson_on__isnull=False)),
            ),
        ]
        indexes = [
            models.Index(fields=["group", "-received_on"], name="shared_desk"),
            GinIndex(fields=["happened"], opclasses=["gin_trgm_ops"], name="shared_similar"),
        ]
        triggers = [
            pgtrigger.ReadOnly(
                name="stays_as_it_was_approved",
                fields=[
                    "id", "group", "received_on", "agreement", "provision", "target_group", "from_huvudman",
                    "from_kind", "about_huvudman", "about_kind", "period", "outcome", "severity", "affected",
                    "headline", "happened", "analysis", "measure",
                ],
            ),
            # DEV-4 in the database: nothing is shared that a second person has not approved with every hit resolved.
            pgtrigger.Trigger(
                name="approved_before_shared",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func="""
                    IF NOT EXISTS (
                        SELECT 1 FROM deviations_deviation d
                        JOIN deviations_deidentifiedtext t ON t.deviation_id = d.id
                        WHERE d.shared_id = NEW.id AND t.approved_at IS NOT NULL
                        AND (t.headline, t.happened, t.analysis, t.measure)
                            = (NEW.headline, NEW.happened, NEW.analysis, NEW.measure)
                        AND NOT EXISTS (
                            SELECT 1 FROM deviations_checkhit h WHERE h.text_id = t.deviation_id AND h.resolution = ''
                        )
                    ) THEN
                        RAISE EXCEPTION 'not approved, or something is unresolved' USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
            # Only what the group does: the insertion is on record with the one who reported, not here.
            pgtrigger.Trigger(
                name="log_change",
                when=pgtrigger.After,
                operation=pgtrigger.Update,
                func=Tracked.func_template(
                    "jsonb_build_object('state', OLD.state, 'agenda_on', OLD.agenda_on, 'pattern_id', OLD.pattern_id)",
                    "jsonb_build_object('state', NEW.state, 'agenda_on', NEW.agenda_on, 'pattern_id', NEW.pattern_id)",
                    "id",
                    "NULL",
                ),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.headline

    def log_read(self, reads: Reads, action: Action, what: str) -> None:
        """It names nobody."""


class Improvement(models.Model):
    """What the group decided to do about a record or a pattern: owner, day, and later the effect."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    group = models.ForeignKey(CoordinationGroup, models.PROTECT, related_name="+")
    record = models.ForeignKey(SharedDeviation, models.PROTECT, null=True, related_name="improvements")
    pattern = models.ForeignKey(Pattern, models.PROTECT, null=True, related_name="improvements")
    state = models.TextField(choices=ImprovementState.choices, default=ImprovementState.DECIDED)
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField()
    what = models.TextField("vad som ska göras", max_length=2_000)
    owner = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="ansvarig verksamhet")
    due_on = models.DateField("klart senast")
    decided_on = models.DateField()
    done_on = models.DateField(null=True)
    done_note = models.TextField(blank=True, max_length=2_000)
    effect = models.TextField(choices=Effect.choices, blank=True)
    effect_note = models.TextField(blank=True, max_length=2_000)

    objects = ImprovementQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = "förbättringsåtgärd", "förbättringsåtgärder"
        ordering = ["due_on", "id"]
        constraints = [
            models.CheckConstraint(
                name="improvement_of_a_record_or_a_pattern",
                condition=Q(record__isnull=False, pattern=None) | Q(record=None, pattern__isnull=False),
            ),
            models.CheckConstraint(
                name="improvement_done_has_day", condition=~Q(state=ImprovementState.DONE) | Q(done_on__isnull=False)
            ),
            models.CheckConstraint(
                name="improvement_not_done_has_reason",
                condition=~Q(state=ImprovementState.NOT_DONE) | ~Q(done_note=""),
            ),
            models.CheckConstraint(
                name="improvement_evaluated_has_effect",
                condition=~Q(state=ImprovementState.EVALUATED) | ~Q(effect=""),
            ),
        ]
        triggers = [Tracked(fields=["state", "owner", "due_on", "done_on", "effect"])]

    def __str__(self) -> str:
        return self.what

    def log_read(self, reads: Reads, action: Action, what: str) -> None:
        """It names nobody."""
