"""What one may ask the guide. The answers live in the address, so Back and a bookmark bring them again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from agreements.models import Agreement, LocalDocument, Provision, ResponsibilityArea, RevisionRound, TargetGroup
from agreements.values import DecisionKind, LocalKind, Outcome, RenewalKind, Responsible


class GuideForm(forms.Form):
    q = forms.CharField(label="Vad gäller det?", max_length=100, required=False)
    malgrupp = forms.ModelChoiceField(
        label="Målgrupp", queryset=TargetGroup.objects.none(), to_field_name="key", required=False, empty_label="Alla"
    )
    omrade = forms.ModelChoiceField(
        label="Område",
        queryset=ResponsibilityArea.objects.none(),
        to_field_name="key",
        required=False,
        empty_label="Alla",
    )
    ansvarig = forms.ChoiceField(label="Vem svarar", required=False, choices=[("", "Alla"), *Responsible.choices])

    def __init__(self, *args: Any, agreement: Agreement, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["malgrupp"].queryset = agreement.target_groups.all()  # type: ignore[attr-defined]
        self.fields["omrade"].queryset = agreement.responsibility_areas.all()  # type: ignore[attr-defined]


class TermForm(forms.Form):
    """A new value of a term. `unit`: what the value counts, in words."""

    value = forms.IntegerField(label="Nytt tal", min_value=0, widget=forms.NumberInput({"data-width": "xs"}))
    valid_from = forms.DateField(
        label="Gäller från och med", widget=forms.DateInput({"type": "date", "data-width": "short"})
    )
    reason = forms.CharField(
        label="Varför ändras det?", max_length=1000, widget=forms.Textarea({"rows": 3}),
        help_text="Visas för alla tillsammans med villkoret. Skriv inget om enskilda personer.",
    )  # fmt: skip
    seen = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, unit: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["value"].label = f"Nytt tal, i {unit}"


class LocalDocumentForm(forms.ModelForm):
    """A local agreement or routine. Saved by the action, never by the form."""

    class Meta:
        model = LocalDocument
        fields = ["kind", "title", "reference", "decided_on", "review_by", "ended_on"]
        help_texts = {"reference": "Diarienummer eller adress. Portalen sparar inte texten."}
        widgets = {
            name: forms.DateInput({"type": "date", "data-width": "short"}, format="%Y-%m-%d")
            for name in ("decided_on", "review_by", "ended_on")
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", "Välj"), *LocalKind.choices]  # type: ignore[attr-defined]
        if self.instance._state.adding:
            del self.fields["ended_on"]

    def _post_clean(self) -> None:
        """Leave the instance alone: the action locks the row, checks and writes."""


class DecisionForm(forms.Form):
    """What one's own huvudman has decided. Notice is offered only where the agreement can be given notice of."""

    kind = forms.ChoiceField(label="Vad har beslutats?", widget=forms.RadioSelect)
    body = forms.CharField(
        label="Vem beslutade?",
        max_length=120,
        help_text="Till exempel kommunfullmäktige, regionfullmäktige eller en nämnd.",
    )
    decided_on = forms.DateField(
        label="Beslutsdag", widget=forms.DateInput({"type": "date", "data-width": "short"}),
        help_text="Överenskommelsen gäller för er från den dagen, tidigast från sin första dag.",
    )  # fmt: skip
    reference = forms.CharField(label="Diarienummer eller paragraf", max_length=120)

    def __init__(self, *args: Any, agreement: Agreement, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        can_be_ended = agreement.renewal_kind == RenewalKind.PROLONGED_UNLESS_NOTICE
        self.fields["kind"].choices = [  # type: ignore[attr-defined]
            choice for choice in DecisionKind.choices if can_be_ended or choice[0] != DecisionKind.GIVES_NOTICE
        ]


class StrikeForm(forms.Form):
    reason = forms.CharField(label="Varför stryks beslutet?", max_length=300, widget=forms.Textarea({"rows": 2}))


def _day(label: str, help_text: str = "", required: bool = True) -> forms.DateField:
    widget = forms.DateInput({"type": "date", "data-width": "short"}, format="%Y-%m-%d")
    return forms.DateField(label=label, help_text=help_text, required=required, widget=widget)


def _prose(label: str, most: int, help_text: str = "", rows: int = 4) -> forms.CharField:
    return forms.CharField(label=label, max_length=most, help_text=help_text, widget=forms.Textarea({"rows": rows}))


class RoundForm(forms.Form):
    title = forms.CharField(label="Vad heter rundan?", max_length=120)
    question = _prose("Vad vill ni veta?", 2000, "Skriv så att den som inte har varit med förstår.")
    closes_on = _day("Sista dag för synpunkter")
    is_revision = forms.BooleanField(label="Rundan inleder arbetet med en ny överenskommelse", required=False)


class ExtendForm(forms.Form):
    closes_on = _day("Ny sista dag")


class CloseRoundForm(forms.Form):
    summary = _prose("Vad ledde rundan till?", 2000, "Alla som har lämnat synpunkter läser det här först.")


class CommentForm(forms.Form):
    """A comment on one section or the whole. Those who represent a user organisation name it."""

    provision = forms.ModelChoiceField(
        label="Vad gäller det?", queryset=Provision.objects.none(), required=False, empty_label="Hela överenskommelsen"
    )
    organisation = forms.CharField(label="Vilken organisation företräder du?", max_length=120, required=False)
    text = _prose("Vad tycker ni?", 2000, "Alla parter kan läsa synpunkten. Skriv inget om enskilda personer.")

    def __init__(self, *args: Any, agreement: Agreement, for_organisation: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["provision"].queryset = agreement.provisions.all()  # type: ignore[attr-defined]
        self.fields["organisation"].required = for_organisation
        if not for_organisation:
            self.fields["organisation"].widget = forms.HiddenInput()


class AnswerForm(forms.Form):
    outcome = forms.ChoiceField(label="Hur möts synpunkten?", choices=Outcome.choices, widget=forms.RadioSelect)
    text = _prose("Svar", 2000, "Berätta vad som ändras, eller varför det inte gör det.")


class AmendmentForm(forms.Form):
    title = forms.CharField(label="Vad heter ändringen?", max_length=120)
    motive = _prose("Varför ska överenskommelsen ändras?", 2000)
    takes_effect_on = _day("Ska gälla från och med", "Tidigast dagen efter att den sista parten har beslutat.")
    new_valid_to = _day("Ny sista dag", "Bara om överenskommelsen ska gälla längre.", required=False)
    after_round = forms.ModelChoiceField(
        label="Vilken runda bygger den på?", queryset=RevisionRound.objects.none(), required=False, empty_label="Ingen"
    )

    def __init__(self, *args: Any, agreement: Agreement, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["after_round"].queryset = agreement.rounds.all()  # type: ignore[attr-defined]


class AmendedTermForm(forms.Form):
    """`terms`: key and label of every term, with its value as it stands in words."""

    key = forms.ChoiceField(label="Vilket villkor?")
    value = forms.IntegerField(
        label="Nytt tal", min_value=0, widget=forms.NumberInput({"data-width": "xs"}), help_text="I samma enhet som nu."
    )

    def __init__(self, *args: Any, terms: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["key"].choices = [("", "Välj"), *terms]  # type: ignore[attr-defined]


class AmendedProvisionForm(forms.Form):
    heading = forms.CharField(label="Rubrik", max_length=200)
    summary = _prose("Sammanfattning", 1500)
    points = forms.CharField(
        label="Punkter", required=False, widget=forms.Textarea({"rows": 6}), help_text="En punkt per rad."
    )

    def clean_points(self) -> list[str]:
        return [line.strip() for line in self.cleaned_data["points"].splitlines() if line.strip()]


class AmendmentDecisionForm(forms.Form):
    agrees = forms.TypedChoiceField(
        label="Vad har ni beslutat?",
        choices=[("yes", "Ja, vi godkänner ändringen"), ("no", "Nej, vi godkänner den inte")],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        help_text="Ett nej från en part gör att ändringen inte blir av.",
    )
    body = forms.CharField(label="Vem beslutade?", max_length=120)
    decided_on = _day("Beslutsdag")
    reference = forms.CharField(label="Diarienummer eller paragraf", max_length=120)


class CompareForm(forms.Form):
    """Two agreements, or one on two days. `agreements`: all there are, so that the choices cost one query."""

    fran = forms.TypedChoiceField(label="Från")
    fran_dag = forms.DateField(
        label="Som den gällde", required=False, widget=forms.DateInput({"type": "date", "data-width": "short"})
    )
    till = forms.TypedChoiceField(label="Till")
    till_dag = forms.DateField(
        label="Som den gäller", required=False, widget=forms.DateInput({"type": "date", "data-width": "short"})
    )

    def __init__(self, *args: Any, agreements: Sequence[Agreement], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        by_key = {agreement.key: agreement for agreement in agreements}
        for name in ("fran", "till"):
            field = self.fields[name]
            field.choices = [(agreement.key, agreement.name) for agreement in agreements]  # type: ignore[attr-defined]
            field.coerce = by_key.__getitem__  # type: ignore[attr-defined]
        if len(agreements) > 1:
            # Newest first in the list: from the one before to the newest.
            self.fields["fran"].initial = agreements[1].key


class SearchForm(forms.Form):
    q = forms.CharField(label="Sök i överenskommelsen", max_length=100, required=False)
    i = forms.ModelChoiceField(
        label="Överenskommelse",
        queryset=Agreement.objects.all(),
        to_field_name="key",
        required=False,
        empty_label="Den som gäller för er",
    )
