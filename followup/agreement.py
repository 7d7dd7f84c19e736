"""Which agreement a group works under, and the groups and municipalities that share it."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from agreements.models import Agreement
from agreements.values import Coordination, Scope
from core.acting import Actor
from organisations.kinds import LOCAL_GROUPS, GroupKind, HuvudmanKind
from organisations.models import CoordinationGroup, Huvudman

LOCAL_KIND = {Coordination.CHILDREN: GroupKind.SSGB, Coordination.ADULTS: GroupKind.SSGV}
COORDINATION = {kind: coordination for coordination, kind in LOCAL_KIND.items()}


def agreement_of(huvudman_id: UUID | None, on: date) -> Agreement | None:
    """The agreement that binds a huvudman on a day: the one about cooperation before one about placements."""
    if huvudman_id is None:
        return None
    return Agreement.objects.in_force(on).binding_all([huvudman_id], on).about_first(Scope.GENERAL).first()


def agreement_of_group(group: CoordinationGroup, by: Actor, on: date) -> Agreement | None:
    """The agreement a group works under. The county's own groups have no municipality: the actor's huvudman tells."""
    return agreement_of(group.municipality_id or by.huvudman_id, on)


def municipalities(agreement: Agreement) -> list[Huvudman]:
    """The municipalities bound by the agreement, by name."""
    return list(
        Huvudman.objects.filter(
            kind=HuvudmanKind.MUNICIPALITY, pk__in=agreement.parties.values("huvudman_id")
        ).order_by("name")
    )


def local_groups(agreement: Agreement, coordination: str = "") -> list[CoordinationGroup]:
    """The local groups under the agreement, of one kind when a coordination is given."""
    kinds = [LOCAL_KIND[Coordination(coordination)]] if coordination else list(LOCAL_GROUPS)
    found = CoordinationGroup.objects.filter(kind__in=kinds, municipality__in=agreement.parties.values("huvudman_id"))
    return list(found.select_related("municipality").order_by("kind", "municipality__name"))


def coordination_of(group: CoordinationGroup) -> str:
    """children or adults; empty for the county's own groups."""
    return COORDINATION.get(GroupKind(group.kind), "")
