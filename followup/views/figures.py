"""Dashboards of the county, a municipality and the acting unit, and their files."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from agreements.effects import FEWEST_TOLD
from agreements.values import Coordination
from core.documents import as_file
from core.policy import ActingRequest, for_roles, policy
from core.workdays import local_day
from disputes.panels import at_the_top as disputes_at_the_top
from followup import exports, figures, unit_figures
from followup.names import board_name
from followup.views.shared import READERS, agreement_or_404, drills
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
    if kind == "csv":
        content, media_type = exports.as_csv(board.panels, board.where), exports.CSV_TYPE
    elif kind == "xlsx":
        content, media_type = exports.as_xlsx(board.panels, board.where), exports.XLSX_TYPE
    else:
        raise Http404("followup.file")
    return as_file(content, f"{board_name(board)}.{kind}", media_type=media_type)


@policy(for_roles(*MANAGERS))
@require_safe
def unit(request: ActingRequest) -> HttpResponse:
    """The acting unit's own figures, with the way to its cases: its managers see them anyway (FUP-6)."""
    agreement = agreement_or_404(request)
    panels = unit_figures.panels(agreement, request.actor.unit_id, local_day(request.now).year)
    context = {"panels": panels, "own": True, "year": local_day(request.now).year}
    return render(request, "followup/unit.html", context)
