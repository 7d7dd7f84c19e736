"""Writing the plan together (SIP-7): open a version, write in it, each unit its own measures.

Every part is saved on its own and has its own version: whoever saves what somebody else has changed since gets `Stale`
with the row as it now is, so that nobody is overwritten unseen.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.db.models import Max

from core.acting import Actor
from core.authz import NotAllowed, Refused
from core.transitions import Gone, Stale, transition
from core.workdays import local_day
from individuals import actions as individuals
from individuals.models import Basis, Participant
from organisations.models import Unit, User
from sip.actions.shared import others_in, tell
from sip.kinds import Do, Doer, GoalSpan, PlanDo, PlanState, PlanTextKind
from sip.models import Commitment, Goal, Measure, Plan, PlanContact, PlanDisclosure, PlanText, SipCase
from sip.models.plan import PlanPart
from sip.permissions import CASE_RULES, PLAN_RULES

P = TypeVar("P", bound=PlanPart)


@dataclass(frozen=True, slots=True)
class MeasureFacts:
    """A measure as a form gives it. `unit` only when a unit does it, `who` is a name or a role."""

    what: str
    doer: Doer
    unit: Unit | None = None
    who: str = ""
    due_on: date | None = None
    responsibility: str = ""
    withheld_from: Sequence[Unit] = ()


def open_plan(*, case_id: UUID, by: Actor, now: datetime) -> Plan:
    """Begin a version, and hand the draft to all who take part. The next one carries over what is open (SIP-9).

    A draft that is already open is returned: two who begin at once write in the same one. Raises `Refused`.
    """
    with transition(SipCase, case_id, Do.DRAFT_PLAN, rules=CASE_RULES, by=by, now=now) as case:
        basis = basis_in_force(case, now)
        if draft := draft_of(case):
            return draft
        before = Plan.objects.filter(case=case).order_by("-number").first()
        plan = Plan(
            case=case,
            number=before.number + 1 if before else 1,
            changed_at=now,
            opened_at=now,
            opened_by_id=by.user_id,
            opened_unit_id=by.unit_id,
        )
        try:
            with transaction.atomic():
                plan.save(force_insert=True)
        except IntegrityError:
            raise Refused("Ni har inte fått den förra versionen. Be en annan verksamhet öppna nästa.") from None
        hand_over(plan, others_in(case, by), basis=basis, by=by, now=now)
        if before is not None:
            with connection.cursor() as cursor:
                cursor.execute("SELECT portal_carry_plan(%s, %s)", [before.pk, plan.pk])
        individuals.note(case.matter, "plan_drafted", f"Plan, version {plan.number}, började skrivas", by=by, now=now)
        for unit_id in others_in(case, by):
            tell(case, "sip.plan_drafted", unit_id, f"draft:{plan.pk}:{unit_id}", by=by, now=now)
    return plan


def write_text(
    *, case_id: UUID, kind: PlanTextKind, text: str, version: int, by: Actor, now: datetime
) -> PlanText | None:
    """Write one of the plan's texts; empty removes it. `version` 0: the writer saw none. Raises `Stale`."""
    text = text.strip()
    with writing(case_id, by=by, now=now) as plan:
        there = PlanText.objects.filter(plan=plan, kind=kind).first()
        if there is None:
            return _add(PlanText(kind=kind, text=text), plan, by=by, now=now) if text else None
        if there.version != version and there.text != text:
            raise Stale(there)
        if not text:
            there.delete()
            return None
        return _change(there, by=by, now=now, text=text)


def write_contact(*, case_id: UUID, name: str, phone: str, version: int, by: Actor, now: datetime) -> PlanContact:
    """The acting unit names whom to call there. Raises `Refused` without a name, `Stale`."""
    if not name.strip():
        raise Refused("Skriv vem man ringer hos er.", field="name")
    with writing(case_id, by=by, now=now) as plan:
        there = PlanContact.objects.filter(plan=plan, unit_id=by.unit_id).first()
        if there is None:
            row = PlanContact(unit_id=by.unit_id, name=name.strip(), phone=phone.strip())
            return _add(row, plan, by=by, now=now)
        _same_version(there, version, name=name.strip(), phone=phone.strip())
        return _change(there, by=by, now=now, name=name.strip(), phone=phone.strip())


def set_follow_up_day(*, case_id: UUID, day: date | None, version: int, by: Actor, now: datetime) -> Plan:
    """Decide when the plan is followed up. Raises `Refused` for a day that has been, `Stale`."""
    if day is not None and day <= local_day(now):
        raise Refused("Dagen för uppföljning behöver ligga framåt i tiden.", field="day")
    with writing(case_id, by=by, now=now, version=version, day=day) as plan:
        plan.next_follow_up_on = day
    return plan


