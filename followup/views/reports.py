"""Pages of the annual follow-up: the year, a group's report, the county's report."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from core.authz import Decision
from core.policy import ActingRequest, policy
from core.workdays import local_day
from followup import actions, figures
from followup.actions.campaign import asked_of
from followup.actions.regional import latest_versions, proposal, side_by_side
from followup.agreement import coordination_of
from followup.definitions import Definitions
from followup.forms import reports as forms
from followup.forms.groups import VersionForm
from followup.kinds import MeetingState, Phase, RegionalDo, RegionalState, ReportDo, ReportState
from followup.models import (
    BoardIndicator,
    BoardTask,
    Campaign,
    Comment,
    Feedback,
    GroupReport,
    Priority,
    Publication,
    RegionalReport,
    RegionalVersion,
)
from followup.names import texts_of
from followup.permissions import REGIONAL_RULES, REPORT_RULES, Standing, know_compilers
from followup.views.shared import (
    BOARD,
    COORDINATORS,
    GET_POST,
    IN_GROUPS,
    READERS,
    Page,
    agreement_or_404,
    drills,
    form_page,
    group_or_404,
    nobodys,
)
from organisations.kinds import Role

ALLOWED = Decision(True)


# --- the year ----------------------------------------------------------------------------------------------
@policy(READERS)
@require_safe
def campaigns(request: ActingRequest) -> HttpResponse:
    """All years, the board's priorities and changed indicators."""
    agreement = agreement_or_404(request)
    is_board, coming = request.actor.role == Role.BOARD_MEMBER, local_day(request.now).year + 1
    context = {
        "agreement": agreement,
        "campaigns": Campaign.objects.filter(agreement=agreement),
        "priorities": Priority.objects.filter(agreement=agreement),
        "indicators": BoardIndicator.objects.filter(agreement=agreement),
        "is_board": is_board,
        "tasks": BoardTask.objects.filter(agreement=agreement).select_related("group") if is_board else [],
        "asked": Definitions(agreement).of(coming) if is_board else [],
        "coming": coming,
    }
    return render(request, "followup/campaigns.html", context)


@policy(READERS)
@require_safe
def campaign(request: ActingRequest, campaign_id: UUID) -> HttpResponse:
    """One year: how far each group has come, who is late, and the county's reports."""
    found = _find_campaign(request, campaign_id)
    regional = {one.coordination: one for one in found.regional_reports.prefetch_related("versions")}
    answered = set(Feedback.objects.filter(report__campaign=found).values_list("report_id", flat=True))
    rows = []
    for report in found.reports.select_related("group__municipality"):
        whole = regional.get(coordination_of(report.group))
        rows.append((report, phase(report, whole, found, report.pk in answered, request.now)))
    context = {
        "campaign": found,
        "rows": rows,
        "regional": [(one, one.versions.all()) for one in regional.values()],
        "is_board": request.actor.role == Role.BOARD_MEMBER,
        "opens": request.actor.role in (Role.GROUP_COORDINATOR, Role.GROUP_REPRESENTATIVE, Role.BOARD_MEMBER),
        "now": request.now,
    }
    return render(request, "followup/campaign.html", context)


def phase(
    report: GroupReport, regional: RegionalReport | None, campaign: Campaign, answered: bool, now: datetime
) -> Phase:
    """How far a group has come, from its facts."""
    if answered:
        return Phase.FEEDBACK
    if report.state == ReportState.SUBMITTED:
        if regional is not None and regional.state != RegionalState.COMPILING:
            return Phase.PRESENTED if regional.state == RegionalState.PRESENTED else Phase.COMPILED
        return Phase.SUBMITTED
    if now >= campaign.due_at:
        return Phase.LATE
    return Phase.REMINDED if report.reminded_at else Phase.OPEN


