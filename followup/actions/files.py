"""Asking for the PDF of a report or a dashboard. `followup.printing` makes it, in the background."""

from __future__ import annotations

from datetime import datetime

from celery import current_app
from django.db import transaction

from followup import figures
from followup.models import BoardCopy, Printed, ReportFile
from followup.names import board_name


def ask_for_file(*, version: Printed, now: datetime) -> ReportFile:
    """Ask for the file of one version. Asked again, it is the same one; one that was given up is tried anew."""
    made, is_new = ReportFile.objects.get_or_create(**ReportFile.of(version), defaults={"asked_at": now})
    if not is_new and made.is_given_up:
        made.asked_at, made.started_at, made.failed_at = now, None, None
        made.attempts, made.done, made.total, made.step, made.reason = 0, 0, 0, "", ""
        made.save()
    if not made.is_ready:
        transaction.on_commit(wake_the_worker, robust=True)
    return made


def ask_for_board(*, board: figures.Board, now: datetime) -> BoardCopy:
    """Ask for a dashboard on paper, with its figures as they are now. Until they change it is the same file."""
    content = {
        "title": f"{board.title} {board.year}",
        "where": board.where,
        "name": board_name(board),
        "figures": figures.frozen(board.panels),
    }
    copy, _ = BoardCopy.objects.get_or_create(
        agreement=board.agreement,
        coordination=board.coordination,
        municipality=board.municipality,
        year=board.year,
        made_at=board.made_at or now,
        defaults={"asked_at": now, "content": content},
    )
    ask_for_file(version=copy, now=now)
    return copy


def wake_the_worker() -> None:
    """Ring the doorbell. Failing is harmless: beat rings every few seconds."""
    current_app.send_task("followup.print_reports", expires=30, retry=False, ignore_result=True)
