"""Pages of de-identification: decide each hit, rewrite, hand to a colleague, approve and share (DEV-4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from core.policy import ActingRequest, policy
from deviations import actions
from deviations.actions.shared import group_for
from deviations.forms.handling import ConfirmForm, HitForm, ReasonForm, TextForm
from deviations.kinds import Do, Resolution, SharedField
from deviations.models import CheckHit, DeidentifiedText, Deviation
from deviations.permissions import RULES
from deviations.views.shared import GET_POST, UNITS, done, find_deviation, form_page, refuse
from organisations.models import GroupMember

NOTHING_DECIDED = "Inget är avgjort ännu. Välj Ersätt eller Låt stå vid minst ett ställe."


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of text, with the hit it is."""

    text: str
    hit: CheckHit | None = None


@dataclass(frozen=True, slots=True)
class Field:
    label: str
    parts: Sequence[Part]


@policy(UNITS)
@sensitive_post_parameters()
@require_http_methods(GET_POST)
def deidentify(request: ActingRequest, deviation_id: UUID) -> HttpResponse:
    """The text with what the check found, each to be decided; and the way to rewrite it."""
    deviation = find_deviation(request, deviation_id)
    if not RULES.may(request.actor, Do.DEIDENTIFY, deviation):
        return refuse(request, Do.DEIDENTIFY, deviation)
    text = DeidentifiedText.objects.filter(deviation=deviation).first()
    if request.method == "POST" and "begin" in request.POST:
        actions.begin_text(deviation_id=deviation.pk, by=request.actor, now=request.now)
        return redirect("deviations:deidentify", deviation.pk)
    if text is None:
        context = {"deviation": deviation, "group": group_for(deviation)}
        return form_page(request, "deviations/begin_text.html", ConfirmForm(), **context)
    if request.method == "POST" and "rewrite" in request.POST:
        return _rewrite(request, deviation, text)
    return _resolve(request, deviation, text)


def _resolve(request: ActingRequest, deviation: Deviation, text: DeidentifiedText) -> HttpResponse:
    by, now = request.actor, request.now
    posted = request.POST if request.method == "POST" else None
    hits = list(text.hits.filter(resolution=Resolution.OPEN))
    forms = [HitForm(posted, hit=hit) for hit in hits]
    gate = ConfirmForm(posted or None)
    if posted is not None and not [form for form in forms if not form.is_valid()]:
        answers = dict(filter(None, (form.answer() for form in forms)))
        edition = int(posted["edition"]) if posted.get("edition", "").isdigit() else 0
        gate.is_valid()
        if not answers:
            gate.add_error(None, NOTHING_DECIDED)
        elif done(
            gate,
            lambda: actions.resolve_hits(deviation_id=deviation.pk, edition=edition, answers=answers, by=by, now=now),
        ):
            left = CheckHit.objects.filter(text=text, resolution=Resolution.OPEN).count()
            told = f"Sparat. {left} kvar att avgöra." if left else "Allt är avgjort. Läs igenom texten en gång till."
            messages.success(request, told)
            return redirect("deviations:deidentify", deviation.pk)
    return _text_page(request, deviation, text, forms, TextForm(initial=_initial(text)), gate)


def _rewrite(request: ActingRequest, deviation: Deviation, text: DeidentifiedText) -> HttpResponse:
    form = TextForm(request.POST)
    if form.is_valid() and done(
        form,
        lambda: actions.save_text(
            deviation_id=deviation.pk,
            edition=form.cleaned_data["edition"],
            texts=form.texts(),
            by=request.actor,
            now=request.now,
        ),
    ):
        messages.success(request, "Texten är sparad och kontrollerad på nytt.")
        return redirect("deviations:deidentify", deviation.pk)
    hits = text.hits.filter(resolution=Resolution.OPEN)
    return _text_page(request, deviation, text, [HitForm(hit=hit) for hit in hits], form, ConfirmForm())


