"""Each party confirms that its copy of the plan is in its own record (IND-10)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from core.acting import Actor
from core.authz import NotAllowed
from core.transitions import Gone
from individuals import documents
from individuals.models import FiledCopy
from sip.models import SipCase
from sip.permissions import FILES_COPY


def confirm_filed(*, case_id: UUID, kind: str, title: str, version: int, by: Actor, now: datetime) -> FiledCopy:
    """The acting unit has filed its copy of a document, in one version. Said twice is said once.

    Raises `Gone`, `NotAllowed`, and `Refused` when no copy for filing was made of that version.
    """
    case = SipCase.objects.visible_to(by, now).select_related("matter").filter(pk=case_id).first()
    if case is None:
        raise Gone("sip.SipCase")
    if not (decision := FILES_COPY.decide(by, case)):
        raise NotAllowed(decision.reason)
    return documents.confirm_filed(matter=case.matter, kind=kind, version=version, title=title, by=by, now=now)
