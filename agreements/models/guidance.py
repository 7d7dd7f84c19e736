"""What helps people find the right rule: what words mean, which mean the same, and questions that lead to an answer."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from agreements.models.agreement import Agreement, AgreementPart, Provision
from agreements.values import Responsible, SettledBy


class Definition(AgreementPart):
    """A concept and what it means."""

    SEARCHED = ("word", "meaning")

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="definitions")
    word = models.CharField("begrepp", max_length=100)
    meaning = models.TextField("betyder")
    provision = models.ForeignKey(Provision, models.RESTRICT, related_name="+")

    class Meta:
        verbose_name, verbose_name_plural = "begrepp", "begrepp"
        ordering = ["word"]
        constraints = [models.UniqueConstraint(fields=["agreement", "word"], name="definition_once")]

    def __str__(self) -> str:
        return self.word


class Abbreviation(AgreementPart):
    """A short form and what it stands for."""

    SEARCHED = ("word", "meaning")

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="abbreviations")
    word = models.CharField("förkortning", max_length=20)
    meaning = models.CharField("utläses", max_length=200)
    provision = models.ForeignKey(Provision, models.RESTRICT, related_name="+")

    class Meta:
        verbose_name, verbose_name_plural = "förkortning", "förkortningar"
        ordering = ["word"]
        constraints = [models.UniqueConstraint(fields=["agreement", "word"], name="abbreviation_once")]

    def __str__(self) -> str:
        return self.word


class WordGroup(AgreementPart):
    """Words that the search takes for one another: missbruk, skadligt bruk."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="word_groups")
    words = ArrayField(models.CharField(max_length=200), verbose_name="ord")

    class Meta:
        verbose_name, verbose_name_plural = "ordgrupp", "ordgrupper"
        constraints = [
            models.UniqueConstraint(fields=["agreement", "words"], name="word_group_once"),
            models.CheckConstraint(name="word_group_of_several", condition=Q(words__len__gte=2)),
        ]

    def __str__(self) -> str:
        return ", ".join(self.words)


class HousingStep(AgreementPart):
    """A question about care in other housing than one's own (PLC-2), and what follows when it settles the matter.

    Questions are asked in order until one is settled. The last step asks nothing: it is what follows otherwise.
    """

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="housing_steps")
    key = models.SlugField()
    question = models.CharField("fråga", max_length=200, blank=True)
    help = models.TextField("hjälp", blank=True)
    settled_by = models.TextField("avgörs av", choices=SettledBy.choices, blank=True)
    party = models.TextField("ansvarig", choices=Responsible.choices)
    outcome = models.TextField("svar")
    provision = models.ForeignKey(Provision, models.RESTRICT, related_name="+")
    position = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name, verbose_name_plural = "fråga om boende", "frågor om boende"
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "key"], name="housing_step_once"),
            models.CheckConstraint(
                name="housing_step_question_can_settle",
                condition=Q(question="", settled_by="") | (~Q(question="") & ~Q(settled_by="")),
            ),
            models.UniqueConstraint(
                fields=["agreement"], condition=Q(question=""), name="housing_step_one_asks_nothing"
            ),
        ]

    def __str__(self) -> str:
        return self.question or self.outcome


class Coverage(AgreementPart):
    """Where an agreement deals with an item of the national checklist (AGR-5). No sections: it is missing."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="coverage")
    item = models.SlugField("punkt", max_length=80)
    sections = ArrayField(models.CharField(max_length=20), verbose_name="avsnitt")
    note = models.CharField("not", max_length=300, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = "punkt i checklistan", "punkter i checklistan"
        constraints = [
            models.UniqueConstraint(fields=["agreement", "item"], name="coverage_once"),
            models.CheckConstraint(name="coverage_missing_says_why", condition=Q(sections__len__gte=1) | ~Q(note="")),
        ]

    def __str__(self) -> str:
        return self.item
