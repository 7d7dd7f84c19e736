"""Which units a SIP most likely needs: the portal's help when receivers are chosen (SIP-4).

Somebody unknown to care is called through one door: a child through the contact centre, an adult through the health
centre. Known ones are called where they are known.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from organisations.kinds import HuvudmanKind, UnitKind
from organisations.models import Huvudman, Unit
from organisations.querysets import UnitQuerySet

NEVER_CALLED = (UnitKind.ADMINISTRATION,)
"""Offices without caseworkers: nobody there would answer."""

DOORS = (UnitKind.CONTACT_CENTRE, UnitKind.PRIMARY_CARE)
"""Those that judge where somebody unknown to care belongs, and hand the call over (SIP-4)."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Units that fit one situation, in words."""

    when: str
    kinds: tuple[UnitKind, ...]
    units: list[Unit] = field(default_factory=list)


CHILD_IN_CARE = (
    Suggestion("Är barnet okänt för vården? En väg in bedömer vart barnet hör.", (UnitKind.CONTACT_CENTRE,)),
    Suggestion("Har barnet redan kontakt med vården?", (UnitKind.CHILD_PSYCHIATRY,)),
)
ADULT_IN_CARE = (
    Suggestion("Är personen okänd för vården? Vårdcentralen bedömer vart hen hör.", (UnitKind.PRIMARY_CARE,)),
    Suggestion("Har personen redan kontakt med vården?", (UnitKind.ADULT_PSYCHIATRY, UnitKind.ADDICTION)),
)
CHILD_IN_MUNICIPALITY = (
    Suggestion("Behöver socialtjänsten delta?", (UnitKind.SOCIAL_CHILDREN,)),
    Suggestion("Behöver skolan delta?", (UnitKind.PUPIL_HEALTH,)),
)
ADULT_IN_MUNICIPALITY = (
    Suggestion("Behöver socialtjänsten delta?", (UnitKind.SOCIAL_ADULTS,)),
    Suggestion("Behöver kommunens omsorg delta?", (UnitKind.DISABILITY, UnitKind.HOME_CARE)),
)


def suggestions(
    *, home: Unit, municipality: Huvudman | None, is_child: bool, leave_out: Collection[UUID], today: date
) -> list[Suggestion]:
    """Situations with the units that serve a municipality, the other huvudman's first. `home` needs its huvudman.

    Without a municipality there is nothing to go by: the page asks for it.
    """
    if municipality is None:
        return []
    in_care = CHILD_IN_CARE if is_child else ADULT_IN_CARE
    in_municipality = CHILD_IN_MUNICIPALITY if is_child else ADULT_IN_MUNICIPALITY
    from_region = home.authority.huvudman.kind == HuvudmanKind.REGION
    wanted = (*in_municipality, *in_care) if from_region else (*in_care, *in_municipality)
    kinds = {kind for one in wanted for kind in one.kinds}
    units = callable_units(today).filter(kind__in=kinds, serves=municipality).exclude(pk__in=leave_out)
    return _filled(wanted, list(units))


def _filled(wanted: Sequence[Suggestion], units: Sequence[Unit]) -> list[Suggestion]:
    filled = [Suggestion(one.when, one.kinds, [unit for unit in units if unit.kind in one.kinds]) for one in wanted]
    return [one for one in filled if one.units]


def callable_units(today: date) -> UnitQuerySet:
    """Open units that have somebody to answer."""
    open_units = Unit.objects.open(today).exclude(kind__in=NEVER_CALLED)
    return open_units.select_related("authority__huvudman").order_by("name")


def likely_municipality(home: Unit) -> Huvudman | None:
    """Where the person most likely lives: the unit's own municipality, or the only one it serves."""
    if home.authority.huvudman.kind == HuvudmanKind.MUNICIPALITY:
        return home.authority.huvudman
    served = list(home.serves.all()[:2])
    return served[0] if len(served) == 1 else None
