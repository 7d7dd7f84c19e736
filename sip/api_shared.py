"""What hangs on a SIP case in the API: reached through the case, and refused before the input is read."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from rest_framework import serializers

from core.acting import Actor
from core.api import Declared
from core.policy import visible_or_404
from deadlines.api import API_CASES
from sip.kinds import Do
from sip.models import SipCase
from sip.permissions import CASE_RULES


class OfCase(Declared):
    """What hangs on a case: found through it, and refused before the input is read."""

    access = API_CASES
    request: Any
    kwargs: dict[str, Any]

    @property
    def by(self) -> Actor:
        return self.request.actor

    @property
    def now(self) -> datetime:
        return self.request.now

    def case(self, do: Do | None = None, what: str = "sip.case") -> SipCase:
        """The case, if the acting unit reaches it; and may do this to it."""
        cases = SipCase.objects.visible_to(self.by, self.now).select_related(
            "matter__person", "matter__initiator", "matter__agreement"
        )
        case = visible_or_404(self.request, cases, what, pk=self.kwargs["case_id"])
        if do is not None:
            CASE_RULES.require(self.by, do, case)
        return case

    def read(self, taken: type[serializers.Serializer[Any]]) -> dict[str, Any]:
        """The validated input."""
        asked = taken(data=self.request.data)
        asked.is_valid(raise_exception=True)
        return dict(asked.validated_data)
