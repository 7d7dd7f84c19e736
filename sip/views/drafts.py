"""What every page of filing shares: finding the draft, what the user saw, saving a step, and going on."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.db.models import prefetch_related_objects
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.crypto import constant_time_compare, salted_hmac
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from core.authz import Refused
from core.policy import ActingRequest, for_roles, policy, visible_or_404
from core.transitions import Gone, Stale
from core.workdays import local_day
from individuals import actions as individuals
from individuals.models import Basis, Guardian
from sip import panels
from sip.forms.filing import StepForm
from sip.forms.helping import Sections
from sip.kinds import Do, State, Step
from sip.models import SipCase
from sip.permissions import CASE_RULES, MAY_START

FILERS = for_roles(*sorted(MAY_START))
GET_POST = ["GET", "HEAD", "POST"]
PAGES: dict[Step, str] = {
    Step.PERSON: "sip:person",
    Step.NEED: "sip:need",
    Step.OWN_VIEW: "sip:own_view",
    Step.RECEIVERS: "sip:receivers",
    Step.DETAILS: "sip:details",
    Step.CONSENT: "sip:consent",
    Step.REVIEW: "sip:review",
}
NOT_SENT = (State.DRAFT, State.READY)
CHANGED = "Någon annan har ändrat på sidan sedan du öppnade den. Jämför och spara igen om ditt ska gälla."
AUTOSAVES_REMEMBERED = 20
IN_PASSING = {"later", "autosave", "more", "add", "remove"}
"""Buttons that save what is there so far and don't go on to the next step."""

View = Callable[..., HttpResponse]


def draft_page(do: Do = Do.EDIT) -> Callable[[View], View]:
    """A page of the draft: the view gets the case. Who may read but not `do` it gets 403 with the reason.

    Once it is too late (sent, ended) the page leads to the case; what is being saved meets the action's own refusal,
    so that typed text isn't lost.
    """

    def decorate(view: View) -> View:
        @policy(FILERS)
        @sensitive_post_parameters()
        @require_http_methods(GET_POST)
        @wraps(view)
        def page(request: ActingRequest, case_id: UUID) -> HttpResponse:
            case = find_draft(request, case_id)
            if not (decision := CASE_RULES.rules[do].decide(request.actor, case)):
                context = {"case": case, "reason": decision.reason, "label": do.label}
                return render(request, "sip/refused.html", context, status=403)
            if request.method != "POST" and not CASE_RULES.may(request.actor, do, case):
                messages.info(request, CASE_RULES.may(request.actor, do, case).reason)
                return redirect("sip:case", case_id=case.pk)
            return view(request, case)

        return page

    return decorate


def find_draft(request: ActingRequest, case_id: UUID) -> SipCase:
    """The case with what every page of filing shows, or 404."""
    cases = SipCase.objects.visible_to(request.actor, request.now).select_related(
        "matter__person", "matter__agreement", "matter__initiator__authority__huvudman"
    )
    return visible_or_404(request, cases, "sip.filing", pk=case_id)


def guardians_of(case: SipCase) -> list[Guardian]:
    """The person's guardians, read once per case."""
    prefetch_related_objects([case], "matter__person__guardians")
    return list(case.matter.person.guardians.all())


def basis_of(case: SipCase) -> Basis | None:
    """The basis that is neither withdrawn nor replaced, with all it says, read once per case. It may have expired."""
    prefetch_related_objects([case], panels.BASES)
    return individuals.current_basis(case.matter)


def sections_of(case: SipCase) -> Sections:
    return Sections(case.matter.agreement, local_day(case.matter.opened_at))


