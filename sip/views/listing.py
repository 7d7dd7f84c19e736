"""The list of cases: filters, pages, search and export. Only what the acting unit takes part in."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from datetime import date
from uuid import UUID

from django.db.models import Prefetch
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from agreements.models import TargetGroup
from core.audit import Action
from core.policy import ActingRequest, for_roles, policy
from core.workdays import local_day
from individuals import paging
from organisations.kinds import CASE_ROLES, MANAGERS, UnitKind
from organisations.models import Unit, User
from sip import exports
from sip.carriers import colleagues
from sip.forms.desk import SaveViewForm
from sip.forms.listing import CaseFilter, More, SearchForm, chosen_filters, shows_more
from sip.models import Call, Carrier, SavedView, SipCase
from sip.permissions import MAY_START
from sip.querysets import SipCaseQuerySet
from sip.rows import list_rows

# What rows and files tell of a case. The rest of its columns would cost as much to read again.
SHOWN = (
    "state",
    "target_groups",
    "matter__reference",
    "matter__opened_at",
    "matter__next_due_at",
    "matter__initiator__name",
    *(
        f"matter__person__{name}"
        for name in ("first_name", "last_name", "identity_kind", "identity_number", "protection")
    ),
)

EXPORTS = {"csv": (exports.as_csv, exports.CSV_TYPE), "xlsx": (exports.as_xlsx, exports.XLSX_TYPE)}


@policy(for_roles(*CASE_ROLES))
@require_safe
def case_list(request: ActingRequest) -> HttpResponse:
    """One page of the filtered list, most pressing first."""
    chosen = _filter(request)
    rights = chosen.rights
    position = {"after": request.GET.get("efter", ""), "before": request.GET.get("fore", "")}
    page = paging.page(chosen.qs if rights is None else _shown(), rights=rights, **position)
    _log(request, Action.LIST, "sip.list", page.rows)
    context = {
        "filter": chosen,
        "page": page,
        "rows": list_rows(page.rows, request.actor),
        "count": paging.count_words(chosen.qs if rights is None else rights),
        "is_filtered": bool(set(request.GET) & set(chosen.filters)),
        "shows_more": shows_more(request.GET),
        "views": list(SavedView.objects.filter(user_id=request.actor.user_id, unit_id=request.actor.unit_id)),
        "query": chosen_filters(request.GET),
        "save_view": SaveViewForm(),
        "may_divide": request.actor.role in MANAGERS,
        "search": SearchForm(),
        "may_start": request.actor.role in MAY_START,
        "now": request.now,
    }
    return render(request, "sip/list.html", context)


@policy(for_roles(*CASE_ROLES))
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("q")
@sensitive_variables("form", "text")
def search(request: ActingRequest) -> HttpResponse:
    """Find cases by name, number or reference. Answered directly: what was sought never stands in an address."""
    if request.method != "POST":
        return redirect("sip:list")
    form = SearchForm(request.POST)
    rows: list[SipCase] = []
    more = False
    if form.is_valid():
        text = form.cleaned_data["q"]
        found = _cases(request).search(text, today=local_day(request.now)).by_next_deadline()
        rows = list(found[: paging.ROWS + 1])
        rows, more = rows[: paging.ROWS], len(rows) > paging.ROWS
        _log(request, Action.SEARCH, "sip.search", rows)
    context = {
        "search": form,
        "form": form,
        "rows": list_rows(rows, request.actor),
        "more": more,
        "most": paging.ROWS,
        "now": request.now,
    }
    return render(request, "sip/search.html", context, status=200 if form.is_valid() else 422)


@policy(for_roles(*CASE_ROLES))
@require_safe
def export(request: ActingRequest, kind: str) -> HttpResponse:
    """The whole filtered list as a file."""
    if kind not in EXPORTS:
        raise Http404
    write, content_type = EXPORTS[kind]
    called = Prefetch("calls", Call.objects.select_related("unit").only("case_id", "state", "unit__name"))
    ours = Carrier.objects.filter(unit_id=request.actor.unit_id).select_related("user")
    cases = list(_filter(request).qs.by_next_deadline().prefetch_related(called, Prefetch("carriers", ours)))
    _log(request, Action.EXPORT, f"sip.export.{kind}", cases)
    body = write(cases, request.actor, target_groups())
    name = f"sip-{local_day(request.now)}.{kind}"
    return HttpResponse(body, content_type, headers={"Content-Disposition": f'attachment; filename="{name}"'})


# --- inside ---------------------------------------------------------------
def _shown() -> SipCaseQuerySet:
    return SipCase.objects.select_related("matter__person", "matter__initiator").only(*SHOWN)


def _cases(request: ActingRequest) -> SipCaseQuerySet:
    return _shown().visible_to(request.actor, request.now)


def _filter(request: ActingRequest) -> CaseFilter:
    more = None
    if shows_more(request.GET):
        more = More(target_groups(), _carriers(request), _units(local_day(request.now)))
    return CaseFilter(request.GET, queryset=_cases(request), by=request.actor, now=request.now, more=more)


def _units(today: date) -> Iterable[Unit]:
    return (
        Unit.objects.open(today)
        .exclude(kind=UnitKind.ADMINISTRATION)
        .select_related("authority__huvudman")
        .order_by("authority__huvudman__kind", "authority__huvudman__name", "name")
    )


def _carriers(request: ActingRequest) -> list[User]:
    """Those at the unit who can carry a case, and the one whose cases are asked for though gone from there."""
    found = colleagues(request.actor, request.now)
    with suppress(ValueError):
        asked = UUID(request.GET.get("vem", ""))
        if asked not in {one.pk for one in found}:
            found += User.objects.filter(
                pk__in=Carrier.objects.filter(user_id=asked, unit_id=request.actor.unit_id).values("user_id")
            )
    return found


def target_groups() -> dict[str, str]:
    """Key → name, over all agreements: a list may hold cases of several."""
    return dict(TargetGroup.objects.order_by("agreement__valid_from", "position").values_list("key", "name"))


def _log(request: ActingRequest, action: Action, what: str, cases: Iterable[SipCase]) -> None:
    request.actor.reads.add(action, what, persons=[c.matter.person_id for c in cases], matters=[c.pk for c in cases])
