"""What the sides say: positions, proposed settlements and their confirmations, guidance, and what happened (DIS-1, 5).

All of it is added, never changed: a new version is a new row.
"""

from __future__ import annotations

import uuid

import pgtrigger
from django.db import models
from django.db.models import Q

from agreements.models import DisputeLevel, Provision
from core.grants import ADD, READ
from disputes.models.dispute import Dispute
from organisations.models import Huvudman, Unit, User


class Position(models.Model):
    """One side's standpoint, as it was put on a level of the ladder. The latest one stands."""

    app_privileges = (READ, ADD)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    dispute = models.ForeignKey(Dispute, models.PROTECT, related_name="positions")
    huvudman = models.ForeignKey(Huvudman, models.PROTECT, related_name="+")
    level = models.ForeignKey(DisputeLevel, models.RESTRICT, related_name="+")
    number = models.PositiveSmallIntegerField()
    text = models.TextField("ståndpunkt", max_length=4000)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    written_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        verbose_name, verbose_name_plural = "ståndpunkt", "ståndpunkter"
        ordering = ["written_at", "number"]
        constraints = [
            models.UniqueConstraint(fields=["dispute", "huvudman", "number"], name="position_once"),
            models.CheckConstraint(name="position_says_something", condition=Q(text__regex=r"\S")),
        ]


class Proposal(models.Model):
    """A text that would settle the dispute. `digest` is what each side confirms: another text has another one."""

    app_privileges = (READ, ADD)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    dispute = models.ForeignKey(Dispute, models.PROTECT, related_name="proposals")
    huvudman = models.ForeignKey(Huvudman, models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    text = models.TextField("lösning", max_length=4000)
    as_guidance = models.BooleanField("blir vägledning", default=False)
    digest = models.CharField(max_length=64)
    level = models.ForeignKey(DisputeLevel, models.RESTRICT, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    proposed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()

    class Meta:
        verbose_name, verbose_name_plural = "förslag till lösning", "förslag till lösning"
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["dispute", "number"], name="proposal_once"),
            models.CheckConstraint(name="proposal_says_something", condition=Q(text__regex=r"\S")),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="digest_is_of_the_text",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func="""
                    IF NEW.digest <> encode(sha256(convert_to(
                        (CASE WHEN NEW.as_guidance THEN '1' ELSE '0' END) || E'\\n' || NEW.text, 'UTF8')), 'hex') THEN
                        RAISE EXCEPTION 'the digest is of another text' USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]


class Confirmation(models.Model):
    """One side's confirmation of exactly one text."""

    app_privileges = (READ, ADD)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    dispute = models.ForeignKey(Dispute, models.PROTECT, related_name="confirmations")
    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="confirmations")
    huvudman = models.ForeignKey(Huvudman, models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    confirmed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField()

    class Meta:
        verbose_name, verbose_name_plural = "bekräftelse", "bekräftelser"
        ordering = ["confirmed_at"]
        constraints = [models.UniqueConstraint(fields=["proposal", "huvudman"], name="confirmation_once_per_side")]
        triggers = [
            pgtrigger.Trigger(
                name="confirms_the_text_that_stands",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func="""
                    IF NOT EXISTS (
                        SELECT 1 FROM disputes_proposal p JOIN disputes_dispute d ON d.id = p.dispute_id
                        WHERE p.id = NEW.proposal_id AND p.dispute_id = NEW.dispute_id AND p.digest = NEW.digest
                        AND d.state = 'open' AND NEW.huvudman_id IN (d.opening_huvudman_id, d.answering_huvudman_id)
                        AND p.number = (SELECT max(number) FROM disputes_proposal WHERE dispute_id = d.id)
                    ) THEN
                        RAISE EXCEPTION 'this is not the text that stands' USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]


class Guidance(models.Model):
    """What a settled dispute teaches about a provision. Everyone may read it; it is about no person (DIS-5)."""

    app_privileges = (READ, ADD)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    dispute = models.OneToOneField(Dispute, models.PROTECT, related_name="guidance")
    provision = models.ForeignKey(Provision, models.RESTRICT, related_name="+")
    question = models.TextField("frågan", max_length=2000)
    text = models.TextField("vägledningen", max_length=4000)
    by_board = models.BooleanField(default=False, help_text="Else chosen by both sides with the settlement.")
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        verbose_name, verbose_name_plural = "vägledning", "vägledningar"
        ordering = ["-published_at"]
        indexes = [models.Index(fields=["provision", "-published_at"], name="guidance_provision")]


class DisputeEvent(models.Model):
    """A line of the dispute's timeline: what happened, who did it, when. Empty user: the portal itself (LAW-7)."""

    app_privileges = (READ, ADD)
    job_privileges = (ADD,)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    dispute = models.ForeignKey(Dispute, models.PROTECT, related_name="events")
    at = models.DateTimeField()
    what = models.TextField()
    text = models.TextField()
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name, verbose_name_plural = "händelse i tvisten", "händelser i tvisten"
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["dispute", "at"], name="dispute_event")]
