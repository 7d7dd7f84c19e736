"""Who answers for what (RESP-1)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from agreements.models.agreement import Agreement, AgreementPart, Provision, TargetGroup
from agreements.querysets import ResponsibilityQuerySet
from agreements.values import Responsible


class ResponsibilityArea(AgreementPart):
    """A field of work to look under in the guide."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="responsibility_areas")
    key = models.SlugField()
    name = models.CharField("namn", max_length=100)
    position = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name, verbose_name_plural = "ansvarsområde", "ansvarsområden"
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["agreement", "key"], name="responsibility_area_once")]

    def __str__(self) -> str:
        return self.name


class Responsibility(AgreementPart):
    """Who answers for what, for whom, and where it says so (RESP-1)."""

    SEARCHED = ("text", "search_words", "actor", "area__name")

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="responsibilities")
    key = models.SlugField(max_length=80)
    area = models.ForeignKey(ResponsibilityArea, models.RESTRICT, related_name="responsibilities")
    target_groups = models.ManyToManyField(TargetGroup, related_name="responsibilities")
    party = models.TextField("ansvarig", choices=Responsible.choices)
    actor = models.CharField("annan myndighet", max_length=100, blank=True)
    text = models.TextField("ansvar")
    search_words = models.TextField("sökord", blank=True)
    provision = models.ForeignKey(Provision, models.RESTRICT, related_name="responsibilities")
    position = models.PositiveSmallIntegerField()

    objects = ResponsibilityQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = "ansvar", "ansvar"
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "key"], name="responsibility_once"),
            models.CheckConstraint(
                name="responsibility_other_is_named",
                condition=Q(party=Responsible.OTHER) & ~Q(actor="") | ~Q(party=Responsible.OTHER) & Q(actor=""),
            ),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def tone(self) -> str:
        """Colour of the party's tag; the tag says the party in words too."""
        return {Responsible.REGION: "info", Responsible.OTHER: "neutral", Responsible.BOTH: "warning"}.get(
            Responsible(self.party), "success"
        )

    @property
    def answered_by(self) -> str:
        """The name people read: the other authority's own name, or the party's."""
        return self.actor or self.get_party_display()
