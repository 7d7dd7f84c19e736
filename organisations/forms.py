"""Forms of the account and of administration: text to values. The rules are the actions'."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm, SetPasswordForm
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db.models import QuerySet

from core import days
from organisations.kinds import GRANTABLE, HuvudmanKind, UnitKind
from organisations.models import Authority, GroupMember, Huvudman, Unit, User


class DayInput(forms.DateInput):
    """A date as browsers ask for it."""

    input_type = "date"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%Y-%m-%d", **kwargs)


class Day(forms.DateField):
    """A day in somebody's matter. A year that can't be meant is told about at the field."""

    def __init__(self, **kwargs: Any) -> None:
        errors = {"required": "Ange vilken dag.", "invalid": "Skriv dagen som 2026-03-09."}
        super().__init__(widget=DayInput(), error_messages=errors | kwargs.pop("error_messages", {}), **kwargs)

    def validate(self, value: Any) -> None:
        super().validate(value)
        if isinstance(value, date) and not days.is_possible(value):
            raise forms.ValidationError(days.IMPOSSIBLE)


def medium_text(**attrs: str) -> forms.TextInput:
    return forms.TextInput(attrs={"data-width": "medium", **attrs})


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


class MailForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ["wants_mail"]
        labels = {"wants_mail": "Skicka e-post när något väntar på mig"}
        help_texts = {"wants_mail": "Breven innehåller inga personuppgifter, bara att något väntar."}


# --- administration ---------------------------------------------------------------------------------------------------
class SearchForm(forms.Form):
    """Free text of a list's filter; stands in the address."""

    q = forms.CharField(label="Sök", max_length=100, required=False, widget=forms.TextInput(attrs={"type": "search"}))


