"""Pages for what one does with a placement: each has its own address, form and action; `does` is what they share."""

from __future__ import annotations

from core.policy import ActingRequest
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
from placements.models import Placement
from placements.views.placement import stand
from placements.views.shared import Asked, does

UNSETTLED = (
    "Ingen ansvarsförbindelse är undertecknad för hela tiden. När ärendet är avslutat kan kostnaden inte längre göras "
    "upp här, och den stannar hos kommunen."
)


@does(
    Do.START,
    "Placeringen har börjat. De som deltar får veta det.",
    lead="Fristerna för omprövning och gemensam uppföljning räknas från den här tidpunkten.",
)
def start(request: ActingRequest, placement: Placement) -> Asked:
    """The placement has begun."""
    needed = placement.agreement_needed == Answer.YES and not placement.is_acute
    asks_why = needed and not placement.agreements.in_force().exists()
    initial = MomentForm.just_now(request.now)
    form = forms.StartForm(request.POST or None, asks_why=asks_why, initial=initial)
    return Asked(
        form, lambda values, by_whom: actions.start(started_at=values["at"], reason=values.get("reason", ""), **by_whom)
    )


@does(
    Do.REFER,
    "Remissen är registrerad.",
    lead=(
        "Skicka remissen till den psykiatriska mottagningen eller beroendeteamet som ni brukar. "
        "Här registrerar ni bara att den är skickad."
    ),
)
def refer(request: ActingRequest, placement: Placement) -> Asked:
    """The referral of an acute placement is sent (PLC-5)."""
    form = forms.ReferForm(request.POST or None, initial=MomentForm.just_now(request.now))
    return Asked(form, lambda values, by_whom: actions.refer(sent_at=values["at"], **by_whom))


@does(
    Do.ASSESS,
    "Bedömningen är registrerad. Den placerande verksamheten får veta det.",
    lead="Bedömningen skriver du i journalen. Här anger du bara vad den betyder för placeringen.",
)
def assess(request: ActingRequest, placement: Placement) -> Asked:
    """The physician's judgement (PLC-3)."""
    form = forms.AssessForm(request.POST or None)
    return Asked(form, lambda values, by_whom: actions.assess(needed=Answer(values["needed"]), **by_whom))


@does(Do.EXAMINE, "Undersökningen är registrerad.")
def examine(request: ActingRequest, placement: Placement) -> Asked:
    """How far an examination has come (PLC-9)."""
    form = forms.ExamineForm(request.POST or None, placement=placement, initial={"on": local_day(request.now)})
    return Asked(
        form,
        lambda values, by_whom: actions.examine(
            kind=ExaminationKind(values["kind"]), state=ExaminationState(values["state"]), on=values["on"], **by_whom
        ),
    )


@does(Do.REVIEW, "Omprövningen är registrerad. Nästa räknas från den.")
def review(request: ActingRequest, placement: Placement) -> Asked:
    """A review that the law asks for (PLC-10)."""
    form = forms.ReviewForm(request.POST or None, placement=placement, initial={"on": local_day(request.now)})
    return Asked(
        form,
        lambda values, by_whom: actions.review(
            kind=ReviewKind(values["kind"]), on=values["on"], outcome=Outcome(values["outcome"]), **by_whom
        ),
    )


@does(
    Do.HIDE,
    "Vistelseorten visas nu bara för namngiven personal.",
    lead=(
        "Du blir den första som får läsa var personen vistas. Ni kan ge fler läsrätt, en i taget. "
        "Inget som lämnas till vårdnadshavare säger sedan var det är."
    ),
)
def hide(request: ActingRequest, placement: Placement) -> Asked:
    """Keep the whereabouts secret (LVU 14 §, IND-3)."""
    form = forms.HideForm(request.POST or None, initial={"decided_on": local_day(request.now)})
    return Asked(form, lambda values, by_whom: actions.hide(decided_on=values["decided_on"], **by_whom))


@does(
    Do.REVEAL, "Vistelseorten hålls inte längre hemlig.", lead="Alla som deltar i ärendet ser sedan var personen bor."
)
def reveal(request: ActingRequest, placement: Placement) -> Asked:
    """The decision no longer holds."""
    form = forms.ConfirmForm(request.POST if request.method == "POST" else None)
    return Asked(form, lambda values, by_whom: actions.reveal(**by_whom))


@does(Do.NAME_READER, "Personen kan nu läsa var den placerade vistas.")
def name_reader(request: ActingRequest, placement: Placement) -> Asked:
    """Let one more named person read the whereabouts."""
    found = panels.possible_readers(placement, local_day(request.now))
    named = [f"{user}, {unit}" for user, unit, may_read in found if may_read]
    others = [(user, unit) for user, unit, may_read in found if not may_read]
    form = forms.ReaderForm(request.POST or None, users=others)
    return Asked(
        form,
        lambda values, by_whom: actions.name_reader(user=values["user"], **by_whom),
        lead=f"Får läsa det i dag: {'; '.join(named)}." if named else "",
    )


