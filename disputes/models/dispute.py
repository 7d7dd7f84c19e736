"""The dispute, who does what meanwhile, the levels it has been at, and the case it arose from (DIS-1…4).

A dispute holds nothing about a person: its question is de-identified, and groups read it. The way to the case it arose
from is a row of its own, seen only by those who reach the case.
"""

from __future__ import annotations

import uuid

import pgtrigger
from django.db import models
from django.db.models import F, Q

from agreements.models import Agreement, DisputeLevel, Provision
from agreements.values import Coordination
from core.audit import Action, Reads, Tracked
from core.grants import ADD, CHANGE, READ
from disputes.kinds import Origin, Reached, Side, State
from disputes.querysets import DisputeQuerySet
from individuals.models import Matter
from individuals.references import LENGTH, new_reference
from organisations.models import CoordinationGroup, Huvudman, Unit, User


class Interim(models.Model):
    """Who does what meanwhile, so that the person's support continues (DIS-4). It ends with the dispute."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    agreed_by_unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", help_text="Who wrote it down.")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="ansvarig under tiden")
    text = models.TextField("vem som gör vad", max_length=2000)
    started_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, editable=False, help_text="Written by the database with the dispute's.")

    class Meta:
        verbose_name, verbose_name_plural = "tillfälligt ansvar", "tillfälliga ansvar"
        constraints = [
            models.CheckConstraint(name="interim_says_something", condition=Q(text__regex=r"\S")),
        ]
        triggers = [
            Tracked(fields=["unit", "text", "started_at", "ended_at"]),
            pgtrigger.Trigger(
                name="lasts_as_long_as_the_dispute",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("ended_at"),
                func="""
                    IF NEW.ended_at IS DISTINCT FROM
                       (SELECT d.ended_at FROM disputes_dispute d WHERE d.interim_id = NEW.id) THEN
                        RAISE EXCEPTION 'interim responsibility ends with its dispute'
                            USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]


