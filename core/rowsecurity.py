"""The second wall: row policies in the database, declared beside each table in its app's migrations.

`portal_group()` and its siblings read the facts that `core.acting` sets for the transaction. With no facts set they
are NULL and every policy fails closed.
"""

from __future__ import annotations

from typing import Any

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