@does(Do.MOVE, "Flytten är registrerad.", lead="Se över skolgången, och om ansvarsförbindelsen behöver förhandlas om.")
def move(request: ActingRequest, placement: Placement) -> Asked:
    """The person moved to another home."""
    today = local_day(request.now)
    form = forms.MoveForm(request.POST or None, today=today, initial={"on": today, "housing": placement.housing})
    return Asked(
        form, lambda values, by_whom: actions.move(home=form.place(), on=values["on"], why=values["why"], **by_whom)
    )


@does(Do.FOLLOW_UP, "Uppföljningen är registrerad.")
def follow_up(request: ActingRequest, placement: Placement) -> Asked:
    """A joint follow-up, during the placement or after an unplanned end (PLC-11)."""
    form = forms.FollowUpForm(request.POST or None, initial={"on": local_day(request.now)})
    ended = placement.state == State.ENDED
    return Asked(
        form,
        lambda values, by_whom: actions.follow_up(
            on=values["on"],
            came_to=values["came_to"],
            with_medical_party=values["with_medical_party"],
            next_on=values["next_on"],
            **by_whom,
        ),
        lead="Gör en ny bedömning och planera vad som händer nu." if ended else "",
    )


@does(Do.PLAN_END, "Slutet är bestämt. Fristen för att planera eftervården räknas från det.")
def plan_end(request: ActingRequest, placement: Placement) -> Asked:
    """Decide when the placement is to end."""
    form = forms.PlanEndForm(request.POST or None, initial={"planned_end": placement.planned_end})
    return Asked(form, lambda values, by_whom: actions.plan_end(planned_end=values["planned_end"], **by_whom))


@does(
    Do.PLAN_AFTERCARE,
    "Planen för eftervård är registrerad.",
    lead="Planera tillsammans så att vården och stödet inte får något glapp.",
)
def aftercare(request: ActingRequest, placement: Placement) -> Asked:
    """The plan for aftercare is made (PLC-11)."""
    initial = {"on": placement.aftercare_on or local_day(request.now), "note": placement.aftercare_note}
    form = forms.AftercareForm(request.POST or None, initial=initial)
    return Asked(form, lambda values, by_whom: actions.plan_aftercare(on=values["on"], note=values["note"], **by_whom))


@does(Do.HAND_OVER, "Överlämningen är registrerad.")
def hand_over(request: ActingRequest, placement: Placement) -> Asked:
    """The care moves to another region (PLC-1)."""
    form = forms.HandOverForm(request.POST or None)
    return Asked(form, lambda values, by_whom: actions.hand_over(done=values["done"] == "yes", **by_whom))


@does(
    Do.END,
    "Placeringen är slut. De som deltar får veta det.",
    lead=(
        "Var slutet oplanerat kallas båda parter att följa upp och bedöma på nytt direkt. En ansvarsförbindelse "
        "som gäller upphör. Är ingen undertecknad gör ni upp kostnaden efteråt."
    ),
    danger=True,
)
def end(request: ActingRequest, placement: Placement) -> Asked:
    """The placement is over (PLC-11)."""
    form = forms.EndForm(request.POST or None, initial=MomentForm.just_now(request.now))
    return Asked(
        form,
        lambda values, by_whom: actions.end(
            ended_at=values["at"], kind=EndKind(values["kind"]), note=values["note"], **by_whom
        ),
    )


@does(Do.CLOSE, "Ärendet är avslutat.", danger=True)
def close(request: ActingRequest, placement: Placement) -> Asked:
    """End the matter."""
    form = forms.CloseForm(request.POST or None)
    return Asked(
        form,
        lambda values, by_whom: actions.close(reason=CloseReason(values["reason"]), **by_whom),
        lead=UNSETTLED if stand(request, placement).is_unsettled else "",
    )


@does(Do.CANCEL, "Det är registrerat att placeringen inte blev av.", danger=True)
def cancel(request: ActingRequest, placement: Placement) -> Asked:
    """The placement never happened."""
    form = forms.CancelForm(request.POST or None)
    return Asked(form, lambda values, by_whom: actions.cancel(note=values["note"], **by_whom))


@does(
    Do.WITHDRAW_CONSENT,
    "Återkallelsen är registrerad. Ingen annan verksamhet ser placeringen längre.",
    lead="Placeringen påverkas inte, men vården ser den inte längre och ansvarsförbindelsen kan inte förhandlas.",
    danger=True,
)
def withdraw_consent(request: ActingRequest, placement: Placement) -> Asked:
    """The consent is withdrawn: everybody else is out at once (IND-8)."""
    form = forms.WithdrawConsentForm(request.POST if request.method == "POST" else None)
    return Asked(form, lambda values, by_whom: actions.withdraw_consent(reason=values["reason"], **by_whom))
