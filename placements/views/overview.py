"""The overview of managers and of those who may sign: as a page and as a spreadsheet."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.audit import Action
from core.policy import ActingRequest, for_roles, policy
from placements import exports, overview
from placements.overview import Overview

READERS = for_roles(*map(str, overview.READERS))


@policy(READERS)
@require_safe
def page(request: ActingRequest) -> HttpResponse:
    """Going on, unsigned, reviews due, ends coming, and cost to come by month and by the other party's unit."""
    found = _make(request, Action.LIST, "placements.overview")
    units = overview.of_my_units(request.actor, request.now, found.near)
    context = {
        "overview": found,
        "units": units,
        "of_units": overview.table([line.spread for line in units], found.side, found.today),
        "now": request.now,
    }
    return render(request, "placements/overview.html", context)


@policy(READERS)
@require_safe
def export(request: ActingRequest) -> HttpResponse:
    """The same as a spreadsheet."""
    found = _make(request, Action.EXPORT, "placements.overview.xlsx")
    units = overview.of_my_units(request.actor, request.now, found.near)
    headers = {"Content-Disposition": f'attachment; filename="placeringar-{found.today}.xlsx"'}
    return HttpResponse(exports.overview_xlsx(found, units), exports.XLSX_TYPE, headers=headers)


def _make(request: ActingRequest, action: Action, what: str) -> Overview:
    found = overview.make(request.actor, request.now)
    found.note_reads(request.actor, action, what)
    return found
