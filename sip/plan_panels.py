"""What the pages of the plan show: one version as a unit may read it, and how two versions differ.

Everything is read through the case, which the caller has already found among the visible ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import TypeVar
from uuid import UUID

from agreements.models import Agreement, Responsibility
from core.dates import swedish_date
from organisations.models import Unit
from sip.actions import latest_outcomes
from sip.kinds import CommitmentState, PlanTextKind
from sip.models import Commitment, FollowUp, Goal, GoalOutcome, Measure, MeasureOutcome, Plan, PlanContact, PlanText

R = TypeVar("R", Goal, Measure)


@dataclass(frozen=True, slots=True)
class MeasureShown:
    """A measure with what stands beside it: whether its unit has confirmed, how it goes, who doesn't see it."""

    measure: Measure
    commitment: Commitment | None = None
    outcome: MeasureOutcome | None = None
    hidden_for: list[str] = field(default_factory=list)
    section: str = ""

    @property
    def is_confirmed(self) -> bool:
        return self.commitment is not None and self.commitment.state == CommitmentState.CONFIRMED

    @property
    def is_waiting(self) -> bool:
        return self.commitment is not None and not self.is_confirmed


@dataclass(frozen=True, slots=True)
class GoalShown:
    goal: Goal
    measures: list[MeasureShown]
    outcome: GoalOutcome | None = None


@dataclass(frozen=True, slots=True)
class PlanShown:
    """One version of the plan as the acting unit may read it."""

    plan: Plan
    texts: dict[str, PlanText]
    goals: list[GoalShown]
    contacts: list[PlanContact]
    commitments: list[Commitment]
    follow_ups: list[FollowUp]

    @property
    def matters(self) -> PlanText | None:
        return self.texts.get(PlanTextKind.MATTERS)

    @property
    def other_texts(self) -> list[PlanText]:
        return [self.texts[k] for k in PlanTextKind if k != PlanTextKind.MATTERS and k in self.texts]

    @property
    def unconfirmed(self) -> list[Commitment]:
        return [one for one in self.commitments if one.state == CommitmentState.WAITING]

    @property
    def measures(self) -> list[MeasureShown]:
        return [one for goal in self.goals for one in goal.measures]

    def of_unit(self, unit_id: UUID) -> list[MeasureShown]:
        return [one for one in self.measures if one.measure.unit_id == unit_id]

    def commitment_of(self, unit_id: UUID) -> Commitment | None:
        return next((one for one in self.commitments if one.unit_id == unit_id), None)


def shown(plan: Plan, agreement: Agreement) -> PlanShown:
    """Read a version with all that belongs to it. The same number of queries whatever it holds."""
    goals = list(Goal.objects.filter(plan=plan))
    measures = list(Measure.objects.filter(plan=plan).select_related("unit__authority__huvudman", "written_unit"))
    commitments = list(
        Commitment.objects.filter(plan=plan).select_related("unit", "confirmed_by").order_by("unit__name")
    )
    by_unit = {one.unit_id: one for one in commitments}
    told = latest_outcomes(plan)
    follow_ups = list(FollowUp.objects.filter(plan=plan).select_related("recorded_by", "recorded_unit"))
    outcomes = {one.goal_id: one for one in GoalOutcome.objects.filter(goal__plan=plan).order_by("at")}
    names, sections = _names(measures), _sections(measures, agreement)
    made: dict[UUID, list[MeasureShown]] = {goal.pk: [] for goal in goals}
    for one in measures:
        commitment = by_unit.get(one.unit_id) if one.unit_id else None
        hidden = [names[unit_id] for unit_id in one.withheld_from if unit_id in names]
        row = MeasureShown(one, commitment, told.get(one.pk), hidden, sections.get(one.responsibility, ""))
        made.setdefault(one.goal_id, []).append(row)
    return PlanShown(
        plan=plan,
        texts={one.kind: one for one in PlanText.objects.filter(plan=plan)},
        goals=[GoalShown(goal, made[goal.pk], outcomes.get(goal.pk)) for goal in goals],
        contacts=list(
            PlanContact.objects.filter(plan=plan).select_related("unit__authority__huvudman").order_by("unit__name")
        ),
        commitments=commitments,
        follow_ups=follow_ups,
    )


def versions(plan: Plan) -> list[Plan]:
    """Every version that the acting unit was handed, the newest first."""
    return list(Plan.objects.filter(case_id=plan.case_id).order_by("-number"))


def _names(measures: Iterable[Measure]) -> dict[UUID, str]:
    ids = {unit_id for one in measures for unit_id in one.withheld_from}
    return dict(Unit.objects.filter(pk__in=ids).values_list("pk", "name")) if ids else {}


