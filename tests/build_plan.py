"""Builders of plans: reach a state by running the real actions, as the people who would.

The case is `build`'s: a child of Hylte's social services, with En väg in called; here also the school, so that three
parties write.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from core.acting import Actor, acting
from individuals.actions import Receivers
from organisations.models import Huvudman, Unit
from sip import actions
from sip.actions import MeasureFacts
from sip.kinds import ContactManner, Doer, FollowUpDecision, GoalResult, GoalSpan, MeasureResult, PlanTextKind
from sip.models import FollowUp, Goal, Measure, Plan, SipCase
from tests import build
from tests.conftest import NOW, actor, unit
from tests.kept import kept

SCHOOL = "hylte-elevhalsa"
PSYCHIATRY = build.CALLED


def everyone(case: SipCase, school: str = SCHOOL, **changes: Any) -> actions.Consent:
    """A consent that names the region and the municipality's schools."""
    receivers = Receivers([Huvudman.objects.get(key="region-halland"), unit(school).authority])
    return build.consent(case, receivers=receivers, **changes)


@dataclass
class Case:
    """A case and those who act in it, each step a quarter of an hour after the one before."""

    pk: uuid.UUID
    lead: Actor
    region: Actor
    school: Actor
    now: datetime

    def run(self, by: Actor, verb: Any, **kwargs: Any) -> Any:
        self.now += timedelta(minutes=15)
        with acting(by, self.now):
            return verb(by=by, now=self.now, **kwargs)

    def see(self, by: Actor, found: Any) -> list[Any]:
        """What the unit's own queries find, of a queryset made when asked for."""
        with acting(by, self.now):
            return list(found())

    def case(self, by: Actor | None = None) -> SipCase:
        with acting(by or self.lead, self.now):
            return SipCase.objects.select_related("matter__initiator__authority__huvudman", "matter__person").get(
                pk=self.pk
            )

    def plan(self, number: int | None = None, by: Actor | None = None) -> Plan:
        with acting(by or self.lead, self.now):
            plans = Plan.objects.filter(case_id=self.pk).select_related("case__matter").order_by("-number")
            found = plans.filter(number=number).first() if number else plans.first()
            assert found is not None
            return found

    def ids(self) -> dict[str, object]:
        """The newest version, and of what is in it a goal and a measure of the lead's own."""
        plan = self.plan()
        with acting(self.lead, self.now):
            measure = plan.measures.filter(unit_id=self.lead.unit_id).select_related("goal").earliest("position")
        return {
            "case_id": self.pk, "number": plan.number, "goal_id": measure.goal_id, "measure_id": measure.pk,
        }  # fmt: skip

    def text(self, by: Actor, text: str, kind: PlanTextKind = PlanTextKind.MATTERS, version: int = 0) -> Any:
        return self.run(by, actions.write_text, case_id=self.pk, kind=kind, text=text, version=version)

    def goal(self, by: Actor, words: str = "Jag vill vara i skolan varje dag") -> Goal:
        return self.run(
            by, actions.add_goal, case_id=self.pk, line=uuid.uuid4(), words=words, elaboration="", span=GoalSpan.SHORT
        )

    def measure(self, by: Actor, goal: Goal, what: str, **facts: Any) -> Measure:
        facts = {"doer": Doer.UNIT, "unit": None, **facts}
        if facts["doer"] == Doer.UNIT and facts["unit"] is None:
            facts["unit"] = Unit.objects.get(pk=by.unit_id)
        made = MeasureFacts(what=what, **facts)
        return self.run(by, actions.add_measure, goal_id=goal.pk, line=uuid.uuid4(), facts=made)

    def follow_up_in(self, days: int, by: Actor | None = None) -> Plan:
        by = by or self.lead
        day = (self.now + timedelta(days=days)).date()
        version = self.plan(by=by).version
        return self.run(by, actions.set_follow_up_day, case_id=self.pk, day=day, version=version)

    def establish(self, by: Actor | None = None) -> Plan:
        by = by or self.lead
        return self.run(by, actions.establish_plan, case_id=self.pk, version=self.plan(by=by).version)


@kept
def contacted(now: datetime = NOW, *, initiator: str = build.INITIATOR, school_key: str = SCHOOL) -> Case:
    """Region, school and social services have spoken; no plan yet."""
    lead, region, school = actor(initiator), actor(PSYCHIATRY), actor(school_key)
    draft = build.draft(lead, now=now)
    with acting(lead, now):
        chosen = [(unit(PSYCHIATRY), ""), (unit(school_key), "")]
        draft = actions.edit_case(case_id=draft.pk, version=draft.version, calls=chosen, by=lead, now=now)
        ready = actions.record_basis(case_id=draft.pk, consent=everyone(draft, school_key, now=now), by=lead, now=now)
        actions.send(case_id=ready.pk, version=ready.version, by=lead, now=now)
    made = Case(draft.pk, lead, region, school, now)
    for who in (region, school):
        call = build.the_call(ready, who, now)
        made.run(who, actions.acknowledge, call_id=call.pk)
    made.now += timedelta(minutes=15)
    with acting(region, made.now):
        actions.record_contact(
            case_id=made.pk, contacted_at=made.now, manner=ContactManner.PHONE, by=region, now=made.now
        )
    return made


@kept
def drafted(now: datetime = NOW, **who: str) -> Case:
    """Everything a plan needs is written, each unit its own; not established."""
    case = contacted(now, **who)
    case.run(case.lead, actions.open_plan, case_id=case.pk)
    case.text(case.lead, "Att ha lugn och ro, och att få träffa farmor")
    goal = case.goal(case.lead)
    case.measure(case.lead, goal, "Kontaktperson en gång i veckan")
    case.measure(case.region, goal, "Samtal på mottagningen", due_on=(now + timedelta(days=30)).date())
    case.measure(case.school, goal, "Anpassat schema")
    case.measure(case.lead, goal, "Ringer om det känns tungt", doer=Doer.PERSON)
    case.follow_up_in(60)
    return case


@kept
def planned(now: datetime = NOW, **who: str) -> Case:
    """The plan is in force; region and school have not confirmed yet."""
    case = drafted(now, **who)
    case.establish()
    return case


@kept
def revised(now: datetime = NOW) -> Case:
    """A second version is in force, and the region is asked to take over the responsibility."""
    case = planned(now)
    case.run(case.lead, actions.open_plan, case_id=case.pk)
    case.follow_up_in(30)
    case.establish()
    case.run(case.lead, actions.offer_lead, case_id=case.pk, to_unit=unit(PSYCHIATRY), reason="Mest kontakt")
    return case


def followed_up(
    case: Case, decision: FollowUpDecision = FollowUpDecision.KEEP, *, by: Actor | None = None, **changes: Any
) -> FollowUp:
    """A follow-up of the plan in force: every goal partly reached, every measure going on."""
    by = by or case.lead
    plan = case.plan(by=by)
    with acting(by, case.now):
        goals = {goal.pk: (GoalResult.PARTLY, "På väg") for goal in plan.goals.all()}
        measures = {measure.pk: actions.Told(MeasureResult.GOING_ON) for measure in plan.measures.all()}
    values: dict[str, Any] = {
        "case_id": case.pk, "number": plan.number, "held_on": case.now.date(), "goals": goals, "measures": measures,
        "changed_needs": "", "decision": decision, "next_on": (case.now + timedelta(days=90)).date(),
    }  # fmt: skip
    made: FollowUp = case.run(by, actions.record_follow_up, **(values | changes))
    return made