def add_goal(
    *, case_id: UUID, line: UUID, words: str, elaboration: str, span: GoalSpan, by: Actor, now: datetime
) -> Goal:
    """A goal, in the person's own words first. The same `line` again gives the same goal."""
    words = _needed(words, "Skriv målet, gärna med personens egna ord.", "words")
    with writing(case_id, by=by, now=now) as plan:
        if there := Goal.objects.filter(plan=plan, line=line).first():
            return there
        row = Goal(line=line, words=words, elaboration=elaboration.strip(), span=span, position=_last(Goal, plan))
        return _add(row, plan, by=by, now=now)


def edit_goal(
    *, goal_id: UUID, version: int, words: str, elaboration: str, span: GoalSpan, by: Actor, now: datetime
) -> Goal:
    """Change a goal of the draft. Raises `Stale`, `Refused`, `Gone`."""
    words = _needed(words, "Skriv målet, gärna med personens egna ord.", "words")
    with writing_in(Goal, goal_id, by=by, now=now) as goal:
        _same_version(goal, version, words=words, elaboration=elaboration.strip(), span=span)
        return _change(goal, by=by, now=now, words=words, elaboration=elaboration.strip(), span=span)


def remove_goal(*, goal_id: UUID, version: int, by: Actor, now: datetime) -> None:
    """Take a goal out of the draft. Raises `Refused` while measures serve it, also measures one doesn't see."""
    with writing_in(Goal, goal_id, by=by, now=now) as goal:
        _same_version(goal, version)
        try:
            with transaction.atomic():
                if goal.measures.exists():
                    raise Refused("Det finns insatser för målet. Flytta eller ta bort dem först.")
                goal.delete()
                # Told now, not at the end: a measure that the writer doesn't see may hold the goal.
                with connection.cursor() as cursor:
                    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                    cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        except IntegrityError:
            raise Refused("Det finns insatser för målet. Flytta eller ta bort dem först.") from None


def add_measure(*, goal_id: UUID, line: UUID, facts: MeasureFacts, by: Actor, now: datetime) -> Measure:
    """What somebody does for a goal. For another unit it is a proposal, until that unit takes it (SIP-7).

    The same `line` again gives the same measure. Raises `Refused`.
    """
    with writing_in(Goal, goal_id, by=by, now=now) as goal:
        if there := Measure.objects.filter(plan=goal.plan, line=line).first():
            return there
        values = _measure_values(goal.case, facts, by=by, now=now)
        row = Measure(
            goal=goal, line=line, written_unit_id=by.unit_id, position=_last(Measure, goal.plan), **values
        )  # fmt: skip
        measure = _add(row, goal.plan, by=by, now=now)
        _after_writing(measure, by=by, now=now)
    return measure


def edit_measure(*, measure_id: UUID, version: int, facts: MeasureFacts, by: Actor, now: datetime) -> Measure:
    """Change a measure: a unit's own, one's own proposal, or one that no unit does. Raises `Stale`, `Refused`.

    A unit that edits what was proposed for it takes it on.
    """
    with writing_in(Measure, measure_id, by=by, now=now) as measure:
        require_writes(by, measure)
        values = _measure_values(measure.case, facts, by=by, now=now)
        _same_version(measure, version, **values)
        _change(measure, by=by, now=now, **values)
        _after_writing(measure, by=by, now=now)
    return measure


def take_measure(*, measure_id: UUID, version: int, by: Actor, now: datetime) -> Measure:
    """The unit takes on what was proposed for it, as it stands."""
    with writing_in(Measure, measure_id, by=by, now=now) as measure:
        if measure.unit_id != by.unit_id or not measure.is_proposal:
            raise Refused("Insatsen är inte föreslagen för er.")
        _same_version(measure, version)
        _change(measure, by=by, now=now, is_proposal=False)
        _after_writing(measure, by=by, now=now)
    return measure


def remove_measure(*, measure_id: UUID, version: int, by: Actor, now: datetime) -> None:
    """Take a measure out of the draft: one's own, a proposal, or one whose unit no longer takes part."""
    with writing_in(Measure, measure_id, by=by, now=now) as measure:
        if not may_remove(by, measure):
            raise NotAllowed(f"Insatsen tas bort av {measure.unit}, som svarar för den.")
        _same_version(measure, version)
        measure.delete()


# --- what others ask ------------------------------------------------------------------------------------------------
def draft_of(case: SipCase) -> Plan | None:
    """The version that is being written, if the acting unit was handed it."""
    return Plan.objects.filter(case=case, state=PlanState.DRAFT).first()


