"""Step 6 of filing: the consent, or the lawful ground, on which anything leaves the unit (IND-4…IND-6).

The same page renews a consent while others take part, and takes a new one after a withdrawal.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect

from core.policy import ActingRequest
from core.workdays import local_day
from individuals import actions as individuals
from organisations.models import Unit
from sip import actions
from sip.forms.filing_consent import ConsentForm, Ground
from sip.kinds import Do, Step
from sip.models import Call, SipCase
from sip.suggestions import callable_units
from sip.views.drafts import NOT_SENT, basis_of, draft_page, guardians_of, sections_of, step_page


@draft_page(Do.RECORD_BASIS)
def consent(request: ActingRequest, case: SipCase) -> HttpResponse:
    """Record who consented to what, or the ground."""
    ground = _ground(request, case)

    def load(case: SipCase) -> dict[str, Any]:
        return ConsentForm.saved(ground, basis_of(case))

    def make(data: Any, **kwargs: Any) -> ConsentForm:
        return ConsentForm(data, ground=ground, **kwargs)

    def save(case: SipCase, form: ConsentForm) -> None:
        if not form.has_changed() and _still_holds(request, case):
            return
        actions.record_basis(
            case_id=case.pk, consent=form.as_consent(), version=case.version, by=request.actor, now=request.now
        )

    def after() -> HttpResponse:
        if case.state in NOT_SENT:
            return redirect("sip:review", case_id=case.pk)
        messages.success(request, "Det nya samtycket är registrerat.")
        return redirect("sip:case", case_id=case.pk)

    return step_page(
        request, case, Step.CONSENT, load=load, make=make, save=save, after=after, ground=ground,
        is_child=ground.person.is_child(ground.today),
    )  # fmt: skip


def _still_holds(request: ActingRequest, case: SipCase) -> bool:
    basis = basis_of(case)
    return (
        basis is not None
        and basis.in_force(request.now)
        and not individuals.consent_gaps(case.matter, basis, request.now)
        and all(basis.covers(unit) for unit in _called(case))
    )


def _ground(request: ActingRequest, case: SipCase) -> Ground:
    today, called = local_day(request.now), _called(case)
    huvudmen = {unit.authority.huvudman_id for unit in called}
    others = callable_units(today).filter(authority__huvudman_id__in=huvudmen)
    others = others.exclude(pk__in=[case.matter.initiator_id, *(unit.pk for unit in called)])
    return Ground(
        person=case.matter.person,
        guardians=guardians_of(case),
        home=case.matter.initiator,
        called=called,
        others=list(others),
        written=frozenset(piece.category for piece in actions.latest_pieces(case, request.actor)),
        today=today,
        sections=sections_of(case),
    )


def _called(case: SipCase) -> list[Unit]:
    """The units that are or will be called; after a withdrawal, those that were."""
    calls = list(Call.objects.filter(case=case).select_related("unit__authority__huvudman").order_by("unit__name"))
    active = [call.unit for call in calls if call.state in actions.ACTIVE_CALLS]
    return list(dict.fromkeys(active or [call.unit for call in calls]))
