"""Sections as they read on a day, with the amendments in force by then."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import QuerySet

from agreements.models import Agreement, AmendedProvision, Provision
from agreements.values import AmendmentState


def standing_changes(agreements: Iterable[Agreement], on: date) -> QuerySet[AmendedProvision]:
    """The newest amended text of each section that has one by the day."""
    in_force = AmendedProvision.objects.filter(
        amendment__agreement__in=list(agreements),
        amendment__state=AmendmentState.ADOPTED,
        amendment__in_force_from__lte=on,
    )
    newest = in_force.order_by("provision_id", "-amendment__in_force_from", "-amendment__settled_at")
    return newest.distinct("provision_id").select_related("amendment", "provision")


def as_amended(provisions: Iterable[Provision], changes: Iterable[AmendedProvision]) -> list[Provision]:
    """The sections with their amended text. `amendment` on each is the one that gave it, or None. Never saved."""
    by_section = {change.provision_id: change for change in changes}
    rows = []
    for provision in provisions:
        change = by_section.get(provision.pk)
        provision.amendment = change.amendment if change else None  # type: ignore[attr-defined]
        if change is not None:
            provision.heading, provision.summary = change.heading, change.summary
            provision.points = change.points
        rows.append(provision)
    return rows
