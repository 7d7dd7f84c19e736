"""Forms of the annual follow-up and of the board."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.text import capfirst, slugify

from agreements.values import Aim, IndicatorKind
from followup.definitions import Definition
from followup.forms.groups import DAY, VersionForm, long_text, text
from followup.measures import MEASURES
from organisations.forms import DayInput
from organisations.models import CoordinationGroup


class ReportForm(VersionForm):
    """One text for each indicator that asks for one. Nothing is required while it is written."""

    def __init__(
        self, *args: Any, asked: Sequence[Definition], told: Mapping[str, str] | None = None, **kwargs: Any
    ) -> None:
        """`told`: what the year's figure says, for the questions that ask for a figure and its analysis."""
        super().__init__(*args, **kwargs)
        for one in asked:
            hint = " ".join(filter(None, [(told or {}).get(one.key, ""), one.prompt]))
            field = forms.CharField(label=one.name, required=False, max_length=10_000, widget=text(6), help_text=hint)
            # Required when it is handed in: it is not marked as free to leave.
            field.unmarked = one.required  # type: ignore[attr-defined]
            field.why = one.definition or "Överenskommelsen ber gruppen att redovisa det."  # type: ignore[attr-defined]
            field.section = one.section  # type: ignore[attr-defined]
            self.fields[one.key] = field
        self.fields["version"] = self.fields.pop("version")
        self.keys = [one.key for one in asked]

    def texts(self) -> dict[str, str]:
        return {key: self.cleaned_data[key] for key in self.keys}


class CorrectForm(VersionForm):
    reason = long_text("Varför rättas rapporten?", "Skriv varför rapporten rättas.", length=1000, rows=3)


class CompileForm(VersionForm):
    text = long_text("Den gemensamma texten", "Skriv den gemensamma texten.", rows=12, length=20_000)


class CampaignForm(forms.Form):
    year = forms.IntegerField(
        label="Vilket år?",
        widget=forms.NumberInput(attrs={"data-width": "xs"}),
        error_messages={"required": "Ange ett år."},
    )


class FeedbackForm(forms.Form):
    text = long_text("Återkoppling till gruppen", "Skriv vad ni vill säga.", rows=8, length=10_000)


class PriorityForm(forms.Form):
    year = forms.IntegerField(label="Vilket år?", widget=forms.NumberInput(attrs={"data-width": "xs"}))
    name = forms.CharField(
        label="Vad prioriteras?", max_length=200, error_messages={"required": "Skriv vad som prioriteras."}
    )
    text = long_text("Vad innebär det?", "Skriv vad det innebär.")


class TaskForm(forms.Form):
    groups = forms.ModelMultipleChoiceField(
        label="Vilka grupper?",
        queryset=CoordinationGroup.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Välj minst en grupp."},
    )
    name = forms.CharField(
        label="Vad heter uppdraget?", max_length=200, error_messages={"required": "Skriv vad uppdraget heter."}
    )
    text = long_text("Beskrivning", "Beskriv uppdraget.", length=5000)
    due_on = forms.DateField(label="Redovisas senast", widget=DayInput(), error_messages=DAY)

    def __init__(self, *args: Any, groups: Sequence[CoordinationGroup], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["groups"]
        field.queryset = CoordinationGroup.objects.filter(pk__in=[one.pk for one in groups])


class ReportTaskForm(VersionForm):
    result = long_text("Vad har gruppen gjort, och vad ledde det till?", "Skriv vad gruppen har gjort.", length=10_000)


class AcceptForm(VersionForm):
    answer = long_text("Svar till gruppen", "", required=False, length=5000)


class ReturnForm(VersionForm):
    answer = long_text("Vad behöver kompletteras?", "Skriv vad som behöver kompletteras.", length=5000)
    due_on = forms.DateField(label="Ny dag", widget=DayInput(), error_messages=DAY)


_MEASURES = [("", "Inget mått, bara text"), *((one.key, capfirst(one.words)) for one in MEASURES.values())]


class IndicatorForm(forms.Form):
    """An indicator from a coming year on."""

    name = forms.CharField(
        label="Vad heter indikatorn?", max_length=200, error_messages={"required": "Skriv vad indikatorn heter."}
    )
    from_year = forms.IntegerField(
        label="Från och med vilket år?",
        help_text="Tidigast nästa år.",
        widget=forms.NumberInput(attrs={"data-width": "xs"}),
    )
    asks_text = forms.BooleanField(label="Grupperna skriver en analys", required=False, initial=True)
    prompt = forms.CharField(label="Stöd för analysen", max_length=500, required=False, widget=text(2))
    numerator = forms.ChoiceField(label="Mått", choices=_MEASURES, required=False)
    denominator = forms.ChoiceField(
        label="Delat med", choices=[("", "Inget, antalet visas"), *_MEASURES[1:]], required=False
    )
    definition = forms.CharField(label="Definition", max_length=1000, required=False, widget=text(3))
    aim = forms.ChoiceField(label="Vilket håll är bättre?", choices=Aim.choices, initial=Aim.NONE)
    target = forms.IntegerField(
        label="Mål", required=False, min_value=0, max_value=10_000, widget=forms.NumberInput(attrs={"data-width": "xs"})
    )
    reason = long_text("Varför?", "Skriv varför indikatorn läggs till.", length=1000, rows=3)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("numerator") and not values.get("definition", "").strip():
            self.add_error("definition", "Skriv hur måttet räknas.")
        if not values.get("numerator") and not values.get("asks_text"):
            self.add_error("asks_text", "Välj ett mått, eller låt grupperna skriva.")
        if values.get("target") is not None and values.get("aim") == Aim.NONE:
            self.add_error("aim", "Ett mål kräver att ett håll är bättre.")
        return values

    def values(self, key: str) -> dict[str, Any]:
        """The row's fields: what kind it is follows from what was filled in."""
        given = self.cleaned_data
        numerator, denominator = given["numerator"], given["denominator"] if given["numerator"] else ""
        kind = IndicatorKind.TEXT
        if numerator:
            kind = IndicatorKind.COUNT_AND_TEXT if given["asks_text"] else IndicatorKind.FIGURE
        unit = ""
        if numerator:
            unit = MEASURES[numerator].unit(denominator)
        return {
            "key": key, "name": given["name"], "kind": kind, "prompt": given["prompt"], "unit": unit,
            "definition": given["definition"], "numerator": numerator, "denominator": denominator,
            "aim": given["aim"], "target": given["target"],
            "counts_persons": bool(numerator) and MEASURES[numerator].of_persons,
        }  # fmt: skip


def key_of(name: str) -> str:
    """The key of an indicator by its name."""
    return slugify(name)[:50].replace("-", "_") or "indikator"


class EndIndicatorForm(forms.Form):
    from_year = forms.IntegerField(
        label="Frågas inte från och med vilket år?", widget=forms.NumberInput(attrs={"data-width": "xs"})
    )
    reason = long_text("Varför?", "Skriv varför indikatorn tas bort.", length=1000, rows=3)


class PublishForm(forms.Form):
    """Nothing to fill in: the page says what happens."""


class CommentForm(forms.Form):
    text = long_text("Er synpunkt", "Skriv er synpunkt.", length=5000)


class AnswerForm(forms.Form):
    answer = long_text("Hur har synpunkten mötts?", "Skriv hur synpunkten har mötts.", length=5000)
