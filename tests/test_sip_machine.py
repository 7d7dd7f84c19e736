"""Any order of actions on a case, by anybody: never an illegal state, an orphan right, a lost clock or a leak.

A step that the rules refuse is a step too. What is found is shrunk by Hypothesis to the fewest steps.
"""

from __future__ import annotations

import copy
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from core.acting import Actor, acting
from core.authz import Refused
from core.transitions import Gone
from deadlines.models import Clock
from individuals.actions import Receivers
from individuals.models import MatterGroupObjectPermission, Participant
from organisations.models import Unit
from sip import actions
from sip.actions import MeasureFacts
from sip.kinds import (
    ENDED_STATES,
    PLANNING,
    CloseReason,
    CommitmentState,
    ContactManner,
    Doer,
    FollowUpDecision,
    GoalSpan,
    MeasureResult,
    MeetingState,
    OfferState,
    PlanState,
    PlanTextKind,
    ReplyState,
    State,
)
from sip.models import (
    Attendee,
    Call,
    Commitment,
    Goal,
    LeadOffer,
    Measure,
    Meeting,
    MeetingCall,
    MeetingNotes,
    Plan,
    PlanText,
    SipCase,
)
from tests import build, build_meeting, build_plan
from tests.conftest import actor, as_owner, unit

STRANGER, TAKES_OVER = "laholm-socialtjanst-barn", "bup-halmstad"
TABLES = (SipCase, Plan, PlanText, Goal, Measure, Commitment, Meeting, MeetingCall, MeetingNotes)


class World:
    """One case and the four units that may act in it, with one verb for each thing that can be done."""

    def __init__(self, case: build_plan.Case) -> None:
        self.case = case
        self.actors = [case.lead, case.region, case.school, actor(TAKES_OVER)]
        self.stranger = actor(STRANGER)

    def rows(self, by: Actor, model: Any, **which: Any) -> list[Any]:
        with acting(by, self.case.now):
            return list(model.objects.filter(**which))

    def one(self, by: Actor, model: Any, pick: int, **which: Any) -> Any:
        found = sorted(self.rows(by, model, **which), key=lambda row: str(row.pk))
        if not found:
            raise Refused("Det finns inget sådant.")
        return found[pick % len(found)]

    def do(self, by: Actor, verb: Callable[..., Any], **kwargs: Any) -> None:
        self.case.run(by, verb, **kwargs)

    def facts(self, by: Actor, pick: int) -> MeasureFacts:
        others = [unit_of(other) for other in self.actors if other.unit_id != by.unit_id]
        if pick % 4 == 0:
            return MeasureFacts("Eget", Doer.PERSON)
        if pick % 4 == 1:
            return MeasureFacts("Föreslaget", Doer.UNIT, unit=others[pick % 3])
        hidden = [others[pick % 3]] if pick % 4 == 2 else []
        return MeasureFacts("Insats", Doer.UNIT, unit=unit_of(by), withheld_from=hidden)


def unit_of(by: Actor) -> Unit:
    return Unit.objects.select_related("authority__huvudman", "group").get(pk=by.unit_id)


# --- the verbs --------------------------------------------------------------------------------------------------------
def open_plan(w: World, by: Actor, pick: int) -> None:
    w.do(by, actions.open_plan, case_id=w.case.pk)


def write(w: World, by: Actor, pick: int) -> None:
    kind = list(PlanTextKind)[pick % 4]
    w.do(by, actions.write_text, case_id=w.case.pk, kind=kind, text=f"Text {pick}", version=pick % 3)


def whole_draft(w: World, by: Actor, pick: int) -> None:
    """What a meeting writes, in one step: else few sequences would ever reach a plan."""
    case_id = w.case.pk
    w.do(by, actions.write_text, case_id=case_id, kind=PlanTextKind.MATTERS, text="Lugn", version=0)
    day = (w.case.now + timedelta(days=20 + pick)).date()
    with acting(by, w.case.now):
        version = Plan.objects.get(case_id=case_id, state=PlanState.DRAFT).version
    w.do(by, actions.set_follow_up_day, case_id=case_id, day=day, version=version)
    goal = w.case.goal(by)
    own = MeasureFacts("Insats", Doer.UNIT, unit=unit_of(by))
    w.do(by, actions.add_measure, goal_id=goal.pk, line=uuid.uuid4(), facts=own)


def add_goal(w: World, by: Actor, pick: int) -> None:
    asked = {"line": uuid.uuid4(), "words": "Mål", "elaboration": "", "span": GoalSpan.LONG}
    w.do(by, actions.add_goal, case_id=w.case.pk, **asked)


