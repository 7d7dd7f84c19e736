"""The one place where figures are read: pages, reports, the API, PDF and spreadsheets all ask here (FUP-6, FUP-7).

A `Panel` is one indicator for one place and year, with its trend and its comparison: everything a page, a chart or a
file shows of it. What is kept back is kept back already in the table (`followup.making`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from agreements.models import Agreement
from agreements.values import Aim, Breakdown, Coordination, FigureUnit, IndicatorKind
from followup.agreement import municipalities
from followup.definitions import Definition, Definitions
from followup.measures import PARTS
from followup.models import Cell, FactRun
from followup.population import source_words
from organisations.models import Huvudman

NOTHING = "–"
COUNTY = "Hela länet"
COUNTS_AT = {
    "deviations": "deviations:desk",
    **dict.fromkeys(("disputes", "disputes_settled", "disputes_at_top", "days_to_settlement"), "disputes:list"),
}
OWN_AT = dict.fromkeys(
    ("placements_started", "agreements_before_start", "days_without_agreement", "unplanned_ends_followed_up"),
    "placements:list",
)
HIGHEST_SCORE = 4  # The scale of the person's own rating (sip.models.Rating).


@dataclass(frozen=True, slots=True)
class Figure:
    """A value as it may be told: a number, kept back, or nothing to reckon on."""

    label: str
    unit: str
    value: float | None = None
    count: int | None = None
    is_hidden: bool = False
    is_here: bool = False

    @property
    def words(self) -> str:
        """`84 %`, `3,2 dagar`, `visas inte`, `–`."""
        if self.is_hidden:
            return "visas inte"
        if self.value is None:
            return NOTHING
        number = swedish_number(self.value, 0 if self.unit in (FigureUnit.COUNT, FigureUnit.PERCENT) else 1)
        return {
            FigureUnit.PERCENT: f"{number} %",
            FigureUnit.DAYS: f"{number} dagar",
            FigureUnit.SCORE: f"{number} av {HIGHEST_SCORE}",
        }.get(FigureUnit(self.unit), number)

    @property
    def plain(self) -> float | None:
        """The value rounded as the page rounds it: what spreadsheets and the API carry."""
        if self.value is None:
            return None
        return float(round_half_up(self.value, 0 if self.unit in (FigureUnit.COUNT, FigureUnit.PERCENT) else 1))

    @property
    def basis(self) -> str:
        """What it is reckoned on, in words: only where a share hides it."""
        if self.unit != FigureUnit.PERCENT or self.count is None:
            return ""
        return f"av {swedish_number(self.count, 0)}"


def round_half_up(value: float, decimals: int) -> float:
    """As people round: 0.5 goes up. The same in pages, files and charts."""
    scale = 10**decimals
    return int(value * scale + 0.5 + 1e-9) / scale


def swedish_number(value: float, decimals: int) -> str:
    text = f"{round_half_up(value, decimals):,.{decimals}f}"
    return text.replace(",", "\u00a0").replace(".", ",")


@dataclass(frozen=True, slots=True)
class Panel:
    """One indicator, ready to show."""

    definition: Definition
    year: int
    figure: Figure
    trend: Sequence[Figure] = ()
    places: Sequence[Figure] = ()
    splits: Sequence[tuple[str, Sequence[Figure]]] = ()
    note: str = ""

    @property
    def key(self) -> str:
        return self.definition.key

    @property
    def title(self) -> str:
        """What the figure is called: "Avvikelser" of the question "Avvikelser: antal och analys"."""
        asks = self.definition.kind == IndicatorKind.COUNT_AND_TEXT
        return self.definition.name.partition(":")[0] if asks else self.definition.name

    @property
    def is_quiet(self) -> bool:
        """Nothing has been counted in any year or place: there is nothing to draw."""
        return not any(one.value or one.is_hidden for one in (self.figure, *self.trend, *self.places))

    @property
    def counts_at(self) -> str:
        """The address (by name) of what it counts, for those who may open it: nothing that shows a person."""
        return COUNTS_AT.get(self.definition.numerator, "")

    @property
    def own_at(self) -> str:
        """The same in a unit's own figures: its own list of cases or placements."""
        return OWN_AT.get(self.definition.numerator, "sip:list")

    @property
    def before(self) -> Figure | None:
        return self.trend[-2] if len(self.trend) > 1 else None

    @property
    def sentence(self) -> str:
        """What the figure says, first of all: `84 % … 6 procentenheter bättre än 2024.`"""
        figure = self.figure
        if figure.is_hidden:
            return f"{self.title} {self.year}: för få för att visas utan att någon kan kännas igen."
        if figure.value is None:
            return f"{self.title}: det finns inget att räkna på {self.year}."
        text = f"{self.title} {self.year}: {figure.words}"
        if figure.basis:
            text += f" {figure.basis}"
        if change := self._change():
            text += f", {change}"
        return f"{text}.{self._against_target()}"

    def _change(self) -> str:
        before = self.before
        if before is None or before.plain is None or self.figure.plain is None:
            return ""
        step = round_half_up(abs(self.figure.plain - before.plain), 1)
        if not step:
            return f"samma som {before.label}"
        up = self.figure.plain > before.plain
        unit = {FigureUnit.PERCENT: " procentenheter", FigureUnit.DAYS: " dagar"}.get(FigureUnit(figure_unit(self)), "")
        size = swedish_number(step, 0 if step == int(step) else 1)
        if self.definition.aim == Aim.NONE:
            # What is counted is more in number; a share, a mean or a rate is larger.
            more, less = ("fler", "färre") if figure_unit(self) == FigureUnit.COUNT else ("mer", "mindre")
            return f"{size}{unit} {more if up else less} än {before.label}"
        better = up == (self.definition.aim == Aim.HIGHER)
        return f"{size}{unit} {'bättre' if better else 'sämre'} än {before.label}"

    def _against_target(self) -> str:
        target, value = self.definition.target, self.figure.plain
        if target is None or value is None:
            return ""
        met = value >= target if self.definition.aim == Aim.HIGHER else value <= target
        unit = " %" if self.definition.unit == FigureUnit.PERCENT else ""
        return f" Målet {target}{unit} är {'nått' if met else 'inte nått'}."


