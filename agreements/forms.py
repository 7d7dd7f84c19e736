"""What one may ask the guide. The answers live in the address, so Back and a bookmark bring them again."""

from __future__ import annotations

from typing import Any

from django import forms

from agreements.models import Agreement, ResponsibilityArea, TargetGroup
from agreements.values import Responsible


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
