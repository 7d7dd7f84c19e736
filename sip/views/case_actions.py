"""Pages for what one does with a case after it is sent, and for ending it. Each has its own address and form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.db.models import prefetch_related_objects
from django.http import Http404, HttpResponse
from django.shortcuts import redirect as go_to
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from core import refusals
from core.authz import Refused
from core.policy import ActingRequest, for_roles, policy
from core.transitions import Gone, Stale
from core.workdays import local_day
from organisations.kinds import CASE_ROLES, UnitKind
from sip import actions, panels, progress
from sip.forms import case as case_forms
from sip.forms.plan import ClosePlanForm
from sip.kinds import CallState, CloseReason, ContactManner, Do
from sip.models import Call, Plan, SipCase
from sip.permissions import CASE_RULES, calls
from sip.views.case import find_case, stand

PARTICIPANTS = for_roles(*CASE_ROLES)
GET_POST = ["GET", "HEAD", "POST"]
RATING_LEFT = (
    "Lämna personens eget exemplar, om ni inte har gjort det: längst ner står koden för att säga vad hen tycker."
)


# --- answering a call ---------------------------------------------------------------
@policy(PARTICIPANTS)
@require_http_methods(GET_POST)
def acknowledge(request: ActingRequest, case_id: UUID) -> HttpResponse:
    """The called unit confirms that it has received the initiation (SIP-4)."""
    case = find_case(request, case_id)
    call = _own_call(request, case)
    if call is None or not CASE_RULES.may(request.actor, Do.ACKNOWLEDGE, case):
        return refuse(request, Do.ACKNOWLEDGE, case)
    if call.state == CallState.ACKNOWLEDGED:
        # A double click, or a colleague was first: what was wanted is done.
        messages.info(request, "Ni har redan bekräftat att ni har tagit emot ärendet.")
        return go_to("sip:case", case_id=case.pk)
    form = case_forms.ConfirmForm(request.POST or None)
    if request.method == "POST" and _done(
        form, lambda: actions.acknowledge(call_id=call.pk, by=request.actor, now=request.now)
    ):
        messages.success(request, f"Ni har bekräftat. {case.matter.initiator} får veta det.")
        return go_to("sip:case", case_id=case.pk)
    at = stand(request, case)
    context = {
        "texts": panels.texts(panels.readable(case, request.actor)),
        "call": call,
        "due_at": at.due(actions.FIRST_CONTACT, [call.pk]),
    }
    return _form_page(request, "sip/acknowledge.html", case, form, **context)


@policy(PARTICIPANTS)
@require_http_methods(GET_POST)
def redirect(request: ActingRequest, case_id: UUID) -> HttpResponse:
    """Hand the call over to the right unit: choose it, see who will see what, confirm (SIP-4, SIP-5)."""
    case = find_case(request, case_id)
    call = _own_call(request, case)
    if call is None or not CASE_RULES.may(request.actor, Do.REDIRECT, case):
        return refuse(request, Do.REDIRECT, case)
    targets = [u for u in actions.redirect_targets(call, local_day(request.now)) if u.kind != UnitKind.ADMINISTRATION]
    prefetch_related_objects(targets, "serves")
    is_child = case.matter.person.is_child(local_day(request.now))
    suggested = case_forms.suggested_targets(targets, case.matter.initiator, is_child)
    form = case_forms.RedirectForm(request.POST or None, targets=targets, suggested=suggested)
    chosen: Any = form.cleaned_data["to_unit"] if form.is_valid() else None
    if chosen and "confirm" in request.POST:
        reason = form.cleaned_data["reason"]
        if _done(
            form,
            lambda: actions.redirect(call_id=call.pk, to_unit=chosen, reason=reason, by=request.actor, now=request.now),
        ):
            messages.success(request, f"{chosen} har tagit över kallelsen. Ni ser inte längre ärendet.")
            return go_to("home")
        chosen = None
    at = stand(request, case)
    context = {
        "chosen": chosen if "change" not in request.POST else None,
        "goes_along": panels.handed_on(case, request.actor),
        "basis": at.basis,
        "targets": targets,
    }
    return _form_page(request, "sip/redirect.html", case, form, **context)


# --- the first contact and its clock ---------------------------------------------------------------
@policy(PARTICIPANTS)
@require_http_methods(GET_POST)
def contact(request: ActingRequest, case_id: UUID) -> HttpResponse:
    """Record the first contact between region and municipality (SIP-2, SIP-3)."""
    case = find_case(request, case_id)
    stale = False
    initial = case_forms.contact_now(request.now, case.version)
    form = case_forms.ContactForm(request.POST or None, initial=initial)
    if form.is_valid():
        values = form.cleaned_data
        try:
            actions.record_contact(
                case_id=case.pk,
                contacted_at=values["contacted_at"],
                manner=ContactManner(values["manner"]),
                version=values["version"],
                by=request.actor,
                now=request.now,
            )
        except Gone:
            raise Http404 from None
        except Stale as newer:
            stale = True
            form.add_error(None, newer.reason)
        except Refused as refused:
            form.add_error("day" if refused.field == "contacted_at" else None, refused.reason)
        else:
            messages.success(request, "Första kontakten är registrerad. De andra verksamheterna får veta det.")
            return go_to("sip:case", case_id=case.pk)
    elif not form.is_bound and not CASE_RULES.may(request.actor, Do.RECORD_CONTACT, case):
        return refuse(request, Do.RECORD_CONTACT, case)
    if stale:
        # The typed values stay; the hidden version follows what the page now shows.
        form.data = {**request.POST.dict(), "version": case.version}
    at = stand(request, case)
    context = {
        "stale": stale,
        "still_possible": CASE_RULES.may(request.actor, Do.RECORD_CONTACT, case),
        "status": progress.sentence(at),
        "due_at": at.due(actions.FIRST_CONTACT),
        "with_whom": _other_side(request, at),
    }
    return _form_page(request, "sip/contact.html", case, form, **context)


@policy(PARTICIPANTS)
@require_http_methods(GET_POST)
def pause(request: ActingRequest, case_id: UUID) -> HttpResponse:
    """Pause the clock of the first contact, with a reason all participants see (SIP-2)."""
    return _simple(
        request,
        case_id,
        Do.PAUSE,
        case_forms.PauseForm,
        "sip/pause.html",
        lambda case, reason: actions.pause(case_id=case.pk, reason=reason, by=request.actor, now=request.now),
        "Fristen är pausad.",
    )


@policy(PARTICIPANTS)
@require_http_methods(GET_POST)
def resume(request: ActingRequest, case_id: UUID) -> HttpResponse:
    """Let the paused clock run again."""
    return _simple(
        request,
        case_id,
        Do.RESUME,
        case_forms.ConfirmForm,
        "sip/resume.html",
        lambda case: actions.resume(case_id=case.pk, by=request.actor, now=request.now),
        "Fristen löper igen.",
    )


# --- ending ---------------------------------------------------------------
@policy(PARTICIPANTS)
@require_http_methods(GET_POST)
def withdraw_consent(request: ActingRequest, case_id: UUID) -> HttpResponse:
    """Register that the consent was withdrawn. Everyone else is out at once (IND-8)."""
    return _simple(
        request,
        case_id,
        Do.WITHDRAW_CONSENT,
        case_forms.WithdrawConsentForm,
        "sip/withdraw_consent.html",
        lambda case, reason: actions.withdraw_consent(
            case_id=case.pk, reason=reason, by=request.actor, now=request.now
        ),
        "Återkallelsen är registrerad. Ingen annan verksamhet ser ärendet längre.",
    )


@policy(PARTICIPANTS)
@require_http_methods(GET_POST)
def withdraw(request: ActingRequest, case_id: UUID) -> HttpResponse:
    """Take the initiation back, with a reason."""
    return _simple(
        request,
        case_id,
        Do.WITHDRAW,
        case_forms.WithdrawForm,
        "sip/withdraw.html",
        lambda case, note: actions.withdraw(case_id=case.pk, note=note, by=request.actor, now=request.now),
        "Initieringen är tillbakadragen. De kallade verksamheterna får veta det.",
    )


@policy(PARTICIPANTS)
@require_http_methods(GET_POST)
def close(request: ActingRequest, case_id: UUID) -> HttpResponse:
    """Close the case with a reason; with a plan in force also what became of each open measure (SIP-10)."""
    case = find_case(request, case_id)
    plan = actions.plan_in_force(case)
    if plan is not None and CASE_RULES.may(request.actor, Do.CLOSE, case):
        return _close_with_plan(request, case, plan)
    return _simple(
        request,
        case_id,
        Do.CLOSE,
        case_forms.CloseForm,
        "sip/close.html",
        lambda case, reason, note: actions.close(
            case_id=case.pk, reason=CloseReason(reason), note=note, by=request.actor, now=request.now
        ),
        "Ärendet är avslutat.",
    )


def _close_with_plan(request: ActingRequest, case: SipCase, plan: Plan) -> HttpResponse:
    data = request.POST if request.method == "POST" else None
    form = ClosePlanForm(data, measures=actions.open_measures(plan))
    if form.is_valid():
        given = form.cleaned_data
        ends: dict[str, Any] = {"reason": CloseReason(given["reason"]), "note": given["note"], "measures": form.told()}
        if _done(form, lambda: actions.close(case_id=case.pk, by=request.actor, now=request.now, **ends)):
            messages.success(request, "Ärendet är avslutat. Planen gäller inte längre.")
            if ends["reason"] != CloseReason.DECEASED:
                # The last that is left: the person's own copy, with the code for saying what they think (SIP-10).
                messages.info(request, RATING_LEFT)
                return go_to("sip:documents", case_id=case.pk)
            return go_to("sip:case", case_id=case.pk)
    rows = [form.measure_fields(one) for one in form.measures]
    losing = panels.loses_access(case, request.now)
    address = f"{settings.PUBLIC_ADDRESS.split('//')[-1]}/tyck-till"
    return _form_page(request, "sip/close_plan.html", case, form, rows=rows, losing=losing, rating_address=address)


@policy(PARTICIPANTS)
@require_http_methods(GET_POST)
def decline(request: ActingRequest, case_id: UUID) -> HttpResponse:
    """The person does not want a SIP (IND-5)."""
    return _simple(
        request,
        case_id,
        Do.DECLINE,
        case_forms.DeclineForm,
        "sip/decline.html",
        lambda case, note: actions.decline(case_id=case.pk, note=note, by=request.actor, now=request.now),
        "Det är registrerat att personen tackade nej. Ärendet är avslutat.",
    )


# --- inside ---------------------------------------------------------------
def _simple(
    request: ActingRequest,
    case_id: UUID,
    do: Do,
    form_class: type[forms.Form],
    template: str,
    act: Callable[..., object],
    told: str,
) -> HttpResponse:
    """Find, validate, one action, respond: for pages whose form is all they need."""
    case = find_case(request, case_id)
    if not CASE_RULES.may(request.actor, do, case):
        return refuse(request, do, case)
    form = form_class(request.POST if request.method == "POST" else None)
    if form.is_valid() and _done(form, lambda: act(case, **form.cleaned_data)):
        messages.success(request, told)
        return go_to("sip:case", case_id=case.pk)
    at = stand(request, case)
    context = {"losing": panels.loses_access(case, request.now), "at": at, "reason_of_pause": at.pause_reason}
    return _form_page(request, template, case, form, **context)


def _done(form: forms.Form, act: Callable[[], object]) -> bool:
    """Run the action. A refusal becomes an error of the form, beside its field where it has one."""
    try:
        act()
    except Gone:
        raise Http404 from None
    except Refused as refused:
        if form.is_valid():
            refusals.tell(form, refused)
        return False
    return True


def _form_page(request: ActingRequest, template: str, case: SipCase, form: forms.Form, **more: Any) -> HttpResponse:
    context = {"case": case, "person": case.matter.person, "form": form, "now": request.now, **more}
    return render(request, template, context, status=422 if form.is_bound and form.errors else 200)


def refuse(request: ActingRequest, do: Do, case: SipCase) -> HttpResponse:
    """The user may read the case but not do this: say why, and lead back to it."""
    reason = CASE_RULES.may(request.actor, do, case).reason or "Er kallelse är redan besvarad."
    return render(request, "sip/refused.html", {"case": case, "reason": reason, "label": do.label}, status=403)


def _own_call(request: ActingRequest, case: SipCase) -> Call | None:
    """The acting unit's call that still counts."""
    return next(
        (c for c in calls(case) if c.unit_id == request.actor.unit_id and c.state in actions.ACTIVE_CALLS), None
    )


def _other_side(request: ActingRequest, at: progress.Standing) -> str:
    """With whom the contact is taken, seen from the acting unit."""
    if not at.initiated:
        return at.case.matter.initiator.name
    return progress.listed([call.unit.name for call in at.called])
