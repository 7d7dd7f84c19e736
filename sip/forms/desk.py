"""Forms of the unit's own division of work, and of saved views."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from organisations.models import User

REASON_HELP = (
    "Till exempel semester, sjukdom eller att någon slutar. Skriv inget om personen. Bara er verksamhet ser det."
)


def _reason() -> forms.CharField:
    return forms.CharField(label="Varför?", help_text=REASON_HELP, required=False, max_length=200)


def _colleague(label: str) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label,
        empty_value=None,
        error_messages={"required": "Välj en person.", "invalid_choice": "Personen går inte att välja. Välj i listan."},
    )


class HandOverForm(forms.Form):
    """Who takes over."""

    to_user = _colleague("Vem tar över?")
    reason = _reason()

    def __init__(self, *args: Any, colleagues: Sequence[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        to: Any = self.fields["to_user"]
        to.coerce = {str(one.pk): one for one in colleagues}.get
        to.choices = [("", "Välj kollega"), *((str(one.pk), str(one)) for one in colleagues)]


class HandOverAllForm(HandOverForm):
    """From whom, to whom. `carriers`: key → words and user; the key of those that nobody carries is NOBODY."""

    from_user = forms.ChoiceField(
        label="Vems ärenden?",
        error_messages={"required": "Välj en person.", "invalid_choice": "Personen har inga pågående ärenden längre."},
    )
    field_order = ["from_user", "to_user", "reason"]

    def __init__(self, *args: Any, carriers: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        given: Any = self.fields["from_user"]
        given.choices = [("", "Välj"), *carriers]


class SaveViewForm(forms.Form):
    """A name for what is chosen now."""

    name = forms.CharField(
        label="Spara vyn som",
        max_length=60,
        error_messages={"required": "Skriv vad vyn ska heta."},
        widget=forms.TextInput(attrs={"autocomplete": "off", "data-width": "medium"}),
    )
