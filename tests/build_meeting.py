"""Builders of meetings: called, answered, held, by the real actions."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from core.acting import Actor, acting
from individuals.kinds import Manner
from individuals.models import Guardian
from sip import actions
from sip.kinds import Gets, GuestKind, MeetingPlace, Part, ViewAsked
from sip.models import Meeting, MeetingCall, SipCase
from tests import build
from tests.conftest import NOW, actor, as_owner, unit
from tests.kept import kept

IN_TEN_DAYS = NOW + timedelta(days=10, hours=3)
"""Thursday 19 March, 13.00."""


def when(starts_at: datetime = IN_TEN_DAYS, **changes: Any) -> actions.WhenWhere:
    values: dict[str, Any] = {
        "starts_at": starts_at, "minutes": 60, "place_kind": MeetingPlace.ROOM, "place": "Kommunhuset, rum 3",
    }  # fmt: skip
    return actions.WhenWhere(**(values | changes))


def agenda(case: SipCase, **changes: Any) -> actions.Agenda:
    """The child is asked and comes; both guardians get the call in writing."""
    with as_owner():
        called = Guardian.objects.filter(person__matters=case.pk)
        guardians = [actions.ToldGuardian(guardian.pk, Manner.WRITTEN) for guardian in called]
    values: dict[str, Any] = {
        "purpose": "Komma överens om skolgång och stöd hemma.",
        "questions": "Hur kommer Nils tillbaka till skolan?",
        "part": Part.ALL,
        "told_how": Manner.ORAL,
        "view_asked": ViewAsked.YES,
        "own_view": "Vill att mötet är kort.",
        "guardians": guardians,
    }
    return actions.Agenda(**(values | changes))


@kept
def call(case: SipCase | None = None, *, by: Actor | None = None, now: datetime = NOW, **kwargs: Any) -> Meeting:
    """A meeting in ten days, called by the initiator, with the contact centre."""
    case = case or build.contacted(now=now)
    by = by or actor(build.INITIATOR)
    with acting(by, now):
        case = SipCase.objects.select_related("matter__person").get(pk=case.pk)
        given: dict[str, Any] = {
            "units": [(unit(build.CALLED), "")], "when": when(now + (IN_TEN_DAYS - NOW)), "agenda": agenda(case),
            "submission": uuid.uuid4(),
        }  # fmt: skip
        return actions.call_meeting(case_id=case.pk, by=by, now=now, **(given | kwargs))


def reply_of(meeting: Meeting, by: Actor, now: datetime = NOW) -> MeetingCall:
    with acting(by, now):
        return MeetingCall.objects.select_related("unit").get(meeting_id=meeting.pk, unit_id=by.unit_id)


def answer(meeting: Meeting, by: Actor | None = None, *, deputy: str = "", now: datetime = NOW) -> MeetingCall:
    by = by or actor(build.CALLED)
    mine = reply_of(meeting, by, now)
    with acting(by, now):
        return actions.reply(call_id=mine.pk, deputy=deputy, by=by, now=now)


@kept
def held(
    meeting: Meeting | None = None,
    *,
    by: Actor | None = None,
    units: Sequence[str] = (build.INITIATOR, build.CALLED),
    now: datetime | None = None,
) -> Meeting:
    """A meeting that took place, with somebody from each of the units."""
    meeting = meeting or call()
    by, now = by or actor(build.INITIATOR), now or meeting.ends_at
    with acting(by, now):
        return actions.hold(
            meeting_id=meeting.pk,
            present={unit(key).pk: f"Någon från {key}" for key in units},
            guests=[],
            by=by,
            now=now,
        )


def guest(**changes: Any) -> actions.Guest:
    """A grandmother who gets to know when and where."""
    values: dict[str, Any] = {
        "kind": GuestKind.RELATIVE, "name": "Mormor", "gets": [Gets.TIME], "told_how": Manner.ORAL,
        "person_agreed_on": NOW.date(),
    }  # fmt: skip
    return actions.Guest(**(values | changes))


NOTES = {
    "own_words": "Det gick bra att vara med.",
    "discussed": "Frånvaron och hur dagarna ser ut.",
    "agreed": "Skolan gör ett schema. BUP bedömer. Socialtjänsten håller ihop det.",
}


@kept
def noted(meeting: Meeting | None = None, *, by: Actor | None = None, now: datetime | None = None) -> Meeting:
    """A held meeting whose notes are finished."""
    meeting = meeting or held()
    by, now = by or actor(build.INITIATOR), now or meeting.ends_at + timedelta(hours=1)
    with acting(by, now):
        actions.save_notes(
            meeting_id=meeting.pk, texts=NOTES, view_asked=ViewAsked.YES, version=None, finish=True, by=by, now=now
        )
    return meeting
