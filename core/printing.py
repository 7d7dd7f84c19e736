"""Printing is a read of its own (LAW-1): the page carries a signed note of what it shows, which the browser hands back.

The portal can't see a printer. What it can know is that the print view of a page was opened, and whose data it held.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.core import signing

from core.acting import Actor
from core.audit import Action

_SALT = "core.printing"


def note_of(actor: Actor) -> str:
    """What the page has read so far, signed for this assignment. Empty when it shows nobody's data."""
    shown = [
        [what, [person.hex for person in persons], [matter.hex for matter in matters]]
        for action, what, persons, matters in actor.reads.rows
        if action != Action.DENIED
    ]
    return signing.dumps([str(actor.assignment_id), shown], salt=_SALT, compress=True) if shown else ""


def log_print(actor: Actor, note: str) -> None:
    """Log that the page was printed. Raises `signing.BadSignature` for an old note, or another's."""
    value: Any = signing.loads(note, salt=_SALT, max_age=settings.SESSION_ABSOLUTE_LIMIT)
    assignment, shown = value
    if assignment != str(actor.assignment_id):
        raise signing.BadSignature("another assignment's note")
    for what, persons, matters in shown:
        actor.reads.add(Action.PRINT, what, persons=map(UUID, persons), matters=map(UUID, matters))
