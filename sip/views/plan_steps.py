"""What is done with a plan as a whole: establish, confirm, tell how it goes, follow up, hand over the lead."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from core.authz import Refused
from core.policy import ActingRequest, policy
from core.transitions import Gone, Stale
from core.workdays import local_day
from organisations.models import Unit
from sip import actions, panels, plan_panels
from sip.forms.plan import AnswerLeadForm, FollowUpForm, OfferLeadForm, TellForm, VersionForm
from sip.kinds import Do, FollowUpDecision, MeasureResult
from sip.models import Measure, SipCase
from sip.permissions import CASE_RULES
from sip.views.case import find_case
from sip.views.case_actions import refuse
from sip.views.plan import GET_POST, PARTICIPANTS, frame, refused_page


@policy(PARTICIPANTS)
@require_http_methods(GET_POST)
def establish(request: ActingRequest, case_id: UUID) -> HttpResponse:
    """Look at what is missing and exactly who gets what; then the draft becomes the plan in force."""
    case = find_case(request, case_id, "sip.plan")
    if not CASE_RULES.may(request.actor, Do.ESTABLISH_PLAN, case):
        return refuse(request, Do.ESTABLISH_PLAN, case)
    draft = actions.draft_of(case)
    if draft is None:
        return _no_plan(request, case, Do.ESTABLISH_PLAN, "Ingen plan skrivs just nu. Öppna nästa version först.")
    form = VersionForm(request.POST or None, initial={"version": draft.version})
    if request.method == "POST" and form.is_valid():
        try:
            plan = actions.establish_plan(
                case_id=case.pk, version=form.cleaned_data["version"], by=request.actor, now=request.now
            )
        except Gone:
            raise Http404 from None
        except Stale as stale:
            form.add_error(None, "Planen har ändrats sedan du öppnade sidan. Läs igenom den igen.")
            form.data = {**request.POST.dict(), "version": stale.current.version}
        except Refused as refused:
            form.add_error(None, refused.reason)
        else:
            messages.success(
                request, f"Version {plan.number} av planen gäller. De som svarar för insatser ombeds att bekräfta dem."
            )
            return redirect("sip:plan", case_id=case.pk)
    shown = plan_panels.shown(draft, case.matter.agreement)
    context = {
        "form": form,
        "draft": draft,
        "shown": shown,
        "gaps": actions.plan_gaps(case, draft, request.now),
        "receivers": _receivers(case, shown, request),
    }
    return _page(request, "sip/plan/establish.html", case, form, context)


@policy(PARTICIPANTS)
@require_http_methods(GET_POST)
def confirm(request: ActingRequest, case_id: UUID) -> HttpResponse:
    """The unit reads its own measures and confirms that it answers for them."""
    case = find_case(request, case_id, "sip.plan")
    if not CASE_RULES.may(request.actor, Do.CONFIRM_MEASURES, case):
        return refuse(request, Do.CONFIRM_MEASURES, case)
    plan = actions.plan_in_force(case)
    shown = plan_panels.shown(plan, case.matter.agreement) if plan else None
    mine = shown.commitment_of(request.actor.unit_id) if shown else None
    if plan is None or shown is None or mine is None:
        return _no_plan(request, case, Do.CONFIRM_MEASURES, "Er verksamhet har inga insatser i planen som gäller.")
    if mine not in shown.unconfirmed:
        messages.info(request, "Era insatser är redan bekräftade.")
        return redirect("sip:plan", case_id=case.pk)
    form = VersionForm(request.POST or None, initial={"version": plan.number})
    if request.method == "POST" and form.is_valid():
        try:
            actions.confirm_measures(
                case_id=case.pk, number=form.cleaned_data["version"], by=request.actor, now=request.now
            )
        except Gone:
            raise Http404 from None
        except Refused as refused:
            # The page now shows the version that is in force.
            form.add_error(None, refused.reason)
            form.data = {**request.POST.dict(), "version": plan.number}
        else:
            messages.success(request, "Era insatser är bekräftade.")
            return redirect("sip:plan", case_id=case.pk)
    context = {"form": form, "plan": plan, "mine": shown.of_unit(request.actor.unit_id), "shown": shown}
    return _page(request, "sip/plan/confirm.html", case, form, context)


@policy(PARTICIPANTS)
@require_http_methods(GET_POST)
def tell(request: ActingRequest, case_id: UUID, measure_id: UUID) -> HttpResponse:
    """How one measure goes, told by those who answer for it."""
    case = find_case(request, case_id, "sip.plan")
    measure = Measure.objects.filter(pk=measure_id, case_id=case.pk).select_related("unit", "goal").first()
    if measure is None:
        raise Http404("measure")
    if not CASE_RULES.may(request.actor, Do.CONFIRM_MEASURES, case):
        return refuse(request, Do.CONFIRM_MEASURES, case)
    if measure.unit_id not in (None, request.actor.unit_id) and case.lead_id != request.actor.unit_id:
        reason = f"Det här gör {measure.unit}, som svarar för insatsen."
        return refused_page(request, case, "Berätta hur det går", reason, status=403)
    form = TellForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        told = actions.Told(MeasureResult(form.cleaned_data["result"]), form.cleaned_data["why"])
        if _done(
            form,
            lambda: actions.report_measure(measure_id=measure.pk, told=told, by=request.actor, now=request.now),
            {f"why-{measure.pk}": "why"},
        ):
            messages.success(request, "Det är noterat i planen.")
            return redirect("sip:plan", case_id=case.pk)
    return _page(request, "sip/plan/tell.html", case, form, {"form": form, "measure": measure})


@policy(PARTICIPANTS)
@require_http_methods(GET_POST)
def follow_up(request: ActingRequest, case_id: UUID) -> HttpResponse:
    """Record the follow-up: goal by goal, measure by measure, and what comes next (SIP-9)."""
    case = find_case(request, case_id, "sip.plan")
    if not CASE_RULES.may(request.actor, Do.FOLLOW_UP, case):
        return refuse(request, Do.FOLLOW_UP, case)
    plan = actions.plan_in_force(case)
    if plan is None:
        return _no_plan(request, case, Do.FOLLOW_UP, "Det finns ingen plan som gäller. Fastställ den först.")
    shown = plan_panels.shown(plan, case.matter.agreement)
    form = FollowUpForm(
        request.POST or None,
        goals=[one.goal for one in shown.goals],
        measures=[one.measure for one in shown.measures],
        told={one.measure.pk: one.outcome.result for one in shown.measures if one.outcome},
        initial={"held_on": local_day(request.now), "number": plan.number},
    )
    if (
        request.method == "POST"
        and form.is_valid()
        and _done(
            form,
            lambda: actions.record_follow_up(case_id=case.pk, by=request.actor, now=request.now, **form.values()),
        )
    ):
        return _after_follow_up(request, case, FollowUpDecision(form.cleaned_data["decision"]))
    rows = [
        {"goal": one, "fields": form.goal_fields(one.goal), "measures": _measure_rows(form, one.measures)}
        for one in shown.goals
    ]
    return _page(request, "sip/plan/follow_up.html", case, form, {"form": form, "plan": plan, "rows": rows})


def _after_follow_up(request: ActingRequest, case: SipCase, decision: FollowUpDecision) -> HttpResponse:
    messages.success(request, "Uppföljningen är registrerad.")
    match decision:
        case FollowUpDecision.NEW_VERSION:
            return redirect("sip:plan_editor", case_id=case.pk)
        case FollowUpDecision.CLOSE:
            return redirect("sip:close", case_id=case.pk)
    return redirect("sip:plan", case_id=case.pk)


# --- the overall responsibility -------------------------------------------------------------------------------------
@policy(PARTICIPANTS)
@require_http_methods(GET_POST)
def lead(request: ActingRequest, case_id: UUID) -> HttpResponse:
    """Ask another unit to take over, take the question back, or take over from a unit that has closed (SIP-11)."""
    case = find_case(request, case_id)
    holder = Unit.objects.get(pk=case.lead_id)
    closed = not holder.is_open(local_day(request.now))
    do = Do.TAKE_LEAD if closed and holder.pk != request.actor.unit_id else Do.OFFER_LEAD
    if not CASE_RULES.may(request.actor, do, case):
        return refuse(request, do, case)
    offer = actions.open_offer(case)
    form: forms.Form = OfferLeadForm(
        request.POST if request.method == "POST" and not {"take", "take_back"} & request.POST.keys() else None,
        units=actions.lead_candidates(case, request.now),
    )
    by: dict[str, Any] = {"case_id": case.pk, "by": request.actor, "now": request.now}
    if request.method == "POST":
        if "take" in request.POST:
            form = forms.Form(request.POST)
            if _done(form, lambda: actions.take_lead(**by)):
                messages.success(request, "Ni har nu det övergripande ansvaret.")
                return redirect("sip:case", case_id=case.pk)
        elif "take_back" in request.POST:
            form = forms.Form(request.POST)
            if _done(form, lambda: actions.take_back_offer(**by)):
                messages.success(request, "Frågan är tillbakatagen. Ansvaret är kvar hos er.")
                return redirect("sip:lead", case_id=case.pk)
        elif form.is_valid() and _done(form, lambda: actions.offer_lead(**by, **form.cleaned_data)):
            messages.success(request, "Frågan är skickad. Ansvaret är kvar hos er tills de svarar ja.")
            return redirect("sip:case", case_id=case.pk)
    context = {"form": form, "offer": offer, "holder": holder, "take_over": do == Do.TAKE_LEAD}
    return _page(request, "sip/plan/lead.html", case, form, context)


@policy(PARTICIPANTS)
@require_http_methods(GET_POST)
def lead_answer(request: ActingRequest, case_id: UUID) -> HttpResponse:
    """The asked unit says yes or no."""
    case = find_case(request, case_id)
    if not CASE_RULES.may(request.actor, Do.ANSWER_LEAD, case):
        return refuse(request, Do.ANSWER_LEAD, case)
    offer = actions.open_offer(case)
    if offer is None or offer.to_unit_id != request.actor.unit_id:
        return _no_plan(request, case, Do.ANSWER_LEAD, "Er verksamhet är inte tillfrågad om att ta över.")
    form = AnswerLeadForm(request.POST or None)
    if (
        request.method == "POST"
        and form.is_valid()
        and _done(
            form,
            lambda: actions.answer_lead(offer_id=offer.pk, by=request.actor, now=request.now, **form.cleaned_data),
        )
    ):
        yes = form.cleaned_data["accept"]
        messages.success(request, "Ni har nu det övergripande ansvaret." if yes else "Ert svar är skickat.")
        return redirect("sip:case", case_id=case.pk)
    return _page(request, "sip/plan/lead_answer.html", case, form, {"form": form, "offer": offer})


# --- inside ---------------------------------------------------------------------------------------------------------
def _page(
    request: ActingRequest, template: str, case: SipCase, form: forms.Form, context: dict[str, Any]
) -> HttpResponse:
    status = 422 if form.is_bound and form.errors else 200
    return render(request, template, {**frame(request, case), **context}, status=status)


def _no_plan(request: ActingRequest, case: SipCase, do: Do, reason: str) -> HttpResponse:
    return refused_page(request, case, str(do.label), reason, status=403)


def _done(form: forms.Form, act: Any, fields: dict[str, str] | None = None) -> bool:
    """Run the action. A refusal becomes an error of the form, beside its field where it has one."""
    try:
        act()
    except Gone:
        raise Http404 from None
    except Refused as refused:
        if form.is_valid():
            name = (fields or {}).get(refused.field or "", refused.field)
            form.add_error(name if name in form.fields else None, refused.reason)
        return False
    return True


def _measure_rows(form: FollowUpForm, measures: list[plan_panels.MeasureShown]) -> list[dict[str, Any]]:
    return [{"shown": one, "fields": form.measure_fields(one.measure)} for one in measures]


def _receivers(case: SipCase, shown: plan_panels.PlanShown, request: ActingRequest) -> list[dict[str, Any]]:
    """Each unit that gets the plan, and what it doesn't see of what the acting unit sees."""
    rows: list[dict[str, Any]] = []
    for sight in panels.loses_access(case, request.now):
        hidden = [one.measure.what for one in shown.measures if sight.unit.pk in one.measure.withheld_from]
        rows.append({"unit": sight.unit, "hidden": hidden})
    if case.matter.initiator_id != request.actor.unit_id:
        initiator = case.matter.initiator
        hidden = [one.measure.what for one in shown.measures if initiator.pk in one.measure.withheld_from]
        rows.insert(0, {"unit": initiator, "hidden": hidden})
    return [row for row in rows if row["unit"].pk != request.actor.unit_id]
