"""The validity watch (AGR-3): when an agreement must be renewed, what happens otherwise, and who is told in time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from dateutil.relativedelta import relativedelta

from agreements.models import Agreement, PartyDecision
from agreements.values import RenewalKind, StageName, Term
from core.dates import swedish_date
from core.workdays import last_day, midnight, shift

RENEWAL, COMMENTS = "agreement.renewal", "revision.comments"


@dataclass(frozen=True, slots=True)
class Watch:
    """The days of one agreement's renewal, and the sentence that says what they mean."""

    act_by: date
    warn_from: date
    extended_to: date | None
    sentence: str
    notice: PartyDecision | None = None

    def is_near(self, on: date) -> bool:
        return on >= self.warn_from

    def stage(self, on: date) -> StageName | None:
        """The last stage that has come: a warning, and then that the day has passed."""
        if on > self.act_by:
            return StageName.DUE
        return StageName.WARN if self.is_near(on) else None


def watch(agreement: Agreement, term: Term) -> Watch:
    """Return the days, counted from the agreement's last day by its term for renewal."""
    act_by = last_day(shift(midnight(agreement.valid_to), -term.value, term.unit))
    warn_from = warned_from(term, act_by)
    months = agreement.renewal_extension_months
    extended_to = agreement.valid_to + relativedelta(months=months) if months else None
    notice = _notice_in_time(agreement, act_by)
    return Watch(act_by, warn_from, extended_to, _sentence(agreement, act_by, extended_to, notice), notice)


def warned_from(term: Term, day: date) -> date:
    """The day of the first warning of something that must be done by a day."""
    warnings = [stage for stage in term.stages if stage.name == StageName.WARN]
    return min((last_day(shift(midnight(day), stage.offset, stage.unit)) for stage in warnings), default=day)


def _notice_in_time(agreement: Agreement, act_by: date) -> PartyDecision | None:
    """The first notice that ends the agreement with its present period."""
    if agreement.renewal_kind != RenewalKind.PROLONGED_UNLESS_NOTICE:
        return None
    return agreement.decisions.of_notice().filter(decided_on__lte=act_by).select_related("huvudman").first()


def _sentence(agreement: Agreement, act_by: date, extended_to: date | None, notice: PartyDecision | None) -> str:
    if notice is not None:
        return (
            f"{notice.huvudman} sade upp överenskommelsen {swedish_date(notice.decided_on)}."
            f" Den slutar gälla för alla parter efter {swedish_date(agreement.valid_to)}."
        )
    if agreement.renewal_kind == RenewalKind.PROLONGED_UNLESS_NOTICE:
        return (
            f"Den som vill säga upp överenskommelsen gör det senast {swedish_date(act_by)}."
            f" Säger ingen upp förlängs den till {swedish_date(extended_to)}."
        )
    if agreement.renewal_kind == RenewalKind.EXTENDED_WHILE_REVISED:
        return (
            f"Arbetet med att göra om överenskommelsen bör ha börjat {swedish_date(act_by)}. Har det börjat men inte"
            f" är klart {swedish_date(agreement.valid_to)} förlängs den till {swedish_date(extended_to)}."
        )
    return f"Parterna ska ha förlängt eller gjort om överenskommelsen senast {swedish_date(act_by)}."
