"""Thin Celery tasks. They run as the database role `portal_jobs`."""

from celery import shared_task
from django.utils import timezone

from agreements.watching import move_last_days, tell_of_renewal, tell_of_rounds


@shared_task(name="agreements.watch")
def watch() -> None:
    now = timezone.now()
    move_last_days(now)
    tell_of_renewal(now)
    tell_of_rounds(now)
