"""The SIP meeting: what it is for, when, who is called and invited, who came, and what was noted (SIP-5, SIP-6).

The texts are about the person. They lie behind the same wall as the case: every row carries the case, and a unit that
loses its right to the case loses the meeting with it. Drafts of notes are the writing unit's own.
"""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from core.audit import Tracked
from core.grants import ADD, CHANGE, READ, REMOVE
from individuals.kinds import Manner
from individuals.models import Basis, Guardian
from organisations.models import Unit, User
from sip.kinds import (
    Gets,
    GuestKind,
    MeetingPlace,
    MeetingState,
    Part,
    ReplyState,
    ViewAsked,
)
from sip.models.case import SipCase

TEXT = 4_000

UNCHANGED_WHEN_OVER = pgtrigger.Trigger(
    name="unchanged_when_over",
    when=pgtrigger.Before,
    operation=pgtrigger.Update,
    condition=pgtrigger.Q(old__state__in=[MeetingState.HELD, MeetingState.CANCELLED]),
    func="""
        IF (NEW.case_id, NEW.state, NEW.purpose, NEW.questions, NEW.prepare, NEW.starts_at, NEW.minutes, NEW.place_kind,
            NEW.place, NEW.link, NEW.interpreter, NEW.adaptations, NEW.parties_present,
            NEW.counts_as_sip, NEW.why_counts)
           IS DISTINCT FROM
           (OLD.case_id, OLD.state, OLD.purpose, OLD.questions, OLD.prepare, OLD.starts_at, OLD.minutes, OLD.place_kind,
            OLD.place, OLD.link, OLD.interpreter, OLD.adaptations, OLD.parties_present,
            OLD.counts_as_sip, OLD.why_counts) THEN
            RAISE EXCEPTION 'a meeting that is over is never altered' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    """,
)


class Meeting(models.Model):
    """One meeting of a SIP: called, then held or cancelled. `sequence` counts its changes, for calendars."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    case = models.ForeignKey(SipCase, models.PROTECT, related_name="meetings")
    state = models.TextField(choices=MeetingState.choices, default=MeetingState.CALLED)
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField()
    submission = models.UUIDField(help_text="Given by the form: a repeated POST finds the meeting it already called.")
    called_by_unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    called_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    called_at = models.DateTimeField()
    purpose = models.TextField("syfte", max_length=TEXT)
    questions = models.TextField("frågor att reda ut", max_length=TEXT)
    prepare = models.TextField("att förbereda", max_length=TEXT, blank=True)
    starts_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField("längd i minuter")
    place_kind = models.TextField("hur ni ses", choices=MeetingPlace.choices)
    place = models.CharField("plats", max_length=200, blank=True)
    link = models.URLField("länk", max_length=500, blank=True)
    interpreter = models.CharField("tolk", max_length=200, blank=True)
    adaptations = models.TextField("anpassningar", max_length=TEXT, blank=True)
    view_asked = models.TextField("egen åsikt om mötet efterfrågad", choices=ViewAsked.choices)
    own_view = models.TextField("personens önskemål om mötet", max_length=TEXT, blank=True)
    view_not_asked_reason = models.TextField(max_length=TEXT, blank=True)
    sequence = models.PositiveSmallIntegerField(default=0)
    held_at = models.DateTimeField(null=True, help_text="When it was recorded that the meeting took place.")
    parties_present = ArrayField(models.TextField(), default=list, blank=True, help_text="SIP parties by name.")
    counts_as_sip = models.BooleanField(null=True)
    why_counts = models.TextField(blank=True, help_text="What was counted, against what the agreement asks (LAW-7).")
    cancelled_at = models.DateTimeField(null=True)
    cancel_reason = models.TextField(max_length=TEXT, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = "SIP-möte", "SIP-möten"
        ordering = ["starts_at"]
        constraints = [
            models.UniqueConstraint(fields=["submission"], name="meeting_submission_once"),
            models.CheckConstraint(
                name="meeting_called_before_it_starts", condition=Q(starts_at__gt=F("called_at"), minutes__gt=0)
            ),
            models.CheckConstraint(
                name="meeting_has_place",
                condition=Q(place_kind=MeetingPlace.VIDEO) & ~Q(link="")
                | Q(place_kind=MeetingPlace.PHONE)
                | Q(place_kind=MeetingPlace.ROOM) & ~Q(place=""),
            ),
            models.CheckConstraint(
                name="meeting_view_or_reason", condition=Q(view_asked=ViewAsked.YES) | ~Q(view_not_asked_reason="")
            ),
            models.CheckConstraint(
                name="meeting_held_is_counted",
                condition=~Q(state=MeetingState.HELD)
                | (Q(held_at__gte=F("starts_at"), counts_as_sip__isnull=False) & ~Q(why_counts="")),
            ),
            models.CheckConstraint(
                name="meeting_cancelled_has_reason",
                condition=Q(state=MeetingState.CANCELLED, cancelled_at__isnull=False) & ~Q(cancel_reason="")
                | ~Q(state=MeetingState.CANCELLED) & Q(cancelled_at=None),
            ),
        ]
        indexes = [models.Index(fields=["case", "starts_at"], name="meeting_of_case")]
        triggers = [
            Tracked(
                fields=[
                    "state",
                    "starts_at",
                    "minutes",
                    "place_kind",
                    "view_asked",
                    "sequence",
                    "held_at",
                    "parties_present",
                    "counts_as_sip",
                    "cancelled_at",
                ],
                matter="case_id",
            ),
            UNCHANGED_WHEN_OVER,
        ]

    def __str__(self) -> str:
        return f"SIP-möte {self.pk}"

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.minutes)


class MeetingTime(models.Model):
    """A time the meeting has had, with who set it and why it was moved. The last one stands in the meeting too."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    case = models.ForeignKey(SipCase, models.PROTECT, related_name="+")
    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="times")
    sequence = models.PositiveSmallIntegerField()
    starts_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField()
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    set_by_unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    reason = models.TextField("varför tiden ändrades", max_length=TEXT, blank=True)

    app_privileges = (READ, ADD)

    class Meta:
        verbose_name, verbose_name_plural = "mötestid", "mötestider"
        ordering = ["sequence"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "sequence"], name="meeting_time_once"),
            models.CheckConstraint(name="meeting_time_moved_has_reason", condition=Q(sequence=0) | ~Q(reason="")),
        ]
        triggers = [Tracked(fields=["sequence", "starts_at", "minutes", "set_by_unit"], matter="case_id")]


