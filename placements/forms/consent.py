"""The form of the consent, or ground, that a placement is shared on: with the care, and with others by name."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django import forms

from individuals.actions import Receivers
from individuals.models import Basis
from sip.forms.filing_consent import ConsentForm, Ground

PURPOSE = "Förbereda och följa placeringen tillsammans."


class PlacementConsentForm(ConsentForm):
    """A placement is shared with named units only: nobody is handed on, so nothing wider is asked for."""

    told_at = {"receivers": "more"}

    more = forms.MultipleChoiceField(
        label="Vilka fler får uppgifterna?",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Till exempel skolan eller elevhälsan. De ser aldrig ansvarsförbindelsen.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["wider"], self.fields["excluded"]

    def _offer_receivers(self) -> None:
        more: Any = self.fields["more"]
        others = sorted(self.ground.others, key=lambda unit: (unit.authority.huvudman.name, unit.name))
        more.choices = [
            (name, [(str(unit.pk), unit.name) for unit in units])
            for name, units in groupby(others, key=lambda unit: unit.authority.huvudman.name)
        ]

    @staticmethod
    def saved(ground: Ground, basis: Basis | None) -> dict[str, Any]:
        """The form's initial values: the basis in use, or what is most likely."""
        values = ConsentForm.saved(ground, basis)
        if basis is None:
            return values | {"purpose": PURPOSE, "more": []}
        called = {unit.pk for unit in ground.called}
        named = {scope.unit_id for scope in basis.scopes.all() if scope.unit_id and not scope.is_excluded}
        return values | {"more": sorted(str(pk) for pk in named - called)}

    def _receivers(self) -> Receivers:
        """The care, and the others that were named."""
        more = [unit for unit in self.ground.others if str(unit.pk) in self.cleaned_data["more"]]
        return Receivers([*self.ground.called, *more])
