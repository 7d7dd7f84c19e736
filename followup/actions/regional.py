"""The county's report: the groups' texts side by side, merged, handed over to the board (FUP-3)."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any
from uuid import UUID

from core.acting import Actor
from core.authz import Refused
from core.transitions import Gone, Stale, transition
from core.workdays import local_day
from followup import clocks, figures
from followup.actions.campaign import asked_of
from followup.actions.files import ask_for_file
from followup.actions.shared import required, tell_units
from followup.agreement import LOCAL_KIND, local_groups
from followup.definitions import Definition
from followup.kinds import REGIONAL_REPORT, RegionalDo
from followup.models import CompiledText, RegionalReport, RegionalVersion, ReportVersion
from followup.permissions import REGIONAL_RULES, Informed, know_compilers
from organisations.kinds import Role
from organisations.models import Assignment, Unit


def latest_versions(report: RegionalReport) -> dict[UUID, ReportVersion]:
    """The last handed-in version of each group's report, by group."""
    found = ReportVersion.objects.filter(
        report__campaign=report.campaign,
        report__group__kind=LOCAL_KIND[report.coordination],  # type: ignore[index]
    ).select_related("report__group")
    return {one.report.group_id: one for one in found.order_by("number")}


def side_by_side(report: RegionalReport, key: str) -> list[tuple[str, str]]:
    """What each group wrote about an indicator: group, text."""
    rows = []
    for version in latest_versions(report).values():
        for row in version.content["texts"]:
            if row["definition"]["key"] == key and row["text"]:
                rows.append((version.content["group"], row["text"]))
    return sorted(rows)


def proposal(report: RegionalReport, key: str) -> str:
    """A text to start from: every group's words, under its name. The coordinators accept or rewrite it."""
    return "\n\n".join(f"{group}: {text}" for group, text in side_by_side(report, key))


def compile_text(*, report_id: UUID, indicator: str, text: str, version: int, by: Actor, now: datetime) -> CompiledText:
    """Save the merged text of one indicator. `version`: of the text, 0 for none yet. Raises as the others do."""
    with _regional(report_id, RegionalDo.WRITE, by, now) as report:
        if indicator not in {one.key for one in asked_of(report.campaign, report.coordination) if one.has_text}:
            raise Gone("followup.CompiledText")
        kept = required(text, "text", "Skriv den gemensamma texten.")
        found = report.texts.select_for_update().filter(indicator=indicator).first()
        if found is None:
            if version:
                raise Gone("followup.CompiledText")
            found = CompiledText(report=report, indicator=indicator)
        elif found.version != version:
            raise Stale(found)
        else:
            found.version += 1
        found.text, found.changed_at, found.changed_by_id = kept, now, by.user_id
        found.save()
    return found


def finish_compiling(*, report_id: UUID, version: int, by: Actor, now: datetime) -> RegionalReport:
    """The merged report is ready to be handed over. A group that has not handed in is allowed, and marked.

    Raises `Refused` when no group has handed in or a text that the groups wrote about isn't merged.
    """
    with _regional(report_id, RegionalDo.FINISH, by, now, version) as report:
        if not latest_versions(report):
            raise Refused("Ingen grupp har lämnat in sin uppföljning ännu.")
        merged = set(report.texts.values_list("indicator", flat=True))
        for one in asked_of(report.campaign, report.coordination):
            if one.has_text and one.required and one.key not in merged:
                raise Refused(f"Skriv den gemensamma texten om {one.name.lower()} först.")
    return report


def reopen_compiling(*, report_id: UUID, version: int, by: Actor, now: datetime) -> RegionalReport:
    """Go on writing before it is handed over. Raises `Gone`, `Refused`, `Stale`."""
    with _regional(report_id, RegionalDo.REOPEN, by, now, version) as report:
        pass
    return report


def present(*, report_id: UUID, version: int, by: Actor, now: datetime) -> RegionalVersion:
    """Hand the report over: frozen with figures, definitions and which groups are in it; its PDF is printed.

    Tells board and education. Raises `Gone`, `Refused`, `Stale`.
    """
    with _regional(report_id, RegionalDo.PRESENT, by, now, version) as report:
        number = report.versions.count() + 1
        made = RegionalVersion.objects.create(
            report=report,
            number=number,
            at=now,
            by_id=by.user_id,
            reason=report.correction_reason if number > 1 else "",
            content=content_of(report),
        )
        report.correction_reason = ""
        clocks.stop(subject=report.pk, kind=REGIONAL_REPORT, reason="presented", now=now)
        ask_for_file(version=made, now=now)
        _tell_receivers(report, number, now)
    return made


def correct_regional(*, report_id: UUID, version: int, reason: str, by: Actor, now: datetime) -> RegionalReport:
    """Open a report that has been handed over. What was handed over stands; the next gets a new number."""
    with _regional(report_id, RegionalDo.CORRECT, by, now, version) as report:
        report.correction_reason = required(reason, "reason", "Skriv varför rapporten rättas.")
    return report


def content_of(report: RegionalReport) -> dict[str, Any]:
    """Everything the county's report says."""
    campaign = report.campaign
    asked: list[Definition] = asked_of(campaign, report.coordination)
    texts = dict(report.texts.values_list("indicator", "text"))
    versions = latest_versions(report)
    told = figures.board(campaign.agreement, report.coordination, this_year=campaign.year, year=campaign.year)
    return {
        "year": campaign.year,
        "coordination": report.coordination,
        "texts": [{"definition": one.as_dict(), "text": texts.get(one.key, "")} for one in asked if one.has_text],
        "figures": figures.frozen(told.panels),
        "made_at": told.made_at.isoformat() if told.made_at else None,
        "groups": [
            {"name": group.name, "version": versions[group.pk].number if group.pk in versions else None}
            for group in local_groups(campaign.agreement, report.coordination)
        ],
    }


def _tell_receivers(report: RegionalReport, number: int, now: datetime) -> None:
    parties = report.campaign.agreement.parties.values("huvudman_id")
    for role in (Role.BOARD_MEMBER, Role.EDUCATION_GROUP):
        seats = Assignment.objects.in_force(local_day(now)).filter(role=role, unit__authority__huvudman__in=parties)
        units = Unit.objects.filter(pk__in=seats.values("unit_id"))
        what = report.get_coordination_display().lower()
        tell_units(units, role, "group.presented", key=f"presented:{report.pk}:{number}:{role}", now=now, what=what)


def _regional(
    report_id: UUID, do: RegionalDo, by: Actor, now: datetime, version: int | None = None
) -> AbstractContextManager[RegionalReport]:
    known = RegionalReport.objects.select_related("campaign__agreement").filter(pk=report_id).first()
    if known is None:
        raise Gone("followup.RegionalReport")

    def tell(report: RegionalReport) -> None:
        report.campaign = known.campaign
        know_compilers(report, local_day(now))

    rules = Informed(REGIONAL_RULES, tell)
    return transition(RegionalReport, report_id, do, rules=rules, by=by, now=now, version=version)
