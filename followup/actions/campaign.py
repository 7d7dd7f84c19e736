"""The year's follow-up: opened by the board, written and handed in by each group, corrected with a reason (FUP-2)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from dateutil.relativedelta import relativedelta
from django.db import IntegrityError, transaction

from agreements.models import Agreement
from agreements.values import Coordination
from core.acting import Actor
from core.authz import NotAllowed, Refused
from core.dates import swedish_date
from core.transitions import Gone, Stale, transition
from core.workdays import end_of, last_day, local_day
from deadlines.times import due_at as falls_due
from followup import clocks, figures
from followup.actions.files import ask_for_file
from followup.actions.publishing import publish_report
from followup.actions.shared import require_group, required, tell_group
from followup.agreement import coordination_of, local_groups
from followup.definitions import Definition, Definitions
from followup.kinds import ANNUAL_REPORT, REGIONAL_REPORT, ReportDo, ReportState
from followup.models import Answer, Campaign, GroupReport, RegionalReport, ReportVersion
from followup.permissions import BOARD, REPORT_RULES, in_group
from followup.querysets import members


def open_campaign(*, agreement: Agreement, year: int, by: Actor, now: datetime) -> Campaign:
    """Open a year's follow-up for every local group, with clocks from the agreement. Raises `Refused`.

    Due the last day of the agreed month; the county's report as much later as the agreement says. Tells every
    coordinator.
    """
    if by.role not in BOARD:
        raise NotAllowed("Det här gör den regionala gruppen.")
    today = local_day(now)
    if not today.year - 1 <= year <= today.year:
        raise Refused("Uppföljningen öppnas för i år eller förra året.", field="year")
    terms = agreement.terms(on=today)
    month = terms["group.annual_report_month"].value
    # Last year's may be opened late: then it is due this year.
    due_on = date(year, month, 1) + relativedelta(months=1, days=-1)
    if due_on < today:
        due_on = due_on + relativedelta(years=1) if year < today.year else date(year, 12, 31)
    due = end_of(due_on)
    # Counted from the last day that is in time, not from the midnight after it.
    regional_due = falls_due(terms[REGIONAL_REPORT], due - timedelta(microseconds=1))
    try:
        with transaction.atomic():
            campaign = Campaign.objects.create(
                agreement=agreement, year=year, opened_at=now, opened_by_id=by.user_id, due_at=due,
                regional_due_at=regional_due,
            )  # fmt: skip
    except IntegrityError:
        raise Refused(f"Uppföljningen för {year} är redan öppen.", field="year") from None
    for coordination in Coordination.values:
        groups = local_groups(agreement, coordination)
        if not groups:
            continue
        regional = RegionalReport.objects.create(campaign=campaign, coordination=coordination, changed_at=now)
        reminded: set[UUID] = set()
        for group in groups:
            report = GroupReport.objects.create(campaign=campaign, group=group, changed_at=now)
            unit = clocks.unit_of(group, members(group, today))
            if unit is None:
                continue
            clocks.start(
                agreement=agreement, kind=ANNUAL_REPORT, subject=report.pk, unit=unit, due_at=due, on=today, now=now
            )
            # One unit may coordinate in several municipalities: it is reminded of the county's report once.
            if unit.pk not in reminded:
                clocks.start(
                    agreement=agreement, kind=REGIONAL_REPORT, subject=regional.pk, unit=unit, due_at=regional_due,
                    on=today, now=now,
                )  # fmt: skip
                reminded.add(unit.pk)
            tell_group(
                group, "group.follow_up_opened", key=f"opened:{report.pk}", now=now, on=today, only_lead=True,
                when=f"senast {swedish_date(last_day(due))}",
            )  # fmt: skip
    return campaign


def write_report(*, report_id: UUID, version: int, texts: Mapping[str, str], by: Actor, now: datetime) -> GroupReport:
    """Save what the group writes. Raises `Gone`, `Refused`, `Stale`."""
    with _report(report_id, ReportDo.WRITE, by, now, version) as report:
        if _save(report, texts):
            report.changed_at = now
    return report


def submit_report(
    *, report_id: UUID, version: int, texts: Mapping[str, str] | None = None, by: Actor, now: datetime
) -> ReportVersion:
    """Hand the report in: texts, figures and their definitions are frozen as they are now (FUP-5), and published.

    Its PDF is printed.

    Raises `Refused` when a required analysis is empty (with its field), `Stale` when somebody else was first, `Gone`.
    """
    with _report(report_id, ReportDo.SUBMIT, by, now, version) as report:
        if texts is not None:
            _save(report, texts)
        campaign, group = report.campaign, report.group
        asked = asked_of(campaign, group.kind_coordination)  # type: ignore[attr-defined]
        answers = dict(report.answers.values_list("indicator", "text"))
        for one in asked:
            if one.has_text and one.required and not answers.get(one.key, "").strip():
                raise Refused(f"Skriv gruppens analys: {one.name}.", field=one.key)
        number = report.versions.count() + 1
        made = ReportVersion.objects.create(
            report=report,
            number=number,
            at=now,
            by_id=by.user_id,
            reason=report.correction_reason if number > 1 else "",
            content=content_of(campaign, group, asked, answers, now),
        )
        report.correction_reason = ""
        publish_report(made)
        clocks.stop(subject=report.pk, kind=ANNUAL_REPORT, reason="submitted", now=now)
        ask_for_file(version=made, now=now)
    return made


def correct_report(*, report_id: UUID, version: int, reason: str, by: Actor, now: datetime) -> GroupReport:
    """Open a handed-in report again. What was handed in stands; the next one gets a new number and this reason."""
    with _report(report_id, ReportDo.CORRECT, by, now, version) as report:
        report.correction_reason = required(reason, "reason", "Skriv varför rapporten rättas.")
    return report


# --- what a report holds -------------------------------------------------------------------------------------
def asked_of(campaign: Campaign, coordination: str) -> list[Definition]:
    """The indicators of the campaign's year."""
    return Definitions(campaign.agreement).of(campaign.year, coordination)