def plan_in_force(case: SipCase) -> Plan | None:
    """The established version, if the acting unit was handed it."""
    return Plan.objects.filter(case=case, state=PlanState.ESTABLISHED).first()


def basis_in_force(case: SipCase, now: datetime) -> Basis:
    """The consent or ground that holds now. Raises `Refused`: without one nothing is written together (wall 2)."""
    basis = individuals.current_basis(case.matter)
    if basis is None or not basis.in_force(now):
        raise Refused("Samtycket gäller inte längre. Den som tog initiativet behöver registrera ett nytt först.")
    return basis


def may_write(by: Actor, measure: Measure) -> bool:
    """Whether the acting unit may change a measure's words."""
    return measure.unit_id in (None, by.unit_id) or (measure.is_proposal and measure.written_unit_id == by.unit_id)


def require_writes(by: Actor, measure: Measure) -> None:
    """Raise `NotAllowed` unless the acting unit may change the measure."""
    if not may_write(by, measure):
        raise NotAllowed(f"Insatsen skrivs av {measure.unit}, som svarar för den.")


def may_remove(by: Actor, measure: Measure) -> bool:
    """Whether the acting unit may take a measure out of the draft."""
    return may_write(by, measure) or not _takes_part(measure.case_id, measure.unit_id)


@contextmanager
def writing(case_id: UUID, *, by: Actor, now: datetime, version: int | None = None, day: Any = None) -> Iterator[Plan]:
    """The draft, locked after its case. Raises `Refused` when nothing is being written or the consent has ended."""
    with transition(SipCase, case_id, Do.DRAFT_PLAN, rules=CASE_RULES, by=by, now=now) as case:
        basis_in_force(case, now)
        draft = draft_of(case)
        if draft is None:
            raise Refused("Ingen plan skrivs just nu. Öppna nästa version av planen först.")
        if version is not None and draft.version != version and draft.next_follow_up_on != day:
            raise Stale(draft)
        with transition(Plan, draft.pk, PlanDo.WRITE, rules=PLAN_RULES, by=by, now=now) as plan:
            plan.case = case
            yield plan


@contextmanager
def writing_in(model: type[P], pk: UUID, *, by: Actor, now: datetime) -> Iterator[P]:
    """One row of the draft, to change. Raises `Gone` when the acting unit doesn't see it."""
    found = model._default_manager.filter(pk=pk).values_list("case_id", "plan__state").first()
    if found is None:
        raise Gone(model._meta.label)
    if found[1] != PlanState.DRAFT:
        raise Refused("Den här versionen av planen skrivs inte längre. Öppna nästa version.")
    with writing(found[0], by=by, now=now) as plan:
        row = model._default_manager.filter(pk=pk, plan=plan).first()
        if row is None:
            raise Gone(model._meta.label)
        row.plan, row.case = plan, plan.case
        yield row


def hand_over(
    plan: Plan, to_units: Iterable[UUID], *, basis: Basis, by: Actor, now: datetime, is_established: bool = False,
    from_unit: Unit | None = None,
) -> None:  # fmt: skip
    """Note on the plan's ledger that one unit's part is handed to others (IND-7). What is noted stays noted once."""
    source = from_unit.pk if from_unit else by.unit_id
    authority = from_unit.authority_id if from_unit else by.authority_id
    PlanDisclosure.objects.bulk_create(
        [
            PlanDisclosure(
                plan=plan, case_id=plan.case_id, from_unit_id=source, from_authority_id=authority, to_unit_id=to,
                basis=basis, is_established=is_established, by_id=by.user_id, at=now,
            )
            for to in to_units
            if to != source
        ],
        ignore_conflicts=True,
    )  # fmt: skip


# --- inside ---------------------------------------------------------------------------------------------------------
def _add(row: P, plan: Plan, *, by: Actor, now: datetime) -> P:
    row.plan, row.case_id, row.changed_at, row.changed_unit_id = plan, plan.case_id, now, by.unit_id
    row.save(force_insert=True)
    return row


def _change(row: P, *, by: Actor, now: datetime, **values: Any) -> P:
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    if changed:
        for name in changed:
            setattr(row, name, values[name])
        row.version, row.changed_at, row.changed_unit_id = row.version + 1, now, by.unit_id
        row.save(update_fields=[*changed, "version", "changed_at", "changed_unit"])
    return row


def _same_version(row: PlanPart, version: int, **values: Any) -> None:
    """Raise `Stale` when somebody changed the row since, unless to what is now asked for: a repeated save is none."""
    if row.version != version and (not values or any(getattr(row, name) != to for name, to in values.items())):
        raise Stale(row)


