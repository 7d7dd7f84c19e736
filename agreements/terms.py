"""Which agreement binds whom, on which day. Chapters ask here and count with the pure values they get."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from agreements.models import Agreement
from agreements.values import Scope
from core.dates import swedish_date
from organisations.models import Huvudman


class NoAgreement(LookupError):
    """No agreement is in force between these huvudmän on the day."""


def agreement_for(huvudmen: Iterable[Huvudman], on: date, *, scope: Scope = Scope.GENERAL) -> Agreement:
    """Return the agreement that binds all these huvudmän on a day (AGR-2, AGR-7). Raises `NoAgreement`.

    The one about `scope` comes first. Parties without one follow the agreement they have: Halland's general one also
    holds for placements, and Dalarna's about placements also says how a SIP is made. A case keeps the agreement it was
    opened under (AGR-2), so this is asked once per case.
    """
    parties = list(huvudmen)
    found = Agreement.objects.in_force(on).binding_all([h.pk for h in parties], on).about_first(scope).first()
    if found is None or not parties:
        names = ", ".join(str(h) for h in parties) or "ingen part"
        raise NoAgreement(f"Ingen överenskommelse gäller för {names} {swedish_date(on)}.")
    return found
