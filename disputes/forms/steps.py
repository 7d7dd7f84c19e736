"""Forms of what one does with a dispute: text to values."""

from __future__ import annotations

from typing import Any

from django import forms

from core import attachments
from disputes.kinds import Side


class GuardedText(forms.CharField):
    """A text that others than those with a right to the case read."""

    def __init__(self, *, rows: int = 5, **kwargs: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": rows}), **kwargs)


class VersionForm(forms.Form):
    """What the user saw: a newer version is shown before anything is changed."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class PositionForm(VersionForm):
    text = GuardedText(
        label="Hur ser ni på frågan?",
        help_text="Inga namn, nummer eller platser: alla som hanterar tvisten läser det.",
        max_length=4000,
        rows=8,
        error_messages={"required": "Skriv hur ni ser på frågan."},
    )


class ProposalForm(VersionForm):
    text = GuardedText(
        label="Vad kommer ni överens om?",
        help_text="Skriv så att båda kan bekräfta samma text. Inga namn, nummer eller platser.",
        max_length=4000,
        rows=8,
        error_messages={"required": "Skriv vad ni föreslår."},
    )
    as_guidance = forms.BooleanField(
        label="Lösningen ska också vara vägledning för andra",
        help_text="Frågan och lösningen visas då vid avsnittet i överenskommelsen, för alla som använder portalen.",
        required=False,
    )


OF_THE_QUESTION = "Ingen person får gå att känna igen i filen: alla som deltar i tvisten läser den."


class EncloseForm(forms.Form):
    """A file, and what it is about: that decides who reads it. Where there is a choice, none is made beforehand."""

    QUESTION, CASE = "question", "case"

    file = forms.FileField(
        label="Fil",
        help_text=f"{attachments.ALLOWED}, högst 5 MB.",
        error_messages={"required": "Välj en fil.", "empty": "Filen är tom."},
    )
    about = forms.ChoiceField(
        label="Vad handlar den om?",
        choices=[
            (QUESTION, "Frågan. Ingen person går att känna igen i filen, och alla som deltar i tvisten läser den"),
            (CASE, "Ärendet. Bara den som har rätt till ärendet läser den, grupper aldrig"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Välj vad filen handlar om. Det avgör vem som läser den."},
    )

    def __init__(self, *args: Any, has_case: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not has_case:
            # One choice is none: what it means for the file is said instead.
            self.fields["about"].widget, self.fields["about"].initial = forms.HiddenInput(), self.QUESTION
            self.fields["file"].help_text += f" {OF_THE_QUESTION}"
            about: Any = self.fields["about"]
            about.choices = about.choices[:1]


class ConfirmForm(forms.Form):
    """`digest`: of the text the page showed."""

    digest = forms.CharField(widget=forms.HiddenInput, max_length=64)


class InterimForm(VersionForm):
    side = forms.ChoiceField(
        label="Vem ansvarar under tiden?",
        choices=Side.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Välj vem som ansvarar under tiden."},
    )
    text = GuardedText(
        label="Vem gör vad tills ni är överens?",
        max_length=2000,
        error_messages={"required": "Skriv vem som gör vad under tiden."},
    )

    def __init__(self, *args: Any, names: dict[Side, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sides: Any = self.fields["side"]
        sides.choices = list(names.items())


class WithdrawForm(VersionForm):
    reason = GuardedText(
        label="Varför återkallar ni tvisten?",
        help_text="Motparten läser det.",
        max_length=2000,
        error_messages={"required": "Skriv varför tvisten återkallas."},
    )


class GuidanceForm(forms.Form):
    text = GuardedText(
        label="Vägledningen",
        help_text="Egna ord, utan uppgifter om någon person. Alla som använder portalen kan läsa den.",
        max_length=4000,
        rows=8,
        error_messages={"required": "Skriv vägledningen."},
    )
