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
from sip.actions import ACKNOWLEDGE, ACTIVE_CALLS, FIRST_CONTACT
from sip.kinds import ENDED_STATES, WITH_OTHERS, CallState, Do, State
from sip.models import Call, SipCase
from sip.permissions import CASE_RULES, calls

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
    def pause_reason(self) -> str:
        """Why the clock of the first contact stands still, or empty when it runs."""
        return next((c.pause_reason for c in self.clocks if c.kind == FIRST_CONTACT and c.paused_at), "")


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
    elif at.case.state == State.CONTACTED:
        parts.append("Kom överens om en tid för SIP-mötet.")
    return " ".join(parts)


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
    steps = [_describe(at, missing), _consent(at), _send(at), _answers(at), _contact(at)]
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
    title = "Ta första kontakten mellan region och kommun"
    if at.case.contacted_at is not None:
        text = f"Togs {swedish_date(at.case.contacted_at)} av {_by_name(at, at.case.contact_unit)}."
        return Task(title, DONE, text)
    if at.case.state != State.ACKNOWLEDGED:
        return Task(title, LATER, due_at=at.due(FIRST_CONTACT))
    if at.pause_reason:
        return Task(title, NOW, f"Fristen är pausad: {at.pause_reason}")
    return Task(title, NOW, due_at=at.due(FIRST_CONTACT))


# --- what one can do ------------------------------------------------------------------------------------------------
def next_do(at: Standing) -> Do | None:
    """The step the case waits for from this chair: the one primary button. None: others have the next move."""
    state = at.case.state
    if state in ENDED_STATES:
        return None
    if not at.initiated:
        if at.my_call is not None and at.my_call.state == CallState.CALLED:
            return Do.ACKNOWLEDGE
        return Do.RECORD_CONTACT if state == State.ACKNOWLEDGED else None
    if state == State.DRAFT:
        return Do.EDIT
    if state == State.HALTED or not at.covered:
        return Do.RECORD_BASIS
    if state == State.READY:
        return Do.SEND
    return Do.RECORD_CONTACT if state == State.ACKNOWLEDGED else None


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
        offered += _clock_dos(at)
        offered += (
            [Do.RECORD_BASIS, Do.WITHDRAW_CONSENT, Do.WITHDRAW, Do.CLOSE] if at.initiated else [Do.WITHDRAW_CONSENT]
        )
    return [do for do in offered if do != first]


def _clock_dos(at: Standing) -> list[Do]:
    contacts = [c for c in at.clocks if c.kind == FIRST_CONTACT and c.stopped_at is None]
    if any(c.paused_at for c in contacts):
        return [Do.RESUME]
    return [Do.PAUSE] if contacts else []


# Where the page says more plainly than the action's name what the button leads to.
_LABELS = {Do.EDIT: "Fortsätt med utkastet", Do.SEND: "Granska och skicka"}


def buttons(at: Standing, dos: Iterable[Do]) -> list[Button]:
    labels = {**_LABELS, Do.RECORD_BASIS: "Förnya samtycket"} if at.covered else _LABELS
    made = CASE_RULES.buttons(at.by, at.case, dos)
    return [replace(button, label=labels.get(button.do, button.label)) for button in made]
