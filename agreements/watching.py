"""What happens by itself as the days pass: an agreement's last day moves, and the boards are told in time (AGR-3).

Run daily or oftener, by as many workers as there are: each thing is done and told once.
"""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from agreements.models import Agreement, AgreementParty, Prolongation
from agreements.renewal import RENEWAL, Watch, watch
from agreements.telling import about, tell_boards
from agreements.values import ProlongationKind, RenewalKind
from core.dates import swedish_date
from core.workdays import local_day

MOST_AT_ONCE = 20
"""Periods an agreement may be behind: a portal that was still for years catches up, a mistake doesn't run on."""


def tell_of_renewal(now: datetime) -> int:
    """Plan what the boards have not been told yet of renewals. Returns how many messages."""
    today, planned = local_day(now), 0
    for agreement in Agreement.objects.in_force(today):
        days = _watched(agreement, now)
        stage = days.stage(today)
        if stage is None or days.notice is not None:
            continue
        facts = about(agreement, "decisions", when=swedish_date(days.act_by))
        key = f"{agreement.key}:{agreement.valid_to}"
        planned += tell_boards(agreement, f"agreement.renewal.{stage}", key=key, facts=facts, now=now)
    return planned


def move_last_days(now: datetime) -> int:
    """Prolong what nobody gave notice of in time, and take back what a notice recorded late forbids.

    Returns how many last days moved. Each stands as a `Prolongation` with its reason, and the boards are told.
    """
    moved = 0
    for key in Agreement.objects.filter(renewal_kind=RenewalKind.PROLONGED_UNLESS_NOTICE).values_list("pk", flat=True):
        with transaction.atomic():
            agreement = Agreement.objects.select_for_update(of=("self",)).get(pk=key)
            for _ in range(MOST_AT_ONCE):
                if not (_taken_back(agreement, now) or _prolonged(agreement, now)):
                    break
                moved += 1
    return moved


def _prolonged(agreement: Agreement, now: datetime) -> bool:
    days = _watched(agreement, now)
    if local_day(now) <= days.act_by or days.notice is not None or days.extended_to is None:
        return False
    if _followed_by_another(agreement, days):
        return False
    because = f"Ingen part hade sagt upp överenskommelsen senast {swedish_date(days.act_by)}."
    Prolongation.objects.create(
        agreement=agreement,
        kind=ProlongationKind.NO_NOTICE,
        was_to=agreement.valid_to,
        becomes_to=days.extended_to,
        act_by=days.act_by,
        because=because,
        at=now,
    )
    _set_last_day(agreement, days.extended_to, "agreement.prolonged", now)
    return True


def _taken_back(agreement: Agreement, now: datetime) -> bool:
    last = agreement.prolongations.filter(
        undone_at=None, becomes_to=agreement.valid_to, kind=ProlongationKind.NO_NOTICE
    ).first()
    notice = agreement.decisions.of_notice().select_related("huvudman").first() if last else None
    if last is None or notice is None or notice.decided_on > last.act_by:
        return False
    because = f"{notice.huvudman} sade upp överenskommelsen {swedish_date(notice.decided_on)}, alltså i tid."
    Prolongation.objects.filter(pk=last.pk).update(undone_at=now, undone_because=because)
    _set_last_day(agreement, last.was_to, "agreement.prolongation_undone", now)
    return True


def _set_last_day(agreement: Agreement, day: date, kind: str, now: datetime) -> None:
    agreement.valid_to = day
    agreement.save(update_fields=["valid_to"])
    facts = about(agreement, "decisions", when=swedish_date(agreement.valid_to))
    tell_boards(agreement, kind, key=f"{agreement.key}:{agreement.valid_to}:{now.date()}", facts=facts, now=now)


def _followed_by_another(agreement: Agreement, days: Watch) -> bool:
    """Whether the parties have an agreement that begins within the period it would be prolonged by."""
    return (
        AgreementParty.objects.filter(
            huvudman__agreement_parties__agreement=agreement,
            scope=agreement.scope,
            valid_from__gt=agreement.valid_to,
            valid_from__lte=days.extended_to,
        )
        .exclude(agreement=agreement)
        .exists()
    )


def _watched(agreement: Agreement, now: datetime) -> Watch:
    return watch(agreement, agreement.term(RENEWAL, on=agreement.day_within(local_day(now))))
