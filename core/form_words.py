"""What forms answer to input they can't take: plain Swedish that says how to mend it."""

from __future__ import annotations

from django import forms
from django.core import validators

WORDS: dict[type[forms.Field], dict[str, str]] = {
    forms.Field: {"required": "Fyll i det här."},
    forms.BooleanField: {"required": "Kryssa i rutan för att gå vidare."},
    forms.ChoiceField: {"required": "Välj ett alternativ.", "invalid_choice": "Välj ett av alternativen i listan."},
    forms.MultipleChoiceField: {
        "required": "Välj minst ett alternativ.",
        "invalid_choice": "Välj bland alternativen i listan.",
    },
    forms.ModelChoiceField: {
        "required": "Välj ett alternativ.",
        "invalid_choice": "Välj ett av alternativen i listan.",
    },
    forms.ModelMultipleChoiceField: {
        "required": "Välj minst ett alternativ.",
        "invalid_choice": "Välj bland alternativen i listan.",
        "invalid_pk_value": "Välj bland alternativen i listan.",
    },
    forms.DateField: {"invalid": "Skriv datumet med år, månad och dag: 2025-11-26."},
    forms.TimeField: {"invalid": "Skriv tiden med timme och minut: 14:05."},
    forms.DateTimeField: {"invalid": "Skriv datum och tid: 2025-11-26 14:05."},
    forms.IntegerField: {"invalid": "Skriv ett heltal med siffror."},
}


def use_plain_words() -> None:
    """Set the words once, when the portal starts. A form that says it better in place still does."""
    for field, words in WORDS.items():
        field.default_error_messages = {**field.default_error_messages, **words}
    validators.MaxLengthValidator.message = (
        "Texten är för lång. Högst %(limit_value)d tecken, nu är det %(show_value)d."
    )
    validators.MinLengthValidator.message = (
        "Texten är för kort. Minst %(limit_value)d tecken, nu är det %(show_value)d."
    )
    validators.EmailValidator.message = "Skriv en e-postadress med @ och punkt: namn@exempel.se."
    validators.validate_email.message = validators.EmailValidator.message
    validators.ProhibitNullCharactersValidator.message = "Texten innehåller ett tecken som inte går att spara."
