"""Pages for what one does with a placement: each has its own address and form."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from core.policy import ActingRequest, policy
from core.workdays import local_day
from placements import actions, panels
from placements.forms import during as forms
from placements.forms.fields import MomentForm
from placements.kinds import (
    Answer,
    CloseReason,
    Do,
    EndKind,
    ExaminationKind,
    ExaminationState,
    Outcome,
    ReviewKind,
    State,
)
from placements.views.placement import stand
from placements.views.shared import GET_POST, PARTICIPANTS, act, find

UNSETTLED = (
    "Ingen ansvarsförbindelse är undertecknad för hela tiden. När ärendet är avslutat kan kostnaden inte längre göras "
    "upp här, och den stannar hos kommunen."
)


@policy(PARTICIPANTS)
@require_http_methods(GET_POST)
def start(request: ActingRequest, placement_id: UUID) -> HttpResponse:
    """The placement has begun."""
    placement = find(request, placement_id)
    needed = placement.agreement_needed == Answer.YES and not placement.is_acute
    asks_why = needed and not placement.agreements.in_force().exists()
    initial = MomentForm.just_now(request.now)
    form = forms.StartForm(request.POST or None, asks_why=asks_why, initial=initial)
    return act(
        request, placement, Do.START, form,
        lambda values: actions.start(
            placement_id=placement.pk, started_at=values["at"], reason=values.get("reason", ""), by=request.actor,
            now=request.now,
        ),
        "Placeringen har börjat. De som deltar får veta det.",
        lead="Fristerna för omprövning och gemensam uppföljning räknas från den här tidpunkten.",
    )  # fmt: skip


@policy(PARTICIPANTS)
@require_http_methods(GET_POST)
def refer(request: ActingRequest, placement_id: UUID) -> HttpResponse:
    """The referral of an acute placement is sent (PLC-5)."""
    placement = find(request, placement_id)
    form = forms.ReferForm(request.POST or None, initial=MomentForm.just_now(request.now))
    return act(
        request, placement, Do.REFER, form,
        lambda values: actions.refer(
            placement_id=placement.pk, sent_at=values["at"], by=request.actor, now=request.now
        ),
        "Remissen är registrerad.",
        lead="Skicka remissen till den psykiatriska mottagningen eller beroendeteamet som ni brukar. "
        "Här registrerar ni bara att den är skickad.",
    )  # fmt: skip


@policy(PARTICIPANTS)
@require_http_methods(GET_POST)
def assess(request: ActingRequest, placement_id: UUID) -> HttpResponse:
    """The physician's judgement (PLC-3)."""
    placement = find(request, placement_id)
    form = forms.AssessForm(request.POST or None)
    return act(
        request, placement, Do.ASSESS, form,
        lambda values: actions.assess(
            placement_id=placement.pk, needed=Answer(values["needed"]), by=request.actor, now=request.now
        ),
        "Bedömningen är registrerad. Den placerande verksamheten får veta det.",
        lead="Bedömningen skriver du i journalen. Här anger du bara vad den betyder för placeringen.",
    )  # fmt: skip


@policy(PARTICIPANTS)
@require_http_methods(GET_POST)
def examine(request: ActingRequest, placement_id: UUID) -> HttpResponse:
    """How far an examination has come (PLC-9)."""
    placement = find(request, placement_id)
    form = forms.ExamineForm(request.POST or None, placement=placement, initial={"on": local_day(request.now)})
    return act(
        request, placement, Do.EXAMINE, form,
        lambda values: actions.examine(
            placement_id=placement.pk, kind=ExaminationKind(values["kind"]), state=ExaminationState(values["state"]),
            on=values["on"], by=request.actor, now=request.now,
        ),
        "Undersökningen är registrerad.",
    )  # fmt: skip


@policy(PARTICIPANTS)
@require_http_methods(GET_POST)
def review(request: ActingRequest, placement_id: UUID) -> HttpResponse:
    """A review that the law asks for (PLC-10)."""
    placement = find(request, placement_id)
    form = forms.ReviewForm(request.POST or None, placement=placement, initial={"on": local_day(request.now)})
    return act(
        request, placement, Do.REVIEW, form,
        lambda values: actions.review(
            placement_id=placement.pk, kind=ReviewKind(values["kind"]), on=values["on"],
            outcome=Outcome(values["outcome"]), by=request.actor, now=request.now,
        ),
        "Omprövningen är registrerad. Nästa räknas från den.",
    )  # fmt: skip


