"""What the API's addresses of groups and of the year share: who reaches them, which groups, and the inputs' parts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from core.api import VERSION, Acting
from core.authz import NotAllowed
from core.policy import Access
from core.workdays import local_day
from followup import exports, figures
from followup.agreement import agreement_of, local_groups
from followup.api import FigureSerializer
from followup.permissions import BOARD as BOARD_ROLES
from followup.permissions import stand
from followup.querysets import READERS as READS_THE_LOCAL
from followup.querysets import groups_of
from followup.views.shared import IN_GROUPS, READERS, agreement_or_404
from organisations.models import CoordinationGroup

TAG: dict[str, Any] = {"tags": ["Uppföljning"]}
API_GROUPS = Access("api", roles=IN_GROUPS.roles, machine=True)
API_READERS = Access("api", roles=READERS.roles, machine=True)


class SeenInput(serializers.Serializer[Any]):
    """Nothing but the version that was seen."""

    version = serializers.IntegerField(**VERSION)


class CorrectionInput(SeenInput):
    reason = serializers.CharField(max_length=1000)


class OfGroups(Acting):
    """A viewset of what groups do."""

    access = API_GROUPS

    def groups(self) -> tuple[list[CoordinationGroup], list[CoordinationGroup]]:
        """The groups the actor works in, and those whose approved minutes and reports they read."""
        today = local_day(self.now)
        mine, read = groups_of(self.by, today), []
        agreement = agreement_of(self.by.huvudman_id, today)
        if agreement is not None and self.by.role in READS_THE_LOCAL:
            read = local_groups(agreement)
        return mine, read

    def require_some_lead(self) -> None:
        """Before what is sent is read: whether the actor coordinates any group. Raises `NotAllowed`."""
        today = local_day(self.now)
        if not any(stand(self.by, group, today).leads for group in self.groups()[0]):
            raise NotAllowed("Det här gör gruppens samordnare.")


class Board(Acting):
    """A viewset where the board writes."""

    def require_board(self) -> None:
        """Before what is sent is read. Raises `NotAllowed`."""
        if self.by.role not in BOARD_ROLES:
            raise NotAllowed("Det här gör den regionala gruppen.")


class OfTheBoard(Board):
    """The same, where those who follow the county read."""

    access = API_READERS

    def agreement(self) -> Any:
        """The agreement of the actor's huvudman. Raises 404."""
        return agreement_or_404(self.request)


def figures_of(content: Mapping[str, Any], where: str) -> Any:
    """Frozen figures as rows."""
    rows: Any = exports.rows(figures.thawed(content["figures"]), where)
    return FigureSerializer(rows, many=True).data
