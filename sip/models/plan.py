"""The plan (SIP-7…11): its versions, the goals and measures in them, who answers, what came of it.

A version is written together while it is a draft, then frozen by the database. Goals and measures keep their `line`
from version to version, so that two versions can be compared. What a unit may read of a plan follows the ledger
(`PlanDisclosure`); a measure withheld from a unit doesn't exist for it (IND-4).
"""

from __future__ import annotations

import uuid

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from core.audit import Action, Reads, Tracked
from core.grants import ADD, CHANGE, READ, REMOVE
from individuals.models import Basis
from organisations.models import Authority, Unit, User
from sip.kinds import CommitmentState, Doer, GoalSpan, OfferState, PlanState, PlanTextKind
from sip.models.case import SipCase

FROZEN = pgtrigger.Trigger(
    name="frozen_with_its_plan",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
    func="""
        IF NOT EXISTS (SELECT 1 FROM sip_plan p WHERE p.state = 'draft' AND (
            (TG_OP <> 'DELETE' AND p.id = NEW.plan_id AND p.case_id = NEW.case_id)
            OR (TG_OP = 'DELETE' AND p.id = OLD.plan_id)))
           OR (TG_OP = 'UPDATE' AND OLD.plan_id <> NEW.plan_id) THEN
            RAISE EXCEPTION 'a plan that is no draft is never altered' USING ERRCODE = 'check_violation';
        END IF;
        RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
    """,
)


class Plan(models.Model):
    """One version of the plan: a draft that all parties write in, then as it was agreed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    case = models.ForeignKey(SipCase, models.PROTECT, related_name="plans")
    number = models.PositiveSmallIntegerField()
    state = models.TextField(choices=PlanState.choices, default=PlanState.DRAFT)
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField()
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    opened_unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    next_follow_up_on = models.DateField("nästa uppföljning", null=True)
    established_at = models.DateTimeField(null=True)
    established_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    lead_unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, related_name="+", help_text="Had the overall responsibility when established."
    )
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name, verbose_name_plural = "plan", "planer"
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["case", "number"], name="plan_number_once"),
            models.UniqueConstraint(fields=["case"], name="plan_one_draft", condition=Q(state=PlanState.DRAFT)),
            models.UniqueConstraint(
                fields=["case"], name="plan_one_in_force", condition=Q(state=PlanState.ESTABLISHED)
            ),
            models.CheckConstraint(name="plan_number_from_one", condition=Q(number__gte=1)),
            models.CheckConstraint(
                name="plan_established_is_whole",
                condition=~Q(state__in=[PlanState.ESTABLISHED, PlanState.REPLACED])
                | Q(
                    established_at__isnull=False, established_by__isnull=False, lead_unit__isnull=False,
                    next_follow_up_on__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="plan_ended_has_time",
                condition=Q(state__in=[PlanState.REPLACED, PlanState.ENDED], ended_at__isnull=False)
                | Q(state__in=[PlanState.DRAFT, PlanState.ESTABLISHED], ended_at=None),
            ),
        ]  # fmt: skip
        triggers = [
            Tracked(
                fields=["number", "state", "next_follow_up_on", "established_at", "lead_unit", "ended_at"],
                matter="case_id",
            ),
            pgtrigger.Trigger(
                name="established_stays",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func="""
                    IF (OLD.case_id, OLD.number, OLD.opened_at, OLD.opened_by_id, OLD.opened_unit_id)
                       IS DISTINCT FROM (NEW.case_id, NEW.number, NEW.opened_at, NEW.opened_by_id, NEW.opened_unit_id)
                       OR (OLD.state <> 'draft' AND (
                            (OLD.next_follow_up_on, OLD.established_at, OLD.established_by_id, OLD.lead_unit_id)
                            IS DISTINCT FROM
                            (NEW.next_follow_up_on, NEW.established_at, NEW.established_by_id, NEW.lead_unit_id)
                            OR NEW.state = 'draft')) THEN
                        RAISE EXCEPTION 'a plan that is no draft is never altered' USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"Version {self.number}"

    def log_read(self, reads: Reads, action: Action, what: str) -> None:
        reads.add(action, what, persons=[self.case.matter.person_id], matters=[self.case_id])

    @property
    def is_draft(self) -> bool:
        return self.state == PlanState.DRAFT

    @property
    def is_in_force(self) -> bool:
        return self.state == PlanState.ESTABLISHED


