"""What a coordination group does: meets, keeps an agenda and minutes, decides (FUP-1). No personal data of cases."""

from __future__ import annotations

import uuid

import pgtrigger
from django.db import models
from django.db.models import F, Q

from core.audit import Tracked
from core.grants import ADD, CHANGE, READ, REMOVE
from followup.kinds import DecisionState, MeetingState, PointSource
from organisations.models import CoordinationGroup, GroupMember, User

APPROVED_MINUTES_STAND = """
    IF EXISTS (SELECT 1 FROM followup_meeting m WHERE m.id = {meeting} AND m.state = 'approved') THEN
        RAISE EXCEPTION 'approved minutes are never altered' USING ERRCODE = 'check_violation';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
"""


def stands_once_approved(name: str) -> pgtrigger.Trigger:
    """Rows of a meeting can't be added, changed or removed once its minutes are approved."""
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        func=APPROVED_MINUTES_STAND.format(meeting="coalesce(NEW.meeting_id, OLD.meeting_id)"),
    )


class CoOpted(models.Model):
    """A party that takes part in a group without being a member: another authority, a user organisation (3.3)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    group = models.ForeignKey(CoordinationGroup, models.PROTECT, related_name="co_opted")
    name = models.CharField("vem som adjungeras", max_length=150)
    why = models.CharField("varför", max_length=300)
    starts_on = models.DateField("från och med")
    ends_on = models.DateField("slutar gälla", null=True, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = "adjungerad", "adjungerade"
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                name="co_opted_ends_after_start", condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on"))
            )
        ]
        triggers = [Tracked(fields=["group", "name", "why", "starts_on", "ends_on"])]

    def __str__(self) -> str:
        return self.name


class Meeting(models.Model):
    """One meeting of a group. Meetings of a series share `series`."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    group = models.ForeignKey(CoordinationGroup, models.PROTECT, related_name="meetings")
    series = models.UUIDField(null=True)
    state = models.TextField(choices=MeetingState.choices, default=MeetingState.PLANNED)
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField()
    starts_at = models.DateTimeField("tid")
    minutes_long = models.PositiveSmallIntegerField("längd i minuter", default=120)
    place = models.CharField("plats eller länk", max_length=200)
    called_at = models.DateTimeField(null=True)
    called_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    calls_sent = models.PositiveSmallIntegerField(default=0, help_text="How many times the call has gone out.")
    user_participation = models.TextField("hur brukare och närstående har deltagit", blank=True, max_length=2000)
    approved_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    cancel_reason = models.CharField("varför mötet ställs in", max_length=300, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = "möte", "möten"
        ordering = ["starts_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["group", "starts_at"],
                name="group_meeting_once",
                condition=~Q(state=MeetingState.CANCELLED),
            ),
            models.CheckConstraint(
                name="group_meeting_called_has_time",
                condition=Q(state__in=[MeetingState.PLANNED, MeetingState.CANCELLED])
                | Q(called_at__isnull=False, called_by__isnull=False),
            ),
            models.CheckConstraint(
                name="group_meeting_approved_has_name",
                condition=~Q(state=MeetingState.APPROVED) | Q(approved_at__isnull=False, approved_by__isnull=False),
            ),
            models.CheckConstraint(
                name="group_meeting_cancelled_has_reason",
                condition=~Q(state=MeetingState.CANCELLED) | ~Q(cancel_reason=""),
            ),
            models.CheckConstraint(
                name="group_meeting_length", condition=Q(minutes_long__gte=15) & Q(minutes_long__lte=600)
            ),
        ]
        triggers = [
            Tracked(fields=["state", "starts_at", "place", "called_at", "approved_at", "approved_by", "cancel_reason"]),
            pgtrigger.Protect(
                name="approved_minutes_stand",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__state=MeetingState.APPROVED),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.group} {self.starts_at:%Y-%m-%d}"


class AgendaItem(models.Model):
    """A point of a meeting's agenda, and what the minutes say about it."""

    app_privileges = (READ, ADD, CHANGE, REMOVE)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="items")
    position = models.PositiveSmallIntegerField()
    source = models.TextField(choices=PointSource.choices)
    key = models.SlugField(blank=True, help_text="Of the agreement's proposed point, if it is one.")
    heading = models.CharField("punkt", max_length=200)
    text = models.TextField("underlag", blank=True, max_length=2000)
    note = models.TextField("protokoll", blank=True, max_length=10_000)

    class Meta:
        verbose_name, verbose_name_plural = "punkt på dagordningen", "punkter på dagordningen"
        ordering = ["position", "id"]
        triggers = [Tracked(fields=["meeting", "position", "heading", "note"]), stands_once_approved("item_stands")]

    def __str__(self) -> str:
        return self.heading


class Attendance(models.Model):
    """Who was at a meeting: a member, or a co-opted party."""

    app_privileges = (READ, ADD, REMOVE)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="attendance")
    member = models.ForeignKey(GroupMember, models.PROTECT, null=True, related_name="+")
    co_opted = models.ForeignKey(CoOpted, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name, verbose_name_plural = "närvaro", "närvaro"
        constraints = [
            models.CheckConstraint(
                name="attendance_is_somebody",
                condition=Q(member__isnull=False, co_opted=None) | Q(member=None, co_opted__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["meeting", "member", "co_opted"], name="attendance_once", nulls_distinct=False
            ),
        ]
        triggers = [Tracked(fields=["meeting", "member", "co_opted"]), stands_once_approved("attendance_stands")]


class Decision(models.Model):
    """What a group decided, who does it and by when; then what it led to (FUP-1, DEV-6)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    group = models.ForeignKey(CoordinationGroup, models.PROTECT, related_name="decisions")
    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="decisions")
    item = models.ForeignKey(AgendaItem, models.PROTECT, null=True, related_name="decisions")
    state = models.TextField(choices=DecisionState.choices, default=DecisionState.OPEN)
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField()
    text = models.TextField("beslut", max_length=2000)
    owner = models.ForeignKey(GroupMember, models.PROTECT, related_name="decisions")
    due_on = models.DateField("klart senast")
    done_at = models.DateTimeField(null=True)
    done_note = models.TextField("vad som gjordes", blank=True, max_length=2000)
    effect = models.TextField("vad det ledde till", blank=True, max_length=2000)

    class Meta:
        verbose_name, verbose_name_plural = "beslut", "beslut"
        ordering = ["due_on", "id"]
        constraints = [
            models.CheckConstraint(
                name="decision_ended_has_time",
                condition=Q(state=DecisionState.OPEN, done_at=None)
                | (~Q(state=DecisionState.OPEN) & Q(done_at__isnull=False) & ~Q(done_note="")),
            ),
            models.CheckConstraint(
                name="decision_evaluated_has_effect", condition=~Q(state=DecisionState.EVALUATED) | ~Q(effect="")
            ),
        ]
        indexes = [models.Index(fields=["group", "due_on"], name="decision_open", condition=Q(state="open"))]
        triggers = [Tracked(fields=["state", "text", "owner", "due_on", "done_at", "done_note", "effect"])]

    def __str__(self) -> str:
        return self.text
