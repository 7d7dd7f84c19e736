"""Thin Celery tasks. They run as the database role `portal_jobs`."""

from celery import shared_task
from django.utils import timezone

from core import heartbeat
from core.locks import PRINT, only_one
from followup import printing
from followup.making import refresh


@shared_task(name="followup.refresh")
def refresh_figures() -> None:
    heartbeat.beat("figures", timezone.now(), passed=refresh(timezone.now()))


@shared_task(name="followup.print_reports")
def print_reports() -> None:
    """Print what waits. One printer at a time: other hands stay free for the sweep and the letters."""
    with only_one(PRINT) as mine:
        if mine:
            printing.print_waiting()
            printing.throw_away(timezone.now())
