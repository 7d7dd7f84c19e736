"""The plan on paper: whole for each party's record, and as the person, the child and the guardians get it.

Four readers, four documents. The person's own copy is in plain Swedish, own goals first. Guardians get the same, less
what could tell where a child is when that must not be told; one who isn't called gets the planned measures and nothing
else, never the reason (IND-2, IND-3).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.conf import settings

from core.workdays import local_day
from organisations.kinds import AuthorityKind
from organisations.models import Unit
from sip.documents.discretion import in_general, without_costs, without_whereabouts
from sip.documents.sheets import Desk, Sheet
from sip.kinds import CommitmentState, Doer, PlanTextKind, RatingReader
from sip.models import Commitment, FollowUp, Goal, Measure, MeasureOutcome, Plan, PlanContact, PlanText
from sip.panels import category_labels
from sip.ratings import code_for

NO_PLAN = "Det finns ingen fastställd plan ännu."
NOT_A_CHILD = "Vårdnadshavare får ett eget exemplar bara när planen gäller ett barn."
NO_GUARDIAN = "Ingen vårdnadshavare som kallas är registrerad."
ALL_CALLED = "Alla vårdnadshavare kallas, och får hela sitt exemplar."
LEAD_GIVES = "Vårdnadshavarnas exemplar lämnas av den verksamhet som har det samlade ansvaret."
TELLS_WHERE = "Avsändaren skulle tala om var barnet går i skolan. Låt socialtjänsten lämna det här exemplaret."
PROTECTED = (
    "Barnet har skyddade personuppgifter. Då gör portalen inget exemplar till en vårdnadshavare som inte kallas: även "
    "avsändaren kan tala om var barnet finns. Bedöm själva vad som kan sägas och hur."
)


@dataclass(frozen=True, slots=True)
class Line:
    """One measure as the document tells it."""

    what: str
    who: str
    due_on: date | None
    is_persons: bool = False
    is_units: bool = False
    is_confirmed: bool = True
    result: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Aim:
    """One goal with its measures."""

    number: int
    words: str
    elaboration: str
    span: str
    lines: list[Line] = field(default_factory=list)

    @property
    def mine(self) -> list[Line]:
        return [line for line in self.lines if line.is_persons]

    @property
    def others(self) -> list[Line]:
        return [line for line in self.lines if not line.is_persons]


@dataclass(frozen=True, slots=True)
class Discretion:
    """How a reader is told what the parties wrote, and who they are. The person's own words are never altered."""

    text: Callable[[str], str]
    unit: Callable[[Unit], str]


def _whole(text: str) -> str:
    return text


RECORD = Discretion(_whole, str)
OPEN = Discretion(without_costs, str)
CAREFUL = Discretion(lambda text: without_whereabouts(without_costs(text)), in_general)


# --- reading ----------------------------------------------------------------------------------------------------------
def _aims(plan: Plan, discretion: Discretion, *, with_results: bool = False) -> list[Aim]:
    """Goals and measures that the acting unit may read; row security leaves out what is withheld from it (IND-4)."""
    confirmed = {one.unit_id: one.state == CommitmentState.CONFIRMED for one in Commitment.objects.filter(plan=plan)}
    results: dict[Any, MeasureOutcome] = {}
    if with_results:
        results = {one.measure_id: one for one in MeasureOutcome.objects.filter(measure__plan=plan).order_by("at")}
    by_goal: dict[Any, list[Line]] = {}
    for measure in Measure.objects.filter(plan=plan).select_related("unit__authority__huvudman"):
        what = discretion.text(measure.what)
        if what:
            by_goal.setdefault(measure.goal_id, []).append(
                _line(measure, what, discretion, confirmed, results.get(measure.pk))
            )
    return [
        Aim(
            number, goal.words, discretion.text(goal.elaboration), goal.get_span_display(), by_goal.get(goal.pk, [])
        )
        for number, goal in enumerate(Goal.objects.filter(plan=plan), start=1)
    ]  # fmt: skip


def _line(
    measure: Measure, what: str, discretion: Discretion, confirmed: Mapping[Any, bool], result: MeasureOutcome | None
) -> Line:
    who = discretion.unit(measure.unit) if measure.unit is not None else discretion.text(measure.answered_by)
    return Line(
        what=what,
        who=who,
        due_on=measure.due_on,
        is_persons=measure.doer == Doer.PERSON,
        is_units=measure.doer == Doer.UNIT,
        is_confirmed=measure.unit_id is None or confirmed.get(measure.unit_id, False),
        result=result.get_result_display() if result else "",
        why=result.why if result else "",
    )


def _texts(plan: Plan) -> dict[str, str]:
    return {one.kind: one.text for one in PlanText.objects.filter(plan=plan)}


def _contacts(plan: Plan) -> list[PlanContact]:
    found = PlanContact.objects.filter(plan=plan).select_related("unit__authority__huvudman")
    return sorted(found, key=lambda one: (one.unit_id != plan.lead_unit_id, one.unit.name))


def _required(desk: Desk) -> Plan:
    assert desk.plan is not None  # `missing` is asked first.
    return desk.plan


# --- the whole plan, for the record -----------------------------------------------------------------------------------
def _record(desk: Desk) -> Mapping[str, Any]:
    plan = _required(desk)
    texts = _texts(plan)
    return {
        "plan": plan,
        "texts": [(str(kind.label), texts[kind]) for kind in PlanTextKind if kind in texts],
        "aims": _aims(plan, RECORD, with_results=True),
        "contacts": _contacts(plan),
        "follow_ups": list(FollowUp.objects.filter(plan=plan).select_related("recorded_unit")),
        "basis": desk.basis,
        "categories": category_labels(desk.basis) if desk.basis else [],
        "guardians": [one for one in desk.guardians if one.is_called],
    }


