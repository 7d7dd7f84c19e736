"""Rows of the list of placements, flat and ready to show."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse

from placements.kinds import Answer, State
from placements.models import Placement


def rows(found: Sequence[Placement], agreed: set[Any], unit_id: Any) -> list[dict[str, Any]]:
    """What a row shows. `agreed`: placements whose agreement is in force, as far as the reader may know (PLC-8)."""
    return [
        {
            "href": reverse("placements:placement", args=[one.pk]),
            "person": one.matter.person,
            "reference": one.matter.reference,
            "state": one.get_state_display(),
            "housing": one.get_housing_display() or "Inte valt ännu",
            "is_acute": one.is_acute,
            "from": one.started_at or one.planned_start,
            "to": one.ended_at or one.planned_end,
            "agreement": _agreement(one, agreed, unit_id),
            "due_at": one.matter.next_due_at,
        }
        for one in found
    ]


def _agreement(one: Placement, agreed: set[Any], unit_id: Any) -> str:
    if unit_id not in (one.matter.initiator_id, one.medical_unit_id):
        return ""
    if one.pk in agreed:
        return "Gäller"
    if one.agreement_needed == Answer.NO:
        return "Behövs inte"
    if one.state in (State.CLOSED, State.CANCELLED, State.ENDED):
        return "–"
    return "Behövs" if one.agreement_needed == Answer.YES else "Inte bedömt"
