"""Mitt att göra: what waits for the acting unit, most pressing first, each with the words and the way to the form.

Rows come from the unit's running clocks, from its own cases that no clock runs for, and from messages to its level.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import takewhile
from uuid import UUID

from django.db.models import Q, QuerySet
from django.urls import reverse

from core.acting import Actor
from core.dates import swedish_date
from core.models import Message
from core.outbox import kind_of
from core.workdays import last_day, local_day
from deadlines import todo as chapters
from deadlines.models import Clock
from deadlines.todo import Waiting, pressing
from individuals.kinds import MatterKind
from individuals.models import Matter
from individuals.querysets import goes_on
from organisations.kinds import MANAGERS, Role
from organisations.models import Assignment
from sip import todo_filing, todo_meeting
from sip.actions import (
    ACKNOWLEDGE,
    CONFIRM,
    DRAFT,
    EXPIRY,
    FIRST_CONTACT,
    FOLLOW_UP,
    LEAD_ANSWER,
    MEETING,
    MEETING_NOTES,
    MEETING_REPLY,
    PLAN_RENEWAL,
)
from sip.kinds import State
from sip.models import SipCase

AT_MOST = 100
"""Rows of one kind on the page; the rest is in the list, sorted the same way."""

ANSWER, CONTACT, DRAFTS, CONSENT, OTHERS, PLAN = "svara", "kontakt", "utkast", "samtycke", "andra", "plan"
KINDS = {
    ANSWER: "Bekräfta",
    CONTACT: "Första kontakt",
    todo_meeting.MEETINGS: "Möten",
    PLAN: "Planer",
    todo_filing.FILING: "För till akt",
    DRAFTS: "Utkast",
    CONSENT: "Samtycke",
}

# These say that something waits. The page shows the thing itself, as long as it waits.
_SHOWN_AS_TASKS = (
    "sip.called", "sip.redirected_to", "sip.meeting_called", "sip.lead_offered", "deadline.warn", "deadline.due",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Notice:
    """One unread message, with a way to its case when the unit still sees it."""

    message: Message
    subject: str
    text: str
    href: str
    lifted: bool


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Another assignment of the acting manager, and how much lifted to it is unread."""

    assignment: Assignment
    count: int


def waiting(by: Actor, now: datetime) -> list[Waiting]:
    """Everything that waits for the acting unit, overdue first.

    One row per case, the step that comes first; and one per watch over compulsory care (SIP-12).
    """
    clocks = (
        Clock.objects.filter(goes_on(by, now, MatterKind.SIP, "matter_id"), unit_id=by.unit_id, stopped_at=None)
        .exclude(started_at__gt=now)  # Notes are asked for when the meeting has been.
        # What lies far ahead waits for nobody until it has been warned about.
        .exclude(kind__in=[EXPIRY, FOLLOW_UP, PLAN_RENEWAL], stage_times__0__gt=now)
        .select_related("matter__person", "matter__initiator", "matter__sip")
        .order_by("due_at")[: AT_MOST * 2]
    )
    by_case: dict[UUID, list[Clock]] = {}
    for clock in clocks:
        # Compulsory care is tried anew beside the process: it is no step of it, and no step waits for it.
        alone = clock.subject if clock.kind == PLAN_RENEWAL else None
        by_case.setdefault(alone or _matter(clock).pk, []).append(clock)
    meetings = todo_meeting.find(clocks)
    rows = [_row(found, meetings) for found in by_case.values()]
    rows += [_own(case) for case in _own_without_clock(by, now) if case.pk not in by_case]
    rows += todo_filing.rows(by, now, AT_MOST)
    rows += chapters.waiting(by, now)
    return sorted(rows, key=pressing)


_ORDER = (
    ACKNOWLEDGE, LEAD_ANSWER, CONFIRM, DRAFT, EXPIRY, FIRST_CONTACT, MEETING_REPLY, MEETING, MEETING_NOTES,
    FOLLOW_UP,
)  # fmt: skip
"""Which step comes first when several clocks of one case run for the same unit."""


def _row(clocks: Sequence[Clock], meetings: Mapping[UUID, todo_meeting.Found]) -> Waiting:
    """One row for a case: the step that comes first, as pressing as the earliest of what runs for the unit."""
    first = min(clocks, key=lambda clock: _ORDER.index(clock.kind) if clock.kind in _ORDER else len(_ORDER))
    row = _of_kind(first, meetings)
    if row.paused or first.kind == EXPIRY:
        return row
    running = [clock for clock in clocks if clock.kind != EXPIRY and clock.paused_at is None]
    row = replace(row, due_at=min(clock.due_at for clock in running))
    contact = next((clock for clock in running if clock.kind == FIRST_CONTACT), None)
    if first.kind != ACKNOWLEDGE or contact is None:
        return row
    return replace(row, note=f"Därefter första kontakten, senast {swedish_date(last_day(contact.due_at))}")


