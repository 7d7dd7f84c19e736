"""Forms of the actions on a case: text to values. What is allowed is the actions' business."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time
from itertools import groupby
from typing import Any

from django import forms

from core.workdays import STOCKHOLM, local_day
from organisations.forms import Day
from organisations.kinds import HuvudmanKind, UnitKind
from organisations.models import Unit
from sip.kinds import CloseReason, ContactManner


def _text(rows: int = 4) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class ConfirmForm(forms.Form):
    """Nothing to fill in: the page asks whether one means it."""


class ContactForm(forms.Form):
    """When and how region and municipality first spoke (SIP-2, SIP-3)."""

    day = Day(
        label="Vilken dag?",
        error_messages={"required": "Ange vilken dag ni tog kontakten."},
    )
    time = forms.TimeField(
        label="Vilken tid?",
        input_formats=["%H:%M", "%H.%M"],
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time", "data-width": "xs"}),
        error_messages={"required": "Ange vilken tid ni tog kontakten.", "invalid": "Skriv tiden som 14.05."},
    )
    manner = forms.ChoiceField(
        label="Hur tog ni kontakt?",
        choices=ContactManner.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Välj hur ni tog kontakt."},
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        day, at = values.get("day"), values.get("time")
        if isinstance(day, date) and isinstance(at, time):
            moment = datetime.combine(day, at, tzinfo=STOCKHOLM)
            if moment.astimezone(UTC).astimezone(STOCKHOLM).replace(tzinfo=None) != moment.replace(tzinfo=None):
                self.add_error("time", "Den tiden finns inte: klockan ställdes fram den natten.")
            values["contacted_at"] = moment
        return values


class RedirectForm(forms.Form):
    """Which unit is the right one, and why (SIP-4)."""

    to_unit = forms.TypedChoiceField(
        label="Vilken verksamhet är rätt?",
        empty_value=None,
        error_messages={
            "required": "Välj den verksamhet som ska ta över.",
            "invalid_choice": "Verksamheten finns inte bland dem som kan ta över. Välj en i listan.",
        },
    )
    reason = forms.CharField(
        label="Varför är den rätt?",
        help_text="Skriv kort och utan uppgifter om personens hälsa. Alla som deltar ser det.",
        max_length=2000,
        widget=_text(),
        error_messages={"required": "Skriv varför ni lämnar över.", "max_length": "Skriv högst 2 000 tecken."},
    )

    def __init__(self, *args: Any, targets: Sequence[Unit], suggested: Iterable[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.targets = {str(unit.pk): unit for unit in targets}
        field: Any = self.fields["to_unit"]
        field.coerce = self.targets.get
        field.choices = _grouped(targets, list(suggested))


def _grouped(targets: Sequence[Unit], suggested: Sequence[Unit]) -> list[tuple[str, Any]]:
    """A list to choose from: the likely ones first, then all by kind."""
    choices: list[tuple[str, Any]] = [("", "Välj verksamhet")]
    if suggested:
        choices.append(("Tar emot personer härifrån", [(str(u.pk), u.name) for u in suggested]))
    chosen = {unit.pk for unit in suggested}
    rest = sorted((u for u in targets if u.pk not in chosen), key=lambda u: (UnitKind(u.kind).label, u.name))
    for label, units in groupby(rest, key=lambda u: str(UnitKind(u.kind).label)):
        choices.append((label, [(str(u.pk), u.name) for u in units]))
    return choices


class PauseForm(forms.Form):
    reason = forms.CharField(
        label="Varför behöver fristen pausas?",
        help_text="Alla som deltar ser skälet.",
        max_length=500,
        widget=_text(3),
        error_messages={"required": "Skriv varför fristen pausas.", "max_length": "Skriv högst 500 tecken."},
    )


class WithdrawConsentForm(forms.Form):
    reason = forms.CharField(
        label="Anteckning",
        help_text="Till exempel vem som återkallade och hur.",
        required=False,
        max_length=2000,
        widget=_text(3),
        error_messages={"max_length": "Skriv högst 2 000 tecken."},
    )


class WithdrawForm(forms.Form):
    note = forms.CharField(
        label="Varför dras initieringen tillbaka?",
        max_length=2000,
        widget=_text(),
        error_messages={
            "required": "Skriv varför initieringen dras tillbaka.",
            "max_length": "Skriv högst 2 000 tecken.",
        },
    )


class CloseForm(forms.Form):
    reason = forms.ChoiceField(
        label="Varför avslutas ärendet?",
        choices=CloseReason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Välj varför ärendet avslutas."},
    )
    note = forms.CharField(
        label="Anteckning",
        required=False,
        max_length=2000,
        widget=_text(3),
        error_messages={"max_length": "Skriv högst 2 000 tecken."},
    )


class DeclineForm(forms.Form):
    note = forms.CharField(
        label="Anteckning",
        help_text="Till exempel när ni frågade och vad personen vill i stället.",
        required=False,
        max_length=2000,
        widget=_text(3),
        error_messages={"max_length": "Skriv högst 2 000 tecken."},
    )


def contact_now(now: datetime, version: int) -> dict[str, Any]:
    """What the contact form starts from: just now."""
    return {"day": local_day(now), "time": now.astimezone(STOCKHOLM).time(), "version": version}


def suggested_targets(targets: Sequence[Unit], initiator: Unit, is_child: bool) -> list[Unit]:
    """Units that serve the initiator's municipality and see people of that age."""
    if initiator.authority.huvudman.kind != HuvudmanKind.MUNICIPALITY:
        return []
    kinds = _FOR_CHILDREN if is_child else _FOR_ADULTS
    home = initiator.authority.huvudman_id
    return [unit for unit in targets if unit.kind in kinds and home in {h.pk for h in unit.serves.all()}]


_FOR_CHILDREN = (UnitKind.CHILD_PSYCHIATRY, UnitKind.HABILITATION, UnitKind.PRIMARY_CARE, UnitKind.YOUTH_CLINIC)
_FOR_ADULTS = (UnitKind.PRIMARY_CARE, UnitKind.ADULT_PSYCHIATRY, UnitKind.ADDICTION, UnitKind.HABILITATION)
