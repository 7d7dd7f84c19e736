"""Forms of plans made elsewhere (SIP-12): text to values."""

from __future__ import annotations

from django import forms

from organisations.forms import Day, medium_text
from sip.kinds import OtherPlanKind


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
    since_on = Day(
        label="När började den gälla?",
        help_text="För ÖPT och ÖRV: dagen för beslutet. Därifrån räknas nästa prövning.",
        error_messages={"required": "Ange vilken dag den började gälla."},
    )


class ReviewForm(forms.Form):
    """The day compulsory care was tried anew."""

    reviewed_on = Day(label="Vilken dag?", error_messages={"required": "Ange dagen."})


class EndForm(forms.Form):
    """The day a plan ends."""

    ended_on = Day(label="Vilken dag?", error_messages={"required": "Ange dagen."})
