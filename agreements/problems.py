"""What is wrong with a pack, said so that the one who wrote the file can mend it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One mistake: the file, where in it, and why it can't be accepted."""

    file: str
    path: str
    reason: str

    def __str__(self) -> str:
        return f"{self.file}: {self.path}: {self.reason}" if self.path else f"{self.file}: {self.reason}"


class PackRefused(Exception):
    """A pack can't be loaded. Holds every problem found; nothing has been written."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(set(problems))
        super().__init__("\n".join(map(str, self.problems)))


# pydantic's kind of error → our words. A kind that is missing here falls back to pydantic's own message.
REASONS = {
    "missing": "uppgiften saknas",
    "extra_forbidden": "uppgiften är okänd, kontrollera stavningen",
    "enum": "måste vara något av {expected}",
    "literal_error": "måste vara något av {expected}",
    "int_type": "måste vara ett heltal",
    "bool_type": "måste vara true eller false",
    "string_type": "måste vara text inom citattecken",
    "string_too_short": "får inte vara tom",
    "string_too_long": "får ha högst {max_length} tecken",
    "string_pattern_mismatch": "har fel form",
    "date_type": "måste vara ett datum som 2025-07-01",
    "list_type": "måste vara en lista",
    "dict_type": "måste vara en tabell",
    "model_type": "måste vara en tabell",
    "too_short": "måste ha minst {min_length}",
    "greater_than_equal": "måste vara minst {ge}",
    "less_than_equal": "får vara högst {le}",
}


def from_validation(file: str, raw: Any, error: ValidationError) -> list[Problem]:
    """Turn pydantic's errors into problems, naming rows by their own key rather than by their place."""
    return [Problem(file, readable_path(raw, e["loc"]), _reason(e)) for e in error.errors()]


def _reason(error: Any) -> str:
    context = error.get("ctx", {})
    if error["type"] == "value_error":
        return str(context["error"])
    template = REASONS.get(error["type"])
    return template.format(**context) if template else str(error["msg"])


def readable_path(raw: Any, location: Sequence[str | int]) -> str:
    """Return `term["sip.first_contact"].value` for ("term", 1, "value")."""
    path, here = "", raw
    for step in location:
        try:
            here = here[step]
        except (KeyError, IndexError, TypeError):
            here = None
        if isinstance(step, int):
            path += f'["{name}"]' if (name := _name_of(here)) else f"[{step + 1}]"
        else:
            path += f".{step}" if path else step
    return path


def _name_of(row: Any) -> str:
    if isinstance(row, dict):
        for field in ("key", "number", "name"):
            if isinstance(row.get(field), str):
                return str(row[field])
    return ""
