"""P9: a plan as PDF through the portal, against WeasyPrint alone on the same HTML, with fonts and styles as warm.

Both are told the same HTML; ours fills the template besides, and hands it to its process and the PDF back.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

from bench.results import Ratio
from bench.timing import medians
from core import pdf
from core.documents import Document
from core.pdf import Variant
from core.pdf_renderer import Press
from sip.documents.plan import OWN_COPY, Aim, Line

ROUNDS, GOALS, MEASURES = 9, 4, 5


def measure(now: datetime) -> list[Ratio]:
    """The person's own copy of a plan with 4 goals and 20 measures."""
    document, context = _plan(now)
    html = document.html(context)
    bare = Press(pdf.assets())
    times = medians(
        {"ours": lambda: document.print(context), "bare": lambda: bare.print(html, Variant.READING)}, rounds=ROUNDS
    )
    return [Ratio("P9", "planen som PDF", "bara WeasyPrint", times["ours"], times["bare"], 1.15)]


def _plan(now: datetime) -> tuple[Document, dict[str, Any]]:
    lines = [Line("Samtal en gång i veckan och stöd hemma på morgonen.", "Vårdcentralen", now.date())] * MEASURES
    aims = [
        Aim(number, "Jag vill kunna vara i skolan varje dag", "", "På kortare sikt", lines) for number in range(GOALS)
    ]
    document = Document(
        kind=OWN_COPY.kind, title=OWN_COPY.title, template=OWN_COPY.template, reference="ABCD2345",
        unit_name="Socialtjänsten", huvudman_name="Kommunen", made_at=now, version=1,
    )  # fmt: skip
    plan = SimpleNamespace(established_at=now, next_follow_up_on=now.date() + timedelta(days=90))
    return document, {
        "person": SimpleNamespace(first_name="Nils"), "plan": plan, "aims": aims, "reader": "self", "now": now,
        "lead": SimpleNamespace(name="Socialtjänsten", phone=""), "matters": "Lugn och ro.", "code": "",
    }  # fmt: skip
