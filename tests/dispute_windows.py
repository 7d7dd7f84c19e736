"""At work with a dispute in the browser: who sits where, and the minute when a level's time is out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import time_machine

from deadlines.models import Clock
from deadlines.sweep import sweep
from disputes.models import Dispute
from organisations.kinds import Role
from organisations.models import User
from tests.browser import LivePortal, Window
from tests.build_disputes import manager
from tests.conftest import as_jobs, as_owner, unit


def at_work(portal: LivePortal, place: str, role: Role) -> Window:
    """Whoever has that role at that unit, signed in and acting by it."""
    window = portal.open(User.objects.get(pk=manager(place, role).user_id).username, at="/uppdrag/")
    chosen = window.page.get_by_role("button").filter(has_text=unit(place).name).filter(has_text=role.label)
    chosen.first.click()
    window.page.wait_for_load_state()
    return window


@contextmanager
def time_is_out() -> Iterator[datetime]:
    """From the minute when the present level's time is out. A minute before, nothing moves."""
    with as_owner():
        before = Dispute.objects.get().level_id
        due: datetime = Clock.objects.get(kind="dispute.level", stopped_at=None).due_at
    with as_jobs():
        sweep(due - timedelta(minutes=1))
    with as_owner():
        assert Dispute.objects.get().level_id == before
    with as_jobs():
        sweep(due)
    with time_machine.travel(due + timedelta(hours=9), tick=True):
        yield due
