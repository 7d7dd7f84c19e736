"""One at a time among all processes: a lock that the database holds for a connection, and lets go when it ends."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.db import DatabaseError, connection

DELIVER = 7_240_612  # Any number no other lock has; core.sealing has the one before.
PRINT = 7_240_613


@contextmanager
def only_one(lock: int) -> Iterator[bool]:
    """Tell whether this process got the lock, without waiting for it; hold it for the block."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [lock])
        mine = bool(cursor.fetchone()[0])
    try:
        yield mine
    finally:
        if mine:
            # A lost connection has let go of it already.
            with suppress(DatabaseError), connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [lock])
