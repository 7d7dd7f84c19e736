"""The case page: one case as the acting unit meets it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, Func, IntegerField, OuterRef, Prefetch, Subquery, Value
from django.db.models.functions import Concat
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from agreements.models import TargetGroup
from core.acting import Actor
from core.policy import ActingRequest, for_roles, policy, visible_or_404
from individuals.models import Event
from organisations.kinds import CASE_ROLES
from sip import actions, panels, progress
from sip.kinds import OPEN_STATES, Do, MeetingDo, ReplyDo, State
from sip.meetings import Stands, meetings_of, title_of
from sip.models import Call, Carrier, OtherPlan, SipCase
from sip.permissions import HANDS_OVER
from sip.plan_progress import plan_standing
from sip.querysets import SipCaseQuerySet

ADDRESSES: dict[Do, str] = {
    Do.EDIT: "sip:resume_draft",
    Do.RECORD_BASIS: "sip:consent",
    Do.SEND: "sip:review",
    Do.ACKNOWLEDGE: "sip:acknowledge",
    Do.REDIRECT: "sip:redirect",
    Do.RECORD_CONTACT: "sip:contact",
    Do.MEET: "sip:meeting_call",
    Do.NOTE_OTHER_PLAN: "sip:other_plan",
    Do.PAUSE: "sip:pause",
    Do.RESUME: "sip:resume",
    Do.WITHDRAW_CONSENT: "sip:withdraw_consent",
    Do.DECLINE: "sip:decline",
    Do.WITHDRAW: "sip:withdraw",
    Do.CLOSE: "sip:close",
    Do.DRAFT_PLAN: "sip:plan",
    Do.ESTABLISH_PLAN: "sip:plan_establish",
    Do.CONFIRM_MEASURES: "sip:plan_confirm",
    Do.FOLLOW_UP: "sip:plan_follow_up",
    Do.OFFER_LEAD: "sip:lead",
    Do.ANSWER_LEAD: "sip:lead_answer",
    Do.TAKE_LEAD: "sip:lead",
}
"""Where each action has its page."""

MEETING_ADDRESSES: dict[MeetingDo | ReplyDo, str] = {
    MeetingDo.RESCHEDULE: "sip:meeting_reschedule",
    MeetingDo.CALL_UNIT: "sip:meeting_call_unit",
    MeetingDo.INVITE: "sip:meeting_invite",
    MeetingDo.CANCEL: "sip:meeting_cancel",
    MeetingDo.HOLD: "sip:meeting_hold",
    MeetingDo.WRITE_NOTES: "sip:meeting_notes",
    ReplyDo.COME: "sip:meeting_reply",
}


@dataclass(frozen=True, slots=True)
class NextStep:
    """The one primary button: its words and where it leads."""

    label: str
    href: str


def step_of(stands: Stands) -> NextStep | None:
    """What a meeting waits for from the acting unit, or nothing."""
    do = stands.next_do()
    if do is None:
        return None
    label = "Svara på kallelsen till mötet" if do == ReplyDo.COME else str(do.label)
    return NextStep(label, reverse(MEETING_ADDRESSES[do], args=[stands.meeting.case_id, stands.meeting.pk]))


def cases_for(request: ActingRequest) -> SipCaseQuerySet:
    """The cases that the acting unit takes part in now, with what every page of a case stands on."""
    return (
        SipCase.objects.visible_to(request.actor, request.now)
        .select_related(
            "matter__person", "matter__initiator__authority__huvudman", "matter__agreement", "contact_unit", "sent_by"
        )
        .prefetch_related(
            panels.BASES,
            "matter__person__guardians",
            Prefetch(
                "calls",
                Call.objects.select_related("unit__authority__huvudman", "acknowledged_by", "redirected_to__unit"),
            ),
        )
    )


def with_particulars(cases: SipCaseQuerySet, actor: Actor) -> SipCaseQuerySet:
    """What the case page tells in few words, fetched with the case."""
    ours = Carrier.objects.filter(case_id=OuterRef("pk"), unit_id=actor.unit_id)
    place = Func(OuterRef("target_groups"), F("key"), function="array_position", output_field=IntegerField())
    chosen = TargetGroup.objects.alias(place=place).filter(
        agreement_id=OuterRef("matter__agreement_id"), place__isnull=False
    )
    return cases.annotate(
        # Few cases have such plans: the others don't pay for asking.
        has_other_plans=Exists(OtherPlan.objects.filter(case_id=OuterRef("pk"))),
        carried_by=Subquery(ours.values(name=Concat("user__first_name", Value(" "), "user__last_name"))),
        group_names=ArraySubquery(chosen.order_by("position").values("name")),
    )


def find_case(request: ActingRequest, case_id: UUID, what: str = "sip.case") -> SipCase:
    """The case, if the acting unit takes part in it now; else 404 and a line in the read log (LAW-3)."""
    return visible_or_404(request, cases_for(request), what, pk=case_id)


def stand(request: ActingRequest, case: SipCase) -> progress.Standing:
    """The case from the acting unit's chair, with what its progress is told from."""
    plan = plan_standing(case, request.actor, request.now)
    basis, clocks = panels.basis_in_use(case.matter), panels.clocks_of(case)
    return progress.Standing(case, request.actor, request.now, basis, clocks, meetings_of(case), plan)


