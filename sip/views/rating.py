"""The person's own rating: a page without login, opened by the one-time code on the printed copy (SIP-10)."""

from __future__ import annotations

from dataclasses import dataclass

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from agreements.models import TargetGroup
from core import throttle
from core.policy import ASSIGNED, PUBLIC, ActingRequest, policy
from organisations.models import Huvudman
from sip import ratings

WRONG_PER_ADDRESS, WRONG_PER_CODE, FORGOTTEN_AFTER = 10, 5, 15 * 60
SCALE = [(4, "Ja, helt och hållet"), (3, "Ja, till stor del"), (2, "Bara lite"), (1, "Nej, inte alls")]
WRONG = "Koden stämmer inte, eller så har den redan använts. Kontrollera bokstav för bokstav."
WAIT = "Det har blivit fel för många gånger. Vänta en kvart och försök igen."


def _question(label: str) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label,
        choices=SCALE,
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": "Välj det svar som stämmer bäst."},
    )


class RatingForm(forms.Form):
    """The code and three questions. No free text: what somebody writes can tell who wrote it."""

    code = forms.CharField(
        label="Din kod",
        help_text="Den står längst ner på din plan. Stora eller små bokstäver spelar ingen roll.",
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "data-width": "medium"}),
        error_messages={"required": "Skriv koden som står på din plan."},
    )
    participation = _question("Fick du vara med och bestämma om din plan?")
    clarity = _question("Är det tydligt vem som ska göra vad?")
    usefulness = _question("Är planen till hjälp för dig?")


@policy(PUBLIC)
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def rating(request: HttpRequest) -> HttpResponse:
    """Answer once. A wrong code and a used one look alike, and guessing is slowed down by address and by code."""
    form = RatingForm(request.POST if request.method == "POST" else None)
    status = 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            if _waits(request, form):
                status = 429
                form.add_error(None, WAIT)
            elif ratings.rate(**form.cleaned_data):
                return redirect("rated")
            else:
                _note(request, form)
                form.add_error("code", WRONG)
    return render(request, "sip/rating/rating.html", {"form": form}, status=status)


@policy(PUBLIC)
@require_safe
def rated(request: HttpRequest) -> HttpResponse:
    """Thanks."""
    return render(request, "sip/rating/rated.html")


@dataclass(frozen=True, slots=True)
class Result:
    """One line of the results, with its names."""

    municipality: str
    target_group: str
    of: ratings.Summary


@policy(ASSIGNED)
@require_safe
def results(request: ActingRequest) -> HttpResponse:
    """What people have answered, the latest year first: groups of five and more, of years that are over (FUP-6)."""
    found = ratings.summaries()
    municipalities = dict(
        Huvudman.objects.filter(pk__in={one.municipality_id for one in found}).values_list("pk", "name")
    )
    groups = TargetGroup.objects.filter(key__in={one.target_group for one in found}).order_by("agreement__valid_from")
    names = dict(groups.values_list("key", "name"))
    years: dict[int, list[Result]] = {}
    for one in sorted(found, key=lambda one: (-one.year, municipalities[one.municipality_id], one.target_group)):
        line = Result(municipalities[one.municipality_id], names.get(one.target_group, one.target_group), one)
        years.setdefault(one.year, []).append(line)
    return render(request, "sip/rating/results.html", {"years": list(years.items())})


def _address(request: HttpRequest) -> str:
    return str(request.META.get("REMOTE_ADDR", ""))


def _waits(request: HttpRequest, form: RatingForm) -> bool:
    return throttle.too_many("rating.address", _address(request), limit=WRONG_PER_ADDRESS) or throttle.too_many(
        "rating.code", form.cleaned_data["code"].upper(), limit=WRONG_PER_CODE
    )


def _note(request: HttpRequest, form: RatingForm) -> None:
    throttle.count("rating.address", _address(request), seconds=FORGOTTEN_AFTER)
    throttle.count("rating.code", form.cleaned_data["code"].upper(), seconds=FORGOTTEN_AFTER)
