"""Who vouches for a signature: an adapter, so that an external signing service can take the local one's place.

`SIGNATURE_SERVICE` names the class. The local one is an authenticated approval in the portal and says so: it is no
advanced electronic signature.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string


@dataclass(frozen=True, slots=True)
class Request:
    """What somebody is asked to sign: which content, as whom, by which mandate, when."""

    document_hash: str
    user_id: UUID
    assignment_id: UUID
    mandate: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Receipt:
    """The service's answer. `evidence` is what it can later be asked about."""

    service: str
    evidence: str


class SignatureService(Protocol):
    """What a signing service must do. Raises `core.authz.Refused` when it doesn't get a signature."""

    key: str
    name: str
    explanation: str

    def sign(self, request: Request) -> Receipt: ...


class LocalApproval:
    """An approval by somebody signed in to the portal, bound to the content's fingerprint."""

    key = "local"
    name = "Godkännande i portalen"
    explanation = (
        "Den som undertecknar är inloggad, och portalen sparar vem, när, med vilket mandat och exakt vilket innehåll. "
        "Det är ingen avancerad elektronisk underskrift."
    )

    def sign(self, request: Request) -> Receipt:
        return Receipt(self.key, f"{request.user_id}/{request.assignment_id}/{request.at.isoformat()}")


def service() -> SignatureService:
    """The service in use."""
    chosen: SignatureService = import_string(settings.SIGNATURE_SERVICE)()
    return chosen


def name_of(key: str) -> str:
    """What a signature's service is called, also after another one took over."""
    return LocalApproval.name if key == LocalApproval.key else key
