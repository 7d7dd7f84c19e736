"""Messages commit with the change that causes them; delivery is at least once and ends in mail or a dead letter.

Delivery claims with a lease, so a worker that dies hands its messages back when the lease ends. Only a real try counts
towards a dead letter: what was claimed when the mail server can't be reached is handed back untried. The message id is
the mail's Message-ID, so a receiver can tell a repeat. Nothing here, nor in the mail, holds personal data (LAW-6).
"""

from __future__ import annotations

import smtplib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F, Q

from core.models import Message

log = structlog.get_logger("outbox")

LEASE = timedelta(minutes=5)
RETRY_AFTER = [timedelta(minutes=m) for m in (1, 5, 15, 60, 180, 360, 720, 1440)]
"""Waits between tries; after the last the message is a dead letter. Together over a day: a mail server may rest."""


@dataclass(frozen=True, slots=True)
class Kind:
    """How a kind of message reads. `todo` is a sentence without personal data; `{…}` are filled from its facts."""

    key: str
    subject: str
    todo: str

    def text(self, facts: Mapping[str, Any]) -> str:
        return self.todo.format_map(_Facts(facts))


class MailServerDown(Exception):
    """Nothing can be sent now. The messages wait for the next round."""


class _Facts(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "…"


_kinds: dict[str, Kind] = {}
_find_addresses: Callable[[Message, datetime], Iterable[str]] = lambda message, now: ()  # noqa: E731


def register(*kinds: Kind) -> None:
    """Make kinds of messages known. Called from each app's `AppConfig.ready`."""
    for kind in kinds:
        _kinds[kind.key] = kind


def register_addresses(finder: Callable[[Message, datetime], Iterable[str]]) -> None:
    """Set the function that tells which e-mail addresses a message goes to now (the organisations app knows)."""
    global _find_addresses
    _find_addresses = finder


def kind_of(message: Message) -> Kind:
    return _kinds[message.kind]


def all_kinds() -> dict[str, Kind]:
    return dict(_kinds)


def plan(
    kind: str,
    *,
    to_unit: UUID,
    now: datetime,
    key: str,
    matter: UUID | None = None,
    to_level: str = "",
    to_user: UUID | None = None,
    facts: dict[str, Any] | None = None,
) -> None:
    """Plan one message in the current transaction. `key` makes it unique: planning it again raises IntegrityError.

    `kind` must be registered. `facts` must not hold personal data.
    """
    if kind not in _kinds:
        raise KeyError(f"unknown kind of message: {kind}")
    Message.objects.create(
        kind=kind,
        dedupe_key=key,
        to_unit_id=to_unit,
        to_level=to_level,
        to_user_id=to_user,
        matter_id=matter,
        facts=facts or {},
        planned_at=now,
        next_try_at=now,
    )
    transaction.on_commit(wake_the_worker, robust=True)


def wake_the_worker() -> None:
    """Ring the doorbell. Failing is harmless: beat rings every few seconds."""
    from core.tasks import deliver

    deliver.apply_async(expires=30, retry=False, ignore_result=True)


def deliver_due(now: datetime, *, limit: int = 20) -> int:
    """Deliver messages whose time has come. Returns how many were tried. Safe to run in many workers at once.

    Raises `MailServerDown` after a try that failed because nothing can be sent now; the rest of the claim goes back.
    The limit keeps a claim shorter than its lease, also when the mail server is slow.
    """
    claimed = _claim(now, limit)
    for place, message in enumerate(claimed, start=1):
        # Counted before the try: a message that kills the worker must not be tried for ever.
        Message.objects.filter(pk=message.pk).update(attempts=F("attempts") + 1)
        message.attempts += 1
        try:
            _mail(message, now)
        except Exception as error:  # A mail server can fail in any way; the message must survive all of them.
            _postpone(message, error, now)
            if _nothing_can_be_sent(error):
                _hand_back(claimed[place:])
                raise MailServerDown from error
        else:
            Message.objects.filter(pk=message.pk, delivered_at=None).update(
                delivered_at=now, next_try_at=None, claimed_until=None
            )
    return len(claimed)


def _claim(now: datetime, limit: int) -> list[Message]:
    free = Q(claimed_until=None) | Q(claimed_until__lte=now)
    with transaction.atomic():
        ids = list(
            Message.objects.select_for_update(skip_locked=True)
            .filter(free, next_try_at__lte=now)
            .order_by("next_try_at")
            .values_list("pk", flat=True)[:limit]
        )
        Message.objects.filter(pk__in=ids).update(claimed_until=now + LEASE)
    return list(Message.objects.filter(pk__in=ids).order_by("next_try_at", "planned_at"))


def _nothing_can_be_sent(error: Exception) -> bool:
    about_this_message = (smtplib.SMTPRecipientsRefused, smtplib.SMTPSenderRefused, smtplib.SMTPDataError)
    return isinstance(error, OSError) and not isinstance(error, about_this_message)


def _hand_back(messages: Iterable[Message]) -> None:
    Message.objects.filter(pk__in=[message.pk for message in messages], delivered_at=None).update(claimed_until=None)


def _mail(message: Message, now: datetime) -> None:
    kind = kind_of(message)
    addresses = sorted(set(_find_addresses(message, now)))
    if not addresses:
        return
    EmailMessage(
        subject=kind.subject,
        body=f"{kind.subject}.\n\nLogga in för att se vad det gäller:\n{settings.PUBLIC_ADDRESS}/\n\n"
        "Brevet innehåller inga personuppgifter. Det går inte att svara på det.\n",
        bcc=addresses,
        headers={"Message-ID": f"<{message.pk}@samordningsportalen>"},
    ).send()


def _postpone(message: Message, error: Exception, now: datetime) -> None:
    # Only the kind of error is kept: its text can hold addresses.
    name = type(error).__name__
    changes: dict[str, Any] = {"last_error": name, "claimed_until": None}
    if message.attempts > len(RETRY_AFTER):
        changes |= {"dead_at": now, "next_try_at": None}
        log.error("message is a dead letter", message=str(message.pk), kind=message.kind, error=name)
    else:
        changes["next_try_at"] = now + RETRY_AFTER[message.attempts - 1]
    Message.objects.filter(pk=message.pk, delivered_at=None).update(**changes)


def revive(message_id: UUID, now: datetime) -> None:
    """Try a dead letter again from the start (system administrators, after the cause is mended)."""
    Message.objects.filter(pk=message_id, dead_at__isnull=False).update(
        dead_at=None, attempts=0, next_try_at=now, last_error=""
    )
