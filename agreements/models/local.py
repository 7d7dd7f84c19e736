"""What each party has agreed or decided below the regional agreement (AGR-6)."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q

from agreements.models.agreement import Agreement
from agreements.values import LocalKind
from core.audit import Tracked
from core.grants import ADD, CHANGE, READ
from organisations.models import Huvudman


class LocalDocument(models.Model):
    """A local agreement or routine of one party, with the day by which it must be looked over again.

    The portal holds where it is found, not its text. Row security lets the party's own administrators write, all read.
    """

    app_privileges = (READ, ADD, CHANGE)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="local_documents")
    huvudman = models.ForeignKey(Huvudman, models.PROTECT, related_name="+")
    kind = models.TextField("slag", choices=LocalKind.choices)
    title = models.CharField("namn", max_length=200)
    reference = models.CharField("var den finns", max_length=200)
    decided_on = models.DateField("beslutad")
    review_by = models.DateField("ses över senast")
    ended_on = models.DateField("slutade gälla", null=True, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = "lokalt dokument", "lokala dokument"
        ordering = ["huvudman__name", "review_by", "title"]
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "huvudman", "title"], condition=Q(ended_on=None), name="local_document_once"
            ),
            models.CheckConstraint(
                name="local_document_reviewed_after_decided", condition=Q(review_by__gt=F("decided_on"))
            ),
            models.CheckConstraint(
                name="local_document_ends_after_decided", condition=Q(ended_on=None) | Q(ended_on__gte=F("decided_on"))
            ),
        ]
        triggers = [
            Tracked(
                fields=["agreement", "huvudman", "kind", "title", "reference", "decided_on", "review_by", "ended_on"]
            )
        ]

    def __str__(self) -> str:
        return self.title
