"""How it goes with the plan (SIP-9): each measure's state, the follow-ups, and what comes next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from core.acting import Actor
from core.authz import NotAllowed, Refused
from core.dates import swedish_date
from core.transitions import Gone, transition
from core.workdays import end_of, local_day
from deadlines import actions as deadlines
from individuals import actions as individuals
from organisations.models import Unit
from sip.actions.plan import basis_in_force, open_plan, plan_in_force
from sip.actions.shared import FOLLOW_UP, others_in, tell
from sip.kinds import NEEDS_WHY, OPEN_RESULTS, Do, FollowUpDecision, GoalResult, MeasureResult
from sip.models import FollowUp, Goal, GoalOutcome, Measure, MeasureOutcome, Plan, SipCase
from sip.permissions import CASE_RULES


@dataclass(frozen=True, slots=True)
class Told:
    """How one measure goes. Why is needed for what isn't done."""

    result: MeasureResult
    why: str = ""


def report_measure(*, measure_id: UUID, told: Told, by: Actor, now: datetime) -> MeasureOutcome:
    """Tell how a measure of the plan in force goes: its own unit, the unit in the lead, or anyone if no unit does it.

    Raises `Refused`, `Gone`.
    """
    found = Measure.objects.filter(pk=measure_id).values_list("case_id", flat=True).first()
    if found is None:
        raise Gone(Measure._meta.label)
    with transition(SipCase, found, Do.CONFIRM_MEASURES, rules=CASE_RULES, by=by, now=now) as case:
        basis_in_force(case, now)
        plan = plan_in_force(case)
        measure = Measure.objects.filter(pk=measure_id, plan=plan).select_related("unit").first()
        if measure is None:
            raise Refused("Det finns en nyare version av planen. Berätta hur det går där.")
        if measure.unit_id not in (None, by.unit_id) and case.lead_id != by.unit_id:
            raise NotAllowed(f"Det här gör {measure.unit}, som svarar för insatsen.")
        return _tell_of(measure, told, by=by, now=now)


def record_follow_up(
    *,
    case_id: UUID,
    number: int,
    held_on: date,
    goals: Mapping[UUID, tuple[GoalResult, str]],
    measures: Mapping[UUID, Told],
    changed_needs: str,
    decision: FollowUpDecision,
    next_on: date | None,
    by: Actor,
    now: datetime,
) -> FollowUp:
    """Record a follow-up of the version `number`: every goal and measure that the acting unit sees, and what is next.

    A new version is opened with what is open carried over; or the plan is kept, with a new day. Closing is an action
    of its own, afterwards. Raises `Refused`.
    """
    today = local_day(now)
    if held_on > today:
        raise Refused("Dagen har inte varit ännu.", field="held_on")
    with transition(SipCase, case_id, Do.FOLLOW_UP, rules=CASE_RULES, by=by, now=now) as case:
        basis_in_force(case, now)
        plan = plan_in_force(case)
        if plan is None or plan.number != number:
            raise Refused("Det finns en nyare version av planen. Läs den och följ upp den i stället.")
        assert plan.established_at is not None
        if held_on < local_day(plan.established_at):
            day = swedish_date(plan.established_at)
            raise Refused(f"Planen fastställdes {day}. Uppföljningen kan inte ha varit före det.", field="held_on")
        if decision == FollowUpDecision.KEEP and (next_on is None or next_on <= today):
            raise Refused("Välj en ny dag för uppföljning, framåt i tiden.", field="next_on")
        follow_up = FollowUp.objects.create(
            plan=plan, case=case, held_on=held_on, changed_needs=changed_needs.strip(), decision=decision,
            next_on=next_on if decision == FollowUpDecision.KEEP else None, recorded_at=now, recorded_by_id=by.user_id,
            recorded_unit_id=by.unit_id,
        )  # fmt: skip
        _goals(follow_up, plan, goals, now=now)
        _measures(follow_up, plan, measures, by=by, now=now)
        _next_clock(case, plan, follow_up, now=now)
        individuals.note(
            case.matter,
            "followed_up",
            f"Plan, version {plan.number}, följdes upp {swedish_date(held_on)}",
            by=by,
            now=now,
        )
        for unit_id in others_in(case, by):
            tell(case, "sip.followed_up", unit_id, f"follow_up:{follow_up.pk}:{unit_id}", by=by, now=now)
    if decision == FollowUpDecision.NEW_VERSION:
        open_plan(case_id=case_id, by=by, now=now)
    return follow_up


