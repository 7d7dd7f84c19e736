"""The demonstration's deviations, in every state, made by the real actions as the staff would. All is invented."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from core.acting import Actor, acting
from core.demonstration import Chapter
from core.workdays import local_day
from deviations import actions, prefill
from deviations.actions.sharing import Answer
from deviations.kinds import Resolution, StepKind
from deviations.models import DeidentifiedText, Deviation, SharedDeviation
from organisations.acting import actor_for
from organisations.kinds import Role
from organisations.models import Assignment, GroupMember, Unit


@dataclass(frozen=True, slots=True)
class Story:
    """One deviation: who reports, what happened, and how far it has come (`until` is the last verb)."""

    by: str
    about: str
    section: str
    happened: str
    days_ago: int
    until: str
    analysis: str = ""
    measure: str = ""
    severity: str = "moderate"


NO_CALL = "kallades inte till mötet fast alla hade varit överens om det."
STORIES: Sequence[Story] = (
    Story("hylte-socialtjanst-barn", "bup-halmstad", "4.1", f"Skolan {NO_CALL} Planen saknade skolans insatser.", 40,
          "share", "Det framgick inte vem som skulle kalla skolan.", "Den som initierar kallar alltid skolan."),
    Story("hylte-elevhalsa", "bup-halmstad", "4.1", f"Elevhälsan {NO_CALL} Vi fick veta det i efterhand.", 30,
          "share", "Kallelsen gick till rektor och stannade där.", "Elevhälsan får en gemensam adress."),
    Story("hylte-socialtjanst-barn", "en-vag-in", "4.1", "Ingen svarade på initieringen på två veckor.", 12,
          "hand_over"),
    Story("hylte-socialtjanst-barn", "bup-halmstad", "4.5", "Besked om undersökningen kom efter placeringen.", 9,
          "propose", "Beställningen gjordes för sent.", "Beställ samma dag som ansökan skrivs."),
    Story("hylte-socialtjanst-barn", "", "4.1", "Uppföljningen glömdes bort när handläggaren slutade.", 3, "report"),
    Story("bup-halmstad", "halmstad-socialtjanst-barn", "4.1", "Planen kom aldrig till oss efter mötet.", 6, "report"),
)  # fmt: skip


def tell(now: datetime) -> int:
    """Make the stories that happen in this region. Returns how many. Run as `portal_app`, once."""
    there = set(
        Assignment.objects.filter(user__username__in={one.by for one in STORIES}).values_list(
            "user__username", flat=True
        )
    )
    here = [story for story in STORIES if story.by in there]
    for story in here:
        _tell(story, now)
    _work_in_group(now)
    return len(here)


def _tell(story: Story, now: datetime) -> None:
    at = now - timedelta(days=story.days_ago)
    writer, colleague, chief = (
        _actor(story.by),
        _actor(f"{story.by}-2"),
        _actor(f"chef.{story.by}", Role.NEAREST_MANAGER),
    )
    deviation = _as(writer, at, _report, story=story)
    if story.until == "hand_over":
        _as(writer, at, actions.hand_over, deviation_id=deviation.pk, to_unit=Unit.objects.get(key=story.about),
            question="Varför blev initieringen liggande, och hur märker ni det nästa gång?",
            interim="Vi håller kontakten med familjen. Ni bedömer vårdnivå denna vecka.")  # fmt: skip
    if story.until not in ("share", "propose"):
        return
    notes = {StepKind.ANALYSIS: story.analysis, StepKind.MEASURE: story.measure}
    with acting(chief, at):
        steps = list(deviation.steps.all())
    for step in steps:
        text = notes.get(StepKind(step.kind), "")
        _as(chief, at, actions.record_step, deviation_id=deviation.pk, step_id=step.pk, text=text)
    _as(chief, at, actions.finish, deviation_id=deviation.pk)
    text = _as(writer, at, actions.begin_text, deviation_id=deviation.pk)
    _as(writer, at, _resolve, text=text)
    with acting(writer, at):
        text.refresh_from_db()
    _as(writer, at, actions.propose, deviation_id=deviation.pk, edition=text.edition)
    if story.until == "share":
        with acting(colleague, at):
            edition = DeidentifiedText.objects.get(pk=deviation.pk).edition
        _as(colleague, at, actions.share, deviation_id=deviation.pk, edition=edition)


def _report(*, story: Story, by: Actor, now: datetime) -> Deviation:
    agreement = prefill.agreement(None, by=by, now=now)
    about = Unit.objects.filter(key=story.about).select_related("authority__huvudman").first()
    home = prefill.municipality(None, by=by) or (about.authority.huvudman if about else None)
    deviation = actions.start_report(
        submission=uuid.uuid4(),
        facts={
            "provision": agreement.provisions.filter(number=story.section).first() or agreement.provisions.first(),
            "target_group": agreement.target_groups.first(),
            "municipality": home,
            "concerns": about,
            "happened_on": local_day(now) - timedelta(days=2),
            "outcome": "happened",
            "severity": story.severity,
            "affected": "both",
            "description": story.happened,
        },
        by=by,
        now=now,
    )
    return actions.report(deviation_id=deviation.pk, by=by, now=now)


def _resolve(*, text: DeidentifiedText, by: Actor, now: datetime) -> None:
    hits = text.hits.filter(resolution=Resolution.OPEN)
    answers = {hit.pk: Answer(Resolution.REPLACED, hit.suggestion) for hit in hits}
    actions.resolve_hits(deviation_id=text.pk, edition=text.edition, answers=answers, by=by, now=now)


def _work_in_group(now: datetime) -> None:
    """The group of the first shared record has seen a pattern and decided a measure about it."""
    leads = GroupMember.objects.filter(is_coordinator=True, group__key="ssgb-hylte").select_related("user").first()
    if leads is None:
        return
    by = _actor(leads.user.username, Role.GROUP_COORDINATOR)
    with acting(by, now):
        records = list(SharedDeviation.objects.on_desk_of(by, now).order_by("received_on"))
    if len(records) < 2:
        return
    pattern = _as(by, now, actions.see_pattern, record_ids=[one.pk for one in records], name="Skolan kallas inte",
                  analysis="Ingen har ansvaret för att skolan finns med.")  # fmt: skip
    _as(by, now, actions.decide_improvement, what="En mall för kallelse där skola och elevhälsa alltid finns med.",
        owner=Unit.objects.get(key="hylte-elevhalsa"), pattern=pattern,
        due_on=local_day(now) + timedelta(days=30))  # fmt: skip
    with acting(by, now):
        first = SharedDeviation.objects.get(pk=records[0].pk)
    _as(
        by,
        now,
        actions.analyse,
        record_id=first.pk,
        text="Samma fel på två håll: ingen äger kallelsen.",
        version=first.version,
    )
    _as(by, now, actions.tell_lesson, record_id=first.pk, version=first.version + 1,
        text="Vi har beslutat om en gemensam mall för kallelser. Tack för att ni berättade.")  # fmt: skip


def _as(by: Actor, now: datetime, verb: Callable[..., Any], **kwargs: Any) -> Any:
    with acting(by, now):
        return verb(by=by, now=now, **kwargs)


def _actor(username: str, role: Role | None = None) -> Actor:
    found = Assignment.objects.select_related("user", "unit__authority__huvudman").filter(user__username=username)
    assignment = (found.filter(role=role) if role else found).order_by("unit__key").first()
    assert assignment is not None, username
    return actor_for(assignment)


CHAPTER = Chapter("avvikelser", tell)
