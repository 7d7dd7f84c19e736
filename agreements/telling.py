"""Messages about an agreement, to those who look after it. No personal data: they go to roles, not to cases."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.urls import reverse

from agreements.models import Agreement
from core import outbox
from core.models import Message
from core.outbox import Kind
from core.workdays import local_day
from organisations.kinds import MANAGERS, Role, UnitKind
from organisations.models import Assignment

KINDS = (
    Kind(
        "agreement.renewal.warn",
        "En överenskommelse behöver förlängas eller göras om",
        "Ta ställning till {agreement} senast {when}.",
    ),
    Kind(
        "agreement.renewal.due",
        "Dagen för att förlänga en överenskommelse har passerat",
        "Sista dagen att ta ställning till {agreement} var {when}.",
    ),
    Kind(
        "agreement.prolonged",
        "En överenskommelse har förlängts",
        "{agreement} gäller nu till och med {when}.",
    ),
    Kind(
        "agreement.prolongation_undone",
        "En förlängning har tagits tillbaka",
        "{agreement} gäller till och med {when}.",
    ),
    Kind(
        "agreement.round.opened",
        "Lämna synpunkter på överenskommelsen",
        "{agreement}: säg vad ni tycker senast {when}.",
    ),
    Kind(
        "agreement.round.extended", "Mer tid för synpunkter på överenskommelsen", "{agreement}: ny sista dag är {when}."
    ),
    Kind(
        "agreement.round.reminder",
        "Tiden för synpunkter går snart ut",
        "{agreement}: sista dagen att lämna synpunkter är {when}.",
    ),
    Kind(
        "agreement.round.over",
        "Tiden för synpunkter är slut",
        "{agreement}: besvara synpunkterna och avsluta rundan.",
    ),
    Kind("agreement.round.closed", "Synpunkterna är besvarade", "{agreement}: läs hur synpunkterna möttes."),
    Kind(
        "agreement.amendment.proposed",
        "En ändring av överenskommelsen väntar på beslut",
        "{agreement}: parterna ska besluta om en ändring. Registrera ert beslut när det är fattat.",
    ),
    Kind("agreement.amendment.adopted", "En ändring är beslutad", "{agreement}: alla parter har sagt ja."),
    Kind("agreement.amendment.rejected", "En ändring blir inte av", "{agreement}: en part sade nej."),
    Kind("agreement.gives_notice", "En part säger upp överenskommelsen", "{party} har sagt upp {agreement}."),
    Kind("agreement.declines", "En part antar inte överenskommelsen", "{party} antar inte {agreement}."),
)


ASKED = (Role.HEAD_OF_ADMINISTRATION, Role.GROUP_COORDINATOR, Role.USER_REPRESENTATIVE)
"""Who is told that a round of comments begins and ends. More may comment: every manager and representative."""


def link(message: Message) -> str:
    """The page that a message about an agreement is read on."""
    where = message.facts.get("page")
    return reverse(f"agreements:{where}", args=message.facts.get("args", [])) if where else ""


def about(agreement: Agreement, page: str, *more: str, **facts: str) -> dict[str, Any]:
    """Facts of a message: the agreement's short name, the page it leads to, and what its words need."""
    return {"agreement": agreement.short_name, "page": page, "args": [agreement.key, *more], **facts}


def tell_boards(agreement: Agreement, kind: str, *, key: str, facts: dict[str, Any], now: datetime) -> int:
    """Tell the board members of every party, once per unit and key. Returns how many messages were planned."""
    return tell_roles(agreement, [Role.BOARD_MEMBER], kind, key=key, facts=facts, now=now)


def tell_roles(
    agreement: Agreement, roles: Iterable[Role], kind: str, *, key: str, facts: dict[str, Any], now: datetime
) -> int:
    """Tell those who hold one of the roles with a party, once per unit, role and key."""
    holders = Assignment.objects.in_force(local_day(now)).filter(
        role__in=roles, unit__authority__huvudman__agreement_parties__agreement=agreement
    )
    # A head leads many units, and is told once: at the administration's own.
    holders = holders.exclude(Q(role__in=MANAGERS) & ~Q(unit__kind=UnitKind.ADMINISTRATION))
    return sum(
        _once(kind, unit_id, role, f"{kind}:{key}:{unit_id}:{role}", facts, now)
        for unit_id, role in holders.order_by().values_list("unit_id", "role").distinct()
    )


def _once(kind: str, unit_id: UUID, role: str, key: str, facts: dict[str, Any], now: datetime) -> bool:
    # Another worker may plan it at the same time: the key lets one of them through.
    with suppress(IntegrityError), transaction.atomic():
        outbox.plan(kind, to_unit=unit_id, to_level=role, now=now, key=key, facts=facts)
        return True
    return False
