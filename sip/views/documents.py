"""The documents of a case: what can be had, the file itself, and each party's receipt that it has filed its copy.

Nothing is kept between the asking and the answer: an old link is a new question, with the rights of then (IND-8).
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from core.authz import Refused
from core.documents import as_file
from core.pdf import Variant
from core.policy import ActingRequest, for_roles, policy
from core.transitions import Gone
from organisations.kinds import CASE_ROLES
from sip.documents import SHEETS, Asked, Desk, Sheet
from sip.views.case import find_case

READERS = for_roles(*CASE_ROLES)


@dataclass(frozen=True, slots=True)
class Offer:
    """A document as the page offers it: with the reason when it can't be had."""

    sheet: Sheet
    missing: str


@policy(READERS)
@require_safe
def documents(request: ActingRequest, case_id: UUID) -> HttpResponse:
    """All documents of the case, those that can't be made now with the reason."""
    case = find_case(request, case_id)
    desk = Desk(case, request.actor, request.now)
    context = {
        "case": case,
        "person": case.matter.person,
        "now": request.now,
        "offers": [Offer(sheet, sheet.missing(desk)) for sheet in SHEETS.values()],
    }
    return render(request, "sip/documents/documents.html", context)


@policy(READERS)
@require_safe
def document(request: ActingRequest, case_id: UUID, name: str) -> HttpResponse:
    """One document as PDF: `?stor=1` in large print, `?arkiv=1` for the record."""
    case = find_case(request, case_id)
    if (sheet := SHEETS.get(name)) is None:
        raise Http404(name)
    filing = sheet.is_filed and "arkiv" in request.GET
    asked = Asked(variant=Variant.FILING if filing else Variant.READING, large="stor" in request.GET)
    try:
        file = sheet.make(Desk(case, request.actor, request.now), asked)
    except Gone:
        raise Http404(name) from None
    except Refused as refused:
        messages.error(request, refused.reason)
        return redirect("sip:documents", case_id=case.pk)
    return as_file(file.content, file.filename, download=filing)