class Seen:
    """What the page showed when it was opened: a mark in the form, compared with what is saved now.

    Each step has its own, so that work on one page doesn't make another one old. Saving in the background moves what
    is saved on, and the same open page must not be old to itself: the session remembers how far it has moved.
    """

    def __init__(self, request: ActingRequest, saved: dict[str, Any]) -> None:
        self.request, self.saved = request, _mark(saved)
        self.token = request.POST.get("seen", "") if request.method == "POST" else self._fresh()

    @property
    def is_old(self) -> bool:
        if self.request.method != "POST":
            return False
        known = (self.token.rpartition(".")[2], self._remembered().get(self.token, ""))
        return not any(constant_time_compare(mark, self.saved) for mark in known)

    def moved(self, saved: dict[str, Any]) -> None:
        """The open page itself saved this."""
        remembered = {**self._remembered(), self.token: _mark(saved)}
        self.request.session["autosaved"] = dict(list(remembered.items())[-AUTOSAVES_REMEMBERED:])

    def renew(self) -> None:
        """The page now shows what is saved beside what was typed: the next save is a choice."""
        self.token = self._fresh()

    def _fresh(self) -> str:
        return f"{uuid4().hex[:12]}.{self.saved}"

    def _remembered(self) -> dict[str, str]:
        found: dict[str, str] = self.request.session.get("autosaved", {})
        return found


def _mark(saved: dict[str, Any]) -> str:
    # Keyed: the mark stands in the page and must not tell what was written.
    return salted_hmac("sip.filing", json.dumps(saved, default=str, sort_keys=True)).hexdigest()[:24]


Load = Callable[[SipCase], dict[str, Any]]
Make = Callable[..., StepForm]
Save = Callable[[SipCase, Any], None]


def step_page(
    request: ActingRequest,
    case: SipCase,
    step: Step,
    *,
    load: Load,
    make: Make,
    save: Save,
    after: Callable[[], HttpResponse] | None = None,
    **context: Any,
) -> HttpResponse:
    """Show a step's form, or save it and go on.

    `load` gives what is saved, `make` the form, `save` does the one action, `after` says where to go when it isn't to
    the next step.
    """
    is_post = request.method == "POST"
    saved = load(case)
    seen = Seen(request, saved)
    form = make(request.POST if is_post else None, initial=saved, relaxed=bool(IN_PASSING & request.POST.keys()))
    is_old = form.is_valid() and seen.is_old and form.has_changed()
    if form.is_valid() and not is_old:
        try:
            save(case, form)
        except Gone:
            raise Http404 from None
        except Stale:
            # Somebody saved between our reading and our writing: begin again from what they saved.
            return step_page(
                request, find_draft(request, case.pk), step, load=load, make=make, save=save, after=after, **context
            )
        except Refused as refused:
            form.refuse(refused)
    if "autosave" in request.POST:
        if is_old or form.errors:
            return HttpResponse(status=422)
        seen.moved(load(find_draft(request, case.pk)))
        return HttpResponse(status=204)
    if is_post and not is_old and not form.errors:
        return after() if after else _go_on(request, case, step)
    if is_old:
        form.add_error(None, CHANGED)
        seen.renew()
    return show_step(request, case, step, form, seen, is_old=is_old, **context)


def show_step(
    request: ActingRequest, case: SipCase, step: Step, form: Any, seen: Seen, *, is_old: bool = False, **context: Any
) -> HttpResponse:
    """Render a step's page: `templates/sip/filing/<step>.html`."""
    context |= {
        **frame_of(request, case, step),
        "form": form,
        "seen": seen.token,
        "saved_words": form.saved_words() if is_old else [],
    }
    template = f"sip/filing/{step.name.lower()}.html"
    return render(request, template, context, status=422 if form.is_bound and form.errors else 200)


def frame_of(request: ActingRequest, case: SipCase, step: Step) -> dict[str, Any]:
    """What every step's page shows around its question."""
    return {
        "case": case,
        "person": case.matter.person,
        "step": step,
        "of": len(Step),
        "back": PAGES[Step(step - 1)] if step > Step.PERSON else "",
        "not_sent": case.state in NOT_SENT,
        "now": request.now,
    }


def _go_on(request: ActingRequest, case: SipCase, step: Step) -> HttpResponse:
    if "later" in request.POST:
        messages.success(request, "Utkastet är sparat. Du hittar det under Mitt att göra.")
        return redirect("home")
    if "more" in request.POST:
        return redirect(f"{request.path}?fler=1")
    if IN_PASSING & request.POST.keys():
        return redirect(request.get_full_path())
    if "granska" in request.GET:
        return redirect("sip:review", case_id=case.pk)
    return redirect(PAGES[Step(step + 1)], case_id=case.pk)
