"""Builders whose work is kept: built once by the real actions, then put back row by row.

A planned case is some five hundred queries, and hundreds of tests begin with one. What a builder wrote in an untouched
database is the same each time, so that after the first time its rows are put back as they were, with the same keys. In
a transaction that has already written something the builder works as ever.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache, wraps
from typing import Any, TypeVar

from django.db import connection

from core.acting import Actor
from tests.conftest import as_owner

Builder = TypeVar("Builder", bound=Callable[..., Any])
PLAIN = (str, int, date, type(None))  # A boolean is an int, a moment a date.


@dataclass(frozen=True)
class Kept:
    """What a builder gave back, and the rows it wrote: by table, as JSON."""

    answer: Any
    rows: dict[str, str]


KEPT: dict[tuple[Any, ...], Kept] = {}


def kept(build: Builder) -> Builder:
    """Keep what this builder writes. Only for one that depends on nothing but its arguments and the seed data."""

    @wraps(build)
    def build_or_put_back(*args: Any, **kwargs: Any) -> Any:
        try:
            key = (build.__module__, build.__name__, _key(args), _key(tuple(sorted(kwargs.items()))))
        except TypeError:
            return build(*args, **kwargs)
        if not _untouched():
            return build(*args, **kwargs)
        if key not in KEPT:
            answer = build(*args, **kwargs)
            KEPT[key] = Kept(copy.deepcopy(answer), _written())
            return answer
        _put_back(KEPT[key].rows)
        return copy.deepcopy(KEPT[key].answer)

    return build_or_put_back  # type: ignore[return-value]


def _key(value: Any) -> Any:
    """An argument as part of a key. Raises TypeError for one that was built: what it is can't be told from it."""
    if isinstance(value, Actor):
        return value.assignment_id, value.user_id, value.role
    if isinstance(value, tuple):
        return tuple(map(_key, value))
    if isinstance(value, PLAIN):
        return value
    raise TypeError(value)


def _untouched() -> bool:
    """Whether this is a test's own transaction, and nothing has been written in it."""
    if not connection.in_atomic_block:
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id_if_assigned() IS NULL")
        return bool(cursor.fetchone()[0])


@lru_cache(maxsize=1)
def _tables() -> dict[str, tuple[str, str]]:
    """Each table's columns that can be written, and its key."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT c.relname,
                string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) FILTER (WHERE a.attgenerated = ''),
                (SELECT string_agg(quote_ident(k.attname), ', ') FROM pg_index i
                 JOIN pg_attribute k ON k.attrelid = c.oid AND k.attnum = ANY (i.indkey)
                 WHERE i.indrelid = c.oid AND i.indisprimary)
            FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
            WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
            GROUP BY c.oid, c.relname
            """
        )
        return {table: (columns, key) for table, columns, key in cursor.fetchall()}


def _written() -> dict[str, str]:
    """The rows this transaction has written. Its first id is lower than that of any savepoint in it."""
    each = " UNION ALL ".join(
        f"SELECT '{table}', jsonb_agg(to_jsonb(t))::text FROM {table} t"
        " WHERE age(t.xmin) <= age(pg_current_xact_id()::xid) HAVING count(*) > 0"
        for table in _tables()
    )
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(each)
        return dict(cursor.fetchall())


def _put_back(rows: dict[str, str]) -> None:
    """Write the rows as they were, without what their triggers once did: that is among the rows."""
    said = [f"ALTER TABLE {table} DISABLE TRIGGER USER" for table in rows]
    for table, written in rows.items():
        columns, key = _tables()[table]
        changes = ", ".join(f"{name} = excluded.{name}" for name in columns.split(", "))
        body = written.replace("'", "''")
        said.append(
            f"INSERT INTO {table} ({columns}) OVERRIDING SYSTEM VALUE"
            f" SELECT {columns} FROM jsonb_populate_recordset(NULL::{table}, '{body}')"
            f" ON CONFLICT ({key}) DO UPDATE SET {changes}"
        )
    # A table whose checks are still to come can't be altered.
    said += ["SET CONSTRAINTS ALL IMMEDIATE", "SET CONSTRAINTS ALL DEFERRED"]
    said += [f"ALTER TABLE {table} ENABLE TRIGGER USER" for table in rows]
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("; ".join(said))
