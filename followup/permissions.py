"""Who may do what with meetings, decisions, reports and the board's assignments. The tables of states say when.

How somebody stands to a group is found once, by `stand`, and kept on the group object: rules only look there. A group
nobody has looked up stands open to no one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from agreements.models import AgreementParty
from core.acting import Actor
from core.authz import NotAllowed, Rule, Rules
from followup.agreement import local_groups
from followup.kinds import DecisionDo, MeetingDo, RegionalDo, ReportDo, TaskDo
from followup.models import BoardTask, Decision, GroupReport, Meeting, RegionalReport
from followup.querysets import MEMBERS, READERS, REGIONAL_KINDS, in_force
from followup.states import (
    DECISION_TRANSITIONS,
    MEETING_TRANSITIONS,
    REGIONAL_TRANSITIONS,
    REPORT_TRANSITIONS,
    TASK_TRANSITIONS,
)
from organisations.kinds import LOCAL_GROUPS, Role
from organisations.models import CoordinationGroup, GroupMember


@dataclass(frozen=True, slots=True)
class Standing:
    """What an assignment is to a group."""

    reads: bool = False
    works: bool = False
    leads: bool = False
    member: GroupMember | None = None


STRANGER = Standing()


def stand(actor: Actor, group: CoordinationGroup, on: date) -> Standing:
    """How the actor stands to the group on a day; remembered on the group for the rules to ask."""
    known = getattr(group, "_standing", None)
    if known is None or known[0] != actor.assignment_id:
        known = (actor.assignment_id, _stand(actor, group, on))
        group._standing = known  # type: ignore[attr-defined]
    found: Standing = known[1]
    return found


def _stand(actor: Actor, group: CoordinationGroup, on: date) -> Standing:
    if group.kind not in LOCAL_GROUPS:
        if group.kind in REGIONAL_KINDS.get(Role(actor.role), ()):
            return Standing(reads=True, works=True, leads=True)
        return STRANGER
    if actor.role in MEMBERS:
        found = GroupMember.objects.filter(in_force(on), group=group, user_id=actor.user_id).first()
        if found is not None:
            leads = found.is_coordinator and actor.role == Role.GROUP_COORDINATOR
            return Standing(reads=True, works=True, leads=leads, member=found)
    if actor.role in READERS and reaches(actor, group):
        return Standing(reads=True)
    return STRANGER


def reaches(actor: Actor, group: CoordinationGroup) -> bool:
    """Whether the group's municipality and the actor's huvudman are parties to the same agreement."""
    ours = AgreementParty.objects.filter(huvudman_id=actor.huvudman_id).values("agreement_id")
    return AgreementParty.objects.filter(huvudman=group.municipality, agreement_id__in=ours).exists()


def require_user_representative(actor: Actor) -> None:
    """Raise `NotAllowed` unless the actor speaks for a user organisation."""
    if actor.role != Role.USER_REPRESENTATIVE:
        raise NotAllowed("Det här gör företrädare för brukarorganisationer.")


def standing(actor: Actor, group: CoordinationGroup) -> Standing:
    """What `stand` found for this actor; a stranger when nobody asked."""
    known = getattr(group, "_standing", None)
    return known[1] if known is not None and known[0] == actor.assignment_id else STRANGER


def _leads(actor: Actor, thing: Any) -> bool:
    return standing(actor, thing.group).leads


def _works(actor: Actor, thing: Any) -> bool:
    return standing(actor, thing.group).works


def _owns_or_leads(actor: Actor, decision: Decision) -> bool:
    return _leads(actor, decision) or (_works(actor, decision) and decision.owner.user_id == actor.user_id)


def _not_the_writer(actor: Actor, meeting: Meeting) -> str | None:
    # Minutes are approved by somebody else than the one who called and wrote: the rule of any minutes.
    if meeting.called_by_id == actor.user_id:
        return "Protokollet justeras av en annan medlem än den som har skrivit det."
    return None


_COORDINATES = frozenset({str(Role.GROUP_COORDINATOR), str(Role.BOARD_MEMBER), str(Role.EDUCATION_GROUP)})
_TAKES_PART = frozenset({*map(str, MEMBERS), str(Role.BOARD_MEMBER), str(Role.EDUCATION_GROUP)})
_LOCAL_COORDINATOR = frozenset({str(Role.GROUP_COORDINATOR)})
BOARD = frozenset({str(Role.BOARD_MEMBER)})

COORDINATOR, MEMBER = "gruppens samordnare", "gruppens medlemmar"
LEADS = Rule(_COORDINATES, COORDINATOR, _leads)

MEETING_RULES = Rules(
    rules={
        MeetingDo.CHANGE: LEADS,
        MeetingDo.ADD_POINT: Rule(_TAKES_PART, MEMBER, _works),
        MeetingDo.CALL: LEADS,
        MeetingDo.RECORD: LEADS,
        MeetingDo.DECIDE: LEADS,
        MeetingDo.APPROVE: Rule(_TAKES_PART, MEMBER, _works, _not_the_writer),
        MeetingDo.CANCEL: LEADS,
    },
    transitions=MEETING_TRANSITIONS,
)

DECISION_RULES = Rules(
    rules={
        DecisionDo.FINISH: Rule(_TAKES_PART, "den som svarar för beslutet, eller samordnaren", _owns_or_leads),
        DecisionDo.EVALUATE: Rule(_TAKES_PART, "den som svarar för beslutet, eller samordnaren", _owns_or_leads),
        DecisionDo.DROP: LEADS,
    },
    transitions=DECISION_TRANSITIONS,
)

_REPORTS = Rule(_LOCAL_COORDINATOR, COORDINATOR, _leads)
REPORT_RULES = Rules(
    rules={ReportDo.WRITE: _REPORTS, ReportDo.SUBMIT: _REPORTS, ReportDo.CORRECT: _REPORTS},
    transitions=REPORT_TRANSITIONS,
)


def _compiles(actor: Actor, report: RegionalReport) -> bool:
    return bool(getattr(report, "_compilers", None)) and actor.user_id in report._compilers  # type: ignore[attr-defined]


def know_compilers(report: RegionalReport, on: date) -> RegionalReport:
    """Remember on the report who coordinates the groups that it is made of."""
    groups = local_groups(report.campaign.agreement, report.coordination)
    found = GroupMember.objects.filter(in_force(on), group__in=groups, is_coordinator=True)
    report._compilers = frozenset(found.values_list("user_id", flat=True))  # type: ignore[attr-defined]
    return report


_COMPILES = Rule(_LOCAL_COORDINATOR, "samordnarna i länets grupper", _compiles)
REGIONAL_RULES = Rules(rules=dict.fromkeys(RegionalDo, _COMPILES), transitions=REGIONAL_TRANSITIONS)


def _of_the_board(actor: Actor, task: BoardTask) -> bool:
    return standing(actor, task.group).reads


_BOARD_ANSWERS = Rule(BOARD, "den regionala gruppen", _of_the_board)
TASK_RULES = Rules(
    rules={
        TaskDo.REPORT: _REPORTS,
        TaskDo.ACCEPT: _BOARD_ANSWERS,
        TaskDo.RETURN: _BOARD_ANSWERS,
    },
    transitions=TASK_TRANSITIONS,
)


class Informed(Rules):
    """The same rules, asked about a freshly locked object that is told first what we already know of it."""

    def __init__(self, rules: Rules, tell: Callable[[Any], None]) -> None:
        super().__init__(rules=rules.rules, transitions=rules.transitions, state_of=rules.state_of)
        self.tell = tell

    def require(self, actor: Actor, do: Any, obj: Any) -> None:
        self.tell(obj)
        super().require(actor, do, obj)


def in_group(rules: Rules, group: CoordinationGroup) -> Informed:
    """The rules about something of a group that we know how the actor stands to."""
    return Informed(rules, lambda thing: setattr(thing, "group", group))


ALL_RULES = {
    Meeting: MEETING_RULES,
    Decision: DECISION_RULES,
    GroupReport: REPORT_RULES,
    RegionalReport: REGIONAL_RULES,
    BoardTask: TASK_RULES,
}
