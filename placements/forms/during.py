"""Forms of what is recorded while a placement lasts and when it ends."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from organisations.forms import Day
from organisations.models import User
from placements.actions import Home
from placements.forms.fields import ActForm, HomeFields, Lines, MomentForm
from placements.kinds import (
    Answer,
    CloseReason,
    EndKind,
    ExaminationKind,
    ExaminationState,
    Housing,
    Law,
    Outcome,
    ReviewKind,
)
from placements.models import Placement


def _radio(label: str, choices: Any, **kwargs: Any) -> forms.ChoiceField:
    errors = {"required": "Välj ett av alternativen."}
    return forms.ChoiceField(label=label, choices=choices, widget=forms.RadioSelect, error_messages=errors, **kwargs)


class ConfirmForm(ActForm):
    """Nothing to fill in: the page asks whether one means it."""


class StartForm(MomentForm):
    told_at = {"started_at": "day", "home": "day"}

    reason = Lines(
        label="Varför kan starten inte vänta på ansvarsförbindelsen?",
        required=False,
        help_text="Den behövs och är inte undertecknad av båda parter. Till dess bär kommunen kostnaden.",
    )

    def __init__(self, *args: Any, asks_why: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not asks_why:
            del self.fields["reason"]
        else:
            self.fields["reason"].unmarked = True  # type: ignore[attr-defined]


class ReferForm(MomentForm):
    told_at = {"sent_at": "day"}


class AssessForm(ActForm):
    needed = _radio(
        "Ska boendet, eller personal som boendet köper in, utföra medicinska insatser?",
        [(Answer.YES, "Ja, en ansvarsförbindelse behövs"), (Answer.NO, "Nej, regionen utför vården själv")],
    )


class ExamineForm(ActForm):
    kind = _radio("Vilken undersökning?", ExaminationKind.choices)
    state = _radio("Hur långt har den kommit?", ExaminationState.choices)
    on = Day(label="Vilken dag?", required=False, help_text="Vad undersökningen visade skrivs aldrig här.")

    def __init__(self, *args: Any, placement: Placement, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].unmarked = True  # type: ignore[attr-defined]
        if placement.law == Law.SOL:
            field: Any = self.fields["kind"]
            field.choices = [c for c in ExaminationKind.choices if c[0] != ExaminationKind.BEFORE_APPLICATION]


class ReviewForm(ActForm):
    kind = _radio("Vad omprövades?", ReviewKind.choices)
    on = Day(label="Vilken dag?")
    outcome = _radio("Vad blev det?", Outcome.choices)

    def __init__(self, *args: Any, placement: Placement, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        possible = {ReviewKind.CARE: True}
        possible[ReviewKind.WHEREABOUTS] = placement.hidden_on is not None
        possible[ReviewKind.CUSTODY] = placement.same_home_since is not None
        field: Any = self.fields["kind"]
        field.choices = [(kind.value, kind.label) for kind in ReviewKind if possible[kind]]


class HideForm(ActForm):
    decided_on = Day(label="Vilken dag fattades beslutet?")


class ReaderForm(ActForm):
    user = forms.TypedChoiceField(
        label="Vem ska få läsa var personen vistas?",
        empty_value=None,
        error_messages={"required": "Välj en person."},
    )

    def __init__(self, *args: Any, users: Sequence[tuple[User, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["user"]
        field.choices = [("", "Välj person"), *((str(user.pk), f"{user}, {unit}") for user, unit in users)]
        field.coerce = {str(user.pk): user for user, _ in users}.get


class MoveForm(HomeFields, ActForm):
    on = Day(label="Vilken dag flyttade personen?")
    why = Lines(label="Varför?", rows=3, error_messages={"required": "Skriv varför flytten gjordes."})

    def place(self) -> Home:
        values = self.cleaned_data
        return Home(Housing(values["housing"]), values["provider"], values["home"], values["municipality"])


class FollowUpForm(ActForm):
    on = Day(label="Vilken dag följde ni upp?")
    with_medical_party = forms.BooleanField(
        label="Både kommunen och vården var med", required=False, help_text="Först då är uppföljningen gemensam."
    )
    came_to = Lines(
        label="Vad kom ni fram till?",
        help_text="Skriv inget om kostnader och inga medicinska detaljer. Alla som deltar läser det.",
        error_messages={"required": "Skriv kort vad ni kom fram till."},
    )
    next_on = Day(label="När följer ni upp nästa gång?", required=False)


class PlanEndForm(ActForm):
    planned_end = Day(label="När ska placeringen sluta?")


class AftercareForm(ActForm):
    on = Day(label="När gjorde ni planen?")
    note = Lines(
        label="Vad har ni planerat?",
        help_text="Boende, vård, stöd och vem som gör vad. Skriv inget om kostnader.",
        error_messages={"required": "Skriv kort vad ni planerade."},
    )


class HandOverForm(ActForm):
    done = _radio(
        "Hur långt har det kommit?",
        [("no", "Personen folkbokförs i en annan region"), ("yes", "Vården är överlämnad till den nya regionen")],
    )


class EndForm(MomentForm):
    told_at = {"ended_at": "day"}

    kind = _radio("Hur slutade placeringen?", EndKind.choices)
    note = Lines(
        label="Varför?",
        required=False,
        rows=3,
        help_text="Behövs när slutet var oplanerat. Alla som deltar läser det.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].unmarked = True  # type: ignore[attr-defined]


class CloseForm(ActForm):
    reason = _radio("Varför avslutas ärendet?", CloseReason.choices)


class CancelForm(ActForm):
    note = Lines(label="Varför?", rows=3, error_messages={"required": "Skriv varför placeringen inte blev av."})


class WithdrawConsentForm(ActForm):
    reason = Lines(label="Anteckning", rows=3, required=False, help_text="Till exempel vem som återkallade och hur.")
