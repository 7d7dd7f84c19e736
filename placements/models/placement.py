"""The placement: the facts its process runs on. Its texts are pieces of its matter; where it is stands in `Stay`."""

from __future__ import annotations

from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from core.audit import Action, Reads, Tracked
from core.workdays import local_day
from individuals.models import Matter
from organisations.models import Unit, User
from placements.kinds import FINISHED, Answer, CloseReason, EndKind, Housing, Law, Registration, State
from placements.querysets import PlacementQuerySet
from sip.models import SipCase


class Placement(models.Model):
    """One placement of one person, from preparation to aftercare (PLC-1)."""

    matter = models.OneToOneField(Matter, models.PROTECT, primary_key=True, related_name="placement")
    state = models.TextField(choices=State.choices, default=State.DRAFT)
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField()
    submission = models.UUIDField(help_text="Given by the form: a repeated POST finds the placement it already made.")

    housing = models.TextField("boendeform", choices=Housing.choices, blank=True)
    law = models.TextField("lagstöd", choices=Law.choices, blank=True)
    is_acute = models.BooleanField("akut", default=False)
    target_groups = ArrayField(models.TextField(), default=list, blank=True, help_text="Keys of the agreement's.")
    planned_start = models.DateField("planerad start", null=True)
    started_at = models.DateTimeField("började", null=True)
    planned_end = models.DateField("planerat slut", null=True)
    resources_exhausted = models.BooleanField("det som finns på hemmaplan räcker inte", default=False)
    least_intrusive = models.BooleanField("mindre ingripande former är prövade", default=False)

    outside_county = models.BooleanField("utanför länet", default=False)
    registration = models.TextField("folkbokföring", choices=Registration.choices, default=Registration.NONE)
    same_home_since = models.DateField(null=True, help_text="In the same family home since then (PLC-10).")
    hidden_on = models.DateField("hemlig vistelseort sedan", null=True, help_text="Decision under LVU 14 §.")

    agreement_needed = models.TextField("ansvarsförbindelse behövs", choices=Answer.choices, default=Answer.UNKNOWN)
    guide_answer = models.TextField(blank=True, help_text="What the agreement's guide answered, and its section.")
    medical_unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", help_text="The medical party.")
    referred_at = models.DateTimeField("remissen skickades", null=True)
    assessed_at = models.DateTimeField("läkarens bedömning", null=True)
    assessed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    assessor_role = models.TextField(blank=True)
    without_agreement_reason = models.TextField("varför starten inte väntade", blank=True, max_length=2000)
    sip = models.ForeignKey(SipCase, models.PROTECT, null=True, related_name="+")

    next_follow_up_on = models.DateField("nästa gemensamma uppföljning", null=True)
    aftercare_on = models.DateField("planen för eftervård", null=True)
    aftercare_note = models.TextField(blank=True, max_length=2000)
    ended_at = models.DateTimeField("slut", null=True)
    end_kind = models.TextField("hur den slutade", choices=EndKind.choices, blank=True)
    end_note = models.TextField(blank=True, max_length=2000)
    closed_at = models.DateTimeField(null=True)
    close_reason = models.TextField(choices=CloseReason.choices, blank=True)

    objects = PlacementQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = "placering", "placeringar"
        constraints = [
            models.UniqueConstraint(fields=["submission"], name="placement_submission_once"),
            models.CheckConstraint(
                name="placement_ends_after_start",
                condition=Q(planned_end=None) | Q(planned_start=None) | Q(planned_end__gte=F("planned_start")),
            ),
            models.CheckConstraint(
                name="placement_going_on_has_started",
                condition=~Q(state__in=[State.ONGOING, State.ENDED]) | (Q(started_at__isnull=False) & ~Q(housing="")),
            ),
            models.CheckConstraint(
                name="placement_ended_says_how",
                condition=Q(ended_at=None, end_kind="") | (Q(ended_at__gte=F("started_at")) & ~Q(end_kind="")),
            ),
            models.CheckConstraint(
                name="placement_ended_has_time", condition=~Q(state=State.ENDED) | Q(ended_at__isnull=False)
            ),
            models.CheckConstraint(
                name="placement_closed_has_time",
                condition=Q(state__in=FINISHED, closed_at__isnull=False) | (~Q(state__in=FINISHED) & Q(closed_at=None)),
            ),
            models.CheckConstraint(
                name="placement_closed_has_reason", condition=~Q(state=State.CLOSED) | ~Q(close_reason="")
            ),
            # LVU 14 §: only care under LVU can be hidden from guardians.
            models.CheckConstraint(name="placement_hidden_is_lvu", condition=Q(hidden_on=None) | Q(law=Law.LVU)),
            models.CheckConstraint(
                name="placement_assessed_by_somebody",
                condition=Q(assessed_at=None) | (Q(assessed_by__isnull=False) & ~Q(assessor_role="")),
            ),
        ]
        triggers = [
            Tracked(
                fields=[
                    "state", "housing", "law", "is_acute", "target_groups", "planned_start", "started_at",
                    "planned_end", "outside_county", "registration", "hidden_on", "agreement_needed", "medical_unit",
                    "referred_at",
                    "assessed_at", "assessed_by", "sip", "aftercare_on", "ended_at", "end_kind", "closed_at",
                    "close_reason",
                ],
                matter="matter_id",
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"Placering {self.matter}"

    def log_read(self, reads: Reads, action: Action, what: str) -> None:
        reads.add(action, what, persons=[self.matter.person_id], matters=[self.pk])

    @property
    def is_hidden(self) -> bool:
        """Whether where the person lives is for named staff only: LVU 14 §, or a protected identity (IND-3)."""
        return self.hidden_on is not None or self.matter.person.is_protected

    @property
    def is_yet_to_be_shared(self) -> bool:
        """Whether sharing it with the care still leads on: to prepare it, to work together, or to settle its cost."""
        over_but_unsettled = self.state == State.ENDED and self.agreement_needed != Answer.NO
        return self.state in (State.DRAFT, State.PLANNED, State.ONGOING) or over_but_unsettled

    @property
    def lasted(self) -> tuple[date, date] | None:
        """Its first and last day, once it is over."""
        if self.started_at is None or self.ended_at is None:
            return None
        return local_day(self.started_at), local_day(self.ended_at)
