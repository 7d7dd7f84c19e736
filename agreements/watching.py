"""What happens by itself as the days pass: an agreement's last day moves, and the boards are told in time (AGR-3).

Run daily or oftener, by as many workers as there are: each thing is done and told once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from agreements.models import Agreement, AgreementParty, Prolongation, RevisionRound
from agreements.renewal import COMMENTS, RENEWAL, Watch, warned_from, watch
from agreements.telling import ASKED, about, tell_boards, tell_roles
from agreements.values import AmendmentState, ProlongationKind, RenewalKind, RoundState
from core.dates import swedish_date
from core.workdays import end_of, local_day

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


def tell_of_rounds(now: datetime) -> int:
    """Remind of rounds whose time soon ends, and tell the boards of those whose time is over. Returns how many."""
    today, planned = local_day(now), 0
    for asked in RevisionRound.objects.filter(state=RoundState.OPEN).select_related("agreement"):
        agreement, over = asked.agreement, today > asked.closes_on
        term = agreement.term(COMMENTS, on=agreement.day_within(today))
        if not over and today < warned_from(term, asked.closes_on):
            continue
        facts = about(agreement, "round", str(asked.pk), when=swedish_date(asked.closes_on))
        key = f"{asked.pk}:{asked.closes_on}"
        if over:
            planned += tell_boards(agreement, "agreement.round.over", key=key, facts=facts, now=now)
        else:
            planned += tell_roles(agreement, ASKED, "agreement.round.reminder", key=key, facts=facts, now=now)
    return planned


def move_last_days(now: datetime) -> int:
    """Move the last day of agreements that go on by themselves or by decision of all their parties (AGR-3).

    One that nobody gave notice of in time, one whose revision has begun, one whose parties have agreed on it. What a
    notice recorded late forbids is taken back.

    Returns how many last days moved. Each stands as a `Prolongation` with its reason, and the boards are told.
    """
    moved = 0
    for key in Agreement.objects.values_list("pk", flat=True):
        with transaction.atomic():
            agreement = Agreement.objects.select_for_update(of=("self",)).get(pk=key)
            for _ in range(MOST_AT_ONCE):
                if not (_taken_back(agreement, now) or _prolonged(agreement, now)):
                    break
                moved += 1
    return moved


@dataclass(frozen=True, slots=True)
class Move:
    """A last day to come, and why."""

    kind: ProlongationKind
    becomes_to: date
    act_by: date
    because: str


def _prolonged(agreement: Agreement, now: datetime) -> bool:
    move = _agreed(agreement, now) or _not_given_notice(agreement, now) or _under_revision(agreement, now)
    if move is None or _followed_by_another(agreement, move.becomes_to):
        return False
    Prolongation.objects.create(
        agreement=agreement,
        kind=move.kind,
        was_to=agreement.valid_to,
        becomes_to=move.becomes_to,
        act_by=move.act_by,
        because=move.because,
        at=now,
    )
    _set_last_day(agreement, move.becomes_to, "agreement.prolonged", now)
    return True


def _agreed(agreement: Agreement, now: datetime) -> Move | None:
    """An amendment in force that gives a later last day."""
    wanted = agreement.amendments.filter(
        state=AmendmentState.ADOPTED, in_force_from__lte=local_day(now), new_valid_to__gt=agreement.valid_to
    )
    amendment = wanted.order_by("in_force_from").first()
    if amendment is None or amendment.in_force_from is None or amendment.new_valid_to is None:
        return None
    because = f"Alla parter har beslutat ändringen ”{amendment.title}”."
    return Move(ProlongationKind.AGREED, amendment.new_valid_to, amendment.in_force_from, because)


def _not_given_notice(agreement: Agreement, now: datetime) -> Move | None:
    if agreement.renewal_kind != RenewalKind.PROLONGED_UNLESS_NOTICE:
        return None
    days = _watched(agreement, now)
    if local_day(now) <= days.act_by or days.notice is not None or days.extended_to is None:
        return None
    because = f"Ingen part hade sagt upp överenskommelsen senast {swedish_date(days.act_by)}."
    return Move(ProlongationKind.NO_NOTICE, days.extended_to, days.act_by, because)


def _under_revision(agreement: Agreement, now: datetime) -> Move | None:
    """Once, on the last day, when the work on the next agreement had begun by then."""
    if agreement.renewal_kind != RenewalKind.EXTENDED_WHILE_REVISED or local_day(now) < agreement.valid_to:
        return None
    begun = agreement.rounds.filter(is_revision=True, opened_at__lt=end_of(agreement.valid_to))
    earlier = agreement.prolongations.filter(kind=ProlongationKind.UNDER_REVISION, undone_at=None)
    round_begun, days = begun.order_by("opened_at").first(), _watched(agreement, now)
    if round_begun is None or days.extended_to is None or earlier.exists():
        return None
    because = f"Arbetet med en ny överenskommelse började {swedish_date(local_day(round_begun.opened_at))}."
    return Move(ProlongationKind.UNDER_REVISION, days.extended_to, agreement.valid_to, because)


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


def _followed_by_another(agreement: Agreement, becomes_to: date) -> bool:
    """Whether the parties have an agreement that begins within the period it would be prolonged by."""
    return (
        AgreementParty.objects.filter(
            huvudman__agreement_parties__agreement=agreement,
            scope=agreement.scope,
            valid_from__gt=agreement.valid_to,
            valid_from__lte=becomes_to,
        )
        .exclude(agreement=agreement)
        .exists()
    )


def _watched(agreement: Agreement, now: datetime) -> Watch:
    return watch(agreement, agreement.term(RENEWAL, on=agreement.day_within(local_day(now))))
