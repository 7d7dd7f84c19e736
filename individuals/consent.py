"""Whose consent is needed, and whether it is all there. Pure rules (IND-2, IND-4; H25 4.3)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from individuals.kinds import Giver, Manner
from individuals.models import Guardian, Person
from organisations.kinds import AuthorityKind

CHILD_ALONE_FROM_AGE = 12


@dataclass(frozen=True, slots=True)
class Given:
    """One consent as the form gives it."""

    giver: Giver
    manner: Manner
    given_on: date
    guardian_id: UUID | None = None
    name: str = ""


def whats_missing(
    *,
    person: Person,
    guardians: Iterable[Guardian],
    given: Iterable[Given],
    authority_kind: str,
    child_alone_reason: str,
    today: date,
) -> list[str]:
    """Return what stands between these consents and a valid basis, as Swedish sentences. Empty: nothing.

    For a child all guardians consent, except one who isn't called for a recorded reason. From 12 the social services
    may act on the child's consent alone, with the reason recorded.
    """
    given = list(given)
    if any(one.given_on > today for one in given):
        return ["Ett samtycke har ett datum som inte har varit ännu."]
    if not person.is_child(today):
        if not any(one.giver in (Giver.SELF, Giver.REPRESENTATIVE) for one in given):
            return ["Registrera att personen själv, eller en god man eller förvaltare, har samtyckt."]
        return []
    guardians = list(guardians)
    if not guardians:
        return ["Lägg till barnets vårdnadshavare innan du registrerar samtycke."]
    by_guardian = {one.guardian_id for one in given if one.giver == Giver.GUARDIAN}
    silent = [g for g in guardians if g.is_called and g.pk not in by_guardian]
    if not silent and by_guardian:
        return []
    if child_alone_reason:
        return _child_alone(person, given, authority_kind, today)
    if not silent:
        return ["Ingen vårdnadshavare kallas. Då behövs barnets eget samtycke (från 12 år) eller en lagstadgad grund."]
    names = " och ".join(g.name for g in silent)
    return [f"Samtycke saknas från {names}. Alla vårdnadshavare behöver samtycka."]


def _child_alone(person: Person, given: list[Given], authority_kind: str, today: date) -> list[str]:
    if authority_kind != AuthorityKind.SOCIAL:
        return ["Bara socialtjänsten kan gå vidare med barnets samtycke ensamt."]
    age = person.age(today)
    if age is None or age < CHILD_ALONE_FROM_AGE:
        return [f"Barnets eget samtycke räcker först från {CHILD_ALONE_FROM_AGE} år."]
    if not any(one.giver == Giver.SELF for one in given):
        return ["Registrera barnets eget samtycke."]
    return []
