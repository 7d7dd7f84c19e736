"""Which rows: agreements in force on a day, and terms as they stood that day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Self
from uuid import UUID

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery

from agreements.values import DecisionKind

if TYPE_CHECKING:
    from agreements.models import (  # noqa: F401
        Agreement,
        AgreementParty,
        PartyDecision,
        Responsibility,
        ResponsibilityArea,
        TargetGroup,
        TermVersion,
    )


class AgreementQuerySet(models.QuerySet["Agreement"]):
    def in_force(self, on: date) -> Self:
        """Agreements whose period holds the day; first and last day count."""
        return self.filter(valid_from__lte=on, valid_to__gte=on)

    def binding_all(self, huvudman_ids: Iterable[UUID], on: date) -> Self:
        """Agreements that each of these huvudmän is a party to and has adopted by the day (AGR-7)."""
        of_agreement = apps.get_model("agreements", "AgreementParty")._default_manager
        found = self
        for huvudman_id in huvudman_ids:
            party = of_agreement.filter(agreement=OuterRef("pk"), huvudman_id=huvudman_id)
            found = found.filter(Exists(party.bound(on)))
        return found

    def about_first(self, scope: str) -> Self:
        """Agreements about this scope first, for parties that may have none about it and follow the one they have."""
        return self.order_by(models.Case(models.When(scope=scope, then=0), default=1))


class AgreementPartyQuerySet(models.QuerySet["AgreementParty"]):
    def bound(self, on: date) -> Self:
        """Parties that have adopted their agreement by the day.

        The newest decision counts. A party without any decision counts as having adopted where the agreement's file
        says so: no source tells, and the agreement is in use.
        """
        made = apps.get_model("agreements", "PartyDecision")._default_manager
        about = made.filter(agreement=OuterRef("agreement"), huvudman=OuterRef("huvudman"))
        adoption = about.of_adoption()
        newest = adoption.filter(decided_on__lte=on).values("kind")[:1]
        return self.annotate(newest_decision=Subquery(newest)).filter(
            Q(newest_decision=DecisionKind.ADOPTS) | (Q(agreement__adoption_assumed=True) & ~Exists(adoption))
        )


class PartyDecisionQuerySet(models.QuerySet["PartyDecision"]):
    def standing(self) -> Self:
        """Decisions that were not struck as wrongly recorded."""
        return self.filter(struck_at=None)

    def of_adoption(self) -> Self:
        """Whether the party adopts the agreement, newest decision first."""
        kinds = (DecisionKind.ADOPTS, DecisionKind.DECLINES)
        return self.standing().filter(kind__in=kinds).order_by("-decided_on", "-recorded_at")

    def of_notice(self) -> Self:
        """Notices, earliest first."""
        return self.standing().filter(kind=DecisionKind.GIVES_NOTICE).order_by("decided_on")


class TermVersionQuerySet(models.QuerySet["TermVersion"]):
    def standing(self, on: date) -> Self:
        """The newest version of each term that had begun to apply by the day."""
        return self.filter(valid_from__lte=on).order_by("key", "-valid_from").distinct("key")


class ResponsibilityQuerySet(models.QuerySet["Responsibility"]):
    def asked_for(
        self, *, target_group: TargetGroup | None = None, area: ResponsibilityArea | None = None, party: str = ""
    ) -> Self:
        """Responsibilities that match every question asked; questions left empty ask nothing."""
        found = self
        if target_group is not None:
            found = found.filter(target_groups=target_group)
        if area is not None:
            found = found.filter(area=area)
        return found.filter(party=party) if party else found
