"""What a case page shows beside the case itself: who sees what, the texts one may read, and why each clock is due.

Everything is read through the case, which the caller has already found among the visible ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from django.db.models import Prefetch

from agreements.values import TermUnit
from core.acting import Actor
from core.authz import Button
from core.dates import swedish_date
from core.templatetags.portal import plural
from deadlines.models import Clock
from individuals.kinds import Category, ParticipantRole
from individuals.models import Basis, BasisScope, ConsentGiver, Disclosure, Matter, Participant, Piece
from individuals.querysets import may_read
from organisations.models import Unit
from sip.actions import EXPIRY
from sip.kinds import COMPULSORY, ENDED_STATES, OPEN_STATES, OtherPlanDo
from sip.models import MeetingNotes, OtherPlan, PlanDisclosure, SipCase
from sip.permissions import OTHER_PLAN_RULES

_TIME_WORDS = {
    TermUnit.WORKING_DAYS: "arbetsdag,arbetsdagar",
    TermUnit.DAYS: "dag,dagar",
    TermUnit.HOURS: "timme,timmar",
    TermUnit.MONTHS: "månad,månader",
    TermUnit.YEARS: "år,år",
}


@dataclass(frozen=True, slots=True)
class Sight:
    """One unit and what it sees, or saw, of the case (IND-7): in plain words, with the ground and its end."""

    unit: Unit
    is_mine: bool
    wrote: list[str]
    was_given: list[str]
    basis: Basis | None
    since: datetime
    sees_now: bool
    ended_at: datetime | None = None
    why_ended: str = ""


@dataclass(frozen=True, slots=True)
class Text:
    """The pieces of one category that the acting unit may read."""

    label: str
    pieces: list[Piece] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Explained:
    """A clock with its reason (LAW-7): told from the stored row alone."""

    clock: Clock
    what: str
    counted: str
    source: str
    is_mine: bool
    was_late: bool


def who_sees_what(case: SipCase | Matter, pieces: Sequence[Piece], by: Actor, now: datetime) -> list[Sight]:
    """Everybody who sees or has seen the case, those who see it now first. `pieces`: those the reader may read."""
    participants = list(
        Participant.objects.filter(matter_id=case.pk)
        .select_related("unit__authority__huvudman", "basis")
        .order_by("since", "pk")
    )
    ledger = list(Disclosure.objects.filter(matter_id=case.pk).order_by("at"))
    written = _written(pieces, ledger)
    sights = [_sight(one, by, now, written, ledger) for one in participants]
    if isinstance(case, SipCase) and case.contacted_at is not None:
        sights = _with_plans_and_meetings(case, sights)
    return sorted(sights, key=lambda sight: (not sight.sees_now, sight.since))


def _sight(
    one: Participant, by: Actor, now: datetime, written: dict[UUID, set[str]], ledger: Sequence[Disclosure]
) -> Sight:
    ended_at, why = one.ended_at, one.get_end_reason_display()
    if ended_at is None and one.basis is not None and not one.basis.in_force(now):
        ended_at, why = one.basis.expires_at, f"{one.basis.get_kind_display()} gick ut"
    to_it = {d.category for d in ledger if d.to_unit_id == one.unit_id and d.at >= one.since}
    return Sight(
        unit=one.unit,
        is_mine=one.unit_id == by.unit_id,
        wrote=_labels(written.get(one.unit_id, set())),
        was_given=_labels(to_it),
        basis=one.basis,
        since=one.since,
        sees_now=ended_at is None,
        ended_at=ended_at,
        why_ended=why,
    )


def _with_plans_and_meetings(case: SipCase, sights: Iterable[Sight]) -> list[Sight]:
    """Add what the plan's own ledger says, of what the reader may know of it, and the finished notes of meetings.

    Who takes part reads the notes; who has left read those that were finished until then.
    """
    wrote: dict[UUID, list[str]] = {}
    given: dict[UUID, list[str]] = {}
    handed = PlanDisclosure.objects.filter(case_id=case.pk).order_by("plan__number", "is_established")
    for from_unit, to_unit, number, established in handed.values_list(
        "from_unit_id", "to_unit_id", "plan__number", "is_established"
    ):
        what = f"planen, version {number}" if established else f"utkastet till planens version {number}"
        for unit_id, found in ((from_unit, wrote), (to_unit, given)):
            if what not in found.setdefault(unit_id, []):
                found[unit_id].append(what)
    notes = MeetingNotes.objects.filter(case_id=case.pk).exclude(finished_at=None).order_by("finished_at")
    finished = list(notes.values_list("written_by_unit_id", "finished_at", "meeting__starts_at"))
    made = []
    for sight in sights:
        mine = [(w, f"anteckningarna från mötet {swedish_date(m)}") for w, f, m in finished if f and _saw(sight, f)]
        pk = sight.unit.pk
        own = list(dict.fromkeys([*wrote.get(pk, []), *(text for writer, text in mine if writer == pk)]))
        others = list(dict.fromkeys([*given.get(pk, []), *(text for writer, text in mine if writer != pk)]))
        made.append(replace(sight, wrote=[*sight.wrote, *own], was_given=[*sight.was_given, *others]))
    return made


def _saw(sight: Sight, at: datetime) -> bool:
    return sight.ended_at is None or at <= sight.ended_at


def _written(pieces: Sequence[Piece], ledger: Sequence[Disclosure]) -> dict[UUID, set[str]]:
    """Categories per writing unit: what the reader may read, and what the ledger says was handed over."""
    written: dict[UUID, set[str]] = {}
    for piece in pieces:
        written.setdefault(piece.written_by_id, set()).add(piece.category)
    for one in ledger:
        written.setdefault(one.from_unit_id, set()).add(one.category)
    return written


def _labels(categories: set[str]) -> list[str]:
    return [str(c.label) for c in Category if c in categories]


def readable(case: SipCase | Matter, by: Actor) -> list[Piece]:
    """The newest version of each text the acting unit may read."""
    return list(
        Piece.objects.filter(may_read(by), matter_id=case.pk)
        .select_related("written_by")
        .order_by("category", "written_by_id", "-version")
        .distinct("category", "written_by_id")
    )


def texts(pieces: Sequence[Piece]) -> list[Text]:
    """Pieces grouped by category, in the categories' own order."""
    by_category: dict[str, list[Piece]] = {}
    for piece in pieces:
        by_category.setdefault(piece.category, []).append(piece)
    return [Text(str(c.label), by_category[c]) for c in Category if c in by_category]


