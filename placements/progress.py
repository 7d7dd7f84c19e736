"""Where a placement stands, in words, from one unit's chair: the sentence, the steps, and what comes next. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from core.acting import Actor
from core.authz import Button
from core.dates import swedish_date
from core.workdays import last_day, local_day
from deadlines.models import Clock
from individuals.models import Basis
from organisations.kinds import Role
from placements import clocks
from placements.kinds import Answer, Do, EndKind, ExaminationState, Law, Registration, Stage, State
from placements.models import Ansvarsforbindelse, Examination, FollowUp, Placement, Review, Stay
from placements.permissions import PLACEMENT_RULES, is_party, places
from sip.progress import DONE, LATER, NOW, Task


@dataclass(frozen=True, slots=True)
class Standing:
    """A placement as one unit meets it."""

    placement: Placement
    by: Actor
    now: datetime
    basis: Basis | None
    running: Sequence[Clock]
    versions: Sequence[Ansvarsforbindelse]
    stays: Sequence[Stay] = ()
    examinations: Sequence[Examination] = ()
    reviews: Sequence[Review] = ()
    follow_ups: Sequence[FollowUp] = ()
    shared: bool = False
    missing: Sequence[tuple[str, str]] = field(default=())

    @property
    def places(self) -> bool:
        return places(self.by, self.placement)

    @property
    def is_party(self) -> bool:
        return is_party(self.by, self.placement)

    @property
    def covered(self) -> bool:
        return self.basis is not None and self.basis.in_force(self.now)

    @property
    def in_force(self) -> Ansvarsforbindelse | None:
        """The version that holds today."""
        today = local_day(self.now)
        held = (one for one in self.versions if one.state == Stage.IN_FORCE)
        return next((one for one in held if one.valid_to is None or one.valid_to >= today), None)

    @property
    def on_the_table(self) -> Ansvarsforbindelse | None:
        return next((one for one in self.versions if one.state in (Stage.PROPOSED, Stage.SIGNED_BY_ONE)), None)

    @property
    def draft(self) -> Ansvarsforbindelse | None:
        return next((one for one in self.versions if one.state == Stage.DRAFT), None)

    @property
    def last_in_force(self) -> Ansvarsforbindelse | None:
        """The version that held until the placement, or its own time, ended."""
        return next((one for one in self.versions if one.state in (Stage.ENDED, Stage.EXPIRED)), None)

    @property
    def is_unsettled(self) -> bool:
        """Whether it is over while the cost of the time that was is not agreed on (PLC-5, PLC-6)."""
        placement, lasted = self.placement, self.placement.lasted
        if placement.state != State.ENDED or not self.is_party or lasted is None:
            return False
        if placement.agreement_needed == Answer.NO or (
            placement.agreement_needed == Answer.UNKNOWN and not placement.is_acute
        ):
            return False
        last = self.last_in_force
        return last is None or (last.valid_to is not None and last.state == Stage.EXPIRED and last.valid_to < lasted[1])

    @property
    def is_over(self) -> bool:
        return self.placement.state in (State.ENDED, State.CLOSED, State.CANCELLED)

    @property
    def signed_before_start(self) -> bool | None:
        """Whether the first version held when the placement began (PLC-4); None when none was needed."""
        first = min((one.in_force_at for one in self.versions if one.in_force_at), default=None)
        started = self.placement.started_at
        if self.placement.agreement_needed != Answer.YES or started is None:
            return None
        return first is not None and first <= started

    def due(self, *kinds: str) -> datetime | None:
        return min((one.due_at for one in self.running if one.kind in kinds), default=None)


def sentence(at: Standing) -> str:
    """The placement's status as one or two sentences."""
    placement = at.placement
    if placement.state == State.CLOSED:
        return f"Avslutad {swedish_date(placement.closed_at)}. {placement.get_close_reason_display()}."
    if placement.state == State.CANCELLED:
        return f"Placeringen blev inte av. Avslutad {swedish_date(placement.closed_at)}."
    if placement.state == State.DRAFT:
        return "Utkast. Bara er verksamhet ser placeringen."
    if placement.state == State.PLANNED:
        start = f", börjar {swedish_date(placement.planned_start)}" if placement.planned_start else ""
        return f"Förbereds tillsammans{start}. {_agreement_words(at)}".strip()
    if placement.state == State.ENDED:
        how = "oplanerat" if placement.end_kind == EndKind.UNPLANNED else "som planerat"
        waits = at.due(clocks.UNPLANNED_END)
        then = "Avsluta ärendet när eftervården är ordnad."
        if waits:
            then = f"Följ upp tillsammans senast {swedish_date(last_day(waits))}."
        elif at.is_unsettled:
            then = "Kostnaden för tiden är inte uppgjord."
        return f"Slutade {how} {swedish_date(placement.ended_at)}. {then}"
    return f"Pågår sedan {swedish_date(placement.started_at)}. {_agreement_words(at)}".strip()


