"""What a dispute page shows: the ladder, the sides and their words, who handles it, who sees what, and what comes next.

Read through the dispute, which the caller has already found among the visible ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from django.db.models import Prefetch

from agreements.models import DisputeLevel
from agreements.values import Coordination
from core.acting import Actor
from core.authz import Button
from core.dates import swedish_date
from core.workdays import last_day
from deadlines.models import Clock
from disputes import climbing, line
from disputes.kinds import Do, Side, State
from disputes.line import HolderOf, Holders
from disputes.models import Dispute, Enclosure, Position, Proposal, Rung
from disputes.permissions import rules_at, standing_proposal
from disputes.querysets import DisputeQuerySet
from disputes.telling import lower
from organisations.kinds import Role
from organisations.models import Huvudman, Unit

AT_MOST = 50


@dataclass(frozen=True, slots=True)
class LadderStep:
    """A level as the ladder draws it. `state`: done, now, later or passed."""

    level: DisputeLevel
    state: str
    rung: Rung | None = None
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SideOf:
    """One side: who it is, what it says, and who handles the dispute there now."""

    side: Side
    huvudman: Huvudman
    unit: Unit
    is_mine: bool
    latest: Position | None
    earlier: list[Position] = field(default_factory=list)
    handlers: list[HolderOf] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Standing:
    """A dispute from one actor's chair."""

    dispute: Dispute
    by: Actor
    now: datetime
    takes_part: bool
    clock: Clock | None
    holders: Holders | None
    levels: Sequence[DisputeLevel]

    @property
    def mine(self) -> Side | None:
        return line.side_of(self.by, self.dispute)

    @property
    def acts(self) -> bool:
        return self.holders is not None and line.acts_now(self.by, self.dispute, self.holders)

    @property
    def next_level(self) -> DisputeLevel | None:
        return next((one for one in self.levels if one.position > self.dispute.level.position), None)

    @property
    def proposal(self) -> Proposal | None:
        return standing_proposal(self.dispute) if self.takes_part else self.dispute.settlement


def found_by(disputes: DisputeQuerySet, actor: Actor, now: datetime) -> DisputeQuerySet:
    """The visible disputes with all that a page tells of one."""
    return (
        disputes.seen_by(actor, now)
        .with_parties()
        .select_related("guidance", "settlement", "case_link__matter__person", "opened_by")
        .prefetch_related(
            "interim__unit",
            "positions__level",
            "positions__written_by",
            Prefetch("proposals", Proposal.objects.select_related("huvudman", "proposed_by", "level")),
            "proposals__confirmations__huvudman",
            Prefetch("rungs", Rung.objects.select_related("group")),
        )
    )


def stand(dispute: Dispute, by: Actor, now: datetime) -> Standing:
    """Where the dispute stands for the actor. One who follows it without taking part sees when the next step falls due,
    and isn't told who handles it."""
    part = bool(getattr(dispute, "takes_part", False))
    is_open = dispute.state == State.OPEN
    return Standing(
        dispute=dispute,
        by=by,
        now=now,
        takes_part=part,
        clock=climbing.running_clock(dispute.pk) if is_open else None,
        holders=line.holders(dispute, dispute.level, now) if is_open and part else None,
        levels=list(DisputeLevel.objects.filter(agreement_id=dispute.agreement_id).order_by("position")),
    )


def at_the_top(
    by: Actor, now: datetime, coordination: Coordination, *, municipality: Huvudman | None = None
) -> list[tuple[Dispute, datetime]]:
    """Open disputes on the last level of their ladder that the actor sees, each with since when (DIS-3)."""
    found = Dispute.objects.visible_to(by, now).filter(
        state=State.OPEN, level__is_final=True, coordination=coordination
    )
    if municipality is not None:
        found = found.filter(municipality=municipality)
    rungs = Prefetch("rungs", Rung.objects.filter(left_at=None), to_attr="here")
    rows = found.with_parties().prefetch_related(rungs).order_by("opened_at")[:AT_MOST]
    return [(one, one.here[0].reached_at) for one in rows]


def sentence(at: Standing) -> str:
    """Where the dispute stands, in words."""
    dispute = at.dispute
    if dispute.state == State.SETTLED:
        return f"Löst {swedish_date(dispute.ended_at)}. Båda parterna har bekräftat samma lösning."
    if dispute.state == State.WITHDRAWN:
        return f"{dispute.opening_unit} återkallade tvisten {swedish_date(dispute.ended_at)}."
    here = f"Ligger hos {lower(dispute.level.name)}."
    if at.next_level is None:
        return f"{here} Det är trappans högsta nivå: där blir tvisten kvar tills parterna är överens."
    if at.clock is None:
        return here
    day = swedish_date(last_day(at.clock.due_at))
    return f"{here} Är parterna inte överens senast {day} går frågan vidare till {lower(at.next_level.name)}."


