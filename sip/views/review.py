"""The last step of filing: check exactly who gets what, send, and the receipt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from agreements.models import TargetGroup
from core.authz import Button, Decision, Refused
from core.policy import ActingRequest, policy
from core.transitions import Gone, Stale
from core.workdays import local_day
from deadlines.models import Clock
from individuals import actions as individuals
from individuals.kinds import Category
from individuals.models import Basis, Piece
from organisations.models import Unit
from sip import actions
from sip.kinds import Do, Missing, Step
from sip.models import Call, SipCase
from sip.permissions import CASE_RULES
from sip.suggestions import DOORS
from sip.views.drafts import FILERS, NOT_SENT, PAGES, basis_of, draft_page, find_draft, frame_of, guardians_of
from sip.views.receivers import chosen_calls


class SendForm(forms.Form):
    """The version that was reviewed."""

    version = forms.IntegerField(widget=forms.HiddenInput)


@dataclass(frozen=True, slots=True)
class Handover:
    """One category: the text, and why it stays when it does."""

    category: Category
    text: str
    stays_because: str = ""


@draft_page()
def review(request: ActingRequest, case: SipCase) -> HttpResponse:
    """Check answers: who gets what, what is missing, send (SIP-1, IND-5, IND-7)."""
    form = SendForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            actions.send(case_id=case.pk, version=form.cleaned_data["version"], by=request.actor, now=request.now)
        except Gone:
            raise Http404 from None
        except Stale:
            form.add_error(None, "Utkastet har ändrats sedan du öppnade sidan. Läs igenom det igen innan du skickar.")
            case = find_draft(request, case.pk)
        except Refused as refused:
            form.add_error(None, refused.reason)
        else:
            return redirect("sip:sent", case_id=case.pk)
    guardians = guardians_of(case)
    basis = basis_of(case)
    missing = actions.whats_missing(case, request.now)
    calls = chosen_calls(case)
    pieces = {Category(piece.category): piece for piece in actions.latest_pieces(case, request.actor)}
    context = {
        **frame_of(request, case, Step.REVIEW),
        "form": form,
        "missing": [(one, PAGES[one.step]) for one in missing],
        "send": _send_button(request, case, missing),
        "groups": _group_names(case),
        "guardians": guardians,
        "calls": [(call, basis is not None and basis.covers(call.unit)) for call in calls],
        "basis": basis,
        "handovers": (told := handovers(pieces, basis)),
        "anything_stays": any(one.stays_because for one in told),
        "pieces": {category.value: piece for category, piece in pieces.items()},
        "cannot_pass_on": _cannot_pass_on(calls, basis),
        "is_child": case.matter.person.is_child(local_day(request.now)),
    }
    return render(request, "sip/filing/review.html", context, status=422 if form.errors else 200)


def handovers(pieces: dict[Category, Piece], basis: Basis | None) -> list[Handover]:
    """What each receiver gets of what is written: the same for all, since a consent names categories for all."""
    found = []
    for category in Category:
        if (piece := pieces.get(category)) is None:
            continue
        because = ""
        if basis is None:
            because = "samtycke saknas"
        elif not individuals.goes_along(piece, basis):
            because = "skyddade personuppgifter" if piece.is_restricted else "samtycket omfattar det inte"
        found.append(Handover(category, piece.text, because))
    return found


def _cannot_pass_on(calls: Sequence[Call], basis: Basis | None) -> list[Unit]:
    """Called units that judge where the person belongs (SIP-4), though the consent reaches no further than to them."""
    if basis is None:
        return []
    wide = {scope.huvudman_id for scope in basis.scopes.all() if scope.huvudman_id and not scope.is_excluded}
    return [call.unit for call in calls if call.unit.kind in DOORS and call.unit.authority.huvudman_id not in wide]


def _send_button(request: ActingRequest, case: SipCase, missing: Sequence[Missing]) -> Button:
    decision = CASE_RULES.may(request.actor, Do.SEND, case)
    if missing:
        decision = Decision(False, "Gör klart det som saknas först. Det står överst på sidan.")
    return Button(Do.SEND, str(Do.SEND.label), decision)


def _group_names(case: SipCase) -> list[str]:
    groups = TargetGroup.objects.filter(agreement_id=case.matter.agreement_id, key__in=case.target_groups)
    return list(groups.values_list("name", flat=True))


# --- the receipt ------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Expected:
    """What a called unit does next, and by when."""

    unit: Unit
    answer: Clock | None
    contact: Clock | None


@policy(FILERS)
@require_safe
def sent(request: ActingRequest, case_id: UUID) -> HttpResponse:
    """The receipt: what happens next, who does it, and by when."""
    case = find_draft(request, case_id)
    if case.state in NOT_SENT:
        return redirect("sip:review", case_id=case.pk)
    calls = Call.objects.filter(case=case, state__in=actions.ACTIVE_CALLS).select_related("unit__authority__huvudman")
    clocks = {(clock.kind, clock.subject): clock for clock in Clock.objects.filter(matter_id=case.pk, stopped_at=None)}
    expected = [
        Expected(call.unit, clocks.get((actions.ACKNOWLEDGE, call.pk)), clocks.get((actions.FIRST_CONTACT, call.pk)))
        for call in calls.order_by("unit__name")
    ]
    context = {"case": case, "person": case.matter.person, "expected": expected, "now": request.now}
    return render(request, "sip/filing/sent.html", context)