@policy(BOARD)
@require_http_methods(GET_POST)
def open_campaign(request: ActingRequest) -> HttpResponse:
    """Open a year's follow-up."""
    agreement = agreement_or_404(request)
    form = forms.CampaignForm(request.POST or None, initial={"year": local_day(request.now).year})
    month = agreement.term("group.annual_report_month", on=local_day(request.now))
    back = reverse("followup:campaigns")
    return form_page(
        request,
        Page(
            "Öppna årets uppföljning",
            "Öppna",
            back,
            [("Årlig uppföljning", back)],
            lead=f"Alla samordnare får veta det. Uppföljningen lämnas senast sista dagen i {month.in_words()}.",
        ),
        form,
        lambda values: actions.open_campaign(
            agreement=agreement, year=values["year"], by=request.actor, now=request.now
        ),
        done="Uppföljningen är öppen.",
        to=lambda made: reverse("followup:campaign", args=[made.pk]),
        may=ALLOWED,
    )


def _find_campaign(request: ActingRequest, campaign_id: UUID) -> Campaign:
    found = Campaign.objects.select_related("agreement").filter(pk=campaign_id).first()
    if found is None or not found.agreement.parties.filter(huvudman_id=request.actor.huvudman_id).exists():
        raise nobodys(request, "followup.campaign")
    return found


# --- a group's report ------------------------------------------------------------------------------------------
def find_report(request: ActingRequest, report_id: UUID) -> tuple[GroupReport, Standing]:
    report = GroupReport.objects.select_related("campaign__agreement").filter(pk=report_id).first()
    if report is None:
        raise nobodys(request, "followup.group")
    report.group, standing = group_or_404(request, report.group_id)
    return report, standing


@policy(IN_GROUPS)
@require_safe
def report(request: ActingRequest, report_id: UUID) -> HttpResponse:
    """A group's report: what is handed in, or, for the group itself, what is being written."""
    found, standing = find_report(request, report_id)
    versions = list(found.versions.select_related("by"))
    number = request.GET.get("version", "")
    shown = next((one for one in versions if str(one.number) == number), versions[-1] if versions else None)
    context = {
        "report": found,
        "standing": standing,
        "versions": versions,
        "shown": shown,
        "published": Publication.objects.filter(report=shown).annotate(said=Count("comments")).first(),
        "panels": figures.thawed(shown.content["figures"]) if shown else [],
        "may": {str(do): REPORT_RULES.may(request.actor, do, found) for do in ReportDo},
        "feedback": Feedback.objects.filter(report=found).first(),
        "is_board": request.actor.role == Role.BOARD_MEMBER,
        "drills": drills(request),
        "now": request.now,
    }
    return render(request, "followup/report.html", context)


@policy(IN_GROUPS)
@require_http_methods(GET_POST)
def write(request: ActingRequest, report_id: UUID) -> HttpResponse:
    """Write the report with the year's figures beside; save, or hand it in."""
    found, _ = find_report(request, report_id)
    coordination = coordination_of(found.group)
    asked = [one for one in asked_of(found.campaign, coordination) if one.has_text]
    initial: dict[str, Any] = dict(found.answers.values_list("indicator", "text"))
    told = figures.board(
        found.campaign.agreement, coordination, this_year=found.campaign.year, year=found.campaign.year,
        municipality=found.group.municipality_id,
    )  # fmt: skip
    form = forms.ReportForm(
        request.POST or None,
        asked=asked,
        told={panel.key: panel.sentence for panel in told.panels},
        initial={**initial, "version": found.version},
    )
    back = reverse("followup:report", args=[found.pk])
    hand_in = "submit" in request.POST

    def act(values: dict[str, Any]) -> object:
        verb: Any = actions.submit_report if hand_in else actions.write_report
        return verb(
            report_id=found.pk, version=values["version"], texts=form.texts(), by=request.actor, now=request.now
        )

    return form_page(
        request,
        Page(
            f"Uppföljning {found.campaign.year}",
            "Spara",
            back,
            [(found.group.name, _group_link(found))],
            lead="Siffrorna är redan räknade. Skriv vad de betyder. När ni lämnar in fryses både siffror "
            "och texter, och brukarorganisationer kan läsa dem och lämna synpunkter.",
        ),
        form,
        act,
        done="Uppföljningen är inlämnad." if hand_in else "Texterna är sparade.",
        may=REPORT_RULES.may(request.actor, ReportDo.WRITE, found),
        stands=lambda: dict(found.answers.values_list("indicator", "text")),
        beside="followup/_beside.html",
        took_part=found.group.meetings.filter(
            starts_at__year=found.campaign.year, state__in=(MeetingState.HELD, MeetingState.APPROVED)
        ).exclude(user_participation=""),
        said=Comment.objects.filter(publication__group=found.group, at__year=found.campaign.year).select_related(
            "publication__report", "publication__minutes"
        ),
        panels=told.panels,
        drills=drills(request),
        second=("submit", "Lämna in"),
    )


