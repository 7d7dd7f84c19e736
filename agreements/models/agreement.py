"""Agreements as data (AGR-1): what the chapters follow, loaded from a pack. No personal data here.

Rows keep their ids when a pack is loaded again, so cases may point at a provision or an agreement.
"""

from __future__ import annotations

import uuid
from datetime import date

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.urls import reverse

from agreements.querysets import AgreementPartyQuerySet, AgreementQuerySet, TermVersionQuerySet
from agreements.values import (
    Coordination,
    Counted,
    Origin,
    RenewalKind,
    Scope,
    Stage,
    StageName,
    Term,
    TermUnit,
)
from core.audit import Tracked
from core.grants import ADD, CHANGE, READ
from organisations.models import Huvudman, User


class UnknownTerm(LookupError):
    """The agreement has no such term on the day."""


class Agreement(models.Model):
    """An agreement between one region and its municipalities, in force between two dates, both included."""

    app_privileges = (READ,)
    job_privileges = (READ, CHANGE)  # The last day moves by itself.

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    key = models.SlugField("nyckel", unique=True)
    pack = models.SlugField("paket")
    name = models.CharField("namn", max_length=200)
    short_name = models.CharField("kort namn", max_length=80)
    purpose = models.TextField("syfte", blank=True)
    scope = models.TextField("omfattning", choices=Scope.choices)
    valid_from = models.DateField("gäller från")
    valid_to = models.DateField("gäller till och med")
    board_name = models.CharField("den regionala gruppens korta namn", max_length=60)
    adoption_assumed = models.BooleanField("räknas som antagen utan registrerat beslut")
    adoption_section = models.CharField("avsnitt om beslut", max_length=20)
    adoption_summary = models.TextField("vem som beslutar")
    renewal_kind = models.TextField("vad som händer vid slutet", choices=RenewalKind.choices)
    renewal_months_before = models.PositiveSmallIntegerField("månader före slutet")
    renewal_extension_months = models.PositiveSmallIntegerField("förlängning i månader", null=True, blank=True)
    renewal_section = models.CharField("avsnitt", max_length=20)
    renewal_summary = models.TextField("förlängning i ord")
    sip_parties_required = models.PositiveSmallIntegerField("parter som krävs för SIP", null=True, blank=True)
    sip_section = models.CharField("avsnitt om SIP-parter", max_length=20, blank=True)
    checksum = models.CharField("filernas kontrollsumma", max_length=64)
    loaded_at = models.DateTimeField("inläst")

    objects = AgreementQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = "överenskommelse", "överenskommelser"
        ordering = ["-valid_from", "name"]
        constraints = [
            models.CheckConstraint(name="agreement_ends_after_start", condition=Q(valid_to__gt=F("valid_from"))),
        ]
        triggers = [
            Tracked(fields=["key", "valid_from", "valid_to", "adoption_assumed"]),
            pgtrigger.Trigger(
                name="carry_period",
                when=pgtrigger.After,
                operation=pgtrigger.UpdateOf("scope", "valid_from", "valid_to"),
                func="UPDATE agreements_agreementparty SET agreement_id = NEW.id WHERE agreement_id = NEW.id;"
                " RETURN NULL;",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("agreements:detail", args=[self.key])

    def state_on(self, day: date) -> str:
        """Whether the agreement is coming, in force or over on a day, in words."""
        if day < self.valid_from:
            return "Kommande"
        return "Gäller nu" if day <= self.valid_to else "Har upphört"

    def day_within(self, day: date) -> date:
        """The day itself, or the nearest day of the period: how a coming or ended agreement is shown."""
        return min(max(day, self.valid_from), self.valid_to)

    def term(self, key: str, *, on: date) -> Term:
        """Return a term as it stands on a day. Raises `UnknownTerm`."""
        version = self.term_versions.select_related("provision").filter(key=key).standing(on).first()
        if version is None:
            raise UnknownTerm(f"{self.key} has no term {key} on {on}")
        return version.as_term()

    def terms(self, *, on: date) -> dict[str, Term]:
        """Return every term as it stands on a day, in one query."""
        return {v.key: v.as_term() for v in self.term_versions.select_related("provision").standing(on)}


class AgreementPart(models.Model):
    """What every row of an agreement shares: it belongs to one agreement and goes with it."""

    app_privileges: tuple[str, ...] = (READ,)
    job_privileges: tuple[str, ...] = (READ,)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)

    class Meta:
        abstract = True


class AgreementParty(AgreementPart):
    """A huvudman bound by an agreement. The database copies scope and period here, to forbid two at a time."""

    job_privileges = (READ, CHANGE)  # A moved last day is copied here.

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="parties")
    huvudman = models.ForeignKey(Huvudman, models.PROTECT, related_name="agreement_parties")
    scope = models.TextField(choices=Scope.choices, editable=False, default="")
    valid_from = models.DateField(editable=False, null=True)
    valid_to = models.DateField(editable=False, null=True)

    objects = AgreementPartyQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = "part", "parter"
        ordering = ["huvudman__kind", "huvudman__name"]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "huvudman"], name="party_once"),
            ExclusionConstraint(
                name="party_one_agreement_at_a_time",
                expressions=[
                    ("huvudman", RangeOperators.EQUAL),
                    ("scope", RangeOperators.EQUAL),
                    (
                        Func(
                            F("valid_from"),
                            F("valid_to"),
                            Value("[]"),
                            function="daterange",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                # Checked when all is written: one agreement may end earlier and the next begin earlier in one load.
                deferrable=models.Deferrable.DEFERRED,
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="copy_period",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func="SELECT scope, valid_from, valid_to INTO NEW.scope, NEW.valid_from, NEW.valid_to"
                " FROM agreements_agreement WHERE id = NEW.agreement_id; RETURN NEW;",
            )
        ]

    def __str__(self) -> str:
        return f"{self.huvudman} i {self.agreement}"


class Provision(AgreementPart):
    """A numbered section, with the portal's own summary of it."""

    SEARCHED = ("heading", "summary", "points")

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="provisions")
    parent = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="children")
    number = models.CharField("nummer", max_length=20)
    heading = models.CharField("rubrik", max_length=200)
    summary = models.TextField("sammanfattning")
    points = ArrayField(models.TextField(), verbose_name="punkter", default=list, blank=True)
    position = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name, verbose_name_plural = "avsnitt", "avsnitt"
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["agreement", "number"], name="provision_once")]

    def __str__(self) -> str:
        return f"{self.number} {self.heading}"

    def get_absolute_url(self) -> str:
        return f"{reverse('agreements:detail', args=[self.agreement.key])}#{self.number}"


