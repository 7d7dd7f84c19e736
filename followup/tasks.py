"""Thin Celery tasks. They run as the database role `portal_jobs`."""

from celery import shared_task
from django.utils import timezone

from core import heartbeat
from followup.making import refresh


@shared_task(name="followup.refresh")
def refresh_figures() -> None:
    heartbeat.beat("figures", timezone.now(), passed=refresh(timezone.now()))
