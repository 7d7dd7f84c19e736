"""Forms of the plan: text to values. In the editor each row is a form of its own, saved on its own.

A row's form carries the version that the page showed; what is allowed is the actions' business.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django import forms

from organisations.forms import Day
from organisations.models import Unit
from sip.actions import MeasureFacts, Told
from sip.forms.filing import NOTE_LENGTH, PIECE_LENGTH, LongText
from sip.kinds import (
    CloseReason,
    Doer,
    FollowUpDecision,
    GoalResult,
    GoalSpan,
    MeasureResult,
    PlanTextKind,
)
from sip.models import Goal, Measure, Plan, PlanContact, PlanText

TOO_OLD = "Sidan är för gammal. Ladda om den."
ASK: dict[str, str] = {
    PlanTextKind.MATTERS: "Personens egna ord: vad är viktigt, hur ska det vara när det är bra?",
    PlanTextKind.NEEDS: "Vad personen behöver hjälp med, från flera håll.",
    PlanTextKind.CRISIS: "Om personen vill ha en krisplan: tidiga tecken, vad som hjälper, vem man ringer.",
    PlanTextKind.DISSENT: "Vad någon tycker annorlunda om, och vem. Även det hör till planen.",
}


class RowForm(forms.Form):
    """One row of the editor. `row_id` makes the ids of its controls unique on the page."""

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput, error_messages={"required": TOO_OLD})

    def __init__(self, data: Any = None, *, row_id: str, initial: dict[str, Any]) -> None:
        super().__init__(data, auto_id=f"{row_id}-%s", initial=initial)
        self.row_id = row_id

    def now_at(self, version: int) -> None:
        """The page now shows this version beside what was typed: the next save is a choice."""
        self.data = {**self.data.dict(), "version": version}  # type: ignore[attr-defined]


class TextForm(RowForm):
    text = LongText(label="Text", required=False, rows=4, max_length=PIECE_LENGTH)

    @classmethod
    def of(cls, kind: PlanTextKind, row: PlanText | None, data: Any = None) -> TextForm:
        initial = {"text": row.text if row else "", "version": row.version if row else 0}
        form = cls(data, initial=initial, row_id=f"text-{kind}")
        form.fields["text"].label = kind.label
        form.fields["text"].help_text = ASK[kind]
        form.fields["text"].unmarked = True  # type: ignore[attr-defined]
        return form


class ContactForm(RowForm):
    name = forms.CharField(
        label="Kontaktperson hos er",
        max_length=150,
        error_messages={"required": "Skriv vem man ringer hos er."},
    )
    phone = forms.CharField(label="Telefon", max_length=50, required=False)

    @classmethod
    def of(cls, row: PlanContact | None, data: Any = None, **first: str) -> ContactForm:
        initial: dict[str, Any] = {"name": row.name, "phone": row.phone} if row else dict(first)
        return cls(data, initial={**initial, "version": row.version if row else 0}, row_id="kontakt")


class FollowUpDayForm(RowForm):
    day = Day(
        label="När följer ni upp planen?",
        error_messages={"required": "Välj en dag."},
    )

    @classmethod
    def of(cls, plan: Plan, data: Any = None, suggested: date | None = None) -> FollowUpDayForm:
        initial = {"day": plan.next_follow_up_on or suggested, "version": plan.version}
        return cls(data, initial=initial, row_id="dag")


class GoalForm(RowForm):
    words = LongText(
        label="Mål, med personens egna ord",
        rows=2,
        error_messages={"required": "Skriv målet, gärna med personens egna ord."},
    )
    elaboration = LongText(label="Förtydligande", required=False, rows=2)
    span = forms.ChoiceField(label="På kort eller lång sikt?", choices=GoalSpan.choices)
    line = forms.UUIDField(widget=forms.HiddenInput, required=False)

    @classmethod
    def of(cls, goal: Goal, data: Any = None) -> GoalForm:
        initial = {
            "words": goal.words, "elaboration": goal.elaboration, "span": goal.span, "version": goal.version,
        }  # fmt: skip
        return cls(data, initial=initial, row_id=f"mal-{goal.pk}")

    @classmethod
    def new(cls, data: Any = None) -> GoalForm:
        form = cls(data, initial={"version": 0, "line": uuid4(), "span": GoalSpan.SHORT}, row_id="nytt-mal")
        form.fields["words"].widget = forms.TextInput()
        return form

    def values(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {"words": given["words"], "elaboration": given["elaboration"], "span": GoalSpan(given["span"])}


class MeasureForm(RowForm):
    """What somebody does for a goal. Another unit's name makes it a proposal to that unit."""

    what = LongText(label="Vad ska göras?", rows=2, error_messages={"required": "Skriv vad som ska göras."})
    answers = forms.ChoiceField(label="Vem gör det?", error_messages={"required": "Välj vem som gör det."})
    who = forms.CharField(label="Namn eller roll", max_length=150, required=False)
    due_on = Day(label="Senast", required=False)
    withheld_from = forms.MultipleChoiceField(
        label="Visa inte insatsen för", required=False, widget=forms.CheckboxSelectMultiple
    )
    responsibility = forms.CharField(widget=forms.HiddenInput, required=False, max_length=80)
    line = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, units: Sequence[Unit], own: UUID, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.units = {str(unit.pk): unit for unit in units}
        mine = [(key, f"{unit.name} (vi själva)") for key, unit in self.units.items() if unit.pk == own]
        others = [(key, unit.name) for key, unit in self.units.items() if unit.pk != own]
        answers: Any = self.fields["answers"]
        answers.choices = [
            *mine,
            (Doer.PERSON.value, Doer.PERSON.label),
            (Doer.OTHER.value, "Någon annan, till exempel anhörig eller Försäkringskassan"),
            *([("Föreslå för en annan verksamhet", others)] if others else []),
        ]
        withheld: Any = self.fields["withheld_from"]
        withheld.choices = others

    @classmethod
    def of(cls, measure: Measure, data: Any = None, **context: Any) -> MeasureForm:
        initial = {
            "what": measure.what,
            "answers": str(measure.unit_id) if measure.unit_id else measure.doer,
            "who": measure.who,
            "due_on": measure.due_on,
            "withheld_from": [str(one) for one in measure.withheld_from],
            "responsibility": measure.responsibility,
            "version": measure.version,
        }
        return cls(data, initial=initial, row_id=f"insats-{measure.pk}", **context)

    @classmethod
    def new(cls, goal: Goal, data: Any = None, *, own: UUID, **context: Any) -> MeasureForm:
        initial = {"version": 0, "line": uuid4(), "answers": str(own)}
        form = cls(data, initial=initial, row_id=f"ny-{goal.pk}", own=own, **context)
        # One line: Enter adds the measure, and the cursor is in the next one.
        form.fields["what"].widget = forms.TextInput()
        return form

    def facts(self) -> MeasureFacts:
        given = self.cleaned_data
        unit = self.units.get(given["answers"])
        return MeasureFacts(
            what=given["what"],
            doer=Doer.UNIT if unit else Doer(given["answers"]),
            unit=unit,
            who=given["who"],
            due_on=given["due_on"],
            responsibility=given["responsibility"],
            withheld_from=[self.units[key] for key in given["withheld_from"]],
        )


