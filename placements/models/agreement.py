"""The ansvarsförbindelse: which medical measures the housing performs, for how long, at what cost, and who pays.

Each row of `Ansvarsforbindelse` is one version. A version is written as a draft; once proposed its content never
changes, and the database says so. A changed agreement is a new version that replaces the old one (PLC-7).
"""

from __future__ import annotations

import uuid

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Lower

from core.audit import Action, Reads, Tracked
from core.grants import ADD, CHANGE, READ, REMOVE
from organisations.models import Assignment, Unit, User
from placements.kinds import NEGOTIATED, DeclineReason, Per, Performer, Side, SplitBy, Stage
from placements.models.placement import Placement
from placements.querysets import VersionQuerySet

DAYS = Func(F("starts_on"), F("ends_on"), Value("[]"), function="daterange", output_field=DateRangeField())

ONLY_WHILE_DRAFT = pgtrigger.Trigger(
    name="only_while_draft",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
    func="""
        IF NOT portal_is_draft(coalesce(NEW.agreement_id, OLD.agreement_id)) THEN
            RAISE EXCEPTION 'a proposed agreement is never altered' USING ERRCODE = 'check_violation';
        END IF;
        RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
    """,
)
_WHOLE = """
    IF NOT portal_measure_is_whole({measure}) THEN
        RAISE EXCEPTION 'the shares do not cover the whole cost' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
"""


