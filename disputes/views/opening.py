"""Opening a dispute: one form, then a page that shows who will see what, before anything crosses (DIS-1, DIS-4)."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from agreements.terms import NoAgreement, agreement_for
from agreements.values import Coordination
from core.authz import Refused
from core.policy import ActingRequest, for_roles, policy, visible_or_404
from core.workdays import local_day
from disputes import actions
from disputes.actions import Opening
from disputes.forms.opening import OpeningForm
from disputes.kinds import Origin, Side
from disputes.models import Dispute
from disputes.permissions import may_open
from individuals.kinds import MatterKind
from individuals.models import Matter
from organisations.kinds import CASE_ROLES, UnitKind
from organisations.models import Unit

ORIGIN_OF = {str(MatterKind.SIP): Origin.SIP, "placement": Origin.PLACEMENT}


@policy(for_roles(*CASE_ROLES))
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: ActingRequest) -> HttpResponse:
    """Fill in, check, open. `?matter=` names the case it arose from; `?avvikelse=` a deviation's number."""
    decision = may_open(request.actor, request.now)
    if not decision:
        return render(request, "disputes/refused_new.html", {"reason": decision.reason}, status=403)
    matter = _matter(request)
    own = Unit.objects.select_related("authority__huvudman").get(pk=request.actor.unit_id)
    try:
        agreement = matter.agreement if matter else agreement_for([own.authority.huvudman], local_day(request.now))
    except NoAgreement as none:
        return render(request, "disputes/refused_new.html", {"reason": str(none)}, status=403)
    initial = {
        "submission": uuid.uuid4(),
        "arose_from": ORIGIN_OF.get(matter.kind) if matter else None,
        "deviation_reference": request.GET.get("avvikelse", "")[:40],
    }
    others = _others(own, request)
    if matter is not None:
        initial |= _likely(matter, others, local_day(request.now))
    if initial["deviation_reference"]:
        initial["arose_from"] = Origin.DEVIATION
    form = OpeningForm(
        request.POST or None,
        initial=initial,
        own=own,
        units=others,
        agreement=agreement,
        has_case=matter is not None,
    )
    checked = False
    if form.is_valid():
        opening = _opening(form.cleaned_data, own, matter)
        try:
            if "confirm" in request.POST:
                submission = form.cleaned_data["submission"]
                made = actions.open_dispute(opening=opening, submission=submission, by=request.actor, now=request.now)
                return _opened(request, made)
            actions.check_opening(opening=opening, by=request.actor, now=request.now)
            checked = "change" not in request.POST
        except Refused as refused:
            field = "interim_side" if refused.field == "interim_unit" else refused.field
            form.add_error(field if field in form.fields else None, refused.reason)
    context: dict[str, Any] = {
        "form": form,
        "own": own,
        "matter": matter,
        "person": matter.person if matter else None,
        "agreement": agreement,
        "chosen": form.cleaned_data if checked else None,
        "first_level": agreement.dispute_levels.select_related("provision").order_by("position").first(),
        "now": request.now,
    }
    wrong = form.is_bound and bool(form.errors)
    return render(
        request, "disputes/check.html" if checked else "disputes/new.html", context, status=422 if wrong else 200
    )


def _opened(request: ActingRequest, dispute: Dispute) -> HttpResponse:
    messages.success(
        request, f"Tvisten är öppnad. {dispute.answering_unit} får veta det och svarar med sin ståndpunkt."
    )
    return redirect("disputes:dispute", dispute_id=dispute.pk)


def _opening(values: dict[str, Any], own: Unit, matter: Matter | None) -> Opening:
    side = Side(values["interim_side"])
    return Opening(
        other_unit=values["other_unit"],
        provision=values["provision"],
        question=values["question"],
        position=values["position"],
        interim_unit={Side.OPENING: own, Side.ANSWERING: values["other_unit"]}[side],
        interim_text=values["interim_text"],
        coordination=values["coordination"],
        arose_from=Origin(values["arose_from"]),
        matter=matter,
        details=values.get("details", ""),
        deviation_reference=values["deviation_reference"],
    )


def _matter(request: ActingRequest) -> Matter | None:
    """The case in the address, if the unit reaches it; else 404."""
    wanted = request.GET.get("matter", "")
    if not wanted:
        return None
    try:
        matter_id = UUID(wanted)
    except ValueError:
        raise Http404 from None
    matters = Matter.objects.visible_to(request.actor, request.now).select_related("person", "agreement")
    return visible_or_404(request, matters, "disputes.new", pk=matter_id)


def _likely(matter: Matter, others: list[Unit], today: date) -> dict[str, Any]:
    """What the case itself tells: whom it concerns, and the counterpart when only one takes part in it."""
    here = set(matter.participants.filter(ended_at=None).values_list("unit_id", flat=True)) | {matter.initiator_id}
    found = [unit for unit in others if unit.pk in here]
    return {
        "coordination": Coordination.CHILDREN if matter.person.is_child(today) else Coordination.ADULTS,
        "other_unit": found[0] if len(found) == 1 else None,
    }


def _others(own: Unit, request: ActingRequest) -> list[Unit]:
    """Open units of other huvudmän."""
    units = Unit.objects.open(local_day(request.now)).exclude(kind=UnitKind.ADMINISTRATION)
    return list(
        units.exclude(authority__huvudman_id=own.authority.huvudman_id)
        .select_related("authority__huvudman")
        .order_by("authority__huvudman__kind", "authority__huvudman__name", "name")
    )
