"""What happens during a placement: where the person stays, examinations, reviews, joint follow-ups."""

from __future__ import annotations

import uuid

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value

from core.audit import Tracked
from core.grants import ADD, READ, REMOVE
from organisations.models import Unit, User
from placements.kinds import (
    PRIVATE_HOMES,
    ExaminationKind,
    ExaminationState,
    FollowUpKind,
    Housing,
    Outcome,
    ReviewKind,
)
from placements.models.placement import Placement
from placements.models.provider import Provider

# The day of a move belongs to the new home.
NIGHTS = Func(F("starts_on"), F("ends_on"), Value("[)"), function="daterange", output_field=DateRangeField())


class Stay(models.Model):
    """Where the person lives, one row per home: the history of moves. A restricted one is for named staff (IND-3)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    placement = models.ForeignKey(Placement, models.PROTECT, related_name="stays")
    housing = models.TextField("boendeform", choices=Housing.choices)
    provider = models.ForeignKey(Provider, models.PROTECT, null=True, related_name="+")
    home = models.CharField("hemmet", max_length=200, blank=True, help_text="A private home, or one not registered.")
    municipality = models.CharField("kommun", max_length=60, blank=True)
    starts_on = models.DateField("från och med")
    ends_on = models.DateField("till", null=True, help_text="The day of leaving.")
    why_moved = models.TextField("varför flytten gjordes", blank=True, max_length=2000)
    is_restricted = models.BooleanField(default=False, help_text="Named staff only: hidden or protected (IND-3).")
    written_by = models.ForeignKey(Unit, models.PROTECT, related_name="+")

    class Meta:
        verbose_name, verbose_name_plural = "vistelse", "vistelser"
        ordering = ["starts_on"]
        constraints = [
            models.CheckConstraint(
                name="stay_is_somewhere",
                condition=Q(provider__isnull=False, home="") | (Q(provider=None) & ~Q(home="")),
            ),
            models.CheckConstraint(
                name="stay_private_home_has_no_provider", condition=~Q(housing__in=PRIVATE_HOMES) | Q(provider=None)
            ),
            models.CheckConstraint(
                name="stay_ends_after_start", condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on"))
            ),
            ExclusionConstraint(
                name="stay_one_at_a_time",
                expressions=[("placement", RangeOperators.EQUAL), (NIGHTS, RangeOperators.OVERLAPS)],
            ),
        ]
        # Without the home and the municipality: the log is read by more people than the stay.
        triggers = [Tracked(fields=["housing", "starts_on", "ends_on", "is_restricted"], matter="placement_id")]

    def __str__(self) -> str:
        return str(self.provider) if self.provider_id else self.home


class StayReader(models.Model):
    """A named member of staff who may read the restricted stays of a placement."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    placement = models.ForeignKey(Placement, models.PROTECT, related_name="stay_readers")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")

    app_privileges = (READ, ADD, REMOVE)

    class Meta:
        verbose_name = "namngiven läsare av vistelseort"
        constraints = [models.UniqueConstraint(fields=["placement", "user"], name="stay_reader_once")]
        triggers = [Tracked(fields=["placement", "user"], matter="placement_id")]


class Examination(models.Model):
    """One track of examination: asked for, offered, declined or done. Never what it showed (PLC-9)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    placement = models.ForeignKey(Placement, models.PROTECT, related_name="examinations")
    kind = models.TextField(choices=ExaminationKind.choices)
    state = models.TextField(choices=ExaminationState.choices, default=ExaminationState.ASKED)
    on = models.DateField("dag", null=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        verbose_name, verbose_name_plural = "undersökning", "undersökningar"
        ordering = ["kind"]
        constraints = [
            models.UniqueConstraint(fields=["placement", "kind"], name="examination_once"),
            models.CheckConstraint(
                name="examination_has_day", condition=Q(state=ExaminationState.ASKED) | Q(on__isnull=False)
            ),
        ]
        triggers = [Tracked(fields=["kind", "state", "on"], matter="placement_id")]


class Review(models.Model):
    """One review (omprövning) that the law asks for, and what it came to (PLC-10)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    placement = models.ForeignKey(Placement, models.PROTECT, related_name="reviews")
    kind = models.TextField(choices=ReviewKind.choices)
    on = models.DateField("dag")
    outcome = models.TextField(choices=Outcome.choices)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    app_privileges = (READ, ADD)

    class Meta:
        verbose_name, verbose_name_plural = "omprövning", "omprövningar"
        ordering = ["on", "recorded_at"]
        triggers = [
            Tracked(fields=["kind", "on", "outcome"], matter="placement_id"),
            pgtrigger.ReadOnly(name="review_stays_as_made"),
        ]


class FollowUp(models.Model):
    """One joint follow-up: who took part and what it came to, without costs or medical detail (PLC-11)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    placement = models.ForeignKey(Placement, models.PROTECT, related_name="follow_ups")
    kind = models.TextField(choices=FollowUpKind.choices)
    on = models.DateField("dag")
    came_to = models.TextField("vad ni kom fram till", max_length=2000)
    with_medical_party = models.BooleanField(help_text="The other party took part: only then was it joint.")
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    app_privileges = (READ, ADD)

    class Meta:
        verbose_name, verbose_name_plural = "gemensam uppföljning", "gemensamma uppföljningar"
        ordering = ["on", "recorded_at"]
        triggers = [
            Tracked(fields=["kind", "on", "with_medical_party"], matter="placement_id"),
            pgtrigger.ReadOnly(name="follow_up_stays_as_made"),
        ]