def add_measure(w: World, by: Actor, pick: int) -> None:
    goal = w.one(by, Goal, pick, plan__state=PlanState.DRAFT)
    w.do(by, actions.add_measure, goal_id=goal.pk, line=uuid.uuid4(), facts=w.facts(by, pick))


def edit_measure(w: World, by: Actor, pick: int) -> None:
    row = w.one(by, Measure, pick)
    w.do(by, actions.edit_measure, measure_id=row.pk, version=row.version, facts=w.facts(by, pick + 1))


def take_measure(w: World, by: Actor, pick: int) -> None:
    row = w.one(by, Measure, pick, is_proposal=True)
    w.do(by, actions.take_measure, measure_id=row.pk, version=row.version)


def remove_measure(w: World, by: Actor, pick: int) -> None:
    row = w.one(by, Measure, pick, plan__state=PlanState.DRAFT)
    w.do(by, actions.remove_measure, measure_id=row.pk, version=row.version)


def establish(w: World, by: Actor, pick: int) -> None:
    draft = w.one(by, Plan, pick, state=PlanState.DRAFT)
    w.do(by, actions.establish_plan, case_id=w.case.pk, version=draft.version)


def confirm(w: World, by: Actor, pick: int) -> None:
    w.do(by, actions.confirm_measures, case_id=w.case.pk, number=1 + pick % 2)


def report(w: World, by: Actor, pick: int) -> None:
    row = w.one(by, Measure, pick)
    told = actions.Told(list(MeasureResult)[pick % 4], "Därför")
    w.do(by, actions.report_measure, measure_id=row.pk, told=told)


def follow_up(w: World, by: Actor, pick: int) -> None:
    w.one(by, Plan, 0)
    build_plan.followed_up(w.case, list(FollowUpDecision)[pick % 3], by=by)


def offer(w: World, by: Actor, pick: int) -> None:
    to = unit_of(w.actors[pick % 4])
    w.do(by, actions.offer_lead, case_id=w.case.pk, to_unit=to, reason="Närmast")


def answer(w: World, by: Actor, pick: int) -> None:
    asked = w.one(by, LeadOffer, 0, state=OfferState.OFFERED)
    w.do(by, actions.answer_lead, offer_id=asked.pk, accept=pick % 3 > 0, answer="Svar")


def take_back(w: World, by: Actor, pick: int) -> None:
    w.do(by, actions.take_back_offer, case_id=w.case.pk)


def hand_call_over(w: World, by: Actor, pick: int) -> None:
    call = w.one(by, Call, 0, unit_id=by.unit_id, redirected_to=None)
    w.do(by, actions.redirect, call_id=call.pk, to_unit=unit(TAKES_OVER), reason="Hör dit")


def acknowledge(w: World, by: Actor, pick: int) -> None:
    call = w.one(by, Call, 0, unit_id=by.unit_id)
    w.do(by, actions.acknowledge, call_id=call.pk)


def contact(w: World, by: Actor, pick: int) -> None:
    w.do(by, actions.record_contact, case_id=w.case.pk, contacted_at=w.case.now, manner=ContactManner.PHONE)


def withdraw_consent(w: World, by: Actor, pick: int) -> None:
    w.do(by, actions.withdraw_consent, case_id=w.case.pk, reason="Ångrade sig")


def renew_consent(w: World, by: Actor, pick: int) -> None:
    with acting(by, w.case.now):
        case = SipCase.objects.select_related("matter__person").filter(pk=w.case.pk).first()
        if case is None:
            raise Refused("Ser inte ärendet.")
        consent = build_plan.everyone(case, now=w.case.now)
        if pick % 2:
            schools = Receivers([unit(build_plan.SCHOOL).authority])
            consent = build.consent(case, now=w.case.now, receivers=schools)
    w.do(by, actions.record_basis, case_id=w.case.pk, consent=consent)


def call_and_send(w: World, by: Actor, pick: int) -> None:
    case = w.one(by, SipCase, 0, pk=w.case.pk)
    chosen = [(unit(build_plan.PSYCHIATRY), ""), (unit(build_plan.SCHOOL), "")]
    w.do(by, actions.edit_case, case_id=case.pk, version=case.version, calls=chosen)
    w.do(by, actions.send, case_id=case.pk, version=w.one(by, SipCase, 0, pk=case.pk).version)


def close(w: World, by: Actor, pick: int) -> None:
    with acting(by, w.case.now):
        still_open = Measure.objects.filter(plan__state=PlanState.ESTABLISHED)
        told = {one.pk: actions.Told(MeasureResult.DROPPED, "Behövs inte") for one in still_open}
    w.do(by, actions.close, case_id=w.case.pk, reason=CloseReason.NO_NEED, note="", measures=told if pick % 3 else {})


