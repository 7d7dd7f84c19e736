"""The closed lists of groups, the annual follow-up and the board's work (chapters 3.2–3.4)."""

from __future__ import annotations

from django.db import models


class MeetingState(models.TextChoices):
    PLANNED = "planned", "Planerat"
    CALLED = "called", "Kallat"
    HELD = "held", "Protokoll skrivs"
    APPROVED = "approved", "Justerat"
    CANCELLED = "cancelled", "Inställt"


class MeetingDo(models.TextChoices):
    CHANGE = "change", "Ändra tid och plats"
    ADD_POINT = "add_point", "Lägg till en punkt"
    CALL = "call", "Kalla till mötet"
    RECORD = "record", "Skriv protokoll"
    DECIDE = "decide", "Anteckna ett beslut"
    APPROVE = "approve", "Justera protokollet"
    CANCEL = "cancel", "Ställ in mötet"


class DecisionState(models.TextChoices):
    OPEN = "open", "Pågår"
    DONE = "done", "Genomfört"
    EVALUATED = "evaluated", "Uppföljt"
    DROPPED = "dropped", "Avskrivet"


class DecisionDo(models.TextChoices):
    FINISH = "finish", "Beslutet är genomfört"
    EVALUATE = "evaluate", "Skriv vad det ledde till"
    DROP = "drop", "Skriv av beslutet"


class ReportState(models.TextChoices):
    WRITING = "writing", "Skrivs"
    SUBMITTED = "submitted", "Inlämnad"
    CORRECTING = "correcting", "Rättas"


class ReportDo(models.TextChoices):
    WRITE = "write", "Skriv"
    SUBMIT = "submit", "Lämna in"
    CORRECT = "correct", "Rätta"


class RegionalState(models.TextChoices):
    COMPILING = "compiling", "Sammanställs"
    COMPILED = "compiled", "Sammanställd"
    PRESENTED = "presented", "Överlämnad"


class RegionalDo(models.TextChoices):
    WRITE = "compile_text", "Skriv samman"
    FINISH = "finish_compiling", "Sammanställningen är klar"
    REOPEN = "reopen", "Öppna sammanställningen igen"
    PRESENT = "present", "Lämna över till den regionala gruppen"
    CORRECT = "correct_regional", "Rätta den överlämnade rapporten"


class TaskState(models.TextChoices):
    GIVEN = "given", "Gruppen arbetar"
    REPORTED = "reported", "Redovisat"
    ACCEPTED = "accepted", "Godkänt"


class TaskDo(models.TextChoices):
    REPORT = "report_task", "Redovisa uppdraget"
    ACCEPT = "accept", "Godkänn redovisningen"
    RETURN = "return", "Be om komplettering"


class Phase(models.TextChoices):
    """How far one group has come in a year's follow-up: read from its facts, never stored."""

    OPEN = "open", "Öppen"
    REMINDED = "reminded", "Påmind"
    LATE = "late", "Försenad"
    SUBMITTED = "submitted", "Inlämnad"
    COMPILED = "compiled", "Sammanställd"
    PRESENTED = "presented", "Överlämnad"
    FEEDBACK = "feedback", "Har fått återkoppling"


class PointSource(models.TextChoices):
    """Where a point of an agenda comes from."""

    PROPOSED = "proposed", "Föreslagen punkt"
    OWN = "own", "Egen punkt"


REGIONAL_REPORT, ANNUAL_REPORT = "group.regional_report", "group.annual_report"
DECISION, TASK = "group.decision", "group.board_task"
"""Keys of the agreement's terms that the clocks of this chapter count by."""