class PlanPart(models.Model):
    """What every row of a version shares: its plan and case, and a version of its own for those who write at once."""

    app_privileges: tuple[str, ...] = (READ, ADD, CHANGE, REMOVE)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    plan = models.ForeignKey(Plan, models.PROTECT, related_name="%(class)ss")
    case = models.ForeignKey(SipCase, models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField()
    changed_unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", help_text="Who wrote it last.")

    class Meta:
        abstract = True


class PlanText(PlanPart):
    """What matters to the person, needs, crisis plan, dissent: one row for each, so that two may write at once."""

    kind = models.TextField(choices=PlanTextKind.choices)
    text = models.TextField(max_length=10_000)

    class Meta:
        verbose_name, verbose_name_plural = "text i planen", "texter i planen"
        constraints = [models.UniqueConstraint(fields=["plan", "kind"], name="plan_text_once")]
        triggers = [Tracked(fields=["kind", "version"], matter="case_id"), FROZEN]


class PlanContact(PlanPart):
    """A unit's contact person in the plan: whom to call."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    name = models.CharField("kontaktperson", max_length=150)
    phone = models.CharField("telefon", max_length=50, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = "kontaktperson", "kontaktpersoner"
        constraints = [models.UniqueConstraint(fields=["plan", "unit"], name="plan_contact_once")]
        triggers = [
            Tracked(fields=["unit", "name", "phone"], matter="case_id"),
            FROZEN,
            pgtrigger.ReadOnly(name="stays_its_units", fields=["unit"]),
        ]


class Goal(PlanPart):
    """A goal, in the person's own words first."""

    line = models.UUIDField(default=uuid.uuid4, help_text="The same goal through all versions.")
    words = models.TextField("målet med personens egna ord", max_length=2000)
    elaboration = models.TextField("förtydligande", max_length=2000, blank=True)
    span = models.TextField("tid", choices=GoalSpan.choices, default=GoalSpan.SHORT)
    position = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name, verbose_name_plural = "mål", "mål"
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "line"], name="goal_once"),
            models.CheckConstraint(name="goal_not_empty", condition=~Q(words="")),
        ]
        triggers = [Tracked(fields=["plan", "line", "span", "version"], matter="case_id"), FROZEN]


class Measure(PlanPart):
    """What somebody does for a goal. A unit's measure is written by the unit itself; others may only propose one."""

    line = models.UUIDField(default=uuid.uuid4, help_text="The same measure through all versions.")
    goal = models.ForeignKey(Goal, models.PROTECT, related_name="measures")
    what = models.TextField("insats", max_length=2000)
    doer = models.TextField("vem", choices=Doer.choices)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    who = models.CharField("namn eller roll", max_length=150, blank=True)
    due_on = models.DateField("senast", null=True, help_text="Empty: goes on until the follow-up.")
    position = models.PositiveSmallIntegerField()
    is_proposal = models.BooleanField(default=False, help_text="Written by another unit; the unit hasn't taken it.")
    written_unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    withheld_from = ArrayField(
        models.UUIDField(), default=list, blank=True, help_text="Units for which the measure does not exist (IND-4)."
    )
    responsibility = models.SlugField(
        max_length=80, blank=True, help_text="Key of what the agreement says of who answers for it (RESP-3)."
    )

    class Meta:
        verbose_name, verbose_name_plural = "insats", "insatser"
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "line"], name="measure_once"),
            models.CheckConstraint(name="measure_not_empty", condition=~Q(what="")),
            models.CheckConstraint(
                name="measure_unit_when_unit",
                condition=Q(doer=Doer.UNIT, unit__isnull=False) | (~Q(doer=Doer.UNIT) & Q(unit=None)),
            ),
            models.CheckConstraint(
                name="measure_other_is_named", condition=~Q(doer=Doer.OTHER) | ~Q(who="")
            ),
            models.CheckConstraint(
                name="measure_proposal_is_a_units", condition=Q(is_proposal=False) | Q(doer=Doer.UNIT)
            ),
            models.CheckConstraint(
                name="measure_withheld_by_its_unit",
                condition=Q(withheld_from__len=0) | Q(doer=Doer.UNIT, is_proposal=False),
            ),
        ]  # fmt: skip
        triggers = [
            Tracked(
                fields=["plan", "line", "goal", "doer", "unit", "due_on", "is_proposal", "withheld_from", "version"],
                matter="case_id",
            ),
            FROZEN,
            # Only the unit itself writes its measures. What somebody proposed, the one who did may take back; what a
            # unit wrote that no longer takes part, anybody in the draft may remove.
            pgtrigger.Trigger(
                name="own_measures_only",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                func="""
                    IF OLD.unit_id IS NOT NULL AND OLD.unit_id IS DISTINCT FROM portal_unit()
                       AND NOT (OLD.is_proposal AND OLD.written_unit_id = portal_unit())
                       AND NOT (TG_OP = 'DELETE' AND NOT EXISTS (
                            SELECT 1 FROM individuals_participant p WHERE p.matter_id = OLD.case_id
                            AND p.unit_id = OLD.unit_id AND p.ended_at IS NULL)) THEN
                        RAISE EXCEPTION 'only the unit itself writes its measures' USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
                """,
            ),
        ]

    @property
    def answered_by(self) -> str:
        """The name people read: the unit, the person, or somebody else by name. Needs the unit loaded."""
        if self.doer == Doer.UNIT:
            return str(self.unit)
        return "Personen själv" if self.doer == Doer.PERSON else self.who


