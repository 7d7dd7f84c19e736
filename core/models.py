"""Append-only records (changes, reads, seals), the outbox and the heartbeats of the background jobs."""

from __future__ import annotations

import uuid

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex, GinIndex
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Now

from core.attachments import ENDINGS, LARGEST
from core.audit import Action
from core.grants import ADD, READ, REMOVE


class CurrentTransaction(Func):
    """The id of the transaction that wrote a row: what the seal orders by, since ids commit out of order."""

    template = "(pg_current_xact_id()::text::bigint)"
    output_field = models.BigIntegerField()
    arity = 0


NEVER_CHANGED = [
    pgtrigger.Protect(name="never_changed", operation=pgtrigger.Update | pgtrigger.Delete),
    pgtrigger.Trigger(
        name="never_emptied",
        operation=pgtrigger.Truncate,
        level=pgtrigger.Statement,
        when=pgtrigger.Before,
        func="RAISE EXCEPTION 'this record is never emptied' USING ERRCODE = 'insufficient_privilege';",
    ),
]


class ChangeLog(models.Model):
    """One change of one row, written by the `Tracked` triggers. The application may insert, nothing else."""

    at = models.DateTimeField(db_default=Now())
    written_in = models.BigIntegerField(db_default=CurrentTransaction())
    table_name = models.TextField()
    row_id = models.TextField()
    operation = models.TextField()
    old = models.JSONField(null=True)
    new = models.JSONField(null=True)
    matter_id = models.UUIDField(null=True)
    user_id = models.UUIDField(null=True)
    assignment_id = models.UUIDField(null=True)
    unit_id = models.UUIDField(null=True)

    class Meta:
        verbose_name = "ändring"
        triggers = NEVER_CHANGED
        indexes = [
            models.Index(fields=["matter_id", "at"], name="change_matter", condition=Q(matter_id__isnull=False)),
            BrinIndex(fields=["written_in"], name="change_written"),
        ]


class ReadLog(models.Model):
    """One read of personal data: who, by which assignment, what, whose (LAW-1)."""

    at = models.DateTimeField()
    written_in = models.BigIntegerField(db_default=CurrentTransaction())
    user_id = models.UUIDField()
    assignment_id = models.UUIDField()
    unit_id = models.UUIDField()
    authority_id = models.UUIDField()
    huvudman_id = models.UUIDField()
    action = models.TextField(choices=Action.choices)
    what = models.TextField()
    person_ids = ArrayField(models.UUIDField(), default=list)
    matter_ids = ArrayField(models.UUIDField(), default=list)

    class Meta:
        verbose_name = "läsning"
        triggers = NEVER_CHANGED
        indexes = [
            GinIndex(fields=["person_ids"], name="read_persons"),
            models.Index(fields=["authority_id", "at"], name="read_authority"),
            BrinIndex(fields=["written_in"], name="read_written"),
        ]


class Seal(models.Model):
    """A link of the chain over one of the two logs: covers every row written by transactions in [first, last).

    Transaction ids start anew when a backup is restored to another server, row ids don't: `after_id` tells the two
    stretches apart. It is the last row of the stretch before.
    """

    log = models.TextField(choices=[("change", "Ändringar"), ("read", "Läsningar")])
    after_id = models.BigIntegerField(default=0)
    first = models.BigIntegerField()
    last = models.BigIntegerField()
    rows = models.PositiveIntegerField()
    digest = models.TextField()
    previous = models.TextField()
    mac = models.TextField()
    sealed_at = models.DateTimeField()

    class Meta:
        verbose_name = "försegling"
        triggers = NEVER_CHANGED
        constraints = [
            models.UniqueConstraint(fields=["log", "after_id", "first"], name="seal_no_fork"),
            models.CheckConstraint(condition=Q(last__gt=F("first")), name="seal_forward"),
        ]


class Message(models.Model):
    """A message that was committed with the change that caused it. Shown in the portal at once, mailed by the worker.

    It carries no personal data: mail says only that something waits (LAW-6); the portal adds what the reader may see.
    `dedupe_key` makes planning the same message twice impossible.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    kind = models.TextField()
    dedupe_key = models.TextField(unique=True)
    to_unit_id = models.UUIDField()
    to_level = models.TextField(blank=True, help_text="Empty: the unit's caseworkers; else a level of management.")
    to_user_id = models.UUIDField(null=True, help_text="One person at the unit, when it concerns nobody else there.")
    matter_id = models.UUIDField(null=True)
    facts = models.JSONField(default=dict, help_text="No personal data: deadlines, names of units, references.")
    planned_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)
    seen_by = models.UUIDField(null=True)
    next_try_at = models.DateTimeField(null=True)
    claimed_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    delivered_at = models.DateTimeField(null=True)
    dead_at = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True)

    class Meta:
        verbose_name = "meddelande"
        constraints = [
            models.CheckConstraint(
                name="message_one_fate",
                condition=~Q(delivered_at__isnull=False, dead_at__isnull=False),
            ),
            models.CheckConstraint(
                name="message_waits_or_ended",
                condition=Q(next_try_at__isnull=False) | Q(delivered_at__isnull=False) | Q(dead_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["next_try_at"], name="message_waiting", condition=Q(next_try_at__isnull=False)),
            models.Index(fields=["to_unit_id", "-planned_at"], name="message_inbox"),
            models.Index(fields=["dead_at"], name="message_dead", condition=Q(dead_at__isnull=False)),
        ]


class Heartbeat(models.Model):
    """When a background job last finished a round. `/halsa/` tells when one is silent too long."""

    job = models.TextField(primary_key=True)
    beat_at = models.DateTimeField()
    detail = models.JSONField(default=dict)

    class Meta:
        verbose_name = "livstecken"


class StoredFile(models.Model):
    """A file that somebody has added (`core.attachments`). It is added or taken away, never changed."""

    app_privileges = (READ, ADD, REMOVE)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    name = models.CharField("filnamn", max_length=150)
    media_type = models.CharField(max_length=60)
    size = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    content = models.BinaryField()
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(name="%(class)s_of_a_safe_type", condition=Q(media_type__in=list(ENDINGS))),
            models.CheckConstraint(name="%(class)s_not_too_big", condition=Q(size__lte=LARGEST)),
        ]

    def __str__(self) -> str:
        return self.name
