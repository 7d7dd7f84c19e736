"""The matter: what every chapter's case hangs on. Who takes part, why, and until when.

A unit reaches a matter through one row of guardian's direct foreign-key table for its auth group; the participant row
says why. `individuals.actions` writes both together, and a nightly job compares them.
"""

from __future__ import annotations

import uuid

import pgtrigger
from django.db import models
from django.db.models import F, Q
from guardian.models import GroupObjectPermissionBase

from agreements.models import Agreement
from core.audit import Action, Reads, Tracked
from core.grants import ADD, CHANGE, READ, REMOVE
from individuals.kinds import EndReason, MatterKind, ParticipantRole
from individuals.models.basis import Basis
from individuals.models.person import Person
from individuals.querysets import MatterQuerySet, most_pressing_first
from individuals.references import LENGTH, new_reference
from organisations.models import Unit


class Matter(models.Model):
    """One matter for one person, under the agreement in force when it was opened (AGR-2)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    reference = models.CharField("ärendenummer", max_length=LENGTH, unique=True, default=new_reference)
    kind = models.TextField(choices=MatterKind.choices)
    person = models.ForeignKey(Person, models.PROTECT, related_name="matters")
    initiator = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    next_due_at = models.DateTimeField(null=True, help_text="Earliest running clock; kept by deadlines.")

    objects = MatterQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = "ärende", "ärenden"
        constraints = [
            models.CheckConstraint(
                name="matter_closes_after_opening", condition=Q(closed_at=None) | Q(closed_at__gte=F("opened_at"))
            ),
        ]
        indexes = [
            models.Index(fields=["next_due_at", "id"], name="matter_open_by_due", condition=Q(closed_at=None)),
        ]
        triggers = [
            Tracked(fields=["kind", "person", "initiator", "opened_at", "closed_at"], matter="id"),
            pgtrigger.ReadOnly(
                name="stays_whose_it_is", fields=["reference", "kind", "person", "initiator", "agreement", "opened_at"]
            ),
            pgtrigger.Trigger(
                name="copied_to_rights",
                when=pgtrigger.After,
                operation=pgtrigger.UpdateOf("closed_at", "next_due_at"),
                func="""
                    UPDATE individuals_mattergroupobjectpermission
                    SET closed_at = NEW.closed_at, next_due_at = NEW.next_due_at
                    WHERE content_object_id = NEW.id
                    AND (closed_at, next_due_at) IS DISTINCT FROM (NEW.closed_at, NEW.next_due_at);
                    RETURN NULL;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    def log_read(self, reads: Reads, action: Action, what: str) -> None:
        reads.add(action, what, persons=[self.person_id], matters=[self.pk])


_AS_LISTED = (F("group"), F("kind"), *most_pressing_first())


class MatterGroupObjectPermission(GroupObjectPermissionBase):
    """A unit's right to reach a matter. `until`: the basis ends then, to the microsecond (IND-8).

    It carries copies of what lists sort by, kept by triggers: a unit's desk of one kind of matter is then one stretch
    of one index, however many matters there are and however many of them the unit has had.
    """

    app_privileges = (READ, ADD, CHANGE, REMOVE)

    # Made here, not by the database: reading back a generated id would need the right to see another unit's row.
    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    content_object = models.ForeignKey(Matter, models.CASCADE)
    until = models.DateTimeField(null=True)
    kind = models.TextField(choices=MatterKind.choices, editable=False, default="")
    opened_at = models.DateTimeField(editable=False, null=True)
    closed_at = models.DateTimeField(editable=False, null=True)
    next_due_at = models.DateTimeField(editable=False, null=True)

    class Meta(GroupObjectPermissionBase.Meta):
        verbose_name = "åtkomst till ärende"
        constraints = [
            models.UniqueConstraint(fields=["group", "content_object"], name="matter_access_once"),
        ]
        indexes = [
            models.Index(
                *_AS_LISTED,
                name="matter_access_desk",
                condition=Q(closed_at=None),
                include=["until"],  # Whether the right still holds is then read from the index too.
            ),
            models.Index(*_AS_LISTED, name="matter_access_all", include=["until", "closed_at"]),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="copies_its_matter",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func="""
                    SELECT kind, opened_at, closed_at, next_due_at
                    INTO NEW.kind, NEW.opened_at, NEW.closed_at, NEW.next_due_at
                    FROM individuals_matter WHERE id = NEW.content_object_id;
                    RETURN NEW;
                """,
            ),
            # Wall 2: a right goes to the initiator, or to a unit that takes part, and ends with its basis.
            pgtrigger.Trigger(
                name="right_has_reason",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("group_id", "content_object_id", "until"),
                func="""
                    IF NOT EXISTS (
                        SELECT 1 FROM individuals_matter m JOIN organisations_unit u ON u.id = m.initiator_id
                        WHERE m.id = NEW.content_object_id AND u.group_id = NEW.group_id
                    ) AND NOT EXISTS (
                        SELECT 1 FROM individuals_participant p
                        JOIN organisations_unit u ON u.id = p.unit_id
                        JOIN individuals_basis b ON b.id = p.basis_id
                        WHERE p.matter_id = NEW.content_object_id AND u.group_id = NEW.group_id
                        AND p.ended_at IS NULL AND NEW.until <= b.expires_at
                        AND portal_basis_covers(b.id, p.matter_id, p.unit_id)
                    ) THEN
                        RAISE EXCEPTION 'no basis gives this right' USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]


class Participant(models.Model):
    """Why a unit takes part in a matter: its role, and the basis that lets it see what it sees (IND-7)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    matter = models.ForeignKey(Matter, models.PROTECT, related_name="participants")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    role = models.TextField(choices=ParticipantRole.choices)
    basis = models.ForeignKey(Basis, models.PROTECT, null=True, related_name="+")
    since = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    end_reason = models.TextField(choices=EndReason.choices, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = "deltagande verksamhet", "deltagande verksamheter"
        ordering = ["since"]
        constraints = [
            models.UniqueConstraint(fields=["matter", "unit"], name="participant_once", condition=Q(ended_at=None)),
            models.UniqueConstraint(
                fields=["matter"],
                name="participant_one_initiator",
                condition=Q(role=ParticipantRole.INITIATOR, ended_at=None),
            ),
            # Wall 2: nobody but the one who wrote it takes part without a basis.
            models.CheckConstraint(
                name="participant_has_basis",
                condition=Q(role=ParticipantRole.INITIATOR, basis=None)
                | (~Q(role=ParticipantRole.INITIATOR) & Q(basis__isnull=False)),
            ),
            models.CheckConstraint(
                name="participant_end_has_reason",
                condition=Q(ended_at=None, end_reason="") | (Q(ended_at__isnull=False) & ~Q(end_reason="")),
            ),
        ]
        triggers = [
            Tracked(fields=["unit", "role", "basis", "since", "ended_at", "end_reason"], matter="matter_id"),
            pgtrigger.Trigger(
                name="covered_by_basis",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("basis_id"),
                func="""
                    IF NEW.basis_id IS NOT NULL AND NEW.ended_at IS NULL
                       AND NOT portal_basis_covers(NEW.basis_id, NEW.matter_id, NEW.unit_id) THEN
                        RAISE EXCEPTION 'the basis does not cover the unit' USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]
