"""The plan (SIP-5, SIP-7, IND-4, IND-7): written together, established, confirmed."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from core.acting import acting
from core.authz import NotAllowed, Refused
from core.models import Message
from core.transitions import Gone, Stale
from core.workdays import last_day
from deadlines.models import Clock
from individuals.actions import Receivers
from sip import actions
from sip.actions import MeasureFacts
from sip.kinds import CommitmentState, Doer, GoalSpan, PlanState, PlanTextKind, State
from sip.models import Commitment, Goal, Measure, Plan, PlanContact, PlanDisclosure, PlanText, SipCase
from tests import build, build_plan
from tests.conftest import actor, as_owner, unit

pytestmark = pytest.mark.django_db


def running(case, kind):
    return case.see(case.lead, lambda: Clock.objects.filter(matter_id=case.pk, kind=kind, stopped_at=None))


# --- writing together -------------------------------------------------------------------------------------------------
def test_sip7_everybody_who_takes_part_writes_in_the_same_draft():
    case = build_plan.drafted()
    for who in (case.lead, case.region, case.school):
        assert len(case.see(who, Measure.objects.all)) == 4
        assert len(case.see(who, PlanContact.objects.all)) == 3
    assert case.plan().number == 1
    again = case.run(case.school, actions.open_plan, case_id=case.pk)
    assert again.pk == case.plan().pk


def test_ind7_the_draft_is_on_the_ledger_for_each_who_gets_it():
    case = build_plan.contacted()
    case.run(case.region, actions.open_plan, case_id=case.pk)
    rows = case.see(case.lead, lambda: PlanDisclosure.objects.filter(case_id=case.pk))
    assert {(one.from_unit_id, one.to_unit_id) for one in rows} == {
        (case.region.unit_id, case.lead.unit_id),
        (case.region.unit_id, case.school.unit_id),
    }


def test_sip3_no_plan_before_the_first_contact(hylte):
    case = build.acknowledged()
    with acting(hylte, build_plan.NOW), pytest.raises(Refused, match="mottaget"):
        actions.open_plan(case_id=case.pk, by=hylte, now=build_plan.NOW)


def test_sip7_only_the_unit_itself_writes_its_measures():
    case = build_plan.drafted()
    theirs = case.see(case.lead, lambda: Measure.objects.filter(unit_id=case.region.unit_id))[0]
    facts = MeasureFacts(what="Något annat", doer=Doer.UNIT, unit=unit(build_plan.PSYCHIATRY))
    with pytest.raises(NotAllowed, match="som svarar för"):
        case.run(case.lead, actions.edit_measure, measure_id=theirs.pk, version=theirs.version, facts=facts)
    with pytest.raises(NotAllowed):
        case.run(case.school, actions.remove_measure, measure_id=theirs.pk, version=theirs.version)
    with acting(case.lead, case.now), pytest.raises(DatabaseError, match="only the unit itself"), transaction.atomic():
        Measure.objects.filter(pk=theirs.pk).update(unit_id=case.lead.unit_id)
    with acting(case.lead, case.now), pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
        Measure.objects.create(
            plan=theirs.plan, case_id=case.pk, goal=theirs.goal, what="I deras namn", doer=Doer.UNIT, position=9,
            unit_id=case.region.unit_id, written_unit_id=case.lead.unit_id, changed_unit_id=case.lead.unit_id,
            changed_at=case.now,
        )  # fmt: skip


def test_sip7_what_is_proposed_for_a_unit_is_its_own_when_it_takes_it():
    case = build_plan.drafted()
    goal = case.see(case.lead, Goal.objects.all)[0]
    proposed = case.measure(case.lead, goal, "Utreda sömnen", unit=unit(build_plan.PSYCHIATRY))
    assert proposed.is_proposal
    with pytest.raises(Refused, match="inte tagit ställning"):
        case.establish()
    with pytest.raises(Refused, match="inte föreslagen för er"):
        case.run(case.school, actions.take_measure, measure_id=proposed.pk, version=1)
    case.run(case.region, actions.take_measure, measure_id=proposed.pk, version=1)
    assert case.establish().state == PlanState.ESTABLISHED
    with as_owner():
        assert Message.objects.filter(kind="sip.measure_proposed", to_unit_id=case.region.unit_id).count() == 1


def test_quality15_two_who_write_at_once_never_overwrite_each_other():
    case = build_plan.contacted()
    case.run(case.lead, actions.open_plan, case_id=case.pk)
    case.text(case.lead, "Lugn och ro")
    case.text(case.school, "Lugn, ro och farmor", version=1)
    with pytest.raises(Stale) as stale:
        case.text(case.region, "Bara lugn", version=1)
    assert stale.value.current.text == "Lugn, ro och farmor"
    case.text(case.region, "Lugn, ro och farmor", version=1)  # The same words again are no conflict.
    goal = case.goal(case.lead)
    values = {"goal_id": goal.pk, "elaboration": "", "span": GoalSpan.LONG}
    case.run(case.school, actions.edit_goal, version=1, words="Jag vill sova gott", **values)
    with pytest.raises(Stale):
        case.run(case.region, actions.edit_goal, version=1, words="Jag vill sova", **values)


def test_quality15_a_repeated_post_makes_one_row():
    case = build_plan.contacted()
    case.run(case.lead, actions.open_plan, case_id=case.pk)
    line = uuid.uuid4()
    asked = {"case_id": case.pk, "line": line, "words": "Må bättre", "elaboration": "", "span": GoalSpan.SHORT}
    first = case.run(case.lead, actions.add_goal, **asked)
    assert case.run(case.lead, actions.add_goal, **asked).pk == first.pk


@pytest.mark.parametrize(
    ("facts", "says"),
    [
        ({"doer": Doer.OTHER}, "Skriv vem"),
        ({"doer": Doer.UNIT, "unit": "bup-varberg"}, "deltar inte"),
        ({"doer": Doer.PERSON, "what": "  "}, "Skriv vad"),
    ],
)
def test_sip7_a_measure_that_nobody_can_answer_for_is_refused(facts, says):
    case = build_plan.contacted()
    case.run(case.lead, actions.open_plan, case_id=case.pk)
    goal = case.goal(case.lead)
    facts = {"what": "Något", **facts}
    if "unit" in facts:
        facts["unit"] = unit(facts["unit"])
    with pytest.raises(Refused, match=says):
        case.run(
            case.lead, actions.add_measure, goal_id=goal.pk, line=uuid.uuid4(), facts=MeasureFacts(**facts)
        )  # fmt: skip


def test_bad_input_a_measure_for_a_unit_that_has_closed():
    case = build_plan.drafted()
    with as_owner():
        closed = unit(build_plan.SCHOOL)
        closed.closed_on = case.now.date()
        closed.save()
    goal = case.see(case.lead, Goal.objects.all)[0]
    with pytest.raises(Refused, match="är stängd"):
        case.measure(case.lead, goal, "Till en stängd", unit=closed)
    with pytest.raises(Refused, match="En annan verksamhet behöver ta över"):
        case.establish()


# --- withheld from a named receiver -----------------------------------------------------------------------------------
def test_ind4_a_unit_withholds_its_part_from_a_named_receiver():
    case = build_plan.drafted()
    goal = case.see(case.lead, Goal.objects.all)[0]
    hidden = case.measure(case.region, goal, "Behandling", withheld_from=[unit(build_plan.SCHOOL)])
    for who, sees in ((case.region, True), (case.lead, True), (case.school, False)):
        assert (hidden.pk in {m.pk for m in case.see(who, Measure.objects.all)}) is sees
    with pytest.raises(Gone):
        case.run(case.school, actions.remove_measure, measure_id=hidden.pk, version=1)
    case.establish()
    assert hidden.pk not in {m.pk for m in case.see(case.school, Measure.objects.all)}
    with acting(case.school, case.now):
        assert Measure.objects.filter(pk=hidden.pk).update(what="Läckt") == 0
    facts = MeasureFacts("Annat", Doer.PERSON, withheld_from=[unit(build_plan.SCHOOL)])
    case.run(case.lead, actions.open_plan, case_id=case.pk)
    goal = case.see(case.lead, lambda: Goal.objects.filter(plan__state=PlanState.DRAFT))[0]
    with pytest.raises(Refused, match="undantas"):
        case.run(case.lead, actions.add_measure, goal_id=goal.pk, line=uuid.uuid4(), facts=facts)


def test_ind4_what_the_lead_is_not_shown_is_still_carried_confirmed_and_never_told():
    case = build_plan.drafted()
    goal = case.see(case.lead, Goal.objects.all)[0]
    case.measure(case.school, goal, "Samtal med kurator", withheld_from=[unit(build.INITIATOR)])
    case.establish()
    case.run(case.lead, actions.open_plan, case_id=case.pk)
    whats = {one.what for one in case.see(case.school, lambda: Measure.objects.filter(plan__number=2))}
    assert "Samtal med kurator" in whats
    assert "Samtal med kurator" not in {one.what for one in case.see(case.lead, Measure.objects.all)}
    carried = case.see(case.region, lambda: Goal.objects.filter(plan__number=2))[0]
    for who in (case.lead, case.region, case.school):
        for measure in case.see(who, lambda: Measure.objects.filter(plan__number=2, withheld_from=[])):
            if measure.unit_id in (None, who.unit_id):
                case.run(who, actions.remove_measure, measure_id=measure.pk, version=measure.version)
    assert case.see(case.lead, lambda: Measure.objects.filter(plan__number=2)) == []
    with pytest.raises(Refused, match="insatser för målet"):
        case.run(case.lead, actions.remove_goal, goal_id=carried.pk, version=carried.version)


# --- establishing -----------------------------------------------------------------------------------------------------
def test_sip7_established_frozen_on_the_ledger_and_chased():
    case = build_plan.planned()
    plan = case.plan()
    assert (plan.state, plan.lead_unit_id) == (PlanState.ESTABLISHED, case.lead.unit_id)
    assert case.case().state == State.PLANNED
    assert {clock.unit_id for clock in running(case, actions.CONFIRM)} == {case.region.unit_id, case.school.unit_id}
    assert [last_day(clock.due_at) for clock in running(case, actions.FOLLOW_UP)] == [plan.next_follow_up_on]
    rows = case.see(case.lead, lambda: PlanDisclosure.objects.filter(plan=plan, is_established=True))
    units = {case.lead.unit_id, case.region.unit_id, case.school.unit_id}
    assert {(r.from_unit_id, r.to_unit_id) for r in rows} == {(a, b) for a in units for b in units if a != b}
    for model, change in ((Measure, {"what": "Annat"}), (Goal, {"words": "Annat"}), (PlanText, {"text": "Annat"})):
        with acting(case.lead, case.now), pytest.raises(DatabaseError, match="never altered"), transaction.atomic():
            model.objects.filter(plan=plan, changed_unit_id=case.lead.unit_id).update(**change)
    with acting(case.lead, case.now), pytest.raises(DatabaseError, match="never altered"), transaction.atomic():
        Plan.objects.filter(pk=plan.pk).update(next_follow_up_on=None)


def test_sip7_all_that_is_missing_is_told_at_once():
    case = build_plan.contacted()
    case.run(case.lead, actions.open_plan, case_id=case.pk)
    with pytest.raises(Refused) as refused:
        case.establish()
    for words in ("viktigt för personen", "ett mål", "en insats", "nästa uppföljning"):
        assert words in refused.value.reason


def test_sip5_no_plan_without_the_other_party():
    case = build_plan.drafted()
    case.run(case.region, actions.remove_measure, measure_id=own(case, case.region).pk, version=1)
    with acting(case.lead, case.now):
        schools = Receivers([unit(build_plan.SCHOOL).authority])
        consent = build.consent(case.case(), now=case.now, receivers=schools)
    case.run(case.lead, actions.record_basis, case_id=case.pk, consent=consent)
    assert case.see(case.region, SipCase.objects.all) == []
    with pytest.raises(Refused, match="Den andra parten"):
        case.establish()


def own(case, who):
    return case.see(who, lambda: Measure.objects.filter(unit_id=who.unit_id))[0]


def test_sip11_only_the_lead_establishes():
    case = build_plan.drafted()
    with pytest.raises(NotAllowed, match="övergripande ansvaret"):
        case.establish(by=case.region)
    plan = case.plan(by=case.region)
    with (
        acting(case.region, case.now),
        pytest.raises(DatabaseError, match="only the unit with"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT portal_commit_units(%s, %s)", [plan.pk, case.now])


def test_quality15_established_from_an_old_page_is_refused():
    case = build_plan.drafted()
    old = case.plan().version
    case.follow_up_in(90)
    with pytest.raises(Stale):
        case.run(case.lead, actions.establish_plan, case_id=case.pk, version=old)


@pytest.mark.parametrize("days", [0, -3])
def test_bad_input_a_follow_up_in_the_past(days):
    case = build_plan.drafted()
    with pytest.raises(Refused, match="framåt i tiden"):
        case.follow_up_in(days)


# --- confirming -------------------------------------------------------------------------------------------------------
def test_sip7_each_unit_confirms_its_own_measures():
    case = build_plan.planned()
    states = {c.unit_id: c.state for c in case.see(case.lead, Commitment.objects.all)}
    assert states[case.lead.unit_id] == CommitmentState.CONFIRMED
    assert states[case.region.unit_id] == states[case.school.unit_id] == CommitmentState.WAITING
    case.run(case.region, actions.confirm_measures, case_id=case.pk, number=1)
    assert [clock.unit_id for clock in running(case, actions.CONFIRM)] == [case.school.unit_id]
    with pytest.raises(Refused):
        case.run(case.region, actions.confirm_measures, case_id=case.pk, number=1)
    with acting(case.lead, case.now), pytest.raises(DatabaseError, match="own measures only"), transaction.atomic():
        Commitment.objects.filter(unit_id=case.school.unit_id).update(
            state="confirmed", confirmed_at=case.now, confirmed_by_id=case.lead.user_id
        )


def test_bad_input_confirming_an_older_version():
    case = build_plan.planned()
    case.run(case.lead, actions.open_plan, case_id=case.pk)
    case.follow_up_in(30)
    case.establish()
    with pytest.raises(Refused, match="nyare version"):
        case.run(case.region, actions.confirm_measures, case_id=case.pk, number=1)
    case.run(case.region, actions.confirm_measures, case_id=case.pk, number=2)
    assert [p.state for p in case.see(case.lead, Plan.objects.all)] == [PlanState.REPLACED, PlanState.ESTABLISHED]


# --- the end of the right to see --------------------------------------------------------------------------------------
def test_ind8_consent_withdrawn_ends_the_plan_and_hides_it():
    case = build_plan.planned()
    case.run(case.lead, actions.open_plan, case_id=case.pk)
    case.run(case.lead, actions.withdraw_consent, case_id=case.pk, reason="Ångrade sig")
    assert {p.state for p in case.see(case.lead, Plan.objects.all)} == {PlanState.ENDED}
    for model in (Plan, Measure, Goal, PlanText, PlanContact, PlanDisclosure, Commitment):
        assert case.see(case.region, model.objects.all) == []
    assert not case.see(case.lead, lambda: Clock.objects.filter(matter_id=case.pk, stopped_at=None))


def test_ind8_nothing_is_written_after_the_consent_has_expired():
    case = build_plan.drafted()
    case.now += timedelta(days=200)
    assert case.see(case.region, Plan.objects.all) == []
    with pytest.raises(Refused, match="Samtycket gäller inte"):
        case.text(case.lead, "Ändrat", version=1)
    with pytest.raises(Refused, match="Samtycket gäller inte"):
        case.establish()


def test_sip4_who_hands_its_call_over_leaves_its_part_as_proposals():
    case = build_plan.drafted()
    call = build.the_call(case.case(), case.region, case.now)
    case.run(case.region, actions.redirect, call_id=call.pk, to_unit=unit("bup-halmstad"), reason="Hör dit")
    moved = case.see(case.lead, lambda: Measure.objects.filter(unit__key="bup-halmstad"))
    assert [one.is_proposal for one in moved] == [True]
    bup = actor("bup-halmstad")
    assert len(case.see(bup, Plan.objects.all)) == 1
    case.run(bup, actions.acknowledge, call_id=build.the_call(case.case(), bup, case.now).pk)
    case.run(bup, actions.take_measure, measure_id=moved[0].pk, version=moved[0].version)
    case.establish()
    call = build.the_call(case.case(), bup, case.now)
    with pytest.raises(Refused, match="svarar för insatser"):
        case.run(bup, actions.redirect, call_id=call.pk, to_unit=unit("en-vag-in"), reason="Tillbaka")


def test_sip7_dissent_and_crisis_plan_have_their_own_place():
    case = build_plan.drafted()
    case.text(case.school, "Skolan ser behovet större", PlanTextKind.DISSENT)
    case.establish()
    assert {t.kind for t in case.see(case.region, PlanText.objects.all)} == {"matters", "dissent"}
