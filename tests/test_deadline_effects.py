"""What a stage does beside telling happens with the claim of the clock, or not at all (wall 3)."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import timedelta

import pytest

from agreements.models import Agreement
from core.models import Message
from deadlines import actions, effects
from deadlines.effects import Passed
from deadlines.models import Clock
from deadlines.sweep import sweep
from tests.conftest import NOW, as_jobs, as_owner, unit

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=60)


@pytest.fixture
def passed() -> Iterator[list[Passed]]:
    """Clocks of the kind "trial" note their stages here; one about the subject 13 can't."""
    seen: list[Passed] = []

    def note(stage: Passed, now: object) -> None:
        if stage.subject == uuid.UUID(int=13):
            raise KeyError("no such subject")
        seen.append(stage)

    effects.register("trial", note)
    yield seen
    del effects._effects["trial"]


def trial(subject: int) -> Clock:
    with as_owner():
        return actions.start_for_unit(
            agreement=Agreement.objects.get(key="halland-2025-2029"), agreed_on=NOW.date(), kind="trial",
            counts_as="dispute.level", subject=uuid.UUID(int=subject), unit=unit("bup-halmstad"), started_at=NOW,
            now=NOW,
        )  # fmt: skip


def test_an_effect_runs_once_per_stage_and_tells_by_itself(passed: list[Passed]) -> None:
    clock = trial(1)
    with as_jobs():
        assert sweep(LATER) == 2
        assert sweep(LATER) == 0
    assert [(stage.clock, stage.stage, stage.number) for stage in passed] == [
        (clock.pk, "warn", 1),
        (clock.pk, "due", 2),
    ]
    assert [stage.at for stage in passed] == clock.stage_times
    with as_owner():
        assert not Message.objects.filter(facts__clock=str(clock.pk)).exists()


def test_a_failing_effect_parks_its_clock_and_holds_nobody_up(passed: list[Passed]) -> None:
    poisoned, sound = trial(13), trial(2)
    with as_jobs():
        sweep(LATER)
    assert {stage.clock for stage in passed} == {sound.pk}
    with as_owner():
        poisoned.refresh_from_db()
        assert (poisoned.parked_reason, poisoned.stage, poisoned.next_at) == ("KeyError", 0, None)
