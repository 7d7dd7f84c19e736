"""Documents of a placement: asked for, made, noted, and never kept here."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from core.authz import Refused
from core.documents import as_file
from core.policy import ActingRequest, policy
from core.transitions import Gone
from placements import documents
from placements.permissions import places
from placements.views.agreement import find_version, of_party
from placements.views.shared import PARTICIPANTS, find, refuse

VARIANTS = {"lasa": False, "arkiv": True}


@policy(PARTICIPANTS)
@require_safe
def agreement(request: ActingRequest, placement_id: UUID, version_id: UUID, variant: str) -> HttpResponse:
    """A proposed or signed version as PDF, to read or to file; for its two parties."""
    placement = of_party(request, placement_id)
    version = find_version(request, placement, version_id)
    if variant not in VARIANTS:
        raise Http404
    if version.number is None:
        return refuse(request, placement, "Dokument", "Utkastet blir ett dokument när det läggs fram.")
    try:
        made = documents.agreement(
            placement=placement, version=version, for_filing=VARIANTS[variant], by=request.actor, now=request.now
        )
    except Gone:
        raise Http404 from None
    except Refused as no:
        return refuse(request, placement, "Dokument", no.reason)
    return as_file(made.content, made.filename)


@policy(PARTICIPANTS)
@require_safe
def information(request: ActingRequest, placement_id: UUID) -> HttpResponse:
    """What the person and the guardians get."""
    placement = find(request, placement_id, "placements.information")
    if not places(request.actor, placement):
        reason = "Det här gör den verksamhet som placerar."
        return refuse(request, placement, "Dokument till personen", reason)
    try:
        made = documents.information(placement=placement, by=request.actor, now=request.now)
    except Gone:
        raise Http404 from None
    except Refused as no:
        return refuse(request, placement, "Dokument till personen", no.reason)
    return as_file(made.content, made.filename)
