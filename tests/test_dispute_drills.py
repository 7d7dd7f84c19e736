"""The ladder whatever dies: each level is left once, and everyone is told once (DIS-3, wall 3; quality 12, 13).

Real processes sweep committed disputes as `portal_jobs`. docs/drills.md tells how to do it by hand.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

import pytest

from core.models import Message
from deadlines.models import Clock
from disputes.models import Dispute, DisputeEvent, Rung
from tests import build_disputes
from tests.conftest import as_owner, only_whole
from tests.drills import process

pytestmark = [only_whole, pytest.mark.usefixtures("transactional_db")]
MANY = 8
OUTAGE = timedelta(hours=6)


def two_schedulers(at: datetime) -> None:
    """Two rings of the bell at once, each with two sweepers that are killed now and then."""
    arguments = ("-m", "tests.sweepers", at.isoformat(), "--workers=2", "--batch=2", "--kills=2")
    with process(*arguments) as one, process(*arguments, "--seed=2") as other:
        one.result(120)
        other.result(120)


def due() -> datetime:
    with as_owner():
        [at] = set(Clock.objects.filter(stopped_at=None).values_list("due_at", flat=True))
    return at


def test_dis3_each_level_is_left_once_after_six_hours_of_outage_with_two_schedulers() -> None:
    for _ in range(MANY):
        build_disputes.opened()
    for level in ("head_of_operations", "head_of_administration"):
        two_schedulers(due() + OUTAGE)
        with as_owner():
            assert set(Dispute.objects.values_list("level__held_by", flat=True)) == {level}
    with as_owner():
        rungs = Counter(Rung.objects.values_list("dispute_id", flat=True))
        lifts = DisputeEvent.objects.filter(what="reached", user=None).values_list("dispute_id", flat=True)
        lifted = Counter(Message.objects.filter(kind="dispute.lifted").values_list("facts__reference", flat=True))
        running = Clock.objects.filter(stopped_at=None, parked_at=None).values_list("subject", flat=True)
        assert set(rungs.values()) == {3}
        assert set(Counter(lifts).values()) == {2}
        assert set(lifted.values()) == {4}  # On two levels, the one who handles it on each side.
        assert len(rungs) == len(lifted) == len(set(running)) == len(running) == MANY
    two_schedulers(due() + OUTAGE)
    with as_owner():
        assert set(Dispute.objects.values_list("level__held_by", flat=True)) == {"head_of_administration"}
        chased = DisputeEvent.objects.filter(what="chased").values_list("dispute_id", flat=True)
        assert set(Counter(chased).values()) == {1}
        assert Clock.objects.filter(stopped_at=None, parked_at=None).count() == MANY
