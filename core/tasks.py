"""Thin Celery tasks of the mechanisms. They run as the database role `portal_jobs`."""

import time

from celery import shared_task
from django.utils import timezone

from core import heartbeat, outbox, sealing
from core.locks import DELIVER, only_one

SECONDS_A_ROUND = 60
"""Less than the task's time limit, which would kill it in the middle of a letter. The bell rings again."""


@shared_task(name="core.deliver")
def deliver() -> None:
    """Deliver what waits. One deliverer at a time: however slow the mail is, other hands stay free for the sweep."""
    with only_one(DELIVER) as mine:
        if mine:
            _deliver()


def _deliver() -> None:
    tried, until = 0, time.monotonic() + SECONDS_A_ROUND
    try:
        # The time anew for each claim: its lease counts from it.
        while time.monotonic() < until and (batch := outbox.deliver_due(timezone.now())):
            tried += batch
            heartbeat.beat("deliver", timezone.now(), tried=tried)
    except outbox.MailServerDown as error:
        outbox.log.warning("the mail server can't be reached", error=type(error.__cause__).__name__)
    heartbeat.beat("deliver", timezone.now(), tried=tried)


@shared_task(name="core.seal")
def seal() -> None:
    now = timezone.now()
    heartbeat.beat("seal", now, rows=sealing.seal_logs(now))
