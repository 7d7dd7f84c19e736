"""The person as every page shows them: the banner, and the number as people read it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import template

from core.dates import swedish_date
from core.workdays import last_day, local_day
from individuals.identity import written
from individuals.kinds import BasisKind, IdentityKind
from individuals.models import Basis, Person

register = template.Library()


@register.filter
def number_of(person: Person) -> str:
    """`20110108-2392`, a reserve number as it is, or that the identity is unknown."""
    if person.identity_kind == IdentityKind.UNIDENTIFIED:
        return person.get_identity_kind_display()
    return written(person.identity_number)


@register.inclusion_tag("components/person_banner.html")
def person_banner(person: Person, now: datetime) -> dict[str, Any]:
    """Who the page is about, on every page of a case, with a clear mark when the identity is protected (IND-3)."""
    age = person.age(local_day(now))
    details = ["Ålder okänd" if age is None else f"{age} år"]
    if person.interpreter:
        details.append(f"Tolk eller annat stöd: {person.interpreter}")
    return {
        "name": str(person),
        "number": number_of(person),
        "detail": " · ".join(details),
        "protected": person.is_protected,
    }


@register.filter
def basis_words(basis: Basis) -> str:
    """`samtycke till och med tis 25 nov 2025`, or the ground by name."""
    label = "samtycke" if basis.kind == BasisKind.CONSENT else f"grunden ”{basis.get_kind_display()}”"
    return f"{label} till och med {swedish_date(last_day(basis.expires_at))}"


@register.filter
def lower_first(text: str) -> str:
    return text[:1].lower() + text[1:]
