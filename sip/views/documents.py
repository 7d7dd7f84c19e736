"""The documents of a case: what can be had, the file itself, and each party's receipt that it has filed its copy.

Nothing is kept between the asking and the answer: an old link is a new question, with the rights of then (IND-8).
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from core.authz import NotAllowed, Refused
from core.documents import as_file
from core.middleware import refuse
from core.pdf import Variant
from core.policy import ActingRequest, for_roles, policy
from core.transitions import Gone
from individuals.models import FiledCopy, Participant
from organisations.kinds import CASE_ROLES
from organisations.models import Unit
from sip import actions, fhir
from sip.documents import PLAN, SHEETS, Asked, Desk, Sheet
from sip.permissions import FILES_COPY
from sip.views.case import find_case

READERS = for_roles(*CASE_ROLES)


@dataclass(frozen=True, slots=True)
class Offer:
    """A document as the page offers it: with the reason when it can't be had."""

    sheet: Sheet
    missing: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """One party's copy of one version: when it was filed, if it was."""

    unit: Unit
    is_mine: bool
    filed: FiledCopy | None


@policy(READERS)
@require_safe
def documents(request: ActingRequest, case_id: UUID) -> HttpResponse:
    """All documents of the case, those that can't be made now with the reason, and who has filed the plan."""
    case = find_case(request, case_id)
    desk = Desk(case, request.actor, request.now)
    context = {
        "case": case,
        "person": case.matter.person,
        "now": request.now,
        "offers": [Offer(sheet, sheet.missing(desk)) for sheet in SHEETS.values() if sheet.applies(desk)],
        "plan": desk.plan,
        "receipts": _receipts(desk),
        "may_file": FILES_COPY.decide(request.actor, case),
    }
    return render(request, "sip/documents/documents.html", context)


def _receipts(desk: Desk) -> list[Receipt]:
    """The parties that take part, and their receipts for the version in force."""
    if desk.plan is None:
        return []
    about = {"kind": PLAN.kind, "version": desk.plan.number}
    filed = {one.unit_id: one for one in FiledCopy.objects.filter(matter_id=desk.case.pk, **about)}
    parties = Participant.objects.filter(matter_id=desk.case.pk, ended_at=None).select_related("unit")
    return [Receipt(one.unit, one.unit_id == desk.by.unit_id, filed.get(one.unit_id)) for one in parties]


@policy(READERS)
@require_safe
def document(request: ActingRequest, case_id: UUID, name: str) -> HttpResponse:
    """One document as PDF: `?stor=1` in large print, `?arkiv=1` for the record, `?version=2` of an earlier plan."""
    case = find_case(request, case_id)
    sheet = _sheet(name)
    filing = sheet.is_filed and "arkiv" in request.GET
    asked = Asked(variant=Variant.FILING if filing else Variant.READING, large="stor" in request.GET)
    number = request.GET.get("version", "")
    desk = Desk(case, request.actor, request.now, int(number) if number.isdecimal() and len(number) < 5 else None)
    try:
        file = sheet.make(desk, asked)
    except Gone:
        raise Http404(name) from None
    except Refused as refused:
        messages.error(request, refused.reason)
        return redirect("sip:documents", case_id=case.pk)
    return as_file(file.content, file.filename, download=filing)


@policy(READERS)
@require_safe
def export(request: ActingRequest, case_id: UUID) -> HttpResponse:
    """The latest plan as FHIR R4, for the unit's own record (IND-10)."""
    case = find_case(request, case_id)
    try:
        file = fhir.make(Desk(case, request.actor, request.now))
    except Gone:
        raise Http404("export") from None
    except Refused as refused:
        messages.error(request, refused.reason)
        return redirect("sip:documents", case_id=case.pk)
    return as_file(file.content, file.filename, media_type=fhir.MEDIA_TYPE)


class FiledForm(forms.Form):
    """The version that was filed: a newer one needs a receipt of its own."""

    version = forms.IntegerField(min_value=1, max_value=9999, widget=forms.HiddenInput)


@policy(READERS)
@require_POST
def filed(request: ActingRequest, case_id: UUID, name: str) -> HttpResponse:
    """The unit confirms that it has filed its copy (IND-10)."""
    case = find_case(request, case_id)
    sheet = _sheet(name)
    form = FiledForm(request.POST)
    if not sheet.is_filed or not form.is_valid():
        raise Http404(name)
    version = form.cleaned_data["version"]
    try:
        actions.confirm_filed(
            case_id=case.pk, kind=sheet.kind, title=sheet.title, version=version, by=request.actor, now=request.now
        )
        messages.success(request, f"Noterat: ni har fört planens version {version} till er akt eller journal.")
    except NotAllowed as refused:
        return refuse(request, refused.reason, machine=False)
    except Refused as refused:
        messages.error(request, refused.reason)
    return redirect("sip:documents", case_id=case.pk)


def _sheet(name: str) -> Sheet:
    if (sheet := SHEETS.get(name)) is None:
        raise Http404(name)
    return sheet
