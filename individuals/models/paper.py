"""Documents made of a matter, and the receipts that each party has filed its copy (IND-10).

The documents themselves are not kept: each party's own record is where they belong. The fingerprint tells later whether
a file is one that the portal made.
"""

from __future__ import annotations

import uuid

import pgtrigger
from django.db import models
from django.db.models import Q

from core.audit import Tracked
from core.grants import ADD, READ
from individuals.models.matter import Matter
from organisations.models import Unit, User


class DocumentCopy(models.Model):
    """One document that a unit made of a matter: of what, in which version and form, by whom, when."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    matter = models.ForeignKey(Matter, models.PROTECT, related_name="document_copies")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    kind = models.TextField(help_text="The document's name in code; each chapter has its own.")
    version = models.PositiveIntegerField(null=True)
    for_filing = models.BooleanField(default=False)
    fingerprint = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    app_privileges = (READ, ADD)

    class Meta:
        verbose_name, verbose_name_plural = "gjort dokument", "gjorda dokument"
        constraints = [
            models.CheckConstraint(name="copy_fingerprint", condition=Q(fingerprint__regex="^[0-9a-f]{64}$"))
        ]
        indexes = [models.Index(fields=["matter", "unit", "kind", "version"], name="copy_of_unit")]
        triggers = [Tracked(fields=["unit", "kind", "version", "for_filing", "fingerprint"], matter="matter_id")]


class FiledCopy(models.Model):
    """A unit's receipt: this document, in this version, is in our own record (förd till akt, IND-10)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    matter = models.ForeignKey(Matter, models.PROTECT, related_name="filed_copies")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    kind = models.TextField()
    version = models.PositiveIntegerField()
    copy = models.ForeignKey(DocumentCopy, models.PROTECT, related_name="+")
    filed_at = models.DateTimeField()
    filed_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    app_privileges = (READ, ADD)

    class Meta:
        verbose_name, verbose_name_plural = "kvitto på förd till akt", "kvitton på förd till akt"
        ordering = ["filed_at"]
        constraints = [
            models.UniqueConstraint(fields=["matter", "unit", "kind", "version"], name="filed_once"),
        ]
        triggers = [
            Tracked(fields=["unit", "kind", "version", "filed_at"], matter="matter_id"),
            # Nobody files what was never made for filing.
            pgtrigger.Trigger(
                name="of_a_copy_for_filing",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func="""
                    IF NOT EXISTS (
                        SELECT 1 FROM individuals_documentcopy c WHERE c.id = NEW.copy_id AND c.for_filing
                        AND c.matter_id = NEW.matter_id AND c.unit_id = NEW.unit_id
                        AND c.kind = NEW.kind AND c.version = NEW.version
                    ) THEN
                        RAISE EXCEPTION 'no copy of this was made for filing' USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]
