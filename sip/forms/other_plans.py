"""Forms of plans made elsewhere (SIP-12): text to values."""

from __future__ import annotations

from django import forms

from organisations.forms import DayInput, medium_text
from sip.kinds import OtherPlanKind

_WRONG_DAY = "Skriv dagen som 2026-03-09."


class OtherPlanForm(forms.Form):
    """That a plan exists, and where it is kept. Never what it says."""

    kind = forms.ChoiceField(
        label="Vilken plan gäller det?",
        choices=OtherPlanKind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Välj vilken plan det gäller."},
    )
    kept_in = forms.CharField(
        label="Var finns planen?",
        help_text="Till exempel Lifecare. Skriv inte vad som står i den.",
        max_length=150,
        widget=medium_text(autocomplete="off"),
        error_messages={"required": "Skriv var planen finns."},
    )
    since_on = forms.DateField(
        label="När började den gälla?",
        help_text="För ÖPT och ÖRV: dagen för beslutet. Därifrån räknas nästa prövning.",
        widget=DayInput(),
        error_messages={"required": "Ange vilken dag den började gälla.", "invalid": _WRONG_DAY},
    )


class ReviewForm(forms.Form):
    """The day compulsory care was tried anew."""

    reviewed_on = forms.DateField(
        label="Vilken dag?", widget=DayInput(), error_messages={"required": "Ange dagen.", "invalid": _WRONG_DAY}
    )


class EndForm(forms.Form):
    """The day a plan ends."""

    ended_on = forms.DateField(
        label="Vilken dag?", widget=DayInput(), error_messages={"required": "Ange dagen.", "invalid": _WRONG_DAY}
    )