def _agreement_words(at: Standing) -> str:
    if not at.is_party or at.placement.agreement_needed == Answer.NO:
        return ""
    if at.in_force is not None:
        return f"Ansvarsförbindelsen gäller till och med {swedish_date(at.in_force.valid_to)}."
    if at.on_the_table is not None:
        if at.on_the_table.state == Stage.SIGNED_BY_ONE:
            return "En part har undertecknat ansvarsförbindelsen."
        return "Ett förslag till ansvarsförbindelse ligger framme."
    if at.placement.agreement_needed == Answer.UNKNOWN:
        return "Läkaren har inte bedömt om en ansvarsförbindelse behövs."
    return "En ansvarsförbindelse behövs."


# --- the steps --------------------------------------------------------------------------------------------------------
def tasks(at: Standing) -> list[Task]:
    """The placement step by step: done, now, later."""
    steps: list[Task | None] = [_prepare(at), _share(at)]
    if at.is_party:
        steps += [_assess(at), _agree(at)]
    steps += [_start(at), _examinations(at), _follow(at), _aftercare(at), _end(at)]
    return [step for step in steps if step is not None]


def _prepare(at: Standing) -> Task:
    title = "Beskriv placeringen och vårdens del"
    if at.shared or not at.missing:
        return Task(title, DONE)
    lines = [text for text, _ in at.missing]
    return Task(title, NOW, "Det här saknas innan placeringen kan delas:", lines=lines)


def _share(at: Standing) -> Task:
    title = "Dela placeringen med vården"
    unit = at.placement.medical_unit
    if at.shared:
        return Task(title, DONE, f"{unit} deltar." if unit else "")
    started = at.placement.started_at is not None
    return Task(title, NOW if started or not at.missing else LATER)


def _assess(at: Standing) -> Task | None:
    placement, title = at.placement, "Läkaren bedömer det medicinska behovet"
    if placement.assessed_at is None and at.is_over and not at.is_unsettled:
        return None
    if placement.assessed_at:
        needed = placement.get_agreement_needed_display().lower()
        return Task(title, DONE, f"Bedömt {swedish_date(placement.assessed_at)}. Boendet utför insatser: {needed}.")
    return Task(title, NOW if at.shared else LATER, due_at=at.due(clocks.ASSESSMENT))


def _agree(at: Standing) -> Task | None:
    title = "Ansvarsförbindelse mellan kommunen och regionen"
    if at.placement.agreement_needed == Answer.NO:
        return Task(title, DONE, "Behövs inte: regionen utför vården själv.")
    if at.in_force is not None:
        words = {True: " Undertecknad innan placeringen började.", False: " Undertecknad efter att den började."}
        return Task(title, DONE, _agreement_words(at) + words.get(at.signed_before_start, ""))  # type: ignore[arg-type]
    if at.is_unsettled:
        text = (
            "Ingen gäller hela tiden som placeringen pågick. Gör upp kostnaden för den tid som var, innan ärendet "
            "avslutas. Till dess ligger den hos kommunen. Att placeringen redan har skett är inget skäl att säga nej."
        )
        return Task(title, NOW if at.shared else LATER, text, at.due(clocks.AFTER_ACUTE, clocks.EXPIRY))
    if at.is_over:
        return Task(title, DONE, _last_words(at.last_in_force)) if at.last_in_force is not None else None
    text = _agreement_words(at)
    if at.placement.started_at and at.placement.agreement_needed == Answer.YES:
        text += " Till dess bär kommunen kostnaden, och personen får det som behövs."
    return Task(title, NOW if at.shared else LATER, text, at.due(clocks.BEFORE, clocks.AFTER_ACUTE))


def _last_words(last: Ansvarsforbindelse) -> str:
    if last.signed_afterwards:
        return f"Version {last.number} undertecknades {swedish_date(last.in_force_at)} för tiden som var."
    return f"Version {last.number} gällde till slutet."


def _start(at: Standing) -> Task:
    placement = at.placement
    if placement.started_at:
        text = f"Började {swedish_date(placement.started_at)}."
        if placement.without_agreement_reason and at.is_party:
            text += f" Väntade inte på ansvarsförbindelsen: {placement.without_agreement_reason}"
        return Task("Placeringen börjar", DONE, text)
    return Task("Placeringen börjar", LATER if not at.shared else NOW)


def _examinations(at: Standing) -> Task | None:
    due = at.due(clocks.HEALTH, clocks.BEFORE_APPLICATION)
    done = [one for one in at.examinations if one.state != ExaminationState.ASKED]
    if due is None and not done:
        return None
    lines = [f"{one.get_kind_display()}: {one.get_state_display().lower()}" for one in at.examinations]
    return Task("Hälso- och tandhälsoundersökning", NOW if due else DONE, due_at=due, lines=lines)


