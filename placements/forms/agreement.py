"""The editor of an ansvarsförbindelse, with room for as many measures as needed; and the answers to a proposal."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms

from organisations.forms import Day
from placements.actions import MeasureFacts
from placements.content import read_code
from placements.costs import WHOLE
from placements.forms.fields import ActForm, Lines, Number
from placements.kinds import DeclineReason, Per, Performer, Side, SplitBy
from placements.models import Ansvarsforbindelse, Measure

AT_MOST = 20
_NAMES = (
    "title", "content", "extent", "performer", "starts_on", "ends_on", "price", "per", "split_by", "region",
    "municipality",
)  # fmt: skip


def _fields() -> dict[str, forms.Field]:
    short = forms.Select(attrs={"data-width": "short"})
    return {
        "title": forms.CharField(
            label="Insats", max_length=150, required=False,
            widget=forms.TextInput(attrs={"data-width": "medium", "autocomplete": "off"}),
        ),
        "content": Lines(label="Innehåll", rows=2, required=False),
        "extent": forms.CharField(
            label="Omfattning", max_length=300, required=False, help_text="Till exempel varje vecka, 45 minuter.",
            widget=forms.TextInput(attrs={"data-width": "medium", "autocomplete": "off"}),
        ),
        "performer": forms.ChoiceField(label="Utförs av", choices=Performer.choices, widget=short),
        "starts_on": Day(label="Från och med", required=False),
        "ends_on": Day(label="Till och med", required=False),
        "price": Number(label="Pris i kronor", required=False),
        "per": forms.ChoiceField(label="Priset gäller", choices=Per.choices, widget=short),
        "split_by": forms.ChoiceField(label="Kostnaden delas", choices=SplitBy.choices, widget=short),
        "region": Number(label="Regionens del", required=False),
        "municipality": Number(label="Kommunens del", required=False),
    }  # fmt: skip


class VersionForm(ActForm):
    """One page for the whole draft. `rows`: room for how many measures. An emptied name removes the measure."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    rows = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=AT_MOST)
    valid_from = Day(label="Gäller från och med")
    valid_to = Day(label="Gäller till och med")
    renegotiate_on = Day(
        label="Omförhandlas senast", required=False, help_text="Då ser ni tillsammans över innehåll och kostnad."
    )
    terms = Lines(label="Övriga villkor", rows=3, max_length=4_000, required=False)

    def __init__(self, *args: Any, rows: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.count = min(max(rows, 1), AT_MOST)
        for place in range(1, self.count + 1):
            for name, field in _fields().items():
                field.unmarked = True  # type: ignore[attr-defined]
                self.fields[f"{name}-{place}"] = field

    @property
    def measures(self) -> list[dict[str, forms.BoundField]]:
        """The fields of each measure, for the template."""
        return [{name: self[f"{name}-{place}"] for name in _NAMES} for place in range(1, self.count + 1)]

    @staticmethod
    def saved(version: Ansvarsforbindelse, measures: Sequence[Measure], rows: int) -> dict[str, Any]:
        """The form's initial values. A new measure lasts as long as the agreement does, and is shared evenly."""
        names = ("version", "valid_from", "valid_to", "renegotiate_on", "terms")
        values: dict[str, Any] = {name: getattr(version, name) for name in names} | {"rows": rows}
        for place in range(1, rows + 1):
            values |= {
                f"starts_on-{place}": version.valid_from, f"ends_on-{place}": version.valid_to,
                f"split_by-{place}": SplitBy.PERCENT, f"per-{place}": Per.DAY,
            }  # fmt: skip
        for place, one in enumerate(measures, start=1):
            values |= {f"{name}-{place}": getattr(one, name) for name in _NAMES[:9]}
            for share in one.shares.all():
                name = "region" if share.side == Side.REGION else "municipality"
                values[f"{name}-{place}"] = share.percent if share.percent is not None else share.amount
        return values

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        for place in range(1, self.count + 1):
            if values.get(f"title-{place}"):
                self._complete(values, place)
        return values

    def _complete(self, values: dict[str, Any], place: int) -> None:
        required = {
            "content": "Skriv vad insatsen innehåller.",
            "extent": "Skriv hur ofta eller hur mycket.",
            "starts_on": "Ange från vilken dag.",
            "ends_on": "Ange till vilken dag.",
        }
        for name, message in required.items():
            if not values.get(f"{name}-{place}") and f"{name}-{place}" not in self.errors:
                self.add_error(f"{name}-{place}", message)
        for name, message in {"price": "Skriv priset.", "region": "Skriv regionens del."}.items():
            if values.get(f"{name}-{place}") is None and f"{name}-{place}" not in self.errors:
                self.add_error(f"{name}-{place}", message)
        if values.get(f"municipality-{place}") is None and f"municipality-{place}" not in self.errors:
            # What is left is the municipality's, when it isn't written out.
            whole = WHOLE if values.get(f"split_by-{place}") == SplitBy.PERCENT else values.get(f"price-{place}")
            region = values.get(f"region-{place}")
            if whole is not None and region is not None:
                values[f"municipality-{place}"] = whole - region

    def facts(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("valid_from", "valid_to", "renegotiate_on", "terms")}

    def written(self) -> list[MeasureFacts]:
        """The measures that have a name, in order."""
        values = self.cleaned_data
        found = []
        for place in range(1, self.count + 1):
            one: dict[str, Any] = {name: values.get(f"{name}-{place}") for name in _NAMES}
            if one["title"]:
                found.append(
                    MeasureFacts(
                        **one
                        | {
                            "performer": Performer(one["performer"]),
                            "per": Per(one["per"]),
                            "split_by": SplitBy(one["split_by"]),
                            "municipality": one["municipality"] or Decimal(0),
                        }
                    )
                )
        return found


class CommentForm(ActForm):
    text = Lines(label="Kommentar till den andra parten", rows=3, error_messages={"required": "Skriv din kommentar."})


class DeclineForm(ActForm):
    reason = forms.ChoiceField(
        label="Vad i förslaget går ni inte med på?",
        choices=DeclineReason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Välj vad det gäller."},
        help_text="Att placeringen redan har skett är inget skäl: det får ingen part hänvisa till.",
    )
    note = Lines(
        label="Vad behöver ändras?",
        error_messages={"required": "Skriv vad som behöver ändras för att ni ska kunna gå med på det."},
    )


class SignForm(ActForm):
    """The fingerprint of what was shown, and that one has read it."""

    document_hash = forms.CharField(widget=forms.HiddenInput)
    has_read = forms.BooleanField(
        label="Jag har läst ansvarsförbindelsen och har mandat att underteckna den",
        error_messages={"required": "Kryssa i att du har läst och har mandat."},
    )


class VerifyForm(ActForm):
    code = forms.CharField(
        label="Kontrollkod",
        help_text="Den står på dokumentets sida med underskrifter, till exempel ab12-cd34-ef56.",
        max_length=80,
        widget=forms.TextInput(attrs={"data-width": "short", "autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": "Skriv koden från dokumentet."},
    )

    def clean_code(self) -> str:
        return read_code(self.cleaned_data["code"])
