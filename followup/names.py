"""What handed-in reports are called as files, and their texts as rows."""

from __future__ import annotations

from typing import Any

from followup.converters import WORDS
from followup.models import RegionalVersion, ReportVersion


def file_name(version: ReportVersion | RegionalVersion) -> str:
    """Without its ending: which report, year and version."""
    year = version.content["year"]
    if isinstance(version, ReportVersion):
        return f"uppfoljning-{version.report.group.key}-{year}-v{version.number}"
    return f"regional-uppfoljning-{WORDS[version.report.coordination]}-{year}-v{version.number}"


def texts_of(content: dict[str, Any]) -> list[tuple[str, str]]:
    """Question and answer, of what was frozen."""
    return [(row["definition"]["name"], row["text"]) for row in content["texts"] if row["text"]]
