"""The verbs of a SIP from draft to first contact. The only code that changes a case's or a call's state.

All run inside `acting()`; `by` is the acting assignment, `now` an aware instant.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from agreements.terms import agreement_for
from core import outbox
from core.acting import Actor
from core.authz import Refused
from core.transitions import Gone, transition
from core.workdays import local_day
from deadlines import actions as deadlines
from individuals import actions as individuals
from individuals.actions import Receivers
from individuals.consent import Given
from individuals.kinds import BasisKind, Category, EndReason, MatterKind, ParticipantRole
from individuals.models import Person, Piece
from organisations.kinds import HuvudmanKind
from organisations.models import Huvudman, Unit
from sip.kinds import CallState, CloseReason, ContactManner, Do, Missing, State, Step
from sip.models import Call, SipCase
from sip.permissions import CALL_RULES, CASE_RULES, require_may_start

FIRST_CONTACT, URGENT_CONTACT = "sip.first_contact", "sip.first_contact_urgent"
ACKNOWLEDGE, DRAFT, EXPIRY = "sip.acknowledge", "sip.draft_reminder", "consent.expiry"
ACTIVE_CALLS = (CallState.CALLED, CallState.ACKNOWLEDGED)


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

    The case follows the agreement in force today between the unit's huvudman and its region (AGR-2).
    """
    require_may_start(by)
    if made := SipCase.objects.filter(submission=submission).first():
        return made
    unit = Unit.objects.select_related("authority__huvudman").get(pk=by.unit_id)
    agreement = agreement_for([unit.authority.huvudman], local_day(now))
    matter = individuals.open_matter(kind=MatterKind.SIP, person=person, agreement=agreement, unit=unit, by=by, now=now)
    case = SipCase.objects.create(matter=matter, submission=submission, changed_at=now)
    deadlines.start(matter=matter, kind=DRAFT, subject=matter.pk, unit=unit, started_at=now, now=now)
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
            _run_first_contact(case, case.matter.initiator, case.pk, now=now)
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
        _end_calls_without_right(case, now=now)
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
    calls = list(case.calls.filter(state=CallState.CALLED).select_related("unit__authority__huvudman"))
    if not calls:
        missing.append(Missing("Minst en verksamhet att kalla.", Step.RECEIVERS))
    elif not _both_huvudmen(case, [c.unit for c in calls]):
        text = "Minst en verksamhet hos den andra huvudmannen: region och kommun behöver båda delta."
        missing.append(Missing(text, Step.RECEIVERS))
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
            if _other_side(case, call.unit):
                _run_first_contact(case, call.unit, call.pk, now=now)
            _tell(case, "sip.called", call.unit_id, f"call:{call.pk}", by=by, now=now)
    return case


def acknowledge(*, call_id: UUID, by: Actor, now: datetime) -> Call:
    """The called unit has received the initiation and takes part (SIP-4). Tells the initiator."""
    with (
        # The case first, as everywhere: two orders of locking could wait for each other.
        transition(SipCase, _case_of(call_id), Do.ACKNOWLEDGE, rules=CASE_RULES, by=by, now=now) as case,
        transition(Call, call_id, Do.ACKNOWLEDGE, rules=CALL_RULES, by=by, now=now) as call,
    ):
        call.acknowledged_at, call.acknowledged_by_id = now, by.user_id
        deadlines.stop(matter_id=case.pk, kinds=[ACKNOWLEDGE], subject=call.pk, now=now, reason="acknowledged")
        individuals.note(case.matter, "acknowledged", "Mottagandet bekräftades", by=by, now=now)
        _tell(case, "sip.acknowledged", case.matter.initiator_id, f"ack:{call.pk}", by=by, now=now)
    return call


