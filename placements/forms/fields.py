"""Fields that several forms share: a day, a moment of two fields, several lines, kronor."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django import forms

from core import refusals
from core.authz import Refused
from core.workdays import STOCKHOLM, local_day
from organisations.forms import Day
from placements.kinds import PRIVATE_HOMES, Housing
from placements.models import Provider

NOTE_LENGTH = 2_000


class Lines(forms.CharField):
    """Several lines. A text that is too long is kept and told about, not cut by the browser."""

    def __init__(self, *, rows: int = 4, max_length: int = NOTE_LENGTH, **kwargs: Any) -> None:
        super().__init__(max_length=max_length, widget=forms.Textarea(attrs={"rows": rows}), **kwargs)
        self.widget.attrs.pop("maxlength", None)

    def to_python(self, value: Any) -> Any:
        return super().to_python(value.replace("\r\n", "\n") if isinstance(value, str) else value)


class Clock(forms.TimeField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            input_formats=["%H:%M", "%H.%M"],
            widget=forms.TimeInput(format="%H:%M", attrs={"type": "time", "data-width": "xs"}),
            error_messages={"required": "Ange vilken tid.", "invalid": "Skriv tiden som 14.05."},
            **kwargs,
        )


class Number(forms.DecimalField):
    """A number as people write it: with comma, and with spaces between thousands."""

    def __init__(self, **kwargs: Any) -> None:
        errors = {
            "invalid": "Skriv ett tal, till exempel 1 250,50.",
            "max_decimal_places": "Skriv högst två decimaler.",
        }
        super().__init__(
            max_digits=12,
            decimal_places=2,
            widget=forms.TextInput(attrs={"inputmode": "decimal", "data-width": "xs", "autocomplete": "off"}),
            error_messages=errors,
            **kwargs,
        )

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str):
            value = "".join(value.split()).replace(",", ".").removesuffix("kr")
        return super().to_python(value)

    def prepare_value(self, value: Any) -> Any:
        return f"{value:.2f}".replace(".", ",") if isinstance(value, Decimal) else value


class ActForm(forms.Form):
    """A form of one action. Its refusals are shown beside the field they concern.

    `told_at`: the field's name here, where the action calls it something else.
    """

    told_at: dict[str, str] = {}

    def refuse(self, refused: Refused) -> None:
        refusals.tell(self, refused, self.told_at)


class MomentForm(ActForm):
    """A day and a time that together are an instant in Stockholm: `at` of the cleaned data."""

    day = Day(label="Vilken dag?")
    time = Clock(label="Vilken tid?")

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        day, at = values.get("day"), values.get("time")
        if isinstance(day, date) and isinstance(at, time):
            values["at"] = datetime.combine(day, at, tzinfo=STOCKHOLM)
        return values

    @staticmethod
    def just_now(now: datetime) -> dict[str, Any]:
        return {"day": local_day(now), "time": now.astimezone(STOCKHOLM).time()}


class HomeFields(forms.Form):
    """Where somebody is to live: one in the register, or a home by name."""

    housing = forms.ChoiceField(
        label="Vilken boendeform?",
        choices=Housing.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Välj boendeform."},
    )
    provider = forms.ModelChoiceField(
        label="Vilket boende?",
        queryset=Provider.objects.none(),
        required=False,
        empty_label="Inte i registret",
        help_text="HVB och andra boenden finns i registret, med tillstånd och egen vård.",
    )
    home = forms.CharField(
        label="Vilket hem, om det inte finns i registret?",
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"data-width": "medium", "autocomplete": "off"}),
        help_text="Familjehem och jourhem skrivs alltid här. De är privatpersoner.",
    )
    municipality = forms.CharField(
        label="I vilken kommun ligger det?",
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"data-width": "short", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["provider"]
        field.queryset = Provider.objects.filter(closed_on=None).order_by("name")
        for name in ("provider", "home", "municipality"):
            self.fields[name].unmarked = True  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        housing, provider, home = values.get("housing"), values.get("provider"), values.get("home")
        if housing in PRIVATE_HOMES and provider:
            self.add_error("provider", "Ett familjehem eller jourhem finns inte i registret. Skriv hemmet nedanför.")
        elif provider and home:
            self.add_error("home", "Välj antingen ett boende i registret eller skriv ett hem.")
        elif "housing" in values and not provider and not home and "provider" not in self.errors:
            self.add_error("home", "Välj ett boende i registret, eller skriv vilket hem det är.")
        return values
