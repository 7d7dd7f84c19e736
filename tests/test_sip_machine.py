"""Any order of actions on a case, by anybody: never an illegal state, an orphan right, a lost clock or a leak.

A step that the rules refuse is a step too. What is found is shrunk by Hypothesis to the fewest steps.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import timedelta
from inspect import isfunction, signature
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
from individuals.models import MatterGroupObjectPermission, Participant
from sip import actions
from sip.kinds import (
    COMPULSORY,
    ENDED_STATES,
    PLANNING,
    CommitmentState,
    MeetingState,
    OfferState,
    OtherPlanState,
    PlanState,
    ReplyState,
    State,
)
from sip.models import (
    Attendee,
    Carrier,
    Commitment,
    Goal,
    LeadOffer,
    Measure,
    Meeting,
    MeetingCall,
    MeetingNotes,
    OtherPlan,
    Plan,
    PlanText,
    SipCase,
)
from tests import build_plan
from tests.conftest import WHOLE, as_owner
from tests.sip_verbs import (
    BESIDE,
    CARRYING_OUT,
    MEETING,
    STOPPING,
    WRITING,
    World,
    actions_run,
    add_measure,
    call_meeting,
    establish,
    hold,
    open_plan,
    whole_draft,
)

TABLES = (SipCase, Plan, PlanText, Goal, Measure, Commitment, Meeting, MeetingCall, MeetingNotes, OtherPlan, Carrier)


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

    @rule(verb=st.sampled_from(BESIDE), who=st.sampled_from([0, 0, 1, 2]), pick=st.integers(0, 11))
    def goes_on_beside(self, verb: Any, who: int, pick: int) -> None:
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
            care = OtherPlan.objects.filter(case=case, kind__in=COMPULSORY, state=OtherPlanState.ONGOING)
            watched = set(care.values_list("pk", flat=True)) if case.state not in ENDED_STATES else set()
            unconfirmed = set(waiting.values_list("pk", flat=True))
        assert (PlanState.ESTABLISHED in plans) == (case.state == State.PLANNED)
        assert case.state in PLANNING or PlanState.DRAFT not in plans
        assert case.state in PLANNING or not offers
        assert case.lead_id in there, "somebody who takes part has the responsibility"
        if case.state in ENDED_STATES:
            assert not running, "an ended case has no clock"
        if case.state == State.PLANNED:
            assert [unit_id for kind, unit_id, _ in running if kind == actions.FOLLOW_UP] == [case.lead_id]
        assert watched == {subject for kind, _, subject in running if kind == actions.PLAN_RENEWAL}, "SIP-12"
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
                assert not Carrier.objects.exclude(unit_id=by.unit_id).exists(), "who carries it elsewhere is seen"
            assert not [pk for pk, units in hidden.items() if by.unit_id in units and pk in seen]


NOT_RUN = {
    "start_case": "the machine begins with a case that has a first contact; filing has tests of its own",
    "hand_over_all": "gives every case of a colleague in the way that one is given; there is one case here",
    "save_view": "a user's own choice of filters: no case has anything to do with it",
    "remove_view": "as save_view",
    "end_measures": "the part of closing and following up that ends measures: both are run",
}
"""Actions that no verb runs, and why."""


def test_every_action_of_the_chapter_is_a_step_of_the_machine_or_has_a_reason_not_to_be() -> None:
    every = {
        name
        for name in actions.__all__
        if isfunction(found := getattr(actions, name)) and {"by", "now"} <= set(signature(found).parameters)
    }
    assert every - actions_run() == set(NOT_RUN)


@pytest.mark.django_db
def test_any_order_of_actions_by_anybody() -> None:
    Machine.start = build_plan.contacted()
    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=12 if WHOLE else 5,
            stateful_step_count=25,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
