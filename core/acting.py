"""Who is acting, and when: passed in everywhere, and told to the database for row security (wall 1 and 2).

An `Actor` is one assignment (user × unit × role) at work. `acting()` opens the transaction in which that actor may
see and change rows; the row policies read the same facts from the transaction's local settings, so a query made
outside `acting()` finds nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from core.audit import Reads

_SET_LOCAL = """
SELECT set_config('portal.user', %s, true), set_config('portal.assignment', %s, true),
       set_config('portal.unit', %s, true), set_config('portal.group', %s, true),
       set_config('portal.authority', %s, true), set_config('portal.huvudman', %s, true),
       set_config('portal.role', %s, true), set_config('portal.now', %s, true)
"""


@dataclass(frozen=True, slots=True)
class Actor:
    """One assignment at work. `group_id` is the unit's auth group, the holder of its object permissions.

    It is None for roles that take no part in matters (administrators, log reviewers): they reach no person at all.
    """

    user_id: UUID
    assignment_id: UUID
    unit_id: UUID
    group_id: int | None
    authority_id: UUID
    huvudman_id: UUID
    role: str
    name: str = field(compare=False, default="")
    unit_name: str = field(compare=False, default="")
    huvudman_name: str = field(compare=False, default="")
    reads: Reads = field(compare=False, default_factory=Reads)


def tell_database(actor: Actor | None, now: datetime) -> None:
    """Set the transaction-local facts that row security and the audit triggers read. `None` clears them."""
    if actor is None:
        values = [""] * 7
    else:
        values = [
            str(actor.user_id),
            str(actor.assignment_id),
            str(actor.unit_id),
            str(actor.group_id or ""),
            str(actor.authority_id),
            str(actor.huvudman_id),
            actor.role,
        ]
    with connection.cursor() as cursor:
        cursor.execute(_SET_LOCAL, [*values, now.isoformat()])


@contextmanager
def acting(actor: Actor | None, now: datetime) -> Iterator[Actor | None]:
    """Run a block as `actor` at `now` (aware). Its reads are written to the log in the same transaction (LAW-1).

    The block rolls back as one when it raises; when the read log can't be written nothing of it is kept or shown.
    Blocks may nest: the outer actor's facts return when the inner block ends.
    """
    nested = connection.in_atomic_block
    with transaction.atomic():
        before = _facts_now() if nested else None
        tell_database(actor, now)
        yield actor
        if transaction.get_rollback():
            return  # The local settings go with the transaction or savepoint.
        if actor is not None:
            actor.reads.write(actor, now)
        if before is not None:
            with connection.cursor() as cursor:
                cursor.execute(_SET_LOCAL, before)


def _facts_now() -> list[str]:
    names = ("user", "assignment", "unit", "group", "authority", "huvudman", "role", "now")
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(f"coalesce(current_setting('portal.{name}', true), '')" for name in names))
        return list(cursor.fetchone())
