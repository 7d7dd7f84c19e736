"""Who may do what with a placement and with its ansvarsförbindelse. The tables of states say when it is possible."""

from __future__ import annotations

from django.db.models import prefetch_related_objects

from core.acting import Actor
from core.authz import NotAllowed, Rule, Rules
from organisations.kinds import CASE_ROLES, MATTER_ROLES, Role
from placements.kinds import Do, Move, Stage
from placements.models import Ansvarsforbindelse, Placement
from placements.states import STAGES, TRANSITIONS

PARTICIPANT_ROLES = tuple(sorted(map(str, MATTER_ROLES)))
_STAFF = frozenset({str(Role.CASEWORKER), str(Role.NEAREST_MANAGER)})
_CASE = frozenset(map(str, CASE_ROLES))
_PHYSICIANS = frozenset({str(Role.PHYSICIAN), str(Role.CHIEF_PHYSICIAN)})
_NEGOTIATORS = _CASE | {str(Role.SIGNATORY)}
_SIGNERS = frozenset({str(Role.HEAD_OF_OPERATIONS), str(Role.SIGNATORY)})

MAY_START = _STAFF
KEEPERS = tuple(sorted({*_STAFF, str(Role.LOCAL_ADMINISTRATOR)}))
"""Who keeps the register of homes."""
PLACING = "handläggare och närmaste chef hos den verksamhet som placerar"
PARTY = "handläggare och närmaste chef hos den placerande verksamheten eller hos vården"


def places(actor: Actor, placement: Placement) -> bool:
    """Whether the acting unit is the one that places."""
    return placement.matter.initiator_id == actor.unit_id


def is_party(actor: Actor, placement: Placement) -> bool:
    """Whether the acting unit is one of the two that negotiate and carry the costs (PLC-8)."""
    return places(actor, placement) or placement.medical_unit_id == actor.unit_id


def _is_medical(actor: Actor, placement: Placement) -> bool:
    return placement.medical_unit_id == actor.unit_id


PLACES = Rule(_STAFF, PLACING, places)
PARTIES = Rule(_STAFF, PARTY, is_party)

_BY_THE_PLACING = (
    Do.EDIT, Do.RECORD_BASIS, Do.SHARE, Do.WITHDRAW_CONSENT, Do.REFER, Do.START, Do.REVIEW, Do.HIDE, Do.REVEAL,
    Do.MOVE, Do.NAME_READER, Do.PLAN_END, Do.HAND_OVER, Do.END, Do.CLOSE, Do.CANCEL,
)  # fmt: skip

PLACEMENT_RULES = Rules(
    rules={
        **dict.fromkeys(_BY_THE_PLACING, PLACES),
        **dict.fromkeys((Do.EXAMINE, Do.FOLLOW_UP, Do.PLAN_AFTERCARE), PARTIES),
        Do.ASSESS: Rule(_PHYSICIANS, "medicinskt ansvarig läkare eller chefsöverläkare hos vården", _is_medical),
        Do.DRAW_UP: Rule(
            _NEGOTIATORS, PARTY, is_party,
            lambda actor, placement: None if placement.medical_unit_id else "Välj först vilken vård det gäller.",
        ),
    },
    transitions=TRANSITIONS,
)  # fmt: skip


# --- the ansvarsförbindelse -------------------------------------------------------------------------------------------
def _is_side(actor: Actor, version: Ansvarsforbindelse) -> bool:
    return version.side_of(actor.unit_id) is not None


def _drafted(actor: Actor, version: Ansvarsforbindelse) -> bool:
    return version.drafted_by_unit_id == actor.unit_id


def _other_side(actor: Actor, version: Ansvarsforbindelse) -> bool:
    return _is_side(actor, version) and not _drafted(actor, version)


def _why_not_sign(actor: Actor, version: Ansvarsforbindelse) -> str | None:
    """PLC-4: once for each party, never by the one who proposed, never by the same person for both."""
    if version.state not in (Stage.PROPOSED, Stage.SIGNED_BY_ONE):
        return None
    if version.proposed_by_id == actor.user_id:
        return "Ni har själva lagt fram förslaget. Någon annan med mandat undertecknar det."
    prefetch_related_objects([version], "signatures")
    side = version.side_of(actor.unit_id)
    if any(one.side == side for one in version.signatures.all()):
        return "Er part har redan undertecknat."
    if any(one.user_id == actor.user_id for one in version.signatures.all()):
        return "Du har redan undertecknat för den andra parten."
    return None


NEGOTIATES = Rule(_NEGOTIATORS, "de två parter som förhandlar", _is_side)
WRITES = Rule(_NEGOTIATORS, "den part som skriver förslaget", _drafted)
ANSWERS = Rule(_NEGOTIATORS, "den part som har fått förslaget", _other_side)

AGREEMENT_RULES = Rules(
    rules={
        Move.WRITE: WRITES,
        Move.PROPOSE: WRITES,
        Move.WITHDRAW: WRITES,
        Move.COUNTER: ANSWERS,
        Move.DECLINE: ANSWERS,
        Move.COMMENT: NEGOTIATES,
        Move.RENEGOTIATE: NEGOTIATES,
        Move.SIGN: Rule(
            _SIGNERS, "verksamhetschefen, eller den som är utsedd att underteckna, hos parten", _is_side, _why_not_sign
        ),
        # By the portal's own hand, inside the actions that cause them.
        Move.REPLACE: Rule(_SIGNERS, "portalen när en ny version undertecknas", _is_side),
        Move.EXPIRE: Rule(_NEGOTIATORS, "parterna", _is_side),
        Move.END: Rule(_STAFF, PLACING, _is_side),
    },
    transitions=STAGES,
)


def require_may_start(actor: Actor) -> None:
    """Raise `NotAllowed` for a role that begins no placement."""
    if actor.role not in MAY_START:
        raise NotAllowed("Det här gör handläggare och närmaste chef i socialtjänsten.")


def require_may_keep(actor: Actor) -> None:
    """Raise `NotAllowed` for a role that doesn't keep the register of homes."""
    if actor.role not in KEEPERS:
        raise NotAllowed("Registret sköts av handläggare, närmaste chef och lokal administratör.")
