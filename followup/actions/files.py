"""Asking for the PDF of what has been handed in. `followup.printing` makes it, in the background."""

from __future__ import annotations

from datetime import datetime

from celery import current_app
from django.db import transaction

from followup.models import RegionalVersion, ReportFile, ReportVersion


def ask_for_file(*, version: ReportVersion | RegionalVersion, now: datetime) -> ReportFile:
    """Ask for the file of one version. Asked again, it is the same one; one that was given up is tried anew."""
    made, is_new = ReportFile.objects.get_or_create(**ReportFile.of(version), defaults={"asked_at": now})
    if not is_new and made.is_given_up:
        made.asked_at, made.started_at, made.failed_at = now, None, None
        made.attempts, made.done, made.total, made.step, made.reason = 0, 0, 0, "", ""
        made.save()
    if not made.is_ready:
        transaction.on_commit(wake_the_worker, robust=True)
    return made


def wake_the_worker() -> None:
    """Ring the doorbell. Failing is harmless: beat rings every few seconds."""
    current_app.send_task("followup.print_reports", expires=30, retry=False, ignore_result=True)
