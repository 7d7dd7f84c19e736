"""Tells what the bench is doing, on standard error: standard output is for the result."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


@contextmanager
def step(title: str) -> Iterator[None]:
    started = time.perf_counter()
    yield
    say(f"  {title}: {time.perf_counter() - started:.1f} s")
