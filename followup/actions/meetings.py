"""Meetings of a group: planned in a series, called, minuted, approved; and what they decide (FUP-1)."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from core.acting import Actor
from core.authz import Refused
from core.dates import swedish_date
from core.transitions import Gone, transition
from core.workdays import local_day
from followup import clocks
from followup.actions.shared import require_agreement, require_group, require_lead, required, tell_group
from followup.kinds import DECISION, DecisionDo, MeetingDo, MeetingState, PointSource
from followup.models import AgendaItem, Attendance, CoOpted, Decision, Meeting
from followup.permissions import DECISION_RULES, MEETING_RULES, in_group
from followup.querysets import in_force
from organisations.models import GroupMember


def plan_meetings(
    *, group_id: UUID, starts: Sequence[datetime], minutes_long: int, place: str, by: Actor, now: datetime
) -> list[Meeting]:
    """Plan one meeting or a series, each with the agenda that the agreement proposes. Raises `Gone`, `Refused`."""
    today = local_day(now)
    group = require_lead(group_id, by, today)
    if not starts or min(starts) <= now:
        raise Refused("Mötet måste ligga framåt i tiden.", field="day")
    taken = Meeting.objects.filter(group=group, starts_at__in=starts).exclude(state=MeetingState.CANCELLED)
    if len(set(starts)) != len(starts) or taken.exists():
        raise Refused("Gruppen har redan ett möte vid den tiden.", field="day")
    points = list(require_agreement(group, by, today).agenda_points.all())
    series = uuid.uuid4() if len(starts) > 1 else None
    with transaction.atomic():
        made = [
            Meeting.objects.create(
                group=group,
                series=series,
                changed_at=now,
                starts_at=at,
                minutes_long=minutes_long,
                place=required(place, "place", "Skriv var ni träffas, eller en länk."),
            )
            for at in sorted(starts)
        ]
        AgendaItem.objects.bulk_create(
            AgendaItem(
                meeting=meeting,
                position=place_,
                source=PointSource.PROPOSED,
                key=point.key,
                heading=point.name,
                text=point.summary,
            )
            for meeting in made
            for place_, point in enumerate(points, start=1)
        )
    return made


def change_meeting(
    *, meeting_id: UUID, version: int, starts_at: datetime, minutes_long: int, place: str, by: Actor, now: datetime
) -> Meeting:
    """Move a meeting. Those who have been called are told. Raises `Gone`, `Refused`, `Stale`."""
    if starts_at <= now:
        raise Refused("Mötet måste ligga framåt i tiden.", field="day")
    with _meeting(meeting_id, MeetingDo.CHANGE, by, now, version) as meeting:
        moved = (meeting.starts_at, meeting.place) != (starts_at, place)
        others = Meeting.objects.filter(group_id=meeting.group_id, starts_at=starts_at).exclude(pk=meeting.pk)
        if others.exclude(state=MeetingState.CANCELLED).exists():
            raise Refused("Gruppen har redan ett möte vid den tiden.", field="day")
        meeting.starts_at, meeting.minutes_long, meeting.place = starts_at, minutes_long, place
        if moved and meeting.state == MeetingState.CALLED:
            meeting.calls_sent += 1
            _tell(meeting, "group.call_changed", now)
    return meeting


def add_point(*, meeting_id: UUID, heading: str, text: str, by: Actor, now: datetime) -> AgendaItem:
    """Put a point of one's own on the agenda: any member may. Raises `Gone`, `Refused`."""
    with _meeting(meeting_id, MeetingDo.ADD_POINT, by, now) as meeting:
        last = meeting.items.order_by("-position").values_list("position", flat=True).first() or 0
        return AgendaItem.objects.create(
            meeting=meeting,
            position=last + 1,
            source=PointSource.OWN,
            heading=required(heading, "heading", "Skriv vad punkten gäller."),
            text=text.strip(),
        )


def call(*, meeting_id: UUID, version: int, by: Actor, now: datetime) -> Meeting:
    """Call the members: each is told, and finds the agenda and a calendar file. Raises `Gone`, `Refused`, `Stale`."""
    with _meeting(meeting_id, MeetingDo.CALL, by, now, version) as meeting:
        if meeting.starts_at <= now:
            raise Refused("Mötets tid har varit. Ändra tiden först.")
        meeting.called_at, meeting.called_by_id = now, by.user_id
        meeting.calls_sent += 1
        _tell(meeting, "group.called", now)
    return meeting


def record(
    *,
    meeting_id: UUID,
    version: int,
    notes: Mapping[UUID, str],
    present: Iterable[GroupMember],
    co_opted: Iterable[CoOpted],
    user_participation: str,
    by: Actor,
    now: datetime,
) -> Meeting:
    """Write the minutes: who was there, and what was said on each point. Raises `Gone`, `Refused`, `Stale`."""
    with _meeting(meeting_id, MeetingDo.RECORD, by, now, version) as meeting:
        if meeting.starts_at > now:
            raise Refused("Mötet har inte börjat ännu.")
        attending = [Attendance(meeting=meeting, member=one) for one in present]
        if not attending:
            raise Refused("Ange vilka som var med.", field="present")
        meeting.attendance.all().delete()
        Attendance.objects.bulk_create([*attending, *(Attendance(meeting=meeting, co_opted=one) for one in co_opted)])
        for item in meeting.items.all():
            if item.note != (note := notes.get(item.pk, item.note).strip()):
                item.note = note
                item.save(update_fields=["note"])
        meeting.user_participation = user_participation.strip()
        # The minutes are a new version even when only their points changed.
        meeting.changed_at = now
    return meeting


