"""The annual follow-up: each group's report, the county's, and what the board answers (FUP-2…5)."""

from __future__ import annotations

import uuid

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from agreements.models import Agreement
from agreements.values import Aim, Breakdown, Coordination, FigureUnit, IndicatorKind
from core.audit import Tracked
from core.grants import ADD, CHANGE, READ
from followup.kinds import RegionalState, ReportState, TaskState
from organisations.models import CoordinationGroup, User


class BoardIndicator(models.Model):
    """An indicator that the board has added, changed or ended from a year on (FUP-4). The pack's rows stay as they are.

    The same key as one of the pack's replaces it from that year; `is_ended` means that it is asked no more.
    """

    app_privileges = (READ, ADD)
    job_privileges = (READ,)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="board_indicators")
    key = models.SlugField()
    from_year = models.PositiveSmallIntegerField("från och med år")
    is_ended = models.BooleanField(default=False)
    name = models.CharField("namn", max_length=200)
    kind = models.TextField("typ", choices=IndicatorKind.choices)
    prompt = models.TextField("stöd för analysen", blank=True, max_length=500)
    definition = models.TextField("definition", blank=True, max_length=1000)
    unit = models.TextField("enhet", choices=FigureUnit.choices, blank=True)
    numerator = models.SlugField("räknar", max_length=80, blank=True)
    denominator = models.SlugField("av", max_length=80, blank=True)
    breakdowns = ArrayField(models.TextField(choices=Breakdown.choices), default=list, blank=True)
    coordination = models.TextField("samordningsgrupp", choices=Coordination.choices, blank=True)
    aim = models.TextField("riktning", choices=Aim.choices, default=Aim.NONE)
    target = models.PositiveSmallIntegerField("mål", null=True, blank=True)
    counts_persons = models.BooleanField("räknar personer", default=True)
    reason = models.TextField("skäl", max_length=1000)
    decided_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    decided_at = models.DateTimeField("beslutat")

    class Meta:
        verbose_name, verbose_name_plural = "indikator från den regionala gruppen", "indikatorer från gruppen"
        ordering = ["from_year", "name"]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "key", "from_year"], name="board_indicator_once_a_year"),
            models.CheckConstraint(
                name="board_figure_is_defined",
                condition=Q(kind=IndicatorKind.TEXT)
                | Q(is_ended=True)
                | (~Q(unit="") & ~Q(numerator="") & ~Q(definition="")),
            ),
        ]
        triggers = [Tracked(fields=["agreement", "key", "from_year", "is_ended", "name", "numerator", "denominator"])]

    def __str__(self) -> str:
        return self.name


class Campaign(models.Model):
    """One year's follow-up under an agreement, opened by the board."""

    app_privileges = (READ, ADD)
    job_privileges = (READ,)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="campaigns")
    year = models.PositiveSmallIntegerField("år")
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    due_at = models.DateTimeField("lämnas senast")
    regional_due_at = models.DateTimeField("sammanställs senast")

    class Meta:
        verbose_name, verbose_name_plural = "årlig uppföljning", "årliga uppföljningar"
        ordering = ["-year"]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "year"], name="campaign_once_a_year"),
            models.CheckConstraint(name="campaign_regional_after", condition=Q(regional_due_at__gt=F("due_at"))),
        ]
        triggers = [Tracked(fields=["agreement", "year", "opened_by", "due_at", "regional_due_at"])]

    def __str__(self) -> str:
        return f"Årlig uppföljning {self.year}"


