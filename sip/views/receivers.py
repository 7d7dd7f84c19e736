"""Step 4 of filing: which units are called, and why each (SIP-4, SIP-5)."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch, prefetch_related_objects
from django.http import HttpResponse

from core.policy import ActingRequest
from core.workdays import local_day
from organisations.kinds import HuvudmanKind
from organisations.models import Huvudman
from sip import actions
from sip.actions.shared import parties_rule
from sip.forms.receivers import ReceiversForm, UnitSearchForm
from sip.kinds import CallState, Step
from sip.models import Call, SipCase
from sip.suggestions import callable_units, likely_municipality, suggestions
from sip.views.drafts import draft_page, sections_of, step_page

SHOWN_AT_MOST = 20


def chosen_calls(case: SipCase) -> list[Call]:
    """The units chosen so far, in the order they were chosen; read once per case."""
    chosen = Call.objects.filter(state=CallState.CALLED).select_related("unit__authority__huvudman")
    ordered = Prefetch("calls", chosen.order_by("changed_at", "unit__name"), to_attr="chosen_calls")
    prefetch_related_objects([case], ordered)
    return list(case.chosen_calls)  # type: ignore[attr-defined]


@draft_page()
def receivers(request: ActingRequest, case: SipCase) -> HttpResponse:
    """Choose the units: from the portal's suggestions, or by search."""

    def load(case: SipCase) -> dict[str, Any]:
        return ReceiversForm.saved(chosen_calls(case))

    def make(data: Any, **kwargs: Any) -> ReceiversForm:
        return ReceiversForm(data, calls=chosen_calls(case), **kwargs)

    def save(case: SipCase, form: ReceiversForm) -> None:
        actions.edit_case(
            case_id=case.pk,
            version=case.version,
            calls=form.chosen(),
            step=Step.RECEIVERS,
            by=request.actor,
            now=request.now,
        )

    return step_page(request, case, Step.RECEIVERS, load=load, make=make, save=save, **_to_choose_from(request, case))


def _to_choose_from(request: ActingRequest, case: SipCase) -> dict[str, Any]:
    """The suggestions and the search's answer. Nothing here depends on what other units have with the person."""
    today, home = local_day(request.now), case.matter.initiator
    is_child = case.matter.person.is_child(today)
    likely = likely_municipality(home)
    search = UnitSearchForm(request.GET if {"kommun", "typ", "q"} & request.GET.keys() else None)
    asked: Huvudman | None = search.cleaned_data.get("kommun") if search.is_valid() else None
    if not search.is_bound:
        search = UnitSearchForm(initial={"kommun": likely.key if likely else ""})
    municipality = asked or likely
    taken = {call.unit_id for call in chosen_calls(case)} | {home.pk}
    found = None
    if search.is_used:
        found = list(search.narrow(callable_units(today)).exclude(pk__in=taken).distinct()[: SHOWN_AT_MOST + 1])
    return {
        "parties_rule": parties_rule(case.matter.agreement),
        "search": search,
        "found": found[:SHOWN_AT_MOST] if found is not None else None,
        "found_more": found is not None and len(found) > SHOWN_AT_MOST,
        "suggestions": suggestions(
            home=home, municipality=municipality, is_child=is_child, leave_out=taken, today=today
        ),
        "municipality": municipality,
        "from_region": home.authority.huvudman.kind == HuvudmanKind.REGION,
        "why_called": sections_of(case).of_sip(),
    }
