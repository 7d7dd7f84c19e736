"""Forms of preparing a placement, one per page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from agreements.models import HousingStep, TargetGroup
from agreements.values import Responsible, SettledBy
from organisations.forms import Day
from organisations.models import Unit
from placements.actions import BEFORE_START_ONLY, Home
from placements.forms.fields import ActForm, HomeFields, Lines
from placements.kinds import Answer, Housing, Law, Registration
from sip.models import SipCase

PIECE_LENGTH = 10_000


class VersionedForm(ActForm):
    """A page of the draft: it knows which version it was opened on."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class HomeForm(HomeFields, VersionedForm):
    """What kind of placement, by which law, when, and where (PLC-1)."""

    law = forms.ChoiceField(
        label="Med vilket lagstöd?",
        choices=Law.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Välj lagstöd."},
    )
    is_acute = forms.BooleanField(
        label="Placeringen är akut",
        required=False,
        help_text="Då skickas en remiss genast, och ansvarsförbindelsen skrivs direkt efteråt.",
    )
    planned_start = Day(label="När ska den börja?", required=False)
    planned_end = Day(label="När ska den sluta?", required=False, help_text="Om det går att säga.")
    outside_county = forms.BooleanField(label="Boendet ligger utanför länet", required=False)
    registration = forms.ChoiceField(
        label="Folkbokföring",
        choices=[(one.value, one.label) for one in Registration if one is not Registration.HANDED_OVER],
        widget=forms.RadioSelect,
        help_text="Folkbokförs personen i en annan region tar den regionen över vården. Då behövs en överlämning.",
    )

    field_order = ["law", "is_acute", "planned_start", "planned_end", "housing", "provider", "home", "municipality"]

    def __init__(self, *args: Any, started: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.started = started
        self.fields["planned_start"].unmarked = True  # type: ignore[attr-defined]
        for name in (*BEFORE_START_ONLY, "provider", "home", "municipality") if started else ():
            del self.fields[name]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if self.started:
            return values
        if not values.get("is_acute") and not values.get("planned_start") and "planned_start" not in self.errors:
            self.add_error("planned_start", "Ange när placeringen ska börja, eller markera att den är akut.")
        return values

    def facts(self) -> dict[str, Any]:
        names = ("housing", "law", "is_acute", "planned_start", "planned_end", "outside_county", "registration")
        return {name: self.cleaned_data[name] for name in names if name in self.fields}

    def place(self) -> Home | None:
        """Where the person is to live. Nothing once the placement has begun: then it is a move."""
        if self.started:
            return None
        values = self.cleaned_data
        return Home(Housing(values["housing"]), values["provider"], values["home"], values["municipality"])


class PurposeForm(VersionedForm):
    """What it is to lead to, what the person wants, and why this form (PLC-1, PLC-12)."""

    target_groups = forms.MultipleChoiceField(
        label="Vilken målgrupp?",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Välj minst en målgrupp."},
    )
    need = Lines(
        label="Vad ska placeringen leda till?",
        rows=4,
        max_length=PIECE_LENGTH,
        error_messages={"required": "Skriv vad placeringen ska leda till."},
    )
    own_view = Lines(
        label="Vad vill personen själv?",
        rows=3,
        max_length=PIECE_LENGTH,
        error_messages={"required": "Skriv vad personen själv vill, eller varför ni inte har kunnat fråga."},
    )
    social = Lines(
        label="Varför den här formen?",
        rows=3,
        max_length=PIECE_LENGTH,
        required=False,
        help_text="Vad ni har prövat hemma, och varför det inte räcker.",
    )
    resources_exhausted = forms.BooleanField(label="Det stöd som finns på hemmaplan räcker inte", required=False)
    least_intrusive = forms.BooleanField(label="Vi har prövat om en mindre ingripande form räcker", required=False)
    school = Lines(
        label="Hur fortsätter skola eller sysselsättning?",
        rows=3,
        max_length=PIECE_LENGTH,
        required=False,
        help_text="Vilken skola som ansvarar, och hur övergången planeras.",
    )

    def __init__(self, *args: Any, groups: Sequence[TargetGroup], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["target_groups"]
        field.choices = [(group.key, group.name) for group in groups]


class CareForm(VersionedForm):
    """The guide's questions in the agreement's own order, and who performs the care: is an agreement needed? (PLC-2)"""

    told_at = {"agreement_needed": "performs"}

    performs = forms.ChoiceField(
        label="Ska boendet, eller personal som boendet köper in, utföra någon medicinsk insats?",
        choices=[(Answer.YES, "Ja"), (Answer.NO, "Nej"), (Answer.UNKNOWN, "Läkaren har inte bedömt det ännu")],
        widget=forms.RadioSelect,
        error_messages={"required": "Välj ett svar."},
    )
    medical_unit = forms.TypedChoiceField(
        label="Vilken vård förbereder ni placeringen med?",
        empty_value=None,
        error_messages={"required": "Välj en psykiatrisk mottagning eller ett beroendeteam."},
    )
    sip = forms.TypedChoiceField(label="Vilken SIP hör till?", required=False, empty_value=None)

    def __init__(
        self,
        *args: Any,
        steps: Sequence[HousingStep],
        units: Sequence[Unit],
        sips: Sequence[SipCase],
        told_before: str = "",
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.told_before = told_before  # What the guide answered last: without new answers it stands.
        self.steps = list(steps)
        for step in self.steps:
            if step.question:
                self.fields[f"guide-{step.key}"] = forms.ChoiceField(
                    label=step.question,
                    help_text=step.help,
                    choices=SettledBy.choices,
                    widget=forms.RadioSelect,
                    required=False,
                )
                self.fields[f"guide-{step.key}"].unmarked = True  # type: ignore[attr-defined]
        self._choose("medical_unit", units, [(str(unit.pk), unit.name) for unit in units], "Välj verksamhet")
        told = [(str(case.pk), f"SIP {case.matter.reference}") for case in sips]
        self._choose("sip", sips, told, "Ingen SIP ännu")

    def _choose(self, name: str, found: Sequence[Any], choices: list[tuple[str, str]], empty: str) -> None:
        field: Any = self.fields[name]
        field.choices = [("", empty), *choices]
        by_id = {str(one.pk): one for one in found}
        field.coerce = by_id.get

    @property
    def guide(self) -> list[tuple[HousingStep, forms.BoundField | None]]:
        """The steps in order, each with its question; the last one asks nothing and answers what is left."""
        return [(step, self[f"guide-{step.key}"] if step.question else None) for step in self.steps]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        answered = any(values.get(f"guide-{step.key}") for step in self.steps)
        for step in self.steps if answered or not self.told_before else ():
            answer = values.get(f"guide-{step.key}", "") if step.question else step.settled_by
            if step.question and not answer:
                if values.get("performs") == Answer.YES:
                    self.add_error(f"guide-{step.key}", "Svara på frågan, så att guiden kan säga vem som ansvarar.")
                break
            if not step.question or answer == step.settled_by:
                values["settled"] = step
                break
        return values

    def facts(self) -> dict[str, Any]:
        """What follows: an agreement is needed when the housing performs care that the region answers for (PLC-3)."""
        values = self.cleaned_data
        settled: HousingStep | None = values.get("settled")
        needed = values["performs"]
        told = self.told_before
        if settled is not None:
            told = f"{settled.outcome} ({settled.provision.number})"
            if needed == Answer.YES and settled.party == Responsible.MUNICIPALITY:
                needed = Answer.NO
        return {
            "agreement_needed": needed,
            "guide_answer": told,
            "medical_unit": values["medical_unit"],
            "sip": values["sip"],
        }


class ShareForm(VersionedForm):
    """Which of the units the consent names the placement is shared with."""

    units = forms.MultipleChoiceField(
        label="Vilka ska se placeringen?",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Välj minst en verksamhet."},
    )

    def __init__(self, *args: Any, units: Sequence[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.found = {str(unit.pk): unit for unit in units}
        field: Any = self.fields["units"]
        field.choices = [(key, f"{unit.name}, {unit.authority.huvudman.name}") for key, unit in self.found.items()]
        field.initial = list(self.found)

    @property
    def chosen(self) -> list[Unit]:
        return [self.found[key] for key in self.cleaned_data["units"]]
