"""Pieces of information, the ledger of what was handed to whom, and the timeline everybody in a matter shares."""

from __future__ import annotations

import uuid

import pgtrigger
from django.db import models
from django.db.models import Q

from core.audit import Tracked
from core.grants import ADD, CHANGE, READ, REMOVE
from individuals.kinds import Category
from individuals.models.basis import Basis
from individuals.models.matter import Matter
from organisations.models import Authority, Unit, User

UNCHANGED_ONCE_DISCLOSED = pgtrigger.Trigger(
    name="unchanged_once_disclosed",
    when=pgtrigger.Before,
    operation=pgtrigger.Update | pgtrigger.Delete,
    func="""
        IF EXISTS (SELECT 1 FROM individuals_disclosure d WHERE d.piece_id = OLD.id) THEN
            RAISE EXCEPTION 'a disclosed piece is never altered' USING ERRCODE = 'check_violation';
        END IF;
        RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
    """,
)


class Piece(models.Model):
    """A piece of information of one category, written by one unit. The smallest thing that is handed over (IND-7)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    matter = models.ForeignKey(Matter, models.PROTECT, related_name="pieces")
    category = models.TextField(choices=Category.choices)
    text = models.TextField(max_length=10_000)
    written_by = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=1)
    is_restricted = models.BooleanField(default=False, help_text="Named staff only: protected identity (IND-3).")
    changed_at = models.DateTimeField()

    app_privileges = (READ, ADD, CHANGE, REMOVE)

    class Meta:
        verbose_name, verbose_name_plural = "uppgift", "uppgifter"
        constraints = [
            models.UniqueConstraint(fields=["matter", "category", "written_by", "version"], name="piece_version_once"),
            models.CheckConstraint(name="piece_not_empty", condition=~Q(text="")),
        ]
        triggers = [
            Tracked(fields=["category", "version", "is_restricted"], matter="matter_id"),
            UNCHANGED_ONCE_DISCLOSED,
        ]


class PieceReader(models.Model):
    """A named member of staff who may read a restricted piece."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    piece = models.ForeignKey(Piece, models.CASCADE, related_name="readers")
    matter = models.ForeignKey(Matter, models.PROTECT, related_name="+")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")

    app_privileges = (READ, ADD, REMOVE)

    class Meta:
        verbose_name = "namngiven läsare"
        constraints = [models.UniqueConstraint(fields=["piece", "user"], name="piece_reader_once")]
        triggers = [Tracked(fields=["piece", "user"], matter="matter_id")]


class Disclosure(models.Model):
    """The ledger (utlämnande): this piece, in this version, from here to there, on this basis, by, when (IND-7)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    matter = models.ForeignKey(Matter, models.PROTECT, related_name="disclosures")
    piece = models.ForeignKey(Piece, models.PROTECT, related_name="disclosures")
    piece_version = models.PositiveIntegerField()
    category = models.TextField(choices=Category.choices)
    from_authority = models.ForeignKey(Authority, models.PROTECT, related_name="+")
    from_unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    to_unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    basis = models.ForeignKey(Basis, models.PROTECT, related_name="+")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name, verbose_name_plural = "utlämnande", "utlämnanden"
        ordering = ["at"]
        constraints = [
            models.UniqueConstraint(fields=["piece", "to_unit"], name="disclosed_once", condition=Q(ended_at=None)),
            models.CheckConstraint(name="disclosed_to_another", condition=~Q(from_unit=models.F("to_unit"))),
        ]
        triggers = [
            Tracked(
                fields=["piece", "piece_version", "category", "from_unit", "to_unit", "basis", "by", "ended_at"],
                matter="matter_id",
            ),
            # The ledger only grows: what was handed over, to whom and why can't be rewritten.
            pgtrigger.ReadOnly(
                name="ledger_only_ends",
                exclude=["ended_at"],
            ),
            pgtrigger.Protect(name="ledger_never_shrinks", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="within_categories",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func="""
                    IF NOT EXISTS (SELECT 1 FROM individuals_basis b
                                   WHERE b.id = NEW.basis_id AND NEW.category = ANY (b.categories))
                       OR NOT EXISTS (SELECT 1 FROM individuals_piece p
                                      WHERE p.id = NEW.piece_id AND p.matter_id = NEW.matter_id
                                      AND p.category = NEW.category AND p.version = NEW.piece_version
                                      AND NOT p.is_restricted)
                       OR NOT portal_basis_covers(NEW.basis_id, NEW.matter_id, NEW.to_unit_id) THEN
                        RAISE EXCEPTION 'the basis does not cover this disclosure' USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]


class Event(models.Model):
    """A line of the timeline: what happened, who did it, when. No content of pieces, no free text about the person."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    matter = models.ForeignKey(Matter, models.PROTECT, related_name="events")
    at = models.DateTimeField()
    what = models.TextField()
    text = models.TextField()
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    app_privileges = (READ, ADD)

    class Meta:
        verbose_name, verbose_name_plural = "händelse", "händelser"
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["matter", "at"], name="event_matter")]