class Ansvarsforbindelse(models.Model):
    """One version of the agreement between the two parties of a placement."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    placement = models.ForeignKey(Placement, models.PROTECT, related_name="agreements")
    number = models.PositiveSmallIntegerField(null=True, help_text="Given when it is proposed.")
    state = models.TextField(choices=Stage.choices, default=Stage.DRAFT)
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField()
    placing_unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    medical_unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    drafted_by_unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    drafted_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    answers = models.ForeignKey("self", models.PROTECT, null=True, related_name="+", help_text="What it changes.")
    valid_from = models.DateField("gäller från och med", null=True)
    valid_to = models.DateField("gäller till och med", null=True)
    renegotiate_on = models.DateField("omförhandlas senast", null=True)
    terms = models.TextField("övriga villkor", blank=True, max_length=4000)
    proposed_at = models.DateTimeField(null=True)
    proposed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    content_hash = models.CharField(max_length=64, blank=True, help_text="Of the whole content, when proposed.")
    decline_reason = models.TextField(choices=DeclineReason.choices, blank=True)
    decline_note = models.TextField(blank=True, max_length=2000)
    declined_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    in_force_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    objects = VersionQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = "ansvarsförbindelse", "ansvarsförbindelser"
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["placement", "number"], name="agreement_number_once"),
            models.UniqueConstraint(
                fields=["placement"], name="agreement_one_in_force", condition=Q(state=Stage.IN_FORCE)
            ),
            models.UniqueConstraint(
                fields=["placement"], name="agreement_one_on_the_table", condition=Q(state__in=NEGOTIATED)
            ),
            models.UniqueConstraint(
                fields=["placement", "drafted_by_unit"], name="agreement_one_draft", condition=Q(state=Stage.DRAFT)
            ),
            models.CheckConstraint(name="agreement_of_two", condition=~Q(placing_unit=F("medical_unit"))),
            models.CheckConstraint(
                name="agreement_drafted_by_a_party",
                condition=Q(drafted_by_unit=F("placing_unit")) | Q(drafted_by_unit=F("medical_unit")),
            ),
            models.CheckConstraint(
                name="version_ends_after_start",
                condition=Q(valid_from=None) | Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
            ),
            models.CheckConstraint(
                name="agreement_proposed_is_complete",
                condition=Q(state__in=[Stage.DRAFT, Stage.WITHDRAWN])
                | (
                    Q(number__isnull=False, proposed_at__isnull=False, proposed_by__isnull=False)
                    & Q(valid_from__isnull=False, valid_to__isnull=False)
                    & Q(content_hash__regex=r"^[0-9a-f]{64}$")
                ),
            ),
            models.CheckConstraint(
                name="agreement_declined_says_why", condition=~Q(state=Stage.DECLINED) | ~Q(decline_reason="")
            ),
            # PLC-6: the closed list has no such reason as "the placement has already happened".
            models.CheckConstraint(
                name="agreement_decline_reason_known",
                condition=Q(decline_reason="") | Q(decline_reason__in=DeclineReason.values),
            ),
        ]
        triggers = [
            Tracked(
                fields=[
                    "number", "state", "placing_unit", "medical_unit", "drafted_by_unit", "valid_from", "valid_to",
                    "proposed_at", "proposed_by", "content_hash", "decline_reason", "in_force_at", "ended_at",
                ],
                matter="placement_id",
            ),
            pgtrigger.Protect(name="agreement_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="content_stays",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func="""
                    IF OLD.state <> 'draft' AND
                       (NEW.placement_id, NEW.number, NEW.placing_unit_id, NEW.medical_unit_id, NEW.drafted_by_unit_id,
                        NEW.valid_from, NEW.valid_to, NEW.renegotiate_on, NEW.terms, NEW.proposed_at,
                        NEW.proposed_by_id, NEW.content_hash)
                       IS DISTINCT FROM
                       (OLD.placement_id, OLD.number, OLD.placing_unit_id, OLD.medical_unit_id, OLD.drafted_by_unit_id,
                        OLD.valid_from, OLD.valid_to, OLD.renegotiate_on, OLD.terms, OLD.proposed_at,
                        OLD.proposed_by_id, OLD.content_hash) THEN
                        RAISE EXCEPTION 'a proposed agreement is never altered' USING ERRCODE = 'check_violation';
                    END IF;
                    IF NEW.state = 'in_force' AND OLD.state <> 'in_force' AND
                       (SELECT count(*) FROM placements_signature s WHERE s.agreement_id = NEW.id
                        AND s.document_hash = NEW.content_hash) <> 2 THEN
                        RAISE EXCEPTION 'both parties have not signed' USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"version {self.number}" if self.number else "utkast"

    def log_read(self, reads: Reads, action: Action, what: str) -> None:
        reads.add(action, what, persons=[self.placement.matter.person_id], matters=[self.placement_id])

    @property
    def signed_afterwards(self) -> bool:
        """Whether it was signed when the placement was over, for the time that was (PLC-6)."""
        ended = self.placement.ended_at
        return self.in_force_at is not None and ended is not None and self.in_force_at >= ended

    def side_of(self, unit_id: uuid.UUID) -> Side | None:
        """The side the unit negotiates for, or none."""
        if unit_id == self.placing_unit_id:
            return Side.MUNICIPALITY
        return Side.REGION if unit_id == self.medical_unit_id else None


