"""What the launcher says: short lines, each with the name of the part that speaks."""

from __future__ import annotations

import sys
from contextlib import suppress
from typing import TextIO


class Problem(Exception):
    """Something the person at the keyboard has to mend. The text is one line that says what to do."""


_speaker: dict[str, TextIO | None] = {"stream": None}  # None: standard output, whatever that is when it is used.


def speak_on(stream: TextIO) -> None:
    """Choose where `say` prints."""
    _speaker["stream"] = stream


def say(text: str, part: str = "portal") -> None:
    """Print every line of `text` behind the name of the part it comes from."""
    with suppress(OSError):  # A closed terminal or pipe is no reason to leave the servers running.
        for line in text.splitlines():
            print(f"{part:<8}│ {line}", file=_speaker["stream"], flush=True)


def complain(text: str) -> None:
    """Print a problem on standard error."""
    print(f"portal: {text}", file=sys.stderr, flush=True)