def decline(w: World, by: Actor, pick: int) -> None:
    w.do(by, actions.decline, case_id=w.case.pk, note="")


def take_back_case(w: World, by: Actor, pick: int) -> None:
    w.do(by, actions.withdraw, case_id=w.case.pk, note="Blev fel")


def call_meeting(w: World, by: Actor, pick: int) -> None:
    case = w.one(by, SipCase, 0, pk=w.case.pk)
    others = [(unit_of(other), "") for other in w.actors if other.unit_id != by.unit_id]
    build_meeting.call(case, by=by, now=w.case.now, units=others[: 1 + pick % 3])


def reply(w: World, by: Actor, pick: int) -> None:
    mine = w.one(by, MeetingCall, pick, unit_id=by.unit_id)
    w.do(by, actions.reply, call_id=mine.pk, deputy="Kim" if pick % 2 else "")


def reschedule(w: World, by: Actor, pick: int) -> None:
    meeting = w.one(by, Meeting, pick)
    when = build_meeting.when(w.case.now + timedelta(days=pick - 1))
    w.do(by, actions.reschedule, meeting_id=meeting.pk, version=meeting.version, when=when, reason="Förhinder")


def cancel(w: World, by: Actor, pick: int) -> None:
    w.do(by, actions.cancel_meeting, meeting_id=w.one(by, Meeting, pick).pk, reason="Sjukdom")


def hold(w: World, by: Actor, pick: int) -> None:
    present = {one.unit_id: "En person" for one in w.actors[: 1 + pick % 3]}
    w.do(by, actions.hold, meeting_id=w.one(by, Meeting, pick).pk, present=present, guests=[])


def write_notes(w: World, by: Actor, pick: int) -> None:
    texts = {"discussed": "Skolan", "agreed": "Schemat", "own_words": "Bra", "correction_reason": "Fel" * (pick % 2)}
    asked = {"texts": texts, "view_asked": "yes", "version": None, "finish": bool(pick % 3)}
    w.do(by, actions.save_notes, meeting_id=w.one(by, Meeting, pick).pk, **asked)


WRITING = [open_plan, whole_draft, whole_draft, write, add_goal, add_measure, add_measure, edit_measure, take_measure,
           remove_measure, establish, establish]  # fmt: skip
CARRYING_OUT = [confirm, report, follow_up, offer, offer, answer, answer, take_back, hand_call_over, acknowledge]
MEETING = [call_meeting, call_meeting, reply, reply, reschedule, hold, hold, write_notes, cancel]
STOPPING = [withdraw_consent, renew_consent, renew_consent, call_and_send, contact, close, decline, take_back_case]


