"""Who may do what with a deviation, at the reporting unit, jointly, and on the group's desk."""

from __future__ import annotations

from core.acting import Actor
from core.authz import NotAllowed, Rule, Rules
from deviations.kinds import Do, ImprovementDo, JointDo, JointState, SharedDo
from deviations.models import Deviation, HandlingStep, Improvement, JointHandling, SharedDeviation
from deviations.querysets import GROUP_ROLES
from deviations.states import IMPROVEMENT_TRANSITIONS, JOINT_TRANSITIONS, SHARED_TRANSITIONS, TRANSITIONS
from organisations.kinds import CASE_ROLES, Role

CASE = frozenset(map(str, CASE_ROLES))
GROUP = frozenset(map(str, GROUP_ROLES))
_COORDINATOR = frozenset({str(Role.GROUP_COORDINATOR)})
OWN_UNIT = "handläggare och chefer hos den verksamhet som rapporterade"


def _own(actor: Actor, deviation: Deviation) -> bool:
    return deviation.unit_id == actor.unit_id


def _wrote(actor: Actor, deviation: Deviation) -> bool:
    return _own(actor, deviation) and deviation.started_by_id == actor.user_id


def _wrote_or_leads(actor: Actor, deviation: Deviation) -> bool:
    return _wrote(actor, deviation) or (_own(actor, deviation) and actor.role != Role.CASEWORKER)


def _finishes(actor: Actor, deviation: Deviation) -> str | None:
    """The routine says who marks it as finished; someone higher in the line may always."""
    if _at_least(actor.role, deviation.finished_by_role):
        return None
    return f"Enligt er rutin gör {deviation.get_finished_by_role_display().lower()} det här."


def _at_least(role: str, wanted: str) -> bool:
    """Those outside the line (a physician, a signatory) stand at its first step: what anybody of the unit may do."""
    order = [str(one) for one in CASE_ROLES]
    return (order.index(role) if role in order else 0) >= order.index(wanted)


def may_take_step(actor: Actor, step: HandlingStep) -> str | None:
    """Why the actor may not record this step, or nothing (DEV-2: the routine says who)."""
    if _at_least(actor.role, step.who):
        return None
    return f"Enligt er rutin gör {step.get_who_display().lower()} det här steget."


def _another_prepared(actor: Actor, deviation: Deviation) -> str | None:
    if hasattr(deviation, "text") and deviation.text.prepared_by_id == actor.user_id:
        return "Du har själv avidentifierat texten. En kollega behöver läsa och godkänna den."
    return None


_UNIT = Rule(CASE, OWN_UNIT, _own)
_WRITER = Rule(CASE, "den som skriver rapporten", _wrote)

RULES = Rules(
    rules={
        Do.EDIT: _WRITER,
        Do.REPORT: _WRITER,
        Do.ATTACH: _UNIT,
        Do.RECORD_STEP: _UNIT,
        Do.HAND_OVER: _UNIT,
        Do.FINISH: Rule(CASE, OWN_UNIT, _own, _finishes),
        Do.REOPEN: _UNIT,
        Do.DEIDENTIFY: _UNIT,
        Do.PROPOSE: _UNIT,
        Do.SEND_BACK: _UNIT,
        Do.SHARE: Rule(CASE, OWN_UNIT, _own, _another_prepared),
        Do.CLOSE: Rule(CASE, OWN_UNIT, _own, _finishes),
        Do.WITHDRAW: Rule(CASE, "den som rapporterade eller en chef i verksamheten", _wrote_or_leads),
    },
    transitions=TRANSITIONS,
    noun="avvikelsen",
)


def _takes_part(actor: Actor, joint: JointHandling) -> bool:
    return actor.unit_id in (joint.from_unit_id, joint.to_unit_id)


def _was_asked(actor: Actor, joint: JointHandling) -> bool:
    return actor.unit_id == joint.to_unit_id


def _own_proposal(actor: Actor, joint: JointHandling) -> str | None:
    if joint.state == JointState.PROPOSED and joint.interim_by_id == actor.unit_id:
        return "Förslaget är ert. Den andra verksamheten behöver godta det."
    return None


PARTIES = "de två verksamheterna"
JOINT_RULES = Rules(
    rules={
        JointDo.AGREE: Rule(CASE, PARTIES, _takes_part, _own_proposal),
        JointDo.PROPOSE: Rule(CASE, PARTIES, _takes_part),
        JointDo.ANSWER: Rule(CASE, "den verksamhet som har fått frågan", _was_asked),
    },
    transitions=JOINT_TRANSITIONS,
    noun="den gemensamma hanteringen",
)

IN_GROUP = "samordningsgruppens samordnare och representanter"
_MEMBER = Rule(GROUP, IN_GROUP)
_LEADS = Rule(_COORDINATOR, "gruppens samordnare")
SHARED_RULES: Rules = Rules(
    rules={SharedDo.PUT_ON_AGENDA: _MEMBER, SharedDo.ANALYSE: _MEMBER, SharedDo.TELL_LESSON: _LEADS},
    transitions=SHARED_TRANSITIONS,
    noun="avvikelsen",
)


def _owns(actor: Actor, improvement: Improvement) -> bool:
    return improvement.owner_id == actor.unit_id


_CARRIES_OUT = Rule(CASE, "den verksamhet som ska genomföra åtgärden", _owns)
IMPROVEMENT_RULES = Rules(
    rules={
        ImprovementDo.REPORT_DONE: _CARRIES_OUT,
        ImprovementDo.REPORT_NOT_DONE: _CARRIES_OUT,
        ImprovementDo.EVALUATE: _MEMBER,
    },
    transitions=IMPROVEMENT_TRANSITIONS,
    noun="åtgärden",
)


def require_case_role(actor: Actor) -> None:
    """Raise `NotAllowed` for a role that reports no deviations (DEV-7)."""
    if actor.role not in CASE:
        raise NotAllowed("Avvikelser rapporteras av handläggare och chefer i en verksamhet.")


def require_in_group(actor: Actor, record: SharedDeviation) -> None:
    """Raise `NotAllowed` unless the actor acts for the group. That it is the right group, the rows have said."""
    if actor.role not in GROUP:
        raise NotAllowed(f"Det här gör {IN_GROUP}.")


def require_administrator(actor: Actor) -> None:
    """Raise `NotAllowed` unless the actor decides the huvudman's routine."""
    if actor.role != Role.LOCAL_ADMINISTRATOR:
        raise NotAllowed("Rutinen ändras av huvudmannens lokala administratör.")