class PlanDisclosure(models.Model):
    """The ledger of a plan: one unit's part in one version, handed to one unit, on what basis, by, when (IND-7)."""

    app_privileges = (READ, ADD)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    plan = models.ForeignKey(Plan, models.PROTECT, related_name="disclosures")
    case = models.ForeignKey(SipCase, models.PROTECT, related_name="+")
    from_unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    from_authority = models.ForeignKey(Authority, models.PROTECT, related_name="+")
    to_unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    basis = models.ForeignKey(Basis, models.PROTECT, related_name="+")
    is_established = models.BooleanField(help_text="The plan as agreed; else the draft, as it was and became.")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name, verbose_name_plural = "utlämnande av plan", "utlämnanden av plan"
        ordering = ["at"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "from_unit", "to_unit", "is_established"], name="plan_disclosed_once"
            ),
            models.CheckConstraint(name="plan_disclosed_to_another", condition=~Q(from_unit=F("to_unit"))),
        ]
        triggers = [
            Tracked(fields=["plan", "from_unit", "to_unit", "basis", "is_established", "by"], matter="case_id"),
            pgtrigger.Protect(name="ledger_never_changes", operation=pgtrigger.Update | pgtrigger.Delete),
            # Wall 2: a plan goes to the one who initiated, or to a unit that the basis in force names.
            pgtrigger.Trigger(
                name="within_basis",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func="""
                    IF NOT EXISTS (SELECT 1 FROM sip_plan p WHERE p.id = NEW.plan_id AND p.case_id = NEW.case_id)
                       OR NOT (portal_basis_covers(NEW.basis_id, NEW.case_id, NEW.to_unit_id) OR EXISTS (
                            SELECT 1 FROM individuals_matter m JOIN individuals_basis b ON b.matter_id = m.id
                            WHERE m.id = NEW.case_id AND m.initiator_id = NEW.to_unit_id AND b.id = NEW.basis_id
                            AND b.withdrawn_at IS NULL AND b.replaced_at IS NULL AND b.expires_at > portal_now())) THEN
                        RAISE EXCEPTION 'the basis does not cover this disclosure' USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]


class Commitment(models.Model):
    """A unit's measures in one established version, and whether the unit has confirmed them (SIP-7)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    plan = models.ForeignKey(Plan, models.PROTECT, related_name="commitments")
    case = models.ForeignKey(SipCase, models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    state = models.TextField(choices=CommitmentState.choices, default=CommitmentState.WAITING)
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name, verbose_name_plural = "åtagande", "åtaganden"
        constraints = [
            models.UniqueConstraint(fields=["plan", "unit"], name="commitment_once"),
            models.CheckConstraint(
                name="commitment_confirmed_has_time",
                condition=Q(state=CommitmentState.CONFIRMED, confirmed_at__isnull=False, confirmed_by__isnull=False)
                | Q(state=CommitmentState.WAITING, confirmed_at=None, confirmed_by=None),
            ),
        ]
        triggers = [
            Tracked(fields=["plan", "unit", "state", "confirmed_at"], matter="case_id"),
            # Nobody confirms for another unit, nor a version that no longer is in force.
            pgtrigger.Trigger(
                name="confirmed_by_its_unit",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func="""
                    IF NEW.state = 'confirmed' AND (NEW.unit_id IS DISTINCT FROM portal_unit() OR NOT EXISTS (
                        SELECT 1 FROM sip_plan p WHERE p.id = NEW.plan_id AND p.state IN ('draft', 'established')))
                       OR (TG_OP = 'UPDATE' AND (OLD.plan_id, OLD.case_id, OLD.unit_id)
                           IS DISTINCT FROM (NEW.plan_id, NEW.case_id, NEW.unit_id)) THEN
                        RAISE EXCEPTION 'a unit confirms its own measures only' USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]


class LeadOffer(models.Model):
    """An offer to take over the overall responsibility: it moves when the other says yes, never before (SIP-11)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    case = models.ForeignKey(SipCase, models.PROTECT, related_name="lead_offers")
    from_unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    to_unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    reason = models.TextField("varför", max_length=2000)
    state = models.TextField(choices=OfferState.choices, default=OfferState.OFFERED)
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField()
    offered_at = models.DateTimeField()
    offered_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    answer = models.TextField(blank=True, max_length=2000)

    class Meta:
        verbose_name, verbose_name_plural = "fråga om ansvar", "frågor om ansvar"
        ordering = ["offered_at"]
        constraints = [
            models.UniqueConstraint(fields=["case"], name="lead_one_offer", condition=Q(state=OfferState.OFFERED)),
            models.CheckConstraint(name="lead_offered_to_another", condition=~Q(from_unit=F("to_unit"))),
            models.CheckConstraint(
                name="lead_answer_has_time",
                condition=~Q(state__in=[OfferState.ACCEPTED, OfferState.DECLINED])
                | Q(answered_at__isnull=False, answered_by__isnull=False),
            ),
        ]
        triggers = [Tracked(fields=["from_unit", "to_unit", "state", "answered_at"], matter="case_id")]
