"""Forms of a group's meetings, decisions and co-opted parties."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms

from core.workdays import STOCKHOLM, local_day
from followup.models import AgendaItem, CoOpted, Meeting
from organisations.forms import DayInput
from organisations.models import GroupMember

DAY = {"required": "Ange en dag.", "invalid": "Skriv dagen som 2026-03-09."}
MOST_IN_SERIES = 6


def text(rows: int = 4) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


def long_text(label: str, missing: str, *, rows: int = 5, length: int = 2000, **options: Any) -> forms.CharField:
    """A text of some lines, with its errors in words."""
    errors = {"required": missing, "max_length": f"Skriv högst {length} tecken."}
    return forms.CharField(label=label, widget=text(rows), max_length=length, error_messages=errors, **options)


class WhenAndWhere(forms.Form):
    day = forms.DateField(label="Vilken dag?", widget=DayInput(), error_messages=DAY)
    time = forms.TimeField(
        label="Vilken tid?",
        input_formats=["%H:%M", "%H.%M"],
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time", "data-width": "xs"}),
        error_messages={"required": "Ange en tid.", "invalid": "Skriv tiden som 13.00."},
    )
    minutes_long = forms.IntegerField(
        label="Hur många minuter?",
        min_value=15,
        max_value=600,
        initial=120,
        widget=forms.NumberInput(attrs={"data-width": "xs"}),
        error_messages={
            "required": "Ange hur långt mötet är.", "min_value": "Minst 15 minuter.", "max_value": "Högst 600 minuter.",
        },
    )  # fmt: skip
    place = forms.CharField(
        label="Var, eller vilken länk?",
        max_length=200,
        error_messages={"required": "Skriv var ni träffas, eller en länk."},
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        day, at = values.get("day"), values.get("time")
        if isinstance(day, date) and isinstance(at, time):
            values["starts_at"] = datetime.combine(day, at, tzinfo=STOCKHOLM)
        return values


class PlanForm(WhenAndWhere):
    """A meeting, or a series of them with some weeks between."""

    repeats = forms.IntegerField(
        label="Hur många möten?",
        help_text=f"Skriv 1 för ett möte. Högst {MOST_IN_SERIES} i en serie.",
        min_value=1,
        max_value=MOST_IN_SERIES,
        initial=1,
        widget=forms.NumberInput(attrs={"data-width": "xs"}),
        error_messages={"required": "Ange antal möten.", "max_value": f"Högst {MOST_IN_SERIES} möten."},
    )
    weeks = forms.IntegerField(
        label="Hur många veckor mellan mötena?",
        min_value=1,
        max_value=26,
        initial=8,
        required=False,
        widget=forms.NumberInput(attrs={"data-width": "xs"}),
    )

    def starts(self) -> list[datetime]:
        """The instants of the series: the same time of day, whole weeks apart."""
        values = self.cleaned_data
        first, weeks = values["day"], values.get("weeks") or 8
        days = [first + timedelta(weeks=weeks * i) for i in range(values["repeats"])]
        return [datetime.combine(day, values["time"], tzinfo=STOCKHOLM) for day in days]


class ChangeForm(WhenAndWhere):
    version = forms.IntegerField(widget=forms.HiddenInput)

    @classmethod
    def now(cls, meeting: Meeting) -> dict[str, Any]:
        at = meeting.starts_at.astimezone(STOCKHOLM)
        return {
            "day": local_day(meeting.starts_at), "time": at.time(), "minutes_long": meeting.minutes_long,
            "place": meeting.place, "version": meeting.version,
        }  # fmt: skip


class VersionForm(forms.Form):
    """Nothing to fill in, but the version that was seen."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class PointForm(forms.Form):
    heading = forms.CharField(
        label="Vad gäller punkten?", max_length=200, error_messages={"required": "Skriv vad punkten gäller."}
    )
    text = long_text("Underlag", "", required=False, help_text="Skriv inget som kan visa vem någon är.")


class CancelForm(VersionForm):
    reason = forms.CharField(
        label="Varför ställs mötet in?", max_length=300, error_messages={"required": "Skriv varför mötet ställs in."}
    )


class MinutesForm(forms.Form):
    """Attendance, and what was said on each point."""

    present = forms.ModelMultipleChoiceField(
        label="Vilka medlemmar var med?",
        queryset=GroupMember.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Ange vilka som var med."},
    )
    co_opted = forms.ModelMultipleChoiceField(
        label="Vilka adjungerade var med?",
        queryset=CoOpted.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    user_participation = long_text(
        "Hur har brukare och närstående varit med?",
        "",
        required=False,
        rows=2,
        help_text="På mötet eller i det ni tog upp. Används i den årliga uppföljningen.",
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, members: Any, guests: Any, items: Sequence[AgendaItem], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        present: Any = self.fields["present"]
        present.queryset, present.label_from_instance = members, member_words
        co_opted: Any = self.fields["co_opted"]
        co_opted.queryset = guests
        if not guests.exists():
            del self.fields["co_opted"]
        last = [self.fields.pop("user_participation"), self.fields.pop("version")]
        self.items = items
        for item in items:
            note = forms.CharField(
                label=item.heading, required=False, max_length=10_000, widget=text(3), initial=item.note
            )
            note.unmarked = True  # type: ignore[attr-defined]
            self.fields[f"note_{item.pk}"] = note
        self.fields["user_participation"], self.fields["version"] = last

    def notes(self) -> dict[Any, str]:
        return {item.pk: self.cleaned_data[f"note_{item.pk}"] for item in self.items}


class DecisionForm(forms.Form):
    text = long_text("Vad beslutade ni?", "Skriv vad ni beslutade.", rows=3)
    owner = forms.ModelChoiceField(
        label="Vem svarar för det?",
        queryset=GroupMember.objects.none(),
        empty_label="Välj en medlem",
        error_messages={"required": "Välj vem som svarar för beslutet."},
    )
    due_on = forms.DateField(label="Klart senast", widget=DayInput(), error_messages=DAY)
    item = forms.ModelChoiceField(
        label="Vilken punkt hör det till?", queryset=AgendaItem.objects.none(), required=False, empty_label="Ingen"
    )

    def __init__(self, *args: Any, members: Any, items: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owner: Any = self.fields["owner"]
        owner.queryset, owner.label_from_instance = members, member_words
        item: Any = self.fields["item"]
        item.queryset = items


class FinishForm(VersionForm):
    note = long_text("Vad gjordes?", "Skriv vad som gjordes.")


class DropForm(VersionForm):
    note = long_text("Varför skrivs beslutet av?", "Skriv varför beslutet skrivs av.")


class EvaluateForm(VersionForm):
    effect = long_text("Vad ledde det till?", "Skriv vad beslutet ledde till.")


class CoOptForm(forms.Form):
    name = forms.CharField(
        label="Vem adjungeras?",
        help_text="En myndighet, förening eller verksamhet.",
        max_length=150,
        error_messages={"required": "Skriv vem som adjungeras."},
    )
    why = forms.CharField(label="Varför?", max_length=300, error_messages={"required": "Skriv varför."})
    starts_on = forms.DateField(label="Från och med", widget=DayInput(), error_messages=DAY)


def member_words(member: GroupMember) -> str:
    return f"{member.user}, {member.represents.name}"
