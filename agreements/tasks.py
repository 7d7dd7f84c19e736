"""Thin Celery tasks. They run as the database role `portal_jobs`."""

from celery import shared_task
from django.utils import timezone

from agreements.watching import tell_boards


@shared_task(name="agreements.watch")
def watch() -> None:
    tell_boards(timezone.now())
