"""Nightly: do the rights that units hold agree with the reasons that are recorded? Runs as `portal_jobs`."""

import structlog
from celery import shared_task
from django.db import connection
from django.utils import timezone

from core import heartbeat

log = structlog.get_logger("rights")


@shared_task(name="individuals.compare_rights")
def compare_rights() -> None:
    found = rights_drift()
    if any(found.values()):
        log.error("rights and reasons disagree", **found)
    heartbeat.beat("compare-rights", timezone.now(), **found)


def rights_drift() -> dict[str, int]:
    """Count rights without a participant, participants without a right, and rights whose end is not the basis's."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT without_reason, without_right, wrong_end FROM portal_rights_drift()")
        without_reason, without_right, wrong_end = cursor.fetchone()
    return {"without_reason": without_reason, "without_right": without_right, "wrong_end": wrong_end}
