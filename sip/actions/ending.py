"""How a SIP stops before its plan: consent withdrawn, declined, taken back, closed."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from core.acting import Actor
from core.authz import Refused
from core.transitions import transition
from deadlines import actions as deadlines
from individuals import actions as individuals
from sip.actions.shared import (
    ACTIVE_CALLS,
    end_case,
    tell,
    tell_others_it_ended,
)
from sip.kinds import CallState, CloseReason, Do
from sip.models import Call, SipCase
from sip.permissions import CASE_RULES


def withdraw_consent(*, case_id: UUID, reason: str, by: Actor, now: datetime) -> SipCase:
    """Register that the consent was withdrawn: all other units are out at their next request (IND-8)."""
    with transition(SipCase, case_id, Do.WITHDRAW_CONSENT, rules=CASE_RULES, by=by, now=now) as case:
        Call.objects.filter(case=case, state__in=ACTIVE_CALLS, called_at__isnull=False).update(
            state=CallState.ENDED, changed_at=now
        )
        deadlines.stop(matter_id=case.pk, now=now, reason="consent withdrawn")
        for unit_id in individuals.withdraw_basis(matter=case.matter, reason=reason, by=by, now=now):
            tell(
                case, "sip.consent_withdrawn", unit_id, f"withdrawn:{case.pk}:{unit_id}:{case.version}", by=by, now=now
            )
    return case


def decline(*, case_id: UUID, note: str, by: Actor, now: datetime) -> SipCase:
    """The person does not want a SIP: nothing leaves the unit (IND-5)."""
    with transition(SipCase, case_id, Do.DECLINE, rules=CASE_RULES, by=by, now=now) as case:
        end_case(case, note=note, what="declined", text="Personen tackade nej", by=by, now=now)
    return case


def withdraw(*, case_id: UUID, note: str, by: Actor, now: datetime) -> SipCase:
    """The initiator takes the initiation back. Participants are told."""
    if not note.strip():
        raise Refused("Skriv varför initieringen dras tillbaka.", field="note")
    with transition(SipCase, case_id, Do.WITHDRAW, rules=CASE_RULES, by=by, now=now) as case:
        tell_others_it_ended(case, "sip.withdrawn", by=by, now=now)
        end_case(case, note=note, what="withdrawn", text="Initieringen drogs tillbaka", by=by, now=now)
    return case


def close(*, case_id: UUID, reason: CloseReason, note: str, by: Actor, now: datetime) -> SipCase:
    """Close the case early, with a reason (SIP-10). Participants are told."""
    with transition(SipCase, case_id, Do.CLOSE, rules=CASE_RULES, by=by, now=now) as case:
        case.close_reason = reason
        tell_others_it_ended(case, "sip.closed", by=by, now=now)
        end_case(case, note=note, what="closed", text="Ärendet avslutades", by=by, now=now)
    return case
