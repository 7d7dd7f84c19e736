"""The case list as CSV and XLSX. Text from people is inert: no cell can be read as a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import datetime

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from core.acting import Actor
from core.dates import swedish_date
from core.spreadsheet import inert
from core.templatetags.portal import last_date
from individuals.identity import written
from sip.kinds import CallState
from sip.models import SipCase

CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

HEADINGS = (
    "Ärende", "Personnummer", "Namn", "Skyddade personuppgifter", "Läge", "Målgrupp", "Vår roll", "Handläggare hos oss",
    "Initierat av",
    "Kallade verksamheter", "Öppnat", "Nästa frist",
)  # fmt: skip


def as_csv(cases: Iterable[SipCase], by: Actor, groups: dict[str, str]) -> bytes:
    """Semicolons and a byte order mark: what spreadsheets with Swedish settings open without questions."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";")
    writer.writerow(HEADINGS)
    writer.writerows(_rows(cases, by, groups))
    return out.getvalue().encode("utf-8-sig")


def as_xlsx(cases: Iterable[SipCase], by: Actor, groups: dict[str, str]) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("SIP")
    sheet.freeze_panes = "A2"
    for number, width in enumerate((12, 16, 26, 14, 24, 30, 12, 24, 34, 40, 18, 18), start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.append([_heading(sheet, text) for text in HEADINGS])
    for row in _rows(cases, by, groups):
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _heading(sheet: object, text: str) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, value=text)
    cell.font = Font(bold=True)
    return cell


def _rows(cases: Iterable[SipCase], by: Actor, groups: dict[str, str]) -> Iterator[list[str]]:
    for case in cases:
        matter, person = case.matter, case.matter.person
        called = [c.unit.name for c in case.calls.all() if c.state in (CallState.CALLED, CallState.ACKNOWLEDGED)]
        row = [
            matter.reference,
            written(person.identity_number),
            str(person),
            "Ja" if person.is_protected else "Nej",
            case.get_state_display(),
            ", ".join(groups.get(key, key) for key in case.target_groups),
            our_role(case, by),
            ", ".join(str(one.user) for one in case.carriers.all()),
            matter.initiator.name,
            ", ".join(called),
            _day(matter.opened_at),
            last_date(matter.next_due_at),
        ]
        yield [inert(text) for text in row]


def our_role(case: SipCase, by: Actor) -> str:
    return "Initierade" if case.matter.initiator_id == by.unit_id else "Kallad"


def _day(at: datetime) -> str:
    return swedish_date(at)