class Machine(RuleBasedStateMachine):
    start: build_plan.Case

    def __init__(self) -> None:
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.world = World(copy.copy(self.start))

    @initialize(reached=st.sampled_from(["contacted", "drafted", "planned", "held"]))
    def begins(self, reached: str) -> None:
        """Some way into the process: chance alone would seldom come that far."""
        world = self.world
        lead, region = world.actors[:2]
        if reached == "held":
            call_meeting(world, lead, 1)
            world.case.now += timedelta(days=11)
            hold(world, lead, 1)
        elif reached != "contacted":
            open_plan(world, lead, 0)
            whole_draft(world, lead, 0)
            add_measure(world, region, 3)
            if reached == "planned":
                establish(world, lead, 0)

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.undo.__exit__(None, None, None)

    def step(self, verb: Callable[[World, Actor, int], None], who: int, pick: int) -> None:
        try:
            with transaction.atomic():
                verb(self.world, self.world.actors[who], pick)
        except (Refused, Gone):
            pass
        except (Plan.DoesNotExist, Plan.MultipleObjectsReturned):
            pass

    @rule(verb=st.sampled_from(WRITING), who=st.integers(0, 3), pick=st.integers(0, 11))
    def writes(self, verb: Any, who: int, pick: int) -> None:
        self.step(verb, who, pick)

    @rule(verb=st.sampled_from(WRITING), pick=st.integers(0, 11))
    def lead_writes(self, verb: Any, pick: int) -> None:
        self.step(verb, 0, pick)

    @rule(verb=st.sampled_from(CARRYING_OUT), who=st.integers(0, 3), pick=st.integers(0, 11))
    def carries_out(self, verb: Any, who: int, pick: int) -> None:
        self.step(verb, who, pick)

    @rule(verb=st.sampled_from(MEETING), who=st.integers(0, 3), pick=st.integers(0, 11))
    def meets(self, verb: Any, who: int, pick: int) -> None:
        self.step(verb, who, pick)

    @rule(verb=st.sampled_from(STOPPING), who=st.sampled_from([0, 0, 1, 3]), pick=st.integers(0, 11))
    def stops(self, verb: Any, who: int, pick: int) -> None:
        self.step(verb, who, pick)

    @rule(days=st.sampled_from([1, 30, 200]))
    def time_goes(self, days: int) -> None:
        self.world.case.now += timedelta(days=days)

    # --- what always holds --------------------------------------------------------------------------------------------
    @invariant()
    def the_case_is_whole(self) -> None:
        pk = self.world.case.pk
        with as_owner():
            case = SipCase.objects.select_related("matter").get(pk=pk)
            plans = list(Plan.objects.filter(case=case).values_list("state", flat=True))
            running = list(
                Clock.objects.filter(matter_id=pk, stopped_at=None).values_list("kind", "unit_id", "subject")
            )
            offers = LeadOffer.objects.filter(case=case, state=OfferState.OFFERED).count()
            there = set(Participant.objects.filter(matter_id=pk, ended_at=None).values_list("unit_id", flat=True))
            waiting = Commitment.objects.filter(
                plan__case=case, plan__state=PlanState.ESTABLISHED, state=CommitmentState.WAITING, unit_id__in=there
            )
            unconfirmed = set(waiting.values_list("pk", flat=True))
        assert (PlanState.ESTABLISHED in plans) == (case.state == State.PLANNED)
        assert case.state in PLANNING or PlanState.DRAFT not in plans
        assert case.state in PLANNING or not offers
        assert case.lead_id in there, "somebody who takes part has the responsibility"
        if case.state in ENDED_STATES:
            assert not running, "an ended case has no clock"
        if case.state == State.PLANNED:
            assert [unit_id for kind, unit_id, _ in running if kind == actions.FOLLOW_UP] == [case.lead_id]
        assert unconfirmed <= {subject for kind, _, subject in running if kind == actions.CONFIRM}

    @invariant()
    def meetings_are_whole(self) -> None:
        pk, now = self.world.case.pk, self.world.case.now
        with as_owner():
            state = SipCase.objects.values_list("state", flat=True).get(pk=pk)
            meetings = list(Meeting.objects.filter(case_id=pk))
            asked = MeetingCall.objects.filter(
                case_id=pk, meeting__state=MeetingState.CALLED, state=ReplyState.WAITING
            ).values_list("pk", flat=True)
            waiting = set(asked)
            clocks = Clock.objects.filter(matter_id=pk, stopped_at=None, kind=actions.MEETING_REPLY)
            chased = set(clocks.values_list("subject", flat=True))
            came = {one.meeting_id for one in Attendee.objects.filter(case_id=pk)}
            noted = {one.meeting_id for one in MeetingNotes.objects.filter(case_id=pk)}
        assert chased == waiting, "each called unit that hasn't answered is chased, and no other"
        assert state in PLANNING or all(one.state != MeetingState.CALLED for one in meetings)
        held = {one.pk for one in meetings if one.state == MeetingState.HELD}
        assert came == held
        assert noted <= held
        assert all(one.starts_at <= now for one in meetings if one.pk in held)

    @invariant()
    def rights_have_reasons(self) -> None:
        with as_owner(), connection.cursor() as cursor:
            cursor.execute("SELECT * FROM portal_rights_drift()")
            assert cursor.fetchone() == (0, 0, 0)

    @invariant()
    def nobody_sees_more_than_was_given(self) -> None:
        world, now = self.world, self.world.case.now
        with as_owner():
            hidden = {row.pk: set(row.withheld_from) for row in Measure.objects.exclude(withheld_from=[])}
            rights = MatterGroupObjectPermission.objects.filter(content_object_id=world.case.pk)
            until = dict(rights.values_list("group_id", "until"))
        for by in (*world.actors, world.stranger):
            reaches = by.group_id in until and (until[by.group_id] is None or until[by.group_id] > now)
            with acting(by, now):
                for model in TABLES if not reaches else ():
                    assert not model.objects.exists(), f"{by.unit_name} sees {model.__name__}"
                seen = set(Measure.objects.values_list("pk", flat=True))
            assert not [pk for pk, units in hidden.items() if by.unit_id in units and pk in seen]


@pytest.mark.django_db
def test_any_order_of_actions_by_anybody() -> None:
    Machine.start = build_plan.contacted()
    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=12,
            stateful_step_count=25,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
