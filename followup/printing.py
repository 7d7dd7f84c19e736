"""Printing reports and dashboards in the background: claimed with a lease, told step by step, kept when it is ready.

The database holds what is to be made, so nothing is lost when a worker dies: its lease runs out and another takes over.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from agreements.values import Coordination
from core.pdf import NoDocument
from followup import documents, figures
from followup.models import BoardCopy, RegionalVersion, ReportFile, ReportVersion
from followup.names import file_name, texts_of

log = structlog.get_logger("followup.printing")

PATIENCE = 100.0
"""Seconds that a document may take: nobody sits and waits, and the machine may be busy."""
LEASE = timedelta(minutes=3)
"""Longer than that: who has been silent so long is dead."""
SECONDS_A_ROUND = 60
"""Less than the task's time limit, which would kill it in the middle of a document. The bell rings again."""
TRIES = 3
KEPT = timedelta(days=1)
GIVEN_UP = "PDF:en gick inte att göra. Kalkylarket finns. Försök igen om en stund."


def print_waiting(now: Callable[[], datetime] = timezone.now) -> int:
    """Make the files that wait, for a round. Returns how many tries. Safe to run in many workers at once."""
    tried, until = 0, time.monotonic() + SECONDS_A_ROUND
    while time.monotonic() < until and (claimed := _claim(now())) is not None:
        _make(claimed, now)
        tried += 1
    return tried


def throw_away(now: datetime) -> int:
    """Remove dashboards' PDFs a day old: their figures are others by then. Returns how many."""
    old = now - KEPT
    ReportFile.objects.filter(of_board__asked_at__lt=old).delete()
    return BoardCopy.objects.filter(asked_at__lt=old, file=None).delete()[0]


def _claim(now: datetime) -> ReportFile | None:
    with transaction.atomic():
        free = ReportFile.objects.filter(ready_at=None, failed_at=None).filter(
            Q(started_at=None) | Q(started_at__lt=now - LEASE)
        )
        found = free.select_for_update(skip_locked=True, of=("self",)).order_by("asked_at").first()
        if found is None:
            return None
        # Counted before the try: a report that kills the worker must not be tried for ever.
        found.started_at, found.attempts = now, found.attempts + 1
        if found.attempts > TRIES:
            found.failed_at, found.reason = now, GIVEN_UP
        found.save(update_fields=["started_at", "attempts", "failed_at", "reason"])
    return found if found.failed_at is None else _claim(now)


def _make(file: ReportFile, now: Callable[[], datetime]) -> None:
    mine = ReportFile.objects.filter(pk=file.pk, started_at=file.started_at, ready_at=None)

    def told(step: str, done: int, total: int) -> None:
        mine.update(step=step, done=done, total=total)

    try:
        content = _print(file, told)
    except NoDocument as none:
        log.warning("a report could not be printed", file=str(file.pk), attempt=file.attempts)
        if file.attempts < TRIES:
            mine.update(started_at=None)  # It may have been the moment: a busy machine, no free press.
        else:
            mine.update(failed_at=now(), reason=none.reason)
        return
    # Nothing is written when another worker has taken over meanwhile: it has the same to say.
    mine.update(content=content, ready_at=now(), step="", done=1, total=1)


def _print_board(copy: BoardCopy, told: documents.Told) -> bytes:
    who = Coordination(copy.coordination).label.lower()
    return documents.as_pdf(
        title=copy.content["title"],
        reference=file_name(copy),
        sender=(f"Samordningsgrupperna, {who}", copy.agreement.name),
        panels=figures.thawed(copy.content["figures"]),
        now=copy.made_at,
        told=told,
        seconds=PATIENCE,
    )


def _print(file: ReportFile, told: documents.Told) -> bytes:
    told("Läser texter och siffror", 0, 1)
    if file.of_board_id is not None:
        return _print_board(BoardCopy.objects.select_related("agreement").get(pk=file.of_board_id), told)
    group, county = file.of_group_id, file.of_county_id
    version: Any
    if group is not None:
        version = ReportVersion.objects.select_related("report__group", "report__campaign").get(pk=group)
        of = version.report.group
        sender = (of.name, str(of.get_kind_display()))
        title, groups = f"Uppföljning {version.report.campaign.year}, {of.name}", []
    else:
        assert county is not None  # The database says so: a file is of one or the other.
        version = RegionalVersion.objects.select_related("report__campaign__agreement").get(pk=county)
        who = Coordination(version.report.coordination).label.lower()
        sender = (f"Samordningsgrupperna, {who}", version.report.campaign.agreement.name)
        title, groups = str(version.report), version.content["groups"]
    lead = f"Version {version.number}: {version.reason}" if version.number > 1 else ""
    return documents.as_pdf(
        title=title,
        reference=file_name(version),
        sender=sender,
        panels=figures.thawed(version.content["figures"]),
        texts=texts_of(version.content),
        groups=groups,
        lead=lead,
        now=version.at,
        told=told,
        seconds=PATIENCE,
    )