def _text_page(
    request: ActingRequest,
    deviation: Deviation,
    text: DeidentifiedText,
    hit_forms: Sequence[HitForm],
    text_form: TextForm,
    gate: ConfirmForm,
) -> HttpResponse:
    every = list(text.hits.exclude(resolution=Resolution.REPLACED))
    context = {
        "deviation": deviation,
        "text": text,
        "forms": [*hit_forms, text_form],
        "hit_forms": hit_forms,
        "text_form": text_form,
        "fields": marked(text, every),
        "kept": [hit for hit in every if hit.resolution == Resolution.KEPT],
        "left": len(hit_forms),
        "group": group_for(deviation),
        "rewriting": text_form.is_bound,
        "propose": RULES.buttons(request.actor, deviation, [Do.PROPOSE])[0],
    }
    response = form_page(request, "deviations/deidentify.html", gate, **context)
    if any(form.is_bound and form.errors for form in (gate, text_form, *hit_forms)):
        response.status_code = 422
    return response


def _initial(text: DeidentifiedText) -> dict[str, object]:
    return {**{field.value: value for field, value in text.fields().items()}, "edition": text.edition}


def marked(text: DeidentifiedText, hits: Sequence[CheckHit]) -> list[Field]:
    """The text in stretches, so that the page can mark what was found."""
    fields = []
    for field, value in text.fields().items():
        parts, at = [], 0
        for hit in sorted((h for h in hits if h.field == field.value), key=lambda h: h.start):
            parts += [Part(value[at : hit.start]), Part(value[hit.start : hit.end], hit)]
            at = hit.end
        fields.append(Field(SharedField(field).label, [part for part in (*parts, Part(value[at:])) if part.text]))
    return fields


@policy(UNITS)
@require_POST
def propose(request: ActingRequest, deviation_id: UUID) -> HttpResponse:
    """Hand the text to a colleague."""
    deviation = find_deviation(request, deviation_id)
    if not RULES.may(request.actor, Do.PROPOSE, deviation):
        return refuse(request, Do.PROPOSE, deviation)
    form = ConfirmForm(request.POST)
    edition = int(request.POST["edition"]) if request.POST.get("edition", "").isdigit() else 0
    form.is_valid()
    if done(
        form,
        lambda: actions.propose(deviation_id=deviation.pk, edition=edition, by=request.actor, now=request.now),
    ):
        messages.success(request, "Texten väntar nu på att en kollega läser och godkänner den.")
        return redirect("deviations:deviation", deviation.pk)
    text = DeidentifiedText.objects.filter(deviation=deviation).first()
    if text is None:
        return redirect("deviations:deidentify", deviation.pk)
    hits = text.hits.filter(resolution=Resolution.OPEN)
    return _text_page(
        request, deviation, text, [HitForm(hit=hit) for hit in hits], TextForm(initial=_initial(text)), form
    )


@policy(UNITS)
@require_http_methods(GET_POST)
def approve(request: ActingRequest, deviation_id: UUID) -> HttpResponse:
    """Exactly what the group will read, and who reads it: approve and share, or send back (DEV-4)."""
    deviation = find_deviation(request, deviation_id)
    if not RULES.may(request.actor, Do.SHARE, deviation):
        return refuse(request, Do.SHARE, deviation)
    text = DeidentifiedText.objects.select_related("prepared_by").get(deviation=deviation)
    posted = request.POST if request.method == "POST" else None
    sending_back = posted is not None and "send_back" in posted
    form = ReasonForm(posted, asked="Vad behöver ändras?", required=sending_back)
    if form.is_valid():
        if sending_back:
            if done(
                form,
                lambda: actions.send_back(
                    deviation_id=deviation.pk, reason=form.cleaned_data["reason"], by=request.actor, now=request.now
                ),
            ):
                messages.success(request, "Texten är skickad tillbaka.")
                return redirect("deviations:deviation", deviation.pk)
        else:
            edition = int(posted["edition"]) if posted and posted.get("edition", "").isdigit() else 0
            if done(
                form,
                lambda: actions.share(deviation_id=deviation.pk, edition=edition, by=request.actor, now=request.now),
            ):
                messages.success(request, f"Texten är delad med {group_for(deviation)}.")
                return redirect("deviations:deviation", deviation.pk)
    group = group_for(deviation)
    kept = list(text.hits.filter(resolution=Resolution.KEPT).select_related("resolved_by"))
    context = {
        "deviation": deviation,
        "text": text,
        "fields": marked(text, kept),
        "kept": kept,
        "group": group,
        "members": GroupMember.objects.filter(group=group, ends_on=None)
        .select_related("represents")
        .order_by("represents__name"),
    }
    return form_page(request, "deviations/approve.html", form, **context)
