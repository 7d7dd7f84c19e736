"""Who is told what about a dispute. Messages hold its number and names of units, never a person's (LAW-6)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from agreements.models import AgreementParty, DisputeLevel
from agreements.values import Holder
from core import outbox
from core.acting import Actor
from core.workdays import local_day
from deadlines.models import Clock
from disputes.kinds import LINE, RANKS, Side
from disputes.line import Holders, members_in_force
from disputes.models import Dispute
from organisations.kinds import MANAGERS, Role
from organisations.models import Assignment

To = tuple[UUID, str]
"""A unit and a level of it; an empty level is the caseworkers and the nearest manager."""


def lower(name: str) -> str:
    """A level's name inside a sentence."""
    return name[:1].lower() + name[1:]


def opened(dispute: Dispute, found: Holders, *, by: Actor, now: datetime) -> None:
    """The other side is asked to answer; both units learn who does what meanwhile."""
    _plan("dispute.opened", dispute, _handlers(found, [Side.ANSWERING]), "opened", now, from_unit=by.unit_name)
    _plan("dispute.informed", dispute, _units(dispute), "informed", now)


def lifted(dispute: Dispute, found: Holders, clock: Clock, earlier_rank: int, *, now: datetime) -> None:
    """Those who handle it now are asked to agree; those who did before learn where it went."""
    to, what = _handlers(found), lower(dispute.level.name)
    _plan("dispute.lifted", dispute, to, f"level:{dispute.level_id}", now, what=what, due_at=clock.due_at.isoformat())
    concerned = _earlier(dispute, earlier_rank, now) - to
    _plan("dispute.moved", dispute, concerned, f"moved:{dispute.level_id}", now, what=what)


def warned(dispute: Dispute, found: Holders, clock: Clock, *, now: datetime) -> None:
    due = clock.due_at.isoformat()
    what = lower(dispute.level.name)
    _plan("dispute.warned", dispute, _handlers(found), f"warned:{clock.pk}", now, what=what, due_at=due)


def chased(dispute: Dispute, found: Holders, clock: Clock, *, now: datetime) -> None:
    """Those at the top, and the board of the agreement."""
    to = _handlers(found) | _board(dispute, now)
    facts = {"what": lower(dispute.level.name), "due_at": clock.due_at.isoformat()}
    _plan("dispute.chased", dispute, to, f"chased:{clock.pk}", now, **facts)


def handlers(kind: str, dispute: Dispute, found: Holders, *, key: str, by: Actor, now: datetime, side: Side) -> None:
    """Those who handle the dispute on a side, about something `by` did to it. `key` makes each time its own."""
    _plan(kind, dispute, _handlers(found, [side]), key, now, from_unit=by.unit_name)


def everyone(kind: str, dispute: Dispute, found: Holders, *, key: str, by: Actor, now: datetime) -> None:
    """Everybody who has been concerned, on both sides."""
    to = _handlers(found) | _earlier(dispute, dispute.line_rank, now)
    _plan(kind, dispute, to, key, now, from_unit=by.unit_name)


def vacancies(dispute: Dispute, level: DisputeLevel, found: Holders, *, now: datetime) -> None:
    """Local administrators learn which assignment nobody holds, on a side where somebody stands in or nobody can."""
    empty = {one.side: one.stands_in_for for one in found.vacancies}
    if level.held_by in LINE:
        empty |= dict.fromkeys(found.nobody_on, str(LINE[Holder(level.held_by)]))
    missing = {side: str(Role(role).label).lower() for side, role in empty.items()}
    if level.held_by not in LINE:
        missing |= {side: f"ledamot i {lower(level.name)}" for side in found.nobody_on}
    for side, what in missing.items():
        administrators = (
            Assignment.objects.in_force(local_day(now))
            .filter(role=Role.LOCAL_ADMINISTRATOR, unit__authority__huvudman_id=dispute.huvudmen[side].pk)
            .values_list("unit_id", flat=True)
        )
        to = {(unit_id, str(Role.LOCAL_ADMINISTRATOR)) for unit_id in administrators}
        facts = {"what": what, "to_unit": dispute.units[side].name}
        _plan("dispute.vacant", dispute, to, f"vacant:{side}:{level.pk}", now, **facts)


# --- whom -------------------------------------------------------------------------------------------------------------
def _handlers(found: Holders, sides: Iterable[Side] = tuple(Side)) -> set[To]:
    return {(one.unit_id, one.role) for side in sides for one in found.of(side) if one.role}


def _units(dispute: Dispute) -> set[To]:
    return {(unit.pk, "") for unit in dispute.units.values()}


def _earlier(dispute: Dispute, rank: int, now: datetime) -> set[To]:
    """The units themselves, the managers that the dispute has passed, and the members of groups it has been in."""
    passed = [str(role) for role in MANAGERS if 1 < RANKS[str(role)] <= rank]
    to = _units(dispute) | {(unit.pk, role) for unit in dispute.units.values() for role in passed}
    members = members_in_force(local_day(now)).filter(group_id__in=dispute.rungs.values("group_id"))
    roles = (str(Role.GROUP_COORDINATOR), str(Role.GROUP_REPRESENTATIVE))
    parties = [huvudman.pk for huvudman in dispute.huvudmen.values()]
    for unit_id, is_coordinator in members.filter(represents__authority__huvudman_id__in=parties).values_list(
        "represents_id", "is_coordinator"
    ):
        to.add((unit_id, roles[0] if is_coordinator else roles[1]))
    return to


def _board(dispute: Dispute, now: datetime) -> set[To]:
    parties = AgreementParty.objects.filter(agreement_id=dispute.agreement_id).values("huvudman_id")
    members = Assignment.objects.in_force(local_day(now)).filter(
        role=Role.BOARD_MEMBER, unit__authority__huvudman_id__in=parties
    )
    return {(unit_id, str(Role.BOARD_MEMBER)) for unit_id in members.values_list("unit_id", flat=True)}


def _plan(kind: str, dispute: Dispute, to: Iterable[To], key: str, now: datetime, **facts: str) -> None:
    for unit_id, level in sorted(to, key=str):
        outbox.plan(
            kind,
            to_unit=unit_id,
            to_level=level,
            key=f"dispute:{dispute.pk}:{key}:{unit_id}:{level}",
            facts={"reference": dispute.reference, "dispute": str(dispute.pk), **facts},
            now=now,
        )
