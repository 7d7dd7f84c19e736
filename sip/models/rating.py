"""The person's own rating (SIP-10). An answer has no way back to its case, and a code no way forward to its answer.

`sip.ratingsql` holds the functions that alone use a code and alone read answers.
"""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from core.audit import Tracked
from core.grants import ADD, READ
from organisations.models import Huvudman
from sip.kinds import RatingReader
from sip.models.case import SipCase
from sip.models.plan import Plan


class RatingCode(models.Model):
    """A one-time code, printed on one reader's copy of one version. Only its hash is kept."""

    app_privileges = (READ, ADD)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    case = models.ForeignKey(SipCase, models.PROTECT, related_name="+")
    plan = models.ForeignKey(Plan, models.PROTECT, related_name="+")
    reader = models.TextField(choices=RatingReader.choices)
    code_hash = models.CharField(max_length=64, unique=True)
    is_used = models.BooleanField(default=False)

    class Meta:
        verbose_name, verbose_name_plural = "kod för omdöme", "koder för omdöme"
        constraints = [models.UniqueConstraint(fields=["plan", "reader"], name="rating_code_once")]
        # Not when it is used: the time of an answer would lead to it.
        triggers = [Tracked(fields=["plan", "reader"], matter="case_id")]


class Rating(models.Model):
    """One anonymous answer: a year, the parties and the target groups, and nothing else that could lead to anybody."""

    app_privileges = (READ,)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    year = models.PositiveSmallIntegerField()
    municipality = models.ForeignKey(Huvudman, models.PROTECT, null=True, related_name="+")
    region = models.ForeignKey(Huvudman, models.PROTECT, null=True, related_name="+")
    target_groups = ArrayField(models.TextField(), default=list)
    reader = models.TextField(choices=RatingReader.choices)
    participation = models.PositiveSmallIntegerField()
    clarity = models.PositiveSmallIntegerField()
    usefulness = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name, verbose_name_plural = "omdöme", "omdömen"
        constraints = [
            models.CheckConstraint(
                name="rating_on_the_scale",
                condition=Q(participation__range=(1, 4), clarity__range=(1, 4), usefulness__range=(1, 4)),
            ),
        ]
