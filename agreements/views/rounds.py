"""Rounds of comments on an agreement, and the overview of its revision (AGR-4)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_safe

from agreements import actions
from agreements.forms import AnswerForm, CloseRoundForm, CommentForm, ExtendForm, RoundForm
from agreements.models import Agreement, RevisionRound
from agreements.permissions import BOARD, COMMENTERS, ROUND_RULES
from agreements.renewal import COMMENTS
from agreements.values import ReviseDo
from agreements.views.shared import agreement_page
from core import refusals
from core.authz import Refused
from core.dates import swedish_date
from core.policy import ASSIGNED, ActingRequest, for_roles, policy
from core.transitions import Gone
from core.workdays import last_day, local_day, midnight, shift
from organisations.kinds import Role


@policy(ASSIGNED)
@require_safe
def revision(request: ActingRequest, key: str) -> HttpResponse:
    """The rounds and the amendments of an agreement, newest first."""
    agreement = get_object_or_404(Agreement.objects.prefetch_related("parties"), key=key)
    rounds = agreement.rounds.annotate(
        comment_count=Count("comments"), unanswered=Count("comments", filter=Q(comments__outcome=""))
    )
    context = {
        "rounds": rounds,
        "amendments": agreement.amendments.annotate(yes=Count("decisions", filter=Q(decisions__agrees=True))),
        "leads": bool(BOARD.decide(request.actor, agreement)),
        "today": local_day(request.now),
    }
    return agreement_page(request, agreement, "agreements/revision.html", context)


@policy(for_roles(Role.BOARD_MEMBER))
@require_http_methods(["GET", "HEAD", "POST"])
def round_new(request: ActingRequest, key: str) -> HttpResponse:
    """Open a round. The day proposed is the agreement's own term from today."""
    agreement = get_object_or_404(Agreement.objects.prefetch_related("parties"), key=key)
    today = local_day(request.now)
    term = agreement.term(COMMENTS, on=agreement.day_within(today))
    proposed = last_day(shift(midnight(today), term.value, term.unit))
    form = RoundForm(request.POST or None, initial={"closes_on": proposed})
    if form.is_valid():
        try:
            opened = actions.open_round(agreement=agreement, **form.cleaned_data, by=request.actor, now=request.now)
        except Refused as refused:
            form.add_error(refused.field, refused.reason)
        else:
            messages.success(request, "Rundan är öppen. Parter och brukarorganisationer har fått veta det.")
            return redirect("agreements:round", key, opened.pk)
    context = {"form": form, "heading": "Öppna en runda", "button": "Öppna rundan", "back": "revision", "term": term}
    return agreement_page(request, agreement, "agreements/revision_form.html", context)


@policy(ASSIGNED)
@require_http_methods(["GET", "HEAD", "POST"])
def round_page(request: ActingRequest, key: str, round_id: UUID) -> HttpResponse:
    """A round: what is asked, every comment with its answer, and the form for those who may comment."""
    asked = _round(key, round_id)
    agreement = asked.agreement
    for_organisation = request.actor.role == Role.USER_REPRESENTATIVE
    form = CommentForm(request.POST or None, agreement=agreement, for_organisation=for_organisation)
    if form.is_valid():
        try:
            actions.comment(round_id=asked.pk, **form.cleaned_data, by=request.actor, now=request.now)
        except Refused as refused:
            form.add_error(refused.field, refused.reason)
        else:
            messages.success(request, "Tack! Synpunkten är lämnad.")
            return redirect("agreements:round", key, asked.pk)
    comments = list(asked.comments.select_related("provision", "huvudman"))
    over = local_day(request.now) > asked.closes_on
    context = {
        "round": asked,
        "comments": comments,
        "unanswered": sum(1 for one in comments if not one.outcome),
        "over": over,
        "form": form,
        "may_comment": bool(ROUND_RULES.may(request.actor, ReviseDo.COMMENT, asked)) and not over,
        "would_comment": request.actor.role in COMMENTERS,
        "answers": bool(ROUND_RULES.may(request.actor, ReviseDo.ANSWER, asked)),
        "amendments": asked.amendments.all(),
    }
    return agreement_page(request, agreement, "agreements/round.html", context)


@policy(for_roles(Role.BOARD_MEMBER))
@require_http_methods(["GET", "HEAD", "POST"])
def round_answer(request: ActingRequest, key: str, round_id: UUID, comment_id: UUID) -> HttpResponse:
    """Say how a comment was met."""
    asked = _round(key, round_id)
    found = get_object_or_404(asked.comments.select_related("provision", "huvudman"), pk=comment_id)
    form = AnswerForm(request.POST or None, initial={"outcome": found.outcome, "text": found.answer})
    context = {"comment": found, "heading": "Besvara synpunkten", "button": "Spara svaret"}

    def act(**answer: Any) -> None:
        actions.answer(round_id=asked.pk, comment_id=found.pk, **answer, by=request.actor, now=request.now)

    return _change(request, asked, form, act, context, "Svaret är sparat.")


@policy(for_roles(Role.BOARD_MEMBER))
@require_http_methods(["GET", "HEAD", "POST"])
def round_extend(request: ActingRequest, key: str, round_id: UUID) -> HttpResponse:
    """Give more time."""
    asked = _round(key, round_id)
    context = {"heading": "Ge mer tid", "button": "Spara den nya dagen"}
    context["lead"] = f"Nu är sista dagen {swedish_date(asked.closes_on)}."

    def act(**days: Any) -> None:
        actions.extend_round(round_id=asked.pk, **days, by=request.actor, now=request.now)

    return _change(request, asked, ExtendForm(request.POST or None), act, context, "Rundan har fått mer tid.")


@policy(for_roles(Role.BOARD_MEMBER))
@require_http_methods(["GET", "HEAD", "POST"])
def round_close(request: ActingRequest, key: str, round_id: UUID) -> HttpResponse:
    """End the round with what came of it."""
    asked = _round(key, round_id)
    context = {"heading": "Avsluta rundan", "button": "Avsluta rundan"}

    def act(**words: Any) -> None:
        actions.close_round(round_id=asked.pk, **words, by=request.actor, now=request.now)

    return _change(request, asked, CloseRoundForm(request.POST or None), act, context, "Rundan är avslutad.")


def _round(key: str, round_id: UUID) -> RevisionRound:
    rounds = RevisionRound.objects.select_related("agreement").prefetch_related("agreement__parties")
    return get_object_or_404(rounds, agreement__key=key, pk=round_id)


def _change(
    request: ActingRequest,
    asked: RevisionRound,
    form: forms.Form,
    act: Callable[..., None],
    context: dict[str, Any],
    done: str,
) -> HttpResponse:
    """Show a form of the board's, do what it says, and go back to the round."""
    if form.is_valid():
        try:
            act(**form.cleaned_data)
        except Gone as gone:
            raise Http404("round") from gone
        except Refused as refused:
            refusals.tell(form, refused)
        else:
            messages.success(request, done)
            return redirect("agreements:round", asked.agreement.key, asked.pk)
    context |= {"form": form, "round": asked, "back": "round"}
    return agreement_page(request, asked.agreement, "agreements/revision_form.html", context)