def figure_unit(panel: Panel) -> str:
    return panel.definition.unit


@dataclass(slots=True)
class Board:
    """The figures of one kind of group, for the county or one municipality, in a year."""

    agreement: Agreement
    coordination: str
    year: int
    years: list[int]
    municipality: Huvudman | None
    places: list[Huvudman]
    panels: list[Panel] = field(default_factory=list)
    made_at: datetime | None = None

    @property
    def where(self) -> str:
        """The place as tables and files name it."""
        return self.municipality.name if self.municipality else COUNTY

    @property
    def title(self) -> str:
        where = self.where if self.municipality else COUNTY.lower()
        return f"{Coordination(self.coordination).label}, {where}"

    def panel(self, key: str) -> Panel | None:
        return next((one for one in self.panels if one.key == key), None)


def board(
    agreement: Agreement,
    coordination: str,
    *,
    this_year: int,
    year: int | None = None,
    municipality: UUID | None = None,
) -> Board:
    """All figures of a dashboard, in at most eight queries whatever the volume. `year` None: the one going on."""
    year = year or this_year
    places = municipalities(agreement)
    here = next((one for one in places if one.pk == municipality), None)
    wanted = Q(split="") | Q(year=year, municipality_id=municipality)
    rows = Cell.objects.filter(wanted, agreement=agreement, coordination=coordination, year__lte=max(year, this_year))
    cells = {
        (indicator, of, place, split, part): (value, count, is_hidden)
        for indicator, of, place, split, part, value, count, is_hidden in rows.values_list(
            "indicator", "year", "municipality_id", "split", "part", "value", "count", "is_hidden"
        )
    }
    years = sorted({key[1] for key in cells} | {year, this_year})
    made = FactRun.objects.filter(agreement=agreement).values_list("at", flat=True).first()
    found = Board(agreement, coordination, year, years, here, places, made_at=made)
    definitions = Definitions(agreement)
    asked = [one for one in definitions.of(year, coordination) if one.has_figure]
    parts = _names_of_parts(agreement, {split for one in asked for split in one.breakdowns})
    has_year = {of for _, of, *_ in cells}
    for one in asked:
        found.panels.append(_panel(one, found, cells, parts, has_year, [y for y in years if y <= year]))
    return found


