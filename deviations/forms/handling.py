"""Forms of handling, sharing and joint handling: text to values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any
from uuid import UUID

from django import forms

from deviations.actions.sharing import Answer
from deviations.deidentify import NEVER_KEPT
from deviations.kinds import Resolution, SharedField, StepKind
from deviations.models import CheckHit, HandlingStep
from deviations.models.routine import WHO_CHOICES
from deviations.routines import RoutineInForce, Step
from organisations.models import Unit
from sip.forms.filing import LongText

ROUTINE_ROWS = 8


class ConfirmForm(forms.Form):
    """Nothing to fill in: the page asks whether one means it."""


class ReasonForm(forms.Form):
    """Why, in one's own words. `asked` is the question."""

    reason = LongText(label="Varför?", rows=3)

    def __init__(self, *args: Any, asked: str = "Varför?", required: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["reason"]
        field.label, field.required, field.unmarked = asked, required, True


class StepForm(forms.Form):
    """What a step of the routine gave."""

    text = LongText(label="Anteckning", rows=5, max_length=10_000, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, step: HandlingStep, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = {StepKind.ANALYSIS: "Varför hände det?", StepKind.MEASURE: "Vad har ni beslutat att göra?"}
        self.fields["text"].label = labels.get(StepKind(step.kind), "Anteckning")
        self.fields["text"].required = step.kind != StepKind.TASK
        self.fields["text"].help_text = (
            "Bara er verksamhet läser det här. Till gruppen går det först när det är avidentifierat."
            if step.kind != StepKind.TASK
            else "Bara er verksamhet läser det här."
        )


# --- de-identification ------------------------------------------------------------------------------------------------
class OnlyChoice(forms.CheckboxInput):
    """A box for the only choice there is. Checked it sends the choice's value, as a radio button would."""

    def __init__(self, value: str) -> None:
        super().__init__(attrs={"value": value}, check_test=lambda given: given == value)

    def format_value(self, value: Any) -> None:
        return None  # Said by the attribute.

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return data.get(name)


class HitForm(forms.Form):
    """One passage: replace it, or keep it with a reason. Nothing chosen leaves it for later.

    The suggestion is shown but nothing is chosen: each passage is decided by the one who reads it (DEV-4).
    """

    choice = forms.ChoiceField(
        label="Vad ska stå?",
        required=False,
        widget=forms.RadioSelect,
        choices=[("replace", "Ersätt"), ("keep", "Låt stå")],
    )
    instead = forms.CharField(label="Ersätt med", required=False, max_length=200, help_text="Tomt tar bort det.")
    reason = forms.CharField(label="Varför kan det stå kvar?", required=False, max_length=300)

    def __init__(self, *args: Any, hit: CheckHit, **kwargs: Any) -> None:
        kwargs |= {"prefix": f"hit-{hit.pk}", "initial": {"instead": hit.suggestion}}
        super().__init__(*args, **kwargs)
        self.hit = hit
        self.can_be_kept = hit.kind not in NEVER_KEPT
        fields: Any = self.fields
        if not self.can_be_kept:
            # There is one way only; whether it is done now is still for the one who reads it to say.
            fields["choice"] = forms.ChoiceField(
                label="Ersätt", required=False, choices=[("replace", "Ersätt")], widget=OnlyChoice("replace")
            )
            del fields["reason"]
        for field in fields.values():
            field.unmarked = True

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("choice") == "keep" and not (values.get("reason") or "").strip():
            self.add_error("reason", "Skriv varför det kan stå kvar.")
        return values

    def answer(self) -> tuple[UUID, Answer] | None:
        match self.cleaned_data.get("choice"):
            case "replace":
                return self.hit.pk, Answer(Resolution.REPLACED, self.cleaned_data["instead"])
            case "keep":
                return self.hit.pk, Answer(Resolution.KEPT, self.cleaned_data["reason"])
        return None


class TextForm(forms.Form):
    """The text as the group will read it, to be rewritten by hand."""

    headline = forms.CharField(label="Rubrik", max_length=120)
    happened = LongText(label="Vad som hände", rows=6, max_length=10_000)
    analysis = LongText(label="Analys", rows=4, max_length=10_000)
    measure = LongText(label="Beslutad åtgärd", rows=4, max_length=10_000)
    edition = forms.IntegerField(widget=forms.HiddenInput)

    def texts(self) -> dict[SharedField, str]:
        return {field: self.cleaned_data[field.value] for field in SharedField}


# --- together with another party --------------------------------------------------------------------------------------
class HandOverForm(forms.Form):
    to_unit = forms.TypedChoiceField(
        label="Vilken verksamhet?", empty_value=None, error_messages={"required": "Välj den andra partens verksamhet."}
    )
    question = LongText(
        label="Vad vill ni att de svarar på?",
        help_text="De läser bara det ni skriver här, inte er rapport. Skriv utan uppgifter om personer.",
        rows=5,
        max_length=5_000,
    )
    interim = LongText(
        label="Vem gör vad tills avvikelsen är utredd?",
        help_text="Ert förslag. De godtar det eller föreslår något annat.",
        rows=3,
        max_length=3_000,
    )

    def __init__(self, *args: Any, units: Sequence[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        by_key = {str(unit.pk): unit for unit in units}
        field: Any = self.fields["to_unit"]
        field.coerce = by_key.get
        field.choices = [("", "Välj verksamhet"), *by_huvudman(units)]


def by_huvudman(units: Iterable[Unit]) -> list[tuple[str, Any]]:
    """Units as a list to choose from, under their huvudman."""
    ordered = sorted(units, key=lambda u: (u.authority.huvudman.name, u.name))
    return [
        (name, [(str(unit.pk), unit.name) for unit in group])
        for name, group in groupby(ordered, key=lambda u: u.authority.huvudman.name)
    ]


class InterimForm(forms.Form):
    interim = LongText(label="Vem gör vad tills avvikelsen är utredd?", rows=3, max_length=3_000)
    version = forms.IntegerField(widget=forms.HiddenInput)


class AnswerForm(forms.Form):
    text = LongText(
        label="Er återkoppling",
        help_text="Skriv utan uppgifter om personer. Ni vet båda vilket ärende det gäller.",
        rows=6,
        max_length=5_000,
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


# --- the routine ------------------------------------------------------------------------------------------------------
class RoutineForm(forms.Form):
    name = forms.CharField(label="Rutinens namn", max_length=120)
    finished_by = forms.ChoiceField(
        label="Vem markerar en avvikelse som färdighanterad?",
        choices=WHO_CHOICES,
        help_text="Eller någon högre i linjen.",
    )

    def __init__(self, *args: Any, routine: RoutineInForce, **kwargs: Any) -> None:
        kwargs["initial"] = {"name": routine.name, "finished_by": routine.finished_by}
        super().__init__(*args, **kwargs)


class StepRowForm(forms.Form):
    """One row of the routine. An empty title leaves the row out."""

    title = forms.CharField(label="Vad ska göras?", max_length=120, required=False)
    kind = forms.ChoiceField(label="Vad steget ger", choices=StepKind.choices, required=False)
    who = forms.ChoiceField(label="Vem", choices=WHO_CHOICES, required=False)
    is_required = forms.BooleanField(label="Måste vara klart", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.unmarked = True  # type: ignore[attr-defined]


StepRowSet = forms.formset_factory(StepRowForm, extra=0, max_num=12)


def steps_of(rows: Iterable[forms.Form]) -> list[Step]:
    """The steps that the rows say; rows without a title are left out."""
    return [
        Step(
            one["title"].strip(),
            StepKind(one["kind"] or StepKind.TASK),
            one["who"] or WHO_CHOICES[0][0],
            one["is_required"],
        )
        for form in rows
        if (one := form.cleaned_data).get("title", "").strip()
    ]


def rows_of(routine: RoutineInForce) -> list[dict[str, Any]]:
    """The routine's steps as the form shows them, with room for more."""
    rows = [{"title": s.title, "kind": s.kind, "who": s.who, "is_required": s.is_required} for s in routine.steps]
    return [*rows, *({} for _ in range(ROUTINE_ROWS - len(rows)))]
