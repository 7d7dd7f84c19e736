"""Where a case stands, in words, from one unit's chair: the sentence, what is done, now and later, and what comes next.

Pure: everything it tells is loaded by the page and passed in.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from core.acting import Actor
from core.authz import Button
from core.dates import swedish_date
from core.workdays import last_day
from deadlines.models import Clock
from individuals.models import Basis
from organisations.models import Unit
from sip import plan_progress
from sip.actions import (
    ACKNOWLEDGE,
    ACTIVE_CALLS,
    CONFIRM,
    FIRST_CONTACT,
    FOLLOW_UP,
    MEETING,
    MEETING_NOTES,
    MEETING_REPLY,
    PAUSABLE,
)
from sip.kinds import ENDED_STATES, PLANNING, WITH_OTHERS, CallState, Do, MeetingState, State
from sip.meetings import Stands, title_of
from sip.models import Call, Meeting, SipCase
from sip.permissions import CASE_RULES, calls
from sip.plan_progress import NO_PLAN, PlanStanding

DONE, NOW, LATER = "done", "now", "later"


@dataclass(frozen=True, slots=True)
class Task:
    """One step of the process as the task list shows it."""

    title: str
    state: str
    text: str = ""
    due_at: datetime | None = None
    lines: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Standing:
    """A case as one unit meets it."""

    case: SipCase
    by: Actor
    now: datetime
    basis: Basis | None
    clocks: Sequence[Clock]
    meetings: Sequence[Meeting] = ()
    plan: PlanStanding = NO_PLAN

    @property
    def initiated(self) -> bool:
        return self.case.matter.initiator_id == self.by.unit_id

    @property
    def covered(self) -> bool:
        """Whether a consent or ground is in force: without one only the initiator sees the case."""
        return self.basis is not None and self.basis.in_force(self.now)

    @property
    def called(self) -> list[Call]:
        """The calls that have been sent and count: not those that were handed over or ended."""
        return [c for c in calls(self.case) if c.state in ACTIVE_CALLS and c.called_at is not None]

    @property
    def unanswered(self) -> list[Call]:
        return [call for call in self.called if call.state == CallState.CALLED]

    @property
    def my_call(self) -> Call | None:
        return next((call for call in self.called if call.unit_id == self.by.unit_id), None)

    def due(self, kind: str, subjects: Iterable[object] | None = None) -> datetime | None:
        """The earliest due time of the running clocks of a kind (about some subjects)."""
        wanted = None if subjects is None else set(subjects)
        times = [
            clock.due_at
            for clock in self.clocks
            if clock.kind == kind and clock.stopped_at is None and (wanted is None or clock.subject in wanted)
        ]
        return min(times, default=None)

    @property
    def coming(self) -> Meeting | None:
        """The next meeting that is called and neither held nor cancelled."""
        called = [one for one in self.meetings if one.state == MeetingState.CALLED]
        return min(called, key=lambda one: one.starts_at, default=None)

    @property
    def lacks_meeting(self) -> bool:
        """Whether it is time to call: the parties have spoken but not met, or a new meeting is due (SIP-12)."""
        if self.case.state not in PLANNING or self.coming is not None:
            return False
        has_met = any(one.state == MeetingState.HELD for one in self.meetings)
        return (self.case.state == State.CONTACTED and not has_met) or self.due(MEETING) is not None

    @property
    def pause_reason(self) -> str:
        """Why the clock that the process has come to stands still, or empty when it runs."""
        return next((c.pause_reason for c in self.clocks if c.kind in PAUSABLE and c.paused_at), "")

    @property
    def pausable(self) -> Clock | None:
        """The clock that the process has come to: the one that pausing and starting again is about."""
        ours = [
            clock
            for clock in self.clocks
            if clock.kind in PAUSABLE and clock.stopped_at is None and clock.started_at <= self.now
        ]
        return min(ours, key=lambda clock: (not clock.paused_at, PAUSABLE.index(clock.kind)), default=None)


# --- the sentence ---------------------------------------------------------------------------------------------------
def sentence(at: Standing) -> str:
    """The case's status as one or two sentences."""
    case = at.case
    if case.state in ENDED_STATES:
        return _ended(at)
    if case.state == State.HALTED:
        return "Samtycket är återkallat. Ingen annan verksamhet ser ärendet längre."
    if case.state in (State.DRAFT, State.READY):
        return _before_sending(at)
    if not at.covered and at.basis is not None:
        day = swedish_date(last_day(at.basis.expires_at))
        return f"Samtycket gällde till och med {day}. Ingen annan verksamhet ser ärendet längre."
    if not at.called:
        return "Ingen av de kallade verksamheterna deltar längre."
    return _with_others(at)


