"""The list of placements, and the page of one as the acting unit meets it."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_safe

from agreements.models import TargetGroup
from core.audit import Action
from core.policy import ActingRequest, policy
from deadlines.models import Clock
from individuals import paging
from individuals.kinds import MatterKind
from individuals.models import Event, Participant
from individuals.querysets import ended, on_desk
from organisations.kinds import MANAGERS, Role
from placements import actions, clocks, panels, progress
from placements.kinds import Do, State
from placements.models import Ansvarsforbindelse, Placement
from placements.permissions import MAY_START, is_party
from placements.querysets import PlacementQuerySet
from placements.rows import rows
from placements.views.shared import PARTICIPANTS, find
from sip import panels as case_panels

ADDRESSES: dict[Do, str] = {
    Do.EDIT: "placements:home",
    Do.RECORD_BASIS: "placements:consent",
    Do.SHARE: "placements:share",
    Do.WITHDRAW_CONSENT: "placements:withdraw_consent",
    Do.ASSESS: "placements:assess",
    Do.REFER: "placements:refer",
    Do.START: "placements:start",
    Do.EXAMINE: "placements:examine",
    Do.REVIEW: "placements:review",
    Do.HIDE: "placements:hide",
    Do.REVEAL: "placements:reveal",
    Do.MOVE: "placements:move",
    Do.NAME_READER: "placements:name_reader",
    Do.FOLLOW_UP: "placements:follow_up",
    Do.PLAN_END: "placements:plan_end",
    Do.PLAN_AFTERCARE: "placements:aftercare",
    Do.HAND_OVER: "placements:hand_over",
    Do.END: "placements:end",
    Do.CLOSE: "placements:close",
    Do.CANCEL: "placements:cancel",
}
"""Where each action has its page."""

FILTERS: dict[str, tuple[str, tuple[State, ...]]] = {
    "": ("Pågår och förbereds", ()),
    "forbereds": ("Förbereds", (State.DRAFT, State.PLANNED)),
    "pagar": ("Pågår", (State.ONGOING,)),
    "slut": ("Slut, uppföljning återstår", (State.ENDED,)),
    "avslutade": ("Avslutade", (State.CLOSED, State.CANCELLED)),
}
RIGHTS = {"": on_desk, "avslutade": ended}
"""Lists that hold all of a stretch of the unit's rights."""


@policy(PARTICIPANTS)
@require_safe
def placement_list(request: ActingRequest) -> HttpResponse:
    """One page of the unit's placements, most pressing first."""
    actor, now = request.actor, request.now
    chosen = request.GET.get("visa", "")
    chosen = chosen if chosen in FILTERS else ""
    rights = RIGHTS[chosen](actor, now, MatterKind.PLACEMENT) if chosen in RIGHTS else None
    found: PlacementQuerySet = Placement.objects.select_related("matter__person", "matter__initiator")
    if rights is None:
        found = found.visible_to(actor, now).filter(state__in=FILTERS[chosen][1])
    position = {"after": request.GET.get("efter", ""), "before": request.GET.get("fore", "")}
    page = paging.page(found, rights=rights, **position)
    shown = page.rows
    actor.reads.add(
        Action.LIST, "placements.list", persons=[p.matter.person_id for p in shown], matters=[p.pk for p in shown]
    )
    agreed = set(
        Ansvarsforbindelse.objects.visible_to(actor)
        .in_force()
        .filter(placement__in=[p.pk for p in shown])
        .values_list("placement_id", flat=True)
    )
    context = {
        "page": page,
        "rows": rows(shown, agreed, actor.unit_id),
        "count": paging.count_words(found if rights is None else rights),
        "chips": [(key, label) for key, (label, _) in FILTERS.items()],
        "chosen": chosen,
        "may_start": actor.role in MAY_START,
        "may_oversee": actor.role in (*MANAGERS, Role.SIGNATORY),
        "now": now,
    }
    return render(request, "placements/list.html", context)


def stand(request: ActingRequest, placement: Placement) -> progress.Standing:
    """The placement from the acting unit's chair, with all that its progress is told from."""
    running = Clock.objects.filter(matter_id=placement.pk, stopped_at=None).select_related("unit").order_by("due_at")
    party = is_party(request.actor, placement)
    shared = (
        placement.medical_unit_id is not None
        and Participant.objects.filter(
            matter_id=placement.pk, unit_id=placement.medical_unit_id, ended_at=None
        ).exists()
    )
    prepares = placement.is_yet_to_be_shared and not shared and placement.matter.initiator_id == request.actor.unit_id
    return progress.Standing(
        placement=placement,
        by=request.actor,
        now=request.now,
        basis=case_panels.basis_in_use(placement.matter),
        running=[one for one in running if clocks.is_shown(one, party=party, now=request.now)],
        versions=panels.versions_of(placement, request.actor),
        stays=list(placement.stays.select_related("provider")),
        examinations=list(placement.examinations.all()),
        reviews=list(placement.reviews.all()),
        follow_ups=list(placement.follow_ups.all()),
        shared=shared,
        missing=actions.whats_missing(placement, request.now) if prepares else [],
    )


@policy(PARTICIPANTS)
@require_safe
def placement_page(request: ActingRequest, placement_id: UUID) -> HttpResponse:
    """Status, next step, the steps, where, care, agreement, texts, who sees what, clocks and timeline."""
    placement = find(request, placement_id)
    at = stand(request, placement)
    pieces = case_panels.readable(placement.matter, request.actor)
    first = progress.next_do(at)
    groups = TargetGroup.objects.filter(
        agreement_id=placement.matter.agreement_id, key__in=placement.target_groups
    ).values_list("name", flat=True)
    context = {
        "placement": placement,
        "person": placement.matter.person,
        "at": at,
        "sentence": progress.sentence(at),
        "primary": [(one, ADDRESSES[one.do]) for one in progress.buttons(at, [first] if first else [])],
        "others": [(one, ADDRESSES[one.do]) for one in progress.buttons(at, progress.other_dos(at))],
        "tasks": progress.tasks(at),
        "texts": case_panels.texts(pieces),
        "sights": case_panels.who_sees_what(placement.matter, pieces, request.actor, request.now),
        "running": case_panels.explained(at.running, request.actor),
        "groups": list(groups),
        "events": list(Event.objects.filter(matter_id=placement.pk).select_related("unit", "user").order_by("-at")),
        "dispute_address": _dispute_address(placement) if at.is_party else "",
        "may_dispute": request.actor.role in MANAGERS,
        "stays_hidden": placement.is_hidden and not at.stays,
        "now": request.now,
    }
    return render(request, "placements/placement.html", context)


def _dispute_address(placement: Placement) -> str:
    """Where a dispute about the placement begins: a page of a higher chapter, known by its name only."""
    try:
        return f"{reverse('disputes:new')}?matter={placement.pk}"
    except NoReverseMatch:
        return ""
