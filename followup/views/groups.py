"""Pages of the groups: their own page, members, co-opted parties."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.authz import Refused
from core.policy import ActingRequest, policy
from core.transitions import Gone
from core.workdays import local_day
from followup import actions
from followup.agreement import agreement_of, agreement_of_group, coordination_of, local_groups
from followup.forms import groups as forms
from followup.kinds import DecisionState, MeetingState, ReportState, TaskState
from followup.models import BoardTask, Campaign, Comment, CoOpted, Decision, GroupReport, Meeting
from followup.querysets import groups_of, in_force, members
from followup.views.shared import GET_POST, IN_GROUPS, READERS, Page, form_page, group_or_404, leads, nobodys
from organisations.kinds import Role
from organisations.models import CoordinationGroup, GroupMember


@policy(READERS)
@require_safe
def home(request: ActingRequest) -> HttpResponse:
    """The groups one works in, the year's follow-up, and the way to the figures."""
    today = local_day(request.now)
    agreement = agreement_of(request.actor.huvudman_id, today)
    mine = groups_of(request.actor, today)
    coming = (
        Meeting.objects.filter(group__in=mine, starts_at__gte=request.now)
        .exclude(state=MeetingState.CANCELLED)
        .select_related("group")
    )
    on_board = request.actor.role == Role.BOARD_MEMBER and agreement is not None
    context = {
        "mine": mine,
        "reported": BoardTask.objects.filter(agreement=agreement, state=TaskState.REPORTED).select_related("group")
        if on_board
        else [],
        "unanswered": GroupReport.objects.filter(
            campaign__agreement=agreement, state=ReportState.SUBMITTED, feedback=None
        ).select_related("group", "campaign")[:12]
        if on_board
        else [],
        "others": local_groups(agreement) if agreement and request.actor.role == Role.BOARD_MEMBER else [],
        "coming": coming[:6],
        "decisions": Decision.objects.filter(group__in=mine, state=DecisionState.OPEN).select_related(
            "group", "owner__user"
        )[:10],
        "tasks": BoardTask.objects.filter(group__in=mine, state=TaskState.GIVEN).select_related("group")[:10],
        "comments": Comment.objects.filter(_answered_by(request, mine, on_board), answer="").select_related(
            "publication__group", "publication__report", "publication__minutes", "version__report__campaign"
        )[:10]
        if mine
        else [],
        "campaigns": Campaign.objects.filter(agreement=agreement)[:3] if agreement else [],
        "coordinations": sorted({coordination_of(group) for group in mine} - {""}) or ["children", "adults"],
        "agreement": agreement,
        "now": request.now,
        "is_manager": request.actor.group_id is not None,
    }
    return render(request, "followup/home.html", context)


def _answered_by(request: ActingRequest, mine: list[CoordinationGroup], on_board: bool) -> Q:
    """The comments that the actor answers: the board's about the county's report, a coordinator's about the group's."""
    if on_board:
        return Q(version__report__campaign__agreement__parties__huvudman=request.actor.huvudman_id)
    led = GroupMember.objects.filter(
        in_force(local_day(request.now)), group__in=mine, user=request.actor.user_id, is_coordinator=True
    )
    is_lead = request.actor.role == Role.GROUP_COORDINATOR
    return Q(publication__group__in=led.values("group") if is_lead else [])


@policy(IN_GROUPS)
@require_safe
def group(request: ActingRequest, group_id: UUID) -> HttpResponse:
    """One group: meetings by year, decisions, members. Those who only read see what is approved."""
    found, standing = group_or_404(request, group_id)
    today = local_day(request.now)
    agreement = agreement_of_group(found, request.actor, today)
    meetings = Meeting.objects.filter(group=found).order_by("-starts_at")
    if not standing.works:
        meetings = meetings.filter(state=MeetingState.APPROVED)
    year = _year(request, today.year)
    years = sorted({local_day(at).year for at in meetings.values_list("starts_at", flat=True)} | {today.year})
    context = {
        "group": found,
        "standing": standing,
        "members": members(found, today),
        "co_opted": CoOpted.objects.filter(in_force(today), group=found),
        "meetings": [one for one in meetings if local_day(one.starts_at).year == year],
        "next": min((m for m in meetings if m.starts_at >= request.now and m.state != "cancelled"),
                    key=lambda one: one.starts_at, default=None),
        "year": year,
        "years": years,
        "decisions": Decision.objects.filter(group=found).select_related("owner__user")[:50],
        "tasks": BoardTask.objects.filter(group=found),
        "reports": GroupReport.objects.filter(group=found).select_related("campaign").order_by("-campaign__year")[:5],
        "agreement": agreement,
        "coordination": coordination_of(found),
        "now": request.now,
    }  # fmt: skip
    return render(request, "followup/group.html", context)


@policy(IN_GROUPS)
@require_http_methods(GET_POST)
def co_opt(request: ActingRequest, group_id: UUID) -> HttpResponse:
    """Let another party take part (FUP-1)."""
    found, standing = group_or_404(request, group_id)
    form = forms.CoOptForm(request.POST or None, initial={"starts_on": local_day(request.now)})
    page = Page(
        "Adjungera en deltagare",
        "Adjungera",
        reverse("followup:group", args=[found.pk]),
        [(found.name, reverse("followup:group", args=[found.pk]))],
        lead="Den adjungerade är med på möten men beslutar inte.",
    )
    return form_page(
        request, page, form,
        lambda values: actions.co_opt(group_id=found.pk, by=request.actor, now=request.now, **values),
        done="Deltagaren är adjungerad.",
        may=leads(standing),
    )  # fmt: skip


@policy(IN_GROUPS)
@require_POST
def end_co_opted(request: ActingRequest, co_opted_id: UUID) -> HttpResponse:
    """End it from today."""
    try:
        ended = actions.end_co_opted(co_opted_id=co_opted_id, by=request.actor, now=request.now)
    except Gone:
        raise nobodys(request, "followup.co_opted") from None
    except Refused as refused:
        messages.error(request, refused.reason)
        found = CoOpted.objects.get(pk=co_opted_id)
        return redirect("followup:group", found.group_id)
    messages.success(request, f"{ended.name} är inte längre adjungerad.")
    return redirect("followup:group", ended.group_id)


def _year(request: ActingRequest, this_year: int) -> int:
    asked = request.GET.get("ar", "")
    return int(asked) if asked.isdigit() and len(asked) == 4 else this_year
