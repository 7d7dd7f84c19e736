"""Who may write for whom, asked by several verbs."""

from __future__ import annotations

from agreements.models import Agreement
from core.acting import Actor
from core.authz import NotAllowed
from organisations.kinds import Role


def require_local_writer(*, agreement: Agreement, by: Actor) -> None:
    """Raise `NotAllowed` unless the actor administers one of the agreement's parties."""
    if by.role != Role.LOCAL_ADMINISTRATOR or not agreement.parties.filter(huvudman_id=by.huvudman_id).exists():
        raise NotAllowed("Det här gör en lokal administratör hos någon av överenskommelsens parter.")
