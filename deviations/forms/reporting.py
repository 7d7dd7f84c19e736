"""The report on one page: two minutes, saved as one writes (DEV-7)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby
from typing import Any
from uuid import uuid4

from django import forms
from django.db.models import QuerySet

from agreements.models import Agreement, Provision, TargetGroup
from deviations.kinds import Affected, Outcome, Severity
from organisations.forms import DayInput
from organisations.kinds import HuvudmanKind
from organisations.models import Huvudman, Unit
from sip.forms.filing import LongText
from sip.forms.helping import Sections, explain

OWN_OPERATION = "Vår egen verksamhet"


class ReportForm(forms.Form):
    """What was not followed, what happened, how serious. `saved()` gives what can be saved as it stands."""

    description = LongText(
        label="Vad hände?",
        help_text="Skriv vad som skulle ha gjorts och vad som blev. Bara er verksamhet läser det här.",
        rows=6,
        max_length=10_000,
        error_messages={"required": "Beskriv vad som hände."},
    )
    provision = forms.ModelChoiceField(
        Provision.objects.none(),
        label="Vad i överenskommelsen följdes inte?",
        empty_label="Välj avsnitt",
        error_messages={"required": "Välj det avsnitt i överenskommelsen som inte följdes."},
    )
    happened_on = forms.DateField(
        label="Vilken dag?",
        widget=DayInput(),
        error_messages={"required": "Ange vilken dag det hände.", "invalid": "Skriv dagen som 2026-03-09."},
    )
    outcome = forms.ChoiceField(
        label="Hände det, eller kunde det ha hänt?",
        choices=Outcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Välj om det hände eller kunde ha hänt."},
    )
    affected = forms.ChoiceField(
        label="Vem eller vad drabbades, eller kunde ha drabbats?",
        choices=Affected.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Välj vem eller vad det drabbade."},
    )
    severity = forms.ChoiceField(
        label="Hur allvarligt var det, eller kunde det ha blivit?",
        choices=Severity.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Välj hur allvarligt det var."},
    )
    concerns = forms.TypedChoiceField(label="Vems arbete handlar det om?", required=False, empty_value=None)
    target_group = forms.ModelChoiceField(
        TargetGroup.objects.none(),
        label="Vilken målgrupp gäller det?",
        empty_label="Välj målgrupp",
        error_messages={"required": "Välj vilken målgrupp det gäller."},
    )
    municipality = forms.ModelChoiceField(
        Huvudman.objects.none(),
        label="Vilken kommun gäller det?",
        empty_label="Välj kommun",
        error_messages={"required": "Välj vilken kommun det gäller."},
    )
    immediate_action = LongText(label="Vad gjorde ni direkt?", rows=3, max_length=5_000, required=False)
    submission = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        agreement: Agreement,
        today: date,
        units: Sequence[Unit],
        likely: Sequence[Unit],
        relaxed: bool = False,
        initial: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        initial = {"submission": uuid4(), **(initial or {})}
        concerns = initial.get("concerns")
        initial["concerns"] = str(concerns.pk) if isinstance(concerns, Unit) else concerns
        kwargs["initial"] = initial
        super().__init__(*args, **kwargs)
        self.relaxed = relaxed
        self.fields["concerns"].unmarked = True  # type: ignore[attr-defined]  # Empty is an answer: our own.
        fields: Any = self.fields
        fields["provision"].queryset = agreement.provisions.order_by("position")
        fields["target_group"].queryset = agreement.target_groups.all()
        fields["municipality"].queryset = _municipalities(agreement)
        self.units = {str(unit.pk): unit for unit in units}
        fields["concerns"].coerce = self.units.get
        fields["concerns"].choices = _choices(units, likely)
        fields["happened_on"].widget.attrs["max"] = today.isoformat()
        sections = Sections(agreement, today)
        section = sections.about("avvikelse")
        explain(
            fields["provision"],
            "En avvikelse är när överenskommelsen inte har följts. Avsnittet visar var i systemet felet finns.",
            section,
        )
        explain(fields["outcome"], "Även det som nästan gick fel räknas, om det kunde ha lett till skada.", section)
        explain(
            fields["concerns"],
            "Rör det en annan part kan ni hantera avvikelsen tillsammans. De ser inget förrän ni lämnar över det.",
            section,
        )
        explain(
            fields["municipality"],
            "Den avidentifierade avvikelsen går till samordningsgruppen i den kommunen.",
            section,
        )
        if relaxed:
            for name in self.fields:
                self.fields[name].required = name == "submission"

    def saved(self) -> dict[str, Any]:
        """The facts that can be saved: fields without errors."""
        return {
            name: value
            if value is not None or name in ("concerns", "happened_on", "provision", "target_group")
            else None
            for name, value in self.cleaned_data.items()
            if name != "submission" and name not in self.errors and not (name == "municipality" and value is None)
        }


def _municipalities(agreement: Agreement) -> QuerySet[Huvudman]:
    return Huvudman.objects.filter(kind=HuvudmanKind.MUNICIPALITY, agreement_parties__agreement=agreement)


def _choices(units: Iterable[Unit], likely: Sequence[Unit]) -> list[tuple[str, Any]]:
    """Own operation first, then the units of the case, then all by huvudman."""
    choices: list[tuple[str, Any]] = [("", OWN_OPERATION)]
    if likely:
        choices.append(("Deltar i ärendet", [(str(unit.pk), unit.name) for unit in likely]))
    known = {unit.pk for unit in likely}
    rest = sorted((u for u in units if u.pk not in known), key=lambda u: (u.authority.huvudman.name, u.name))
    for name, group in groupby(rest, key=lambda u: u.authority.huvudman.name):
        choices.append((name, [(str(unit.pk), unit.name) for unit in group]))
    return choices


class AttachmentForm(forms.Form):
    file = forms.FileField(
        label="Lägg till en fil",
        help_text="PDF, PNG, JPEG eller ren text, högst 5 MB.",
        error_messages={"required": "Välj en fil.", "empty": "Filen är tom."},
    )