class GroupReport(models.Model):
    """One group's follow-up of a year. What it says once submitted is frozen in its versions."""

    job_privileges = (READ, CHANGE)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="reports")
    group = models.ForeignKey(CoordinationGroup, models.PROTECT, related_name="reports")
    state = models.TextField(choices=ReportState.choices, default=ReportState.WRITING)
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True)
    correction_reason = models.TextField("varför rapporten rättas", blank=True, max_length=1000)

    class Meta:
        verbose_name, verbose_name_plural = "gruppens uppföljning", "gruppernas uppföljning"
        ordering = ["group__name"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "group"], name="report_once"),
            models.CheckConstraint(
                name="report_correction_has_reason",
                condition=~Q(state=ReportState.CORRECTING) | ~Q(correction_reason=""),
            ),
        ]
        triggers = [Tracked(fields=["state", "reminded_at", "correction_reason"])]

    def __str__(self) -> str:
        return f"{self.group}, {self.campaign.year}"


class Answer(models.Model):
    """What a group writes about one indicator, while the report is written."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    report = models.ForeignKey(GroupReport, models.PROTECT, related_name="answers")
    indicator = models.SlugField(max_length=80)
    text = models.TextField(max_length=10_000, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = "svar", "svar"
        constraints = [models.UniqueConstraint(fields=["report", "indicator"], name="answer_once")]
        triggers = [Tracked(fields=["report", "indicator", "text"])]


class Frozen(models.Model):
    """A version that stands as it was handed in: figures, definitions and texts copied (FUP-5)."""

    app_privileges = (READ, ADD)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    number = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    reason = models.TextField(blank=True, help_text="Why it replaces the one before; empty for the first.")
    content = models.JSONField()

    class Meta:
        abstract = True


class ReportVersion(Frozen):
    job_privileges = (READ,)

    report = models.ForeignKey(GroupReport, models.PROTECT, related_name="versions")

    class Meta:
        verbose_name, verbose_name_plural = "inlämnad version", "inlämnade versioner"
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["report", "number"], name="report_version_once"),
            models.CheckConstraint(name="report_version_says_why", condition=Q(number=1) | ~Q(reason="")),
        ]
        triggers = [
            Tracked(fields=["report", "number", "by", "reason"]),
            pgtrigger.Protect(name="submitted_is_frozen", operation=pgtrigger.Update | pgtrigger.Delete),
        ]


class RegionalReport(models.Model):
    """The county's report for children or for adults, made of the groups' by their coordinators (FUP-3)."""

    job_privileges = (READ,)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="regional_reports")
    coordination = models.TextField(choices=Coordination.choices)
    state = models.TextField(choices=RegionalState.choices, default=RegionalState.COMPILING)
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField()
    correction_reason = models.TextField("varför rapporten rättas", blank=True, max_length=1000)

    class Meta:
        verbose_name, verbose_name_plural = "regional uppföljning", "regional uppföljning"
        ordering = ["-coordination"]
        constraints = [models.UniqueConstraint(fields=["campaign", "coordination"], name="regional_once")]
        triggers = [Tracked(fields=["state", "correction_reason"])]

    def __str__(self) -> str:
        return f"Regional uppföljning {self.campaign.year}, {self.get_coordination_display().lower()}"


class CompiledText(models.Model):
    """The merged text about one indicator. `seen`: versions of the groups' reports that it was merged from."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    report = models.ForeignKey(RegionalReport, models.PROTECT, related_name="texts")
    indicator = models.SlugField(max_length=80)
    text = models.TextField(max_length=20_000)
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        verbose_name, verbose_name_plural = "sammanvägd text", "sammanvägda texter"
        constraints = [models.UniqueConstraint(fields=["report", "indicator"], name="compiled_once")]
        triggers = [Tracked(fields=["report", "indicator", "text", "changed_by"])]


class RegionalVersion(Frozen):
    job_privileges = (READ,)

    report = models.ForeignKey(RegionalReport, models.PROTECT, related_name="versions")

    class Meta:
        verbose_name, verbose_name_plural = "överlämnad version", "överlämnade versioner"
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["report", "number"], name="regional_version_once"),
            models.CheckConstraint(name="regional_version_says_why", condition=Q(number=1) | ~Q(reason="")),
        ]
        triggers = [
            Tracked(fields=["report", "number", "by", "reason"]),
            pgtrigger.Protect(name="presented_is_frozen", operation=pgtrigger.Update | pgtrigger.Delete),
        ]


