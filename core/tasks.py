"""Thin Celery tasks of the mechanisms. They run as the database role `portal_jobs`."""

from celery import shared_task
from django.utils import timezone

from core import heartbeat, outbox, sealing


@shared_task(name="core.deliver")
def deliver() -> None:
    now = timezone.now()
    tried = 0
    while batch := outbox.deliver_due(now):
        tried += batch
    heartbeat.beat("deliver", timezone.now(), tried=tried)


@shared_task(name="core.seal")
def seal() -> None:
    now = timezone.now()
    heartbeat.beat("seal", now, rows=sealing.seal_logs(now))
