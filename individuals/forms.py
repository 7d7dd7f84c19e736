"""What a log reviewer may ask. Text to values, nothing saved."""

from __future__ import annotations

from typing import Any

from django import forms

from core.audit import Action
from core.workdays import local_day
from individuals.identity import WrongNumber, read_number
from organisations.models import Unit


class LogFilter(forms.Form):
    """Narrow the log. Stays in the address: it names staff and days, never a person read about."""

    fran = forms.DateField(label="Från och med", required=False, widget=forms.DateInput({"type": "date"}))
    till = forms.DateField(label="Till och med", required=False, widget=forms.DateInput({"type": "date"}))
    verksamhet = forms.ModelChoiceField(
        label="Verksamhet", queryset=Unit.objects.none(), to_field_name="key", required=False, empty_label="Alla"
    )
    vem = forms.CharField(label="Efternamn eller användarnamn", required=False, max_length=100)
    vad = forms.ChoiceField(label="Vad", required=False, choices=[("", "Allt"), *Action.choices])

    def __init__(self, *args: Any, huvudman_id: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = Unit.objects.filter(authority__huvudman_id=huvudman_id).order_by("name")
        self.fields["verksamhet"].queryset = units  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        first, last = values.get("fran"), values.get("till")
        if first and last and last < first:
            self.add_error("till", "Den sista dagen är före den första.")
        return values

    def question(self) -> dict[str, Any]:
        """The arguments of `readlog.readings`; a field with an error narrows nothing."""
        values = self.cleaned_data
        return {
            "first": values.get("fran"),
            "last": values.get("till"),
            "unit": values.get("verksamhet"),
            "who": values.get("vem", ""),
            "action": values.get("vad", ""),
        }


class ExtractForm(forms.Form):
    """Whose extract. Sent in the body, never in the address."""

    number = forms.CharField(label="Personnummer", max_length=30, widget=forms.TextInput({"data-width": "medium"}))

    def __init__(self, *args: Any, now: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now = now

    def clean_number(self) -> str:
        try:
            return read_number(self.cleaned_data["number"], today=local_day(self.now)).number
        except WrongNumber as wrong:
            raise forms.ValidationError(str(wrong)) from None
