"""Medians of things measured in turns, so that a busy moment of the machine falls on all of them alike."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Mapping
from statistics import median


def medians(things: Mapping[str, Callable[[], object]], *, rounds: int, warm_up: int = 2) -> dict[str, float]:
    """Seconds per call of each thing: the median of `rounds`, after some rounds that don't count."""
    times: dict[str, list[float]] = {name: [] for name in things}
    gc.freeze()  # What was there before isn't swept before each call.
    for turn in range(warm_up + rounds):
        for name, run in things.items():
            gc.collect()
            started = time.perf_counter()
            run()
            if turn >= warm_up:
                times[name].append(time.perf_counter() - started)
    gc.unfreeze()
    return {name: median(found) for name, found in times.items()}