def _of_kind(clock: Clock, meetings: Mapping[UUID, todo_meeting.Found]) -> Waiting:
    matter = _matter(clock)
    initiator = matter.initiator.name
    if clock.kind == ACKNOWLEDGE:
        what = f"Bekräfta att ni har tagit emot SIP-initieringen från {initiator}"
        return Waiting(ANSWER, what, matter, _to("sip:acknowledge", matter), clock.due_at)
    if clock.kind == EXPIRY:
        return _expiring(clock)
    if clock.kind in todo_meeting.KINDS:
        return todo_meeting.row(clock, meetings)
    if clock.kind in _OF_PLAN:
        what, address = _OF_PLAN[clock.kind]
        return Waiting(PLAN, what, matter, _to(address, matter), clock.due_at)
    if matter.sip.state in (State.DRAFT, State.READY):
        return replace(_own(matter.sip), due_at=clock.due_at)
    if clock.paused_at:
        what = "Starta fristen för första kontakten igen"
        note = f"Pausad: {clock.pause_reason}"
        return Waiting(CONTACT, what, matter, _to("sip:resume", matter), note=note, paused=True)
    return Waiting(CONTACT, _contact_with(clock), matter, _to("sip:contact", matter), clock.due_at)


_OF_PLAN = {
    CONFIRM: ("Bekräfta era insatser i planen", "sip:plan_confirm"),
    FOLLOW_UP: ("Följ upp planen", "sip:plan_follow_up"),
    LEAD_ANSWER: ("Svara om ni kan ta över det övergripande ansvaret", "sip:lead_answer"),
}


def _contact_with(clock: Clock) -> str:
    return f"Ta första kontakten med {_matter(clock).initiator.name}"


def _expiring(clock: Clock) -> Waiting:
    day = swedish_date(last_day(clock.due_at))
    return Waiting(
        CONSENT,
        "Fråga personen om nytt samtycke, eller avsluta",
        _matter(clock),
        _to("sip:case", _matter(clock)),
        clock.due_at,
        note=f"Samtycket gäller till och med {day}",
    )


def _own(case: SipCase) -> Waiting:
    matter = case.matter
    if case.state == State.HALTED:
        what = "Ta ställning: nytt samtycke eller avsluta"
        return Waiting(CONSENT, what, matter, _to("sip:case", matter), note="Samtycket är återkallat")
    what = "Granska och skicka initieringen" if case.state == State.READY else "Gör klart eller avsluta utkastet"
    return Waiting(DRAFTS, what, matter, _to("sip:case", matter))


def on_others(by: Actor, now: datetime) -> list[Waiting]:
    """What the cases that the unit initiated wait for from called units, most pressing first."""
    clocks = (
        Clock.objects.filter(
            goes_on(by, now, MatterKind.SIP, "matter_id"),
            Q(matter__initiator_id=by.unit_id) | Q(kind=CONFIRM, matter__sip__lead_unit_id=by.unit_id),
            kind__in=[ACKNOWLEDGE, FIRST_CONTACT, CONFIRM],
            stopped_at=None,
            paused_at=None,
        )
        .exclude(unit_id=by.unit_id)
        .select_related("matter__person", "unit")
        .order_by("due_at")[: AT_MOST * 2]
    )
    by_call: dict[UUID, list[Clock]] = {}
    for clock in clocks:
        by_call.setdefault(clock.subject, []).append(clock)
    return sorted((_of_another(found) for found in by_call.values()), key=pressing)


def _of_another(clocks: Sequence[Clock]) -> Waiting:
    first = min(clocks, key=lambda clock: _ORDER.index(clock.kind))
    to_do = {ACKNOWLEDGE: "ska bekräfta att de har tagit emot", CONFIRM: "ska bekräfta sina insatser i planen"}.get(
        first.kind, "ska ta första kontakten"
    )
    matter = _matter(first)
    return Waiting(OTHERS, f"{first.unit.name} {to_do}", matter, _to("sip:case", matter), first.due_at)


def _own_without_clock(by: Actor, now: datetime) -> Iterable[SipCase]:
    """Own cases whose next step is ours though no clock may run: drafts, and those whose consent was withdrawn."""
    mine = (
        SipCase.objects.visible_to(by, now)
        .on_desk()
        .filter(matter__initiator_id=by.unit_id, state__in=[State.DRAFT, State.READY, State.HALTED])
    )
    return mine.select_related("matter__person", "matter__initiator").order_by("matter__opened_at")[:AT_MOST]


