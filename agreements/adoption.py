"""How each party stands to an agreement (AGR-7), from what it has decided."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from agreements.models import Agreement, PartyDecision
from agreements.values import DecisionKind, Standing
from organisations.models import Huvudman


@dataclass(frozen=True, slots=True)
class PartyStanding:
    """A party, how it stands on the day, and every decision it has recorded, newest first, struck ones too."""

    huvudman: Huvudman
    standing: Standing
    decisions: tuple[PartyDecision, ...]


def standings(agreement: Agreement, on: date) -> list[PartyStanding]:
    """Every party in order, as `AgreementPartyQuerySet.bound` counts. Two queries."""
    made: dict[object, list[PartyDecision]] = {}
    for decision in agreement.decisions.all():
        made.setdefault(decision.huvudman_id, []).append(decision)
    return [
        PartyStanding(
            party.huvudman,
            _standing(agreement, made.get(party.huvudman_id, []), on),
            tuple(made.get(party.huvudman_id, [])),
        )
        for party in agreement.parties.select_related("huvudman")
    ]


def _standing(agreement: Agreement, decisions: list[PartyDecision], on: date) -> Standing:
    of_adoption = [one for one in decisions if one.struck_at is None and one.kind != DecisionKind.GIVES_NOTICE]
    if not of_adoption:
        return Standing.ASSUMED if agreement.adoption_assumed else Standing.WAITING
    newest = next((one for one in of_adoption if one.decided_on <= on), None)
    if newest is None:
        return Standing.WAITING
    return Standing.DECIDED if newest.kind == DecisionKind.ADOPTS else Standing.DECLINED
