"""What every page of a placement shares: finding it, refusing with a reason, running an action from a form."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from core.authz import NotAllowed, Refused
from core.policy import ActingRequest, for_roles, policy, visible_or_404
from core.transitions import Gone, Stale
from placements.forms.fields import ActForm
from placements.kinds import Do
from placements.models import Placement
from placements.permissions import PARTICIPANT_ROLES, PLACEMENT_RULES

PARTICIPANTS = for_roles(*PARTICIPANT_ROLES)
GET_POST = ["GET", "HEAD", "POST"]
CHANGED = "Någon annan har ändrat sedan du öppnade sidan. Läs det som nu är sparat och spara igen om ditt ska gälla."


def find(request: ActingRequest, placement_id: UUID, what: str = "placements.placement") -> Placement:
    """The placement, if the acting unit takes part in it now; else 404 and a line in the read log (LAW-3)."""
    found = Placement.objects.visible_to(request.actor, request.now).select_related(
        "matter__person", "matter__initiator__authority__huvudman", "matter__agreement",
        "medical_unit__authority__huvudman", "assessed_by", "sip__matter",
    )  # fmt: skip
    return visible_or_404(request, found, what, pk=placement_id)


def act(
    request: ActingRequest,
    placement: Placement,
    do: Do,
    form: ActForm,
    run: Callable[[dict[str, Any]], object],
    told: str,
    *,
    lead: str = "",
    button: str = "",
    danger: bool = False,
    template: str = "placements/act.html",
    **more: Any,
) -> HttpResponse:
    """A page whose form is all it needs: who may not do it reads why; a refusal stands beside its field."""
    if (refused := refusal(request, placement, do)) is not None and not form.is_bound:
        return refused
    if form.is_valid():
        try:
            run(form.cleaned_data)
        except Gone:
            raise Http404 from None
        except NotAllowed as no:
            return refuse(request, placement, str(do.label), no.reason)
        except Stale as newer:
            form.add_error(None, newer.reason)
        except Refused as no:
            form.refuse(no)
        else:
            messages.success(request, told)
            return redirect("placements:placement", placement_id=placement.pk)
    context = {
        "placement": placement, "person": placement.matter.person, "form": form, "heading": do.label, "lead": lead,
        "button": button or do.label, "danger": danger, "now": request.now, **more,
    }  # fmt: skip
    return render(request, template, context, status=422 if form.is_bound and form.errors else 200)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a page asks for, and the action that takes the answers and who did it, when, with which placement."""

    form: ActForm
    run: Callable[[dict[str, Any], dict[str, Any]], object]
    lead: str = ""


def does(
    do: Do, told: str, *, lead: str = "", danger: bool = False
) -> Callable[[Callable[[ActingRequest, Placement], Asked]], Callable[[ActingRequest, UUID], HttpResponse]]:
    """Make the page of one thing done with a placement out of what it asks for."""

    def make(ask: Callable[[ActingRequest, Placement], Asked]) -> Callable[[ActingRequest, UUID], HttpResponse]:
        @policy(PARTICIPANTS)
        @require_http_methods(GET_POST)
        @wraps(ask)
        def page(request: ActingRequest, placement_id: UUID) -> HttpResponse:
            placement = find(request, placement_id)
            asked = ask(request, placement)
            by_whom = {"placement_id": placement.pk, "by": request.actor, "now": request.now}
            return act(
                request, placement, do, asked.form, lambda values: asked.run(values, by_whom), told,
                lead=asked.lead or lead, danger=danger,
            )  # fmt: skip

        return page

    return make


def refusal(request: ActingRequest, placement: Placement, do: Do) -> HttpResponse | None:
    """The page that says why it can't be done now and who can, or nothing when it can."""
    decision = PLACEMENT_RULES.may(request.actor, do, placement)
    return None if decision else refuse(request, placement, str(do.label), decision.reason)


def refuse(request: ActingRequest, placement: Placement, label: str, reason: str) -> HttpResponse:
    """May read but not act: 403 with the reason."""
    context = {"placement": placement, "reason": reason, "label": label}
    return render(request, "placements/refused.html", context, status=403)
