"""Where a message of this chapter leads. What waits for a group stands on the group's own page."""

from __future__ import annotations

from django.urls import reverse

from core.models import Message
from deadlines.todo import Source

SOURCE = Source(
    kinds={},
    waiting=lambda actor, now: (),
    messages="group.",
    link=lambda message: _link(message),
)


def _link(message: Message) -> str:
    return reverse("followup:home")
