"""What groups publish, and what user organisations say about it and about the county's report (AGR-4, FUP-2)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from core.acting import Actor
from core.authz import NotAllowed, Refused
from core.transitions import Gone
from core.workdays import local_day
from followup.actions.board import require_board
from followup.actions.shared import require_group, require_lead, required, tell_group
from followup.kinds import MeetingState
from followup.models import Comment, Meeting, Publication, RegionalVersion, ReportVersion
from followup.permissions import reaches, require_user_representative


def publish_minutes(*, meeting_id: UUID, by: Actor, now: datetime) -> Publication:
    """Let those outside the group read its approved minutes. The coordinator decides. Raises `Gone`, `Refused`."""
    meeting = Meeting.objects.filter(pk=meeting_id).first()
    if meeting is None:
        raise Gone("followup.Meeting")
    group = require_lead(meeting.group_id, by, local_day(now))
    if meeting.state != MeetingState.APPROVED:
        raise Refused("Protokollet publiceras när det är justerat.")
    try:
        with transaction.atomic():
            return Publication.objects.create(group=group, minutes=meeting, at=now, by_id=by.user_id)
    except IntegrityError:
        raise Refused("Protokollet är redan publicerat.") from None


def publish_report(version: ReportVersion) -> Publication:
    """A report is published by being handed in."""
    return Publication.objects.create(
        group_id=version.report.group_id, report=version, at=version.at, by_id=version.by_id
    )


def comment(*, version_id: UUID, text: str, by: Actor, now: datetime) -> Comment:
    """A user organisation comments on the county's report once handed over. Raises `Gone`, `Refused`."""
    require_user_representative(by)
    version = RegionalVersion.objects.filter(pk=version_id).first()
    if version is None:
        raise Gone("followup.RegionalVersion")
    kept = required(text, "text", "Skriv er synpunkt.")
    return Comment.objects.create(version=version, text=kept, at=now, by_id=by.user_id)


def comment_on_group(*, publication_id: UUID, text: str, by: Actor, now: datetime) -> Comment:
    """A user organisation comments on what a group has published. Tells its coordinator. Raises `Gone`, `Refused`."""
    require_user_representative(by)
    published = Publication.objects.select_related("group__municipality").filter(pk=publication_id).first()
    if published is None or not reaches(by, published.group):
        raise Gone("followup.Publication")
    kept = required(text, "text", "Skriv er synpunkt.")
    made = Comment.objects.create(publication=published, text=kept, at=now, by_id=by.user_id)
    tell_group(
        published.group, "group.commented", key=f"comment:{made.pk}", now=now, on=local_day(now), only_lead=True,
        what=published.name.lower(),
    )  # fmt: skip
    return made


def answer_comment(*, comment_id: UUID, answer: str, by: Actor, now: datetime) -> Comment:
    """Say how a comment was met: the board about the county's report, a coordinator about the group's own.

    Once, and it stands. Raises `Gone`, `Refused`.
    """
    with transaction.atomic():
        found = Comment.objects.select_for_update(of=("self",)).filter(pk=comment_id).first()
        if found is None:
            raise Gone("followup.Comment")
        _require_answers(found, by, now)
        if found.answer:
            raise Refused("Synpunkten har redan fått ett svar.")
        found.answer = required(answer, "answer", "Skriv hur synpunkten har mötts.")
        found.answered_at, found.answered_by_id = now, by.user_id
        found.save(update_fields=["answer", "answered_at", "answered_by"])
    return found


def _require_answers(said: Comment, by: Actor, now: datetime) -> None:
    if said.version is not None:
        require_board(said.version.report.campaign.agreement, by)
        return
    assert said.publication is not None  # The database says so.
    if not reaches(by, said.publication.group):
        raise Gone("followup.Comment")
    try:
        _, standing = require_group(said.publication.group_id, by, local_day(now))
    except Gone:
        raise NotAllowed(GROUP_ANSWERS) from None  # It is published: that it is there is no secret.
    if not standing.leads:
        raise NotAllowed(GROUP_ANSWERS)


GROUP_ANSWERS = "Det här gör gruppens samordnare."
