"""What each chapter adds to the demonstration. The command `demo` asks them all, in the order of the apps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Chapter:
    """`tell` makes the chapter's stories by its own actions, as `portal_app`; it returns how many of `what`."""

    what: str
    tell: Callable[[datetime], int]


_chapters: list[Chapter] = []


def register(chapter: Chapter) -> None:
    """Add a chapter's stories. Called from its `AppConfig.ready`."""
    _chapters.append(chapter)


def chapters() -> list[Chapter]:
    return list(_chapters)
