"""Each party's administrator records what the party has decided about the agreement (AGR-7)."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from agreements.actions.shared import require_local_writer
from agreements.models import Agreement, PartyDecision
from agreements.telling import about, tell_boards
from agreements.values import DecisionKind, Origin, RenewalKind
from core.acting import Actor
from core.authz import Refused
from core.transitions import Gone
from core.workdays import local_day


def record_decision(
    *,
    agreement: Agreement,
    kind: DecisionKind,
    body: str,
    decided_on: date,
    reference: str,
    by: Actor,
    now: datetime,
) -> PartyDecision:
    """Record a decision of the actor's own huvudman. The agreement binds it from the day of the decision, or no longer.

    A notice ends the agreement for all at the end of its period, when given in time (AGR-3). The boards of the parties
    are told of a notice and of a party that doesn't adopt. Raises `Refused`.
    """
    require_local_writer(agreement=agreement, by=by)
    if decided_on > local_day(now):
        raise Refused("Beslutet kan inte ligga i framtiden.", field="decided_on")
    if kind == DecisionKind.GIVES_NOTICE and agreement.renewal_kind != RenewalKind.PROLONGED_UNLESS_NOTICE:
        raise Refused("Den här överenskommelsen kan inte sägas upp. Den gäller tiden ut.", field="kind")
    try:
        with transaction.atomic():
            decision = PartyDecision.objects.create(
                agreement=agreement,
                huvudman_id=by.huvudman_id,
                kind=kind,
                body=body,
                decided_on=decided_on,
                reference=reference,
                origin=Origin.PARTY,
                recorded_by_id=by.user_id,
                recorded_at=now,
            )
    except IntegrityError as error:
        raise Refused("Beslutet är redan registrerat.", field="reference") from error
    if kind != DecisionKind.ADOPTS:
        facts = about(agreement, "decisions", party=by.huvudman_name)
        tell_boards(agreement, f"agreement.{kind}", key=str(decision.pk), facts=facts, now=now)
    return decision


def strike_decision(*, agreement: Agreement, decision_id: UUID, reason: str, by: Actor, now: datetime) -> PartyDecision:
    """Strike a decision that was recorded wrongly. It stays readable, with the reason. Raises `Refused`, `Gone`."""
    require_local_writer(agreement=agreement, by=by)
    if not reason.strip():
        raise Refused("Skriv varför beslutet stryks.", field="reason")
    with transaction.atomic():
        own = agreement.decisions.standing().filter(huvudman_id=by.huvudman_id)
        decision = own.select_for_update(of=("self",)).filter(pk=decision_id).first()
        if decision is None:
            raise Gone(str(decision_id))
        decision.struck_by_id, decision.struck_at, decision.struck_reason = by.user_id, now, reason.strip()
        decision.save(update_fields=["struck_by", "struck_at", "struck_reason"])
    return decision
