"""Who at a unit carries a case, and handing over: one case, or all of a colleague's at once (SIP-11)."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from core import outbox
from core.acting import Actor
from core.authz import NotAllowed, Refused
from core.transitions import Gone
from individuals.models import Event
from organisations.models import User
from sip.carriers import carried_by, colleagues
from sip.kinds import OPEN_STATES
from sip.models import Carrier, SipCase
from sip.permissions import HANDS_OVER, HANDS_OVER_ALL

AT_ONCE = 2_000
"""Cases handed over in one go: more than anybody carries."""


def carry(case_id: UUID, *, by: Actor, now: datetime) -> None:
    """Who begins a case, or answers a call, carries it at the unit until it is handed over."""
    mine = Carrier(case_id=case_id, unit_id=by.unit_id, user_id=by.user_id, since_at=now, given_by_id=by.user_id)
    Carrier.objects.bulk_create(
        [mine],
        update_conflicts=True,
        unique_fields=["case", "unit"],
        update_fields=["user", "since_at", "given_by", "reason"],
    )


@transaction.atomic
def hand_over(*, case_id: UUID, to_user: User, reason: str, by: Actor, now: datetime) -> None:
    """Hand one open case to a colleague at the acting unit, who is told. Raises `Gone`, `NotAllowed`, `Refused`."""
    case = SipCase.objects.visible_to(by, now).filter(pk=case_id).first()
    if case is None:
        raise Gone(SipCase._meta.label)
    if not (decision := HANDS_OVER.decide(by, case)):
        raise NotAllowed(decision.reason)
    if case.state not in OPEN_STATES:
        raise Refused("Ärendet är avslutat. Det finns inget att lämna över.")
    _give([case.pk], to_user=to_user, reason=reason, by=by, now=now)


@transaction.atomic
def hand_over_all(*, from_user: User | None, to_user: User, reason: str, by: Actor, now: datetime) -> int:
    """Hand all open cases of one colleague, or those that nobody carries, to another, who is told. Returns how many.

    Raises `NotAllowed` for who doesn't lead the unit, `Refused` when there is nothing to hand over.
    """
    if not (decision := HANDS_OVER_ALL.decide(by, None)):
        raise NotAllowed(decision.reason)
    if from_user is not None and from_user.pk == to_user.pk:
        raise Refused("Välj två olika personer.", field="to_user")
    cases = carried_by(SipCase.objects.visible_to(by, now).on_desk(), from_user, by)
    ids = list(cases.values_list("pk", flat=True)[:AT_ONCE])
    if not ids:
        raise Refused("Det finns inga pågående ärenden att lämna över.", field="from_user")
    _give(ids, to_user=to_user, reason=reason, by=by, now=now)
    return len(ids)


# --- inside -------------------------------------------------------------------------------------------------------
def _give(case_ids: Sequence[UUID], *, to_user: User, reason: str, by: Actor, now: datetime) -> None:
    if to_user not in colleagues(by, now):
        raise Refused("Personen arbetar inte i er verksamhet. Välj en kollega.", field="to_user")
    ours = Carrier.objects.select_for_update().filter(case_id__in=case_ids, unit_id=by.unit_id)
    carried = dict(ours.values_list("case_id", "user_id"))
    changed = [pk for pk in case_ids if carried.get(pk) != to_user.pk]
    if not changed:
        raise Refused("Personen handlägger redan ärendet.", field="to_user")
    Carrier.objects.bulk_create(
        [
            Carrier(
                case_id=pk, unit_id=by.unit_id, user=to_user, since_at=now, given_by_id=by.user_id,
                reason=reason.strip(),
            )
            for pk in changed
        ],
        update_conflicts=True,
        unique_fields=["case", "unit"],
        update_fields=["user", "since_at", "given_by", "reason"],
    )  # fmt: skip
    text = f"{by.unit_name} bytte handläggare"
    Event.objects.bulk_create(
        Event(matter_id=pk, what="carrier", text=text, unit_id=by.unit_id, user_id=by.user_id, at=now) for pk in changed
    )
    if to_user.pk != by.user_id:
        outbox.plan(
            "sip.handed_over",
            to_unit=by.unit_id,
            to_user=to_user.pk,
            matter=changed[0] if len(changed) == 1 else None,
            key=f"handed-over:{uuid.uuid4()}",
            now=now,
            facts={"count": "ett ärende" if len(changed) == 1 else f"{len(changed)} ärenden"},
        )
