"""Who may write for whom, asked by several verbs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from agreements.models import Agreement, Amendment, RevisionRound
from agreements.values import ReviseDo
from core.acting import Actor
from core.authz import NotAllowed, Rules
from core.transitions import Gone, transition
from organisations.kinds import Role


def require_local_writer(*, agreement: Agreement, by: Actor) -> None:
    """Raise `NotAllowed` unless the actor administers one of the agreement's parties."""
    if by.role != Role.LOCAL_ADMINISTRATOR or not agreement.parties.filter(huvudman_id=by.huvudman_id).exists():
        raise NotAllowed("Det här gör en lokal administratör hos någon av överenskommelsens parter.")


R = TypeVar("R", RevisionRound, Amendment)


@contextmanager
def revising(model: type[R], pk: UUID, do: ReviseDo, *, rules: Rules, by: Actor, now: datetime) -> Iterator[R]:
    """A transition whose refusal is told with its reason: row security hides the row from those who may not change it,
    so the rule is asked before the row is locked. Raises `Gone`, `Refused`."""
    there = model._default_manager.select_related("agreement").filter(pk=pk).first()
    if there is None:
        raise Gone(model._meta.label)
    rules.require(by, do, there)
    with transition(model, pk, do, rules=rules, by=by, now=now) as locked:
        yield locked
