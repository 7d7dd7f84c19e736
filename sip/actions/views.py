"""Each user's own named choices of filters for the list of cases."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from core.acting import Actor
from core.authz import Refused
from core.transitions import Gone
from sip.models import SavedView

AT_MOST = 20


def save_view(*, name: str, query: str, by: Actor, now: datetime) -> SavedView:
    """Keep a choice of filters under a name; the same name again replaces it. Raises `Refused` for too many."""
    mine = SavedView.objects.filter(user_id=by.user_id, unit_id=by.unit_id)
    if not mine.filter(name=name).exists() and mine.count() >= AT_MOST:
        raise Refused(f"Du har redan {AT_MOST} sparade vyer. Ta bort en först.", field="name")
    view, _ = SavedView.objects.update_or_create(
        user_id=by.user_id, unit_id=by.unit_id, name=name, defaults={"query": query}
    )
    return view


def remove_view(*, view_id: UUID, by: Actor, now: datetime) -> None:
    """Forget a saved view. Raises `Gone` when it isn't the user's own."""
    gone, _ = SavedView.objects.filter(pk=view_id, user_id=by.user_id, unit_id=by.unit_id).delete()
    if not gone:
        raise Gone(SavedView._meta.label)
