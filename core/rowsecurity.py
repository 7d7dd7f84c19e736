"""The second wall: row policies in the database, declared beside each table in its app's migrations.

`portal_group()` and its siblings read the facts that `core.acting` sets for the transaction. With no facts set they
are NULL and every policy fails closed.
"""

from __future__ import annotations

import re
from typing import Any

from django.db import connection
from django.db.migrations.operations import RunSQL

ACTING_FUNCTIONS = """
CREATE FUNCTION portal_uuid(fact text) RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT nullif(current_setting('portal.' || fact, true), '')::uuid $$;
-- The unit as a party: NULL for roles that take no part in matters.
CREATE FUNCTION portal_unit() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT CASE WHEN coalesce(current_setting('portal.group', true), '') <> ''
               THEN nullif(current_setting('portal.unit', true), '')::uuid END $$;
CREATE FUNCTION portal_group() RETURNS integer LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT nullif(current_setting('portal.group', true), '')::integer $$;
CREATE FUNCTION portal_role() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT coalesce(current_setting('portal.role', true), '') $$;
CREATE FUNCTION portal_now() RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT coalesce(nullif(current_setting('portal.now', true), '')::timestamptz, now()) $$;
"""

DROP_ACTING_FUNCTIONS = """
DROP FUNCTION portal_uuid(text), portal_unit(), portal_group(), portal_role(), portal_now();
"""


class RowPolicy(RunSQL):
    """Switch on row security for a table.

    `read`: SQL condition for rows the acting unit may see. `write`: condition that new and changed rows must meet
    (default: same as `read`). `jobs`: whether the background role may work on all rows (its narrow path).
    """

    def __init__(self, table: str, *, read: str, write: str | None = None, jobs: bool = False) -> None:
        self.args = {"table": table, "read": read, "write": write, "jobs": jobs}
        write = write or read
        forward: list[Any] = [
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
            f"CREATE POLICY {table}_read ON {table} FOR SELECT TO portal_app USING ({read})",
            f"CREATE POLICY {table}_insert ON {table} FOR INSERT TO portal_app WITH CHECK ({write})",
            f"CREATE POLICY {table}_update ON {table} FOR UPDATE TO portal_app USING ({read}) WITH CHECK ({write})",
            f"CREATE POLICY {table}_delete ON {table} FOR DELETE TO portal_app USING (({read}) AND ({write}))",
        ]
        backward: list[Any] = [
            f"DROP POLICY {table}_{verb} ON {table}" for verb in ("read", "insert", "update", "delete")
        ] + [f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY"]
        if jobs:
            forward.append(f"CREATE POLICY {table}_jobs ON {table} TO portal_jobs USING (true) WITH CHECK (true)")
            backward.insert(0, f"DROP POLICY {table}_jobs ON {table}")
        super().__init__(forward, backward)

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return self.__class__.__name__, [self.args["table"]], {k: v for k, v in self.args.items() if k != "table"}


# --- as the planner wants them ----------------------------------------------------------------------------------------
# What the functions above say, in PostgreSQL's own spelling.
_SETTING = "NULLIF(current_setting('portal.{}'::text, true), ''::text)"
WRITTEN_OUT = {
    "portal_group()": f"({_SETTING.format('group')})::integer",
    "portal_unit()": "CASE WHEN (COALESCE(current_setting('portal.group'::text, true), ''::text) <> ''::text)"
    f" THEN ({_SETTING.format('unit')})::uuid ELSE NULL::uuid END",
    "portal_role()": "COALESCE(current_setting('portal.role'::text, true), ''::text)",
    "portal_now()": f"COALESCE(({_SETTING.format('now')})::timestamp with time zone, now())",
    **{
        f"portal_uuid('{fact}'::text)": f"({_SETTING.format(fact)})::uuid"
        for fact in ("user", "assignment", "unit", "authority", "huvudman")
    },
}
_RIGHT_TO = re.compile(r"\(access\.content_object_id = ([\w.]+)\)")
_RIGHT_TO_ONCE = re.compile(r"\(access\.content_object_id = ANY \(ARRAY\[([\w.]+)\]\)\)")


def write_policies_out(**kwargs: Any) -> None:
    """Spare the planner of every query what can be done once. A signal receiver for `post_migrate` of core.

    The planner reads the text of each function anew wherever a policy calls it, and plans an EXISTS twice when it might
    hash it, which the question of rights never gains by. Policies say the same afterwards.
    """
    if kwargs.get("sender") is not None and kwargs["sender"].name != "core":
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tablename, policyname, coalesce(qual, ''), coalesce(with_check, '') FROM pg_policies"
            " WHERE schemaname = 'public'"
        )
        changes = [_rewritten(*policy) for policy in cursor.fetchall()]
        if statements := [change for change in changes if change]:
            cursor.execute(";\n".join(statements))


def read_back(condition: str) -> str:
    """A policy's condition as it was declared, for people who review it."""
    text = " ".join(condition.split()).replace("( CASE", "(CASE")
    text = _RIGHT_TO_ONCE.sub(r"(access.content_object_id = \1)", text)
    for call, said in WRITTEN_OUT.items():
        text = text.replace(said, call)
    return text


def _rewritten(table: str, policy: str, using: str, check: str) -> str:
    parts = [
        f"{clause} ({_written_out(condition)})"
        for clause, condition in (("USING", using), ("WITH CHECK", check))
        if _written_out(condition) != condition
    ]
    return f"ALTER POLICY {policy} ON {table} {' '.join(parts)}" if parts else ""


def _written_out(condition: str) -> str:
    for call, said in WRITTEN_OUT.items():
        condition = condition.replace(call, f"({said})")
    return _RIGHT_TO.sub(r"(access.content_object_id = ANY (ARRAY[\1]))", condition)
