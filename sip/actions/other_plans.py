"""Discharge planning and compulsory open care have plans of their own; here they are noted and watched (SIP-12)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from uuid import UUID

from core import days
from core.acting import Actor
from core.authz import Refused
from core.transitions import Gone, transition
from core.workdays import local_day, midnight
from deadlines import actions as deadlines
from individuals import actions as individuals
from individuals.kinds import Category
from organisations.models import Unit
from sip.actions.shared import MEETING, PLAN_RENEWAL, others_in, run_meeting_clock, tell
from sip.kinds import COMPULSORY, Do, MeetingState, OtherPlanDo, OtherPlanKind, OtherPlanState
from sip.models import OtherPlan, SipCase
from sip.permissions import CASE_RULES, OTHER_PLAN_RULES


def note_other_plan(
    *, case_id: UUID, kind: OtherPlanKind, kept_in: str, since_on: date, by: Actor, now: datetime
) -> OtherPlan:
    """Note that a plan of this kind exists and where it is kept. For compulsory care the watch over its renewal starts.

    Raises `Refused` for a day to come or long past, and when one of the kind is noted already.
    """
    with transition(SipCase, case_id, Do.NOTE_OTHER_PLAN, rules=CASE_RULES, by=by, now=now) as case:
        if not days.is_possible(since_on):
            raise Refused(days.IMPOSSIBLE, field="since_on")
        if since_on > local_day(now):
            raise Refused("Dagen har inte varit ännu.", field="since_on")
        mine = OtherPlan.objects.filter(case=case, kind=kind, noted_by_unit_id=by.unit_id)
        if mine.filter(state=OtherPlanState.ONGOING).exists():
            raise Refused("Ni har redan noterat en sådan plan.", field="kind")
        plan = OtherPlan.objects.create(
            case=case,
            kind=kind,
            changed_at=now,
            kept_in=kept_in.strip(),
            since_on=since_on,
            reviewed_on=since_on,
            noted_by_unit_id=by.unit_id,
            noted_by_id=by.user_id,
            noted_at=now,
        )
        if kind in COMPULSORY:
            _watch(case, plan, by=by, now=now)
        individuals.note(case.matter, "other_plan", "En plan utanför SIP noterades", by=by, now=now)
    return plan


def review_other_plan(*, plan_id: UUID, reviewed_on: date, by: Actor, now: datetime) -> OtherPlan:
    """Record that the care was tried anew; the watch starts over from that day. Raises `Refused`."""
    with _both(plan_id, OtherPlanDo.REVIEW, by=by, now=now) as (case, plan):
        if plan.kind not in COMPULSORY:
            raise Refused("Bara tvångsvård prövas på nytt.")
        if not plan.reviewed_on <= reviewed_on <= local_day(now):
            raise Refused("Dagen ska ligga efter den förra prövningen och ha varit.", field="reviewed_on")
        plan.reviewed_on = reviewed_on
        deadlines.stop(matter_id=case.pk, kinds=[PLAN_RENEWAL], subject=plan.pk, now=now, reason="reviewed")
        _watch(case, plan, by=by, now=now)
        individuals.note(case.matter, "other_plan_reviewed", "En plan utanför SIP prövades på nytt", by=by, now=now)
    return plan


def end_other_plan(*, plan_id: UUID, ended_on: date, by: Actor, now: datetime) -> OtherPlan:
    """Record that the care ends. When compulsory care ends a SIP is proposed: unless a meeting is already called the
    clock for calling to one starts, and all who take part are told (SIP-12)."""
    with _both(plan_id, OtherPlanDo.END, by=by, now=now) as (case, plan):
        if not days.is_possible(ended_on):
            raise Refused(days.IMPOSSIBLE, field="ended_on")
        if ended_on < plan.since_on:
            raise Refused("Planen kan inte upphöra innan den började.", field="ended_on")
        plan.ended_on = ended_on
        deadlines.stop(matter_id=case.pk, kinds=[PLAN_RENEWAL], subject=plan.pk, now=now, reason="ended")
        individuals.note(case.matter, "other_plan_ended", "En plan utanför SIP upphör", by=by, now=now)
        if plan.kind in COMPULSORY:
            _propose_meeting(case, plan, by=by, now=now)
    return plan


# --- inside -------------------------------------------------------------------------------------------------------


@contextmanager
def _both(plan_id: UUID, do: OtherPlanDo, *, by: Actor, now: datetime) -> Iterator[tuple[SipCase, OtherPlan]]:
    case_id = OtherPlan.objects.filter(pk=plan_id).values_list("case_id", flat=True).first()
    if case_id is None:
        raise Gone(OtherPlan._meta.label)
    with (
        transition(SipCase, case_id, Do.NOTE_OTHER_PLAN, rules=CASE_RULES, by=by, now=now) as case,
        transition(OtherPlan, plan_id, do, rules=OTHER_PLAN_RULES, by=by, now=now) as plan,
    ):
        yield case, plan


def _watch(case: SipCase, plan: OtherPlan, *, by: Actor, now: datetime) -> None:
    unit = Unit.objects.get(pk=by.unit_id)
    deadlines.start(
        matter=case.matter,
        kind=PLAN_RENEWAL,
        subject=plan.pk,
        unit=unit,
        started_at=midnight(plan.reviewed_on),
        now=now,
    )


def _propose_meeting(case: SipCase, plan: OtherPlan, *, by: Actor, now: datetime) -> None:
    has_meeting = case.meetings.filter(state=MeetingState.CALLED).exists()
    if case.contacted_at is not None and not has_meeting and not _is_watched(case):
        run_meeting_clock(case, now=now)
    basis = individuals.current_basis(case.matter)
    # That such care ends tells of the person's health: only those hear of it whom the basis lets.
    if basis is not None and basis.in_force(now) and Category.HEALTH in basis.categories:
        for unit_id in others_in(case, by):
            tell(case, "sip.other_plan_ended", unit_id, f"other-plan-ended:{plan.pk}:{unit_id}", by=by, now=now)


def _is_watched(case: SipCase) -> bool:
    return case.matter.clocks.filter(kind=MEETING, stopped_at=None).exists()
