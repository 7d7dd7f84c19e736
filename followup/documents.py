"""Reports and dashboards as tagged PDF: the same drawings, each with its table (FUP-7)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings

from core import pdf
from core.acting import Actor
from followup.figures import Panel


def as_pdf(
    *,
    title: str,
    reference: str,
    panels: Sequence[Panel],
    by: Actor,
    now: datetime,
    texts: Sequence[tuple[str, str]] = (),
    lead: str = "",
    groups: Sequence[dict[str, Any]] = (),
) -> bytes:
    """Make the document for reading. Raises `core.pdf.NoDocument`."""
    document = {
        "title": title,
        "reference": reference,
        "unit_name": by.unit_name,
        "huvudman_name": by.huvudman_name,
        "made_at": now,
        "version": "",
    }
    context = {
        "document": document, "panels": panels, "texts": texts, "lead": lead, "groups": groups,
        "demonstration": settings.DEMO,
    }  # fmt: skip
    return pdf.render("documents/followup/report.html", context, pdf.Variant.READING)
