"""Files of reports and dashboards: spreadsheets at once, the PDF in the background, with a page that tells."""

from __future__ import annotations

from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.documents import as_file
from core.policy import ActingRequest, policy
from followup import actions, exports, figures
from followup.models import BoardCopy, Printed, RegionalVersion, ReportFile, ReportVersion
from followup.names import file_name, texts_of
from followup.views.figures import find_board
from followup.views.reports import find_report, find_version
from followup.views.shared import GET_POST, IN_GROUPS, READERS, Page, nobodys


def _latest(request: ActingRequest, report_id: UUID) -> ReportVersion:
    found, _ = find_report(request, report_id)
    version = found.versions.select_related("report__group__municipality").last()
    if version is None:
        raise Http404("followup.file")
    return version


@policy(IN_GROUPS)
@require_safe
def report_file(request: ActingRequest, report_id: UUID, kind: str) -> HttpResponse:
    """The latest handed-in version as a file (FUP-7)."""
    version = _latest(request, report_id)
    place = version.report.group.municipality
    if kind == "pdf":
        return _pdf(version, reverse("followup:report_pdf", args=[report_id]))
    return _sheet(version, kind, place.name if place else "")


@policy(IN_GROUPS)
@require_http_methods(GET_POST)
def report_pdf(request: ActingRequest, report_id: UUID) -> HttpResponse:
    """How far the PDF of a group's report has come."""
    version = _latest(request, report_id)
    back = reverse("followup:report", args=[report_id])
    page = Page("PDF av uppföljningen", "Tillbaka till rapporten", back, [(str(version.report), back)])
    return _progress(request, version, page, reverse("followup:report_file", args=[report_id, "pdf"]))


@policy(READERS)
@require_safe
def presented_file(request: ActingRequest, version_id: UUID, kind: str) -> HttpResponse:
    """The handed-over report as a file (FUP-7)."""
    version = find_version(request, version_id)
    if kind == "pdf":
        return _pdf(version, reverse("followup:presented_pdf", args=[version_id]))
    return _sheet(version, kind, figures.COUNTY)


@policy(READERS)
@require_http_methods(GET_POST)
def presented_pdf(request: ActingRequest, version_id: UUID) -> HttpResponse:
    """How far the PDF of the county's report has come."""
    version = find_version(request, version_id)
    back = reverse("followup:presented", args=[version_id])
    page = Page("PDF av den regionala uppföljningen", "Tillbaka till rapporten", back, [(str(version.report), back)])
    return _progress(request, version, page, reverse("followup:presented_file", args=[version_id, "pdf"]))


@policy(READERS)
@require_POST
def ask_for_board(request: ActingRequest, coordination: str) -> HttpResponse:
    """Ask for a dashboard as PDF, with its figures as they are now (FUP-7)."""
    copy = actions.ask_for_board(board=find_board(request, coordination), now=request.now)
    return redirect("followup:board_pdf", copy.pk)


def find_copy(request: ActingRequest, copy_id: UUID) -> BoardCopy:
    """A dashboard on paper, under an agreement that the reader's huvudman is a party to. Kept for a day."""
    found = BoardCopy.objects.select_related("agreement", "municipality").filter(pk=copy_id).first()
    if found is None or not found.agreement.parties.filter(huvudman_id=request.actor.huvudman_id).exists():
        raise nobodys(request, "followup.board_copy")
    return found


@policy(READERS)
@require_http_methods(GET_POST)
def board_pdf(request: ActingRequest, copy_id: UUID) -> HttpResponse:
    """How far the PDF of a dashboard has come."""
    copy = find_copy(request, copy_id)
    asked = {"ar": copy.year} | ({"kommun": copy.municipality.key} if copy.municipality else {})
    back = f"{reverse('followup:dashboard', args=[copy.coordination])}?{urlencode(asked)}"
    page = Page("PDF av siffrorna", "Tillbaka till siffrorna", back, [(str(copy), back)])
    return _progress(request, copy, page, reverse("followup:board_file", args=[copy_id]))


@policy(READERS)
@require_safe
def board_file(request: ActingRequest, copy_id: UUID) -> HttpResponse:
    """A dashboard as PDF."""
    return _pdf(find_copy(request, copy_id), reverse("followup:board_pdf", args=[copy_id]))


def _pdf(version: Printed, progress: str) -> HttpResponse:
    made = ReportFile.objects.filter(**ReportFile.of(version)).first()
    if made is None or made.content is None:
        return redirect(progress)
    return as_file(bytes(made.content), f"{file_name(version)}.pdf")


def _sheet(version: ReportVersion | RegionalVersion, kind: str, where: str) -> HttpResponse:
    content = version.content
    told = (figures.thawed(content["figures"]), where, texts_of(content), content.get("groups", ()))
    name = f"{file_name(version)}.{kind}"
    if kind == "csv":
        return as_file(exports.as_csv(*told), name, media_type=exports.CSV_TYPE)
    if kind == "xlsx":
        return as_file(exports.as_xlsx(*told), name, media_type=exports.XLSX_TYPE)
    raise Http404("followup.file")


def _progress(request: ActingRequest, version: Printed, page: Page, ready: str) -> HttpResponse:
    """Show how far it has come; a POST asks for it (again). Without JavaScript the reader loads the page anew."""
    if request.method == "POST":
        actions.ask_for_file(version=version, now=request.now)
        return redirect(request.path)
    made = ReportFile.objects.filter(**ReportFile.of(version)).defer("content").first()
    return render(request, "followup/file.html", {"page": page, "file": made, "ready": ready})