class Dispute(models.Model):
    """A question about the agreement in which two huvudmän don't agree, and where on the ladder it is."""

    app_privileges = (READ, ADD, CHANGE)
    job_privileges = (READ, CHANGE)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    reference = models.CharField("tvistens nummer", max_length=LENGTH, unique=True, default=new_reference)
    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="+")
    provision = models.ForeignKey(Provision, models.RESTRICT, related_name="+", verbose_name="avsnitt")
    coordination = models.TextField("gäller", choices=Coordination.choices)
    municipality = models.ForeignKey(
        Huvudman, models.PROTECT, null=True, related_name="+", help_text="Whose local groups follow the dispute."
    )
    opening_unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    answering_unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    # Copied from the units by the database, so that the two can't belong to the same huvudman.
    opening_huvudman = models.ForeignKey(Huvudman, models.PROTECT, related_name="+", editable=False)
    answering_huvudman = models.ForeignKey(Huvudman, models.PROTECT, related_name="+", editable=False)
    question = models.TextField("frågan", max_length=2000, help_text="De-identified: groups and the board read it.")
    arose_from = models.TextField("uppstod ur", choices=Origin.choices)
    deviation_reference = models.CharField("avvikelsens nummer", max_length=40, blank=True)
    level = models.ForeignKey(DisputeLevel, models.RESTRICT, related_name="+")
    line_rank = models.PositiveSmallIntegerField(help_text="How high in the lines of management it has come.")
    interim = models.OneToOneField(Interim, models.PROTECT, related_name="dispute")
    state = models.TextField(choices=State.choices, default=State.OPEN)
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField()
    submission = models.UUIDField(help_text="Given by the form: a repeated POST finds the dispute it already made.")
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    settlement = models.OneToOneField("disputes.Proposal", models.PROTECT, null=True, related_name="settles")
    withdraw_reason = models.TextField(blank=True, max_length=2000)

    objects = DisputeQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = "tvist", "tvister"
        constraints = [
            models.UniqueConstraint(fields=["submission"], name="dispute_submission_once"),
            models.CheckConstraint(
                name="dispute_between_two_huvudman", condition=~Q(opening_huvudman=F("answering_huvudman"))
            ),
            models.CheckConstraint(name="dispute_has_question", condition=Q(question__regex=r"\S")),
            models.CheckConstraint(
                name="dispute_ended_has_time",
                condition=Q(state=State.OPEN, ended_at=None) | (~Q(state=State.OPEN) & Q(ended_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="dispute_settled_has_settlement",
                condition=Q(state=State.SETTLED, settlement__isnull=False)
                | (~Q(state=State.SETTLED) & Q(settlement=None)),
            ),
            models.CheckConstraint(
                name="dispute_withdrawn_has_reason", condition=~Q(state=State.WITHDRAWN) | ~Q(withdraw_reason="")
            ),
        ]
        indexes = [
            models.Index(fields=["opening_unit", "-opened_at"], name="dispute_opening"),
            models.Index(fields=["answering_unit", "-opened_at"], name="dispute_answering"),
            models.Index(fields=["municipality", "-opened_at"], name="dispute_municipality"),
        ]
        triggers = [
            Tracked(fields=["provision", "opening_unit", "answering_unit", "level", "state", "ended_at", "settlement"]),
            pgtrigger.ReadOnly(
                name="stays_what_it_is",
                fields=[
                    "reference",
                    "agreement",
                    "provision",
                    "coordination",
                    "municipality",
                    "opening_unit",
                    "answering_unit",
                    "opening_huvudman",
                    "answering_huvudman",
                    "question",
                    "arose_from",
                    "interim",
                    "opened_at",
                ],
            ),
            pgtrigger.Trigger(
                name="knows_its_huvudman",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func="""
                    SELECT a.huvudman_id INTO NEW.opening_huvudman_id FROM organisations_unit u
                    JOIN organisations_authority a ON a.id = u.authority_id WHERE u.id = NEW.opening_unit_id;
                    SELECT a.huvudman_id INTO NEW.answering_huvudman_id FROM organisations_unit u
                    JOIN organisations_authority a ON a.id = u.authority_id WHERE u.id = NEW.answering_unit_id;
                    RETURN NEW;
                """,
            ),
            # DIS-2: upwards on the ladder of its own agreement, and no further than its top.
            pgtrigger.Trigger(
                name="climbs_its_own_ladder",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("level_id"),
                func="""
                    IF NOT EXISTS (
                        SELECT 1 FROM agreements_disputelevel l
                        WHERE l.id = NEW.level_id AND l.agreement_id = NEW.agreement_id AND (TG_OP = 'INSERT' OR
                            l.position > (SELECT o.position FROM agreements_disputelevel o WHERE o.id = OLD.level_id))
                    ) THEN
                        RAISE EXCEPTION 'a dispute climbs the ladder of its agreement'
                            USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
            # DIS-3: the sweep lifts. It can do nothing else to a dispute.
            pgtrigger.Trigger(
                name="jobs_only_lift",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func="""
                    IF current_user = 'portal_jobs' AND
                       to_jsonb(NEW) - '{level_id,line_rank,version,changed_at}'::text[] IS DISTINCT FROM
                       to_jsonb(OLD) - '{level_id,line_rank,version,changed_at}'::text[] THEN
                        RAISE EXCEPTION 'the background jobs only lift a dispute'
                            USING ERRCODE = 'insufficient_privilege';
                    END IF;
                    RETURN NEW;
                """,
            ),
            # DIS-5: settled only by a text that both sides have confirmed, and the latest one.
            pgtrigger.Trigger(
                name="settled_by_both",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("state", "settlement_id"),
                condition=pgtrigger.Q(new__state="settled"),
                func="""
                    IF (SELECT count(DISTINCT c.huvudman_id) FROM disputes_confirmation c
                        JOIN disputes_proposal p ON p.id = c.proposal_id
                        WHERE p.id = NEW.settlement_id AND p.dispute_id = NEW.id AND c.digest = p.digest
                        AND c.huvudman_id IN (NEW.opening_huvudman_id, NEW.answering_huvudman_id)) <> 2
                       OR EXISTS (SELECT 1 FROM disputes_proposal later JOIN disputes_proposal p
                                  ON p.id = NEW.settlement_id WHERE later.dispute_id = NEW.id
                                  AND later.number > p.number) THEN
                        RAISE EXCEPTION 'both sides have not confirmed this text' USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
            pgtrigger.Trigger(
                name="ends_the_interim",
                when=pgtrigger.After,
                operation=pgtrigger.UpdateOf("ended_at"),
                func="UPDATE disputes_interim SET ended_at = NEW.ended_at WHERE id = NEW.interim_id; RETURN NULL;",
            ),
        ]

    def __str__(self) -> str:
        return f"Tvist {self.reference}"

    def log_read(self, reads: Reads, action: Action, what: str) -> None:
        """Nothing here is about a person: what is shown of the case it arose from is logged by the page."""

    @property
    def huvudmen(self) -> dict[Side, Huvudman]:
        return {Side.OPENING: self.opening_huvudman, Side.ANSWERING: self.answering_huvudman}

    @property
    def units(self) -> dict[Side, Unit]:
        return {Side.OPENING: self.opening_unit, Side.ANSWERING: self.answering_unit}


class Rung(models.Model):
    """A level that the dispute has reached or passed by. One row per level: it can't be lifted there twice (DIS-3)."""

    app_privileges = (READ, ADD, CHANGE)
    job_privileges = (READ, ADD, CHANGE)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    dispute = models.ForeignKey(Dispute, models.PROTECT, related_name="rungs")
    level = models.ForeignKey(DisputeLevel, models.RESTRICT, related_name="+")
    group = models.ForeignKey(CoordinationGroup, models.PROTECT, null=True, related_name="+")
    reached_at = models.DateTimeField()
    reached_by = models.TextField(choices=Reached.choices)
    is_passed_by = models.BooleanField(default=False, help_text="Nobody could handle the dispute here.")
    left_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name, verbose_name_plural = "tvistens nivå", "tvistens nivåer"
        ordering = ["level__position"]
        constraints = [
            models.UniqueConstraint(fields=["dispute", "level"], name="rung_once"),
            models.UniqueConstraint(fields=["dispute"], name="rung_one_at_a_time", condition=Q(left_at=None)),
            models.CheckConstraint(
                name="rung_left_after_reached", condition=Q(left_at=None) | Q(left_at__gte=F("reached_at"))
            ),
            models.CheckConstraint(
                name="rung_passed_by_is_left", condition=Q(is_passed_by=False) | Q(left_at__isnull=False)
            ),
        ]
        indexes = [models.Index(fields=["group"], name="rung_group", condition=Q(group__isnull=False))]


class CaseLink(models.Model):
    """The case a dispute arose from, and what only those who reach the case may read of it (IND-7, wall 1)."""

    app_privileges = (READ, ADD)

    dispute = models.OneToOneField(Dispute, models.PROTECT, primary_key=True, related_name="case_link")
    matter = models.ForeignKey(Matter, models.PROTECT, related_name="+")
    text = models.TextField("uppgifter om ärendet", blank=True, max_length=4000)
    written_by = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        verbose_name, verbose_name_plural = "tvistens ärende", "tvisternas ärenden"
        indexes = [models.Index(fields=["matter"], name="case_link_matter")]
        triggers = [Tracked(fields=["matter", "written_by"], matter="matter_id")]