def redirect_targets(call: Call, today: date) -> list[Unit]:
    """Units the call may be handed to: open, of the same huvudman, named by the basis, not taking part yet (SIP-4)."""
    basis = individuals.current_basis(call.case.matter)
    taking_part = set(call.case.matter.participants.filter(ended_at=None).values_list("unit_id", flat=True))
    units = (
        Unit.objects.open(today)
        .filter(authority__huvudman_id=call.unit.authority.huvudman_id)
        .exclude(pk__in=taking_part)
        .select_related("authority")
        .order_by("name")
    )
    return [unit for unit in units if basis is not None and basis.covers(unit)]


@transaction.atomic
def redirect(*, call_id: UUID, to_unit: Unit, reason: str, by: Actor, now: datetime) -> Call:
    """Hand the call over to the right unit of the same huvudman; it can't go back to the sender (SIP-4).

    What was disclosed here goes along, on the same basis; the clocks keep their due times; the acting unit's own right
    ends. Returns the new call. Raises `Refused`.
    """
    if not reason.strip():
        raise Refused("Skriv varför kallelsen lämnas över.", field="reason")
    with (
        # The case first, as everywhere: two orders of locking could wait for each other.
        transition(SipCase, _case_of(call_id), Do.REDIRECT, rules=CASE_RULES, by=by, now=now) as case,
        transition(Call, call_id, Do.REDIRECT, rules=CALL_RULES, by=by, now=now) as call,
    ):
        if to_unit not in redirect_targets(call, local_day(now)):
            raise Refused(
                "Verksamheten kan inte ta över: den är stängd, hör till en annan huvudman, deltar redan eller "
                "omfattas inte av samtycket.",
                field="to_unit",
            )
        basis = individuals.current_basis(case.matter)
        assert basis is not None
        new = Call.objects.create(case=case, unit=to_unit, reason=call.reason, called_at=now, changed_at=now)
        call.redirected_to, call.redirect_reason = new, reason.strip()
        given = Piece.objects.filter(disclosures__to_unit_id=by.unit_id, disclosures__ended_at=None, matter=case.matter)
        individuals.let_in(matter=case.matter, unit=to_unit, basis=basis, pieces=given, by=by, now=now)
        deadlines.stop(matter_id=case.pk, kinds=[ACKNOWLEDGE], subject=call.pk, now=now, reason="redirected")
        deadlines.start(matter=case.matter, kind=ACKNOWLEDGE, subject=new.pk, unit=to_unit, started_at=now, now=now)
        deadlines.move(
            matter_id=case.pk,
            kind=FIRST_CONTACT,
            subject=call.pk,
            to_subject=new.pk,
            to_unit=to_unit,
            now=now,
        )
        individuals.note(case.matter, "redirected", f"Kallelsen lämnades över till {to_unit}", by=by, now=now)
        _tell(case, "sip.redirected_to", to_unit.pk, f"call:{new.pk}", by=by, now=now)
        _tell(
            case, "sip.redirected", case.matter.initiator_id, f"redirect:{call.pk}", by=by, now=now,
            to_unit=to_unit.name,
        )  # fmt: skip
    # Last, and after the states are written: without its right the unit can write nothing more.
    individuals.show_out(matter=case.matter, unit_ids=[by.unit_id], reason=EndReason.REDIRECTED, now=now)
    return new


def record_contact(
    *,
    case_id: UUID,
    contacted_at: datetime,
    manner: ContactManner,
    by: Actor,
    now: datetime,
    version: int | None = None,
) -> SipCase:
    """Record the first contact between region and municipality; stops the first-contact clocks (SIP-2, SIP-3)."""
    with transition(SipCase, case_id, Do.RECORD_CONTACT, rules=CASE_RULES, by=by, now=now, version=version) as case:
        if contacted_at > now:
            raise Refused("Tidpunkten har inte varit ännu.", field="contacted_at")
        # People write whole minutes: a contact in the same minute as the sending is not before it.
        if case.sent_at is not None and contacted_at < case.sent_at.replace(second=0, microsecond=0):
            raise Refused("Kontakten kan inte ha tagits innan initieringen skickades.", field="contacted_at")
        case.contacted_at, case.contact_manner = contacted_at, manner
        case.contact_recorded_by_id, case.contact_unit_id = by.user_id, by.unit_id
        deadlines.stop(matter_id=case.pk, kinds=[FIRST_CONTACT], now=now, reason="contacted")
        individuals.note(case.matter, "contacted", "Första kontakten registrerades", by=by, now=now)
        for unit_id in _others(case, by):
            _tell(case, "sip.contacted", unit_id, f"contact:{case.pk}:{unit_id}:{case.version}", by=by, now=now)
    return case


