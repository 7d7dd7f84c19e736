"""From a finished deviation to the group's record: check, decide every hit, a second person approves (DEV-3, DEV-4)."""

from __future__ import annotations

import re
import textwrap
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from core import outbox
from core.acting import Actor
from core.authz import Refused
from core.workdays import local_day
from deadlines import actions as deadlines
from deviations.actions.shared import SHARE_TERM, change, group_for, note
from deviations.days import season
from deviations.deidentify import NEVER_KEPT, replace
from deviations.kinds import Do, Resolution, SharedField, StepKind
from deviations.models import CheckHit, DeidentifiedText, Deviation, SharedDeviation
from deviations.names import scanner
from organisations.kinds import Role
from organisations.models import GroupMember, Unit

CHANGED = "Texten har ändrats sedan du öppnade sidan. Läs den nya och gör om det du gjorde."
NO_GROUP = "Det finns ingen samordningsgrupp som följer målgruppen i kommunen. Avsluta avvikelsen utan att dela den."


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person decided about a hit: `text` is what stands there instead, or the reason to keep it."""

    resolution: Resolution
    text: str


def begin_text(*, deviation_id: UUID, by: Actor, now: datetime) -> DeidentifiedText:
    """Begin the text for the group, from the report and the routine's analysis and measure, and check it.

    One already begun is checked anew: the unit may know more names now.
    """
    with change(deviation_id, Do.DEIDENTIFY, by=by, now=now) as deviation:
        text = DeidentifiedText.objects.select_for_update().filter(deviation=deviation).first()
        if text is None:
            notes = {step.kind: step.note for step in deviation.steps.exclude(kind=StepKind.TASK)}
            assert deviation.provision is not None
            text = DeidentifiedText.objects.create(
                deviation=deviation,
                headline=_headline(deviation.description) or deviation.provision.heading[:120],
                happened=deviation.description,
                analysis=notes.get(StepKind.ANALYSIS, ""),
                measure=notes.get(StepKind.MEASURE, ""),
                prepared_by_id=by.user_id,
                prepared_at=now,
            )
            note(deviation, "Avidentifieringen påbörjades", by=by, now=now)
        _check_anew(text, now)
    return text


def _headline(description: str) -> str:
    """The report's first sentence, as far as a heading is long: what the group tells records apart by."""
    first = re.split(r"(?<=[.!?])\s|\n", description.strip(), maxsplit=1)[0].rstrip(".")
    return textwrap.shorten(first, 100, placeholder=" …")


def save_text(
    *, deviation_id: UUID, edition: int, texts: Mapping[SharedField, str], by: Actor, now: datetime
) -> DeidentifiedText:
    """Write the text oneself, and check it anew. What was kept with a reason stays kept where it still stands.

    Raises `Refused` when the text has changed since, or a part is empty.
    """
    with change(deviation_id, Do.DEIDENTIFY, by=by, now=now) as deviation:
        text = _locked(deviation, edition)
        for field, value in texts.items():
            if not value.strip():
                raise Refused(f"Skriv något under ”{field.label}”.", field=field.value)
            setattr(text, field.value, value.strip())
        _prepared(text, by, now)
        _check_anew(text, now)
    return text


def resolve_hits(
    *, deviation_id: UUID, edition: int, answers: Mapping[UUID, Answer], by: Actor, now: datetime
) -> DeidentifiedText:
    """Decide hits: replace the passage, or keep it with a reason. What is replaced is checked anew.

    Raises `Refused` when a number, a phone, an account or a case number would be kept, or a reason is missing.
    """
    with change(deviation_id, Do.DEIDENTIFY, by=by, now=now) as deviation:
        text = _locked(deviation, edition)
        replacements: dict[str, list[tuple[int, int, str]]] = {}
        for hit in text.hits.select_for_update().filter(pk__in=list(answers), resolution__in=["", Resolution.KEPT]):
            answer = answers[hit.pk]
            if answer.resolution == Resolution.KEPT:
                _require_keepable(hit, answer)
                hit.reason = answer.text.strip()
            elif answer.resolution == Resolution.REPLACED:
                replacements.setdefault(hit.field, []).append((hit.start, hit.end, answer.text.strip()))
                hit.replacement = answer.text.strip()[:200]
            else:
                continue
            hit.resolution, hit.resolved_by_id = answer.resolution, by.user_id
            hit.save(update_fields=["resolution", "replacement", "reason", "resolved_by"])
        for field, places in replacements.items():
            setattr(text, field, replace(getattr(text, field), places))
        _prepared(text, by, now)
        _check_anew(text, now)
    return text


def _require_keepable(hit: CheckHit, answer: Answer) -> None:
    if hit.kind in NEVER_KEPT:
        raise Refused(
            f"{hit.get_kind_display()} kan inte stå kvar i en text till gruppen. Ersätt det.", field=f"hit-{hit.pk}"
        )
    if not answer.text.strip():
        raise Refused("Skriv varför det kan stå kvar.", field=f"hit-{hit.pk}")


def _locked(deviation: Deviation, edition: int) -> DeidentifiedText:
    text = DeidentifiedText.objects.select_for_update().filter(deviation=deviation).first()
    if text is None:
        raise Refused("Börja med att låta portalen föreslå en text.")
    if text.edition != edition:
        raise Refused(CHANGED)
    return text


