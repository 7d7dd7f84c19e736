"""Figures, precomputed by the background job. No row points at a person or a case (FUP-6).

`Fact` holds the true counts: only the job reads it. `Cell` holds what may be shown: a figure that is kept back has no
value in the table at all, so no page, file or interface can show it by mistake.
"""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from agreements.models import Agreement
from agreements.values import Coordination
from core.grants import ADD, CHANGE, READ, REMOVE
from organisations.models import Huvudman, Unit


class Fact(models.Model):
    """How many, and how much in all, of one measure in one municipality and year, by one split."""

    app_privileges = ()
    job_privileges = (READ, ADD, REMOVE)

    id = models.BigAutoField(primary_key=True)
    measure = models.SlugField(max_length=80)
    municipality = models.ForeignKey(Huvudman, models.CASCADE, related_name="+")
    coordination = models.TextField(choices=Coordination.choices)
    year = models.PositiveSmallIntegerField()
    split = models.TextField(blank=True, help_text="Empty, sex, age or target_group.")
    part = models.TextField(blank=True)
    count = models.BigIntegerField()
    amount = models.FloatField(default=0)

    class Meta:
        verbose_name, verbose_name_plural = "delsumma", "delsummor"
        constraints = [
            models.UniqueConstraint(
                fields=["measure", "municipality", "coordination", "year", "split", "part"], name="fact_once"
            )
        ]


class UnitFact(models.Model):
    """The same for one unit's own cases. Its own managers see it, and nobody else: row security says so."""

    app_privileges = (READ,)
    job_privileges = (READ, ADD, REMOVE)

    id = models.BigAutoField(primary_key=True)
    measure = models.SlugField(max_length=80)
    unit = models.ForeignKey(Unit, models.CASCADE, related_name="+")
    year = models.PositiveSmallIntegerField()
    count = models.BigIntegerField()
    amount = models.FloatField(default=0)

    class Meta:
        verbose_name, verbose_name_plural = "verksamhetens delsumma", "verksamhetens delsummor"
        constraints = [models.UniqueConstraint(fields=["measure", "unit", "year"], name="unit_fact_once")]


class Cell(models.Model):
    """One figure as it may be shown. `municipality` empty: the whole county."""

    app_privileges = (READ,)
    job_privileges = (READ, ADD, CHANGE, REMOVE)

    id = models.BigAutoField(primary_key=True)
    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="+")
    indicator = models.SlugField(max_length=80)
    coordination = models.TextField(choices=Coordination.choices)
    year = models.PositiveSmallIntegerField()
    municipality = models.ForeignKey(Huvudman, models.CASCADE, null=True, related_name="+")
    split = models.TextField(blank=True)
    part = models.TextField(blank=True)
    value = models.FloatField(null=True)
    count = models.BigIntegerField(null=True, help_text="How many it is reckoned on.")
    is_hidden = models.BooleanField(default=False)

    class Meta:
        verbose_name, verbose_name_plural = "redovisad siffra", "redovisade siffror"
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "indicator", "coordination", "year", "municipality", "split", "part"],
                name="cell_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="cell_hidden_holds_nothing", condition=Q(is_hidden=False) | Q(value=None, count=None)
            ),
        ]
        indexes = [models.Index(fields=["agreement", "coordination", "municipality"], name="cell_dashboard")]


class FactRun(models.Model):
    """When the figures of an agreement were last made, from which sums and by which definitions."""

    app_privileges = (READ,)
    job_privileges = (READ, ADD, CHANGE)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    agreement = models.OneToOneField(Agreement, models.CASCADE, related_name="+")
    at = models.DateTimeField()
    checksums = models.JSONField(default=dict, help_text="Of the sums and definitions behind each year's figures.")
    seconds = models.FloatField()

    class Meta:
        verbose_name, verbose_name_plural = "beräkning", "beräkningar"