@policy(IN_GROUPS)
@require_http_methods(GET_POST)
def correct(request: ActingRequest, report_id: UUID) -> HttpResponse:
    """Open a handed-in report again."""
    found, _ = find_report(request, report_id)
    back = reverse("followup:report", args=[found.pk])
    lead = "Det som är inlämnat står kvar. När ni lämnar in igen blir det en ny version med ert skäl."
    if found.campaign.regional_reports.filter(
        coordination=coordination_of(found.group), state=RegionalState.PRESENTED
    ).exists():
        lead += " Den regionala rapporten är redan överlämnad och ändras inte av sig själv."
    return form_page(
        request,
        Page("Rätta uppföljningen", "Öppna för rättning", back, [(found.group.name, _group_link(found))], lead=lead),
        forms.CorrectForm(request.POST or None, initial={"version": found.version}),
        lambda values: actions.correct_report(report_id=found.pk, by=request.actor, now=request.now, **values),
        done="Rapporten är öppen för rättning.",
        to=reverse("followup:write", args=[found.pk]),
        may=REPORT_RULES.may(request.actor, ReportDo.CORRECT, found),
    )


# --- the county's report ------------------------------------------------------------------------------------------
def find_regional(request: ActingRequest, report_id: UUID) -> RegionalReport:
    found = RegionalReport.objects.select_related("campaign__agreement").filter(pk=report_id).first()
    if found is None or not found.campaign.agreement.parties.filter(huvudman_id=request.actor.huvudman_id).exists():
        raise nobodys(request, "followup.regional")
    return know_compilers(found, local_day(request.now))


@policy(COORDINATORS)
@require_safe
def regional(request: ActingRequest, report_id: UUID) -> HttpResponse:
    """The county's report while it is compiled: which groups are in it, which texts are merged."""
    found = find_regional(request, report_id)
    versions = latest_versions(found)
    missing = [
        one.group
        for one in found.campaign.reports.select_related("group").order_by("group__name")
        if coordination_of(one.group) == found.coordination and one.group_id not in versions
    ]
    texts = {one.indicator: one for one in found.texts.all()}
    asked = [one for one in asked_of(found.campaign, found.coordination) if one.has_text]
    dos = [do for do in RegionalDo if (found.state, do) in REGIONAL_RULES.transitions]
    context = {
        "report": found,
        "rows": [(one, texts.get(one.key)) for one in asked],
        "groups": sorted(versions.values(), key=lambda one: one.content["group"]),
        "missing": missing,
        "may": {str(do): REGIONAL_RULES.may(request.actor, do, found) for do in dos},
        "versions": found.versions.select_related("by"),
        "merged": len(texts),
        "next": next((one for one in asked if one.key not in texts), None),
        "asked": len(asked),
    }
    return render(request, "followup/regional.html", context)


