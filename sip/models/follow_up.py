"""What came of a plan (SIP-9): follow-ups, and per goal and measure how it went. Rows are added, never changed."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from core.audit import Tracked
from core.grants import ADD, READ
from organisations.models import Unit, User
from sip.kinds import NEEDS_WHY, FollowUpDecision, GoalResult, MeasureResult
from sip.models.case import SipCase
from sip.models.plan import Goal, Measure, Plan


class FollowUp(models.Model):
    """One follow-up of the version in force: what has changed, and what comes next."""

    app_privileges = (READ, ADD)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    plan = models.ForeignKey(Plan, models.PROTECT, related_name="follow_ups")
    case = models.ForeignKey(SipCase, models.PROTECT, related_name="+")
    held_on = models.DateField("dag")
    changed_needs = models.TextField("vad som har ändrats", max_length=10_000, blank=True)
    decision = models.TextField("nästa steg", choices=FollowUpDecision.choices)
    next_on = models.DateField("nästa uppföljning", null=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    recorded_unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")

    class Meta:
        verbose_name, verbose_name_plural = "uppföljning", "uppföljningar"
        ordering = ["recorded_at"]
        constraints = [
            models.CheckConstraint(
                name="follow_up_kept_has_next_day",
                condition=~Q(decision=FollowUpDecision.KEEP) | Q(next_on__isnull=False),
            ),
        ]
        triggers = [Tracked(fields=["plan", "held_on", "decision", "next_on"], matter="case_id")]


class GoalOutcome(models.Model):
    """How far one has come towards a goal, at one follow-up."""

    app_privileges = (READ, ADD)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    follow_up = models.ForeignKey(FollowUp, models.PROTECT, related_name="goals")
    case = models.ForeignKey(SipCase, models.PROTECT, related_name="+")
    goal = models.ForeignKey(Goal, models.PROTECT, related_name="outcomes")
    result = models.TextField(choices=GoalResult.choices)
    comment = models.TextField(blank=True, max_length=2000)
    at = models.DateTimeField()

    class Meta:
        verbose_name, verbose_name_plural = "måluppfyllelse", "måluppfyllelse"
        ordering = ["at"]
        constraints = [models.UniqueConstraint(fields=["follow_up", "goal"], name="goal_outcome_once")]
        triggers = [Tracked(fields=["goal", "result"], matter="case_id")]


class MeasureOutcome(models.Model):
    """How a measure goes: told at a follow-up, at the closing, or by its unit at any time. The latest one counts."""

    app_privileges = (READ, ADD)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    follow_up = models.ForeignKey(FollowUp, models.PROTECT, null=True, related_name="measures")
    case = models.ForeignKey(SipCase, models.PROTECT, related_name="+")
    measure = models.ForeignKey(Measure, models.PROTECT, related_name="outcomes")
    result = models.TextField(choices=MeasureResult.choices)
    why = models.TextField("varför", blank=True, max_length=2000)
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    by_unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")

    class Meta:
        verbose_name, verbose_name_plural = "läge för insats", "lägen för insatser"
        ordering = ["at"]
        constraints = [
            models.CheckConstraint(
                name="measure_outcome_says_why", condition=~Q(result__in=NEEDS_WHY) | ~Q(why="")
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["measure", "-at"], name="measure_outcome_latest")]
        triggers = [Tracked(fields=["measure", "result"], matter="case_id")]
