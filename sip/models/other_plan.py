"""Plans that are made elsewhere by law, noted so that the SIP goes with them (SIP-12)."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q

from core.audit import Tracked
from organisations.models import Unit, User
from sip.kinds import OtherPlanKind, OtherPlanState
from sip.models.case import SipCase
from sip.querysets import OtherPlanQuerySet


class OtherPlan(models.Model):
    """That a plan for discharge or for compulsory open care exists and where it is kept; never what it says.

    It tells of the person's health: other units see it only while the consent covers health (wall 2).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    case = models.ForeignKey(SipCase, models.PROTECT, related_name="other_plans")
    kind = models.TextField("slag av plan", choices=OtherPlanKind.choices)
    state = models.TextField(choices=OtherPlanState.choices, default=OtherPlanState.ONGOING)
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField()
    kept_in = models.CharField("var planen finns", max_length=150)
    since_on = models.DateField("gäller från")
    reviewed_on = models.DateField("senast prövad")
    ended_on = models.DateField("upphörde", null=True)
    noted_by_unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    noted_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    noted_at = models.DateTimeField()

    objects = OtherPlanQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = "annan plan", "andra planer"
        ordering = ["-since_on"]
        constraints = [
            models.CheckConstraint(name="other_plan_reviewed_in_time", condition=Q(reviewed_on__gte=F("since_on"))),
            models.CheckConstraint(
                name="other_plan_ended_has_day",
                condition=Q(state=OtherPlanState.ENDED, ended_on__isnull=False, ended_on__gte=F("since_on"))
                | ~Q(state=OtherPlanState.ENDED) & Q(ended_on=None),
            ),
            models.UniqueConstraint(
                fields=["case", "kind", "noted_by_unit"],
                name="other_plan_one_of_a_kind",
                condition=Q(state=OtherPlanState.ONGOING),
            ),
        ]
        triggers = [
            Tracked(fields=["kind", "state", "since_on", "reviewed_on", "ended_on", "noted_by_unit"], matter="case_id")
        ]