def _sections(measures: Iterable[Measure], agreement: Agreement) -> dict[str, str]:
    keys = {one.responsibility for one in measures if one.responsibility}
    if not keys:
        return {}
    rows = Responsibility.objects.filter(agreement=agreement, key__in=keys).select_related("provision")
    return {one.key: f"{one.provision.number}: {one.answered_by}" for one in rows}


# --- how two versions differ ----------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Words:
    """Some words that stand in both versions, or in one of them: `same`, `gone` or `new`."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that differs: what it is, what happened to it (`new`, `gone`, `changed`), and the words of it."""

    about: str
    what: str
    words: list[Words]
    lines: list[str] = field(default_factory=list)


def differences(before: PlanShown, after: PlanShown) -> list[Change]:
    """What a reader of the older version needs to know of the newer one, of what the reader sees of both."""
    changes = [
        _words_of(str(kind.label), _text(before, kind), _text(after, kind))
        for kind in PlanTextKind
        if _text(before, kind) != _text(after, kind)
    ]
    goals = _paired([one.goal for one in before.goals], [one.goal for one in after.goals])
    for old, new in goals:
        changes += _row("Mål", _goal_words(old), _goal_words(new), [])
    was = {one.measure.pk: one for one in before.measures}
    for was_measure, is_measure in _paired(
        [one.measure for one in before.measures], [one.measure for one in after.measures]
    ):
        lines = _measure_lines(was_measure, is_measure)
        if is_measure is None and was_measure is not None and (outcome := was[was_measure.pk].outcome):
            lines = [f"{outcome.get_result_display()}{f': {outcome.why}' if outcome.why else ''}"]
        old_words, new_words = (one.what if one is not None else None for one in (was_measure, is_measure))
        changes += _row("Insats", old_words, new_words, lines)
    day = (before.plan.next_follow_up_on, after.plan.next_follow_up_on)
    if day[0] != day[1]:
        # As whole days: one changed word of a date is no change that anybody reads.
        words = [Words(kind, swedish_date(one)) for kind, one in zip(("gone", "new"), day, strict=True) if one]
        changes.append(Change("Nästa uppföljning", "changed" if len(words) > 1 else words[0].kind, words))
    return changes


def _text(plan: PlanShown, kind: PlanTextKind) -> str:
    return plan.texts[kind].text if kind in plan.texts else ""


def _goal_words(goal: Goal | None) -> str | None:
    return f"{goal.words}\n{goal.elaboration}".strip() if goal is not None else None


def _measure_lines(old: Measure | None, new: Measure | None) -> list[str]:
    if old is None or new is None:
        one = new or old
        assert one is not None
        return [f"{one.answered_by}, {_when(one)}"]
    lines = []
    if old.answered_by != new.answered_by:
        lines.append(f"Svarade: {old.answered_by}. Svarar nu: {new.answered_by}.")
    if old.due_on != new.due_on:
        lines.append(f"Tid: var {_when(old)}, är nu {_when(new)}.")
    return lines


def _when(measure: Measure) -> str:
    return f"senast {swedish_date(measure.due_on)}" if measure.due_on else "löpande"


def _paired(before: Sequence[R], after: Sequence[R]) -> list[tuple[R | None, R | None]]:
    """The same line in both, in the order of the newer version; what is gone comes last."""
    old = {one.line: one for one in before}
    pairs: list[tuple[R | None, R | None]] = [(old.pop(one.line, None), one) for one in after]
    return pairs + [(one, None) for one in old.values()]


def _row(about: str, old: str | None, new: str | None, lines: list[str]) -> list[Change]:
    if old is None:
        return [Change(about, "new", [Words("new", new or "")], lines)]
    if new is None:
        return [Change(about, "gone", [Words("gone", old)], lines)]
    return [Change(about, "changed", _compared(old, new), lines)] if old != new or lines else []


def _words_of(about: str, old: str, new: str) -> Change:
    what = "new" if not old else "gone" if not new else "changed"
    return Change(about, what, _compared(old, new))


def _compared(old: str, new: str) -> list[Words]:
    """Word by word, so that a changed word doesn't look like a new text."""
    was, becomes = old.split(), new.split()
    found: list[Words] = []
    for tag, a, b, c, d in SequenceMatcher(a=was, b=becomes, autojunk=False).get_opcodes():
        if tag == "equal":
            found.append(Words("same", " ".join(was[a:b])))
            continue
        if a < b:
            found.append(Words("gone", " ".join(was[a:b])))
        if c < d:
            found.append(Words("new", " ".join(becomes[c:d])))
    return found
