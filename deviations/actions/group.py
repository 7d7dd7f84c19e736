"""The group's work on what it was given: agenda, analysis, pattern, improvement, effect, and the lesson (DEV-6)."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager
from datetime import date, datetime
from uuid import UUID

from core import outbox
from core.acting import Actor
from core.authz import Refused
from core.transitions import Gone, transition
from core.workdays import end_of, local_day
from deadlines import actions as deadlines
from deviations.actions.shared import IMPROVEMENT_TERM
from deviations.deidentify import NEVER_KEPT
from deviations.kinds import Effect, ImprovementDo, SharedDo
from deviations.models import Improvement, Pattern, SharedDeviation
from deviations.names import scanner
from deviations.permissions import IMPROVEMENT_RULES, SHARED_RULES, require_in_group
from organisations.models import Unit


def _change(
    record_id: UUID, do: SharedDo, *, by: Actor, now: datetime, version: int
) -> AbstractContextManager[SharedDeviation]:
    return transition(SharedDeviation, record_id, do, rules=SHARED_RULES, by=by, now=now, version=version)


def put_on_agenda(*, record_id: UUID, day: date, version: int, by: Actor, now: datetime) -> SharedDeviation:
    """Take it up at the group's meeting on a day."""
    with _change(record_id, SharedDo.PUT_ON_AGENDA, by=by, now=now, version=version) as record:
        if day < local_day(now):
            raise Refused("Mötets dag har redan varit.", field="day")
        record.agenda_on = day
    return record


def analyse(*, record_id: UUID, text: str, version: int, by: Actor, now: datetime) -> SharedDeviation:
    """Write the group's analysis."""
    with _change(record_id, SharedDo.ANALYSE, by=by, now=now, version=version) as record:
        _require_text(text)
        record.group_analysis = text.strip()
    return record


def tell_lesson(*, record_id: UUID, text: str, version: int, by: Actor, now: datetime) -> SharedDeviation:
    """Publish what was learnt. The reporter finds it from its own side; the group never learns who that is."""
    with _change(record_id, SharedDo.TELL_LESSON, by=by, now=now, version=version) as record:
        _require_text(text)
        _require_nobody_named(text, now)
        record.lesson, record.lesson_on = text.strip(), local_day(now)
    return record


def see_pattern(*, record_ids: Iterable[UUID], name: str, analysis: str, by: Actor, now: datetime) -> Pattern:
    """Tie records together under a name. All must lie on one desk that the actor reaches; at least two."""
    records = list(
        SharedDeviation.objects.on_desk_of(by, now).select_for_update(of=("self",)).filter(pk__in=list(record_ids))
    )
    if len(records) < 2:
        raise Refused("Välj minst två avvikelser som hör ihop.", field="records")
    if len({record.group_id for record in records}) > 1:
        raise Refused("Avvikelserna ligger hos olika grupper.", field="records")
    require_in_group(by, records[0])
    if not name.strip():
        raise Refused("Ge mönstret ett namn.", field="name")
    pattern, made = Pattern.objects.get_or_create(
        group_id=records[0].group_id,
        name=name.strip(),
        defaults={"analysis": analysis.strip(), "seen_on": local_day(now)},
    )
    if not made and analysis.strip():
        Pattern.objects.filter(pk=pattern.pk).update(analysis=analysis.strip())
    for record in records:
        tie_to_pattern(record_id=record.pk, pattern=pattern, by=by, now=now)
    return pattern


def tie_to_pattern(*, record_id: UUID, pattern: Pattern | None, by: Actor, now: datetime) -> SharedDeviation:
    """Let a record belong to a pattern of the same group, or to none."""
    record = SharedDeviation.objects.on_desk_of(by, now).select_for_update(of=("self",)).filter(pk=record_id).first()
    if record is None:
        raise Gone("record")
    require_in_group(by, record)
    if pattern is not None and pattern.group_id != record.group_id:
        raise Refused("Mönstret hör till en annan grupp.", field="pattern")
    record.pattern, record.changed_at = pattern, now
    record.version += 1
    record.save(update_fields=["pattern", "changed_at", "version"])
    return record


def decide_improvement(
    *,
    what: str,
    owner: Unit,
    due_on: date,
    by: Actor,
    now: datetime,
    record: SharedDeviation | None = None,
    pattern: Pattern | None = None,
) -> Improvement:
    """Decide a measure about a record or a pattern: a unit answers for it, by a day, and its clock runs."""
    about = record or (pattern and pattern.records.first())
    if not about:
        raise Refused("Välj vilken avvikelse eller vilket mönster åtgärden gäller.")
    require_in_group(by, about)
    _require_text(what, field="what")
    if due_on < local_day(now):
        raise Refused("Dagen har redan varit.", field="due_on")
    improvement = Improvement.objects.create(
        group_id=about.group_id,
        record=record,
        pattern=None if record else pattern,
        changed_at=now,
        what=what.strip(),
        owner=owner,
        due_on=due_on,
        decided_on=local_day(now),
    )
    deadlines.start_for_unit(
        agreement=about.agreement,
        agreed_on=local_day(now),
        kind=IMPROVEMENT_TERM,
        subject=improvement.pk,
        unit=owner,
        started_at=now,
        now=now,
        due_at=end_of(due_on),
    )
    outbox.plan(
        "deviation.improvement",
        to_unit=owner.pk,
        now=now,
        key=f"deviation.improvement:{improvement.pk}",
        facts={"improvement": str(improvement.pk)},
    )
    return improvement


def report_improvement(
    *, improvement_id: UUID, is_done: bool, note: str, version: int, by: Actor, now: datetime
) -> Improvement:
    """The owner tells that the measure is carried out, or why it could not be. Stops the clock."""
    do = ImprovementDo.REPORT_DONE if is_done else ImprovementDo.REPORT_NOT_DONE
    with transition(
        Improvement, improvement_id, do, rules=IMPROVEMENT_RULES, by=by, now=now, version=version
    ) as improvement:
        if not is_done and not note.strip():
            raise Refused("Skriv varför det inte gick.", field="note")
        improvement.done_note = note.strip()
        improvement.done_on = local_day(now) if is_done else None
        deadlines.stop_for_unit(subject=improvement.pk, kinds=[IMPROVEMENT_TERM], now=now, reason="reported")
    return improvement


def evaluate_improvement(
    *, improvement_id: UUID, effect: Effect, note: str, version: int, by: Actor, now: datetime
) -> Improvement:
    """The group tells what effect the measure had."""
    with transition(
        Improvement, improvement_id, ImprovementDo.EVALUATE, rules=IMPROVEMENT_RULES, by=by, now=now, version=version
    ) as improvement:
        _require_text(note, field="note")
        improvement.effect, improvement.effect_note = effect, note.strip()
    return improvement


def _require_text(text: str, *, field: str = "text") -> None:
    if not text.strip():
        raise Refused("Skriv något här.", field=field)


def _require_nobody_named(text: str, now: datetime) -> None:
    for hit in scanner([text])(text):
        if hit.kind in NEVER_KEPT:
            raise Refused(f"Texten innehåller ”{hit.text}”. Skriv utan uppgifter om personer.", field="text")
