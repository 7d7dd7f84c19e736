"""How a SIP ends: consent withdrawn, declined, taken back, closed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from core.acting import Actor
from core.authz import Refused
from core.transitions import transition
from deadlines import actions as deadlines
from individuals import actions as individuals
from sip.actions.follow_up import Told, end_measures
from sip.actions.lead import end_offer
from sip.actions.meeting_following import cancel_meetings
from sip.actions.plan import plan_in_force
from sip.actions.shared import (
    ACTIVE_CALLS,
    end_case,
    tell,
    tell_others_it_ended,
)
from sip.kinds import CallState, CloseReason, Do, PlanDo, PlanState
from sip.models import Call, Plan, SipCase
from sip.permissions import CASE_RULES, PLAN_RULES


def withdraw_consent(*, case_id: UUID, reason: str, by: Actor, now: datetime) -> SipCase:
    """Register that the consent was withdrawn: all other units are out at their next request (IND-8)."""
    with transition(SipCase, case_id, Do.WITHDRAW_CONSENT, rules=CASE_RULES, by=by, now=now) as case:
        Call.objects.filter(case=case, state__in=ACTIVE_CALLS, called_at__isnull=False).update(
            state=CallState.ENDED, changed_at=now
        )
        end_plans(case, by=by, now=now)
        case.lead_unit = None
        cancel_meetings(case, reason="Samtycket återkallades", by=by, now=now)
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
        end_plans(case, by=by, now=now)
        cancel_meetings(case, reason="Initieringen drogs tillbaka", by=by, now=now)
        tell_others_it_ended(case, "sip.withdrawn", by=by, now=now)
        end_case(case, note=note, what="withdrawn", text="Initieringen drogs tillbaka", by=by, now=now)
    return case


def close(
    *,
    case_id: UUID,
    reason: CloseReason,
    note: str,
    by: Actor,
    now: datetime,
    measures: Mapping[UUID, Told] | None = None,
) -> SipCase:
    """Close the case, with a reason (SIP-10). Participants are told.

    With a plan in force every open measure is ended first: `measures` says of each whether it is done, or why not.
    Raises `Refused`.
    """
    with transition(SipCase, case_id, Do.CLOSE, rules=CASE_RULES, by=by, now=now) as case:
        if (plan := plan_in_force(case)) is not None:
            end_measures(plan, measures or {}, by=by, now=now)
        end_plans(case, by=by, now=now)
        case.close_reason = reason
        cancel_meetings(case, reason="Ärendet avslutades", by=by, now=now)
        tell_others_it_ended(case, "sip.closed", by=by, now=now)
        end_case(case, note=note, what="closed", text="Ärendet avslutades", by=by, now=now)
    return case


def end_plans(case: SipCase, *, by: Actor, now: datetime) -> None:
    """No version is written or in force any more, and nobody is asked about the responsibility."""
    end_offer(case, by=by, now=now)
    for found in Plan.objects.filter(case=case, state__in=[PlanState.DRAFT, PlanState.ESTABLISHED]):
        with transition(Plan, found.pk, PlanDo.END, rules=PLAN_RULES, by=by, now=now) as plan:
            plan.ended_at = now
