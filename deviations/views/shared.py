"""What every page of a deviation shares: finding it, running one action, showing a form, refusing with the reason."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import render

from core.authz import Refused
from core.policy import ActingRequest, for_roles, visible_or_404
from core.transitions import Gone, Stale
from deviations.kinds import Do
from deviations.models import Deviation
from deviations.permissions import RULES
from organisations.kinds import CASE_ROLES

UNITS = for_roles(*CASE_ROLES)
GET_POST = ["GET", "HEAD", "POST"]


def find_deviation(request: ActingRequest, deviation_id: UUID) -> Deviation:
    """The unit's own deviation; else 404 and a line in the read log (LAW-3)."""
    found = Deviation.objects.visible_to(request.actor, request.now).select_related(
        "unit__authority__huvudman", "agreement", "provision", "target_group", "municipality", "matter",
        "concerns__authority__huvudman", "started_by", "finished_by", "text",
    )  # fmt: skip
    return visible_or_404(request, found, "deviation", pk=deviation_id)


def done(form: forms.Form, act: Callable[[], object], *, told_at: Mapping[str, str] | None = None) -> bool:
    """Run the action. A refusal becomes an error of the form, beside its field where it has one."""
    try:
        act()
    except Gone:
        raise Http404 from None
    except Stale as newer:
        # The typed values stay; the hidden version follows what the page now shows.
        form.data = {**form.data.dict(), "version": newer.current.version}  # type: ignore[attr-defined]
        form.add_error(None, newer.reason)
        return False
    except Refused as refused:
        name = (told_at or {}).get(refused.field or "", refused.field)
        form.add_error(name if name in form.fields else None, refused.reason)
        return False
    return True


def form_page(request: ActingRequest, template: str, form: forms.Form, **context: Any) -> HttpResponse:
    """The page with its form; 422 when what was sent can't be taken."""
    wrong = form.is_bound and bool(form.errors)
    return render(request, template, {"form": form, "now": request.now, **context}, status=422 if wrong else 200)


def refuse(request: ActingRequest, do: Do, deviation: Deviation) -> HttpResponse:
    """The user may read the deviation but not do this: say why, and lead back to it."""
    context = {"deviation": deviation, "reason": RULES.may(request.actor, do, deviation).reason, "label": do.label}
    return render(request, "deviations/refused.html", context, status=403)
