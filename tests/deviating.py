"""Builders of chapter 3.5: reach a state by running the real actions, as the people who would."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from agreements.models import Agreement
from agreements.values import Scope
from core.acting import Actor, acting
from core.workdays import local_day
from deviations import actions
from deviations.actions.sharing import Answer
from deviations.kinds import Resolution, State, StepKind
from deviations.models import Attachment, DeidentifiedText, Deviation, JointHandling, SharedDeviation
from individuals.models import Matter
from organisations.kinds import Role
from organisations.models import GroupMember, Huvudman, Unit
from tests.conftest import NOW, actor, unit
from tests.kept import kept

REPORTER, COLLEAGUE, CHIEF = (
    "hylte-socialtjanst-barn", "hylte-socialtjanst-barn-2", "chef.hylte-socialtjanst-barn",
)  # fmt: skip
STORY = "Skolan kallades aldrig till mötet trots att alla var överens om det. Planen saknade därför skolans insatser."


def facts(**changes: Any) -> dict[str, Any]:
    agreement = Agreement.objects.in_force(NOW.date()).filter(scope=Scope.GENERAL).get(pack="halland")
    values: dict[str, Any] = {
        "provision": agreement.provisions.get(number="4.1"),
        "target_group": agreement.target_groups.get(key="children"),
        "municipality": Huvudman.objects.get(key="hylte"),
        "concerns": unit("bup-halmstad"),
        "happened_on": local_day(NOW) - timedelta(days=3),
        "outcome": "happened",
        "severity": "moderate",
        "affected": "person",
        "description": STORY,
        "immediate_action": "Vi ringde skolan samma dag.",
    }
    return values | changes


def draft(by: Actor | None = None, *, matter: Matter | None = None, **changes: Any) -> Deviation:
    by = by or actor(REPORTER)
    with acting(by, NOW):
        return actions.start_report(submission=uuid.uuid4(), matter=matter, facts=facts(**changes), by=by, now=NOW)


def reported(by: Actor | None = None, **changes: Any) -> Deviation:
    by = by or actor(REPORTER)
    deviation = draft(by, **changes)
    with acting(by, NOW):
        return actions.report(deviation_id=deviation.pk, by=by, now=NOW)


@kept
def handled(
    by: Actor | None = None, chief: Actor | None = None, *, analysis: str = "Rutinen sa inte vem som kallar.",
    measure: str = "Kallelsen går från den som initierar.", **changes: Any,
) -> Deviation:  # fmt: skip
    """Every step taken and marked as finished, by the chief."""
    by = by or actor(REPORTER)
    place = Unit.objects.get(pk=by.unit_id)
    chief = chief or actor(f"chef.{place.key}", Role.NEAREST_MANAGER)
    deviation = reported(by, **changes)
    with acting(chief, NOW):
        for step in deviation.steps.all():
            text = {StepKind.ANALYSIS: analysis, StepKind.MEASURE: measure}.get(StepKind(step.kind), "Gjort")
            actions.record_step(deviation_id=deviation.pk, step_id=step.pk, text=text, by=chief, now=NOW)
        return actions.finish(deviation_id=deviation.pk, by=chief, now=NOW)


def text_of(deviation: Deviation, by: Actor) -> DeidentifiedText:
    with acting(by, NOW):
        return DeidentifiedText.objects.get(deviation_id=deviation.pk)


@kept
def proposed(by: Actor | None = None, **changes: Any) -> Deviation:
    """The check's suggestions taken, and given to a colleague."""
    by = by or actor(REPORTER)
    deviation = handled(by, **changes)
    with acting(by, NOW):
        text = actions.begin_text(deviation_id=deviation.pk, by=by, now=NOW)
        while hits := list(text.hits.filter(resolution="")):
            answers = {hit.pk: Answer(Resolution.REPLACED, hit.suggestion) for hit in hits}
            text = actions.resolve_hits(
                deviation_id=deviation.pk, edition=text.edition, answers=answers, by=by, now=NOW
            )
        return actions.propose(deviation_id=deviation.pk, edition=text.edition, by=by, now=NOW)


@kept
def shared(by: Actor | None = None, colleague: Actor | None = None, **changes: Any) -> Deviation:
    deviation = proposed(by, **changes)
    colleague = colleague or actor(COLLEAGUE)
    with acting(colleague, NOW):
        text = DeidentifiedText.objects.get(deviation_id=deviation.pk)
        deviation = actions.share(deviation_id=deviation.pk, edition=text.edition, by=colleague, now=NOW)
        assert Deviation.objects.get(pk=deviation.pk).state == State.SHARED
    return deviation


def coordinator(group: str = "ssgb-hylte") -> Actor:
    """The group's coordinator, acting as such."""
    leads = GroupMember.objects.select_related("user", "represents").get(group__key=group, is_coordinator=True)
    return actor(leads.user.username, Role.GROUP_COORDINATOR)


def record_of(deviation: Deviation, by: Actor) -> SharedDeviation:
    with acting(by, NOW):
        return SharedDeviation.objects.get(pk=deviation.shared_id)


def joined(deviation: Deviation, to: str = "bup-halmstad", by: Actor | None = None) -> JointHandling:
    """Handed over to another party's unit."""
    by = by or actor(REPORTER)
    with acting(by, NOW):
        return actions.hand_over(
            deviation_id=deviation.pk,
            to_unit=unit(to),
            question="Varför fick skolan ingen kallelse?",
            interim="Vi kallar till nästa möte.",
            by=by,
            now=NOW,
        )


def attached(deviation: Deviation, by: Actor | None = None) -> Attachment:
    by = by or actor(REPORTER)
    with acting(by, NOW):
        return actions.attach(deviation_id=deviation.pk, name="brev.txt", content=b"Hej", by=by, now=NOW)


def everywhere(matter: Matter) -> None:
    """Deviations that have been through most things, the first in a case: rows in every table."""
    by = actor(REPORTER)
    deviation = reported(by, matter=matter)
    attached(deviation)
    joined(deviation)
    finished = handled(by, matter=matter, description=f"Nils Provsson, 20110108-2392. {STORY}")
    with acting(by, NOW):
        actions.begin_text(deviation_id=finished.pk, by=by, now=NOW)
    shared(by)
