"""Mitt att göra: the landing page, and marking its messages as read."""

from __future__ import annotations

from collections import Counter
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from core.audit import Action
from core.policy import ASSIGNED, ActingRequest, policy
from deadlines import todo as chapters
from sip import todo
from sip.permissions import MAY_START

MESSAGES = "meddelanden"
OTHERS_AT_A_GLANCE = 5
"""What others have to do stands below one's own; all of it is behind its chip."""


@policy(ASSIGNED)
@require_safe
def home(request: ActingRequest) -> HttpResponse:
    """What waits for the acting unit, overdue first. Roles that take no part in cases get the way to their work."""
    actor, now = request.actor, request.now
    if actor.group_id is None:
        return render(request, "sip/home_without_cases.html", {"notices": todo.notices(actor, now)})
    rows, others, notices = todo.waiting(actor, now), todo.on_others(actor, now), todo.notices(actor, now)
    counts = Counter(row.kind for row in rows)
    counts |= {todo.OTHERS: len(others), MESSAGES: len(notices)}
    chosen = request.GET.get("visa", "")
    labels = {**todo.KINDS, **chapters.kinds(), todo.OTHERS: "Väntar på andra", MESSAGES: "Meddelanden"}
    chips = [(key, label, counts[key]) for key, label in labels.items() if counts[key]]
    if chosen not in {key for key, _, _ in chips}:
        chosen = ""
    shown = [row for row in rows if not chosen or row.kind == chosen]
    if chosen != todo.OTHERS:
        others = [] if chosen else others[:OTHERS_AT_A_GLANCE]
    seen = [row.matter for row in [*shown, *others] if row.matter is not None]
    actor.reads.add(Action.LIST, "home", persons=[matter.person_id for matter in seen], matters=[m.pk for m in seen])
    context = {
        "rows": shown,
        "others": others,
        "more_others": counts[todo.OTHERS] - len(others) if others else 0,
        "overdue": sum(1 for row in shown if row.due_at is not None and not row.paused and row.due_at <= now),
        "notices": notices if chosen in ("", MESSAGES) else [],
        "elsewhere": todo.lifted_elsewhere(actor, now),
        "chips": chips if len(chips) > 1 else [],
        "chosen": chosen,
        "all_count": sum(counts.values()),
        "has_own": bool(rows or notices),
        "may_start": actor.role in MAY_START,
        "now": now,
    }
    return render(request, "sip/home.html", context)


@policy(ASSIGNED)
@require_POST
def mark_read(request: ActingRequest, message_id: UUID | None = None) -> HttpResponse:
    """Mark one message, or all that the page shows, as read."""
    unread = todo.unread(request.actor, request.now)
    if message_id is not None:
        unread = unread.filter(pk=message_id)
        if not unread.exists():
            raise Http404
    todo.mark_read(unread, by=request.actor, now=request.now)
    messages.success(request, "Meddelandet är läst." if message_id else "Meddelandena är lästa.")
    return redirect("home")
