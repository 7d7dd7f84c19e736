"""Groups and their meetings; figures; the annual follow-up and what the board answers."""

from followup.models.campaign import (
    Answer,
    BoardIndicator,
    BoardTask,
    Campaign,
    Comment,
    CompiledText,
    Feedback,
    GroupReport,
    Priority,
    RegionalReport,
    RegionalVersion,
    ReportVersion,
)
from followup.models.figures import Cell, Fact, FactRun, UnitFact
from followup.models.files import BoardCopy, Printed, ReportFile
from followup.models.groups import AgendaItem, Attendance, CoOpted, Decision, Meeting
from followup.models.publications import Publication

__all__ = [
    "AgendaItem",
    "Answer",
    "Attendance",
    "BoardCopy",
    "BoardIndicator",
    "BoardTask",
    "Campaign",
    "Cell",
    "CoOpted",
    "Comment",
    "CompiledText",
    "Decision",
    "Fact",
    "FactRun",
    "Feedback",
    "GroupReport",
    "Meeting",
    "Printed",
    "Priority",
    "Publication",
    "RegionalReport",
    "RegionalVersion",
    "ReportFile",
    "ReportVersion",
    "UnitFact",
]
