"""A dispute on paper, for each party to read or to file in its own records. It points out nobody, as the page doesn't.

What it tells of a person's case (`CaseLink`, and documents about it) is left out: the paper follows the dispute to
those without a right to it.
"""

from __future__ import annotations

from core.documents import Document
from core.pdf import Variant
from disputes import panels
from disputes.panels import Standing


def of_dispute(at: Standing, *, for_filing: bool) -> tuple[bytes, str]:
    """The question, both sides' positions per level, who did what meanwhile, and how it ended: a PDF and its name.

    The caller has seen that the actor takes part. Raises `NoDocument` when it can't be made.
    """
    document = Document(
        kind="tvist", title=f"Tvist {at.dispute.reference}", template="documents/disputes/dispute.html",
        reference=at.dispute.reference, unit_name=at.by.unit_name, huvudman_name=at.by.huvudman_name, made_at=at.now,
        variant=Variant.FILING if for_filing else Variant.READING,
    )  # fmt: skip
    context = {
        "dispute": at.dispute,
        "at": at,
        "sentence": panels.sentence(at),
        "ladder": panels.ladder(at),
        "sides": panels.sides(at),
        "enclosures": [one for one in panels.enclosures(at) if one.matter_id is None],
    }
    return document.print(context), document.filename
