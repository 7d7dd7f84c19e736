"""Which rows: agreements in force on a day, and terms as they stood that day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Self
from uuid import UUID

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from agreements.models import (  # noqa: F401
        Agreement,
        Responsibility,
        ResponsibilityArea,
        TargetGroup,
        TermVersion,
    )


class AgreementQuerySet(models.QuerySet["Agreement"]):
    def in_force(self, on: date) -> Self:
        """Agreements whose period holds the day; first and last day count."""
        return self.filter(valid_from__lte=on, valid_to__gte=on)

    def binding_all(self, huvudman_ids: Iterable[UUID]) -> Self:
        """Agreements that each of these huvudmän is a party to."""
        found = self
        for huvudman_id in huvudman_ids:
            found = found.filter(parties__huvudman_id=huvudman_id)
        return found


class TermVersionQuerySet(models.QuerySet["TermVersion"]):
    def standing(self, on: date) -> Self:
        """The newest version of each term that had begun to apply by the day."""
        return self.filter(valid_from__lte=on).order_by("key", "-valid_from").distinct("key")


class ResponsibilityQuerySet(models.QuerySet["Responsibility"]):
    SEARCHED = ("text", "search_words", "actor", "area__name")

    def asked_for(
        self, *, words: str = "", target_group: TargetGroup | None = None, area: ResponsibilityArea | None = None,
        party: str = "",
    ) -> Self:  # fmt: skip
        """Responsibilities that match every question asked; questions left empty ask nothing."""
        found = self.mentioning(words)
        if target_group is not None:
            found = found.filter(target_groups=target_group)
        if area is not None:
            found = found.filter(area=area)
        return found.filter(party=party) if party else found

    def mentioning(self, words: str) -> Self:
        """Rows with all the words, as Swedish finds them (placeringar → placering) or as parts of other words."""
        if not words.strip():
            return self
        parts = Q()
        for word in words.split():
            anywhere = Q()
            for field in self.SEARCHED:
                anywhere |= Q(**{f"{field}__icontains": word})
            parts &= anywhere
        swedish = SearchVector(*self.SEARCHED, config="swedish")
        return self.annotate(searched=swedish).filter(
            Q(searched=SearchQuery(words, config="swedish", search_type="plain")) | parts
        )