def pause(*, case_id: UUID, reason: str, by: Actor, now: datetime) -> SipCase:
    """Pause the first-contact clocks, with a reason that all participants see (SIP-2)."""
    with transition(SipCase, case_id, Do.PAUSE, rules=CASE_RULES, by=by, now=now) as case:
        deadlines.pause(matter_id=case.pk, kind=FIRST_CONTACT, reason=reason, now=now)
        individuals.note(case.matter, "paused", "Fristen för första kontakt pausades", by=by, now=now)
    return case


def resume(*, case_id: UUID, by: Actor, now: datetime) -> SipCase:
    """Let the first-contact clocks run again."""
    with transition(SipCase, case_id, Do.RESUME, rules=CASE_RULES, by=by, now=now) as case:
        deadlines.resume(matter_id=case.pk, kind=FIRST_CONTACT, now=now)
        individuals.note(case.matter, "resumed", "Fristen för första kontakt startades igen", by=by, now=now)
    return case


def withdraw_consent(*, case_id: UUID, reason: str, by: Actor, now: datetime) -> SipCase:
    """Register that the consent was withdrawn: all other units are out at their next request (IND-8)."""
    with transition(SipCase, case_id, Do.WITHDRAW_CONSENT, rules=CASE_RULES, by=by, now=now) as case:
        Call.objects.filter(case=case, state__in=ACTIVE_CALLS, called_at__isnull=False).update(
            state=CallState.ENDED, changed_at=now
        )
        deadlines.stop(matter_id=case.pk, now=now, reason="consent withdrawn")
        for unit_id in individuals.withdraw_basis(matter=case.matter, reason=reason, by=by, now=now):
            _tell(
                case, "sip.consent_withdrawn", unit_id, f"withdrawn:{case.pk}:{unit_id}:{case.version}", by=by, now=now
            )
    return case


def decline(*, case_id: UUID, note: str, by: Actor, now: datetime) -> SipCase:
    """The person does not want a SIP: nothing leaves the unit (IND-5)."""
    with transition(SipCase, case_id, Do.DECLINE, rules=CASE_RULES, by=by, now=now) as case:
        _end(case, note=note, what="declined", text="Personen tackade nej", by=by, now=now)
    return case


def withdraw(*, case_id: UUID, note: str, by: Actor, now: datetime) -> SipCase:
    """The initiator takes the initiation back. Participants are told."""
    if not note.strip():
        raise Refused("Skriv varför initieringen dras tillbaka.", field="note")
    with transition(SipCase, case_id, Do.WITHDRAW, rules=CASE_RULES, by=by, now=now) as case:
        _tell_others_it_ended(case, "sip.withdrawn", by=by, now=now)
        _end(case, note=note, what="withdrawn", text="Initieringen drogs tillbaka", by=by, now=now)
    return case


def close(*, case_id: UUID, reason: CloseReason, note: str, by: Actor, now: datetime) -> SipCase:
    """Close the case early, with a reason (SIP-10). Participants are told."""
    with transition(SipCase, case_id, Do.CLOSE, rules=CASE_RULES, by=by, now=now) as case:
        case.close_reason = reason
        _tell_others_it_ended(case, "sip.closed", by=by, now=now)
        _end(case, note=note, what="closed", text="Ärendet avslutades", by=by, now=now)
    return case