def content_of(
    campaign: Campaign, group: Any, asked: list[Definition], answers: Mapping[str, str], now: datetime
) -> dict[str, Any]:
    """Everything the report says, as it is copied when it is handed in."""
    told = figures.board(
        campaign.agreement,
        group.kind_coordination,
        this_year=campaign.year,
        year=campaign.year,
        municipality=group.municipality_id,
    )
    return {
        "group": group.name,
        "year": campaign.year,
        "texts": [{"definition": one.as_dict(), "text": answers.get(one.key, "")} for one in asked if one.has_text],
        "figures": figures.frozen(told.panels),
        "made_at": told.made_at.isoformat() if told.made_at else None,
    }


def _save(report: GroupReport, texts: Mapping[str, str]) -> bool:
    changed = False
    for key, text in texts.items():
        answer, made = Answer.objects.get_or_create(report=report, indicator=key, defaults={"text": text.strip()})
        if not made and answer.text != text.strip():
            answer.text = text.strip()
            answer.save(update_fields=["text"])
            made = True
        changed |= made
    return changed


class HandedInFirst(Stale):
    """Somebody else was first to hand the report in: what is typed can't be saved, but isn't lost."""

    def __init__(self, report: GroupReport, who: str) -> None:
        super().__init__(report)
        self.reason = (
            f"Uppföljningen är redan inlämnad av {who}. Läs den inlämnade versionen. "
            "Saknas något kan den öppnas för rättning."
        )


@contextmanager
def _report(report_id: UUID, do: ReportDo, by: Actor, now: datetime, version: int) -> Iterator[GroupReport]:
    group_id = GroupReport.objects.filter(pk=report_id).values_list("group_id", flat=True).first()
    if group_id is None:
        raise Gone("followup.GroupReport")
    group, _ = require_group(group_id, by, local_day(now))
    group.kind_coordination = coordination_of(group)  # type: ignore[attr-defined]
    rules = in_group(REPORT_RULES, group)
    try:
        with transition(GroupReport, report_id, do, rules=rules, by=by, now=now, version=version) as report:
            yield report
    except Stale as newer:
        if do == ReportDo.CORRECT or newer.current.state != ReportState.SUBMITTED:
            raise
        raise HandedInFirst(newer.current, str(newer.current.versions.last().by)) from None
