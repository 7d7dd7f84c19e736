"""Each party's administrator keeps the list of its local agreements and routines (AGR-6)."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from agreements.actions.shared import require_local_writer
from agreements.models import Agreement, LocalDocument
from core.acting import Actor
from core.authz import Refused
from core.transitions import Gone
from core.workdays import local_day


def add_local_document(*, agreement: Agreement, facts: dict[str, Any], by: Actor, now: datetime) -> LocalDocument:
    """List a local agreement or routine of the actor's own huvudman. Raises `Refused`."""
    require_local_writer(agreement=agreement, by=by)
    document = LocalDocument(agreement=agreement, huvudman_id=by.huvudman_id, **facts)
    return _save_local(document, now)


def change_local_document(
    *, agreement: Agreement, document_id: UUID, facts: dict[str, Any], by: Actor, now: datetime
) -> LocalDocument:
    """Change one that still applies: a new day of review, or that it has ended. Raises `Refused`, `Gone`."""
    require_local_writer(agreement=agreement, by=by)
    with transaction.atomic():
        document = (
            agreement.local_documents.select_for_update(of=("self",))
            .filter(pk=document_id, huvudman_id=by.huvudman_id, ended_on=None)
            .first()
        )
        if document is None:
            raise Gone(str(document_id))
        for name, value in facts.items():
            setattr(document, name, value)
        return _save_local(document, now)


def _save_local(document: LocalDocument, now: datetime) -> LocalDocument:
    if document.decided_on > local_day(now):
        raise Refused("Beslutet kan inte ligga i framtiden.", field="decided_on")
    if document.review_by <= document.decided_on:
        raise Refused("Dagen för översyn måste ligga efter beslutet.", field="review_by")
    if document.ended_on and not document.decided_on <= document.ended_on <= local_day(now):
        raise Refused("Skriv en dag från beslutet till och med i dag.", field="ended_on")
    try:
        with transaction.atomic():
            document.save()
    except IntegrityError as error:
        raise Refused("Det finns redan ett dokument med det namnet.", field="title") from error
    return document
