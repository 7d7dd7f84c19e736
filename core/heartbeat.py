"""Signs of life of the background jobs: a worker that lives but doesn't work is seen within two minutes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from core.models import Heartbeat

SILENT_AFTER = timedelta(minutes=2)
JOBS = {"sweep": "Bevakning av frister", "deliver": "Utskick av meddelanden", "seal": "Försegling av loggar"}


@dataclass(frozen=True, slots=True)
class Pulse:
    job: str
    label: str
    beat_at: datetime | None
    alive: bool
    detail: dict[str, Any]


def beat(job: str, now: datetime, **detail: Any) -> None:
    """Note that a round of `job` is done. `detail`: counts, no personal data."""
    Heartbeat.objects.update_or_create(job=job, defaults={"beat_at": now, "detail": detail})


def pulses(now: datetime) -> list[Pulse]:
    """The state of every job that must beat."""
    known = {h.job: h for h in Heartbeat.objects.all()}
    result = []
    for job, label in JOBS.items():
        last = known.get(job)
        at = last.beat_at if last else None
        alive = at is not None and now - at <= SILENT_AFTER
        result.append(Pulse(job, label, at, alive, last.detail if last else {}))
    return result
