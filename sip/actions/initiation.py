"""From draft to sent: whose SIP it is, what it says, on which basis it leaves the unit (SIP-1)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from agreements.terms import NoAgreement, agreement_for
from core.acting import Actor
from core.authz import Refused
from core.transitions import transition
from core.workdays import local_day
from deadlines import actions as deadlines
from individuals import actions as individuals
from individuals.actions import Receivers
from individuals.consent import Given
from individuals.kinds import BasisKind, Category, MatterKind
from individuals.models import Person, Piece
from organisations.models import Unit
from sip.actions.carrying import carry
from sip.actions.lead import units_leave
from sip.actions.meeting_following import leave_meetings
from sip.actions.shared import (
    ACKNOWLEDGE,
    ACTIVE_CALLS,
    DRAFT,
    EXPIRY,
    FIRST_CONTACT,
    enough_parties,
    is_other_side,
    parties_rule,
    run_first_contact,
    tell,
)
from sip.kinds import CallState, Do, Missing, State, Step
from sip.models import Call, SipCase
from sip.permissions import CASE_RULES, require_may_start
from sip.permissions import calls as calls_of


@dataclass(frozen=True, slots=True)
class Consent:
    """A consent or ground as the filing gives it; see `individuals.actions.record_basis`."""

    kind: BasisKind
    purpose: str
    categories: Sequence[Category]
    receivers: Receivers
    until: date
    given: Sequence[Given] = field(default_factory=list)
    withheld: str = ""
    child_alone_reason: str = ""
    decided_by: str = ""


def start_case(*, person: Person, submission: UUID, by: Actor, now: datetime) -> SipCase:
    """Begin a draft for a person of the acting unit. A repeated `submission` returns the case it already made.

    The case follows the agreement that binds the unit's huvudman today (AGR-2, AGR-7). Raises `Refused` without one.
    """
    require_may_start(by)
    if made := SipCase.objects.filter(submission=submission).first():
        return made
    unit = Unit.objects.select_related("authority__huvudman").get(pk=by.unit_id)
    try:
        agreement = agreement_for([unit.authority.huvudman], local_day(now))
    except NoAgreement as none:
        reason = (
            f"{none} En SIP följer en överenskommelse: be er lokala administratör kontrollera att ert beslut är rätt."
        )
        raise Refused(reason) from none
    matter = individuals.open_matter(kind=MatterKind.SIP, person=person, agreement=agreement, unit=unit, by=by, now=now)
    case = SipCase.objects.create(matter=matter, submission=submission, changed_at=now)
    deadlines.start(matter=matter, kind=DRAFT, subject=matter.pk, unit=unit, started_at=now, now=now)
    carry(case.pk, by=by, now=now)
    return case


def edit_case(
    *,
    case_id: UUID,
    version: int,
    by: Actor,
    now: datetime,
    facts: dict[str, Any] | None = None,
    pieces: dict[Category, str] | None = None,
    calls: Iterable[tuple[Unit, str]] | None = None,
    step: int | None = None,
) -> SipCase:
    """Save part of a draft: facts of the case, texts by category, units to call. Raises `Stale`, `Refused`.

    `facts` may hold target_groups, need_noticed_at, is_urgent, view_asked, view_not_asked_reason.
    """
    with transition(SipCase, case_id, Do.EDIT, rules=CASE_RULES, by=by, now=now, version=version) as case:
        facts = dict(facts or {})
        noticed = facts.get("need_noticed_at")
        if noticed is not None and noticed > now:
            raise Refused("Tidpunkten har inte varit ännu.", field="need_noticed_at")
        for name, value in facts.items():
            setattr(case, name, value)
        case.step = max(case.step, step or 0)
        for category, text in (pieces or {}).items():
            individuals.write_piece(matter=case.matter, category=category, text=text, by=by, now=now)
        if calls is not None:
            _choose_calls(case, calls, by=by, now=now)
        if noticed is not None:
            run_first_contact(case, case.matter.initiator, case.pk, now=now)
    return case


def record_basis(*, case_id: UUID, consent: Consent, by: Actor, now: datetime, version: int | None = None) -> SipCase:
    """Record the consent or ground that lets the case leave the unit, or renew it while others take part (IND-4)."""
    with transition(SipCase, case_id, Do.RECORD_BASIS, rules=CASE_RULES, by=by, now=now, version=version) as case:
        unit = Unit.objects.select_related("authority").get(pk=by.unit_id)
        basis = individuals.record_basis(
            matter=case.matter,
            kind=consent.kind,
            purpose=consent.purpose,
            categories=consent.categories,
            receivers=consent.receivers,
            until=consent.until,
            given=consent.given,
            withheld=consent.withheld,
            child_alone_reason=consent.child_alone_reason,
            decided_by=consent.decided_by,
            authority_kind=unit.authority.kind,
            by=by,
            now=now,
        )
        _end_calls_without_right(case, by=by, now=now)
        deadlines.stop(matter_id=case.pk, kinds=[EXPIRY], now=now, reason="replaced")
        deadlines.start(
            matter=case.matter,
            kind=EXPIRY,
            subject=basis.pk,
            unit=unit,
            started_at=now,
            now=now,
            due_at=basis.expires_at,
        )
    return case


def whats_missing(case: SipCase, now: datetime) -> list[Missing]:
    """What stands between the draft and sending it, as Swedish sentences. Empty: it can be sent (SIP-1, SIP-5)."""
    missing = []
    written = set(Piece.objects.filter(matter_id=case.pk).values_list("category", flat=True))
    if case.need_noticed_at is None:
        missing.append(Missing("När behovet uppmärksammades.", Step.NEED))
    if not case.target_groups:
        missing.append(Missing("Målgrupp.", Step.NEED))
    if Category.NEED not in written:
        missing.append(Missing("Varför samordning behövs.", Step.NEED))
    if not case.view_asked:
        missing.append(Missing("Om personens egen åsikt har efterfrågats.", Step.OWN_VIEW))
    basis = individuals.current_basis(case.matter)
    if basis is None or not basis.in_force(now):
        missing.append(Missing("Ett samtycke eller en grund som gäller.", Step.CONSENT))
    else:
        missing += [Missing(gap, Step.CONSENT) for gap in individuals.consent_gaps(case.matter, basis, now)]
    calls = [call for call in calls_of(case) if call.state == CallState.CALLED]
    if not calls:
        missing.append(Missing("Minst en verksamhet att kalla.", Step.RECEIVERS))
    elif not enough_parties(case, [c.unit for c in calls]):
        missing.append(Missing(f"Minst en part till. {parties_rule(case.matter.agreement)}", Step.RECEIVERS))
    for call in calls:
        if not call.unit.is_open(local_day(now)):
            missing.append(Missing(f"{call.unit} är stängd. Välj en annan verksamhet.", Step.RECEIVERS))
        elif basis is not None and not basis.covers(call.unit):
            missing.append(Missing(f"Samtycket omfattar inte {call.unit}.", Step.CONSENT))
    return missing


def send(*, case_id: UUID, version: int, by: Actor, now: datetime) -> SipCase:
    """Hand the initiation over to the called units (SIP-1): rights, ledger, messages and clocks in one transaction.

    Sending what this unit has already sent changes nothing. Raises `Refused` with all that is missing, `Stale`.
    """
    done = SipCase.objects.filter(pk=case_id, state=State.SENT, version=version + 1, sent_by_id=by.user_id).first()
    if done is not None:
        return done
    with transition(SipCase, case_id, Do.SEND, rules=CASE_RULES, by=by, now=now, version=version) as case:
        if missing := whats_missing(case, now):
            raise Refused("Det här saknas: " + " ".join(missing))
        basis = individuals.current_basis(case.matter)
        assert basis is not None
        case.sent_at, case.sent_by_id = now, by.user_id
        pieces = latest_pieces(case, by)
        deadlines.stop(matter_id=case.pk, kinds=[DRAFT, FIRST_CONTACT], now=now, reason="sent")
        individuals.note(case.matter, "sent", "Initieringen skickades", by=by, now=now)
        for call in case.calls.filter(state=CallState.CALLED).select_related(
            "unit__authority__huvudman", "unit__group"
        ):
            call.called_at = call.changed_at = now
            call.save(update_fields=["called_at", "changed_at"])
            individuals.let_in(matter=case.matter, unit=call.unit, basis=basis, pieces=pieces, by=by, now=now)
            deadlines.start(
                matter=case.matter, kind=ACKNOWLEDGE, subject=call.pk, unit=call.unit, started_at=now, now=now
            )
            if is_other_side(case, call.unit):
                run_first_contact(case, call.unit, call.pk, now=now)
            tell(case, "sip.called", call.unit_id, f"call:{call.pk}", by=by, now=now)
    return case


def latest_pieces(case: SipCase, by: Actor) -> list[Piece]:
    """The newest version of each piece the acting unit has written in the case."""
    pieces = Piece.objects.filter(matter_id=case.pk, written_by_id=by.unit_id)
    return list(pieces.order_by("category", "-version").distinct("category"))


# --- inside -------------------------------------------------------------------------------------------------------


def _choose_calls(case: SipCase, chosen: Iterable[tuple[Unit, str]], *, by: Actor, now: datetime) -> None:
    wanted = {unit.pk: (unit, reason.strip()) for unit, reason in chosen}
    for unit, _ in wanted.values():
        if unit.pk == by.unit_id:
            raise Refused("Din egen verksamhet deltar redan.", field="units")
        if not unit.is_open(local_day(now)):
            raise Refused(f"{unit} är stängd. Välj en annan verksamhet.", field="units")
    Call.objects.filter(case=case, called_at=None, state=CallState.CALLED).exclude(unit_id__in=wanted).update(
        state=CallState.ENDED, changed_at=now
    )
    there = {call.unit_id: call for call in Call.objects.filter(case=case, state__in=ACTIVE_CALLS)}
    for unit_id, (unit, reason) in wanted.items():
        if (call := there.get(unit_id)) is None:
            Call.objects.create(case=case, unit=unit, reason=reason, changed_at=now)
        elif call.reason != reason:
            Call.objects.filter(pk=call.pk).update(reason=reason, changed_at=now)


def _end_calls_without_right(case: SipCase, *, by: Actor, now: datetime) -> None:
    taking_part = case.matter.participants.filter(ended_at=None).values("unit_id")
    lost = Call.objects.filter(case=case, state__in=ACTIVE_CALLS, called_at__isnull=False).exclude(
        unit_id__in=taking_part
    )
    units = set(lost.values_list("unit_id", flat=True))
    if units:
        units_leave(case, units, by=by, now=now)
        deadlines.stop(matter_id=case.pk, units=units, now=now, reason="consent no longer covers the unit")
        leave_meetings(case, units, now=now)
    lost.update(state=CallState.ENDED, changed_at=now)
