"""Dashboards of the county, a municipality and the acting unit, and their files."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from agreements.effects import FEWEST_TOLD
from agreements.values import Coordination
from core.pdf import NoDocument
from core.policy import ActingRequest, for_roles, policy
from core.workdays import local_day
from disputes.panels import at_the_top as disputes_at_the_top
from followup import documents, exports, figures, unit_figures
from followup.converters import WORDS
from followup.views.shared import READERS, Page, agreement_or_404, drills
from organisations.kinds import MANAGERS
from organisations.models import Huvudman


def _board(request: ActingRequest, coordination: str) -> figures.Board:
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
    board = _board(request, coordination)
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
    """The same figures as CSV, XLSX or PDF (FUP-7)."""
    board = _board(request, coordination)
    name = (
        f"siffror-{WORDS[board.coordination]}-{board.municipality.key if board.municipality else 'lanet'}-{board.year}"
    )
    title = f"{board.title} {board.year}"
    return file_of(request, kind, name, title=title, panels=board.panels, where=board.where)


def file_of(
    request: ActingRequest, kind: str, name: str, *, title: str, panels: Any, where: str, **more: Any
) -> HttpResponse:
    """Figures, and a report's texts, as a file. Raises 404 for an unknown kind."""
    texts = more.get("texts", ())
    if kind == "csv":
        content, content_type = exports.as_csv(panels, where, texts), exports.CSV_TYPE
    elif kind == "xlsx":
        content, content_type = exports.as_xlsx(panels, where, texts), exports.XLSX_TYPE
    elif kind == "pdf":
        content_type = "application/pdf"
        try:
            content = documents.as_pdf(
                title=title,
                reference=name,
                sender=(request.actor.unit_name, request.actor.huvudman_name),
                panels=panels,
                now=request.now,
                **more,
            )
        except NoDocument as none:
            page = Page("Dokument", "", reverse("followup:home"))
            return render(request, "followup/refused.html", {"page": page, "reason": none.reason}, status=503)
    else:
        raise Http404("followup.file")
    answer = HttpResponse(content, content_type=content_type)
    answer["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return answer


@policy(for_roles(*MANAGERS))
@require_safe
def unit(request: ActingRequest) -> HttpResponse:
    """The acting unit's own figures, with the way to its cases: its managers see them anyway (FUP-6)."""
    agreement = agreement_or_404(request)
    panels = unit_figures.panels(agreement, request.actor.unit_id, local_day(request.now).year)
    context = {"panels": panels, "own": True, "year": local_day(request.now).year}
    return render(request, "followup/unit.html", context)