class Measure(models.Model):
    """One medical measure: what, how much, by whom, how long, at what price (PLC-3). `ends_on` is its last day."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    agreement = models.ForeignKey(Ansvarsforbindelse, models.PROTECT, related_name="measures")
    position = models.PositiveSmallIntegerField()
    title = models.CharField("insats", max_length=150)
    content = models.TextField("innehåll", max_length=2000)
    extent = models.CharField("omfattning", max_length=300)
    performer = models.TextField("utförs av", choices=Performer.choices)
    starts_on = models.DateField("från och med")
    ends_on = models.DateField("till och med")
    price = models.DecimalField("pris i kronor", max_digits=12, decimal_places=2)
    per = models.TextField("räknas", choices=Per.choices)
    split_by = models.TextField("kostnaden delas", choices=SplitBy.choices)

    app_privileges = (READ, ADD, CHANGE, REMOVE)

    class Meta:
        verbose_name, verbose_name_plural = "medicinsk insats", "medicinska insatser"
        ordering = ["position"]
        constraints = [
            models.CheckConstraint(name="measure_ends_after_start", condition=Q(ends_on__gte=F("starts_on"))),
            models.CheckConstraint(name="measure_price_not_negative", condition=Q(price__gte=0)),
            ExclusionConstraint(
                name="measure_once_at_a_time",
                expressions=[
                    ("agreement", RangeOperators.EQUAL),
                    (Lower("title"), RangeOperators.EQUAL),
                    (DAYS, RangeOperators.OVERLAPS),
                ],
            ),
        ]
        triggers = [
            Tracked(fields=["title", "performer", "starts_on", "ends_on", "price", "per", "split_by"]),
            ONLY_WHILE_DRAFT,
            pgtrigger.Trigger(
                name="whole_price_is_shared",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.Update,
                timing=pgtrigger.Deferred,
                func=_WHOLE.format(measure="NEW.id"),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class CostShare(models.Model):
    """One party's share of a measure's price: in percent, or in kronor per what the price counts (PLC-7)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    measure = models.ForeignKey(Measure, models.CASCADE, related_name="shares")
    agreement = models.ForeignKey(Ansvarsforbindelse, models.PROTECT, related_name="+")
    side = models.TextField(choices=Side.choices)
    percent = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    amount = models.DecimalField(max_digits=12, decimal_places=2, null=True)

    app_privileges = (READ, ADD, CHANGE, REMOVE)

    class Meta:
        verbose_name, verbose_name_plural = "kostnadsandel", "kostnadsandelar"
        ordering = ["side"]
        constraints = [
            models.UniqueConstraint(fields=["measure", "side"], name="share_once_per_side"),
            models.CheckConstraint(
                name="share_in_one_way",
                condition=Q(percent__isnull=False, amount=None) | Q(percent=None, amount__isnull=False),
            ),
            models.CheckConstraint(
                name="share_percent_possible", condition=Q(percent=None) | Q(percent__gte=0, percent__lte=100)
            ),
            models.CheckConstraint(name="share_amount_possible", condition=Q(amount=None) | Q(amount__gte=0)),
        ]
        triggers = [
            Tracked(fields=["measure", "side", "percent", "amount"]),
            ONLY_WHILE_DRAFT,
            pgtrigger.Trigger(
                name="shares_cover_the_whole",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                timing=pgtrigger.Deferred,
                func=_WHOLE.format(measure="coalesce(NEW.measure_id, OLD.measure_id)"),
            ),
        ]


class Signature(models.Model):
    """One party's signature on one version: who, by which mandate, when, on exactly which content (PLC-4)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    agreement = models.ForeignKey(Ansvarsforbindelse, models.PROTECT, related_name="signatures")
    side = models.TextField(choices=Side.choices)
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="+", help_text="The mandate.")
    mandate = models.CharField(max_length=300, help_text="The mandate in words, as it stood that day.")
    at = models.DateTimeField()
    document_hash = models.CharField(max_length=64)
    service = models.CharField(max_length=60, help_text="Which signature service vouches for it.")
    evidence = models.TextField(blank=True, help_text="The service's own receipt.")

    app_privileges = (READ, ADD)

    class Meta:
        verbose_name, verbose_name_plural = "underskrift", "underskrifter"
        ordering = ["at"]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "side"], name="signature_once_per_side"),
            models.UniqueConstraint(fields=["agreement", "user"], name="signature_never_for_both"),
        ]
        triggers = [
            Tracked(fields=["agreement", "side", "user", "assignment", "document_hash", "service"]),
            pgtrigger.Protect(name="signature_never_changes", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(
                name="signed_with_mandate",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func="""
                    IF NOT portal_may_sign(NEW.agreement_id, NEW.side, NEW.user_id, NEW.assignment_id,
                                           NEW.document_hash, NEW.at) THEN
                        RAISE EXCEPTION 'no mandate to sign' USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]


class Remark(models.Model):
    """A comment in the negotiation. Only the two parties read it (PLC-8)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    agreement = models.ForeignKey(Ansvarsforbindelse, models.PROTECT, related_name="remarks")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    text = models.TextField("kommentar", max_length=2000)
    at = models.DateTimeField()

    app_privileges = (READ, ADD)

    class Meta:
        verbose_name, verbose_name_plural = "kommentar", "kommentarer"
        ordering = ["at"]
        triggers = [pgtrigger.ReadOnly(name="remark_stays")]