def _prepared(text: DeidentifiedText, by: Actor, now: datetime) -> None:
    text.prepared_by_id, text.prepared_at = by.user_id, now
    text.approved_by = text.approved_at = None
    text.edition += 1
    text.save()


def _check_anew(text: DeidentifiedText, now: datetime) -> None:
    """Find what there is to decide in the text as it stands. Decisions to keep are carried over to the same passage."""
    kept = {(h.field, h.kind, h.passage.casefold()): h for h in text.hits.filter(resolution=Resolution.KEPT)}
    text.hits.exclude(resolution=Resolution.REPLACED).delete()
    scan = scanner(text.fields().values())
    for field, value in text.fields().items():
        for hit in scan(value):
            before = kept.get((field.value, hit.kind.value, hit.text.casefold()))
            CheckHit.objects.create(
                text=text,
                field=field,
                kind=hit.kind.value,
                start=hit.start,
                end=hit.end,
                passage=hit.text[:200],
                suggestion=hit.suggestion,
                resolution=before.resolution if before else Resolution.OPEN,
                reason=before.reason if before else "",
                resolved_by=before.resolved_by if before else None,
            )


def propose(*, deviation_id: UUID, edition: int, by: Actor, now: datetime) -> Deviation:
    """Hand the text to a colleague. Raises `Refused` while anything is unresolved, or when no group is concerned."""
    with change(deviation_id, Do.PROPOSE, by=by, now=now) as deviation:
        if group_for(deviation) is None:
            raise Refused(NO_GROUP)
        text = _locked(deviation, edition)
        _check_anew(text, now)
        _require_resolved(text)
        _prepared(text, by, now)
        if deviation.shared_id is None:
            deviation.shared_id = uuid.uuid4()
        outbox.plan(
            "deviation.to_approve",
            to_unit=deviation.unit_id,
            now=now,
            key=f"deviation.to_approve:{deviation.pk}:{text.edition}",
            facts={"deviation": str(deviation.pk)},
        )
        note(deviation, "Texten lämnades för godkännande", by=by, now=now)
    return deviation


def _require_resolved(text: DeidentifiedText) -> None:
    left = text.hits.filter(resolution=Resolution.OPEN).count()
    if left:
        raise Refused(
            "Ett ställe i texten är inte avgjort ännu."
            if left == 1
            else f"{left} ställen i texten är inte avgjorda ännu."
        )


def send_back(*, deviation_id: UUID, reason: str, by: Actor, now: datetime) -> Deviation:
    """Give the text back to the one who wrote it, with what should be different."""
    with change(deviation_id, Do.SEND_BACK, by=by, now=now) as deviation:
        if not reason.strip():
            raise Refused("Skriv vad som behöver ändras.", field="reason")
        DeidentifiedText.objects.filter(deviation=deviation).update(sent_back_note=reason.strip())
        note(deviation, "Texten skickades tillbaka", by=by, now=now)
    return deviation


def share(*, deviation_id: UUID, edition: int, by: Actor, now: datetime) -> Deviation:
    """Approve what a colleague has prepared, and let the group have it (DEV-3, DEV-4).

    The group's record is made of the approved text and of facts that name nobody. Raises `NotAllowed` for one's own
    text, `Refused` when it changed since it was read or the check now finds something unresolved. The database says the
    same of both.
    """
    with change(deviation_id, Do.SHARE, by=by, now=now) as deviation:
        group = group_for(deviation)
        if group is None:
            raise Refused(NO_GROUP)
        text = _locked(deviation, edition)
        _check_anew(text, now)
        _require_resolved(text)
        text.approved_by_id, text.approved_at = by.user_id, now
        text.save(update_fields=["approved_by", "approved_at"])
        unit = Unit.objects.select_related("authority").get(pk=deviation.unit_id)
        about = deviation.concerns or unit
        assert deviation.shared_id is not None
        assert deviation.happened_on is not None
        assert deviation.provision is not None
        assert deviation.target_group is not None
        SharedDeviation.objects.create(
            id=deviation.shared_id,
            group=group,
            received_on=local_day(now),
            agreement_id=deviation.agreement_id,
            provision=deviation.provision,
            target_group=deviation.target_group,
            from_huvudman_id=by.huvudman_id,
            from_kind=unit.kind,
            about_huvudman_id=about.authority.huvudman_id,
            about_kind=about.kind,
            period=season(deviation.happened_on.month, str(deviation.happened_on.year)),
            outcome=deviation.outcome,
            severity=deviation.severity,
            affected=deviation.affected,
            **{field.value: value for field, value in text.fields().items()},
        )
        deviation.ended_at = now
        deadlines.stop_for_unit(subject=deviation.pk, kinds=[SHARE_TERM], now=now, reason="shared")
        note(deviation, f"Den avidentifierade texten delades med {group.name}", by=by, now=now)
        leads = GroupMember.objects.filter(group=group, is_coordinator=True, ends_on=None).first()
        if leads is not None:
            outbox.plan(
                "deviation.received",
                to_unit=leads.represents_id,
                to_level=Role.GROUP_COORDINATOR,
                now=now,
                key=f"deviation.received:{deviation.shared_id}",
            )
    return deviation


def mark_lesson_seen(*, deviation_id: UUID, by: Actor, now: datetime) -> None:
    """The unit has read what came of its deviation: it waits no more on Mitt att göra (DEV-6)."""
    Deviation.objects.filter(pk=deviation_id, unit_id=by.unit_id, lesson_seen_at=None).update(lesson_seen_at=now)
