"""What the chapters act by: who counts as a party, the ladder of disputes, costs, indicators, points of an agenda."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from agreements.models.agreement import Agreement, AgreementPart, Provision
from agreements.values import Aim, Breakdown, Coordination, FigureUnit, Holder, IndicatorKind, Waits
from organisations.models import Unit


class SipParty(AgreementPart):
    """A party in the sense of SIP-5: the kinds of huvudman and authority that count as it. No kinds: any."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="sip_parties")
    key = models.SlugField()
    name = models.CharField("namn", max_length=120)
    huvudman_kinds = ArrayField(models.TextField(), default=list, blank=True)
    authority_kinds = ArrayField(models.TextField(), default=list, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = "SIP-part", "SIP-parter"
        ordering = ["key"]
        constraints = [models.UniqueConstraint(fields=["agreement", "key"], name="sip_party_once")]

    def __str__(self) -> str:
        return self.name

    def includes(self, unit: Unit) -> bool:
        """Whether a unit takes part as this party. Needs the unit's authority and huvudman loaded."""
        authority = unit.authority
        return (not self.huvudman_kinds or authority.huvudman.kind in self.huvudman_kinds) and (
            not self.authority_kinds or authority.kind in self.authority_kinds
        )


class DisputeLevel(AgreementPart):
    """A step of the ladder (DIS-2). The last one is final: there the dispute stays until it is settled."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="dispute_levels")
    key = models.SlugField()
    name = models.CharField("namn", max_length=120)
    summary = models.TextField("beskrivning")
    held_by = models.TextField("hanteras av", choices=Holder.choices)
    clock = models.CharField("frist", max_length=80)
    is_final = models.BooleanField("högsta nivån", default=False)
    provision = models.ForeignKey(Provision, models.RESTRICT, related_name="+")
    position = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name, verbose_name_plural = "nivå i tvistetrappan", "nivåer i tvistetrappan"
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "key"], name="dispute_level_once"),
            models.UniqueConstraint(
                fields=["agreement"], condition=Q(is_final=True), name="dispute_level_one_is_final"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class CostRule(AgreementPart):
    """A rule about who pays, in words, with its section."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="cost_rules")
    key = models.SlugField()
    text = models.TextField("regel")
    provision = models.ForeignKey(Provision, models.RESTRICT, related_name="+")
    position = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name, verbose_name_plural = "kostnadsregel", "kostnadsregler"
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["agreement", "key"], name="cost_rule_once")]

    def __str__(self) -> str:
        return self.text


class Indicator(AgreementPart):
    """What the annual follow-up must tell (FUP-2)."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="indicators")
    key = models.SlugField()
    name = models.CharField("namn", max_length=200)
    kind = models.TextField("typ", choices=IndicatorKind.choices)
    is_default = models.BooleanField("portalens standard", default=False)
    prompt = models.TextField("stöd för analysen", blank=True)
    required = models.BooleanField("måste besvaras", default=True)
    definition = models.TextField("definition", blank=True)
    unit = models.TextField("enhet", choices=FigureUnit.choices, blank=True)
    numerator = models.SlugField("räknar", max_length=80, blank=True)
    denominator = models.SlugField("av", max_length=80, blank=True)
    breakdowns = ArrayField(models.TextField(choices=Breakdown.choices), default=list, blank=True)
    coordination = models.TextField("samordningsgrupp", choices=Coordination.choices, blank=True)
    aim = models.TextField("riktning", choices=Aim.choices, default=Aim.NONE)
    target = models.PositiveSmallIntegerField("mål", null=True, blank=True)
    counts_persons = models.BooleanField("räknar personer", default=True)
    from_year = models.PositiveSmallIntegerField("från och med år", null=True, blank=True)
    provision = models.ForeignKey(Provision, models.RESTRICT, related_name="+")
    position = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name, verbose_name_plural = "indikator", "indikatorer"
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["agreement", "key"], name="indicator_once")]

    def __str__(self) -> str:
        return self.name


class AgendaPoint(AgreementPart):
    """A point that the agreement, or the portal, proposes for the agenda of a coordination group (FUP-1)."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="agenda_points")
    key = models.SlugField()
    name = models.CharField("namn", max_length=200)
    summary = models.TextField("vad gruppen gör")
    waits = models.TextField("samlar", choices=Waits.choices, blank=True)
    provision = models.ForeignKey(Provision, models.RESTRICT, related_name="+")
    position = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name, verbose_name_plural = "föreslagen punkt", "föreslagna punkter"
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["agreement", "key"], name="agenda_point_once")]

    def __str__(self) -> str:
        return self.name
