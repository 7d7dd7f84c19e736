"""The SIP case up to the first contact, and the calls to the units concerned (SIP-1…5)."""

from __future__ import annotations

import uuid

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from core.audit import Action, Reads, Tracked
from individuals.models import Matter
from organisations.models import Unit, User
from sip.kinds import CallState, CloseReason, ContactManner, State, ViewAsked
from sip.querysets import SipCaseQuerySet


class SipCase(models.Model):
    """One SIP process. Its texts are pieces of its matter; here are the facts that the process runs on."""

    matter = models.OneToOneField(Matter, models.PROTECT, primary_key=True, related_name="sip")
    state = models.TextField(choices=State.choices, default=State.DRAFT)
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField()
    submission = models.UUIDField(help_text="Given by the form: a repeated POST finds the case it already made.")
    step = models.PositiveSmallIntegerField(default=1, help_text="How far the filing has come.")
    target_groups = ArrayField(
        models.TextField(),
        default=list,
        blank=True,
        help_text="Keys of the agreement's target groups; comorbidity counts in both.",
    )
    need_noticed_at = models.DateTimeField("när behovet uppmärksammades", null=True)
    is_urgent = models.BooleanField("brådskande", default=False)
    view_asked = models.TextField("egen åsikt efterfrågad", choices=ViewAsked.choices, blank=True)
    view_not_asked_reason = models.TextField(blank=True, max_length=2000)
    sent_at = models.DateTimeField(null=True)
    sent_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    contacted_at = models.DateTimeField(null=True)
    contact_recorded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    contact_unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    contact_manner = models.TextField(choices=ContactManner.choices, blank=True)
    lead_unit = models.ForeignKey(
        Unit,
        models.PROTECT,
        null=True,
        related_name="+",
        help_text="Has the overall responsibility. Empty: the initiator, so that no case is without an owner (SIP-11).",
    )
    ended_at = models.DateTimeField(null=True)
    close_reason = models.TextField(choices=CloseReason.choices, blank=True)
    end_note = models.TextField(blank=True, max_length=2000)

    objects = SipCaseQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = "SIP", "SIP"
        constraints = [
            models.UniqueConstraint(fields=["submission"], name="sip_submission_once"),
            models.CheckConstraint(
                name="sip_sent_has_time",
                condition=~Q(state__in=[State.SENT, State.ACKNOWLEDGED, State.CONTACTED, State.PLANNED, State.HALTED])
                | Q(sent_at__isnull=False, need_noticed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="sip_contacted_has_contact",
                condition=~Q(state__in=[State.CONTACTED, State.PLANNED])
                | (Q(contacted_at__isnull=False, contact_unit__isnull=False) & ~Q(contact_manner="")),
            ),
            models.CheckConstraint(
                name="sip_ended_has_time",
                condition=Q(state__in=[State.DECLINED, State.WITHDRAWN, State.CLOSED], ended_at__isnull=False)
                | (~Q(state__in=[State.DECLINED, State.WITHDRAWN, State.CLOSED]) & Q(ended_at=None)),
            ),
            models.CheckConstraint(
                name="sip_closed_has_reason", condition=~Q(state=State.CLOSED) | ~Q(close_reason="")
            ),
            models.CheckConstraint(
                name="sip_order_of_times",
                condition=Q(contacted_at=None) | Q(need_noticed_at=None) | Q(contacted_at__gte=F("need_noticed_at")),
            ),
        ]
        triggers = [
            Tracked(
                fields=[
                    "state",
                    "target_groups",
                    "need_noticed_at",
                    "is_urgent",
                    "view_asked",
                    "sent_at",
                    "contacted_at",
                    "contact_unit",
                    "lead_unit",
                    "ended_at",
                    "close_reason",
                ],
                matter="matter_id",
            ),
            pgtrigger.Trigger(
                name="lead_takes_part",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("lead_unit_id"),
                func="""
                    IF NEW.lead_unit_id IS NOT NULL AND NOT EXISTS (
                        SELECT 1 FROM individuals_participant p WHERE p.matter_id = NEW.matter_id
                        AND p.unit_id = NEW.lead_unit_id AND p.ended_at IS NULL) THEN
                        RAISE EXCEPTION 'only a unit that takes part can have the responsibility'
                            USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"SIP {self.matter}"

    @property
    def lead_id(self) -> uuid.UUID:
        """The unit with the overall responsibility."""
        return self.lead_unit_id or self.matter.initiator_id

    def log_read(self, reads: Reads, action: Action, what: str) -> None:
        reads.add(action, what, persons=[self.matter.person_id], matters=[self.pk])


class Call(models.Model):
    """One unit called to the SIP: acknowledges, or hands over to the right unit of its huvudman (SIP-4)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    case = models.ForeignKey(SipCase, models.PROTECT, related_name="calls")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    reason = models.TextField("varför verksamheten kallas", max_length=2000, blank=True)
    state = models.TextField(choices=CallState.choices, default=CallState.CALLED)
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField()
    called_at = models.DateTimeField(null=True, help_text="Empty while the case is a draft.")
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    redirected_to = models.OneToOneField("self", models.PROTECT, null=True, related_name="redirected_from")
    redirect_reason = models.TextField(blank=True, max_length=2000)

    class Meta:
        verbose_name, verbose_name_plural = "kallelse", "kallelser"
        ordering = ["called_at", "unit__name"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "unit"],
                name="call_once",
                condition=Q(state__in=[CallState.CALLED, CallState.ACKNOWLEDGED]),
            ),
            models.CheckConstraint(
                name="call_acknowledged_has_time",
                condition=~Q(state=CallState.ACKNOWLEDGED)
                | Q(acknowledged_at__isnull=False, acknowledged_by__isnull=False),
            ),
            models.CheckConstraint(
                name="call_redirect_has_target",
                condition=~Q(state=CallState.REDIRECTED) | (Q(redirected_to__isnull=False) & ~Q(redirect_reason="")),
            ),
        ]
        triggers = [
            Tracked(fields=["unit", "state", "called_at", "acknowledged_at", "redirected_to"], matter="case_id")
        ]