def _ended(at: Standing) -> str:
    day = swedish_date(at.case.ended_at)
    if at.case.state == State.DECLINED:
        return f"Personen tackade nej till SIP {day}."
    if at.case.state == State.WITHDRAWN:
        return f"{_upper(_name(at, at.case.matter.initiator))} drog tillbaka initieringen {day}."
    reason = at.case.get_close_reason_display()
    return f"Avslutat {day}. {reason}."


def _before_sending(at: Standing) -> str:
    if at.case.state == State.DRAFT:
        return "Utkast. Bara er verksamhet ser ärendet."
    if not at.covered:
        return "Samtycket har gått ut. Registrera ett nytt innan ni skickar."
    return "Klart att skicka. Bara er verksamhet ser ärendet tills ni skickar."


def _with_others(at: Standing) -> str:
    parts = []
    if at.case.state == State.CONTACTED:
        by = _by_name(at, at.case.contact_unit)
        parts.append(f"Första kontakten togs {swedish_date(at.case.contacted_at)} av {by}.")
    if waiting := at.unanswered:
        parts.append(_waiting_for_answers(at, waiting))
    elif at.case.state == State.ACKNOWLEDGED:
        parts.append(_waiting_for_contact(at))
    elif plan := _plan_sentence(at):
        parts.append(plan)
        if at.case.state == State.PLANNED and at.lacks_meeting:
            parts.append(_time_to_meet(at))
    elif at.case.state == State.CONTACTED:
        parts.append(_meetings(at))
    return " ".join(parts)


def _meetings(at: Standing) -> str:
    """How the meetings go, in a sentence. The nearest one to come is told first, else the last that was held."""
    coming, held = at.coming, [one for one in at.meetings if one.state == MeetingState.HELD]
    if coming is not None:
        return f"{title_of(coming)}. {Stands(coming, at.by, at.now).sentence}"
    if held and not at.lacks_meeting:
        return f"{title_of(held[0])} är genomfört."
    return "" if at.due(MEETING) is None else _time_to_meet(at)


def _time_to_meet(at: Standing) -> str:
    return f"Kom överens om en tid för SIP-mötet{_by_when(at.due(MEETING))}."


def _plan_sentence(at: Standing) -> str:
    names = listed([_name(at, unit) for unit in at.plan.waiting])
    return plan_progress.sentence(at.plan, at.due(FOLLOW_UP), at.now, names)


def _waiting_for_answers(at: Standing, waiting: Sequence[Call]) -> str:
    names = listed([_name(at, call.unit) for call in waiting])
    due = at.due(ACKNOWLEDGE, [call.pk for call in waiting])
    if due is not None and due <= at.now:
        return f"{_upper(names)} skulle ha bekräftat senast {swedish_date(last_day(due))}."
    return f"Väntar på att {names} bekräftar{_by_when(due)}."


def _waiting_for_contact(at: Standing) -> str:
    if at.pause_reason:
        return "Fristen för första kontakten är pausad."
    due = at.due(FIRST_CONTACT)
    if due is not None and due <= at.now:
        return f"Första kontakten skulle ha tagits senast {swedish_date(last_day(due))}."
    return f"Väntar på första kontakten{_by_when(due)}."


def _by_when(due: datetime | None) -> str:
    return f", senast {swedish_date(last_day(due))}" if due else ""


def _name(at: Standing, unit: Unit | None) -> str:
    if unit is None:
        return "okänd verksamhet"
    return "ni" if unit.pk == at.by.unit_id else unit.name


def _by_name(at: Standing, unit: Unit | None) -> str:
    """The name after "av"."""
    return "er" if unit is not None and unit.pk == at.by.unit_id else _name(at, unit)


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def listed(names: Sequence[str]) -> str:
    """`A, B och C`."""
    return " och ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))


# --- the task list --------------------------------------------------------------------------------------------------
def tasks(at: Standing, missing: Sequence[str]) -> list[Task]:
    """The process step by step. `missing`: what `whats_missing` says of a draft, else empty."""
    steps = [_describe(at, missing), _consent(at), _send(at), _answers(at), _contact(at), _meeting(at), _plan(at)]
    steps += [_measures(at), _follow_up(at)]
    if at.case.state not in ENDED_STATES:
        return steps
    # What never happened is left out: an ended case has nothing to do.
    return [step for step in steps if step.state == DONE] + [Task("Ärendet är avslutat", DONE, sentence(at))]