@policy(PARTICIPANTS)
@require_http_methods(GET_POST)
def hide(request: ActingRequest, placement_id: UUID) -> HttpResponse:
    """Keep the whereabouts secret (LVU 14 §, IND-3)."""
    placement = find(request, placement_id)
    form = forms.HideForm(request.POST or None, initial={"decided_on": local_day(request.now)})
    return act(
        request, placement, Do.HIDE, form,
        lambda values: actions.hide(
            placement_id=placement.pk, decided_on=values["decided_on"], by=request.actor, now=request.now
        ),
        "Vistelseorten visas nu bara för namngiven personal.",
        lead="Du blir den första som får läsa var personen vistas. Ni kan ge fler läsrätt, en i taget. "
        "Inget som lämnas till vårdnadshavare säger sedan var det är.",
    )  # fmt: skip


@policy(PARTICIPANTS)
@require_http_methods(GET_POST)
def reveal(request: ActingRequest, placement_id: UUID) -> HttpResponse:
    """The decision no longer holds."""
    placement = find(request, placement_id)
    form = forms.ConfirmForm(request.POST if request.method == "POST" else None)
    return act(
        request, placement, Do.REVEAL, form,
        lambda values: actions.reveal(placement_id=placement.pk, by=request.actor, now=request.now),
        "Vistelseorten hålls inte längre hemlig.",
        lead="Alla som deltar i ärendet ser sedan var personen bor.",
    )  # fmt: skip


@policy(PARTICIPANTS)
@require_http_methods(GET_POST)
def name_reader(request: ActingRequest, placement_id: UUID) -> HttpResponse:
    """Let one more named person read the whereabouts."""
    placement = find(request, placement_id)
    found = panels.possible_readers(placement, local_day(request.now))
    named = [f"{user}, {unit}" for user, unit, may_read in found if may_read]
    others = [(user, unit) for user, unit, may_read in found if not may_read]
    form = forms.ReaderForm(request.POST or None, users=others)
    return act(
        request, placement, Do.NAME_READER, form,
        lambda values: actions.name_reader(
            placement_id=placement.pk, user=values["user"], by=request.actor, now=request.now
        ),
        "Personen kan nu läsa var den placerade vistas.",
        lead=f"Får läsa det i dag: {'; '.join(named)}." if named else "",
    )  # fmt: skip


@policy(PARTICIPANTS)
@require_http_methods(GET_POST)
def move(request: ActingRequest, placement_id: UUID) -> HttpResponse:
    """The person moved to another home."""
    placement, today = find(request, placement_id), local_day(request.now)
    form = forms.MoveForm(request.POST or None, today=today, initial={"on": today, "housing": placement.housing})
    return act(
        request, placement, Do.MOVE, form,
        lambda values: actions.move(
            placement_id=placement.pk, home=form.place(), on=values["on"], why=values["why"], by=request.actor,
            now=request.now,
        ),
        "Flytten är registrerad.",
        lead="Se över skolgången, och om ansvarsförbindelsen behöver förhandlas om.",
    )  # fmt: skip


@policy(PARTICIPANTS)
@require_http_methods(GET_POST)
def follow_up(request: ActingRequest, placement_id: UUID) -> HttpResponse:
    """A joint follow-up, during the placement or after an unplanned end (PLC-11)."""
    placement = find(request, placement_id)
    form = forms.FollowUpForm(request.POST or None, initial={"on": local_day(request.now)})
    ended = placement.state == State.ENDED
    return act(
        request, placement, Do.FOLLOW_UP, form,
        lambda values: actions.follow_up(
            placement_id=placement.pk, on=values["on"], came_to=values["came_to"],
            with_medical_party=values["with_medical_party"], next_on=values["next_on"], by=request.actor,
            now=request.now,
        ),
        "Uppföljningen är registrerad.",
        lead="Gör en ny bedömning och planera vad som händer nu." if ended else "",
    )  # fmt: skip


@policy(PARTICIPANTS)
@require_http_methods(GET_POST)
def plan_end(request: ActingRequest, placement_id: UUID) -> HttpResponse:
    """Decide when the placement is to end."""
    placement = find(request, placement_id)
    form = forms.PlanEndForm(request.POST or None, initial={"planned_end": placement.planned_end})
    return act(
        request, placement, Do.PLAN_END, form,
        lambda values: actions.plan_end(
            placement_id=placement.pk, planned_end=values["planned_end"], by=request.actor, now=request.now
        ),
        "Slutet är bestämt. Fristen för att planera eftervården räknas från det.",
    )  # fmt: skip


