"""How a term has changed, and changing it (the regional board)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_safe

from agreements import actions, effects
from agreements.forms import TermForm
from agreements.models import Agreement
from agreements.values import TermUnit
from agreements.views.shared import agreement_page
from core.authz import Refused
from core.dates import swedish_date
from core.policy import ASSIGNED, ActingRequest, for_roles, policy
from core.transitions import Gone
from core.workdays import local_day
from organisations.kinds import Role


@policy(ASSIGNED)
@require_safe
def term_history(request: ActingRequest, key: str, term: str) -> HttpResponse:
    """Every version of a term: from when, by whom decided and why."""
    agreement = get_object_or_404(Agreement, key=key)
    versions = agreement.term_versions.select_related("provision").filter(key=term).order_by("-valid_from")
    rows = [(version, version.as_term()) for version in versions]
    if not rows:
        raise Http404(term)
    standing = agreement.day_within(local_day(request.now))
    may_change = request.actor.role == Role.BOARD_MEMBER and rows[0][0].is_default
    context = {"rows": rows, "newest": rows[0][0], "standing": standing, "may_change": may_change}
    return agreement_page(request, agreement, "agreements/term_history.html", context)


@policy(for_roles(Role.BOARD_MEMBER))
@require_http_methods(["GET", "HEAD", "POST"])
def term_change(request: ActingRequest, key: str, term: str) -> HttpResponse:
    """Change a default from a day on, in two steps: what it does is shown before it is saved."""
    agreement = get_object_or_404(Agreement, key=key)
    try:
        newest = actions.version_to_change(agreement=agreement, key=term, by=request.actor)
    except Gone as gone:
        raise Http404(term) from gone
    except Refused as refused:
        messages.error(request, refused.reason)
        return redirect("agreements:term_history", key, term)
    unit = TermUnit(newest.unit).label
    form = TermForm(request.POST or None, unit=unit, initial={"value": newest.value, "seen": newest.pk})
    wanted = None
    if form.is_valid() and "edit" not in request.POST:
        try:
            with transaction.atomic():
                wanted = actions.change_term(
                    agreement=agreement, key=term, **form.cleaned_data, by=request.actor, now=request.now
                )
                if "confirmed" not in request.POST:
                    # Tried in full, so that the page to confirm never promises what would be refused.
                    transaction.set_rollback(True)
        except Refused as refused:
            form.add_error(refused.field, refused.reason)
        else:
            if "confirmed" in request.POST:
                messages.success(request, f"{wanted.label} ändras från och med {swedish_date(wanted.valid_from)}.")
                return redirect("agreements:term_history", key, term)
    context: dict[str, Any] = {"form": form, "newest": newest, "term": newest.as_term(), "wanted": wanted}
    if wanted is not None:
        smallest = agreement.term(effects.FEWEST_TOLD, on=agreement.day_within(local_day(request.now))).value
        context["effect"] = effects.running_in_words(agreement, term, smallest)
        context["becomes"] = wanted.as_term()
    return agreement_page(request, agreement, "agreements/term_change.html", context)