def _describe(at: Standing, missing: Sequence[str]) -> Task:
    title = "Beskriv behovet och välj vilka som kallas"
    if at.case.sent_at is None and at.case.state == State.DRAFT:
        return Task(
            title, NOW, "Det här saknas innan initieringen kan skickas:" if missing else "", lines=list(missing)
        )
    return Task(title, DONE)


def _consent(at: Standing) -> Task:
    title = "Registrera samtycke eller grund"
    if at.covered and at.basis is not None:
        return Task(title, DONE, f"Gäller till och med {swedish_date(last_day(at.basis.expires_at))}.")
    if at.case.state == State.DRAFT:
        return Task(title, LATER)
    if at.case.state in ENDED_STATES:
        return Task(title, DONE if at.basis is not None else LATER)
    text = "Fråga personen om ett nytt samtycke, eller avsluta ärendet." if at.initiated else ""
    return Task(title, NOW, text)


def _send(at: Standing) -> Task:
    title = "Skicka initieringen"
    if at.case.sent_at is not None and at.case.state not in (State.READY, State.HALTED):
        return Task(title, DONE, f"Skickades {swedish_date(at.case.sent_at)}.")
    ready = at.case.state == State.READY and at.covered
    return Task(title, NOW if ready else LATER)


def _answers(at: Standing) -> Task:
    title = "Kallade verksamheter bekräftar"
    if at.case.state not in WITH_OTHERS:
        answered = at.case.sent_at is not None and at.case.state in ENDED_STATES and not at.unanswered
        return Task(title, DONE if answered else LATER)
    waiting = at.unanswered
    lines = [
        f"{_upper(_name(at, c.unit))} bekräftade {swedish_date(c.acknowledged_at)}"
        if c.acknowledged_at
        else f"{_upper(_name(at, c.unit))} har inte bekräftat"
        for c in at.called
    ]
    return Task(title, NOW if waiting else DONE, due_at=at.due(ACKNOWLEDGE) if waiting else None, lines=lines)


def _contact(at: Standing) -> Task:
    title = "Ta första kontakten mellan parterna"
    if at.case.contacted_at is not None:
        text = f"Togs {swedish_date(at.case.contacted_at)} av {_by_name(at, at.case.contact_unit)}."
        return Task(title, DONE, text)
    if at.case.state != State.ACKNOWLEDGED:
        return Task(title, LATER, due_at=at.due(FIRST_CONTACT))
    if at.pause_reason:
        return Task(title, NOW, f"Fristen är pausad: {at.pause_reason}")
    return Task(title, NOW, due_at=at.due(FIRST_CONTACT))


def _meeting(at: Standing) -> Task:
    title = "Ha SIP-möte"
    if at.pause_reason and at.case.contacted_at is not None:
        return Task(title, NOW, f"Fristen är pausad: {at.pause_reason}")
    if at.coming is not None:
        stands = Stands(at.coming, at.by, at.now)
        lines = [f"{_upper(_name(at, call.unit))}: {call.get_state_display().lower()}" for call in stands.called]
        return Task(
            title,
            NOW,
            f"{title_of(at.coming)}.",
            lines=lines,
            due_at=None if stands.has_begun else at.due(MEETING_REPLY),
        )
    held = [one for one in at.meetings if one.state == MeetingState.HELD]
    if at.lacks_meeting and (held or at.case.state == State.PLANNED):
        return Task(title, NOW, "Det är dags för ett nytt möte." if held else "", due_at=at.due(MEETING))
    if held:
        text = f"{title_of(held[0])} är genomfört."
        waits = not any(notes.finished_at for notes in held[0].notes.all()) and at.due(MEETING_NOTES)
        if waits and at.case.state in PLANNING:
            return Task(title, NOW, f"{text} Anteckningarna återstår.", due_at=at.due(MEETING_NOTES))
        return Task(title, DONE, text)
    return Task(title, NOW if at.case.state == State.CONTACTED else LATER, due_at=at.due(MEETING))


def _plan(at: Standing) -> Task:
    title = "Skriv planen och fastställ den"
    if at.plan.in_force is not None:
        text = f"Version {at.plan.in_force.number} gäller sedan {swedish_date(at.plan.in_force.established_at)}."
        if at.plan.draft is not None:
            text += f" Version {at.plan.draft.number} skrivs."
        return Task(title, DONE, text)
    if at.case.state != State.CONTACTED:
        return Task(title, LATER)
    lead = f" {_upper(_name(at, at.plan.lead))} fastställer den." if at.plan.lead else ""
    return Task(title, NOW, f"Version {at.plan.draft.number} skrivs.{lead}" if at.plan.draft else "")


