"""Sweeping processes for the drills: forked from one that has loaded Django, and killed at random points.

python -m tests.sweepers NOW --workers 4 --kills 40 --batch 50 --seed 1

Prints, as JSON, how many were killed and how many lost their connection and went on. Ends when nothing is due.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import sys
import time
from datetime import datetime

import django

LOST_CONNECTION = 3
"""The exit code of a sweeper that lost its database once or more, and finished all the same."""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("now", type=datetime.fromisoformat)
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--kills", type=int, default=0)
    parser.add_argument("--batch", type=int, default=5_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    django.setup()

    chance = random.Random(options.seed)
    workers = {fork(options.now, options.batch) for _ in range(options.workers)}
    killed = lost = 0
    while workers:
        if killed < options.kills:
            time.sleep(chance.uniform(0.002, 0.08))
            victim = chance.choice(sorted(workers))
            os.kill(victim, signal.SIGKILL)
            _, status = os.waitpid(victim, 0)
            killed += os.WIFSIGNALED(status)
            workers.remove(victim)
            workers.add(fork(options.now, options.batch))
            continue
        ended, status = os.wait()
        workers.remove(ended)
        code = os.waitstatus_to_exitcode(status)
        lost += code == LOST_CONNECTION
        if code not in (0, LOST_CONNECTION):
            sys.exit(f"a sweeper ended with {code}")
    sys.stdout.write(json.dumps({"killed": killed, "lost": lost}) + "\n")


def fork(now: datetime, batch: int) -> int:
    """Start a sweeper. No connection is open before the fork, so each has its own."""
    child = os.fork()
    if child:
        return child
    os._exit(work(now, batch))


def work(now: datetime, batch: int) -> int:
    """Sweep until nothing is due: what the worker does each time the bell rings."""
    from django.db import OperationalError, connection

    from deadlines.models import Clock
    from deadlines.sweep import sweep

    lost = False
    while True:
        try:
            sweep(now, batch=batch)
            if not Clock.objects.filter(next_at__lte=now).exists():
                return LOST_CONNECTION if lost else 0
        except OperationalError:
            lost = True
            connection.close()


if __name__ == "__main__":
    main()
