"""Rounds of comments on an agreement, and amendments that all its parties decide (AGR-4). No personal data."""

from __future__ import annotations

import uuid

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from agreements.models.agreement import Agreement, Provision
from agreements.values import AmendmentState, Outcome, RoundState
from core.audit import Tracked
from core.grants import ADD, CHANGE, READ, REMOVE
from organisations.models import Huvudman, Unit, User


class RevisionRound(models.Model):
    """The regional board asks parties and user organisations what they think, until a day."""

    app_privileges = (READ, ADD, CHANGE)
    job_privileges = (READ,)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="rounds")
    title = models.CharField("namn", max_length=120)
    question = models.TextField("vad vi vill veta", max_length=2000)
    is_revision = models.BooleanField("arbetet gäller en ny överenskommelse", default=False)
    closes_on = models.DateField("sista dag för synpunkter")
    state = models.TextField("läge", choices=RoundState.choices, default=RoundState.OPEN)
    summary = models.TextField("vad rundan ledde till", blank=True, max_length=2000)
    opened_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField("öppnad")
    closed_at = models.DateTimeField("avslutad", null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField()

    class Meta:
        verbose_name, verbose_name_plural = "runda", "rundor"
        ordering = ["-opened_at"]
        constraints = [
            models.CheckConstraint(
                name="round_closed_says_what_came_of_it",
                condition=Q(state=RoundState.OPEN, closed_at=None)
                | (Q(state=RoundState.CLOSED, closed_at__isnull=False) & ~Q(summary="")),
            )
        ]
        triggers = [
            Tracked(fields=["agreement", "title", "is_revision", "closes_on", "state"]),
            pgtrigger.ReadOnly(
                name="asks_the_same", fields=["agreement", "title", "question", "is_revision", "opened_by", "opened_at"]
            ),
            pgtrigger.Trigger(
                name="every_comment_answered",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("state"),
                condition=pgtrigger.Q(new__state=RoundState.CLOSED),
                func="IF EXISTS (SELECT FROM agreements_roundcomment WHERE round_id = NEW.id AND outcome = '') THEN"
                " RAISE EXCEPTION 'a comment is unanswered' USING ERRCODE = 'check_violation'; END IF; RETURN NEW;",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class RoundComment(models.Model):
    """What a party or a user organisation thinks, of one section or of the whole, and how the board met it."""

    app_privileges = (READ, ADD, CHANGE)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    round = models.ForeignKey(RevisionRound, models.PROTECT, related_name="comments")
    provision = models.ForeignKey(Provision, models.RESTRICT, null=True, blank=True, related_name="+")
    text = models.TextField("synpunkt", max_length=2000)
    huvudman = models.ForeignKey(Huvudman, models.PROTECT, null=True, blank=True, related_name="+")
    organisation = models.CharField("brukarorganisation", max_length=120, blank=True)
    author = models.ForeignKey(User, models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    written_at = models.DateTimeField("skriven")
    outcome = models.TextField("hur den möttes", choices=Outcome.choices, blank=True)
    answer = models.TextField("svar", blank=True, max_length=2000)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField("besvarad", null=True, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = "synpunkt", "synpunkter"
        ordering = ["provision__position", "written_at"]
        constraints = [
            models.CheckConstraint(
                name="comment_by_a_party_or_an_organisation",
                condition=Q(huvudman__isnull=False, organisation="") | (Q(huvudman=None) & ~Q(organisation="")),
            ),
            models.CheckConstraint(
                name="comment_answered_in_full",
                condition=Q(outcome="", answer="", answered_at=None, answered_by=None)
                | (~Q(outcome="") & ~Q(answer="") & Q(answered_at__isnull=False, answered_by__isnull=False)),
            ),
        ]
        triggers = [
            Tracked(fields=["round", "provision", "text", "huvudman", "organisation", "outcome", "answer"]),
            pgtrigger.ReadOnly(
                name="stays_as_written",
                fields=["round", "provision", "text", "huvudman", "organisation", "author", "unit", "written_at"],
            ),
        ]

    def __str__(self) -> str:
        return self.text[:60]

    @property
    def by_whom(self) -> str:
        return self.organisation or str(self.huvudman)

    @property
    def tone(self) -> str:
        """Colour of the answer's tag; the tag says it in words too."""
        return Outcome(self.outcome).tone


_WITHOUT_ALL = """
    IF NEW.state = 'adopted' AND EXISTS (
        SELECT FROM agreements_agreementparty party JOIN agreements_agreement a ON a.id = party.agreement_id
         WHERE party.agreement_id = NEW.agreement_id
           AND coalesce(
               (SELECT d.kind FROM agreements_partydecision d
                 WHERE d.agreement_id = party.agreement_id AND d.huvudman_id = party.huvudman_id
                   AND d.struck_at IS NULL AND d.kind IN ('adopts', 'declines')
                 ORDER BY d.decided_on DESC, d.recorded_at DESC LIMIT 1),
               CASE WHEN a.adoption_assumed THEN 'adopts' ELSE 'declines' END) = 'adopts'
           AND NOT EXISTS (SELECT FROM agreements_amendmentdecision d
                            WHERE d.amendment_id = NEW.id AND d.huvudman_id = party.huvudman_id AND d.agrees)
    ) THEN RAISE EXCEPTION 'a party has not agreed' USING ERRCODE = 'check_violation'; END IF;
    RETURN NEW;
"""
_FROZEN = """
    IF OLD.state <> 'draft' AND (NEW.title, NEW.motive, NEW.takes_effect_on, NEW.new_valid_to, NEW.agreement_id)
        IS DISTINCT FROM (OLD.title, OLD.motive, OLD.takes_effect_on, OLD.new_valid_to, OLD.agreement_id)
    THEN RAISE EXCEPTION 'what was proposed is never altered' USING ERRCODE = 'check_violation'; END IF;
    RETURN NEW;
"""
_OF_A_DRAFT = """
    IF NOT EXISTS (SELECT FROM agreements_amendment a
                    WHERE a.id = coalesce(NEW.amendment_id, OLD.amendment_id) AND a.state = 'draft')
    THEN RAISE EXCEPTION 'what was proposed is never altered' USING ERRCODE = 'check_violation'; END IF;
    RETURN coalesce(NEW, OLD);
"""


class Amendment(models.Model):
    """A change within the period. In force from a day, once every party that the agreement binds has agreed."""

    app_privileges = (READ, ADD, CHANGE)
    job_privileges = (READ,)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="amendments")
    round = models.ForeignKey(RevisionRound, models.PROTECT, null=True, blank=True, related_name="amendments")
    title = models.CharField("namn", max_length=120)
    motive = models.TextField("varför", max_length=2000)
    takes_effect_on = models.DateField("ska gälla från och med")
    new_valid_to = models.DateField("ny sista dag", null=True, blank=True)
    state = models.TextField("läge", choices=AmendmentState.choices, default=AmendmentState.DRAFT)
    in_force_from = models.DateField("gäller från och med", null=True, blank=True)
    written_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField("föreslagen", null=True, blank=True)
    settled_at = models.DateTimeField("avgjord", null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField()

    class Meta:
        verbose_name, verbose_name_plural = "ändring av överenskommelsen", "ändringar av överenskommelsen"
        ordering = ["-changed_at"]
        constraints = [
            models.CheckConstraint(
                name="amendment_in_force_when_adopted",
                condition=Q(state=AmendmentState.ADOPTED, in_force_from__isnull=False)
                | (~Q(state=AmendmentState.ADOPTED) & Q(in_force_from=None)),
            )
        ]
        triggers = [
            Tracked(fields=["agreement", "title", "state", "takes_effect_on", "new_valid_to", "in_force_from"]),
            pgtrigger.Trigger(
                name="all_have_agreed",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("state"),
                func=_WITHOUT_ALL,
            ),
            pgtrigger.Trigger(
                name="frozen_when_proposed", when=pgtrigger.Before, operation=pgtrigger.Update, func=_FROZEN
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def tone(self) -> str:
        """Colour of the state's tag; the tag says it in words too."""
        tones = {
            AmendmentState.PROPOSED: "warning",
            AmendmentState.ADOPTED: "success",
            AmendmentState.REJECTED: "danger",
        }
        return tones.get(AmendmentState(self.state), "neutral")


class AmendmentPart(models.Model):
    """One thing that an amendment changes. Altered only while the amendment is a draft."""

    app_privileges: tuple[str, ...] = (READ, ADD, CHANGE, REMOVE)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)

    class Meta:
        abstract = True


def _only_of_a_draft() -> pgtrigger.Trigger:
    every = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete
    return pgtrigger.Trigger(name="only_of_a_draft", when=pgtrigger.Before, operation=every, func=_OF_A_DRAFT)


class AmendedTerm(AmendmentPart):
    """A term's new value."""

    amendment = models.ForeignKey(Amendment, models.CASCADE, related_name="terms")
    key = models.CharField("villkor", max_length=80)
    value = models.PositiveIntegerField("nytt tal")

    class Meta:
        verbose_name, verbose_name_plural = "ändrat villkor", "ändrade villkor"
        ordering = ["key"]
        constraints = [models.UniqueConstraint(fields=["amendment", "key"], name="amended_term_once")]
        triggers = [_only_of_a_draft()]

    def __str__(self) -> str:
        return f"{self.key}: {self.value}"


class AmendedProvision(AmendmentPart):
    """A section as it reads once the amendment is in force."""

    amendment = models.ForeignKey(Amendment, models.CASCADE, related_name="provisions")
    provision = models.ForeignKey(Provision, models.RESTRICT, related_name="amended")
    heading = models.CharField("rubrik", max_length=200)
    summary = models.TextField("sammanfattning", max_length=1500)
    points = ArrayField(models.TextField(), verbose_name="punkter", default=list, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = "ändrat avsnitt", "ändrade avsnitt"
        ordering = ["provision__position"]
        constraints = [models.UniqueConstraint(fields=["amendment", "provision"], name="amended_provision_once")]
        triggers = [_only_of_a_draft()]

    def __str__(self) -> str:
        return self.heading


class AmendmentDecision(models.Model):
    """One party's decision about an amendment, as its local administrator recorded it. Made once."""

    app_privileges = (READ, ADD)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    amendment = models.ForeignKey(Amendment, models.PROTECT, related_name="decisions")
    huvudman = models.ForeignKey(Huvudman, models.PROTECT, related_name="+")
    agrees = models.BooleanField("säger ja")
    body = models.CharField("vem som beslutade", max_length=120)
    decided_on = models.DateField("beslutsdag")
    reference = models.CharField("diarienummer eller paragraf", max_length=120)
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField("registrerat")

    class Meta:
        verbose_name, verbose_name_plural = "beslut om ändring", "beslut om ändringar"
        ordering = ["huvudman__kind", "huvudman__name"]
        constraints = [
            models.UniqueConstraint(fields=["amendment", "huvudman"], name="amendment_decision_once"),
            models.CheckConstraint(name="amendment_decision_is_documented", condition=~Q(body="") & ~Q(reference="")),
        ]
        triggers = [Tracked(fields=["amendment", "huvudman", "agrees", "body", "decided_on", "reference"])]

    def __str__(self) -> str:
        return f"{self.huvudman}: {'ja' if self.agrees else 'nej'}"
