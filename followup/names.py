"""What reports and dashboards are called as files, and a report's texts as rows."""

from __future__ import annotations

from typing import Any

from followup.converters import WORDS
from followup.figures import Board
from followup.models import BoardCopy, Printed, ReportVersion


def board_name(board: Board) -> str:
    """Of a dashboard, without its ending: which figures, place and year."""
    place = board.municipality.key if board.municipality else "lanet"
    return f"siffror-{WORDS[board.coordination]}-{place}-{board.year}"


def file_name(version: Printed) -> str:
    """Without its ending: which report, year and version."""
    if isinstance(version, BoardCopy):
        return str(version.content["name"])
    year = version.content["year"]
    if isinstance(version, ReportVersion):
        return f"uppfoljning-{version.report.group.key}-{year}-v{version.number}"
    return f"regional-uppfoljning-{WORDS[version.report.coordination]}-{year}-v{version.number}"


def texts_of(content: dict[str, Any]) -> list[tuple[str, str]]:
    """Question and answer, of what was frozen."""
    return [(row["definition"]["name"], row["text"]) for row in content["texts"] if row["text"]]
