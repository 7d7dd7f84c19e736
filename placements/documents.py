"""What leaves the portal on paper: the ansvarsförbindelse for its parties, and what the person gets.

The person's paper says nothing of costs or measures (PLC-8), and not where a hidden placement is: it is written so that
guardians may read it (IND-3). It is made from other facts than the ansvarsförbindelse, so nothing can slip over.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from core.acting import Actor
from core.documents import Document
from core.pdf import Variant
from individuals import documents
from individuals.documents import File
from individuals.kinds import Category
from individuals.models import Matter
from placements import actions, panels, signing
from placements.models import Ansvarsforbindelse, Placement

FOR_THE_PERSON = (Category.NEED, Category.OWN_VIEW)
"""The texts the person gets back: why, and their own words."""


def _document(placement: Placement, by: Actor, now: datetime, *, kind: str, title: str, **more: Any) -> Document:
    return Document(
        kind=kind, title=title, template=f"documents/placements/{kind}.html", reference=placement.matter.reference,
        unit_name=by.unit_name, huvudman_name=by.huvudman_name, made_at=now, **more,
    )  # fmt: skip


def agreement(*, placement: Placement, version: Ansvarsforbindelse, for_filing: bool, by: Actor, now: datetime) -> File:
    """One version with its costs and the page of signatures, to read (PDF/UA) or to file (PDF/A).

    Raises `Gone` when the unit's right has ended, `NoDocument` when it can't be made.
    """
    document = _document(
        placement, by, now, kind="ansvarsforbindelse", title="Ansvarsförbindelse", version=version.number,
        variant=Variant.FILING if for_filing else Variant.READING,
    )  # fmt: skip
    context = {
        "placement": placement,
        "person": placement.matter.person,
        "one_version": version,
        "shown": panels.shown(version),
        "service": signing.service(),
    }
    return documents.make(matter=placement.matter, document=document, context=context, by=by, now=now)


def information(*, placement: Placement, by: Actor, now: datetime) -> File:
    """About the placement, for the person and the guardians: no costs, no measures, no hidden whereabouts."""
    return documents.make(
        matter=placement.matter, document=information_document(placement, by, now),
        context=information_context(placement, by), by=by, now=now,
    )  # fmt: skip


def information_document(placement: Placement, by: Actor, now: datetime) -> Document:
    return _document(placement, by, now, kind="information", title="Om din placering")


def information_context(placement: Placement, by: Actor) -> dict[str, object]:
    """All that the paper is made from."""
    mine = {one.category: one.text for one in actions.latest_pieces(placement, by) if not one.is_restricted}
    stay = None if placement.is_hidden else placement.stays.filter(ends_on=None, is_restricted=False).first()
    matter: Matter = placement.matter
    return {
        "placement": placement,
        "person": matter.person,
        "stay": stay,
        "texts": [(str(category.label), mine[category]) for category in FOR_THE_PERSON if category in mine],
        "units": [matter.initiator, *([placement.medical_unit] if placement.medical_unit else [])],
        "follow_up_on": placement.next_follow_up_on,
    }