class MeetingCall(models.Model):
    """One unit called to the meeting: comes, sends a named deputy, or hands over. It never simply declines (SIP-6)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    case = models.ForeignKey(SipCase, models.PROTECT, related_name="+")
    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="calls")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    basis = models.ForeignKey(
        Basis, models.PROTECT, null=True, related_name="+", help_text="Empty for the unit that initiated the case."
    )
    reason = models.TextField("varför verksamheten kallas", max_length=2_000, blank=True)
    state = models.TextField(choices=ReplyState.choices, default=ReplyState.WAITING)
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField()
    asked_at = models.DateTimeField()
    replied_at = models.DateTimeField(null=True)
    replied_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    deputy = models.CharField("ersättare", max_length=150, blank=True)
    redirected_to = models.OneToOneField("self", models.PROTECT, null=True, related_name="redirected_from")

    class Meta:
        verbose_name, verbose_name_plural = "kallelse till möte", "kallelser till möten"
        ordering = ["asked_at", "unit__name"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "unit"],
                name="meeting_call_once",
                condition=Q(state__in=[ReplyState.WAITING, ReplyState.COMES, ReplyState.DEPUTY]),
            ),
            models.CheckConstraint(
                name="meeting_reply_has_author",
                condition=~Q(state__in=[ReplyState.COMES, ReplyState.DEPUTY])
                | Q(replied_at__isnull=False, replied_by__isnull=False),
            ),
            models.CheckConstraint(
                name="meeting_deputy_is_named",
                condition=Q(state=ReplyState.DEPUTY) & ~Q(deputy="") | ~Q(state=ReplyState.DEPUTY) & Q(deputy=""),
            ),
            models.CheckConstraint(
                name="meeting_redirect_has_target",
                condition=~Q(state=ReplyState.REDIRECTED) | Q(redirected_to__isnull=False),
            ),
        ]
        triggers = [
            Tracked(
                fields=["unit", "basis", "state", "asked_at", "replied_at", "redirected_to"],
                matter="case_id",
            ),
            # Wall 2: the call tells the unit of the person, so only the initiator is called without a basis.
            pgtrigger.Trigger(
                name="called_on_a_basis",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("basis_id", "unit_id"),
                func="""
                    IF NOT EXISTS (SELECT 1 FROM individuals_matter m
                                   WHERE m.id = NEW.case_id AND m.initiator_id = NEW.unit_id)
                       AND (NEW.basis_id IS NULL OR NOT portal_basis_covers(NEW.basis_id, NEW.case_id, NEW.unit_id))
                    THEN
                        RAISE EXCEPTION 'the basis does not cover the unit' USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]


