"""Forms of the group's desk: text to values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from deviations.forms.handling import by_huvudman
from deviations.kinds import Effect, Severity, SharedState
from deviations.models import SharedDeviation
from organisations.forms import DayInput
from organisations.models import Unit
from sip.forms.filing import LongText


class DeskFilter(forms.Form):
    """What the desk shows; kept in the address."""

    lage = forms.ChoiceField(label="Läge", required=False, choices=[("", "Alla"), *SharedState.choices])
    allvar = forms.ChoiceField(label="Allvar", required=False, choices=[("", "Alla"), *Severity.choices])
    avsnitt = forms.ChoiceField(label="Avsnitt", required=False)
    q = forms.CharField(label="Sök liknande", required=False, max_length=100)

    def __init__(self, *args: Any, sections: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        section: Any = self.fields["avsnitt"]
        section.choices = [("", "Alla"), *sections]
        for field in self.fields.values():
            field.unmarked = True  # type: ignore[attr-defined]


class AgendaForm(forms.Form):
    day = forms.DateField(
        label="Mötets dag", widget=DayInput(), error_messages={"invalid": "Skriv dagen som 2026-03-09."}
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


class AnalysisForm(forms.Form):
    text = LongText(
        label="Gruppens analys", help_text="Vilket fel i systemet visar avvikelsen?", rows=5, max_length=5_000
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


class LessonForm(forms.Form):
    text = LongText(
        label="Vad har ni lärt er och beslutat?",
        help_text="Den som rapporterade läser det här. Ni får inte veta vem det är.",
        rows=5,
        max_length=5_000,
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


class PatternForm(forms.Form):
    """Which records belong together."""

    name = forms.CharField(label="Vad är mönstret?", max_length=120)
    analysis = LongText(label="Vad har de gemensamt?", rows=3, max_length=5_000, required=False)
    records = forms.ModelMultipleChoiceField(
        SharedDeviation.objects.none(),
        label="Avvikelser som hör ihop",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Välj minst två avvikelser som hör ihop."},
    )

    def __init__(self, *args: Any, records: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["records"]
        field.queryset = records
        field.label_from_instance = _label


def _label(record: SharedDeviation) -> str:
    return f"{record.headline} ({record.from_huvudman}, {record.period})"


class ImprovementForm(forms.Form):
    what = LongText(label="Vad ska göras?", rows=3)
    owner = forms.TypedChoiceField(
        label="Vilken verksamhet genomför det?", empty_value=None, error_messages={"required": "Välj en verksamhet."}
    )
    due_on = forms.DateField(
        label="Klart senast", widget=DayInput(), error_messages={"invalid": "Skriv dagen som 2026-03-09."}
    )

    def __init__(self, *args: Any, units: Sequence[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = {str(unit.pk): unit for unit in units}
        field: Any = self.fields["owner"]
        field.coerce = known.get
        field.choices = [("", "Välj verksamhet"), *by_huvudman(units)]


class DoneForm(forms.Form):
    is_done = forms.TypedChoiceField(
        label="Hur gick det?",
        choices=[("yes", "Den är genomförd"), ("no", "Det gick inte")],
        widget=forms.RadioSelect,
        coerce=lambda value: value == "yes",
        empty_value=None,
    )
    note = LongText(
        label="Berätta kort", help_text="Gruppen läser det. Gick det inte: skriv varför.", rows=3, required=False
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


class EffectForm(forms.Form):
    effect = forms.ChoiceField(label="Vilken effekt gav åtgärden?", choices=Effect.choices, widget=forms.RadioSelect)
    note = LongText(label="Hur ser ni det?", rows=3)
    version = forms.IntegerField(widget=forms.HiddenInput)