@policy(for_roles(*CASE_ROLES))
@require_safe
def case_page(request: ActingRequest, case_id: UUID) -> HttpResponse:
    """Status, next step, process, people and units, texts and clocks. `insight` tells who sees what, and the events."""
    case = visible_or_404(request, with_particulars(cases_for(request), request.actor), "sip.case", pk=case_id)
    told = vars(case)  # With the particulars, which the model doesn't declare.
    at = stand(request, case)
    before_sending = case.state in (State.DRAFT, State.READY) and at.initiated
    pieces = panels.readable(case, request.actor)
    first = progress.next_do(at)
    meetings = [Stands(one, request.actor, request.now) for one in at.meetings]
    clocks = panels.explained(at.clocks, request.actor)
    context = {
        "case": case,
        "person": case.matter.person,
        "at": at,
        "sentence": progress.sentence(at),
        "primary": _with_addresses(at, [first] if first else []),
        "others": _with_addresses(at, progress.other_dos(at)),
        "tasks": progress.tasks(at, actions.whats_missing(case, request.now) if before_sending else []),
        "calls": [call for call in case.calls.all() if call.called_at is not None or at.initiated],
        "texts": panels.texts(pieces),
        "categories": panels.category_labels(at.basis) if at.basis else [],
        "excluded": [scope for scope in at.basis.scopes.all() if scope.is_excluded] if at.basis else [],
        "readable_until": panels.still_readable_until(case, at.basis),
        "running": [one for one in clocks if one.clock.stopped_at is None],
        "stopped": [one for one in clocks if one.clock.stopped_at is not None],
        "groups": told["group_names"],
        "guardians": list(case.matter.person.guardians.all()),
        "meetings": [(stands, title_of(stands.meeting)) for stands in meetings],
        "meeting_step": next(filter(None, map(step_of, meetings)), None),
        "carrier": told["carried_by"],
        "may_hand_over": bool(HANDS_OVER.decide(request.actor, case)) and case.state in OPEN_STATES,
        "other_plans": panels.other_plans(case, request.actor, request.now) if told["has_other_plans"] else [],
        "now": request.now,
    }
    return render(request, "sip/case.html", context)


@policy(for_roles(*CASE_ROLES))
@require_safe
def insight(request: ActingRequest, case_id: UUID) -> HttpResponse:
    """Who sees or has seen what, and all that has happened (IND-7): two sections that the case page fetches."""
    cases = SipCase.objects.visible_to(request.actor, request.now).select_related("matter__person")
    case = visible_or_404(request, cases, "sip.insight", pk=case_id)
    pieces = panels.readable(case, request.actor)
    context = {
        "case": case,
        "person": case.matter.person,
        "sights": panels.who_sees_what(case, pieces, request.actor, request.now),
        "events": Event.objects.filter(matter_id=case.pk).select_related("unit", "user").order_by("-at", "-pk"),
        "now": request.now,
    }
    return render(request, "sip/insight.html", context)


def _with_addresses(at: progress.Standing, dos: list[Do]) -> list[tuple[object, str]]:
    return [(button, ADDRESSES[button.do]) for button in progress.buttons(at, dos)]
