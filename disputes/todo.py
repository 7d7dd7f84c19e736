"""What of disputes waits for the acting assignment in Mitt att göra, and where a message about one leads."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.urls import reverse

from core.acting import Actor
from core.models import Message
from deadlines.models import Clock
from deadlines.todo import Source, Waiting
from disputes.kinds import LEVEL_CLOCK, Do
from disputes.models import Dispute
from disputes.telling import lower

DISPUTES = "tvister"
AT_MOST = 50


def next_step(dispute: Dispute, huvudman_id: UUID) -> Do | None:
    """What a dispute waits for from one side: its answer, its confirmation, or that both find a solution."""
    if all(one.huvudman_id != huvudman_id for one in dispute.positions.all()):
        return Do.TAKE_POSITION
    proposal = max(dispute.proposals.all(), key=lambda one: one.number, default=None)
    if proposal is None:
        return Do.PROPOSE
    return Do.CONFIRM if proposal.huvudman_id != huvudman_id else None


def waiting(by: Actor, now: datetime) -> Iterable[Waiting]:
    """Open disputes on the actor's level, with the time that is left there."""
    disputes = list(
        Dispute.objects.handled_by(by, now)
        .select_related("opening_huvudman", "answering_huvudman", "level")
        .prefetch_related("positions", "proposals")
        .order_by("opened_at")[:AT_MOST]
    )
    if not disputes:
        return []
    clocks = Clock.objects.filter(kind=LEVEL_CLOCK, subject__in=[one.pk for one in disputes], stopped_at=None)
    due = dict(clocks.values_list("subject", "due_at"))
    return [_row(dispute, by, due.get(dispute.pk)) for dispute in disputes]


def _row(dispute: Dispute, by: Actor, due_at: datetime | None) -> Waiting:
    ours = dispute.opening_huvudman_id == by.huvudman_id
    other = dispute.answering_huvudman if ours else dispute.opening_huvudman
    do = next_step(dispute, by.huvudman_id)
    what, address = {
        Do.TAKE_POSITION: (f"Svara på tvisten med {other}", "disputes:position"),
        Do.CONFIRM: (f"Ta ställning till lösningen som {other} föreslår", "disputes:confirm"),
        Do.PROPOSE: (f"Försök enas med {other}", "disputes:dispute"),
        None: (f"Vänta in svar från {other} på ert förslag", "disputes:dispute"),
    }[do]
    where = f"Tvist {dispute.reference} · {lower(dispute.level.name)}"
    return Waiting(DISPUTES, what, None, reverse(address, args=[dispute.pk]), due_at, where=where)


def link(message: Message) -> str:
    """The dispute a message is about. The page itself answers 404 to one who doesn't see it."""
    dispute = message.facts.get("dispute")
    return reverse("disputes:dispute", args=[UUID(dispute)]) if dispute else ""


SOURCE = Source(kinds={DISPUTES: "Tvister"}, waiting=waiting, messages="dispute.", link=link)