def _needed(text: str, reason: str, field: str) -> str:
    if not text.strip():
        raise Refused(reason, field=field)
    return text.strip()


def _last(model: type[PlanPart], plan: Plan) -> int:
    last = model._default_manager.filter(plan=plan).aggregate(last=Max("position"))["last"]
    return 0 if last is None else last + 1


def _takes_part(case_id: UUID, unit_id: UUID | None) -> bool:
    return (
        unit_id is not None and Participant.objects.filter(matter_id=case_id, unit_id=unit_id, ended_at=None).exists()
    )


def _measure_values(case: SipCase, facts: MeasureFacts, *, by: Actor, now: datetime) -> dict[str, Any]:
    what = _needed(facts.what, "Skriv vad som ska göras.", "what")
    who = facts.who.strip()
    if facts.doer == Doer.OTHER and not who:
        raise Refused("Skriv vem som gör det, till exempel Försäkringskassan eller mormor.", field="who")
    unit = facts.unit if facts.doer == Doer.UNIT else None
    if facts.doer == Doer.UNIT:
        if unit is None:
            raise Refused("Välj vilken verksamhet som svarar för insatsen.", field="unit")
        if not unit.is_open(local_day(now)):
            raise Refused(f"{unit} är stängd. Välj en annan verksamhet.", field="unit")
        if not _takes_part(case.pk, unit.pk):
            raise Refused(f"{unit} deltar inte i ärendet. Kalla verksamheten först.", field="unit")
    is_proposal = unit is not None and unit.pk != by.unit_id
    withheld = sorted({one.pk for one in facts.withheld_from if one.pk != by.unit_id}, key=str)
    if withheld and (unit is None or is_proposal):
        raise Refused("Bara den egna verksamhetens insatser kan undantas från en mottagare.", field="withheld_from")
    return {
        "what": what, "doer": facts.doer, "unit": unit, "who": who, "due_on": facts.due_on, "is_proposal": is_proposal,
        "withheld_from": withheld, "responsibility": facts.responsibility,
    }  # fmt: skip


def _after_writing(measure: Measure, *, by: Actor, now: datetime) -> None:
    """The ledger of what the unit has written, its contact person, and word to the one something is proposed for."""
    plan, case = measure.plan, measure.case
    basis = basis_in_force(case, now)
    others = [unit_id for unit_id in others_in(case, by) if unit_id not in measure.withheld_from]
    hand_over(plan, others, basis=basis, by=by, now=now)
    if measure.is_proposal:
        assert measure.unit_id is not None
        key = f"proposed:{measure.pk}:{measure.unit_id}"
        if not measure.version > 1:
            tell(case, "sip.measure_proposed", measure.unit_id, key, by=by, now=now)
    elif measure.unit_id == by.unit_id and not PlanContact.objects.filter(plan=plan, unit_id=by.unit_id).exists():
        user, unit = User.objects.get(pk=by.user_id), Unit.objects.get(pk=by.unit_id)
        _add(PlanContact(unit=unit, name=str(user), phone=unit.phone), plan, by=by, now=now)


def join_plan(case: SipCase, unit: Unit, *, basis: Basis, by: Actor, now: datetime) -> None:
    """A unit that is let in while a plan is written or in force gets it, on the ledger like the others (IND-7)."""
    for plan in Plan.objects.filter(case=case, state__in=[PlanState.DRAFT, PlanState.ESTABLISHED]):
        hand_over(plan, [unit.pk], basis=basis, by=by, now=now, is_established=plan.is_in_force)


def leave_plan(*, case: SipCase, to_unit: Unit, by: Actor, now: datetime) -> None:
    """The acting unit hands its call over: its part of the draft becomes proposals for the one that takes over (SIP-4).

    Raises `Refused` while it answers for measures in the plan in force.
    """
    in_force = plan_in_force(case)
    if in_force is not None and Commitment.objects.filter(plan=in_force, unit_id=by.unit_id).exists():
        raise Refused(
            "Ni svarar för insatser i planen som gäller. Ta upp vid en uppföljning vem som tar över dem, och lämna "
            "sedan över kallelsen."
        )
    join_plan(case, to_unit, basis=basis_in_force(case, now), by=by, now=now)
    draft = draft_of(case)
    if draft is None:
        return
    for measure in Measure.objects.filter(plan=draft, unit_id=by.unit_id):
        if measure.withheld_from:
            # What was withheld from somebody can't be handed on unseen: the new unit writes its own.
            measure.delete()
        else:
            _change(measure, by=by, now=now, unit=to_unit, is_proposal=True, written_unit_id=by.unit_id)
    PlanContact.objects.filter(plan=draft, unit_id=by.unit_id).delete()