def _names_of_parts(agreement: Agreement, splits: set[str]) -> dict[str, dict[str, str]]:
    """What the parts of each split are called: some by the portal, some by the agreement."""
    names = dict(PARTS)
    if Breakdown.TARGET_GROUP in splits:
        names[Breakdown.TARGET_GROUP] = {one.key: one.name for one in agreement.target_groups.all()}
    if Breakdown.PROVISION in splits:
        rows = agreement.provisions.order_by("position").values_list("number", "heading")
        names[Breakdown.PROVISION] = {number: f"{number} {heading}" for number, heading in rows}
    if Breakdown.LEVEL in splits:
        names[Breakdown.LEVEL] = {one.key: one.name for one in agreement.dispute_levels.all()}
    return names


def _panel(
    one: Definition,
    of: Board,
    cells: dict[Any, Any],
    parts: dict[str, dict[str, str]],
    has_year: set[int],
    years: list[int],
) -> Panel:
    place = of.municipality.pk if of.municipality else None

    def told(label: str, year: int, where: UUID | None, split: str = "", part: str = "", here: bool = False) -> Figure:
        value, count, is_hidden = cells.get((one.key, year, where, split, part), (None, None, False))
        return Figure(label, one.unit, value, count, is_hidden, here)

    splits = []
    for split in one.breakdowns:
        figures = [
            told(name, of.year, place, split, part)
            for part, name in parts[split].items()
            if (one.key, of.year, place, split, part) in cells
        ]
        if split in LONG_SPLITS:
            figures = [figure for figure in figures if figure.value]
        if figures:
            splits.append((str(Breakdown(split).label), figures))
    note = f"Folkmängd: {source_words(of.year)}." if one.unit == FigureUnit.PER_10000 else ""
    return Panel(
        definition=one,
        year=of.year,
        figure=told(of.where, of.year, place, here=True),
        trend=[
            told(str(year), year, place, here=year == of.year) for year in years if year in has_year or year == of.year
        ],
        places=[
            told(COUNTY, of.year, None, here=place is None),
            *(told(p.name, of.year, p.pk, here=p.pk == place) for p in of.places),
        ],
        splits=splits,
        note=note,
    )


LONG_SPLITS = (Breakdown.PROVISION,)
"""Splits with so many parts that only those with something in them are told. They count no persons."""


def frozen(panels: Iterable[Panel]) -> list[dict[str, Any]]:
    """The figures as they are copied into what is handed in: with their definitions, so they can be made again."""
    return [
        {
            "definition": one.definition.as_dict(),
            "year": one.year,
            "note": one.note,
            "figure": _flat(one.figure),
            "trend": [_flat(f) for f in one.trend],
            "places": [_flat(f) for f in one.places],
            "splits": [{"name": name, "figures": [_flat(f) for f in figures]} for name, figures in one.splits],
        }
        for one in panels
    ]


def thawed(rows: Iterable[dict[str, Any]]) -> list[Panel]:
    """Panels of what was frozen: shown, drawn and exported as the living ones are."""
    return [
        Panel(
            definition=Definition.from_dict(row["definition"]),
            year=row["year"],
            note=row["note"],
            figure=Figure(**row["figure"]),
            trend=[Figure(**f) for f in row["trend"]],
            places=[Figure(**f) for f in row["places"]],
            splits=[(s["name"], [Figure(**f) for f in s["figures"]]) for s in row["splits"]],
        )
        for row in rows
    ]


def _flat(figure: Figure) -> dict[str, Any]:
    return {
        "label": figure.label, "unit": figure.unit, "value": figure.value, "count": figure.count,
        "is_hidden": figure.is_hidden, "is_here": figure.is_here,
    }  # fmt: skip
