"""Handling together with another party: interim responsibility at once, feedback within the agreed time (DEV-5)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from agreements.models import Agreement
from core import outbox
from core.acting import Actor
from core.authz import Refused
from core.transitions import transition
from core.workdays import local_day
from deadlines import actions as deadlines
from deadlines.models import Clock
from deviations.actions.shared import FEEDBACK_TERM, INTERIM_TERM, change, note
from deviations.deidentify import Kind
from deviations.kinds import Do, JointDo, JointState
from deviations.models import Deviation, JointHandling
from deviations.names import scanner
from deviations.permissions import JOINT_RULES
from individuals.models import Participant
from organisations.models import Unit

_NEVER_HANDED_OVER = {Kind.NUMBER, Kind.CONTACT, Kind.PHONE, Kind.ADDRESS, Kind.NAME}


def hand_over(
    *, deviation_id: UUID, to_unit: Unit, question: str, interim: str, by: Actor, now: datetime
) -> JointHandling:
    """Ask the other party's unit to handle the deviation together, with a proposal of who does what meanwhile.

    It reads the question, never the report. Nothing about a person goes along: when it takes part in the case it is
    told the case's number, and knows who it is about. Raises `Refused` when the texts tell more than that (wall 2).
    """
    with change(deviation_id, Do.HAND_OVER, by=by, now=now) as deviation:
        unit = Unit.objects.select_related("authority").get(pk=to_unit.pk)
        if unit.authority.huvudman_id == by.huvudman_id:
            raise Refused(
                "Verksamheten har samma huvudman som ni. Då hanterar ni avvikelsen enligt er egen rutin.",
                field="to_unit",
            )
        if not question.strip():
            raise Refused("Skriv vad ni vill att den andra verksamheten svarar på.", field="question")
        if not interim.strip():
            raise Refused("Skriv vem som gör vad tills avvikelsen är utredd.", field="interim")
        _require_nobody_named({"question": question, "interim": interim}, now)
        if deviation.joint.filter(to_unit=unit).exists():
            raise Refused("Ni hanterar redan avvikelsen tillsammans med den verksamheten.", field="to_unit")
        joint_id = uuid4()
        _start_clock(INTERIM_TERM, deviation.agreement, joint_id, unit, now)
        feedback = _start_clock(FEEDBACK_TERM, deviation.agreement, joint_id, unit, now)
        assert deviation.provision is not None
        joint = JointHandling.objects.create(
            id=joint_id,
            deviation=deviation,
            from_unit_id=by.unit_id,
            to_unit=unit,
            changed_at=now,
            agreement_id=deviation.agreement_id,
            case_reference=_reference_known_to(unit, deviation),
            provision_number=deviation.provision.number,
            question=question.strip(),
            interim=interim.strip(),
            interim_by_id=by.unit_id,
            answer_due_at=feedback.due_at,
            handed_over_at=now,
            handed_over_by_id=by.user_id,
        )
        _tell("deviation.handed_over", joint, unit.pk, by=by, now=now)
        note(deviation, f"Hanteras tillsammans med {unit}", by=by, now=now)
    return joint


def _start_clock(kind: str, agreement: Agreement, subject: UUID, unit: Unit, now: datetime) -> Clock:
    return deadlines.start_for_unit(
        agreement=agreement,
        agreed_on=local_day(now),
        kind=kind,
        subject=subject,
        unit=unit,
        started_at=now,
        now=now,
    )


def _require_nobody_named(texts: dict[str, str], now: datetime) -> None:
    scan = scanner(texts.values())
    for field, text in texts.items():
        for hit in scan(text):
            if hit.kind in _NEVER_HANDED_OVER and hit.is_sure:
                raise Refused(
                    f"Texten nämner ”{hit.text}”. Skriv utan uppgifter om personer. Deltar den andra verksamheten i "
                    "ärendet ser de ärendenumret, och vet vem det gäller.",
                    field=field,
                )


def _reference_known_to(unit: Unit, deviation: Deviation) -> str:
    """The case's number, if the other unit takes part in it and so knows it already."""
    if deviation.matter is None:
        return ""
    takes_part = Participant.objects.filter(matter=deviation.matter, unit=unit, ended_at=None)
    return deviation.matter.reference if takes_part.exists() else ""


def agree_interim(*, joint_id: UUID, version: int, by: Actor, now: datetime) -> JointHandling:
    """Accept the other unit's proposal of who does what meanwhile."""
    with transition(
        JointHandling, joint_id, JointDo.AGREE, rules=JOINT_RULES, by=by, now=now, version=version
    ) as joint:
        joint.agreed_at, joint.agreed_by_id = now, by.user_id
        deadlines.stop_for_unit(subject=joint.pk, kinds=[INTERIM_TERM], now=now, reason="agreed")
        _tell("deviation.interim_agreed", joint, _other(joint, by), by=by, now=now)
    return joint


def propose_interim(*, joint_id: UUID, interim: str, version: int, by: Actor, now: datetime) -> JointHandling:
    """Propose another division meanwhile: then the other unit is the one to accept."""
    with transition(
        JointHandling, joint_id, JointDo.PROPOSE, rules=JOINT_RULES, by=by, now=now, version=version
    ) as joint:
        if not interim.strip():
            raise Refused("Skriv vem som gör vad tills avvikelsen är utredd.", field="interim")
        _require_nobody_named({"interim": interim}, now)
        other = Unit.objects.get(pk=_other(joint, by))
        if joint.interim_by_id != by.unit_id or joint.state == JointState.AGREED:
            # Now it is the other's turn; a proposal of one's own that is only reworded leaves their clock running.
            _start_clock(INTERIM_TERM, joint.agreement, joint.pk, other, now)
        joint.interim, joint.interim_by_id = interim.strip(), by.unit_id
        joint.agreed_at = joint.agreed_by = None
        deadlines.stop_for_unit(subject=joint.pk, kinds=[INTERIM_TERM], now=now, reason="proposed anew")
        _tell("deviation.interim_proposed", joint, other.pk, by=by, now=now)
    return joint


def answer(*, joint_id: UUID, text: str, version: int, by: Actor, now: datetime) -> JointHandling:
    """Give the feedback that was asked for. Stops its clock."""
    with transition(
        JointHandling, joint_id, JointDo.ANSWER, rules=JOINT_RULES, by=by, now=now, version=version
    ) as joint:
        if not text.strip():
            raise Refused("Skriv er återkoppling.", field="text")
        _require_nobody_named({"text": text}, now)
        joint.answer, joint.answered_at, joint.answered_by_id = text.strip(), now, by.user_id
        deadlines.stop_for_unit(subject=joint.pk, kinds=[FEEDBACK_TERM], now=now, reason="answered")
        _tell("deviation.answered", joint, joint.from_unit_id, by=by, now=now)
    return joint


def _other(joint: JointHandling, by: Actor) -> UUID:
    return joint.to_unit_id if by.unit_id == joint.from_unit_id else joint.from_unit_id


def _tell(kind: str, joint: JointHandling, to_unit: UUID, *, by: Actor, now: datetime) -> None:
    outbox.plan(
        kind,
        to_unit=to_unit,
        now=now,
        key=f"{kind}:{joint.pk}:{joint.version}",
        facts={"from_unit": by.unit_name, "joint": str(joint.pk)},
    )
