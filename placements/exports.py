"""The overview as a spreadsheet. Text from people is inert; amounts are numbers, so that they can be summed."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from core.dates import swedish_date
from core.spreadsheet import inert
from individuals.identity import written
from placements.costs import Cost
from placements.overview import Overview, Spread, UnitLine, review_day
from placements.panels import month_words

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_PLACEMENTS = (
    "Ärende", "Personnummer", "Namn", "Boendeform", "Läge", "Från", "Planerat slut", "Ansvarsförbindelse",
    "Dagar utan ansvarsförbindelse", "Nästa omprövning", "Kvar att betala", "Varav regionen", "Varav kommunen",
)  # fmt: skip
_AMOUNTS = ("Regionen", "Kommunen", "Totalt")
_MINE = ("Verksamhet", "Pågår", "Saknar ansvarsförbindelse", "Slutar snart", *_AMOUNTS)


def overview_xlsx(found: Overview, units: Sequence[UnitLine]) -> bytes:
    """The placements; the cost by month, and by the other party's unit and month; a manager's own units likewise."""
    book = Workbook(write_only=True)
    _sheet(book, "Placeringar", _PLACEMENTS, _rows(found))
    _sheet(
        book, "Per månad", ("Månad", *_AMOUNTS), [(month_words(month), *_amounts(cost)) for month, cost in found.months]
    )
    _sheet(book, "Per motpart och månad", ("Motpart", "Månad", *_AMOUNTS), _by_month(found.by_unit))
    if units:
        lines = [(inert(one.unit), one.running, one.unsigned, one.ending, *_amounts(one.cost_to_come)) for one in units]
        _sheet(book, "Mina verksamheter", _MINE, lines)
        spreads = [one.spread for one in units]
        _sheet(book, "Mina per månad", ("Verksamhet", "Månad", *_AMOUNTS), _by_month(spreads))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _rows(found: Overview) -> Iterable[tuple[Any, ...]]:
    for row in found.rows:
        placement, person = row.placement, row.placement.matter.person
        cost = row.cost_to_come
        yield (
            placement.matter.reference,
            inert(written(person.identity_number)),
            inert(str(person)),
            placement.get_housing_display(),
            placement.get_state_display(),
            swedish_date(placement.started_at or placement.planned_start),
            swedish_date(row.ends_on),
            row.agreement,
            row.days_unsigned,
            swedish_date(review_day(row)),
            cost.total,
            cost.region,
            cost.municipality,
        )


def _by_month(spreads: Iterable[Spread]) -> Iterable[tuple[Any, ...]]:
    for spread in spreads:
        for month, cost in sorted(spread.months.items()):
            yield inert(spread.unit), month_words(month), *_amounts(cost)


def _amounts(cost: Cost) -> tuple[Any, ...]:
    return (cost.region, cost.municipality, cost.total)


def _sheet(book: Workbook, title: str, headings: tuple[str, ...], rows: Iterable[tuple[Any, ...]]) -> None:
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    for number in range(1, len(headings) + 1):
        sheet.column_dimensions[get_column_letter(number)].width = 20
    cells = []
    for text in headings:
        cell = WriteOnlyCell(sheet, value=text)
        cell.font = Font(bold=True)
        cells.append(cell)
    sheet.append(cells)
    for row in rows:
        sheet.append(row)