# --- what is done with a plan as a whole ------------------------------------------------------------------------------
class VersionForm(forms.Form):
    """Confirms what the page showed: the number or version of the plan travels along."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput, error_messages={"required": TOO_OLD})


class TellForm(forms.Form):
    """How one measure goes."""

    result = forms.ChoiceField(
        label="Hur går det?",
        choices=MeasureResult.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Välj hur det går."},
    )
    why = LongText(
        label="Varför?",
        required=False,
        rows=3,
        help_text="Behövs när insatsen inte är gjord, eller avslutas utan att vara gjord.",
    )


def _result(measure: Measure, choices: Iterable[tuple[str, str]], initial: str | None = None) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=measure.what,
        choices=list(choices),
        widget=forms.RadioSelect,
        initial=initial,
        error_messages={"required": "Välj hur det har gått."},
    )


def _why() -> LongText:
    return LongText(label="Varför, eller annat att minnas", required=False, rows=2)


class MeasuresForm(forms.Form):
    """A form that asks of each measure how it goes."""

    def ask_of(self, measures: Iterable[Measure], choices: Sequence[tuple[str, str]], now: Mapping[UUID, str]) -> None:
        self.measures = list(measures)
        for one in self.measures:
            self.fields[f"measure-{one.pk}"] = _result(one, choices, now.get(one.pk))
            self.fields[f"why-{one.pk}"] = _why()

    def told(self) -> dict[UUID, Told]:
        given = self.cleaned_data
        return {
            one.pk: Told(MeasureResult(given[f"measure-{one.pk}"]), given[f"why-{one.pk}"]) for one in self.measures
        }

    def measure_fields(self, measure: Measure) -> tuple[forms.BoundField, forms.BoundField]:
        return self[f"measure-{measure.pk}"], self[f"why-{measure.pk}"]


class FollowUpForm(MeasuresForm):
    """The follow-up: when, how it went with every goal and measure, what has changed, and what comes next (SIP-9)."""

    held_on = Day(
        label="Vilken dag följde ni upp?",
        error_messages={"required": "Ange vilken dag ni följde upp."},
    )
    changed_needs = LongText(
        label="Har behoven ändrats?", required=False, rows=4, max_length=PIECE_LENGTH,
        help_text="Vad som är nytt, och vad personen själv tycker om hur det går.",
    )  # fmt: skip
    decision = forms.ChoiceField(
        label="Vad händer nu?",
        choices=FollowUpDecision.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Välj vad som händer nu."},
    )
    next_on = Day(
        label="Nästa uppföljning",
        required=False,
        help_text="Fyll i om planen gäller som den är.",
    )
    number = forms.IntegerField(min_value=1, widget=forms.HiddenInput, error_messages={"required": TOO_OLD})

    def __init__(
        self, *args: Any, goals: Iterable[Goal], measures: Iterable[Measure], told: Mapping[UUID, str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.goals = list(goals)
        for goal in self.goals:
            self.fields[f"goal-{goal.pk}"] = forms.ChoiceField(
                label=goal.words,
                choices=GoalResult.choices,
                widget=forms.RadioSelect,
                error_messages={"required": "Välj om målet är nått."},
            )
            self.fields[f"note-{goal.pk}"] = LongText(label="Kommentar", required=False, rows=2)
        self.ask_of(measures, MeasureResult.choices, told)

    def goal_fields(self, goal: Goal) -> tuple[forms.BoundField, forms.BoundField]:
        return self[f"goal-{goal.pk}"], self[f"note-{goal.pk}"]

    def values(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {
            "number": given["number"],
            "held_on": given["held_on"],
            "changed_needs": given["changed_needs"],
            "decision": FollowUpDecision(given["decision"]),
            "next_on": given["next_on"],
            "goals": {g.pk: (GoalResult(given[f"goal-{g.pk}"]), given[f"note-{g.pk}"]) for g in self.goals},
            "measures": self.told(),
        }


ENDINGS = [(one.value, str(one.label)) for one in (MeasureResult.DONE, MeasureResult.DROPPED)]


class ClosePlanForm(MeasuresForm):
    """Closing a case with a plan: why, and how each open measure ended (SIP-10)."""

    reason = forms.ChoiceField(
        label="Varför avslutas ärendet?",
        choices=[(one.value, one.label) for one in CloseReason if one != CloseReason.MISTAKE],
        widget=forms.RadioSelect,
        error_messages={"required": "Välj varför ärendet avslutas."},
    )
    note = LongText(label="Anteckning", required=False, rows=3)

    def __init__(self, *args: Any, measures: Iterable[Measure], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ask_of(measures, ENDINGS, {})


class OfferLeadForm(forms.Form):
    """Which unit is asked to take over, and why (SIP-11)."""

    to_unit = forms.TypedChoiceField(
        label="Vilken verksamhet kan ta över?",
        widget=forms.RadioSelect,
        error_messages={"required": "Välj en verksamhet.", "invalid_choice": "Välj en av verksamheterna i listan."},
    )
    reason = LongText(
        label="Varför behöver ansvaret gå över?",
        max_length=NOTE_LENGTH,
        rows=3,
        help_text="De som tillfrågas ser skälet.",
        error_messages={"required": "Skriv varför ansvaret behöver gå över."},
    )

    def __init__(self, *args: Any, units: Sequence[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = {str(unit.pk): unit for unit in units}
        field: Any = self.fields["to_unit"]
        field.coerce = choices.get
        field.choices = [(key, f"{unit.name}, {unit.authority.huvudman.name}") for key, unit in choices.items()]


class AnswerLeadForm(forms.Form):
    """Yes or no to taking over."""

    accept = forms.TypedChoiceField(
        label="Kan ni ta över?",
        choices=[("yes", "Ja, vi tar över"), ("no", "Nej, vi kan inte ta över")],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": "Välj ja eller nej."},
    )
    answer = LongText(
        label="Kommentar", required=False, rows=3, help_text="Behövs om ni tackar nej: varför, och vad ni föreslår."
    )
