"""The form a dispute is opened with: text to values. What is allowed is the actions' business."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from django import forms

from agreements.models import Agreement, Provision
from agreements.values import Coordination
from disputes.forms.steps import GuardedText
from disputes.kinds import Origin, Side
from organisations.models import Unit

NOT_WITHOUT = "En tvist kan inte öppnas utan att det är bestämt: personens stöd ska fortsätta."


class OpeningForm(forms.Form):
    """The question, the parties, the position and who does what meanwhile (DIS-1, DIS-4)."""

    other_unit = forms.ModelChoiceField(
        Unit.objects.none(),
        label="Vilken verksamhet är motparten?",
        empty_label="Välj verksamhet",
        error_messages={"required": "Välj den verksamhet som ni inte är överens med."},
    )
    coordination = forms.ChoiceField(
        label="Vem gäller frågan?",
        choices=Coordination.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Välj om frågan gäller barn och unga eller vuxna."},
    )
    arose_from = forms.ChoiceField(
        label="Vad uppstod den ur?",
        choices=Origin.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Välj vad tvisten uppstod ur."},
    )
    provision = forms.ModelChoiceField(
        Provision.objects.none(),
        label="Vilket avsnitt i överenskommelsen gäller frågan?",
        empty_label="Välj avsnitt",
        error_messages={"required": "Välj det avsnitt som ni läser olika."},
    )
    question = GuardedText(
        label="Vilken fråga är ni inte överens om?",
        help_text="Skriv så att den går att läsa av någon som inte känner ärendet: inga namn, nummer eller platser.",
        max_length=2000,
        error_messages={"required": "Skriv vad ni inte är överens om."},
    )
    position = GuardedText(
        label="Hur ser ni på frågan?",
        help_text="Motparten läser det och skriver hur de ser på den.",
        max_length=4000,
        error_messages={"required": "Skriv hur ni ser på frågan."},
    )
    interim_side = forms.ChoiceField(
        label="Vem ansvarar under tiden?",
        choices=[(Side.OPENING, "Vi"), (Side.ANSWERING, "Motparten")],
        widget=forms.RadioSelect,
        error_messages={"required": f"Välj vem som ansvarar. {NOT_WITHOUT}"},
    )
    interim_text = GuardedText(
        label="Vem gör vad tills ni är överens?",
        help_text="Personen ska få det stöd som behövs medan ni reder ut frågan. Det gäller tills tvisten är slut.",
        max_length=2000,
        error_messages={"required": f"Skriv vem som gör vad. {NOT_WITHOUT}"},
    )
    details = forms.CharField(
        label="Uppgifter om ärendet",
        help_text="Läses bara av den som har rätt till ärendet, hos er och hos motparten. Grupper ser det aldrig.",
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    deviation_reference = forms.CharField(label="Avvikelsens nummer", max_length=40, required=False)
    submission = forms.UUIDField(widget=forms.HiddenInput)

    WHY = {
        "other_unit": (
            "En tvist är mellan två huvudmän. Är ni oense inom er egen organisation löser ni det i er linje.",
            "",
        ),
        "interim_text": ("Stödet får inte vänta på att organisationerna blir överens.", ""),
    }

    def __init__(
        self, *args: Any, own: Unit, units: Iterable[Unit], agreement: Agreement, has_case: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        offered = list(units)
        found: Any = self.fields["other_unit"]
        # All may be named, so that one of the own huvudman is answered with the reason; only others are offered.
        found.queryset = Unit.objects.select_related("authority__huvudman").exclude(pk=own.pk)
        found.choices = [("", found.empty_label), *_grouped(offered)]
        provisions: Any = self.fields["provision"]
        provisions.queryset = Provision.objects.filter(agreement=agreement).order_by("position")
        if not has_case:
            del self.fields["details"]
        for name, (why, section) in self.WHY.items():
            self.fields[name].why, self.fields[name].section = why, section  # type: ignore[attr-defined]


def _grouped(units: Iterable[Unit]) -> list[tuple[str, list[tuple[str, str]]]]:
    by_huvudman = groupby(units, key=lambda unit: str(unit.authority.huvudman))
    return [(huvudman, [(str(unit.pk), unit.name) for unit in group]) for huvudman, group in by_huvudman]