class TargetGroup(AgreementPart):
    """People the agreement is about (IND-1). `coordination` says which local group follows them."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="target_groups")
    key = models.SlugField()
    name = models.CharField("namn", max_length=120)
    summary = models.TextField("beskrivning")
    coordination = models.TextField("samordningsgrupp", choices=Coordination.choices)
    min_age = models.PositiveSmallIntegerField("lägsta ålder", null=True, blank=True)
    max_age = models.PositiveSmallIntegerField("högsta ålder", null=True, blank=True)
    provision = models.ForeignKey(Provision, models.RESTRICT, related_name="+")
    position = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name, verbose_name_plural = "målgrupp", "målgrupper"
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "key"], name="target_group_once"),
            models.CheckConstraint(
                name="target_group_ages_in_order",
                condition=Q(min_age=None) | Q(max_age=None) | Q(max_age__gte=F("min_age")),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class TermVersion(AgreementPart):
    """A term from a day on. The file gives the first version; the regional board may add later ones.

    Row security lets board members, and nobody else, add versions: with a reason and their own name.
    """

    app_privileges = (READ, ADD)

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="term_versions")
    key = models.CharField("nyckel", max_length=80)
    label = models.CharField("namn", max_length=120)
    explanation = models.TextField("förklaring", blank=True)
    value = models.PositiveIntegerField("värde")
    unit = models.TextField("enhet", choices=TermUnit.choices)
    counted = models.TextField("räknas", choices=Counted.choices, default=Counted.AFTER)
    stages = models.JSONField("steg", default=list, blank=True)
    provision = models.ForeignKey(Provision, models.RESTRICT, related_name="+", verbose_name="avsnitt")
    is_default = models.BooleanField("portalens standard", default=False)
    valid_from = models.DateField("gäller från")
    origin = models.TextField("källa", choices=Origin.choices, default=Origin.FILE)
    position = models.PositiveSmallIntegerField(default=0)
    reason = models.TextField("skäl", blank=True, max_length=1000)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField("beslutat", null=True, blank=True)

    objects = TermVersionQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = "villkor", "villkor"
        ordering = ["position", "valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "key", "valid_from"], name="term_once_a_day"),
            models.CheckConstraint(
                name="term_percent_at_most_100", condition=~Q(unit=TermUnit.PERCENT) | Q(value__lte=100)
            ),
            models.CheckConstraint(
                name="term_month_is_one_of_twelve",
                condition=~Q(unit=TermUnit.CALENDAR_MONTH) | Q(value__gte=1, value__lte=12),
            ),
        ]

        triggers = [Tracked(fields=["agreement", "key", "value", "unit", "valid_from", "origin", "reason"])]

    def __str__(self) -> str:
        return f"{self.label} från {self.valid_from}"

    def as_term(self) -> Term:
        """Return the pure value that clocks and rules count with."""
        return Term(
            key=self.key,
            label=self.label,
            value=self.value,
            unit=TermUnit(self.unit),
            counted=Counted(self.counted),
            stages=tuple(Stage(StageName(s["name"]), s["offset"], TermUnit(s["unit"])) for s in self.stages),
            section=self.provision.number,
            is_default=self.is_default,
        )


class PackLoad(models.Model):
    """Which version of a pack's organisations is loaded, so that a restart leaves local changes alone."""

    app_privileges = job_privileges = (READ,)

    name = models.SlugField(primary_key=True)
    checksum = models.CharField(max_length=64)
    loaded_at = models.DateTimeField()

    class Meta:
        verbose_name, verbose_name_plural = "inläst paket", "inlästa paket"

    def __str__(self) -> str:
        return self.name