@policy(COORDINATORS)
@require_http_methods(GET_POST)
def compile_text(request: ActingRequest, report_id: UUID, indicator: str) -> HttpResponse:
    """Merge the groups' texts about one indicator: theirs beside, a proposal in the field."""
    found = find_regional(request, report_id)
    asked = {one.key: one for one in asked_of(found.campaign, found.coordination) if one.has_text}
    if indicator not in asked:
        raise Http404("followup.indicator")
    saved = found.texts.filter(indicator=indicator).first()
    initial = {
        "text": saved.text if saved else proposal(found, indicator),
        "version": saved.version if saved else 0,
    }
    back = reverse("followup:regional", args=[found.pk])
    return form_page(
        request,
        Page(
            asked[indicator].name,
            "Spara",
            back,
            [(str(found), back)],
            lead="Först står vad grupperna skrev. Ändra förslaget under dem tills det säger det som gäller hela länet.",
        ),
        forms.CompileForm(request.POST or None, initial=initial),
        lambda values: actions.compile_text(
            report_id=found.pk, indicator=indicator, by=request.actor, now=request.now, **values
        ),
        done="Texten är sparad.",
        may=REGIONAL_RULES.may(request.actor, RegionalDo.WRITE, found),
        beside="followup/_side_by_side.html",
        sides=side_by_side(found, indicator),
    )


_STEPS: dict[str, tuple[RegionalDo, Any, str, str, str]] = {
    "klar": (
        RegionalDo.FINISH, actions.finish_compiling, "Sammanställningen är klar", "Klar att lämna över",
        "Grupper som inte har lämnat in markeras i rapporten.",
    ),
    "oppna": (RegionalDo.REOPEN, actions.reopen_compiling, "Öppna sammanställningen igen", "Öppna", ""),
    "lamna-over": (
        RegionalDo.PRESENT, actions.present, "Lämna över rapporten", "Lämna över",
        "Den regionala gruppen och Strategisk grupp Utbildning får veta det. Siffror och texter fryses.",
    ),
    "ratta": (
        RegionalDo.CORRECT, actions.correct_regional, "Rätta den överlämnade rapporten", "Öppna för rättning",
        "Det som är överlämnat står kvar. Nästa gång blir det en ny version med ert skäl.",
    ),
}  # fmt: skip


@policy(COORDINATORS)
@require_http_methods(GET_POST)
def regional_step(request: ActingRequest, report_id: UUID, step: str) -> HttpResponse:
    """Finish, open again, hand over or correct the county's report."""
    found = find_regional(request, report_id)
    if step not in _STEPS:
        raise Http404("followup.step")
    do, verb, title, button, lead = _STEPS[step]
    kind = forms.CorrectForm if do == RegionalDo.CORRECT else VersionForm
    back = reverse("followup:regional", args=[found.pk])
    return form_page(
        request,
        Page(title, button, back, [(str(found), back)], lead=lead),
        kind(request.POST or None, initial={"version": found.version}),
        lambda values: verb(report_id=found.pk, by=request.actor, now=request.now, **values),
        done="Rapporten är överlämnad." if do == RegionalDo.PRESENT else "Sparat.",
        may=REGIONAL_RULES.may(request.actor, do, found),
    )


def find_version(request: ActingRequest, version_id: UUID) -> RegionalVersion:
    """A handed-over report under an agreement that the reader's huvudman is a party to."""
    found = RegionalVersion.objects.select_related("report__campaign__agreement", "by").filter(pk=version_id).first()
    if (
        found is None
        or not found.report.campaign.agreement.parties.filter(huvudman_id=request.actor.huvudman_id).exists()
    ):
        raise nobodys(request, "followup.regional")
    return found


@policy(READERS)
@require_safe
def presented(request: ActingRequest, version_id: UUID) -> HttpResponse:
    """The county's report as it was handed over, with what user organisations say about it."""
    found = find_version(request, version_id)
    newest = found.report.versions.last()
    context = {
        "version": found,
        "report": found.report,
        "newest": newest if newest != found else None,
        "panels": figures.thawed(found.content["figures"]),
        "texts": texts_of(found.content),
        "comments": Comment.objects.filter(version=found).select_related("by"),
        "is_board": request.actor.role == Role.BOARD_MEMBER,
        "comments_allowed": request.actor.role == Role.USER_REPRESENTATIVE,
    }
    return render(request, "followup/presented.html", context)


def _group_link(report: GroupReport) -> str:
    return reverse("followup:group", args=[report.group_id])