def latest_outcomes(plan: Plan) -> dict[UUID, MeasureOutcome]:
    """How each measure goes, by what was told last."""
    rows = MeasureOutcome.objects.filter(measure__plan=plan).order_by("measure_id", "-at", "pk")
    return {one.measure_id: one for one in rows.distinct("measure_id").select_related("by_unit")}


def open_measures(plan: Plan) -> list[Measure]:
    """Measures that are neither done nor dropped, of those the acting unit sees."""
    told = latest_outcomes(plan)
    measures = Measure.objects.filter(plan=plan).select_related("unit", "goal")
    return [one for one in measures if one.pk not in told or told[one.pk].result in OPEN_RESULTS]


def end_measures(plan: Plan, ended: Mapping[UUID, Told], *, by: Actor, now: datetime) -> None:
    """Before closing: every open measure is told to be done, or dropped with the reason (SIP-10). Raises `Refused`."""
    still_open = open_measures(plan)
    left = [m.what for m in still_open if m.pk not in ended or ended[m.pk].result in OPEN_RESULTS]
    if left:
        some = "; ".join(f"”{what[:60]}”" for what in left[:3]) + (" med flera" if len(left) > 3 else "")
        raise Refused(
            f"Det finns öppna insatser: {some}. Ange för var och en om den är gjord, eller varför den avslutas."
        )
    for measure in still_open:
        _tell_of(measure, ended[measure.pk], by=by, now=now)


def _goals(
    follow_up: FollowUp, plan: Plan, told: Mapping[UUID, tuple[GoalResult, str]], *, now: datetime
) -> None:  # fmt: skip
    goals = list(Goal.objects.filter(plan=plan))
    if any(goal.pk not in told for goal in goals):
        raise Refused("Ange för varje mål om det är nått.", field="goals")
    GoalOutcome.objects.bulk_create(
        GoalOutcome(
            follow_up=follow_up, case_id=plan.case_id, goal=goal, result=told[goal.pk][0],
            comment=told[goal.pk][1].strip(), at=now,
        )
        for goal in goals
    )  # fmt: skip


def _measures(follow_up: FollowUp, plan: Plan, told: Mapping[UUID, Told], *, by: Actor, now: datetime) -> None:
    measures: Iterable[Measure] = Measure.objects.filter(plan=plan).select_related("unit")
    for measure in measures:
        if measure.pk not in told:
            raise Refused("Ange för varje insats hur det har gått.", field="measures")
        _tell_of(measure, told[measure.pk], by=by, now=now, follow_up=follow_up)


def _tell_of(
    measure: Measure, told: Told, *, by: Actor, now: datetime, follow_up: FollowUp | None = None
) -> MeasureOutcome:
    if told.result in NEEDS_WHY and not told.why.strip():
        raise Refused(f"Skriv varför: ”{measure.what[:80]}”.", field=f"why-{measure.pk}")
    return MeasureOutcome.objects.create(
        follow_up=follow_up, case_id=measure.case_id, measure=measure, result=told.result, why=told.why.strip(), at=now,
        by_id=by.user_id, by_unit_id=by.unit_id,
    )  # fmt: skip


def _next_clock(case: SipCase, plan: Plan, follow_up: FollowUp, *, now: datetime) -> None:
    deadlines.stop(matter_id=case.pk, kinds=[FOLLOW_UP], subject=plan.pk, now=now, reason="followed up")
    # Also when a new version or the end is decided on: until that is done the case is not forgotten.
    due_at = end_of(follow_up.next_on) if follow_up.next_on else None
    deadlines.start(
        matter=case.matter, kind=FOLLOW_UP, subject=plan.pk, unit=Unit.objects.get(pk=case.lead_id), started_at=now,
        now=now, due_at=due_at,
    )  # fmt: skip