# --- the person's own copy --------------------------------------------------------------------------------------------
def _own(desk: Desk) -> Mapping[str, Any]:
    return _own_words(desk) | _rating(desk, RatingReader.SELF)


def _own_words(desk: Desk) -> dict[str, Any]:
    plan = _required(desk)
    texts = _texts(plan)
    return _shown(desk, plan, OPEN) | {
        "matters": texts.get(PlanTextKind.MATTERS, ""),
        "needs": without_costs(texts.get(PlanTextKind.NEEDS, "")),
        "crisis": without_costs(texts.get(PlanTextKind.CRISIS, "")),
        "dissent": without_costs(texts.get(PlanTextKind.DISSENT, "")),
        "contacts": _contacts(plan),
    }


def _rating(desk: Desk, reader: RatingReader) -> dict[str, Any]:
    """Whose copy it is, with the code by which that reader may say what they think, once (SIP-10)."""
    code = code_for(plan=_required(desk), reader=reader)
    return {"reader": reader, "code": code, "code_address": f"{settings.PUBLIC_ADDRESS.split('//')[-1]}/tyck-till"}


def _shown(desk: Desk, plan: Plan, discretion: Discretion) -> dict[str, Any]:
    return {"plan": plan, "aims": _aims(plan, discretion), "lead": plan.lead_unit, "is_careful": discretion is CAREFUL}


# --- guardians --------------------------------------------------------------------------------------------------------
def is_careful(desk: Desk) -> bool:
    """Whether a document that guardians see must not tell where the child is (IND-3)."""
    return desk.case.matter.person.is_protected or any(not one.is_called for one in desk.guardians)


def _is_child(desk: Desk) -> bool:
    return desk.case.matter.person.is_child(local_day(desk.now))


def _no_guardian_copy(desk: Desk) -> str:
    if desk.plan is None:
        return NO_PLAN
    if not _is_child(desk):
        return NOT_A_CHILD
    if desk.case.lead_id != desk.by.unit_id:
        return LEAD_GIVES
    if is_careful(desk) and desk.unit.authority.kind == AuthorityKind.EDUCATION:
        return TELLS_WHERE
    return ""


def _no_copy_for_called(desk: Desk) -> str:
    return _no_guardian_copy(desk) or ("" if any(one.is_called for one in desk.guardians) else NO_GUARDIAN)


def _no_copy_for_uncalled(desk: Desk) -> str:
    if reason := _no_guardian_copy(desk):
        return reason
    if all(one.is_called for one in desk.guardians):
        return ALL_CALLED
    return PROTECTED if desk.case.matter.person.is_protected else ""


def _for_guardians(desk: Desk) -> Mapping[str, Any]:
    """As the child's own copy; when it must not tell where the child is, without contacts and the child's own words."""
    if not is_careful(desk):
        return _own_words(desk) | _rating(desk, RatingReader.GUARDIAN)
    shown = _shown(desk, _required(desk), CAREFUL)
    shown["aims"] = [replace(aim, lines=aim.others) for aim in shown["aims"]]
    return shown | _rating(desk, RatingReader.GUARDIAN)


def _measures_only(desk: Desk) -> Mapping[str, Any]:
    """What is planned, and nothing else (IND-2): no words of the child's, no goals, no times, nobody's name."""
    lines = [line for aim in _aims(_required(desk), CAREFUL) for line in aim.lines if line.is_units]
    return {"plan": desk.plan, "planned": sorted({(line.who, line.what) for line in lines})}


def _number(desk: Desk) -> int | None:
    return desk.plan.number if desk.plan else None


def _needs_plan(desk: Desk) -> str:
    return "" if desk.plan else NO_PLAN


PLAN = Sheet(
    name="plan",
    kind="plan",
    title="SIP, hela planen",
    about="Allt som er verksamhet får läsa i planen, för er egen akt eller journal.",
    template="documents/sip/plan.html",
    missing=_needs_plan,
    facts=_record,
    version=_number,
    is_filed=True,
)
OWN_COPY = Sheet(
    name="min-plan",
    kind="own_copy",
    title="Min plan",
    about="Personens eget exemplar på klarspråk: egna mål först, vem som gör vad och vem man kan ringa.",
    template="documents/sip/own_copy.html",
    missing=_needs_plan,
    facts=_own,
    version=_number,
    has_large=True,
)
GUARDIANS_COPY = Sheet(
    name="vardnadshavare",
    kind="guardians_copy",
    title="Planen till vårdnadshavare",
    about="Till vårdnadshavare som kallas. Har barnet skydd, eller kallas inte alla vårdnadshavare, utelämnas sådant "
    "som kan tala om var barnet finns.",
    template="documents/sip/own_copy.html",
    applies=_is_child,
    missing=_no_copy_for_called,
    facts=_for_guardians,
    version=_number,
    has_large=True,
)
PLANNED_MEASURES = Sheet(
    name="planerade-insatser",
    kind="planned_measures",
    title="Planerade insatser",
    about="Till en vårdnadshavare som inte kallas: vilka insatser som planeras, och inget annat.",
    template="documents/sip/planned_measures.html",
    applies=lambda desk: _is_child(desk) and any(not one.is_called for one in desk.guardians),
    missing=_no_copy_for_uncalled,
    facts=_measures_only,
    version=_number,
)
