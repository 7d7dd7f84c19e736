"""Fills an empty portal database with years of cases, fast: as the owner, without triggers, indexes and foreign keys.

They are put back afterwards, so what was loaded is checked all the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import connection, transaction

from bench.console import step

FILLED = (
    "individuals_person",
    "individuals_matter",
    "individuals_basis",
    "individuals_basisscope",
    "individuals_participant",
    "individuals_mattergroupobjectpermission",
    "individuals_piece",
    "individuals_disclosure",
    "sip_sipcase",
    "sip_call",
    "sip_carrier",
    "deadlines_clock",
    "guardian_groupobjectpermission",
)
UNITS = 200
STATEMENTS = Path(__file__).with_name("years.sql")

_CONSTRAINTS = """
SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid), contype
FROM pg_constraint WHERE contype IN ('p', 'u', 'f')
AND (conrelid = ANY (%(tables)s::regclass[]) OR contype = 'f' AND confrelid = ANY (%(tables)s::regclass[]))
ORDER BY contype = 'f', contype, conname
"""
_INDEXES = """
SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index i
WHERE indrelid = ANY (%(tables)s::regclass[])
AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
ORDER BY 1
"""


class NotEmpty(Exception):
    """The database holds cases that the bench did not load."""


@dataclass(frozen=True, slots=True)
class Loaded:
    cases: int
    at: datetime


def load(cases: int, now: datetime) -> Loaded:
    """Fill the database, or keep what an earlier run with as many cases left. Raises `NotEmpty`."""
    earlier = _earlier()
    if earlier is not None and earlier.cases == cases:
        return earlier
    if earlier is None and _rows("individuals_matter"):
        raise NotEmpty
    # One transaction: an interrupted load leaves neither rows nor tables without their indexes.
    with transaction.atomic(), connection.cursor() as cursor:
        empty()
        with _stripped():
            cursor.execute("SELECT setseed(0.4242)")
            for title, statement in _statements():
                with step(title):
                    cursor.execute(statement, {"cases": cases, "now": now, "units": UNITS})
        cursor.execute("CREATE TABLE bench_load AS SELECT %s AS cases, %s::timestamptz AS at", [cases, now])
    with step("statistik"), connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE) " + ", ".join((*FILLED, "auth_group", "organisations_unit")))
    return Loaded(cases, now)


def empty() -> None:
    """Take away everything the bench made."""
    with connection.cursor() as cursor:
        for table in ("core_changelog", "core_readlog", "core_seal"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(
            "TRUNCATE core_changelog, core_readlog, core_seal, core_message, django_session, otp_totp_totpdevice, "
            + ", ".join(FILLED)
            + " CASCADE"
        )
        for table in ("core_changelog", "core_readlog", "core_seal"):
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        cursor.execute("DROP TABLE IF EXISTS bench_load, bench_unit")
        cursor.execute("DELETE FROM organisations_user_groups")
        cursor.execute(
            "DELETE FROM followup_unitfact fact USING organisations_unit u"
            " WHERE u.id = fact.unit_id AND u.key LIKE 'bench-%'"
        )
        cursor.execute("DELETE FROM organisations_unit WHERE key LIKE 'bench-%'")
        cursor.execute("DELETE FROM auth_group WHERE name LIKE 'bench:%'")
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # Tables with checks still waiting can't be stripped.


def _earlier() -> Loaded | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('bench_load') IS NOT NULL")
        if not cursor.fetchone()[0]:
            return None
        cursor.execute("SELECT cases, at FROM bench_load")
        return Loaded(*cursor.fetchone())


def _rows(table: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT EXISTS (SELECT FROM {table})")
        return bool(cursor.fetchone()[0])


def _statements() -> Iterator[tuple[str, str]]:
    """The statements of the file, each with the title in the comment above it."""
    for part in STATEMENTS.read_text(encoding="utf-8").split("\n-- # ")[1:]:
        title, statement = part.split("\n", 1)
        yield title.strip(), statement


@contextmanager
def _stripped() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute(_CONSTRAINTS, {"tables": list(FILLED)})
        constraints = cursor.fetchall()
        cursor.execute(_INDEXES, {"tables": list(FILLED)})
        indexes = cursor.fetchall()
        for table, name, _, _ in reversed(constraints):
            cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
        for name, _ in indexes:
            cursor.execute(f"DROP INDEX {name}")
        for table in FILLED:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield
        cursor.execute("SET LOCAL maintenance_work_mem = '512MB'")
        with step("index"):
            for _, definition in indexes:
                cursor.execute(definition)
            for table, name, definition, kind in constraints:
                if kind != "f":
                    cursor.execute(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}')
        with step("främmande nycklar"):
            for table, name, definition, kind in constraints:
                if kind == "f":
                    cursor.execute(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}')
        for table in FILLED:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
