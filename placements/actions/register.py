"""The register of homes: public facts, kept by caseworkers, their managers and local administrators (PLC-1)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from core.acting import Actor
from core.authz import Refused
from core.transitions import Gone
from placements.kinds import PRIVATE_HOMES
from placements.models import Provider
from placements.permissions import require_may_keep

CARE_NOT_RUN = "Ange att boendet bedriver egen vård, eller ta bort vilken vård."


def keep_home(*, values: dict[str, Any], by: Actor, provider_id: UUID | None = None) -> Provider:
    """Add a home to the register, or change what it says of one; every change is in the change log.

    Raises `NotAllowed` for other roles, `Gone` for an unknown home, and `Refused` for a private home, health care that
    isn't said to be run, or a home that is there already.
    """
    require_may_keep(by)
    try:
        with transaction.atomic():
            found = Provider.objects.select_for_update().filter(pk=provider_id).first() if provider_id else Provider()
            if found is None:
                raise Gone(Provider._meta.label)
            for name, value in values.items():
                setattr(found, name, value)
            if found.housing in PRIVATE_HOMES:
                raise Refused("Ett familjehem eller jourhem är en privatperson och står inte här.", field="housing")
            if found.health_care and not found.own_health_care:
                raise Refused(CARE_NOT_RUN, field="own_health_care")
            found.save()
    except IntegrityError as error:
        raise Refused("Boendet finns redan i registret.", field="name") from error
    return found