def ladder(at: Standing) -> list[LadderStep]:
    """Every level of the agreement's ladder, with what has happened there."""
    rungs = {rung.level_id: rung for rung in at.dispute.rungs.all()}
    steps = []
    for level in at.levels:
        rung = rungs.get(level.pk)
        if rung is None:
            steps.append(LadderStep(level, "later"))
        elif rung.is_passed_by:
            steps.append(LadderStep(level, "passed", rung))
        elif rung.left_at is None:
            steps.append(LadderStep(level, "now", rung, at.clock.due_at if at.clock else None))
        else:
            steps.append(LadderStep(level, "done", rung))
    return steps


def sides(at: Standing) -> list[SideOf]:
    """The two sides, one's own first."""
    made = [_side(at, side) for side in Side]
    return sorted(made, key=lambda one: not one.is_mine)


def _side(at: Standing, side: Side) -> SideOf:
    dispute = at.dispute
    huvudman = dispute.huvudmen[side]
    words = [one for one in dispute.positions.all() if one.huvudman_id == huvudman.pk] if at.takes_part else []
    return SideOf(
        side=side,
        huvudman=huvudman,
        unit=dispute.units[side],
        is_mine=side == at.mine,
        latest=words[-1] if words else None,
        earlier=words[-2::-1] if len(words) > 1 else [],
        handlers=at.holders.of(side) if at.holders else [],
    )


def enclosures(at: Standing) -> list[Enclosure]:
    """The documents of both sides that the actor may read, without what they hold. Row security leaves out those about
    a case that the actor doesn't reach."""
    if not at.takes_part:
        return []
    found = Enclosure.objects.filter(dispute=at.dispute).defer("content")
    return list(found.select_related("huvudman", "unit", "added_by"))


def enclosure(dispute: Dispute, enclosure_id: UUID) -> Enclosure | None:
    """A document of a dispute that `seen_by` found, with what it holds; None when it isn't the actor's to read."""
    if not getattr(dispute, "takes_part", False):
        return None
    return Enclosure.objects.filter(dispute=dispute, pk=enclosure_id).select_related("matter").first()


def who_sees(at: Standing) -> list[str]:
    """Who reads what of the dispute, in plain words."""
    dispute = at.dispute
    units = f"{dispute.opening_unit} och {dispute.answering_unit}"
    lines = [f"Handläggare och närmaste chefer hos {units} läser tvisten, båda parternas ord och deras handlingar."]
    if higher := [str(role.label).lower() for role, rank in _HIGHER.items() if rank <= dispute.line_rank]:
        lines.append(f"Det gör också {' och '.join(higher)} för verksamheterna, sedan tvisten har lyfts dit.")
    groups = [rung.group.name for rung in dispute.rungs.all() if rung.group is not None]
    if groups:
        lines.append(f"Ledamöter från båda parterna i {' och '.join(groups)} läser parternas ord och handlingar.")
    lines.append("Samordningsgruppen i kommunen och den regionala gruppen ser frågan och hur långt den har kommit.")
    lines.append("Ärendet som tvisten uppstod ur, och handlingar om det, ser bara den som har rätt till ärendet.")
    return lines


_HIGHER = {Role.HEAD_OF_OPERATIONS: 2, Role.HEAD_OF_ADMINISTRATION: 3}


# --- what one can do --------------------------------------------------------------------------------------------------
def next_do(at: Standing) -> Do | None:
    """The step the dispute waits for from this chair: the one primary button."""
    dispute = at.dispute
    if dispute.state == State.SETTLED:
        wanted = at.by.role == Role.BOARD_MEMBER and not hasattr(dispute, "guidance")
        return Do.GIVE_GUIDANCE if wanted else None
    if dispute.state != State.OPEN or not at.acts:
        return None
    if all(one.huvudman_id != at.by.huvudman_id for one in dispute.positions.all()):
        return Do.TAKE_POSITION
    if at.proposal is not None and at.proposal.huvudman_id != at.by.huvudman_id:
        return Do.CONFIRM
    return Do.PROPOSE if at.proposal is None else None


def other_dos(at: Standing) -> list[Do]:
    """What else the page offers, also what only somebody else may do (shown with who)."""
    if at.dispute.state != State.OPEN or not at.takes_part:
        return []
    offered = [Do.TAKE_POSITION, Do.PROPOSE, Do.LIFT, Do.CHANGE_INTERIM, Do.ENCLOSE]
    if at.mine == Side.OPENING:
        offered.append(Do.WITHDRAW)
    first = next_do(at)
    return [do for do in offered if do != first]


def buttons(at: Standing, dos: Iterable[Do]) -> list[Button]:
    made = rules_at(at.now, at.holders).buttons(at.by, at.dispute, dos)
    return [replace(one, label=_label(at, one)) for one in made]


def _label(at: Standing, button: Button) -> str:
    if button.do == Do.LIFT and at.next_level is not None:
        return f"Lyft till {lower(at.next_level.name)}"
    if button.do == Do.PROPOSE and at.proposal is not None:
        return "Föreslå en annan lösning"
    if button.do == Do.CONFIRM:
        return "Läs och ta ställning till förslaget"
    return button.label