class Feedback(models.Model):
    """What the board answers one group about its report (FUP-4). Given once; it stands."""

    app_privileges = (READ, ADD)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    report = models.OneToOneField(GroupReport, models.PROTECT, related_name="feedback")
    text = models.TextField("återkoppling", max_length=10_000)
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        verbose_name, verbose_name_plural = "återkoppling", "återkoppling"
        triggers = [Tracked(fields=["report", "text", "by"])]


class Priority(models.Model):
    """What the board wants the county to work on in a year (FUP-4)."""

    app_privileges = (READ, ADD)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="priorities")
    year = models.PositiveSmallIntegerField("år")
    name = models.CharField("prioritering", max_length=200)
    text = models.TextField("beskrivning", max_length=2000)
    decided_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        verbose_name, verbose_name_plural = "prioritering", "prioriteringar"
        ordering = ["-year", "name"]
        constraints = [models.UniqueConstraint(fields=["agreement", "year", "name"], name="priority_once")]
        triggers = [Tracked(fields=["agreement", "year", "name", "text"])]

    def __str__(self) -> str:
        return self.name


class BoardTask(models.Model):
    """An assignment (uppdrag) from the board to a group: by when, and what the group reports (FUP-4)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="board_tasks")
    group = models.ForeignKey(CoordinationGroup, models.PROTECT, related_name="board_tasks")
    state = models.TextField(choices=TaskState.choices, default=TaskState.GIVEN)
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField()
    name = models.CharField("uppdrag", max_length=200)
    text = models.TextField("beskrivning", max_length=5000)
    due_on = models.DateField("redovisas senast")
    given_at = models.DateTimeField()
    given_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    result = models.TextField("redovisning", blank=True, max_length=10_000)
    reported_at = models.DateTimeField(null=True)
    reported_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    answer = models.TextField("svar från den regionala gruppen", blank=True, max_length=5000)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name, verbose_name_plural = "uppdrag från den regionala gruppen", "uppdrag från den regionala gruppen"
        ordering = ["due_on", "name"]
        constraints = [
            models.CheckConstraint(
                name="task_reported_has_result",
                condition=Q(state=TaskState.GIVEN)
                | (Q(reported_at__isnull=False, reported_by__isnull=False) & ~Q(result="")),
            ),
            models.CheckConstraint(
                name="task_accepted_is_answered", condition=~Q(state=TaskState.ACCEPTED) | Q(answered_at__isnull=False)
            ),
        ]
        triggers = [Tracked(fields=["group", "state", "name", "text", "due_on", "result", "answer"])]

    def __str__(self) -> str:
        return self.name


class Comment(models.Model):
    """What a user organisation says about the county's report or what a group has published, and how it was met."""

    app_privileges = (READ, ADD, CHANGE)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    version = models.ForeignKey(RegionalVersion, models.PROTECT, null=True, related_name="comments")
    publication = models.ForeignKey("Publication", models.PROTECT, null=True, related_name="comments")
    text = models.TextField("synpunkt", max_length=5000)
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    answer = models.TextField("svar", blank=True, max_length=5000)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name, verbose_name_plural = "synpunkt", "synpunkter"
        ordering = ["at"]
        constraints = [
            models.CheckConstraint(
                name="comment_on_one_thing",
                condition=Q(version__isnull=False, publication=None) | Q(version=None, publication__isnull=False),
            ),
            models.CheckConstraint(
                name="comment_answered_has_time",
                condition=Q(answer="", answered_at=None)
                | (~Q(answer="") & Q(answered_at__isnull=False, answered_by__isnull=False)),
            ),
        ]
        triggers = [
            Tracked(fields=["version", "publication", "text", "by", "answer"]),
            pgtrigger.ReadOnly(name="comment_stands", fields=["version", "publication", "text", "at", "by"]),
        ]
