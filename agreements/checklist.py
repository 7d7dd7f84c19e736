"""The national checklist for agreements (AGR-5): one file for the whole country, answered by each pack."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from agreements.schema import NationalChecklist

if TYPE_CHECKING:
    from agreements.models import Agreement

FILE = Path(__file__).resolve().parent / "national_checklist.toml"


@lru_cache(maxsize=1)
def national_checklist() -> NationalChecklist:
    return NationalChecklist.model_validate(tomllib.loads(FILE.read_text(encoding="utf-8")))


@dataclass(frozen=True, slots=True)
class Answered:
    """An item, and where the agreement deals with it: nowhere, if there are no sections."""

    text: str
    sections: tuple[str, ...]
    note: str


@dataclass(frozen=True, slots=True)
class AnsweredPart:
    name: str
    items: tuple[Answered, ...]

    @property
    def covered(self) -> int:
        return sum(bool(item.sections) for item in self.items)


def completeness(agreement: Agreement) -> list[AnsweredPart]:
    """The parts of the checklist that the agreement has been compared with."""
    answers = {row.item: row for row in agreement.coverage.all()}
    return [
        AnsweredPart(
            part.name,
            tuple(
                Answered(item.text, tuple(answers[item.key].sections), answers[item.key].note)
                for item in part.items
                if item.key in answers
            ),
        )
        for part in national_checklist().part
        if any(item.key in answers for item in part.items)
    ]
