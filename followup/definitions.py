"""Which indicators are asked and shown in a year: the pack's, and what the board has changed since (FUP-4)."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import Any

from agreements.models import Agreement
from agreements.values import Aim, FigureUnit, IndicatorKind
from followup.models import BoardIndicator


@dataclass(frozen=True, slots=True)
class Definition:
    """One indicator as it is in a year. Copied whole into what is submitted, so a figure can be made again (FUP-5)."""

    key: str
    name: str
    kind: str
    prompt: str = ""
    required: bool = True
    definition: str = ""
    unit: str = ""
    numerator: str = ""
    denominator: str = ""
    breakdowns: tuple[str, ...] = ()
    coordination: str = ""
    aim: str = Aim.NONE
    target: int | None = None
    counts_persons: bool = True
    section: str = ""
    is_default: bool = False
    from_board: bool = False

    @property
    def has_figure(self) -> bool:
        return bool(self.unit)

    @property
    def has_text(self) -> bool:
        return self.kind != IndicatorKind.FIGURE

    @property
    def unit_words(self) -> str:
        return str(FigureUnit(self.unit).label) if self.unit else ""

    @property
    def source(self) -> str:
        """Where it comes from, as the page says it."""
        if self.from_board:
            return "Beslutad av den regionala gruppen"
        return "Portalens standard" if self.is_default else f"Överenskommelsen {self.section}"

    def as_dict(self) -> dict[str, Any]:
        return {**asdict(self), "breakdowns": list(self.breakdowns)}

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Definition:
        known = {field.name for field in fields(cls)}
        kept = {name: value for name, value in values.items() if name in known}
        return cls(**{**kept, "breakdowns": tuple(kept.get("breakdowns", ()))})


class Definitions:
    """All definitions of an agreement, read in two queries."""

    def __init__(self, agreement: Agreement) -> None:
        self.pack = list(agreement.indicators.select_related("provision"))
        self.board = list(BoardIndicator.objects.filter(agreement=agreement).order_by("from_year"))

    def of(self, year: int, coordination: str = "") -> list[Definition]:
        """The indicators of a year, the pack's first, for one kind of group when it is given."""
        found: dict[str, Definition | None] = {
            one.key: _of_pack(one) for one in self.pack if one.from_year is None or one.from_year <= year
        }
        for one in self.board:
            if one.from_year <= year:
                found[one.key] = None if one.is_ended else _of_board(one)
        return [
            one
            for one in found.values()
            if one is not None and (not coordination or one.coordination in ("", coordination))
        ]


def _of_pack(row: Any) -> Definition:
    return Definition(section=row.provision.number, **_values(row), required=row.required, is_default=row.is_default)


def _of_board(row: Any) -> Definition:
    return Definition(from_board=True, **_values(row))


def _values(row: Any) -> dict[str, Any]:
    names = (
        "key", "name", "kind", "prompt", "definition", "unit", "numerator", "denominator", "coordination", "aim",
        "target", "counts_persons",
    )  # fmt: skip
    return {**{name: getattr(row, name) for name in names}, "breakdowns": tuple(row.breakdowns)}
