"""Messages: committed with their cause, delivered at least once, never lost, and naming nobody (wall 3; quality 14)."""

from __future__ import annotations

import smtplib
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.core.mail.backends.locmem import EmailBackend as LocalMail
from django.db import IntegrityError, transaction

from core import outbox
from core.acting import Actor
from core.models import Message
from organisations.kinds import Role
from organisations.models import Assignment, User
from tests import build
from tests.conftest import NOW, as_jobs, as_owner, unit

pytestmark = pytest.mark.django_db

CENTRE = ["chef.en-vag-in@example.invalid", "en-vag-in-2@example.invalid", "en-vag-in@example.invalid"]


class Server(LocalMail):
    """A mail server that can be told to fail."""

    trouble: Exception | None = None
    refuses: str = ""

    def send_messages(self, messages: Sequence[EmailMessage]) -> int:
        if self.trouble is not None:
            raise self.trouble
        if self.refuses and any(self.refuses in letter.bcc for letter in messages):
            raise smtplib.SMTPRecipientsRefused({self.refuses: (550, b"no such user")})
        return super().send_messages(messages)


@pytest.fixture
def server(settings: Any, monkeypatch: pytest.MonkeyPatch) -> type[Server]:
    settings.EMAIL_BACKEND = "tests.test_outbox.Server"
    monkeypatch.setattr(Server, "trouble", None)
    monkeypatch.setattr(Server, "refuses", "")
    return Server


def plan(count: int = 1, *, to: str = "en-vag-in", level: str = "", now: datetime = NOW) -> list[str]:
    keys = [f"test:{uuid.uuid4()}" for _ in range(count)]
    receiver = unit_id(to)
    with as_jobs():
        for i, key in enumerate(keys):
            outbox.plan(
                "sip.called",
                to_unit=receiver,
                to_level=level,
                key=key,
                now=now + timedelta(seconds=i),
                facts={"from_unit": "Socialtjänsten"},
            )
    return keys


def unit_id(key: str) -> uuid.UUID:
    return unit(key).pk


def deliver(now: datetime) -> None:
    with as_jobs():
        try:
            while outbox.deliver_due(now):
                pass
        except outbox.MailServerDown:
            pass


def messages() -> list[Message]:
    with as_owner():
        return list(Message.objects.order_by("planned_at"))


# --- planned with its cause -------------------------------------------------------------------------------------------


def test_a_message_of_a_change_that_is_undone_is_never_sent() -> None:
    receiver = unit_id("en-vag-in")
    with as_jobs(), transaction.atomic():
        outbox.plan("sip.called", to_unit=receiver, key="undone", now=NOW)
        transaction.set_rollback(True)
    assert messages() == []


def test_the_same_message_is_never_planned_twice() -> None:
    receiver = unit_id("en-vag-in")
    with as_jobs():
        outbox.plan("sip.called", to_unit=receiver, key="once", now=NOW)
        with pytest.raises(IntegrityError), transaction.atomic():
            outbox.plan("sip.called", to_unit=receiver, key="once", now=NOW)
    assert len(messages()) == 1


def test_an_unknown_kind_is_refused_at_once() -> None:
    with pytest.raises(KeyError):
        outbox.plan("sip.nonsense", to_unit=unit_id("en-vag-in"), key="k", now=NOW)


# --- delivered, whatever the mail server does -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "trouble",
    [ConnectionRefusedError(), TimeoutError(), smtplib.SMTPServerDisconnected(), smtplib.SMTPConnectError(421, b"")],
    ids=lambda trouble: type(trouble).__name__,
)
def test_a_mail_server_down_for_a_day_loses_nothing(server: type[Server], trouble: Exception) -> None:
    plan(12)
    server.trouble = trouble
    now = NOW
    while now < NOW + timedelta(days=1):
        deliver(now)
        now += timedelta(minutes=15)
    assert mail.outbox == []
    assert not [m for m in messages() if m.dead_at or m.delivered_at]
    server.trouble = None
    for _ in range(30):  # Waits grow to a day; the bell rings all the time.
        now += timedelta(hours=1)
        deliver(now)
    assert len(mail.outbox) == 12
    assert all(m.delivered_at and not m.dead_at for m in messages())


def test_a_server_that_can_not_be_reached_is_asked_once_a_round(server: type[Server]) -> None:
    """Each ask may hang for its whole timeout; the others of the claim wait, without a try counted."""
    plan(5)
    server.trouble = TimeoutError()
    with as_jobs(), pytest.raises(outbox.MailServerDown):
        outbox.deliver_due(NOW + timedelta(minutes=1))
    assert sorted(m.attempts for m in messages()) == [0, 0, 0, 0, 1]
    assert all(m.claimed_until is None for m in messages())