def decide(
    *,
    meeting_id: UUID,
    text: str,
    owner: GroupMember,
    due_on: date,
    item: AgendaItem | None,
    by: Actor,
    now: datetime,
) -> Decision:
    """Note a decision with its owner and day; a clock reminds the owner. Raises `Gone`, `Refused`."""
    today = local_day(now)
    with _meeting(meeting_id, MeetingDo.DECIDE, by, now) as meeting:
        if due_on < today:
            raise Refused("Dagen har redan varit.", field="due_on")
        if not GroupMember.objects.filter(in_force(today), pk=owner.pk, group_id=meeting.group_id).exists():
            raise Refused("Den som svarar för beslutet ska vara medlem i gruppen.", field="owner")
        made = Decision.objects.create(
            group=meeting.group,
            meeting=meeting,
            item=item,
            changed_at=now,
            text=required(text, "text", "Skriv vad ni beslutade."),
            owner=owner,
            due_on=due_on,
        )
        clocks.start_on(
            agreement=require_agreement(meeting.group, by, today),
            kind=DECISION,
            subject=made.pk,
            unit=owner.represents,
            due_on=due_on,
            on=today,
            now=now,
        )
    return made


def approve(*, meeting_id: UUID, version: int, by: Actor, now: datetime) -> Meeting:
    """Approve the minutes. From then on the database refuses any change of them. Raises `Gone`, `Refused`, `Stale`."""
    with _meeting(meeting_id, MeetingDo.APPROVE, by, now, version) as meeting:
        meeting.approved_at, meeting.approved_by_id = now, by.user_id
    return meeting


def cancel(*, meeting_id: UUID, version: int, reason: str, by: Actor, now: datetime) -> Meeting:
    """Cancel a meeting, with a reason. Those who have been called are told. Raises `Gone`, `Refused`, `Stale`."""
    with _meeting(meeting_id, MeetingDo.CANCEL, by, now, version) as meeting:
        if meeting.state == MeetingState.CALLED:
            _tell(meeting, "group.cancelled", now)
        meeting.cancel_reason = required(reason, "reason", "Skriv varför mötet ställs in.")
    return meeting


# --- decisions -----------------------------------------------------------------------------------------------
def finish_decision(*, decision_id: UUID, version: int, note: str, by: Actor, now: datetime) -> Decision:
    """The owner has done what was decided. Stops the clock. Raises `Gone`, `Refused`, `Stale`."""
    return _end_decision(decision_id, version, DecisionDo.FINISH, note, "Skriv vad som gjordes.", by, now)


def drop_decision(*, decision_id: UUID, version: int, note: str, by: Actor, now: datetime) -> Decision:
    """The coordinator lets a decision go, with a reason. Stops the clock. Raises `Gone`, `Refused`, `Stale`."""
    return _end_decision(decision_id, version, DecisionDo.DROP, note, "Skriv varför beslutet skrivs av.", by, now)


def evaluate_decision(*, decision_id: UUID, version: int, effect: str, by: Actor, now: datetime) -> Decision:
    """What a carried-out decision led to (DEV-6). Raises `Gone`, `Refused`, `Stale`."""
    with _decision(decision_id, DecisionDo.EVALUATE, by, now, version) as decision:
        decision.effect = required(effect, "effect", "Skriv vad beslutet ledde till.")
    return decision


def _end_decision(
    decision_id: UUID, version: int, do: DecisionDo, note: str, missing: str, by: Actor, now: datetime
) -> Decision:
    with _decision(decision_id, do, by, now, version) as decision:
        decision.done_at, decision.done_note = now, required(note, "note", missing)
        clocks.stop(subject=decision.pk, kind=DECISION, reason=do, now=now)
    return decision


# --- shared ----------------------------------------------------------------------------------------------------
def _meeting(
    meeting_id: UUID, do: MeetingDo, by: Actor, now: datetime, version: int | None = None
) -> AbstractContextManager[Meeting]:
    return _standing_transition(Meeting, meeting_id, do, MEETING_RULES, by, now, version)


def _decision(
    decision_id: UUID, do: DecisionDo, by: Actor, now: datetime, version: int | None
) -> AbstractContextManager[Decision]:
    return _standing_transition(Decision, decision_id, do, DECISION_RULES, by, now, version)


def _standing_transition(
    model: Any, pk: UUID, do: Any, rules: Any, by: Actor, now: datetime, version: int | None
) -> AbstractContextManager[Any]:
    group_id = model.objects.filter(pk=pk).values_list("group_id", flat=True).first()
    if group_id is None:
        raise Gone(model._meta.label)
    group, _ = require_group(group_id, by, local_day(now))
    return transition(model, pk, do, rules=in_group(rules, group), by=by, now=now, version=version)


def _tell(meeting: Meeting, kind: str, now: datetime) -> None:
    tell_group(
        meeting.group,
        kind,
        key=f"{kind}:{meeting.pk}:{meeting.calls_sent}",
        now=now,
        on=local_day(now),
        when=swedish_date(meeting.starts_at),
    )
