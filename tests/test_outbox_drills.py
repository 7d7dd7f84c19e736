"""Deliverers that die, meet or find the mail server down (wall 3; quality 14). Real processes, committed rows."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from django.core import mail
from django.db import connection
from django.utils import timezone

from core import heartbeat, outbox, tasks
from core.locks import DELIVER, only_one
from tests.conftest import NOW, as_jobs
from tests.drills import process
from tests.test_outbox import Server, deliver, messages, plan, server

__all__ = ["server"]
pytestmark = pytest.mark.usefixtures("transactional_db")


def test_killed_between_sending_and_marking_it_comes_again_under_the_same_id(tmp_path: Path) -> None:
    plan(3)
    log, now = tmp_path / "letters", NOW + timedelta(minutes=1)
    with process("-m", "tests.deliverer", now.isoformat(), str(log), "--die") as running:
        assert running.process.wait(60) == -9, running.said()
    [first] = log.read_text().split()
    assert {(m.delivered_at, m.claimed_until) for m in messages()} == {(None, now + outbox.LEASE)}
    with process("-m", "tests.deliverer", now.isoformat(), str(log)) as running:
        assert running.process.wait(60) == 0, running.said()
    assert log.read_text().split() == [first]  # The lease still holds: nobody else takes them.
    later = now + outbox.LEASE
    with process("-m", "tests.deliverer", later.isoformat(), str(log)) as running:
        assert running.process.wait(60) == 0, running.said()
    sent = Counter(log.read_text().split())
    assert set(sent) == {f"<{m.pk}@samordningsportalen>" for m in messages()}
    assert sent[first] == 2
    assert all(m.delivered_at for m in messages())


def test_deliverers_that_meet_never_take_the_same_message(server: type[Server]) -> None:
    plan(200)
    now = NOW + timedelta(hours=1)

    def work(_: int) -> None:
        try:
            deliver(now)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    sent = Counter(letter.extra_headers["Message-ID"] for letter in mail.outbox)
    assert len(sent) == 200
    assert set(sent.values()) == {1}


def test_one_task_delivers_at_a_time(server: type[Server]) -> None:
    """So that a slow mail server never takes the hands that the sweep needs."""
    plan(2, now=timezone.now() - timedelta(minutes=1))

    def elsewhere(_: int) -> None:
        try:
            with as_jobs():
                tasks.deliver()
        finally:
            connection.close()

    with only_one(DELIVER) as mine, ThreadPoolExecutor(1) as pool:
        assert mine
        list(pool.map(elsewhere, range(1)))
    assert mail.outbox == []
    with ThreadPoolExecutor(1) as pool:
        list(pool.map(elsewhere, range(1)))
    assert len(mail.outbox) == 2


def test_the_task_lives_on_when_the_mail_server_is_down(server: type[Server]) -> None:
    plan(2, now=timezone.now() - timedelta(minutes=1))
    server.trouble = ConnectionRefusedError()
    with as_jobs():
        tasks.deliver()
        pulse = next(p for p in heartbeat.pulses(timezone.now()) if p.job == "deliver")
    assert pulse.alive
