"""A demonstration set: fictional people, cases in every state, made by the real actions as the staff would.

Numbers are of the tax agency's series for testing (serial 238 and 239), so no living person has them.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from core.acting import Actor, acting
from core.workdays import add_working_days, local_day, midnight
from individuals import actions as individuals
from individuals.actions import Receivers
from individuals.consent import Given
from individuals.identity import read_number
from individuals.kinds import BasisKind, Category, Giver, Manner, Protection
from individuals.models import Guardian, Person
from organisations.acting import actor_for
from organisations.models import Assignment, Huvudman, Unit, User
from sip import actions
from sip.kinds import ContactManner
from sip.models import Call, SipCase


@dataclass(frozen=True, slots=True)
class Someone:
    """A fictional person: birth date and serial give the number."""

    first: str
    last: str
    born: str
    serial: str
    guardians: tuple[str, ...] = ()
    protection: Protection = Protection.NONE
    interpreter: str = ""


@dataclass(frozen=True, slots=True)
class Story:
    """One case: who files for whom, calling which units, and what has happened since."""

    person: Someone
    filed_by: str
    groups: tuple[str, ...]
    need: str
    view: str
    calls: tuple[str, ...]
    days_ago: int
    then: Callable[[Telling], Telling] | None = None
    social: str = ""
    school: str = ""
    urgent: bool = False


class Telling:
    """Runs a story step by step, each at its own time."""

    def __init__(self, story: Story, now: datetime) -> None:
        self.story = story
        day = local_day(now)
        start = add_working_days(day, -story.days_ago) if story.days_ago else day
        self.at = min(midnight(start) + timedelta(hours=9, minutes=20), now - timedelta(hours=1))
        self.end = now
        self.case: SipCase
        self.initiator = _actor(story.filed_by)

    def later(self, **delta: float) -> datetime:
        self.at = min(self.at + timedelta(**delta), self.end)
        return self.at

    def run(self, who: str | None, verb: Callable[..., Any], **kwargs: Any) -> Any:
        by = _actor(who) if who else self.initiator
        now = self.later(minutes=25)
        with acting(by, now):
            return verb(by=by, now=now, **kwargs)

    def draft(self) -> Telling:
        self.case = self.run(None, self._draft)
        return self

    def _draft(self, *, by: Actor, now: datetime) -> SipCase:
        story = self.story
        person = _register(story.person, by, now)
        case = actions.start_case(person=person, submission=uuid.uuid4(), by=by, now=now)
        pieces = {Category.NEED: story.need, Category.OWN_VIEW: story.view}
        if story.social:
            pieces[Category.SOCIAL] = story.social
        if story.school:
            pieces[Category.SCHOOL] = story.school
        return actions.edit_case(
            case_id=case.pk,
            version=case.version,
            facts={
                "target_groups": list(story.groups),
                "need_noticed_at": now - timedelta(hours=1),
                "is_urgent": story.urgent,
                "view_asked": "yes",
            },
            pieces=pieces,
            calls=[(Unit.objects.select_related("authority__huvudman").get(key=key), "") for key in story.calls],
            step=5,
            by=by,
            now=now,
        )

    def consent(self) -> Telling:
        self.case = self.run(None, self._consent)
        return self

    def _consent(self, *, by: Actor, now: datetime) -> SipCase:
        today = local_day(now)
        person = self.case.matter.person
        if person.is_child(today):
            given = [
                Given(Giver.GUARDIAN, Manner.WRITTEN if i else Manner.ORAL, today, guardian_id=g.pk)
                for i, g in enumerate(person.guardians.filter(is_called=True))
            ]
        else:
            given = [Given(Giver.SELF, Manner.WRITTEN, today)]
        units = [c.unit for c in self.case.calls.select_related("unit__authority__huvudman")]
        receivers: list[Any] = [Huvudman.objects.get(pk=pk) for pk in {u.authority.huvudman_id for u in units}]
        return actions.record_basis(
            case_id=self.case.pk,
            consent=actions.Consent(
                kind=BasisKind.CONSENT,
                purpose="Planera stödet tillsammans",
                categories=[Category.NEED, Category.OWN_VIEW, Category.SOCIAL, Category.SCHOOL],
                receivers=Receivers(receivers),
                until=today + timedelta(days=180),
                given=given,
            ),
            by=by,
            now=now,
        )

    def send(self) -> Telling:
        self.case = self.run(None, actions.send, case_id=self.case.pk, version=self.case.version)
        return self

    def sent(self) -> Telling:
        return self.draft().consent().send()

    def call_of(self, who: str) -> Call:
        by = _actor(who)
        with acting(by, self.at):
            return Call.objects.select_related("unit__authority__huvudman", "case__matter").get(
                case_id=self.case.pk, unit_id=by.unit_id
            )

    def acknowledge(self, who: str) -> Telling:
        self.later(hours=2)
        self.run(who, actions.acknowledge, call_id=self.call_of(who).pk)
        return self

    def redirect(self, who: str, to: str, reason: str) -> Telling:
        self.later(hours=3)
        unit = Unit.objects.select_related("authority__huvudman", "group").get(key=to)
        self.run(who, actions.redirect, call_id=self.call_of(who).pk, to_unit=unit, reason=reason)
        return self

    def contact(self, who: str) -> Telling:
        self.later(hours=4)
        self.run(who, _contact, case_id=self.case.pk)
        return self

    def do(self, verb: Callable[..., Any], **kwargs: Any) -> Telling:
        self.later(hours=5)
        self.run(None, verb, case_id=self.case.pk, **kwargs)
        return self


def _contact(*, case_id: uuid.UUID, by: Actor, now: datetime) -> SipCase:
    return actions.record_contact(case_id=case_id, contacted_at=now, manner=ContactManner.PHONE, by=by, now=now)


def _actor(username: str) -> Actor:
    assignment = (
        Assignment.objects.select_related("user", "unit__authority__huvudman")
        .filter(user__username=username)
        .order_by("unit__key")
        .first()
    )
    assert assignment is not None, username
    return actor_for(assignment)


def check_digit(nine: str) -> int:
    """The last digit of a personnummer, from the nine before it (Luhn)."""
    doubled = (int(c) * (2 - i % 2) for i, c in enumerate(nine))
    return -sum(d // 10 + d % 10 for d in doubled) % 10


def number_of(someone: Someone) -> str:
    nine = someone.born.replace("-", "")[2:] + someone.serial
    return f"{someone.born.replace('-', '')}{someone.serial}{check_digit(nine)}"


def _register(someone: Someone, by: Actor, now: datetime) -> Person:
    identity = read_number(number_of(someone), today=local_day(now))
    person = individuals.register_person(
        person=Person(
            unit_id=by.unit_id,
            identity_kind=identity.kind,
            identity_number=identity.number,
            born_on=identity.born_on,
            sex=identity.sex,
            first_name=someone.first,
            last_name=someone.last,
            protection=someone.protection,
            interpreter=someone.interpreter,
            created_at=now,
        ),
        by=by,
    )
    for name in someone.guardians:
        Guardian.objects.get_or_create(person=person, name=name)
    return person


def years_ago(today: date, years: int, serial_days: int) -> str:
    """A birth date so that the person has just turned `years`; demonstration people don't grow old."""
    return (date(today.year - years, 1, 1) + timedelta(days=serial_days % 50)).isoformat()


def tell(stories: list[Story], now: datetime) -> int:
    """Make the cases of the stories that happen in this region. Returns how many. Run as `portal_app`."""
    there = User.objects.filter(username__in={story.filed_by for story in stories})
    usernames = set(there.values_list("username", flat=True))
    here = [story for story in stories if story.filed_by in usernames]
    for story in here:
        telling = Telling(story, now)
        if story.then is None:
            telling.draft()
        else:
            story.then(telling)
    return len(here)


def is_there() -> bool:
    """Whether the demonstration set has been made (read as the owner)."""
    return SipCase.objects.exists()
