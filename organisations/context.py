"""What the frame of every page shows."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from core.printing import note_of


def frame(request: HttpRequest) -> dict[str, Any]:
    """The acting assignment, version and contact, for `base.html`."""
    actor = getattr(request, "actor", None)
    return {
        "actor": actor,
        "print_note": actor and SimpleLazyObject(lambda: note_of(actor)),
        "assignment": getattr(request, "assignment", None),
        "demonstration": settings.DEMO,
        "version": settings.VERSION,
        "support_contact": settings.SUPPORT_CONTACT,
        "session_idle_seconds": int(settings.SESSION_IDLE_LIMIT.total_seconds()),
    }