def category_labels(basis: Basis) -> list[str]:
    return _labels(set(basis.categories))


BASES = Prefetch(
    "matter__bases",
    Basis.objects.filter(replaced_at=None)
    .select_related("recorded_by")
    .prefetch_related(
        Prefetch("scopes", BasisScope.objects.select_related("huvudman", "authority", "unit")),
        Prefetch("givers", ConsentGiver.objects.select_related("guardian")),
    ),
)
"""The bases of a case with their receivers and givers, read once for a page."""


def basis_in_use(matter: Matter) -> Basis | None:
    """The latest basis: in force, expired or withdrawn. A page finds its matter with `BASES`, to read them once."""
    kept = (basis for basis in matter.bases.all() if basis.replaced_at is None)
    return max(kept, key=lambda basis: basis.recorded_at, default=None)


def loses_access(case: SipCase | Matter, now: datetime) -> list[Sight]:
    """Who would no longer see the case if the consent were withdrawn now (IND-8)."""
    others = (
        Participant.objects.filter(matter_id=case.pk, ended_at=None)
        .exclude(role=ParticipantRole.INITIATOR)
        .select_related("unit__authority__huvudman", "basis")
    )
    ledger = list(Disclosure.objects.filter(matter_id=case.pk, ended_at=None))
    return [
        Sight(
            unit=one.unit,
            is_mine=False,
            wrote=[],
            was_given=_labels({d.category for d in ledger if d.to_unit_id == one.unit_id}),
            basis=one.basis,
            since=one.since,
            sees_now=True,
        )
        for one in others
        if one.basis is not None and one.basis.in_force(now)
    ]


def handed_on(case: SipCase, by: Actor) -> list[str]:
    """The categories that go along when the acting unit hands its call over (SIP-4)."""
    mine = Disclosure.objects.filter(matter_id=case.pk, to_unit_id=by.unit_id, ended_at=None)
    return _labels(set(mine.values_list("category", flat=True)))


# --- clocks ---------------------------------------------------------------------------------------------------------
def clocks_of(case: SipCase | Matter) -> list[Clock]:
    """All clocks of the case, running ones first, by due time."""
    found = Clock.objects.filter(matter_id=case.pk).select_related("unit").order_by("due_at")
    return sorted(found, key=lambda clock: clock.stopped_at is not None)


def explained(clocks: Sequence[Clock], by: Actor) -> list[Explained]:
    return [
        Explained(
            clock,
            "Samtycket går ut" if clock.kind == EXPIRY else clock.label,
            _counted(clock),
            _source(clock),
            clock.unit_id == by.unit_id,
            clock.stopped_at is not None and clock.stopped_at >= clock.due_at,
        )
        for clock in clocks
    ]


def _counted(clock: Clock) -> str:
    if not clock.term_value:
        return "Följer av den sista dagen som samtycket gäller."
    time = plural(clock.term_value, *_TIME_WORDS[TermUnit(clock.term_unit)].split(","))
    return f"{time} från {swedish_date(clock.started_at)}."


def _source(clock: Clock) -> str:
    if clock.term_source:
        return f"Överenskommelsen {clock.term_source}"
    return "Portalens standardtid. Överenskommelsen anger inget antal; den regionala utvecklingsgruppen kan ändra det."


def still_readable_until(case: SipCase, basis: Basis | None) -> datetime | None:
    """When an ended case stops being visible to the called units: until then they file their copy (IND-10)."""
    return basis.expires_at if basis is not None and case.state in ENDED_STATES and basis.withdrawn_at is None else None


# --- plans made elsewhere -------------------------------------------------------------------------------------------
def basis_covers_health(case: SipCase, now: datetime) -> bool:
    """Whether others who take part see that a plan of discharge or compulsory care exists (SIP-12)."""
    basis = basis_in_use(case.matter)
    return basis is not None and basis.in_force(now) and Category.HEALTH in basis.categories


def other_plans(case: SipCase, by: Actor, now: datetime) -> list[tuple[OtherPlan, list[Button]]]:
    """The plans made elsewhere that the acting unit may see, with what it can do about its own."""
    plans = OtherPlan.objects.visible_to(by, now).filter(case_id=case.pk).select_related("noted_by_unit")
    found = []
    for plan in plans:
        dos = [OtherPlanDo.REVIEW, OtherPlanDo.END] if plan.kind in COMPULSORY else [OtherPlanDo.END]
        offered = OTHER_PLAN_RULES.buttons(by, plan, dos) if case.state in OPEN_STATES else []
        found.append((plan, [button for button in offered if button.decision]))
    return found
