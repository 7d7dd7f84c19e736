"""What a local administrator manages of coordination groups: who sits in them for one's own units, and who coordinates.

Each huvudman appoints its own representatives (3.3); the municipality of a group chooses which of the members
coordinates it, as the group has agreed.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Count, Prefetch, Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from core.policy import ActingRequest, policy
from organisations import actions
from organisations.forms import CoordinatorForm, EndMembershipForm, MemberForm
from organisations.models import CoordinationGroup, GroupMember
from organisations.views.administration import (
    ADMINISTRATORS,
    GET_POST,
    form_page,
    own_groups,
    own_people,
    today_of,
    try_form,
)


@policy(ADMINISTRATORS)
@require_safe
def groups(request: ActingRequest) -> HttpResponse:
    """The coordination groups that the huvudman has a seat in, and who coordinates them."""
    coordinators = _current(request).filter(is_coordinator=True)
    sitting = Q(members__starts_on__lte=today_of(request)) & (
        Q(members__ends_on=None) | Q(members__ends_on__gt=today_of(request))
    )
    rows = own_groups(request).prefetch_related(Prefetch("members", coordinators, to_attr="coordinators"))
    rows = rows.annotate(member_count=Count("members", filter=sitting))
    return render(request, "organisations/administration/groups.html", {"groups": rows})


@policy(ADMINISTRATORS)
@require_http_methods(GET_POST)
def group(request: ActingRequest, group_id: UUID) -> HttpResponse:
    """A group's members, with mandate and term of office; choose its coordinator."""
    found = _group_or_404(request, group_id)
    members = _current(request).filter(group=found).order_by("user__first_name", "user__last_name")
    chooses = found.municipality_id in (None, request.actor.huvudman_id)
    if request.method == "POST" and not chooses:
        raise Http404("organisations.coordinator")
    coordinator = next((one for one in members if one.is_coordinator), None)
    form = CoordinatorForm(request.POST or None, members=members, initial={"member": coordinator})
    if try_form(request, form, actions.set_coordinator, group_id=group_id):
        messages.success(request, "Samordnaren är vald.")
        return redirect("organisations:group", group_id)
    context = {
        "group": found,
        "members": members,
        "coordinator": coordinator,
        "form": form,
        "chooses": chooses,
        "huvudman_id": request.actor.huvudman_id,
        "coming": _appointed(request).filter(group=found, starts_on__gt=today_of(request)),
    }
    return render(request, "organisations/administration/group.html", context)


@policy(ADMINISTRATORS)
@require_http_methods(GET_POST)
def add_member(request: ActingRequest, group_id: UUID) -> HttpResponse:
    """Appoint somebody to sit in a group for one of one's units, with mandate and term of office (FUP-1)."""
    found = _group_or_404(request, group_id)
    form = MemberForm(
        request.POST or None,
        huvudman_id=request.actor.huvudman_id,
        people=own_people(request).filter(is_active=True),
        today=today_of(request),
        initial={"starts_on": today_of(request)},
    )
    made = try_form(request, form, actions.add_member, group_id=group_id)
    if made:
        messages.success(request, f"{made.user} sitter nu i gruppen för {made.represents}.")
        return redirect("organisations:group", group_id)
    effects = ["Personen får rollen i sin verksamhet och ser gruppens möten, protokoll och uppföljning."]
    return form_page(
        request, f"Ny medlem i {found}", form, "Lägg till", crumbs=[_GROUPS, _crumb(found)], effects=effects
    )


@policy(ADMINISTRATORS)
@require_http_methods(GET_POST)
def end_member(request: ActingRequest, member_id: UUID) -> HttpResponse:
    """Set the last day of a member's term of office."""
    found = get_object_or_404(_appointed(request).select_related("group", "user", "represents"), pk=member_id)
    form = EndMembershipForm(request.POST or None, initial=EndMembershipForm.now(found))
    if try_form(request, form, actions.end_member, member_id=member_id):
        messages.success(request, "Mandatet är ändrat.")
        return redirect("organisations:group", found.group_id)
    crumbs = [_GROUPS, _crumb(found.group)]
    return form_page(request, f"Mandatet för {found.user}", form, "Spara", crumbs=crumbs)


def _group_or_404(request: ActingRequest, group_id: UUID) -> CoordinationGroup:
    return get_object_or_404(own_groups(request), pk=group_id)


def _appointed(request: ActingRequest) -> QuerySet[GroupMember]:
    """Members for units of one's own huvudman whose time is not over."""
    today = today_of(request)
    return GroupMember.objects.filter(
        Q(ends_on=None) | Q(ends_on__gt=today), represents__authority__huvudman_id=request.actor.huvudman_id
    ).select_related("user", "represents__authority__huvudman")


def _current(request: ActingRequest) -> QuerySet[GroupMember]:
    today = today_of(request)
    return GroupMember.objects.filter(Q(ends_on=None) | Q(ends_on__gt=today), starts_on__lte=today).select_related(
        "user", "represents__authority__huvudman"
    )


_GROUPS: tuple[str, str, Any] = ("Samordningsgrupper", "organisations:groups", None)


def _crumb(found: CoordinationGroup) -> tuple[str, str, Any]:
    return (str(found), "organisations:group", found.pk)