def test_one_bad_address_holds_nobody_up_and_ends_as_a_dead_letter(server: type[Server]) -> None:
    plan(1, to="bup-halmstad")
    plan(5)
    server.refuses = "bup-halmstad@example.invalid"
    now, tries = NOW + timedelta(minutes=1), 0
    while not (dead := [m for m in messages() if m.dead_at]):
        deliver(now)
        now += timedelta(hours=1)
        tries += 1
        assert tries < 60
    assert len(mail.outbox) == 5
    [letter] = dead
    assert letter.to_unit_id == unit_id("bup-halmstad")
    assert letter.attempts == len(outbox.RETRY_AFTER) + 1
    assert letter.last_error == "SMTPRecipientsRefused"  # The kind only: the text holds the address.
    assert now - NOW > timedelta(days=1)
    deliver(now + timedelta(days=30))
    assert len(mail.outbox) == 5


def test_staff_can_try_a_dead_letter_again(server: type[Server]) -> None:
    plan()
    with as_owner():
        Message.objects.update(dead_at=NOW, next_try_at=None, attempts=9, last_error="TimeoutError")
    with as_owner():
        outbox.revive(messages()[0].pk, NOW)
    deliver(NOW)
    assert len(mail.outbox) == 1
    [message] = messages()
    assert (message.attempts, message.dead_at) == (1, None)


def test_the_waits_between_tries_outlast_a_day() -> None:
    assert sum(outbox.RETRY_AFTER, timedelta()) > timedelta(days=1)


def test_the_oldest_go_first(server: type[Server]) -> None:
    plan(45)
    deliver(NOW + timedelta(minutes=2))
    order = [letter.extra_headers["Message-ID"] for letter in mail.outbox]
    assert order == [f"<{m.pk}@samordningsportalen>" for m in messages()]


# --- who gets it ------------------------------------------------------------------------------------------------------


def recipients(now: datetime = NOW + timedelta(minutes=1)) -> list[str]:
    deliver(now)
    [letter] = mail.outbox
    assert letter.to == letter.cc == []
    return letter.bcc


def test_a_unit_s_message_reaches_its_caseworkers_and_nearest_manager() -> None:
    plan()
    assert recipients() == CENTRE


def test_who_does_not_want_mail_gets_none() -> None:
    with as_owner():
        User.objects.filter(username="en-vag-in").update(wants_mail=False)
    plan()
    assert recipients() == CENTRE[:2]


def test_org3_a_vacant_level_goes_on_to_the_next_one() -> None:
    with as_owner():
        Assignment.objects.filter(unit__key="en-vag-in", role=Role.NEAREST_MANAGER).update(ends_on=NOW.date())
    plan(level=Role.NEAREST_MANAGER)
    [address] = recipients()
    assert address.startswith("verksamhetschef.")


def test_org3_an_assignment_ends_at_midnight_also_for_mail() -> None:
    with as_owner():
        managers = Assignment.objects.filter(unit__key="en-vag-in", role=Role.NEAREST_MANAGER)
        managers.update(ends_on=NOW.date() + timedelta(days=1))
    plan(level=Role.NEAREST_MANAGER)
    assert recipients() == ["chef.en-vag-in@example.invalid"]
    mail.outbox.clear()
    plan(level=Role.NEAREST_MANAGER)
    assert recipients(NOW + timedelta(days=1))[0].startswith("verksamhetschef.")


def test_a_message_nobody_can_get_by_mail_waits_in_the_portal_alone() -> None:
    with as_owner():
        Assignment.objects.filter(unit__key="en-vag-in").update(ends_on=NOW.date())
    plan()
    deliver(NOW + timedelta(minutes=1))
    assert mail.outbox == []
    assert messages()[0].delivered_at


# --- what it says -----------------------------------------------------------------------------------------------------


def test_law6_no_kind_of_message_carries_anything_about_the_person(hylte: Actor) -> None:
    case = build.sent(hylte)
    deliver(NOW)
    [letter] = mail.outbox
    raw = str(letter.message())
    for word in ("Nils", "Provsson", "110108", "20110108-2392", str(case.pk), "Samordna stödet", "Bedöma"):
        assert word not in raw
    for message in messages():
        assert set(message.facts) <= {"from_unit", "to_unit", "reference", "what", "due_at", "clock"}
    for kind in outbox.all_kinds().values():
        assert kind.subject
        assert "{" not in kind.subject  # The subject is the same for everybody.


def test_a_letter_is_in_swedish_and_leads_to_the_portal() -> None:
    plan()
    recipients()
    body = mail.outbox[0].body
    assert "Logga in" in body
    assert "/\n" in body
