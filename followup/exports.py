"""Figures and reports as rows: the same for CSV, XLSX and the API. No cell can be read as a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from core.spreadsheet import inert
from followup.figures import Figure, Panel

CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

HEADINGS = ("Indikator", "År", "Plats", "Uppdelning", "Del", "Värde", "Enhet", "Räknat på", "Visas", "Definition")
_WIDTHS = (34, 8, 18, 14, 26, 10, 22, 12, 26, 80)


def rows(panels: Iterable[Panel], where: str) -> list[dict[str, Any]]:
    """Every figure of the panels once: trend, places, and the splits of the chosen place."""
    found = []
    for panel in panels:
        for figure in panel.trend:
            if figure.label != str(panel.year):
                found.append(_row(panel, figure, int(figure.label), where))
        found += [_row(panel, figure, panel.year, figure.label) for figure in panel.places]
        if not panel.places:  # A unit's own figures are of one place.
            found.append(_row(panel, panel.figure, panel.year, where))
        for split, figures in panel.splits:
            found += [_row(panel, figure, panel.year, where, split, figure.label) for figure in figures]
    return found


def _row(panel: Panel, figure: Figure, year: int, where: str, split: str = "", part: str = "") -> dict[str, Any]:
    one = panel.definition
    told = "visas inte, för få" if figure.is_hidden else "inget att räkna på" if figure.value is None else "ja"
    return {
        "indicator": one.key,
        "name": one.name,
        "year": year,
        "place": where,
        "split": split,
        "part": part,
        "value": figure.plain,
        "unit": one.unit_words,
        "count": figure.count,
        "told": told,
        "definition": " ".join(filter(None, [one.definition, panel.note])),
    }


def _cells(row: dict[str, Any]) -> list[Any]:
    names = ("name", "year", "place", "split", "part", "value", "unit", "count", "told", "definition")
    return [inert(row[name]) if isinstance(row[name], str) else row[name] for name in names]


Texts = Sequence[tuple[str, str]]
MISSING = "har inte lämnat in"


def _groups(groups: Sequence[Mapping[str, Any]]) -> list[list[str]]:
    """The groups of the county's report, with the ones marked that haven't handed in."""
    return [[inert(one["name"]), "" if one["version"] else MISSING] for one in groups]


def as_csv(panels: Sequence[Panel], where: str, texts: Texts = (), groups: Sequence[Mapping[str, Any]] = ()) -> bytes:
    """Semicolons, a byte order mark, decimal commas: what Swedish spreadsheets open without questions."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";")
    writer.writerow(HEADINGS)
    for row in rows(panels, where):
        cells = ["" if cell is None else cell for cell in _cells(row)]
        writer.writerow([str(cell).replace(".", ",") if isinstance(cell, float) else cell for cell in cells])
    for name, text in texts:
        writer.writerow([inert(name), "", "", "", "", "", "", "", "", inert(text)])
    for name, said in _groups(groups):
        writer.writerow([name, "", "", "", "", "", "", "", said, ""])
    return out.getvalue().encode("utf-8-sig")


def as_xlsx(panels: Sequence[Panel], where: str, texts: Texts = (), groups: Sequence[Mapping[str, Any]] = ()) -> bytes:
    """Figures on one sheet; a report's texts on another; on a third which groups the county's report is made of."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Siffror")
    sheet.freeze_panes = "A2"
    for number, width in enumerate(_WIDTHS, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.append([_heading(sheet, text) for text in HEADINGS])
    for row in rows(panels, where):
        sheet.append(_cells(row))
    if texts:
        words = book.create_sheet("Texter")
        words.column_dimensions["A"].width, words.column_dimensions["B"].width = 50, 120
        words.append([_heading(words, "Fråga"), _heading(words, "Text")])
        for name, text in texts:
            words.append([inert(name), inert(text)])
    if groups:
        made_of = book.create_sheet("Grupper")
        made_of.column_dimensions["A"].width, made_of.column_dimensions["B"].width = 40, 30
        made_of.append([_heading(made_of, "Grupp"), _heading(made_of, "Uppföljning")])
        for made in _groups(groups):
            made_of.append(made)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _heading(sheet: object, text: str) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, value=text)
    cell.font = Font(bold=True)
    return cell
