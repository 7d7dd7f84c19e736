"""The list of disputes, their statistics, and what lower chapters' pages show of them by address."""

from __future__ import annotations

from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from agreements.models import Agreement
from core.policy import ASSIGNED, ActingRequest, for_roles, policy, visible_or_404
from deadlines.models import Clock
from disputes import statistics
from disputes.kinds import LEVEL_CLOCK, READERS, State
from disputes.models import CaseLink, Dispute, Guidance
from disputes.permissions import may_open
from individuals.models import Matter
from organisations.kinds import CASE_ROLES

MAY_READ = for_roles(*READERS)
PER_PAGE = 25
SHOWN = {"": "Pågår", "alla": "Alla", "avslutade": "Avslutade"}


@policy(MAY_READ)
@require_safe
def dispute_list(request: ActingRequest) -> HttpResponse:
    """The disputes that the assignment sees, those that go on first."""
    chosen = request.GET.get("visa", "")
    chosen = chosen if chosen in SHOWN else ""
    found = Dispute.objects.visible_to(request.actor, request.now).with_parties()
    if chosen == "":
        found = found.filter(state=State.OPEN)
    elif chosen == "avslutade":
        found = found.exclude(state=State.OPEN)
    page = Paginator(found.order_by("ended_at", "-opened_at", "pk"), PER_PAGE).get_page(request.GET.get("sida"))
    clocks = Clock.objects.filter(kind=LEVEL_CLOCK, subject__in=[one.pk for one in page], stopped_at=None)
    due = dict(clocks.values_list("subject", "due_at"))
    context = {
        "page": page,
        "rows": [(dispute, due.get(dispute.pk)) for dispute in page],
        "choices": SHOWN.items(),
        "chosen": chosen,
        "may_open": may_open(request.actor, request.now),
        "now": request.now,
    }
    return render(request, "disputes/list.html", context)


@policy(MAY_READ)
@require_safe
def figures(request: ActingRequest) -> HttpResponse:
    """How the disputes that the assignment sees have gone: per level, provision and time."""
    told = statistics.told(Dispute.objects.visible_to(request.actor, request.now), request.now)
    return render(request, "disputes/statistics.html", {"told": told})


@policy(ASSIGNED)
@require_safe
def guidance(request: ActingRequest, key: str) -> HttpResponse:
    """What settled disputes teach about an agreement, section by section. Alone, or as a part of its page."""
    agreement = get_object_or_404(Agreement, key=key)
    found = Guidance.objects.filter(provision__agreement=agreement).select_related("provision__agreement")
    context = {"agreement": agreement, "found": found.order_by("provision__position", "-published_at")}
    template = "disputes/_guidance.html" if request.htmx else "disputes/guidance.html"  # type: ignore[attr-defined]
    return render(request, template, context)


@policy(for_roles(*CASE_ROLES))
@require_safe
def of_matter(request: ActingRequest, matter_id: UUID) -> HttpResponse:
    """The disputes that arose from a case which the unit reaches. Alone, or as a part of the case's page."""
    matters = Matter.objects.visible_to(request.actor, request.now).select_related("person")
    matter = visible_or_404(request, matters, "disputes.of_matter", pk=matter_id)
    links = CaseLink.objects.filter(matter=matter, dispute=OuterRef("pk"))
    found = Dispute.objects.visible_to(request.actor, request.now).filter(Exists(links)).with_parties()
    context = {
        "matter": matter,
        "person": matter.person,
        "disputes": found.order_by("-opened_at"),
        "may_open": may_open(request.actor, request.now),
        "now": request.now,
    }
    template = "disputes/_of_matter.html" if request.htmx else "disputes/of_matter.html"  # type: ignore[attr-defined]
    return render(request, template, context)
