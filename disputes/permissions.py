"""Who may do what with a dispute. The table of states says when it is possible.

Who handles a dispute depends on the level and on the day, so the rules are made for an instant: `rules_at(now)`.
"""

from __future__ import annotations

from datetime import datetime

from core.acting import Actor
from core.authz import ALLOWED, Decision, NotAllowed, Rule, Rules
from disputes import line
from disputes.kinds import GROUP_ROLES, Do, Side
from disputes.line import Holders
from disputes.models import Dispute, Proposal
from disputes.states import TRANSITIONS
from organisations.kinds import MANAGERS, Role

_HANDLES = frozenset(map(str, GROUP_ROLES))
_BOARD = frozenset({str(Role.BOARD_MEMBER)})

HANDLER = "den som hanterar tvisten på nivån"
OPENER = "närmaste chef, eller den som står in, hos den verksamhet som öppnade tvisten"


def rules_at(now: datetime, known: Holders | None = None) -> Rules:
    """The rules of disputes at an instant. Who handles a dispute is asked once per dispute and level.

    `known`: who handles the one dispute that will be asked about, when the caller has found them already.
    """
    seen: dict[tuple[object, object], Holders] = {}

    def found(dispute: Dispute) -> Holders:
        if known is not None:
            return known
        key = (dispute.pk, dispute.level_id)
        if key not in seen:
            seen[key] = line.holders(dispute, dispute.level, now)
        return seen[key]

    def handles(actor: Actor, dispute: Dispute) -> bool:
        return line.acts_now(actor, dispute, found(dispute))

    def opened(actor: Actor, dispute: Dispute) -> bool:
        return handles(actor, dispute) and line.side_of(actor, dispute) == Side.OPENING

    handler = Rule(_HANDLES, HANDLER, handles)
    return Rules(
        rules={
            Do.TAKE_POSITION: handler,
            Do.CHANGE_INTERIM: handler,
            Do.ENCLOSE: handler,
            Do.LIFT: Rule(_HANDLES, HANDLER, handles, _at_the_top),
            Do.PROPOSE: handler,
            Do.CONFIRM: Rule(_HANDLES, HANDLER, handles, _nothing_to_confirm),
            Do.WITHDRAW: Rule(_HANDLES, f"{HANDLER}, hos den part som öppnade tvisten", opened),
            Do.GIVE_GUIDANCE: Rule(_BOARD, "en ledamot i den regionala gruppen", unless=_already_guidance),
        },
        transitions=TRANSITIONS,
        noun="tvisten",
    )


def _at_the_top(actor: Actor, dispute: Dispute) -> str | None:
    if dispute.level.is_final:
        return f"Det här är trappans högsta nivå. {dispute.level.name} svarar ytterst för att parterna enas."
    return None


def _nothing_to_confirm(actor: Actor, dispute: Dispute) -> str | None:
    proposal = standing_proposal(dispute)
    if proposal is None:
        return "Det finns inget förslag att bekräfta."
    if any(one.huvudman_id == actor.huvudman_id for one in proposal.confirmations.all()):
        return "Ni har redan bekräftat den här texten. Nu väntar den på motparten."
    return None


def _already_guidance(actor: Actor, dispute: Dispute) -> str | None:
    return "Lösningen är redan vägledning." if hasattr(dispute, "guidance") else None


def standing_proposal(dispute: Dispute) -> Proposal | None:
    """The latest proposal, the only one that can be confirmed."""
    return max(dispute.proposals.all(), key=lambda one: one.number, default=None)


def may_open(actor: Actor, now: datetime) -> Decision:
    """Whether the actor answers for the nearest level at its unit: it opens disputes (DIS-2)."""
    if actor.role in set(map(str, MANAGERS)) and line.opens(actor.unit_id, now) == actor.role:
        return ALLOWED
    return Decision(False, "En tvist öppnas av närmaste chef, eller av den som står in när ingen närmaste chef finns.")


def require_may_open(actor: Actor, now: datetime) -> None:
    """Raise `NotAllowed` unless the actor may open a dispute."""
    if not (decision := may_open(actor, now)):
        raise NotAllowed(decision.reason)
