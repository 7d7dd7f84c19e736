"""What each party has decided about an agreement (AGR-7), and how its last day has moved (AGR-3)."""

from __future__ import annotations

import uuid

import pgtrigger
from django.db import models
from django.db.models import F, Q

from agreements.models.agreement import Agreement
from agreements.querysets import PartyDecisionQuerySet
from agreements.values import DecisionKind, Origin, ProlongationKind
from core.audit import Tracked
from core.grants import ADD, CHANGE, READ
from organisations.models import Huvudman, User


class PartyDecision(models.Model):
    """One party's decision: by which body, on which day, under which reference. Never altered, only struck.

    Row security lets the party's own administrators write, all read: the decisions are public documents.
    """

    app_privileges = (READ, ADD, CHANGE)
    job_privileges = (READ,)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="decisions")
    huvudman = models.ForeignKey(Huvudman, models.PROTECT, related_name="+")
    kind = models.TextField("vad beslutet säger", choices=DecisionKind.choices)
    body = models.CharField("vem som beslutade", max_length=120)
    decided_on = models.DateField("beslutsdag")
    reference = models.CharField("diarienummer eller paragraf", max_length=120)
    origin = models.TextField("källa", choices=Origin.choices)
    recorded_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    recorded_at = models.DateTimeField("registrerat")
    struck_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    struck_at = models.DateTimeField("struket", null=True, blank=True)
    struck_reason = models.CharField("varför det ströks", max_length=300, blank=True)

    objects = PartyDecisionQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = "parts beslut", "parters beslut"
        ordering = ["-decided_on", "-recorded_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "huvudman", "kind", "decided_on", "reference"],
                condition=Q(struck_at=None),
                name="party_decision_once",
            ),
            models.CheckConstraint(name="party_decision_is_documented", condition=~Q(body="") & ~Q(reference="")),
            models.CheckConstraint(
                name="party_decision_struck_for_a_reason",
                condition=Q(struck_at=None, struck_reason="") | (Q(struck_at__isnull=False) & ~Q(struck_reason="")),
            ),
        ]
        triggers = [
            Tracked(
                fields=["agreement", "huvudman", "kind", "body", "decided_on", "reference", "origin", "struck_reason"]
            ),
            pgtrigger.ReadOnly(
                name="only_struck",
                fields=[
                    "agreement", "huvudman", "kind", "body", "decided_on", "reference", "origin", "recorded_by",
                    "recorded_at",
                ],
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.huvudman}: {self.get_kind_display()} {self.decided_on}"


class Prolongation(models.Model):
    """One time the agreement's last day moved, and why: written by the portal, or undone by it.

    The agreement's own last day is its file's, and then what stands here from that day on.
    """

    app_privileges = (READ,)
    job_privileges = (READ, ADD, CHANGE)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="prolongations")
    kind = models.TextField("grund", choices=ProlongationKind.choices)
    was_to = models.DateField("gällde till och med")
    becomes_to = models.DateField("gäller till och med")
    act_by = models.DateField("sista dag att säga upp")
    because = models.TextField("varför")
    at = models.DateTimeField("infört")
    undone_at = models.DateTimeField("återtaget", null=True, blank=True)
    undone_because = models.TextField("varför det återtogs", blank=True)

    class Meta:
        verbose_name, verbose_name_plural = "förlängning", "förlängningar"
        ordering = ["was_to", "at"]
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "was_to"], condition=Q(undone_at=None), name="prolongation_once"
            ),
            models.CheckConstraint(name="prolongation_forward", condition=Q(becomes_to__gt=F("was_to"))),
            models.CheckConstraint(
                name="prolongation_undone_says_why",
                condition=Q(undone_at=None, undone_because="") | (Q(undone_at__isnull=False) & ~Q(undone_because="")),
            ),
        ]
        triggers = [Tracked(fields=["agreement", "kind", "was_to", "becomes_to", "because", "undone_because"])]

    def __str__(self) -> str:
        return f"{self.agreement} till {self.becomes_to}"
