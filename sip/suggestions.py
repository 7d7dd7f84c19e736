"""Which units a SIP most likely needs (SIP-4), and who answers for a measure (SIP-8): the portal's proposals.

Somebody unknown to care is called through one door: a child through the contact centre, an adult through the health
centre. Known ones are called where they are known.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import reduce
from operator import or_
from uuid import UUID

from django.contrib.postgres.search import SearchQuery, SearchRank, SearchVector

from agreements.models import Responsibility
from agreements.search import OF_THE_QUESTION, WORD
from agreements.values import Responsible
from organisations.kinds import AuthorityKind, HuvudmanKind, UnitKind
from organisations.models import Huvudman, Unit
from organisations.querysets import UnitQuerySet
from sip.models import SipCase

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


SUGGESTED_AT_MOST = 3


def who_answers(case: SipCase, text: str) -> list[Responsibility]:
    """What the agreement's division of responsibility says of a measure, the likeliest first (SIP-8, RESP-3).

    For the case's target groups; empty when the words resemble nothing there.
    """
    words = [word for word in WORD.findall(text.lower()) if len(word) > 3 and word not in OF_THE_QUESTION]
    if not words:
        return []
    asked = reduce(or_, (SearchQuery(word, config="swedish") for word in words[:30]))
    vector = SearchVector("text", "search_words", "area__name", config="swedish")
    for_them = Responsibility.objects.filter(
        agreement_id=case.matter.agreement_id, target_groups__key__in=case.target_groups
    )
    found = (
        Responsibility.objects.filter(pk__in=for_them.values("pk"))
        .annotate(vector=vector, rank=SearchRank(vector, asked))
        .filter(vector=asked)
        .select_related("provision__agreement", "area")
        .order_by("-rank", "position")
    )
    return list(found[:SUGGESTED_AT_MOST])


def can_answer(responsibility: Responsibility, units: Iterable[Unit]) -> list[Unit]:
    """Which of the units that take part belong to the party that answers."""
    return [unit for unit in units if _belongs(unit, Responsible(responsibility.party))]


def _belongs(unit: Unit, party: Responsible) -> bool:
    authority = unit.authority
    match party:
        case Responsible.REGION:
            return authority.huvudman.kind == HuvudmanKind.REGION
        case Responsible.MUNICIPALITY:
            return authority.huvudman.kind == HuvudmanKind.MUNICIPALITY
        case Responsible.SOCIAL_SERVICES:
            return authority.kind in (AuthorityKind.SOCIAL, AuthorityKind.CARE)
        case Responsible.EDUCATION:
            return authority.kind == AuthorityKind.EDUCATION
        case Responsible.BOTH:
            return True
    return False
