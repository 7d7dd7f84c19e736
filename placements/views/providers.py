"""The register of homes: public facts that anyone signed in may read; those who place keep it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from core import refusals
from core.authz import Refused
from core.policy import ASSIGNED, ActingRequest, for_roles, policy
from core.workdays import local_day
from organisations.forms import Day
from placements import actions
from placements.kinds import PRIVATE_HOMES, Housing
from placements.models import Provider
from placements.permissions import KEEPERS


class ProviderForm(forms.ModelForm):
    """What is publicly known of a home. Private homes never stand here: they are persons."""

    takes = forms.CharField(
        label="Målgrupper", required=False, help_text="En per rad.", widget=forms.Textarea(attrs={"rows": 3})
    )

    class Meta:
        model = Provider
        fields = [
            "name", "housing", "organisation_number", "municipality", "county", "permit", "permit_until",
            "own_health_care", "health_care", "takes", "contact", "closed_on",
        ]  # fmt: skip
        field_classes = {"permit_until": Day, "closed_on": Day}
        widgets = {
            "housing": forms.RadioSelect,
            **{
                name: forms.TextInput(attrs={"data-width": "medium"})
                for name in ("name", "health_care", "contact", "permit", "municipality", "county")
            },
            "organisation_number": forms.TextInput(attrs={"data-width": "short"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["housing"]
        field.choices = [(one.value, one.label) for one in Housing if one not in PRIVATE_HOMES]
        if self.instance.takes:
            self.initial["takes"] = "\n".join(self.instance.takes)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("health_care") and not values.get("own_health_care"):
            self.add_error("own_health_care", actions.CARE_NOT_RUN)
        return values

    def clean_takes(self) -> list[str]:
        return [line.strip() for line in self.cleaned_data["takes"].splitlines() if line.strip()]


@policy(ASSIGNED)
@require_safe
def provider_list(request: ActingRequest) -> HttpResponse:
    """All homes in the register, with permit and health care."""
    today = local_day(request.now)
    found = [(one, one.has_permit(today)) for one in Provider.objects.order_by("name")]
    context = {"providers": found, "may_change": request.actor.role in KEEPERS}
    return render(request, "placements/providers.html", context)


@policy(for_roles(*KEEPERS))
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: ActingRequest) -> HttpResponse:
    """Add a home to the register."""
    return _form(request, ProviderForm(request.POST or None), "Lägg till ett boende", None)


@policy(for_roles(*KEEPERS))
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: ActingRequest, provider_id: UUID) -> HttpResponse:
    """Change what the register says of a home. Each change is in the change log."""
    found = get_object_or_404(Provider, pk=provider_id)
    return _form(request, ProviderForm(request.POST or None, instance=found), found.name, found.pk)


def _form(request: ActingRequest, form: ProviderForm, heading: str, provider_id: UUID | None) -> HttpResponse:
    if form.is_valid():
        try:
            actions.keep_home(values=form.cleaned_data, provider_id=provider_id, by=request.actor)
        except Refused as no:
            refusals.tell(form, no)
        else:
            messages.success(request, "Registret är ändrat.")
            return redirect("placements:providers")
    return render(
        request, "placements/provider.html", {"form": form, "heading": heading}, status=422 if form.errors else 200
    )
