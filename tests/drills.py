"""What the drills stand on: committed clocks by the thousand, and real processes that can be killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import IO
from urllib.parse import quote

from django.conf import settings
from django.db import connection

from core.models import Message
from deadlines.models import Clock
from organisations.models import Unit
from tests import build
from tests.conftest import as_owner

STAGES = 3
FIRST_STAGE = timedelta(hours=1)
"""The first stage of a drill's clock comes this long before it is due, the last as long after."""

_MAKE_CLOCKS = """
INSERT INTO deadlines_clock (id, kind, label, matter_id, subject, unit_id, term_value, term_unit, term_source,
    started_at, due_at, stage_names, stage_times, stage, next_at, pause_reason, stop_reason, parked_reason)
SELECT gen_random_uuid(), 'drill', 'Övning', %(matter)s, gen_random_uuid(),
    (%(units)s::uuid[])[1 + i %% %(unit_count)s], 1, 'hours', '', due - %(first)s, due, ARRAY['warn', 'due', 'manager'],
    ARRAY[due - %(first)s, due, due + %(first)s], 0, due - %(first)s, '', '', ''
FROM generate_series(1, %(count)s) i, LATERAL (SELECT %(due)s + i * %(step)s AS due) AS t
"""


def make_clocks(
    count: int, first_due: datetime, step: timedelta = timedelta(0), matter: uuid.UUID | None = None
) -> uuid.UUID:
    """Insert running clocks of a real case, spread over all units. Returns the case's matter."""
    matter = matter or build.sent().pk
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM deadlines_clock WHERE matter_id = %s AND kind <> 'drill'", [matter])
        cursor.execute("DELETE FROM core_message WHERE matter_id = %s AND kind NOT LIKE 'deadline.%%'", [matter])
        units = list(Unit.objects.order_by("key").values_list("pk", flat=True))
        cursor.execute(
            _MAKE_CLOCKS,
            {
                "matter": matter,
                "units": units,
                "unit_count": len(units),
                "count": count,
                "due": first_due,
                "step": step,
                "first": FIRST_STAGE,
            },
        )
    return matter


def assert_every_stage_was_told_once(count: int) -> None:
    """Each of `count` clocks has passed all its stages, and each stage has exactly one message."""
    with as_owner():
        assert Clock.objects.count() == count
        assert Clock.objects.filter(stage=STAGES, next_at=None, parked_at=None).count() == count
        keys = list(Message.objects.values_list("dedupe_key", flat=True))
        clocks = Clock.objects.values_list("pk", flat=True)
        expected = {f"clock:{pk}:{stage}" for pk in clocks for stage in range(1, STAGES + 1)}
    assert len(keys) == len(expected)
    assert set(keys) == expected


def environ(**more: str) -> dict[str, str]:
    """The environment of a background process on this suite's database."""
    database = connection.settings_dict
    parts = {key: quote(str(database[key]), safe="") for key in ("USER", "PASSWORD", "HOST", "PORT", "NAME")}
    return {
        **os.environ,
        "DATABASE_URL": "postgres://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format_map(parts),
        "DATABASE_ROLE": "portal_jobs",
        "DJANGO_SETTINGS_MODULE": "halland.settings",
        **more,
    }


@dataclass
class Running:
    """A process of the drill. Its output goes to a file: nobody empties a pipe while it works."""

    process: subprocess.Popen[bytes]
    output: IO[bytes]

    def said(self) -> str:
        self.output.seek(0)
        return self.output.read().decode()

    def result(self, seconds: float) -> dict[str, int]:
        """Wait for the end and return the JSON of the last line."""
        code = self.process.wait(seconds)
        assert code == 0, self.said()
        answer: dict[str, int] = json.loads(self.said().splitlines()[-1])
        return answer

    def kill(self) -> None:
        """SIGKILL to the process and all its children."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(10)


@contextmanager
def process(*arguments: str, **more: str) -> Iterator[Running]:
    """Run a Python process of the drill; it is killed at the end if it hasn't ended by itself."""
    with tempfile.TemporaryFile() as output:
        started = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=settings.BASE_DIR,
            env=environ(**more),
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        running = Running(started, output)
        try:
            yield running
        finally:
            if started.poll() is None:
                running.kill()


def wait_until(happened: Callable[[], bool], seconds: float = 60) -> None:
    last = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < last, "it never happened"
        time.sleep(0.02)
