"""Forms of the account and of administration: text to values. The rules are the actions'."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm, SetPasswordForm

from organisations.models import User


class DayInput(forms.DateInput):
    """A date as browsers ask for it."""

    input_type = "date"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%Y-%m-%d", **kwargs)


# --- the account ------------------------------------------------------------------------------------------------------
class LoginForm(AuthenticationForm):
    error_messages = {
        "invalid_login": "Användarnamnet eller lösenordet stämmer inte. Kontrollera båda och försök igen.",
        "inactive": "Användarnamnet eller lösenordet stämmer inte. Kontrollera båda och försök igen.",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = "Användarnamn"
        self.fields["username"].widget.attrs |= {"autocomplete": "username", "spellcheck": "false"}
        self.fields["password"].label = "Lösenord"


class CodeForm(forms.Form):
    """A one-time code from the app, or a recovery code."""

    code = forms.CharField(
        label="Kod",
        max_length=20,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "spellcheck": "false", "data-width": "xs", "autocapitalize": "off"}
        ),
    )

    def clean_code(self) -> str:
        return "".join(self.cleaned_data["code"].split()).lower()


class FirstPasswordForm(SetPasswordForm):
    error_messages = {"password_mismatch": "De två lösenorden är olika."}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["new_password1"].label = "Nytt lösenord"
        self.fields["new_password1"].help_text = "Minst 12 tecken. Fyra ord som inte hör ihop är lätt att minnas."
        self.fields["new_password2"].label = "Nytt lösenord en gång till"
        self.fields["new_password2"].help_text = ""
        for field in self.fields.values():
            field.widget.attrs["data-width"] = "medium"


class NewPasswordForm(FirstPasswordForm, PasswordChangeForm):
    error_messages = {
        **FirstPasswordForm.error_messages,
        "password_incorrect": "Det nuvarande lösenordet stämmer inte.",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["old_password"].label = "Nuvarande lösenord"
        self.fields["old_password"].widget.attrs.pop("autofocus", None)


class MailForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = User
        fields = ["wants_mail"]
        labels = {"wants_mail": "Skicka e-post när något väntar på mig"}
        help_texts = {"wants_mail": "Breven innehåller inga personuppgifter, bara att något väntar."}
