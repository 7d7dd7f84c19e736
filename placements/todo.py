"""Placements' part of Mitt att göra: the clock that presses most of each placement, and proposals to answer or sign."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.urls import reverse

from core.acting import Actor
from core.models import Message
from deadlines.models import Clock
from deadlines.todo import Source, Waiting
from individuals.kinds import MatterKind
from individuals.querysets import goes_on
from organisations.kinds import Role
from placements import clocks
from placements.kinds import Stage
from placements.models import Ansvarsforbindelse
from sip.actions import EXPIRY

AT_MOST = 100
PLACEMENTS, AGREEMENTS = "placering", "ansvarsforbindelse"

# What is to be done for each clock, and the page where it is done.
_TO_DO = {
    clocks.BEFORE: ("Gör ansvarsförbindelsen klar innan placeringen börjar", "placements:agreements"),
    clocks.AFTER_ACUTE: ("Upprätta ansvarsförbindelsen nu", "placements:agreements"),
    clocks.EXPIRY: ("Förhandla om ansvarsförbindelsen: den tar slut före placeringen", "placements:agreements"),
    clocks.LAST_DAY: ("Förnya ansvarsförbindelsen: den har tagit slut", "placements:agreements"),
    clocks.RENEGOTIATION: ("Se över ansvarsförbindelsen tillsammans", "placements:agreements"),
    clocks.REFERRAL: ("Skicka remissen till psykiatrin eller beroendeteamet", "placements:refer"),
    clocks.ASSESSMENT: ("Bedöm de medicinska behoven", "placements:assess"),
    clocks.HEALTH: ("Ta initiativ till hälso- och tandhälsoundersökning", "placements:examine"),
    clocks.BEFORE_APPLICATION: ("Läkarundersökning inför ansökan", "placements:examine"),
    clocks.REVIEW: ("Ompröva vården", "placements:review"),
    clocks.LVM_END: ("Vården enligt LVM ska vara slut", "placements:end"),
    clocks.WHEREABOUTS: ("Ompröva att vistelseorten hålls hemlig", "placements:review"),
    clocks.CUSTODY: ("Ta upp frågan om vårdnaden", "placements:review"),
    clocks.CUSTODY_AGAIN: ("Ta upp frågan om vårdnaden på nytt", "placements:review"),
    clocks.FOLLOW_UP: ("Följ upp placeringen tillsammans", "placements:follow_up"),
    clocks.AFTERCARE: ("Planera eftervården tillsammans", "placements:aftercare"),
    clocks.UNPLANNED_END: ("Följ upp det oplanerade slutet tillsammans nu", "placements:follow_up"),
    EXPIRY: ("Fråga personen om nytt samtycke", "placements:consent"),
}

_IN_GOOD_TIME = (
    clocks.EXPIRY, clocks.RENEGOTIATION, clocks.REVIEW, clocks.LVM_END, clocks.WHEREABOUTS, clocks.CUSTODY,
    clocks.CUSTODY_AGAIN, clocks.FOLLOW_UP, clocks.AFTERCARE, EXPIRY,
)  # fmt: skip
"""Clocks that run for months: nothing to do about them yet."""


def waiting(by: Actor, now: datetime) -> Iterable[Waiting]:
    """One row for each placement: the clock that presses most. Then proposals for the acting role to answer or sign."""
    found = (
        Clock.objects.filter(goes_on(by, now, MatterKind.PLACEMENT, "matter_id"), unit_id=by.unit_id, stopped_at=None)
        .exclude(kind__in=_IN_GOOD_TIME, stage_times__0__gt=now)  # Waits for nobody until warned about.
        .exclude(kind=clocks.LAST_DAY, due_at__gt=now)
        .select_related("matter__person")
        .order_by("due_at")[: AT_MOST * 2]
    )
    by_placement: dict[UUID, list[Clock]] = {}
    for clock in found:
        by_placement.setdefault(clock.matter_id, []).append(clock)  # type: ignore[arg-type]
    rows = [_row(running) for running in by_placement.values()]
    return [*rows, *_proposals(by)]


def _row(running: Sequence[Clock]) -> Waiting:
    first, others = running[0], len(running) - 1
    what, page = _TO_DO.get(first.kind, (first.label, "placements:placement"))
    note = f"Och {others} till i samma ärende" if others else ""
    kind = AGREEMENTS if first.kind in clocks.OF_THE_PARTIES else PLACEMENTS
    return Waiting(kind, what, first.matter, reverse(page, args=[first.matter_id]), first.due_at, note)


def _proposals(by: Actor) -> list[Waiting]:
    """Proposals from the other party, and versions that the acting signatory hasn't signed for its own."""
    versions = Ansvarsforbindelse.objects.visible_to(by).negotiated().select_related("placement__matter__person")
    signs = by.role in (Role.HEAD_OF_OPERATIONS, Role.SIGNATORY)
    rows = []
    for one in versions.prefetch_related("signatures")[:AT_MOST]:
        matter = one.placement.matter
        signed = any(s.side == one.side_of(by.unit_id) for s in one.signatures.all())
        if signs and not signed and one.proposed_by_id != by.user_id:
            what, page = "Läs och underteckna ansvarsförbindelsen", "placements:sign"
        elif one.drafted_by_unit_id != by.unit_id and not signed and one.state == Stage.PROPOSED:
            what, page = "Ta ställning till ett förslag till ansvarsförbindelse", "placements:version"
        else:
            continue
        rows.append(Waiting(AGREEMENTS, what, matter, reverse(page, args=[matter.pk, one.pk])))
    return rows


def link(message: Message) -> str:
    """Where a message about a placement leads."""
    return reverse("placements:placement", args=[message.matter_id])


SOURCE = Source(
    kinds={PLACEMENTS: "Placering", AGREEMENTS: "Ansvarsförbindelse"},
    waiting=waiting,
    messages="placement.",
    link=link,
    matters=MatterKind.PLACEMENT,
)