class UnitSearchForm(SearchForm):
    myndighet = forms.ModelChoiceField(
        label="Myndighet", queryset=Authority.objects.none(), to_field_name="key", required=False, empty_label="Alla"
    )
    stangda = forms.BooleanField(label="Visa också stängda", required=False)

    def __init__(self, *args: Any, huvudman_id: UUID, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["myndighet"].queryset = Authority.objects.filter(huvudman_id=huvudman_id)  # type: ignore[attr-defined]


class PersonSearchForm(SearchForm):
    visa = forms.ChoiceField(
        label="Visa",
        required=False,
        choices=[("", "Öppna konton"), ("utan-uppdrag", "Utan uppdrag i dag"), ("avstangda", "Avstängda konton")],
    )


class UnitForm(forms.Form):
    """How a unit is described. `own` limits every choice to the administrator's huvudman."""

    name = forms.CharField(label="Namn", max_length=150)
    kind = forms.ChoiceField(label="Typ av verksamhet", choices=[("", "Välj"), *UnitKind.choices])
    parent = forms.ModelChoiceField(
        label="Hör under",
        queryset=Unit.objects.none(),
        required=False,
        empty_label="Ingen annan verksamhet",
        help_text="En verksamhet i samma myndighet.",
    )
    provider = forms.CharField(
        label="Privat utförare",
        max_length=150,
        required=False,
        help_text="Företaget eller föreningen, om verksamheten drivs på uppdrag av er.",
    )
    phone = forms.CharField(
        label="Telefon",
        max_length=30,
        required=False,
        help_text="Numret som andra verksamheter ringer.",
        widget=forms.TextInput(attrs={"type": "tel", "data-width": "short"}),
    )
    serves = forms.ModelMultipleChoiceField(
        label="Tar emot invånare från",
        queryset=Huvudman.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Styr vilka verksamheter som föreslås för en person.",
    )

    def __init__(self, *args: Any, huvudman_id: UUID, unit: Unit | None = None, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        above = Unit.objects.filter(authority__huvudman_id=huvudman_id).open(today)
        if unit is not None:
            above = above.filter(authority=unit.authority_id).exclude(pk=unit.pk)
        self.fields["parent"].queryset = above  # type: ignore[attr-defined]
        self.fields["serves"].queryset = Huvudman.objects.filter(kind=HuvudmanKind.MUNICIPALITY)  # type: ignore[attr-defined]


class NewUnitForm(UnitForm):
    authority = forms.ModelChoiceField(
        label="Myndighet",
        queryset=Authority.objects.none(),
        empty_label="Välj",
        help_text="Går inte att ändra sedan. En myndighet ser inte en annans uppgifter.",
    )
    opened_on = forms.DateField(label="Öppnar", widget=DayInput())

    field_order = ("authority", "name", "kind", "parent", "provider", "phone", "serves", "opened_on")

    def __init__(self, *args: Any, huvudman_id: UUID, **kwargs: Any) -> None:
        super().__init__(*args, huvudman_id=huvudman_id, **kwargs)
        self.fields["authority"].queryset = Authority.objects.filter(huvudman_id=huvudman_id)  # type: ignore[attr-defined]


class CloseUnitForm(forms.Form):
    closed_on = forms.DateField(
        label="Från vilken dag är verksamheten stängd?",
        widget=DayInput(),
        help_text="Den sista öppna dagen är dagen före.",
    )


class PersonForm(forms.Form):
    first_name = forms.CharField(
        label="Förnamn", max_length=150, widget=forms.TextInput(attrs={"data-width": "medium"})
    )
    last_name = forms.CharField(
        label="Efternamn", max_length=150, widget=forms.TextInput(attrs={"data-width": "medium"})
    )
    email = forms.EmailField(
        label="E-post", max_length=254, help_text="Adressen i arbetet. Dit går brev om att något väntar."
    )


class InviteForm(PersonForm):
    username = forms.CharField(
        label="Användarnamn",
        max_length=150,
        help_text="Det som personen loggar in med. Går inte att ändra sedan.",
        validators=[UnicodeUsernameValidator(message="Använd bara bokstäver, siffror och tecknen @ . + - _")],
        widget=medium_text(autocapitalize="off", spellcheck="false"),
    )

    def clean_username(self) -> str:
        return self.cleaned_data["username"].lower()


class EndForm(forms.Form):
    ends_on = forms.DateField(
        label="Sista dagen",
        required=False,
        widget=DayInput(),
        help_text="Lämna tom om uppdraget gäller tills vidare.",
    )

    def clean_ends_on(self) -> date | None:
        """The form asks for the last day with the assignment; the period ends with the first day without it."""
        last: date | None = self.cleaned_data["ends_on"]
        return last + timedelta(days=1) if last else None


class AssignmentForm(EndForm):
    unit = forms.ModelChoiceField(label="Verksamhet", queryset=Unit.objects.none(), empty_label="Välj")
    role = forms.ChoiceField(
        label="Roll",
        choices=[("", "Välj"), *((role.value, role.label) for role in GRANTABLE)],
        help_text="Rollen avgör vad personen får se och göra i verksamheten.",
    )
    starts_on = forms.DateField(label="Första dagen", widget=DayInput())

    field_order = ("unit", "role", "starts_on", "ends_on")

    def __init__(self, *args: Any, huvudman_id: UUID, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = (  # type: ignore[attr-defined]
            Unit.objects.filter(authority__huvudman_id=huvudman_id).open(today).select_related("authority")
        )


class CoordinatorForm(forms.Form):
    member = forms.ModelChoiceField(
        label="Samordnare från i dag", queryset=GroupMember.objects.none(), widget=forms.RadioSelect, empty_label=None
    )

    def __init__(self, *args: Any, members: QuerySet[GroupMember], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["member"].queryset = members  # type: ignore[attr-defined]
        self.fields["member"].label_from_instance = lambda member: f"{member.user}, {member.represents}"  # type: ignore[attr-defined]


class MemberForm(forms.Form):
    """Somebody who sits in a group for a unit, with mandate and term of office."""

    user = forms.ModelChoiceField(label="Vem?", queryset=User.objects.none(), empty_label="Välj")
    represents = forms.ModelChoiceField(
        label="För vilken verksamhet?", queryset=Unit.objects.none(), empty_label="Välj"
    )
    mandate = forms.CharField(
        label="Vilket mandat?",
        max_length=200,
        help_text="Vad personen får besluta om för verksamheten i gruppen.",
        error_messages={"required": "Skriv vilket mandat personen har."},
    )
    starts_on = forms.DateField(label="Första dagen", widget=DayInput())
    ends_on = forms.DateField(
        label="Sista dagen", required=False, widget=DayInput(), help_text="Lämna tom om mandatet gäller tills vidare."
    )

    clean_ends_on = EndForm.clean_ends_on

    def __init__(self, *args: Any, huvudman_id: UUID, people: QuerySet[User], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = people.order_by("first_name", "last_name")  # type: ignore[attr-defined]
        self.fields["represents"].queryset = (  # type: ignore[attr-defined]
            Unit.objects.filter(authority__huvudman_id=huvudman_id).open(today).order_by("name")
        )


class EndMembershipForm(EndForm):
    """The last day of a term of office."""

    mandate = forms.CharField(
        label="Mandat", max_length=200, error_messages={"required": "Skriv vilket mandat personen har."}
    )
    field_order = ("mandate", "ends_on")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ends_on"].help_text = "Lämna tom om mandatet gäller tills vidare."

    @staticmethod
    def now(member: GroupMember) -> dict[str, Any]:
        """What stands, as the form asks for it."""
        last = member.ends_on - timedelta(days=1) if member.ends_on else None
        return {"mandate": member.mandate, "ends_on": last}