def latest_pieces(case: SipCase, by: Actor) -> list[Piece]:
    """The newest version of each piece the acting unit has written in the case."""
    pieces = Piece.objects.filter(matter_id=case.pk, written_by_id=by.unit_id)
    return list(pieces.order_by("category", "-version").distinct("category"))


# --- inside -------------------------------------------------------------------------------------------------------


def _case_of(call_id: UUID) -> UUID:
    case_id = Call.objects.filter(pk=call_id).values_list("case_id", flat=True).first()
    if case_id is None:
        raise Gone(Call._meta.label)
    return case_id


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


def _both_huvudmen(case: SipCase, units: Iterable[Unit]) -> bool:
    """Whether enough parties take part for it to count as a SIP, in the agreement's own terms (SIP-5)."""
    everyone = [*units, Unit.objects.select_related("authority__huvudman").get(pk=case.matter.initiator_id)]
    agreement = case.matter.agreement
    present = [p for p in agreement.sip_parties.all() if any(p.includes(unit) for unit in everyone)]
    return len(present) >= (agreement.sip_parties_required or 2)


def _other_side(case: SipCase, unit: Unit) -> bool:
    """Whether the unit is of the other kind of huvudman: those two must make the first contact (SIP-2)."""
    home = Huvudman.objects.get(authorities__units=case.matter.initiator_id)
    return (home.kind == HuvudmanKind.REGION) != (unit.authority.huvudman.kind == HuvudmanKind.REGION)


def _run_first_contact(case: SipCase, unit: Unit, subject: UUID, *, now: datetime) -> None:
    assert case.need_noticed_at is not None
    deadlines.stop(matter_id=case.pk, kinds=[FIRST_CONTACT], subject=subject, now=now, reason="restarted")
    deadlines.start(
        matter=case.matter,
        kind=FIRST_CONTACT,
        subject=subject,
        unit=unit,
        started_at=case.need_noticed_at,
        now=now,
        counts_as=URGENT_CONTACT if case.is_urgent else None,
    )


def _end_calls_without_right(case: SipCase, *, now: datetime) -> None:
    taking_part = case.matter.participants.filter(ended_at=None).values("unit_id")
    lost = Call.objects.filter(case=case, state__in=ACTIVE_CALLS, called_at__isnull=False).exclude(
        unit_id__in=taking_part
    )
    for call in lost:
        deadlines.stop(matter_id=case.pk, subject=call.pk, now=now, reason="consent no longer covers the unit")
    lost.update(state=CallState.ENDED, changed_at=now)


def _end(case: SipCase, *, note: str, what: str, text: str, by: Actor, now: datetime) -> None:
    case.ended_at, case.end_note = now, note.strip()
    deadlines.stop(matter_id=case.pk, now=now, reason=what)
    individuals.note(case.matter, what, text, by=by, now=now)
    individuals.close_matter(matter=case.matter, now=now)


def _others(case: SipCase, by: Actor) -> list[UUID]:
    taking_part = case.matter.participants.filter(ended_at=None).exclude(unit_id=by.unit_id)
    return list(taking_part.values_list("unit_id", flat=True))


def _tell_others_it_ended(case: SipCase, kind: str, *, by: Actor, now: datetime) -> None:
    others = case.matter.participants.filter(ended_at=None).exclude(role=ParticipantRole.INITIATOR)
    for unit_id in others.values_list("unit_id", flat=True):
        _tell(case, kind, unit_id, f"ended:{case.pk}:{unit_id}", by=by, now=now)


def _tell(case: SipCase, kind: str, unit_id: UUID, key: str, *, by: Actor, now: datetime, **facts: str) -> None:
    outbox.plan(
        kind,
        to_unit=unit_id,
        matter=case.pk,
        key=key,
        now=now,
        facts={"from_unit": by.unit_name, "reference": case.matter.reference, **facts},
    )
