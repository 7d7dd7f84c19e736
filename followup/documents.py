"""What leaves this chapter as tagged PDF: reports and dashboards (FUP-7), agendas and minutes (FUP-1)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string

from core import pdf
from core.documents import Document
from core.pdf import Variant
from core.workdays import local_day
from followup.agenda import Waiting
from followup.figures import Panel
from followup.kinds import MeetingState
from followup.models import AgendaItem, Meeting

Told = Callable[[str, int, int], None]
"""How far a document has come: what is being done, how much is done, of how much."""


def _silent(step: str, done: int, total: int) -> None:
    """Nobody is waiting to be told."""


def as_pdf(
    *,
    title: str,
    reference: str,
    sender: tuple[str, str],
    panels: Sequence[Panel],
    now: datetime,
    texts: Sequence[tuple[str, str]] = (),
    lead: str = "",
    groups: Sequence[dict[str, Any]] = (),
    told: Told = _silent,
    seconds: float | None = None,
) -> bytes:
    """Make the document for reading. `sender`: who it comes from, in two lines. Raises `core.pdf.NoDocument`."""
    document = {
        "title": title,
        "reference": reference,
        "unit_name": sender[0],
        "huvudman_name": sender[1],
        "made_at": now,
        "version": "",
    }
    drawn = [panel for panel in panels if not panel.is_quiet]
    # Setting the pages takes about as long as all the drawings.
    total = 2 * len(drawn) + 1
    sections = []
    for place, panel in enumerate(drawn, start=1):
        told(f"Ritar diagram {place} av {len(drawn)}", place, total)
        sections.append(render_to_string("documents/followup/panel.html", {"panel": panel}))
    told("Sätter sidorna", len(drawn) + 1, total)
    context = {
        "document": document, "panels": panels, "sections": sections, "texts": texts, "lead": lead, "groups": groups,
        "demonstration": settings.DEMO,
    }  # fmt: skip
    return pdf.render("documents/followup/report.html", context, pdf.Variant.READING, seconds=seconds)


MINUTED = (MeetingState.HELD, MeetingState.APPROVED)


def of_meeting(
    meeting: Meeting,
    items: Sequence[tuple[AgendaItem, Sequence[Waiting]]],
    *,
    for_filing: bool,
    now: datetime,
) -> tuple[bytes, str]:
    """A meeting on paper: the agenda with what waits, or the minutes once they are written. The file, and its name.

    The group is the sender, whoever prints it. Raises `core.pdf.NoDocument`.
    """
    is_minutes = meeting.state in MINUTED
    word = "Protokoll" if is_minutes else "Dagordning"
    group = meeting.group
    document = Document(
        kind="protokoll" if is_minutes else "dagordning",
        title=f"{word}, {group.name}",
        template="documents/followup/meeting.html",
        reference=f"{group.key}-{local_day(meeting.starts_at).isoformat()}",
        unit_name=group.name,
        huvudman_name=str(group.get_kind_display()),
        made_at=now,
        variant=Variant.FILING if for_filing else Variant.READING,
    )
    context = {
        "word": word,
        "meeting": meeting,
        "items": items,
        "is_minutes": is_minutes,
        "attendance": meeting.attendance.select_related("member__user", "member__represents", "co_opted"),
        "decisions": meeting.decisions.select_related("owner__user", "owner__represents"),
    }
    return document.print(context), document.filename
