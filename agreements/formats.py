"""The form of a pack's files, and the way from an older form to today's.

A pack says which form it is written in (`format` in pack.toml). When the form changes, `CURRENT` is raised and one step
is added to `STEPS`; packs written before are then read through the steps, and nothing else knows of the old form.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

CURRENT = 1

Raw = dict[str, Any]
Step = Callable[[str, Raw], Raw]
"""From a file's name in its folder (`terms.toml`) and what it says, to the same in the next form."""

STEPS: dict[int, Step] = {}
"""By the form that they leave: `STEPS[1]` leads from the first form to the second."""


def upgraded(file: str, raw: Raw, form: int) -> Raw:
    """Return what a file says in today's form. `form`: the one it is written in, from 1 to `CURRENT`."""
    for number in range(form, CURRENT):
        raw = STEPS[number](file, raw)
    return raw


def why_unreadable(form: object) -> str:
    """Return why a pack of that form can't be read, or nothing."""
    if not isinstance(form, int) or isinstance(form, bool) or form < 1:
        return "måste vara ett heltal från 1"
    if form > CURRENT:
        return f"paketet är skrivet i form {form}, men den här portalen läser till och med form {CURRENT}"
    return ""
