"""The clocks of duties that groups have: started for the unit of the one who must act, told to the role (FUP-1…4)."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from agreements.models import Agreement
from agreements.values import StageName
from core import outbox
from core.workdays import end_of
from deadlines import actions as deadlines
from deadlines.effects import Passed
from deadlines.models import Clock
from followup.kinds import ANNUAL_REPORT, DECISION, REGIONAL_REPORT, TASK
from followup.models import GroupReport
from organisations.kinds import Role
from organisations.models import CoordinationGroup, GroupMember, Unit


def start(
    *, agreement: Agreement, kind: str, subject: UUID, unit: Unit, due_at: datetime, on: date, now: datetime
) -> None:
    """Start a clock of this chapter towards a known end."""
    deadlines.start_for_unit(
        agreement=agreement, agreed_on=on, kind=kind, subject=subject, unit=unit, started_at=now, now=now, due_at=due_at
    )


def start_on(
    *, agreement: Agreement, kind: str, subject: UUID, unit: Unit, due_on: date, on: date, now: datetime
) -> None:
    """The same towards the end of a day."""
    start(agreement=agreement, kind=kind, subject=subject, unit=unit, due_at=end_of(due_on), on=on, now=now)


def stop(*, subject: UUID, kind: str, reason: str, now: datetime) -> None:
    deadlines.stop_for_unit(subject=subject, now=now, reason=reason, kinds=[kind])


def unit_of(group: CoordinationGroup, members: list[GroupMember]) -> Unit | None:
    """The unit that a group's duties are told to: the coordinator's, or any member's until there is one."""
    return members[0].represents if members else None


def _tell(passed: Passed, now: datetime, roles: tuple[Role, ...]) -> None:
    clock = Clock.objects.get(pk=passed.clock)
    if passed.stage not in (StageName.WARN, StageName.DUE):
        roles = (Role(passed.stage) if passed.stage in Role.values else Role.NEAREST_MANAGER,)
    kind = "group.warn" if passed.stage == StageName.WARN else "group.due"
    for role in roles:
        outbox.plan(
            kind,
            to_unit=clock.unit_id,
            to_level=role,
            now=now,
            key=f"clock:{passed.clock}:{passed.number}:{role}",
            facts={"what": clock.label, "due_at": clock.due_at.isoformat(), "clock": str(clock.pk)},
        )


def remind_of_report(passed: Passed, now: datetime) -> None:
    """Tell the coordinator, and note on the report that it has been reminded of."""
    _tell(passed, now, (Role.GROUP_COORDINATOR,))
    GroupReport.objects.filter(pk=passed.subject, reminded_at=None).update(reminded_at=now)


def remind_coordinator(passed: Passed, now: datetime) -> None:
    _tell(passed, now, (Role.GROUP_COORDINATOR,))


def remind_owner(passed: Passed, now: datetime) -> None:
    """A decision's owner may be the coordinator or a representative: whoever sits for the unit is told."""
    _tell(passed, now, (Role.GROUP_COORDINATOR, Role.GROUP_REPRESENTATIVE))


EFFECTS = {
    ANNUAL_REPORT: remind_of_report,
    REGIONAL_REPORT: remind_coordinator,
    DECISION: remind_owner,
    TASK: remind_coordinator,
}
