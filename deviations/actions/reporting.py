"""Reporting a deviation: two minutes, from a case or alone, and the draft is kept (DEV-1, DEV-7)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from core import attachments
from core.acting import Actor
from core.authz import Refused
from core.transitions import Gone
from core.workdays import local_day
from deviations import prefill, routines
from deviations.actions.shared import change, note
from deviations.deidentify import without_identities
from deviations.kinds import Do
from deviations.models import Attachment, Deviation, HandlingStep
from deviations.permissions import require_case_role
from individuals.models import Matter

SHORTEST = 20
"""Signs that must be left to read when numbers and addresses are taken out."""

FACTS = (
    "provision", "target_group", "municipality", "concerns", "happened_on", "outcome", "severity", "affected",
    "description", "immediate_action",
)  # fmt: skip
REQUIRED = {
    "description": "Beskriv vad som hände.",
    "provision": "Välj det avsnitt i överenskommelsen som inte följdes.",
    "happened_on": "Ange vilken dag det hände.",
    "outcome": "Välj om det hände eller kunde ha hänt.",
    "affected": "Välj vem eller vad det drabbade.",
    "severity": "Välj hur allvarligt det var.",
    "target_group": "Välj vilken målgrupp det gäller.",
    "municipality": "Välj vilken kommun det gäller.",
}


def start_report(
    *, submission: UUID, by: Actor, now: datetime, matter: Matter | None = None, facts: Mapping[str, Any] | None = None
) -> Deviation:
    """Begin a draft, prefilled from the case it arose in. The same `submission` finds the draft already made.

    Raises `Refused` when no agreement binds the huvudman today.
    """
    require_case_role(by)
    if known := Deviation.objects.filter(submission=submission, unit_id=by.unit_id).first():
        return known
    agreement = prefill.agreement(matter, by=by, now=now)
    known_facts = {"municipality": prefill.municipality(matter, by=by)}
    known_facts |= {name: value for name, value in (facts or {}).items() if name in FACTS and value is not None}
    deviation = Deviation.objects.create(
        unit_id=by.unit_id,
        changed_at=now,
        submission=submission,
        agreement=agreement,
        matter=matter,
        started_at=now,
        started_by_id=by.user_id,
        **known_facts,
    )
    note(deviation, "Rapporten påbörjades", by=by, now=now)
    return deviation


def edit_report(*, deviation_id: UUID, facts: Mapping[str, Any], by: Actor, now: datetime) -> Deviation:
    """Save what is written so far. A draft is its writer's own, so nobody else can have changed it meanwhile."""
    with change(deviation_id, Do.EDIT, by=by, now=now) as deviation:
        for name in FACTS:
            if name in facts:
                setattr(deviation, name, facts[name])
        _require_consistent(deviation, now)
    return deviation


def _require_consistent(deviation: Deviation, now: datetime) -> None:
    if deviation.happened_on is not None and deviation.happened_on > local_day(now):
        raise Refused(
            "Dagen har inte varit ännu. Rapportera det som har hänt eller kunde ha hänt.", field="happened_on"
        )
    if deviation.concerns_id == deviation.unit_id:
        deviation.concerns = None


def report(*, deviation_id: UUID, by: Actor, now: datetime) -> Deviation:
    """Hand the report in. From now on it is handled by the huvudman's routine, whose steps are copied here (DEV-2).

    Raises `Refused` for what is missing, or when the description tells nothing but who it is about.
    """
    with change(deviation_id, Do.REPORT, by=by, now=now) as deviation:
        for name, words in REQUIRED.items():
            if getattr(deviation, name) in (None, ""):
                raise Refused(words, field=name)
        if len(without_identities(deviation.description)) < SHORTEST:
            raise Refused(
                "Beskriv vad som hände med egna ord. Det räcker inte med vem det gäller.", field="description"
            )
        routine = routines.in_force(by.huvudman_id)
        HandlingStep.objects.bulk_create(
            HandlingStep(
                deviation=deviation,
                position=place,
                title=step.title,
                kind=step.kind,
                who=step.who,
                is_required=step.is_required,
            )
            for place, step in enumerate(routine.steps)
        )
        deviation.reported_at, deviation.finished_by_role = now, routine.finished_by
        note(deviation, "Avvikelsen rapporterades", by=by, now=now)
    return deviation


def attach(*, deviation_id: UUID, name: str, content: bytes, by: Actor, now: datetime) -> Attachment:
    """Attach a file. Raises `Refused` for what can't be taken, or a file too many. The same file twice is one."""
    checked = attachments.check(name, content)
    with change(deviation_id, Do.ATTACH, by=by, now=now) as deviation:
        if known := deviation.attachments.defer("content").filter(digest=checked.digest).first():
            return known
        if deviation.attachments.count() >= attachments.MOST:
            raise Refused(f"Det får vara högst {attachments.MOST} bilagor.", field="file")
        note(deviation, "En bilaga lades till", by=by, now=now)
        return Attachment.objects.create(deviation=deviation, added_at=now, added_by_id=by.user_id, **checked.columns())


def remove_attachment(*, deviation_id: UUID, attachment_id: UUID, by: Actor, now: datetime) -> None:
    """Take a file away while the report is open. That it was there stays in the change log.

    Raises `Gone` for a file that isn't there, or is another report's.
    """
    with change(deviation_id, Do.ATTACH, by=by, now=now) as deviation:
        removed, _ = deviation.attachments.filter(pk=attachment_id).delete()
        if not removed:
            raise Gone("attachment")
        note(deviation, "En bilaga togs bort", by=by, now=now)


def withdraw(*, deviation_id: UUID, reason: str, by: Actor, now: datetime) -> Deviation:
    """Take the report back, with a reason once it is handed in. Raises `Refused` while another party is to answer."""
    with change(deviation_id, Do.WITHDRAW, by=by, now=now) as deviation:
        if deviation.reported_at is not None and not reason.strip():
            raise Refused("Skriv varför rapporten dras tillbaka.", field="reason")
        if deviation.joint.filter(answered_at=None).exists():
            raise Refused("En annan verksamhet har fått en fråga om avvikelsen. Vänta in deras återkoppling.")
        deviation.ended_at, deviation.end_reason = now, reason.strip()
        note(deviation, "Rapporten drogs tillbaka", by=by, now=now)
    return deviation
