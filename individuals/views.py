"""The log reviewer's desk: the read log of the own huvudman, and the extract for one person."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from core.policy import ActingRequest, for_roles, policy
from core.workdays import local_day
from individuals import readlog
from individuals.forms import ExtractForm, LogFilter
from organisations.kinds import Role

REVIEWERS = for_roles(Role.LOG_REVIEWER)
PER_PAGE = 50
DAYS_AT_FIRST = 30
EXTRACT_AT_MOST = 10_000


@policy(REVIEWERS)
@require_safe
def log(request: ActingRequest) -> HttpResponse:
    """Who has read what, newest first, narrowed by the filter in the address."""
    form = LogFilter(request.GET or None, huvudman_id=request.actor.huvudman_id)
    question: dict[str, Any] = {"first": local_day(request.now) - timedelta(days=DAYS_AT_FIRST)}
    if form.is_bound:
        form.is_valid()
        question = form.question()
    page = Paginator(readlog.readings(**question), PER_PAGE).get_page(request.GET.get("sida"))
    context = {
        "form": form,
        "extract": ExtractForm(now=request.now),
        "page": page,
        "rows": readlog.in_words(page.object_list),
        "is_filtered": form.is_bound,
        "days": DAYS_AT_FIRST,
    }
    return render(request, "individuals/log.html", context)


@policy(REVIEWERS)
@require_http_methods(["GET", "POST"])
def extract(request: ActingRequest) -> HttpResponse:
    """All reads about one person in the own huvudman (LAW-2), as a page or, with the button CSV, as a file."""
    form = ExtractForm(request.POST or None, now=request.now)
    if not form.is_valid():
        return render(request, "individuals/log_extract.html", {"form": form}, status=422 if form.is_bound else 200)
    lines = readlog.readings(number=form.cleaned_data["number"])[:EXTRACT_AT_MOST]
    if "csv" in request.POST:
        return HttpResponse(
            readlog.as_csv(lines),
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": 'attachment; filename="loggutdrag.csv"'},
        )
    return render(
        request, "individuals/log_extract.html", {"form": form, "rows": readlog.in_words(lines), "asked": True}
    )