def _follow(at: Standing) -> Task:
    title = "Följ upp tillsammans"
    due = at.due(clocks.UNPLANNED_END, clocks.FOLLOW_UP)
    text = f"Senast {swedish_date(at.follow_ups[-1].on)}." if at.follow_ups else ""
    if at.placement.state == State.ENDED:
        return Task(title, NOW if due else DONE, text, due)
    return Task(title, NOW if at.placement.state == State.ONGOING else LATER, text, due)


def _aftercare(at: Standing) -> Task:
    title = "Planera eftervården"
    if at.placement.aftercare_on:
        return Task(title, DONE, f"Planerades {swedish_date(at.placement.aftercare_on)}.")
    due = at.due(clocks.AFTERCARE)
    return Task(title, NOW if due or at.placement.state == State.ENDED else LATER, due_at=due)


def _end(at: Standing) -> Task:
    placement = at.placement
    if placement.ended_at:
        return Task("Placeringen slutar", DONE, f"Slutade {swedish_date(placement.ended_at)}.")
    planned = f"Planerat slut {swedish_date(placement.planned_end)}." if placement.planned_end else ""
    return Task("Placeringen slutar", LATER, planned)


# --- what one can do --------------------------------------------------------------------------------------------------
def next_do(at: Standing) -> Do | None:
    """The step the placement waits for from this chair. None: others have the next move, or it is the agreement's."""
    placement = at.placement
    if at.by.role in (Role.PHYSICIAN, Role.CHIEF_PHYSICIAN):
        return Do.ASSESS if placement.assessed_at is None else None
    if at.due(clocks.UNPLANNED_END):
        return Do.FOLLOW_UP
    if not at.places:
        return None
    if placement.state == State.DRAFT:
        return Do.SHARE if not at.missing else Do.EDIT
    if placement.state == State.PLANNED:
        waits = placement.agreement_needed == Answer.YES and at.in_force is None
        return None if waits else Do.START
    if placement.state == State.ONGOING and at.due(clocks.REFERRAL):
        return Do.REFER
    if placement.state == State.ONGOING and not at.shared:
        return Do.EDIT if at.missing else Do.SHARE
    if placement.state == State.ENDED and at.is_unsettled:
        return None if at.shared else Do.EDIT if at.missing else Do.SHARE
    return Do.CLOSE if placement.state == State.ENDED else None


def other_dos(at: Standing) -> list[Do]:
    """What else the page offers in this state."""
    placement, state = at.placement, at.placement.state
    offered: list[Do] = []
    if not at.places:
        if at.is_party and state in (State.ONGOING, State.ENDED):
            offered = [Do.FOLLOW_UP, Do.PLAN_AFTERCARE]
    elif state in (State.DRAFT, State.PLANNED):
        offered = [Do.EDIT, Do.RECORD_BASIS, Do.SHARE, Do.START, Do.EXAMINE, Do.WITHDRAW_CONSENT, Do.CANCEL]
    elif state == State.ONGOING:
        offered = [Do.FOLLOW_UP, Do.EXAMINE, Do.REVIEW, Do.PLAN_END, Do.PLAN_AFTERCARE, Do.MOVE, Do.EDIT]
        offered += [] if at.shared else [Do.SHARE]
        offered += [Do.REVEAL] if placement.hidden_on else [Do.HIDE] if placement.law == Law.LVU else []
        offered += [Do.NAME_READER] if placement.is_hidden else []
        offered += [] if placement.registration == Registration.HANDED_OVER else [Do.HAND_OVER]
        offered += [Do.RECORD_BASIS, Do.WITHDRAW_CONSENT, Do.END]
    elif state == State.ENDED:
        offered = [Do.FOLLOW_UP, Do.PLAN_AFTERCARE]
        offered += [Do.EDIT, Do.RECORD_BASIS, Do.SHARE] if at.is_unsettled and not at.shared else []
        offered += [Do.CLOSE]
    if Do.WITHDRAW_CONSENT in offered and not at.covered:
        offered.remove(Do.WITHDRAW_CONSENT)
    first = next_do(at)
    return [do for do in offered if do != first]


_LABELS = {Do.EDIT: "Fortsätt förbereda", Do.SHARE: "Granska och dela med vården"}


def buttons(at: Standing, dos: Iterable[Do]) -> list[Button]:
    made = PLACEMENT_RULES.buttons(at.by, at.placement, dos)
    labels = _LABELS if not at.shared else {Do.EDIT: "Ändra uppgifter"}
    return [Button(one.do, labels.get(one.do, one.label), one.decision) for one in made]