def _matter(clock: Clock) -> Matter:
    """The matter of a clock that was found by it."""
    assert clock.matter is not None
    return clock.matter


def _to(name: str, matter: Matter) -> str:
    return reverse(name, args=[matter.pk])


# --- messages ---------------------------------------------------------------
def unread(by: Actor, now: datetime) -> QuerySet[Message]:
    """Unread messages to the acting unit, at the actor's level and at vacant levels below it (ORG-3)."""
    mine = _unread().filter(Q(to_user_id=None) | Q(to_user_id=by.user_id), to_unit_id=by.unit_id)
    levels = _levels(by.role, _held_below(by.role, [by.unit_id], now).get(by.unit_id, set()))
    if by.role in (Role.CASEWORKER, Role.NEAREST_MANAGER):
        levels.append("")  # The unit's own, and those to one person there.
    shown = [*_SHOWN_AS_TASKS, *chapters.shown_as_rows()]
    return mine.filter(to_level__in=levels).exclude(kind__in=shown).order_by("-planned_at")


def lifted_elsewhere(by: Actor, now: datetime) -> list[Elsewhere]:
    """Other units that the acting manager leads at the same level, where something lifted is unread."""
    if by.role not in MANAGERS:
        return []
    mine = Assignment.objects.in_force(local_day(now)).filter(user_id=by.user_id, role=by.role)
    others = {one.unit_id: one for one in mine.exclude(unit_id=by.unit_id).select_related("unit")}
    waiting = Counter(
        _unread().filter(to_unit_id__in=others).exclude(to_level="").values_list("to_unit_id", "to_level")
    )
    if not waiting:
        return []
    held = _held_below(by.role, [unit_id for unit_id, _ in waiting], now)
    counts: Counter[UUID] = Counter()
    for (unit_id, level), count in waiting.items():
        if level in _levels(by.role, held.get(unit_id, set())):
            counts[unit_id] += count
    found = [Elsewhere(others[unit_id], count) for unit_id, count in counts.items()]
    return sorted(found, key=lambda one: one.assignment.unit.name)


def _unread() -> QuerySet[Message]:
    return Message.objects.filter(seen_at=None)


def _held_below(role: str, units: Iterable[UUID], now: datetime) -> dict[UUID, set[str]]:
    """Per unit, the levels of management below `role` that somebody holds."""
    held: dict[UUID, set[str]] = {}
    if below := _below(role):
        holders = Assignment.objects.in_force(local_day(now)).filter(unit_id__in=units, role__in=below)
        for unit_id, level in holders.values_list("unit_id", "role"):
            held.setdefault(unit_id, set()).add(level)
    return held


def _below(role: str) -> tuple[Role, ...]:
    return MANAGERS[: MANAGERS.index(Role(role))] if role in MANAGERS else ()


def _levels(role: str, held: set[str]) -> list[str]:
    """The levels whose messages reach `role`: its own, and for managers the vacant ones next below."""
    vacant = takewhile(lambda level: level not in held, reversed(_below(role)))
    return [role, *map(str, vacant)]


def notices(by: Actor, now: datetime) -> list[Notice]:
    """The unread messages as rows, lifted ones first."""
    messages = list(unread(by, now)[:AT_MOST])
    matters = {message.matter_id for message in messages if message.matter_id}
    seen = dict(Matter.objects.visible_to(by, now).filter(pk__in=matters).values_list("pk", "kind")) if matters else {}
    rows = [
        Notice(
            message,
            kind_of(message).subject,
            _text(message),
            _link(message, seen.get(message.matter_id, "") if message.matter_id else ""),
            message.to_level in MANAGERS,
        )
        for message in messages
    ]
    return sorted(rows, key=lambda row: not row.lifted)


def _link(message: Message, kind: str) -> str:
    """The way to what a message is about, when the unit still sees it. `kind`: of its matter, empty when it doesn't."""
    if kind == MatterKind.SIP:
        return reverse("sip:case", args=[message.matter_id])
    if message.kind == "sip.handed_over":
        return reverse("sip:list") + "?vem=jag"
    return chapters.link(message, kind)


def _text(message: Message) -> str:
    facts = dict(message.facts)
    if due := facts.get("due_at"):
        facts["when"] = swedish_date(last_day(datetime.fromisoformat(due)))
    return kind_of(message).text(facts)


def mark_read(messages: QuerySet[Message], *, by: Actor, now: datetime) -> None:
    """Take messages out of the unit's unread ones. Who did it is kept."""
    messages.update(seen_at=now, seen_by=by.user_id)
