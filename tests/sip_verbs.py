"""What anybody can do with a case of SIP, one verb each: the steps that `test_sip_machine` takes in any order."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from inspect import unwrap
from typing import Any

from core.acting import Actor, acting
from core.authz import Refused
from individuals.actions import Receivers
from organisations.models import Unit, User
from sip import actions
from sip.actions import MeasureFacts
from sip.kinds import (
    CloseReason,
    ContactManner,
    Doer,
    FollowUpDecision,
    GoalSpan,
    MeasureResult,
    OfferState,
    OtherPlanKind,
    PlanState,
    PlanTextKind,
)
from sip.models import (
    Call,
    Goal,
    LeadOffer,
    Measure,
    Meeting,
    MeetingCall,
    MeetingGuest,
    OtherPlan,
    Plan,
    SipCase,
)
from tests import build, build_meeting, build_plan
from tests.conftest import actor, unit

STRANGER, TAKES_OVER = "laholm-socialtjanst-barn", "bup-halmstad"


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


def edit_goal(w: World, by: Actor, pick: int) -> None:
    row = w.one(by, Goal, pick)
    asked = {"words": f"Mål {pick}", "elaboration": "", "span": GoalSpan.SHORT}
    w.do(by, actions.edit_goal, goal_id=row.pk, version=row.version, **asked)


def remove_goal(w: World, by: Actor, pick: int) -> None:
    row = w.one(by, Goal, pick)
    w.do(by, actions.remove_goal, goal_id=row.pk, version=row.version)


def write_contact(w: World, by: Actor, pick: int) -> None:
    w.do(by, actions.write_contact, case_id=w.case.pk, name="Kim", phone="", version=pick % 3)


def take_lead(w: World, by: Actor, pick: int) -> None:
    w.do(by, actions.take_lead, case_id=w.case.pk)


def file_copy(w: World, by: Actor, pick: int) -> None:
    asked = {"kind": "plan", "title": "Planen", "version": 1 + pick % 2}
    w.do(by, actions.confirm_filed, case_id=w.case.pk, **asked)


def call_unit(w: World, by: Actor, pick: int) -> None:
    meeting = w.one(by, Meeting, pick)
    other = unit_of(w.actors[pick % 4])
    w.do(by, actions.call_unit_to_meeting, meeting_id=meeting.pk, unit=other, reason="Behövs")


def invite(w: World, by: Actor, pick: int) -> None:
    w.do(by, actions.invite, meeting_id=w.one(by, Meeting, pick).pk, guest=build_meeting.guest())


def uninvite(w: World, by: Actor, pick: int) -> None:
    meeting = w.one(by, Meeting, pick)
    guest = w.one(by, MeetingGuest, pick, meeting=meeting)
    w.do(by, actions.uninvite, meeting_id=meeting.pk, guest_id=guest.pk)


def hand_over(w: World, by: Actor, pick: int) -> None:
    """To a colleague, or to somebody who works elsewhere: which must never come about."""
    asked = f"{build.INITIATOR}-2" if pick % 2 else build.CALLED
    w.do(by, actions.hand_over, case_id=w.case.pk, to_user=User.objects.get(username=asked), reason="Semester")


def pause(w: World, by: Actor, pick: int) -> None:
    w.do(by, actions.pause, case_id=w.case.pk, reason="På sjukhus")


def resume(w: World, by: Actor, pick: int) -> None:
    w.do(by, actions.resume, case_id=w.case.pk)


def note_other_plan(w: World, by: Actor, pick: int) -> None:
    asked = {"kind": list(OtherPlanKind)[pick % 3], "kept_in": "Akten", "since_on": w.case.now.date()}
    w.do(by, actions.note_other_plan, case_id=w.case.pk, **asked)


def review_other_plan(w: World, by: Actor, pick: int) -> None:
    w.do(by, actions.review_other_plan, plan_id=w.one(by, OtherPlan, pick).pk, reviewed_on=w.case.now.date())


def end_other_plan(w: World, by: Actor, pick: int) -> None:
    w.do(by, actions.end_other_plan, plan_id=w.one(by, OtherPlan, pick).pk, ended_on=w.case.now.date())


WRITING = [open_plan, whole_draft, whole_draft, write, add_goal, add_measure, add_measure, edit_goal, remove_goal,
           write_contact, edit_measure, take_measure, remove_measure, establish, establish]  # fmt: skip
CARRYING_OUT = [confirm, report, follow_up, offer, offer, answer, answer, take_back, take_lead, hand_call_over,
                acknowledge, file_copy, hand_over, pause, resume]  # fmt: skip
MEETING = [call_meeting, call_meeting, reply, reply, reschedule, hold, hold, write_notes, cancel, call_unit, invite,
           uninvite]  # fmt: skip
BESIDE = [note_other_plan, review_other_plan, end_other_plan, end_other_plan]
STOPPING = [withdraw_consent, renew_consent, renew_consent, call_and_send, contact, close, decline, take_back_case]
VERBS = {*WRITING, *CARRYING_OUT, *MEETING, *BESIDE, *STOPPING}


def actions_run() -> set[str]:
    """The names of the chapter's actions that the verbs run, themselves or through the builders they use."""
    codes = [verb.__code__ for verb in VERBS]
    codes += [unwrap(builder).__code__ for builder in (build_meeting.call, build_plan.followed_up)]
    return {name for code in codes for name in code.co_names} & set(actions.__all__)
