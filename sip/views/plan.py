"""Reading the plan: the version in force, earlier ones, and what differs between two (SIP-7, SIP-9)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from core.authz import Refused
from core.policy import ActingRequest, for_roles, policy
from core.transitions import Gone
from organisations.kinds import CASE_ROLES
from sip import actions, plan_panels
from sip.kinds import Do, PlanState
from sip.models import Plan, SipCase
from sip.permissions import CASE_RULES
from sip.views.case import find_case
from sip.views.case_actions import refuse

PARTICIPANTS = for_roles(*CASE_ROLES)
GET_POST = ["GET", "HEAD", "POST"]


@policy(PARTICIPANTS)
@require_safe
def plan_page(request: ActingRequest, case_id: UUID) -> HttpResponse:
    """The plan in force; the newest version when none is; before the first one what to do."""
    case = find_case(request, case_id, "sip.plan")
    plans = plans_of(case)
    current = next((one for one in plans if one.state != PlanState.DRAFT), None)
    draft = next((one for one in plans if one.is_draft), None)
    if current is None and draft is not None:
        return redirect("sip:plan_editor", case_id=case.pk)
    return _show(request, case, plans, current)


@policy(PARTICIPANTS)
@require_safe
def version_page(request: ActingRequest, case_id: UUID, number: int) -> HttpResponse:
    """One version, as it was agreed."""
    case = find_case(request, case_id, "sip.plan")
    plans = plans_of(case)
    plan = next((one for one in plans if one.number == number), None)
    if plan is None:
        raise Http404("plan")
    return redirect("sip:plan_editor", case_id=case.pk) if plan.is_draft else _show(request, case, plans, plan)


@policy(PARTICIPANTS)
@require_safe
def changes_page(request: ActingRequest, case_id: UUID, number: int) -> HttpResponse:
    """What one version changed in the one before it, in words."""
    case = find_case(request, case_id, "sip.plan")
    by_number = {one.number: one for one in plans_of(case)}
    if number not in by_number or number - 1 not in by_number:
        raise Http404("plan")
    agreement = case.matter.agreement
    before, after = (plan_panels.shown(by_number[n], agreement) for n in (number - 1, number))
    context = {"before": before.plan, "after": after.plan, "changes": plan_panels.differences(before, after)}
    return render(request, "sip/plan/changes.html", {**frame(request, case), **context})


@policy(PARTICIPANTS)
@require_POST
def open_version(request: ActingRequest, case_id: UUID) -> HttpResponse:
    """Begin a version and go to the editor; one that is open already is gone to."""
    case = find_case(request, case_id, "sip.plan")
    if not CASE_RULES.may(request.actor, Do.DRAFT_PLAN, case):
        return refuse(request, Do.DRAFT_PLAN, case)
    try:
        actions.open_plan(case_id=case.pk, by=request.actor, now=request.now)
    except Gone:
        raise Http404 from None
    except Refused as refused:
        return refused_page(request, case, Do.DRAFT_PLAN.label, refused.reason)
    return redirect("sip:plan_editor", case_id=case.pk)


# --- shared with the other pages of the plan ------------------------------------------------------------------------
def plans_of(case: SipCase) -> list[Plan]:
    """Every version that the acting unit was handed, the newest first."""
    return list(Plan.objects.filter(case_id=case.pk).select_related("lead_unit", "established_by").order_by("-number"))


def frame(request: ActingRequest, case: SipCase) -> dict[str, Any]:
    """What every page of the plan shows around its own."""
    return {"case": case, "person": case.matter.person, "now": request.now}


def refused_page(request: ActingRequest, case: SipCase, label: str, reason: str, status: int = 409) -> HttpResponse:
    """Why it can't be done now, with the way back."""
    return render(request, "sip/refused.html", {"case": case, "reason": reason, "label": label}, status=status)


def show_draft(request: ActingRequest, case: SipCase, draft: Plan) -> HttpResponse:
    """The draft for those who read it and don't write."""
    return _show(request, case, plans_of(case), draft)


def _show(request: ActingRequest, case: SipCase, plans: list[Plan], plan: Plan | None) -> HttpResponse:
    shown = plan_panels.shown(plan, case.matter.agreement) if plan else None
    draft = next((one for one in plans if one.is_draft), None)
    by, mine = request.actor, shown.commitment_of(request.actor.unit_id) if shown else None
    numbers = {one.number for one in plans}
    context = {
        "shown": shown,
        "plan": plan,
        "draft": draft,
        "versions": [one for one in plans if not one.is_draft],
        "has_before": plan is not None and plan.number - 1 in numbers,
        "lead": next((unit for unit in _units(case) if unit.pk == case.lead_id), None),
        "to_confirm": plan is not None and plan.is_in_force and shown is not None and mine in shown.unconfirmed,
        "may_draft": CASE_RULES.may(by, Do.DRAFT_PLAN, case),
        "may_follow_up": CASE_RULES.may(by, Do.FOLLOW_UP, case),
        "may_tell": {
            one.measure.pk
            for one in (shown.measures if shown and plan and plan.is_in_force else [])
            if CASE_RULES.may(by, Do.CONFIRM_MEASURES, case)
            and (one.measure.unit_id in (None, by.unit_id) or case.lead_id == by.unit_id)
        },
    }
    return render(request, "sip/plan/plan.html", {**frame(request, case), **context})


def _units(case: SipCase) -> list[Any]:
    return [case.matter.initiator, *(call.unit for call in case.calls.all())]
