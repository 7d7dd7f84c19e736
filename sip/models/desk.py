"""How a unit divides its own work: who carries each case, and each user's own views of the list (SIP-11)."""

from __future__ import annotations

import uuid

import pgtrigger
from django.db import models

from core.audit import Tracked
from core.grants import ADD, CHANGE, READ, REMOVE
from organisations.models import Unit, User
from sip.models.case import SipCase


class Carrier(models.Model):
    """Who carries a case at one unit. Seen by that unit alone: how others divide their work is their own matter."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    case = models.ForeignKey(SipCase, models.PROTECT, related_name="carriers")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    since_at = models.DateTimeField()
    given_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    reason = models.CharField("varför den gick över", max_length=200, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = "handläggare i ärende", "handläggare i ärenden"
        constraints = [models.UniqueConstraint(fields=["case", "unit"], name="carrier_once")]
        indexes = [models.Index(fields=["unit", "user"], name="carrier_desk")]
        triggers = [
            Tracked(fields=["unit", "user", "given_by"], matter="case_id"),
            # A case is never put on the desk of somebody who doesn't work there (SIP-11).
            pgtrigger.Trigger(
                name="carrier_works_there",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("user_id", "unit_id"),
                func="""
                    IF NOT EXISTS (
                        SELECT 1 FROM organisations_assignment a
                        WHERE a.user_id = NEW.user_id AND a.unit_id = NEW.unit_id
                        AND a.role IN ('caseworker', 'nearest_manager')
                        AND (a.ends_on IS NULL OR a.ends_on > (portal_now() AT TIME ZONE 'Europe/Stockholm')::date)
                    ) THEN
                        RAISE EXCEPTION 'only who works at the unit carries its cases'
                            USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]


class SavedView(models.Model):
    """A choice of filters that a user has named, to come back to. Holds no personal data: filters never do."""

    app_privileges = (READ, ADD, CHANGE, REMOVE)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    name = models.CharField("namn", max_length=60)
    query = models.CharField("val", max_length=500)

    class Meta:
        verbose_name, verbose_name_plural = "sparad vy", "sparade vyer"
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["user", "unit", "name"], name="saved_view_once")]

    def __str__(self) -> str:
        return self.name
