"""Forms for choosing which units to call."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import Q

from organisations.kinds import HuvudmanKind, UnitKind
from organisations.models import Huvudman, Unit
from organisations.querysets import UnitQuerySet
from sip.forms.filing import LongText, StepForm
from sip.models import Call
from sip.suggestions import NEVER_CALLED


class UnitField(forms.ModelChoiceField):
    """A unit by its id; anything else is an unknown choice."""

    def to_python(self, value: Any) -> Any:
        try:
            return super().to_python(value)
        except forms.ValidationError:
            raise forms.ValidationError(self.error_messages["invalid_choice"], code="invalid_choice") from None


class ReceiversForm(StepForm):
    """The chosen units with why each is called. The buttons "Lägg till" and "Ta bort" change the choice."""

    told_at = {"units": "add"}

    add = UnitField(
        queryset=Unit.objects.exclude(kind__in=NEVER_CALLED).select_related("authority__huvudman"),
        label="Verksamhet",
        required=False,
        widget=forms.HiddenInput,
        error_messages={"invalid_choice": "Verksamheten finns inte. Välj en av dem som visas."},
    )

    def __init__(self, *args: Any, calls: Sequence[Call], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.calls = {f"reason-{call.unit_id}": call for call in calls}
        for name, call in self.calls.items():
            self.fields[name] = LongText(
                label=f"Varför kallas {call.unit}?",
                rows=2,
                error_messages={"required": "Skriv i en mening varför de behövs."},
            )

    @staticmethod
    def saved(calls: Sequence[Call]) -> dict[str, str]:
        return {f"reason-{call.unit_id}": call.reason for call in calls}

    @property
    def rows(self) -> list[tuple[Call, forms.BoundField]]:
        return [(call, self[name]) for name, call in self.calls.items()]

    def has_changed(self) -> bool:
        return super().has_changed() or "remove" in self.data

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if not self.relaxed and not self.calls:
            self.add_error(None, "Välj minst en verksamhet att kalla.")
        return values

    def chosen(self) -> list[tuple[Unit, str]]:
        """Units to call, each with its reason."""
        values, removed = self.cleaned_data, self.data.get("remove", "")
        kept = [(call.unit, values[name]) for name, call in self.calls.items() if str(call.unit_id) != removed]
        added: Unit | None = values["add"]
        if added is not None and added.pk not in {unit.pk for unit, _ in kept}:
            kept.append((added, ""))
        return kept


class UnitSearchForm(forms.Form):
    """Find a unit by name, kind or municipality. Stands in the address: nothing here is about a person."""

    kommun = forms.ModelChoiceField(
        label="Kommun",
        queryset=Huvudman.objects.filter(kind=HuvudmanKind.MUNICIPALITY).order_by("name"),
        to_field_name="key",
        required=False,
        empty_label="Alla",
    )
    typ = forms.ChoiceField(label="Typ av verksamhet", required=False)
    q = forms.CharField(label="Namn", max_length=100, required=False, widget=forms.TextInput(attrs={"type": "search"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = sorted((kind.label, kind.value) for kind in UnitKind if kind not in NEVER_CALLED)
        chooser: Any = self.fields["typ"]
        chooser.choices = [("", "Alla"), *((value, label) for label, value in kinds)]

    @property
    def is_used(self) -> bool:
        """Whether something narrower than a municipality is asked for."""
        return self.is_valid() and bool(self.cleaned_data["q"] or self.cleaned_data["typ"])

    def narrow(self, units: UnitQuerySet) -> UnitQuerySet:
        values = self.cleaned_data
        if values["kommun"]:
            units = units.filter(serves=values["kommun"])
        if values["typ"]:
            units = units.filter(kind=values["typ"])
        for word in values["q"].split():
            units = units.filter(
                Q(name__icontains=word) | Q(provider__icontains=word) | Q(authority__name__icontains=word)
            )
        return units