def _measures(at: Standing) -> Task:
    title = "Var och en bekräftar sina insatser"
    if at.plan.in_force is None:
        return Task(title, LATER)
    lines = [f"{_upper(_name(at, unit))} har inte bekräftat" for unit in at.plan.waiting]
    lines += [f"{_upper(_name(at, unit))} har bekräftat" for unit in at.plan.confirmed]
    return Task(title, NOW if at.plan.waiting else DONE, due_at=at.due(CONFIRM), lines=lines)


def _follow_up(at: Standing) -> Task:
    title = "Följ upp planen"
    due_at = at.due(FOLLOW_UP)
    if at.plan.in_force is None:
        return Task(title, LATER)
    return Task(title, NOW if due_at is not None and due_at <= at.now else LATER, due_at=due_at)


# --- what one can do ------------------------------------------------------------------------------------------------
def next_do(at: Standing) -> Do | None:
    """The step the case waits for from this chair: the one primary button. None: others have the next move."""
    state = at.case.state
    if state in ENDED_STATES:
        return None
    if state in PLANNING and at.covered and (do := _of_plan(at)):
        return do
    if not at.initiated:
        if at.my_call is not None and at.my_call.state == CallState.CALLED:
            return Do.ACKNOWLEDGE
        if at.lacks_meeting:
            return Do.MEET
        return Do.RECORD_CONTACT if state == State.ACKNOWLEDGED else None
    if state == State.DRAFT:
        return Do.EDIT
    if state == State.HALTED or not at.covered:
        return Do.RECORD_BASIS
    if state == State.READY:
        return Do.SEND
    if at.lacks_meeting:
        return Do.MEET
    return Do.RECORD_CONTACT if state == State.ACKNOWLEDGED else None


def _of_plan(at: Standing) -> Do | None:
    if at.my_call is not None and at.my_call.state == CallState.CALLED:
        return None
    if at.lacks_meeting and at.plan.draft is None and at.plan.in_force is None:
        return None  # The meeting comes first, as a rule; the plan may still be begun.
    due_at = at.due(FOLLOW_UP)
    do = plan_progress.next_do(at.plan, State(at.case.state), due_at is not None and due_at <= at.now)
    if do == Do.DRAFT_PLAN and any(Stands(one, at.by, at.now).next_do() for one in at.meetings):
        return None  # A meeting waits for an answer or its notes: that is the next step.
    return do


def other_dos(at: Standing) -> list[Do]:
    """What else the page offers in this state, also what only somebody else may do (shown with who)."""
    state, first = at.case.state, next_do(at)
    offered: list[Do] = []
    if state in (State.DRAFT, State.READY):
        offered = [Do.EDIT, Do.RECORD_BASIS, Do.DECLINE, Do.CLOSE]
        if state == State.READY:
            offered.insert(2, Do.WITHDRAW_CONSENT)
    elif state == State.HALTED:
        offered = [Do.DECLINE, Do.CLOSE]
    elif state in WITH_OTHERS:
        offered = [] if at.initiated else [Do.REDIRECT]
        if state == State.SENT or (state == State.ACKNOWLEDGED and first != Do.RECORD_CONTACT):
            offered.append(Do.RECORD_CONTACT)
        if state in PLANNING:
            offered += plan_progress.other_dos(at.plan, State(state))
        offered += _clock_dos(at)
        if state in PLANNING:
            offered.append(Do.MEET)
        offered.append(Do.NOTE_OTHER_PLAN)
        offered += _ending_dos(at)
    return [do for do in offered if do != first]


def _ending_dos(at: Standing) -> list[Do]:
    if not at.initiated:
        return [Do.WITHDRAW_CONSENT, *([Do.CLOSE] if at.plan.leads else [])]
    back = [] if at.case.state == State.PLANNED else [Do.WITHDRAW]
    return [Do.RECORD_BASIS, Do.WITHDRAW_CONSENT, *back, Do.CLOSE]


def _clock_dos(at: Standing) -> list[Do]:
    if at.pausable is None:
        return []
    return [Do.RESUME] if at.pausable.paused_at else [Do.PAUSE]


# Where the page says more plainly than the action's name what the button leads to.
_LABELS = {Do.EDIT: "Fortsätt med utkastet", Do.SEND: "Granska och skicka"}


def buttons(at: Standing, dos: Iterable[Do]) -> list[Button]:
    labels = {**_LABELS, Do.RECORD_BASIS: "Förnya samtycket"} if at.covered else _LABELS
    labels = {**labels, Do.DRAFT_PLAN: plan_progress.label(at.plan, Do.DRAFT_PLAN)}
    made = CASE_RULES.buttons(at.by, at.case, dos)
    return [replace(button, label=labels.get(button.do, button.label)) for button in made]
