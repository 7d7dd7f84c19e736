"""What hangs on a SIP case in the API: reached through the case, and refused before the input is read."""

from __future__ import annotations

from typing import Any

from core.api import Acting
from core.policy import visible_or_404
from deadlines.api import API_CASES
from sip.kinds import Do
from sip.models import SipCase
from sip.permissions import CASE_RULES


class OfCase(Acting):
    """What hangs on a case: found through it, and refused before the input is read."""

    access = API_CASES
    kwargs: dict[str, Any]

    def case(self, do: Do | None = None, what: str = "sip.case") -> SipCase:
        """The case, if the acting unit reaches it; and may do this to it."""
        cases = SipCase.objects.visible_to(self.by, self.now).select_related(
            "matter__person", "matter__initiator", "matter__agreement"
        )
        case = visible_or_404(self.request, cases, what, pk=self.kwargs["case_id"])
        if do is not None:
            CASE_RULES.require(self.by, do, case)
        return case
