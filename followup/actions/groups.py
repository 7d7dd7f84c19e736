"""Co-opted parties of a group (FUP-1). Members with mandate are the local administrator's."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from core.acting import Actor
from core.authz import Refused
from core.transitions import Gone
from core.workdays import local_day
from followup.actions.shared import require_lead, required
from followup.models import CoOpted


def co_opt(*, group_id: UUID, name: str, why: str, starts_on: date, by: Actor, now: datetime) -> CoOpted:
    """Let another party take part in the group's meetings. Raises `Gone`, `Refused`."""
    group = require_lead(group_id, by, local_day(now))
    return CoOpted.objects.create(
        group=group,
        name=required(name, "name", "Skriv vem som adjungeras."),
        why=required(why, "why", "Skriv varför."),
        starts_on=starts_on,
    )


def end_co_opted(*, co_opted_id: UUID, by: Actor, now: datetime) -> CoOpted:
    """End it from today; who took part earlier stays in the minutes. Raises `Gone`, `Refused`."""
    found = CoOpted.objects.select_for_update(of=("self",)).filter(pk=co_opted_id).first()
    if found is None:
        raise Gone("followup.CoOpted")
    today = local_day(now)
    require_lead(found.group_id, by, today)
    if found.ends_on is not None:
        raise Refused("Adjungeringen är redan avslutad.")
    found.ends_on = max(today, found.starts_on)
    found.save(update_fields=["ends_on"])
    return found
