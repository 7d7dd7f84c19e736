"""What is recorded while a placement lasts: care, examinations, reviews, moves, whereabouts, follow-ups."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from core.acting import Actor
from core.authz import NotAllowed, Refused
from core.workdays import local_day
from individuals import actions as individuals
from organisations.kinds import Role
from organisations.models import Assignment, User
from placements.actions.planning import Home, place
from placements.actions.shared import changing, taking_part, tell
from placements.kinds import (
    Answer,
    Do,
    ExaminationKind,
    ExaminationState,
    FollowUpKind,
    Housing,
    Law,
    Outcome,
    Registration,
    ReviewKind,
    State,
)
from placements.models import Examination, FollowUp, Placement, Review, Stay, StayReader


# --- care -------------------------------------------------------------------------------------------------------------
def refer(*, placement_id: UUID, sent_at: datetime, by: Actor, now: datetime) -> Placement:
    """The referral of an acute placement went to psychiatry or the addiction team (PLC-5)."""
    with changing(placement_id, Do.REFER, by=by, now=now) as placement:
        _not_ahead(sent_at, now, "sent_at")
        placement.referred_at = sent_at
        individuals.note(placement.matter, "referred", "Remissen skickades", by=by, now=now)
    return placement


def assess(*, placement_id: UUID, needed: Answer, by: Actor, now: datetime) -> Placement:
    """The physician in charge, for a child the chief physician, has judged the medical needs (PLC-3).

    `needed`: whether the housing is to perform medical measures, so that an ansvarsförbindelse must be written. What
    the judgement says is the physician's own record; the measures stand in the ansvarsförbindelse.
    """
    with changing(placement_id, Do.ASSESS, by=by, now=now) as placement:
        if placement.matter.person.is_child(local_day(now)) and by.role != Role.CHIEF_PHYSICIAN:
            raise NotAllowed("För barn gör chefsöverläkaren bedömningen.")
        if needed == Answer.UNKNOWN:
            raise Refused("Välj ja eller nej.", field="needed")
        placement.assessed_at, placement.assessed_by_id, placement.assessor_role = now, by.user_id, by.role
        placement.agreement_needed = needed
        individuals.note(placement.matter, "assessed", "Läkarens bedömning registrerades", by=by, now=now)
        key = f"{placement.pk}:{placement.version}"
        tell(placement, "placement.assessed", [placement.matter.initiator_id], key, by=by, now=now)
    return placement


def examine(
    *, placement_id: UUID, kind: ExaminationKind, state: ExaminationState, on: date | None, by: Actor, now: datetime
) -> Placement:
    """Record how far an examination has come. Only that it is done, never what it showed (PLC-9)."""
    with changing(placement_id, Do.EXAMINE, by=by, now=now) as placement:
        if state != ExaminationState.ASKED and on is None:
            raise Refused("Ange vilken dag.", field="on")
        if on is not None and on > local_day(now):
            raise Refused("Dagen har inte varit ännu.", field="on")
        if kind == ExaminationKind.BEFORE_APPLICATION and placement.law == Law.SOL:
            raise Refused("Den undersökningen görs bara inför en ansökan om LVU eller LVM.", field="kind")
        Examination.objects.update_or_create(
            placement=placement,
            kind=kind,
            defaults={
                "state": state,
                "on": None if state == ExaminationState.ASKED else on,
                "recorded_at": now,
                "recorded_by_id": by.user_id,
            },
        )
        told = f"{ExaminationKind(kind).label}: {ExaminationState(state).label.lower()}"
        individuals.note(placement.matter, "examined", told, by=by, now=now)
    return placement


# --- reviews and whereabouts ------------------------------------------------------------------------------------------
def review(*, placement_id: UUID, kind: ReviewKind, on: date, outcome: Outcome, by: Actor, now: datetime) -> Placement:
    """Record a review that the law asks for; the next one is counted from it (PLC-10)."""
    with changing(placement_id, Do.REVIEW, by=by, now=now) as placement:
        assert placement.started_at is not None
        if on > local_day(now):
            raise Refused("Dagen har inte varit ännu.", field="on")
        if on < local_day(placement.started_at):
            raise Refused("Dagen ligger före placeringens början.", field="on")
        if kind == ReviewKind.WHEREABOUTS and placement.hidden_on is None:
            raise Refused("Vistelseorten hålls inte hemlig.", field="kind")
        if kind == ReviewKind.CUSTODY and placement.same_home_since is None:
            raise Refused("Frågan om vårdnaden gäller bara familjehem.", field="kind")
        Review.objects.create(
            placement=placement, kind=kind, on=on, outcome=outcome, recorded_at=now, recorded_by_id=by.user_id
        )
        told = ReviewKind(kind).label
        individuals.note(placement.matter, "reviewed", f"Omprövning: {told[0].lower()}{told[1:]}", by=by, now=now)
    return placement


def hide(*, placement_id: UUID, decided_on: date, by: Actor, now: datetime) -> Placement:
    """Decision under LVU 14 §: where the child lives is for named staff only, from now (IND-3, PLC-10)."""
    with changing(placement_id, Do.HIDE, by=by, now=now) as placement:
        if placement.law != Law.LVU:
            raise Refused("Vistelseorten kan bara hållas hemlig vid vård enligt LVU.")
        if decided_on > local_day(now):
            raise Refused("Dagen har inte varit ännu.", field="decided_on")
        StayReader.objects.get_or_create(placement=placement, user_id=by.user_id)
        placement.stays.update(is_restricted=True)
        placement.hidden_on = decided_on
        individuals.note(placement.matter, "hidden", "Vistelseorten hålls hemlig", by=by, now=now)
    return placement


def reveal(*, placement_id: UUID, by: Actor, now: datetime) -> Placement:
    """The decision no longer holds. A protected identity still keeps the whereabouts with named staff."""
    with changing(placement_id, Do.REVEAL, by=by, now=now) as placement:
        if placement.hidden_on is None:
            raise Refused("Vistelseorten hålls inte hemlig.")
        _require_reader(placement, by)
        placement.hidden_on = None
        if not placement.matter.person.is_protected:
            placement.stays.update(is_restricted=False)
        individuals.note(placement.matter, "revealed", "Vistelseorten hålls inte längre hemlig", by=by, now=now)
    return placement


def name_reader(*, placement_id: UUID, user: User, by: Actor, now: datetime) -> Placement:
    """Let one named member of staff, of a unit that takes part, read the hidden whereabouts (IND-3)."""
    with changing(placement_id, Do.NAME_READER, by=by, now=now) as placement:
        units = taking_part(placement)
        if not Assignment.objects.in_force(local_day(now)).filter(user=user, unit_id__in=units).exists():
            raise Refused("Personen arbetar inte i en verksamhet som deltar.", field="user")
        StayReader.objects.get_or_create(placement=placement, user=user)
        individuals.note(placement.matter, "reader", "En namngiven person fick läsa vistelseorten", by=by, now=now)
    return placement


def move(*, placement_id: UUID, home: Home, on: date, why: str, by: Actor, now: datetime) -> Placement:
    """The person moved to another home within the placement. The old stay stays in the history (PLC-1)."""
    with changing(placement_id, Do.MOVE, by=by, now=now) as placement:
        if placement.is_hidden:
            _require_reader(placement, by)
        current = placement.stays.filter(ends_on=None).first()
        if current is None or on < current.starts_on:
            raise Refused("Flytten kan inte ligga före den förra flytten.", field="on")
        if on > local_day(now):
            raise Refused("Dagen har inte varit ännu.", field="on")
        Stay.objects.filter(pk=current.pk).update(ends_on=on, why_moved=why.strip())
        new = place(placement, home, on, by=by, now=now)
        placement.same_home_since = on if new.housing == Housing.FAMILY_HOME else None
        individuals.note(placement.matter, "moved", "Personen flyttade till ett annat boende", by=by, now=now)
    return placement


def hand_over(*, placement_id: UUID, done: bool, by: Actor, now: datetime) -> Placement:
    """A change of registered home moves the care to another region, or it has been handed over there (PLC-1)."""
    with changing(placement_id, Do.HAND_OVER, by=by, now=now) as placement:
        if done and placement.registration != Registration.CHANGES:
            raise Refused("Registrera först att personen folkbokförs i en annan region.")
        placement.registration = Registration.HANDED_OVER if done else Registration.CHANGES
        text = "Vården lämnades över till den nya regionen" if done else "Vården ska lämnas över till en ny region"
        individuals.note(placement.matter, "handed_over", text, by=by, now=now)
    return placement


# --- together ---------------------------------------------------------------------------------------------------------
def follow_up(
    *,
    placement_id: UUID,
    on: date,
    came_to: str,
    with_medical_party: bool,
    next_on: date | None,
    by: Actor,
    now: datetime,
) -> Placement:
    """Record a joint follow-up and when the next one is (PLC-11). After an unplanned end it answers the call."""
    with changing(placement_id, Do.FOLLOW_UP, by=by, now=now) as placement:
        assert placement.started_at is not None
        if on > local_day(now):
            raise Refused("Dagen har inte varit ännu.", field="on")
        if not came_to.strip():
            raise Refused("Skriv kort vad ni kom fram till.", field="came_to")
        if next_on is not None and next_on <= on:
            raise Refused("Nästa uppföljning behöver ligga efter den här.", field="next_on")
        after_end = placement.state == State.ENDED
        if after_end and placement.ended_at is not None and on < local_day(placement.ended_at):
            raise Refused("Uppföljningen behöver ligga efter att placeringen tog slut.", field="on")
        FollowUp.objects.create(
            placement=placement,
            kind=FollowUpKind.AFTER_UNPLANNED if after_end else FollowUpKind.DURING,
            on=on,
            came_to=came_to.strip(),
            with_medical_party=with_medical_party,
            recorded_at=now,
            recorded_by_id=by.user_id,
        )
        placement.next_follow_up_on = next_on
        individuals.note(placement.matter, "followed_up", "Gemensam uppföljning registrerades", by=by, now=now)
    return placement


def plan_end(*, placement_id: UUID, planned_end: date, by: Actor, now: datetime) -> Placement:
    """Decide when the placement is to end: aftercare is planned in good time before (PLC-11)."""
    with changing(placement_id, Do.PLAN_END, by=by, now=now) as placement:
        if planned_end < local_day(now):
            raise Refused("Dagen har redan varit.", field="planned_end")
        placement.planned_end = planned_end
        individuals.note(placement.matter, "end_planned", "Ett planerat slut bestämdes", by=by, now=now)
    return placement


def plan_aftercare(*, placement_id: UUID, on: date, note: str, by: Actor, now: datetime) -> Placement:
    """The plan for aftercare is made, together, so that there is no gap in care (PLC-11)."""
    with changing(placement_id, Do.PLAN_AFTERCARE, by=by, now=now) as placement:
        if on > local_day(now):
            raise Refused("Dagen har inte varit ännu.", field="on")
        if not note.strip():
            raise Refused("Skriv kort vad ni planerade.", field="note")
        placement.aftercare_on, placement.aftercare_note = on, note.strip()
        individuals.note(placement.matter, "aftercare", "Eftervården planerades", by=by, now=now)
    return placement


def _not_ahead(at: datetime, now: datetime, field: str) -> None:
    if at > now:
        raise Refused("Tidpunkten har inte varit ännu.", field=field)


def _require_reader(placement: Placement, by: Actor) -> None:
    if not placement.stay_readers.filter(user_id=by.user_id).exists():
        raise NotAllowed("Bara den som är namngiven får läsa och ändra var personen vistas.")
