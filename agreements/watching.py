"""Tell the regional boards when an agreement's renewal comes near. Run daily or oftener: each is told once a stage."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

from django.db import IntegrityError, transaction

from agreements.models import Agreement
from agreements.renewal import RENEWAL, watch
from core import outbox
from core.dates import swedish_date
from core.models import Message
from core.outbox import Kind
from core.workdays import local_day
from organisations.kinds import Role
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
)


def tell_boards(now: datetime) -> int:
    """Plan what the boards have not been told yet. Returns how many messages. Safe to run twice at once."""
    today, planned = local_day(now), 0
    for agreement in Agreement.objects.in_force(today):
        days = watch(agreement, agreement.term(RENEWAL, on=today))
        stage = days.stage(today)
        if stage is None:
            continue
        boards = Assignment.objects.in_force(today).filter(
            role=Role.BOARD_MEMBER, unit__authority__huvudman__agreement_parties__agreement=agreement
        )
        for unit_id in boards.order_by().values_list("unit_id", flat=True).distinct():
            key = f"agreement.renewal:{agreement.key}:{agreement.valid_to}:{stage}:{unit_id}"
            if Message.objects.filter(dedupe_key=key).exists():
                continue
            # Another worker may plan it between the question and the answer: the key lets one of them through.
            with suppress(IntegrityError), transaction.atomic():
                outbox.plan(
                    f"agreement.renewal.{stage}",
                    to_unit=unit_id,
                    to_level=Role.BOARD_MEMBER,
                    now=now,
                    key=key,
                    facts={"agreement": agreement.short_name, "when": swedish_date(days.act_by)},
                )
                planned += 1
    return planned
