"""Thin Celery tasks. They run as the database role `portal_jobs`."""

from celery import shared_task
from django.utils import timezone

from core import heartbeat
from core.outbox import wake_the_worker
from deadlines.sweep import sweep as run_sweep


@shared_task(name="deadlines.sweep")
def sweep() -> None:
    passed = run_sweep(timezone.now())
    heartbeat.beat("sweep", timezone.now(), passed=passed)
    if passed:
        wake_the_worker()