@policy(PARTICIPANTS)
@require_http_methods(GET_POST)
def aftercare(request: ActingRequest, placement_id: UUID) -> HttpResponse:
    """The plan for aftercare is made (PLC-11)."""
    placement = find(request, placement_id)
    initial = {"on": placement.aftercare_on or local_day(request.now), "note": placement.aftercare_note}
    form = forms.AftercareForm(request.POST or None, initial=initial)
    return act(
        request, placement, Do.PLAN_AFTERCARE, form,
        lambda values: actions.plan_aftercare(
            placement_id=placement.pk, on=values["on"], note=values["note"], by=request.actor, now=request.now
        ),
        "Planen för eftervård är registrerad.",
        lead="Planera tillsammans så att vården och stödet inte får något glapp.",
    )  # fmt: skip


@policy(PARTICIPANTS)
@require_http_methods(GET_POST)
def hand_over(request: ActingRequest, placement_id: UUID) -> HttpResponse:
    """The care moves to another region (PLC-1)."""
    placement = find(request, placement_id)
    form = forms.HandOverForm(request.POST or None)
    return act(
        request, placement, Do.HAND_OVER, form,
        lambda values: actions.hand_over(
            placement_id=placement.pk, done=values["done"] == "yes", by=request.actor, now=request.now
        ),
        "Överlämningen är registrerad.",
    )  # fmt: skip


@policy(PARTICIPANTS)
@require_http_methods(GET_POST)
def end(request: ActingRequest, placement_id: UUID) -> HttpResponse:
    """The placement is over (PLC-11)."""
    placement = find(request, placement_id)
    form = forms.EndForm(request.POST or None, initial=MomentForm.just_now(request.now))
    return act(
        request, placement, Do.END, form,
        lambda values: actions.end(
            placement_id=placement.pk, ended_at=values["at"], kind=EndKind(values["kind"]), note=values["note"],
            by=request.actor, now=request.now,
        ),
        "Placeringen är slut. De som deltar får veta det.",
        lead="Var slutet oplanerat kallas båda parter att följa upp och bedöma på nytt direkt. En ansvarsförbindelse "
        "som gäller upphör.",
        danger=True,
    )  # fmt: skip


@policy(PARTICIPANTS)
@require_http_methods(GET_POST)
def close(request: ActingRequest, placement_id: UUID) -> HttpResponse:
    """End the matter."""
    placement = find(request, placement_id)
    form = forms.CloseForm(request.POST or None)
    return act(
        request, placement, Do.CLOSE, form,
        lambda values: actions.close(
            placement_id=placement.pk, reason=CloseReason(values["reason"]), by=request.actor, now=request.now
        ),
        "Ärendet är avslutat.",
        lead=UNSETTLED if stand(request, placement).is_unsettled else "",
        danger=True,
    )  # fmt: skip


@policy(PARTICIPANTS)
@require_http_methods(GET_POST)
def cancel(request: ActingRequest, placement_id: UUID) -> HttpResponse:
    """The placement never happened."""
    placement = find(request, placement_id)
    form = forms.CancelForm(request.POST or None)
    return act(
        request, placement, Do.CANCEL, form,
        lambda values: actions.cancel(
            placement_id=placement.pk, note=values["note"], by=request.actor, now=request.now
        ),
        "Det är registrerat att placeringen inte blev av.",
        danger=True,
    )  # fmt: skip


@policy(PARTICIPANTS)
@require_http_methods(GET_POST)
def withdraw_consent(request: ActingRequest, placement_id: UUID) -> HttpResponse:
    """The consent is withdrawn: everybody else is out at once (IND-8)."""
    placement = find(request, placement_id)
    form = forms.WithdrawConsentForm(request.POST if request.method == "POST" else None)
    return act(
        request, placement, Do.WITHDRAW_CONSENT, form,
        lambda values: actions.withdraw_consent(
            placement_id=placement.pk, reason=values["reason"], by=request.actor, now=request.now
        ),
        "Återkallelsen är registrerad. Ingen annan verksamhet ser placeringen längre.",
        lead="Placeringen påverkas inte, men vården ser den inte längre och ansvarsförbindelsen kan inte förhandlas.",
        danger=True,
    )  # fmt: skip
