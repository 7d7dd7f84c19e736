"""Documents of a matter: made for a unit that reaches it, noted, and filed by each party (IND-8, IND-10)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.acting import Actor
from core.audit import Action
from core.authz import Refused
from core.documents import Document, digest
from core.pdf import Variant
from core.transitions import Gone
from individuals.actions import note
from individuals.models import DocumentCopy, FiledCopy, Matter


@dataclass(frozen=True, slots=True)
class File:
    """What is handed to the browser."""

    content: bytes
    filename: str


def make(*, matter: Matter, document: Document, context: Mapping[str, Any], by: Actor, now: datetime) -> File:
    """Print a document for the acting unit; who got what is noted, and the read logged (LAW-1).

    Raises `Gone` when the unit's right ended while it was being made (IND-8), `NoDocument` when it can't be made.
    """
    content = document.print(context)
    keep(
        matter=matter,
        kind=document.kind,
        version=document.version,
        content=content,
        for_filing=document.variant == Variant.FILING,
        by=by,
        now=now,
    )
    return File(content, document.filename)


def keep(
    *, matter: Matter, kind: str, version: int | None, content: bytes, for_filing: bool, by: Actor, now: datetime
) -> DocumentCopy:
    """Note that a document or an export was made, by its fingerprint. Raises `Gone` as `make` does."""
    # Asked again after the printing: a withdrawal meanwhile holds for this document too.
    if not Matter.objects.visible_to(by, now).filter(pk=matter.pk).exists():
        raise Gone(kind)
    by.reads.add(Action.PRINT, f"document.{kind}", persons=[matter.person_id], matters=[matter.pk])
    return DocumentCopy.objects.create(
        matter=matter,
        unit_id=by.unit_id,
        kind=kind,
        version=version,
        for_filing=for_filing,
        fingerprint=digest(content),
        made_at=now,
        made_by_id=by.user_id,
    )


def confirm_filed(*, matter: Matter, kind: str, version: int, title: str, by: Actor, now: datetime) -> FiledCopy:
    """The acting unit's receipt that it has filed its copy (IND-10). Said twice is said once.

    Raises `Refused` when the unit has made no copy for filing of that version.
    """
    already = FiledCopy.objects.filter(matter=matter, unit_id=by.unit_id, kind=kind, version=version).first()
    if already is not None:
        return already
    copies = DocumentCopy.objects.filter(matter=matter, unit_id=by.unit_id, kind=kind, version=version, for_filing=True)
    copy = copies.order_by("-made_at").first()
    if copy is None:
        raise Refused("Ladda först ner exemplaret för arkivering och för det till er akt eller journal.")
    filed = FiledCopy.objects.create(
        matter=matter,
        unit_id=by.unit_id,
        kind=kind,
        version=version,
        copy=copy,
        filed_at=now,
        filed_by_id=by.user_id,
    )
    note(matter, "filed", f"{title}, version {version}, fördes till akt", by=by, now=now)
    return filed
