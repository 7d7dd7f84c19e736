"""Where the plan of a case stands, in words, from one unit's chair. Pure but for `plan_standing`, which loads it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from core.acting import Actor
from core.dates import swedish_date
from core.workdays import last_day, local_day
from organisations.models import Unit
from sip.actions import open_offer
from sip.kinds import PLANNING, CommitmentState, Do, PlanState, State
from sip.models import Commitment, LeadOffer, Plan, SipCase


@dataclass(frozen=True, slots=True)
class PlanStanding:
    """What the case page tells of the plan: versions, who hasn't confirmed, who has the responsibility."""

    in_force: Plan | None = None
    draft: Plan | None = None
    waiting: list[Unit] = field(default_factory=list)
    confirmed: list[Unit] = field(default_factory=list)
    offer: LeadOffer | None = None
    lead: Unit | None = None
    lead_is_closed: bool = False
    leads: bool = False
    unit_id: UUID | None = None

    @property
    def is_mine_to_confirm(self) -> bool:
        return any(unit.pk == self.unit_id for unit in self.waiting)

    @property
    def is_asked(self) -> bool:
        return self.offer is not None and self.offer.to_unit_id == self.unit_id


NO_PLAN = PlanStanding()


def plan_standing(case: SipCase, by: Actor, now: datetime) -> PlanStanding:
    """Read where the plan stands. Nothing is read before there can be one."""
    if case.contacted_at is None:
        return NO_PLAN
    live = Plan.objects.filter(case_id=case.pk, state__in=[PlanState.DRAFT, PlanState.ESTABLISHED])
    plans = {plan.state: plan for plan in live}
    in_force = plans.get(PlanState.ESTABLISHED)
    rows: list[Commitment] = []
    if in_force is not None:
        rows += Commitment.objects.filter(plan=in_force).select_related("unit").order_by("unit__name")
    units = {case.matter.initiator_id: case.matter.initiator, **{one.unit_id: one.unit for one in case.calls.all()}}
    lead = units.get(case.lead_id)
    return PlanStanding(
        in_force=in_force,
        draft=plans.get(PlanState.DRAFT),
        waiting=[one.unit for one in rows if one.state == CommitmentState.WAITING],
        confirmed=[one.unit for one in rows if one.state == CommitmentState.CONFIRMED],
        offer=open_offer(case) if case.state in PLANNING else None,
        lead=lead,
        lead_is_closed=lead is not None and not lead.is_open(local_day(now)),
        leads=case.lead_id == by.unit_id,
        unit_id=by.unit_id,
    )


def sentence(plan: PlanStanding, follow_up_at: datetime | None, now: datetime, names: str) -> str:
    """The status of a case whose plan is written or in force; empty when there is neither. `names`: who hasn't
    confirmed, as they are called here."""
    if plan.in_force is None:
        return f"Planen skrivs, version {plan.draft.number}." if plan.draft else ""
    parts = [f"Planen gäller sedan {swedish_date(plan.in_force.established_at)}."]
    if names:
        parts.append(f"Väntar på att {names} bekräftar sina insatser.")
    day = last_day(follow_up_at) if follow_up_at else plan.in_force.next_follow_up_on
    if follow_up_at is not None and follow_up_at <= now:
        parts.append(f"Den skulle ha följts upp senast {_day(day)}.")
    else:
        parts.append(f"Den följs upp {_day(day)}.")
    return " ".join(parts)


def _day(day: date | None) -> str:
    return swedish_date(day) if day else "den dag ni har bestämt"


def next_do(plan: PlanStanding, state: State, is_due: bool) -> Do | None:
    """The step of the plan that waits for this unit."""
    if plan.is_asked:
        return Do.ANSWER_LEAD
    if plan.is_mine_to_confirm:
        return Do.CONFIRM_MEASURES
    if state == State.CONTACTED or plan.draft is not None:
        return Do.DRAFT_PLAN
    return Do.FOLLOW_UP if plan.leads and is_due else None


def other_dos(plan: PlanStanding, state: State) -> list[Do]:
    """What else of the plan one may do, now or later."""
    offered = [Do.DRAFT_PLAN]
    if plan.leads:
        offered += [*([Do.ESTABLISH_PLAN] if plan.draft else []), *([Do.FOLLOW_UP] if plan.in_force else [])]
        offered.append(Do.OFFER_LEAD)
    elif plan.lead_is_closed:
        offered.append(Do.TAKE_LEAD)
    return offered


def label(plan: PlanStanding, do: Do) -> str:
    """What a button of the plan leads to, more plainly than the action's name."""
    if do != Do.DRAFT_PLAN:
        return str(do.label)
    if plan.in_force is not None:
        return f"Skriv i version {plan.draft.number}" if plan.draft else "Läs planen"
    return "Skriv i planen" if plan.draft else "Skriv planen"
