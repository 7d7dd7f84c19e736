"""Rows of the case list, flat and ready to show: a page of fifty is made of what is seen, and nothing else."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.urls import reverse

from core.acting import Actor
from individuals.templatetags.persons import number_of
from sip.kinds import CallState, State
from sip.models import Call, Carrier, SipCase

_ANY = UUID(int=0)
"""Stands for a case in an address that is asked for once for the whole page."""


@dataclass(frozen=True, slots=True)
class _Called:
    unit: str
    has_answered: bool


def list_rows(cases: Sequence[SipCase], by: Actor) -> list[dict[str, Any]]:
    """What a row shows of each case. Mappings: templates read them several times faster than objects."""
    called = _called([case.pk for case in cases if case.state in (State.SENT, State.ACKNOWLEDGED)])
    carriers = _carriers([case.pk for case in cases], by)
    before, after = reverse("sip:case", args=[_ANY]).split(str(_ANY))
    return [
        {
            "carrier": carriers.get(case.pk, "Ingen"),
            "href": f"{before}{case.pk}{after}",
            "person": str(case.matter.person),
            "number": number_of(case.matter.person),
            "is_protected": case.matter.person.is_protected,
            "reference": case.matter.reference,
            "state": State(case.state).label,
            "waiting_for": _waiting_for(case, called[case.pk]),
            "initiator": case.matter.initiator.name,
            "due_at": case.matter.next_due_at,
        }
        for case in cases
    ]


def _carriers(case_ids: Sequence[UUID], by: Actor) -> dict[UUID, str]:
    ours = Carrier.objects.filter(case_id__in=case_ids, unit_id=by.unit_id)
    rows = ours.values_list("case_id", "user__first_name", "user__last_name")
    return {case_id: f"{first} {last}".strip() for case_id, first, last in rows}


def _called(case_ids: Sequence[UUID]) -> dict[UUID, list[_Called]]:
    found: dict[UUID, list[_Called]] = defaultdict(list)
    active = Call.objects.filter(case_id__in=case_ids, state__in=(CallState.CALLED, CallState.ACKNOWLEDGED))
    rows = active.order_by("called_at", "unit__name").values_list("case_id", "unit__name", "state")
    for case_id, unit, state in rows:
        found[case_id].append(_Called(unit, state == CallState.ACKNOWLEDGED))
    return found


def _waiting_for(case: SipCase, called: Sequence[_Called]) -> str:
    """Whose move it is, in a few words."""
    if case.state in (State.DRAFT, State.READY, State.HALTED):
        return case.matter.initiator.name
    unanswered = [one.unit for one in called if not one.has_answered]
    return ", ".join(unanswered or [one.unit for one in called])
