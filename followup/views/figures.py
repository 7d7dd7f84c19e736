"""Dashboards of the county, a municipality and the acting unit, and their files."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from agreements.effects import FEWEST_TOLD
from agreements.values import Coordination
from core.documents import as_file
from core.pdf import NoDocument
from core.policy import ActingRequest, for_roles, policy
from core.workdays import local_day
from disputes.panels import at_the_top as disputes_at_the_top
from followup import documents, exports, figures, unit_figures
from followup.names import board_name
from followup.views.shared import READERS, Page, agreement_or_404, drills
from organisations.kinds import MANAGERS
from organisations.models import Huvudman


def find_board(request: ActingRequest, coordination: str) -> figures.Board:
    """The dashboard that the address asks for: what isn't a year or a place of ours is left out."""
    agreement = agreement_or_404(request)
    this_year = local_day(request.now).year
    asked, key = request.GET.get("ar", ""), request.GET.get("kommun", "")
    year = int(asked) if asked.isdigit() and 2000 <= int(asked) <= this_year else this_year
    place = Huvudman.objects.filter(key=key).values_list("pk", flat=True).first() if key else None
    return figures.board(agreement, coordination, this_year=this_year, year=year, municipality=place)


@policy(READERS)
@require_safe
def dashboard(request: ActingRequest, coordination: str) -> HttpResponse:
    """A sentence, a chart and a table per indicator (FUP-6). Figures only: nothing here points at a person."""
    board = find_board(request, coordination)
    smallest = board.agreement.term(FEWEST_TOLD, on=local_day(request.now)).value
    unsettled = disputes_at_the_top(
        request.actor, request.now, Coordination(board.coordination), municipality=board.municipality
    )
    context = {
        "board": board,
        "smallest": smallest,
        "unsettled": unsettled,
        "now": request.now,
        "drills": drills(request),
    }
    return render(request, "followup/dashboard.html", context)


@policy(READERS)
@require_safe
def export(request: ActingRequest, coordination: str, kind: str) -> HttpResponse:
    """The same figures as CSV or XLSX (FUP-7)."""
    board = find_board(request, coordination)
    return _sheet(board.panels, board.where, board_name(board), kind)


def _sheet(panels: Sequence[figures.Panel], where: str, name: str, kind: str) -> HttpResponse:
    """Figures as a spreadsheet. Raises 404 for a kind there isn't."""
    if kind == "csv":
        content, media_type = exports.as_csv(panels, where), exports.CSV_TYPE
    elif kind == "xlsx":
        content, media_type = exports.as_xlsx(panels, where), exports.XLSX_TYPE
    else:
        raise Http404("followup.file")
    return as_file(content, f"{name}.{kind}", media_type=media_type)


@policy(for_roles(*MANAGERS))
@require_safe
def unit(request: ActingRequest) -> HttpResponse:
    """The acting unit's own figures, with the way to its cases: its managers see them anyway (FUP-6)."""
    agreement = agreement_or_404(request)
    panels = unit_figures.panels(agreement, request.actor.unit_id, local_day(request.now).year)
    context = {"panels": panels, "own": True, "year": local_day(request.now).year}
    return render(request, "followup/unit.html", context)


@policy(for_roles(*MANAGERS))
@require_safe
def unit_file(request: ActingRequest, kind: str) -> HttpResponse:
    """The acting unit's own figures as CSV, XLSX or PDF (FUP-7). Nothing is kept: small numbers stand as they are."""
    agreement, year = agreement_or_404(request), local_day(request.now).year
    panels = unit_figures.panels(agreement, request.actor.unit_id, year)
    unit, name = request.actor.unit_name, f"siffror-verksamheten-{year}"
    if kind != "pdf":
        return _sheet(panels, unit, name, kind)
    try:
        made = documents.as_pdf(
            title=f"{unit} {year}",
            reference=name,
            sender=(unit, request.actor.huvudman_name),
            panels=panels,
            now=request.now,
        )
    except NoDocument as none:
        page = Page("PDF av siffrorna", "", reverse("followup:unit"))
        return render(request, "followup/refused.html", {"page": page, "reason": none.reason}, status=503)
    return as_file(made, f"{name}.pdf")
