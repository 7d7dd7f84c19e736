"""Establishing a version of the plan, and each unit's confirmation of what it answers for (SIP-5, SIP-7)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import connection

from core.acting import Actor
from core.authz import Refused
from core.transitions import transition
from core.workdays import end_of, local_day
from deadlines import actions as deadlines
from individuals import actions as individuals
from individuals.models import Basis, Participant
from organisations.models import Unit
from sip.actions.plan import basis_in_force, draft_of, hand_over, plan_in_force
from sip.actions.shared import CONFIRM, FOLLOW_UP, MEETING, enough_parties, others_in, tell
from sip.kinds import CallState, Do, Doer, Gap, PlanDo, PlanTextKind
from sip.models import Commitment, Goal, Measure, Plan, PlanText, SipCase
from sip.permissions import CASE_RULES, COMMITMENT_RULES, PLAN_RULES, calls


def plan_gaps(case: SipCase, plan: Plan, now: datetime) -> list[Gap]:
    """What stands between a draft and establishing it, as Swedish sentences. Empty: it can be established."""
    gaps = []
    today = local_day(now)
    if not enough_parties(case, confirmed_units(case)):
        gaps.append(Gap("Den andra parten: planen blir en SIP först när båda huvudmännen deltar.", "delar"))
    if not PlanText.objects.filter(plan=plan, kind=PlanTextKind.MATTERS).exists():
        gaps.append(Gap("Vad som är viktigt för personen, med egna ord.", "text-matters"))
    if not Goal.objects.filter(plan=plan).exists():
        gaps.append(Gap("Minst ett mål.", "mal"))
    measures = list(Measure.objects.filter(plan=plan).select_related("unit"))
    if not measures:
        gaps.append(Gap("Minst en insats.", "mal"))
    there = set(Participant.objects.filter(matter_id=case.pk, ended_at=None).values_list("unit_id", flat=True))
    for measure in measures:
        gaps += _gaps_of(measure, there, now)
    if plan.next_follow_up_on is None:
        gaps.append(Gap("Dag för nästa uppföljning.", "uppfoljning"))
    elif plan.next_follow_up_on <= today:
        gaps.append(Gap("Dagen för uppföljning har redan varit. Välj en ny.", "uppfoljning"))
    return gaps


def _gaps_of(measure: Measure, there: set[UUID], now: datetime) -> list[Gap]:
    if measure.doer != Doer.UNIT or measure.unit is None:
        return []
    unit, anchor = measure.unit, f"insats-{measure.pk}"
    if not unit.is_open(local_day(now)):
        return [Gap(f"{unit} är stängd. En annan verksamhet behöver ta över insatsen.", anchor)]
    if unit.pk not in there:
        return [Gap(f"{unit} deltar inte längre. Ta bort insatsen eller föreslå den för en annan verksamhet.", anchor)]
    if measure.is_proposal:
        return [Gap(f"{unit} har inte tagit ställning till en insats som föreslås för dem.", anchor)]
    return []


def confirmed_units(case: SipCase) -> list[Unit]:
    """The called units that have acknowledged and take part."""
    return [call.unit for call in calls(case) if call.state == CallState.ACKNOWLEDGED]


def establish_plan(*, case_id: UUID, version: int, by: Actor, now: datetime) -> Plan:
    """The draft becomes the plan in force; the one before is replaced (SIP-7, SIP-9).

    `version`: of the draft as the page showed it. Each unit's part goes on the ledger for each who gets it, each unit
    with measures is to confirm them in the agreement's time, and the follow-up's clock starts. Raises `Refused` with
    all that is missing, `Stale`.
    """
    with transition(SipCase, case_id, Do.ESTABLISH_PLAN, rules=CASE_RULES, by=by, now=now) as case:
        basis = basis_in_force(case, now)
        draft = draft_of(case)
        if draft is None:
            raise Refused("Ingen plan skrivs just nu. Öppna nästa version av planen först.")
        if gaps := plan_gaps(case, draft, now):
            raise Refused("Det här saknas: " + " ".join(gaps))
        before = plan_in_force(case)
        if before is not None:
            deadlines.stop(matter_id=case.pk, kinds=[CONFIRM, FOLLOW_UP], now=now, reason="replaced")
            with transition(Plan, before.pk, PlanDo.REPLACE, rules=PLAN_RULES, by=by, now=now) as old:
                old.ended_at = now
        # What the parties were to meet about is settled.
        deadlines.stop(matter_id=case.pk, kinds=[MEETING], now=now, reason="established")
        lead = Unit.objects.get(pk=case.lead_id)
        committed = _commit_units(draft, now)
        with transition(Plan, draft.pk, PlanDo.ESTABLISH, rules=PLAN_RULES, by=by, now=now, version=version) as plan:
            plan.established_at, plan.established_by_id, plan.lead_unit = now, by.user_id, lead
            _note_on_ledger(case, plan, by=by, now=now, basis=basis)
        individuals.note(case.matter, "plan", f"Plan, version {plan.number}, fastställdes", by=by, now=now)
        assert plan.next_follow_up_on is not None
        deadlines.start(
            matter=case.matter, kind=FOLLOW_UP, subject=plan.pk, unit=lead, started_at=now, now=now,
            due_at=end_of(plan.next_follow_up_on),
        )  # fmt: skip
        _ask_to_confirm(case, plan, committed, by=by, now=now)
        for unit_id in others_in(case, by):
            tell(case, "sip.plan_established", unit_id, f"plan:{plan.pk}:{unit_id}", by=by, now=now)
    if by.unit_id in committed:
        # Whoever establishes has just read it all: nothing is left to ask the unit.
        confirm_measures(case_id=case_id, number=plan.number, by=by, now=now)
    return plan


def confirm_measures(*, case_id: UUID, number: int, by: Actor, now: datetime) -> Commitment:
    """The acting unit confirms the measures it answers for, in the version it read (SIP-7). Tells the lead.

    Raises `Refused` for a version that no longer is in force, or when the unit has nothing to confirm.
    """
    with transition(SipCase, case_id, Do.CONFIRM_MEASURES, rules=CASE_RULES, by=by, now=now) as case:
        plan = plan_in_force(case)
        if plan is None or plan.number != number:
            raise Refused("Det finns en nyare version av planen. Läs den och bekräfta era insatser där.")
        mine = Commitment.objects.filter(plan=plan, unit_id=by.unit_id).first()
        if mine is None:
            raise Refused("Er verksamhet har inga insatser i planen.")
        with transition(Commitment, mine.pk, Do.CONFIRM_MEASURES, rules=COMMITMENT_RULES, by=by, now=now) as commitment:
            commitment.confirmed_at, commitment.confirmed_by_id = now, by.user_id
        deadlines.stop(matter_id=case.pk, kinds=[CONFIRM], subject=mine.pk, now=now, reason="confirmed")
        _hand_over_own(case, plan, by=by, now=now)
        individuals.note(
            case.matter, "measures", f"Insatserna i planens version {plan.number} bekräftades", by=by, now=now
        )
        if case.lead_id != by.unit_id:
            tell(case, "sip.measures_confirmed", case.lead_id, f"confirmed:{mine.pk}", by=by, now=now)
    return commitment


def _commit_units(plan: Plan, now: datetime) -> set[UUID]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT portal_commit_units(%s, %s)", [plan.pk, now])
        return {row[0] for row in cursor.fetchall()}


def _note_on_ledger(case: SipCase, plan: Plan, *, basis: Basis, by: Actor, now: datetime) -> None:
    """Who wrote in the version, to each who takes part: also what the acting unit itself isn't shown, unseen by it."""
    there = set(Participant.objects.filter(matter_id=case.pk, ended_at=None).values_list("unit_id", flat=True))
    measures = list(Measure.objects.filter(plan=plan, unit__isnull=False).select_related("unit"))
    writers = {measure.unit_id: measure.unit for measure in measures}
    for unit_id, unit in writers.items():
        shown = {to for m in measures if m.unit_id == unit_id for to in there if to not in m.withheld_from}
        hand_over(plan, shown, basis=basis, by=by, now=now, is_established=True, from_unit=unit)
    if by.unit_id not in writers:
        hand_over(plan, there, basis=basis, by=by, now=now, is_established=True)


def _hand_over_own(case: SipCase, plan: Plan, *, by: Actor, now: datetime) -> None:
    """What the one who established didn't see, the unit itself notes on the ledger when it confirms."""
    mine = Measure.objects.filter(plan=plan, unit_id=by.unit_id)
    shown = {to for measure in mine for to in others_in(case, by) if to not in measure.withheld_from}
    hand_over(plan, shown, basis=basis_in_force(case, now), by=by, now=now, is_established=True)


def _ask_to_confirm(case: SipCase, plan: Plan, units: set[UUID], *, by: Actor, now: datetime) -> None:
    for commitment in Commitment.objects.filter(plan=plan, unit_id__in=units - {by.unit_id}).select_related("unit"):
        deadlines.start(
            matter=case.matter, kind=CONFIRM, subject=commitment.pk, unit=commitment.unit, started_at=now, now=now
        )