class MeetingGuest(models.Model):
    """Somebody outside the portal who is told of or invited to the meeting, and what that person may get.

    The person and the guardians of a child are told; a guardian who isn't has a recorded reason, and still gets to know
    which measures are planned (IND-2). Relatives and other authorities are invited, and only when the person agrees
    (SIP-5).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    case = models.ForeignKey(SipCase, models.PROTECT, related_name="+")
    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="guests")
    kind = models.TextField("vem", choices=GuestKind.choices)
    guardian = models.ForeignKey(Guardian, models.PROTECT, null=True, related_name="+")
    name = models.CharField("namn", max_length=150, blank=True)
    organisation = models.CharField("organisation", max_length=150, blank=True)
    part = models.TextField("deltar", choices=Part.choices, blank=True)
    is_told = models.BooleanField("får kallelse eller inbjudan", default=True)
    not_told_reason = models.TextField("varför inte", max_length=TEXT, blank=True)
    told_how = models.TextField("hur", choices=Manner.choices, blank=True)
    gets = ArrayField(models.TextField(choices=Gets.choices), default=list, blank=True)
    person_agreed_on = models.DateField("personen sade ja", null=True)
    added_by_unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    app_privileges = (READ, ADD, CHANGE, REMOVE)

    class Meta:
        verbose_name, verbose_name_plural = "inbjuden till möte", "inbjudna till möten"
        ordering = ["added_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting"], name="meeting_guest_one_person", condition=Q(kind=GuestKind.PERSON)
            ),
            models.UniqueConstraint(fields=["meeting", "guardian"], name="meeting_guardian_once"),
            models.CheckConstraint(
                name="meeting_guest_guardian_named",
                condition=Q(kind=GuestKind.GUARDIAN, guardian__isnull=False)
                | ~Q(kind=GuestKind.GUARDIAN) & Q(guardian=None),
            ),
            models.CheckConstraint(
                name="meeting_guest_reason_when_not_told",
                condition=Q(is_told=True, not_told_reason="")
                | Q(is_told=False, kind=GuestKind.GUARDIAN, gets__contains=[Gets.MEASURES]) & ~Q(not_told_reason=""),
            ),
            # Others than the person and the guardians are there because the person wants it.
            models.CheckConstraint(
                name="meeting_guest_person_agreed",
                condition=Q(kind__in=[GuestKind.PERSON, GuestKind.GUARDIAN]) | Q(person_agreed_on__isnull=False),
            ),
        ]
        triggers = [
            Tracked(fields=["kind", "guardian", "part", "is_told", "gets", "person_agreed_on"], matter="case_id")
        ]

    @property
    def who(self) -> str:
        """The name as pages show it: that of the guardian, the guest's own, or what it is."""
        return self.guardian.name if self.guardian else self.name or self.get_kind_display()


class Attendee(models.Model):
    """Somebody who was there: for a called unit, or as a guest. Written once, when the meeting is recorded as held."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    case = models.ForeignKey(SipCase, models.PROTECT, related_name="+")
    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="attendees")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    guest = models.ForeignKey(MeetingGuest, models.PROTECT, null=True, related_name="+")
    name = models.CharField("namn", max_length=300, blank=True)

    app_privileges = (READ, ADD)

    class Meta:
        verbose_name, verbose_name_plural = "närvarande", "närvarande"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "unit"], name="attendee_unit_once"),
            models.UniqueConstraint(fields=["meeting", "guest"], name="attendee_guest_once"),
            models.CheckConstraint(
                name="attendee_for_unit_or_as_guest",
                condition=Q(unit__isnull=False, guest=None) & ~Q(name="") | Q(unit=None, guest__isnull=False),
            ),
        ]
        triggers = [Tracked(fields=["unit", "guest"], matter="case_id")]


class MeetingNotes(models.Model):
    """What the meeting came to. A draft is the writing unit's own; finished notes are never altered, only followed by a
    corrected version with its reason."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    case = models.ForeignKey(SipCase, models.PROTECT, related_name="+")
    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="notes")
    number = models.PositiveSmallIntegerField(default=1)
    written_by_unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    written_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField()
    view_asked = models.TextField("egen åsikt efterfrågad", choices=ViewAsked.choices, blank=True)
    own_words = models.TextField("personens egna ord", max_length=TEXT, blank=True)
    view_not_asked_reason = models.TextField(max_length=TEXT, blank=True)
    discussed = models.TextField("vad mötet gick igenom", max_length=10_000, blank=True)
    agreed = models.TextField("vad ni kom överens om", max_length=10_000, blank=True)
    disagreed = models.TextField("vad ni inte var överens om", max_length=10_000, blank=True)
    finished_at = models.DateTimeField(null=True)
    correction_reason = models.TextField("varför anteckningarna rättas", max_length=TEXT, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = "mötesanteckning", "mötesanteckningar"
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "number"], name="meeting_notes_once", condition=Q(finished_at__isnull=False)
            ),
            models.UniqueConstraint(
                fields=["meeting", "written_by_unit"], name="meeting_notes_one_draft", condition=Q(finished_at=None)
            ),
            models.CheckConstraint(
                name="meeting_notes_finished_are_whole",
                condition=Q(finished_at=None)
                | ~Q(discussed="") & ~Q(agreed="") & (Q(view_asked=ViewAsked.YES) | ~Q(view_not_asked_reason="")),
            ),
            models.CheckConstraint(
                name="meeting_notes_correction_has_reason",
                condition=Q(finished_at=None) | Q(number=1) | ~Q(correction_reason=""),
            ),
        ]
        triggers = [
            Tracked(fields=["number", "view_asked", "finished_at"], matter="case_id"),
            pgtrigger.Protect(
                name="finished_notes_stay",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__finished_at__isnull=False),
            ),
        ]
