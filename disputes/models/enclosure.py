"""Documents that a side adds to a dispute: about the question, or about the case it arose from (DIS-1, wall 1)."""

from __future__ import annotations

import pgtrigger
from django.db import models

from core.audit import Tracked
from core.models import StoredFile
from disputes.models.dispute import Dispute
from individuals.models import Matter
from organisations.models import Huvudman, Unit


class Enclosure(StoredFile):
    """A file that one side added. With a `matter` it is about the person: only those who reach the case read it."""

    dispute = models.ForeignKey(Dispute, models.PROTECT, related_name="enclosures")
    matter = models.ForeignKey(Matter, models.PROTECT, null=True, related_name="+", help_text="The case it is about.")
    huvudman = models.ForeignKey(Huvudman, models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")

    class Meta(StoredFile.Meta):
        verbose_name, verbose_name_plural = "handling i tvisten", "handlingar i tvisten"
        ordering = ["added_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["dispute", "huvudman", "digest"], name="enclosure_once"),
            *StoredFile.Meta.constraints,
        ]
        triggers = [
            Tracked(fields=["dispute", "matter", "huvudman", "media_type", "size", "digest"], matter="matter_id"),
            # DIS-1: of a side of the dispute, and about no other case than its own.
            pgtrigger.Trigger(
                name="belongs_to_the_dispute",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func="""
                    IF NOT EXISTS (SELECT 1 FROM disputes_dispute d WHERE d.id = NEW.dispute_id AND d.state = 'open'
                            AND NEW.huvudman_id IN (d.opening_huvudman_id, d.answering_huvudman_id))
                       OR (NEW.matter_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM disputes_caselink l
                            WHERE l.dispute_id = NEW.dispute_id AND l.matter_id = NEW.matter_id)) THEN
                        RAISE EXCEPTION 'an enclosure is a side''s, in an open dispute, about its own case'
                            USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
            # What the dispute was settled on stays with it.
            pgtrigger.Trigger(
                name="stays_when_the_dispute_has_ended",
                when=pgtrigger.Before,
                operation=pgtrigger.Delete,
                func="""
                    IF EXISTS (SELECT 1 FROM disputes_dispute d WHERE d.id = OLD.dispute_id AND d.state <> 'open') THEN
                        RAISE EXCEPTION 'the dispute has ended' USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN OLD;
                """,
            ),
        ]
