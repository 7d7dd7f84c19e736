"""What waits for a unit, told by every chapter: Mitt att göra is one list, whichever chapter a row comes from.

A chapter registers its source in `AppConfig.ready`; the page that shows the list asks them all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from core.acting import Actor
from core.models import Message
from individuals.models import Matter


@dataclass(frozen=True, slots=True)
class Waiting:
    """One row: what to do, about whom (or `where`, when it concerns no person), by when, and the way there."""

    kind: str
    what: str
    matter: Matter | None
    href: str
    due_at: datetime | None = None
    note: str = ""
    paused: bool = False
    where: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """A chapter's part of the list. `kinds`: key and label of its chips. `link`: where a message of it leads.

    `shown_as_rows`: kinds of messages that a row says already, as long as the thing waits.
    `matters`: the kind of matter that is the chapter's. Its messages lead nowhere once the unit no longer sees it.
    """

    kinds: Mapping[str, str]
    waiting: Callable[[Actor, datetime], Iterable[Waiting]]
    messages: str
    link: Callable[[Message], str]
    shown_as_rows: tuple[str, ...] = ()
    matters: str = ""


_sources: list[Source] = []


def register(source: Source) -> None:
    """Make a chapter's rows part of the list. `source.messages` is what the keys of its messages begin with."""
    _sources.append(source)


def kinds() -> dict[str, str]:
    """Chips of the registered chapters."""
    return {key: label for source in _sources for key, label in source.kinds.items()}


def waiting(by: Actor, now: datetime) -> list[Waiting]:
    """What the registered chapters' rows say waits for the acting unit."""
    return [row for source in _sources for row in source.waiting(by, now)]


def shown_as_rows() -> list[str]:
    """Kinds of messages that the registered chapters' rows stand for."""
    return [kind for source in _sources for kind in source.shown_as_rows]


def link(message: Message, matter_kind: str = "") -> str:
    """Where a message of a registered chapter leads, or nothing. `matter_kind`: of the matter, if the unit sees it."""
    for source in _sources:
        if source.matters:
            if source.matters == matter_kind:
                return source.link(message)
        elif message.kind.startswith(source.messages):
            return source.link(message)
    return ""


def pressing(row: Waiting) -> tuple[bool, bool, float, str]:
    """Sort key: overdue first, then by time, then those without a time; paused ones last."""
    due = row.due_at
    return (row.paused, due is None, due.timestamp() if due else 0.0, row.matter.reference if row.matter else row.where)
