"""The record of every read and change of personal data (LAW-1, wall 4).

Changes are written by database triggers (`Tracked`), so bulk and raw statements are caught too. Reads are collected
while a page is made and written in one row per action, in the same transaction. `core.sealing` chains both tables.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pgtrigger
from django.db import connection, models

if TYPE_CHECKING:
    from core.acting import Actor


class Action(models.TextChoices):
    VIEW = "view", "Öppnade"
    LIST = "list", "Såg i lista"
    SEARCH = "search", "Sökte fram"
    PRINT = "print", "Skrev ut"
    EXPORT = "export", "Exporterade"
    API = "api", "Läste genom API"
    DENIED = "denied", "Nekades"


# Not by the ORM: it asks for the new row's id back, and only log reviewers may read this table.
_INSERT_READ = """
INSERT INTO core_readlog (at, user_id, assignment_id, unit_id, authority_id, huvudman_id, action, what, person_ids,
                          matter_ids)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""


@dataclass(slots=True)
class Reads:
    """What one actor has been shown so far in this transaction."""

    rows: list[tuple[str, str, list[UUID], list[UUID]]] = field(default_factory=list)

    def add(self, action: Action, what: str, *, persons: Iterable[UUID] = (), matters: Iterable[UUID] = ()) -> None:
        """Note a read. `what` names the page or document in code terms, never a person."""
        people, cases = list(dict.fromkeys(persons)), list(dict.fromkeys(matters))
        if people or cases or action == Action.DENIED:
            self.rows.append((action, what, people, cases))

    def write(self, actor: Actor, now: datetime) -> None:
        """Insert the collected rows and forget them. Raises the database's error if it can't: then nothing is shown."""
        if not self.rows:
            return
        with connection.cursor() as cursor:
            cursor.executemany(
                _INSERT_READ,
                [
                    (
                        now,
                        actor.user_id,
                        actor.assignment_id,
                        actor.unit_id,
                        actor.authority_id,
                        actor.huvudman_id,
                        action,
                        what,
                        people,
                        cases,
                    )
                    for action, what, people, cases in self.rows
                ],
            )
        self.rows.clear()


class Tracked(pgtrigger.Trigger):
    """Log inserts, updates and deletes of a table: old and new values of the allow-listed fields only.

    `matter` names the column that holds the matter the row belongs to (or none), so a case's changes can be found.
    """

    when = pgtrigger.After
    operation = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete

    def __init__(self, *, fields: Iterable[str], matter: str | None = None, **kwargs: Any) -> None:
        self.tracked_fields = tuple(fields)
        self.matter_column = matter
        super().__init__(name="log_change", **kwargs)

    def get_func(self, model: Any) -> str:
        def picked(row: str) -> str:
            columns = [model._meta.get_field(name).column for name in self.tracked_fields]
            return "jsonb_build_object(" + ", ".join(f"'{c}', {row}.{c}" for c in columns) + ")"

        pk = model._meta.pk.column
        matter = f"coalesce(NEW.{self.matter_column}, OLD.{self.matter_column})" if self.matter_column else "NULL"
        return self.func_template(picked("OLD"), picked("NEW"), pk, matter)

    @staticmethod
    def func_template(old: str, new: str, pk: str, matter: str) -> str:
        return f"""
            DECLARE was jsonb; becomes jsonb;
            BEGIN
                IF TG_OP <> 'INSERT' THEN was := {old}; END IF;
                IF TG_OP <> 'DELETE' THEN becomes := {new}; END IF;
                IF was IS DISTINCT FROM becomes THEN
                    INSERT INTO core_changelog
                        (at, table_name, row_id, operation, old, new, matter_id, user_id, assignment_id, unit_id)
                    VALUES (portal_now(), TG_TABLE_NAME, coalesce(NEW.{pk}, OLD.{pk})::text, TG_OP, was, becomes,
                        {matter}, portal_uuid('user'), portal_uuid('assignment'), portal_uuid('unit'));
                END IF;
                RETURN NULL;
            END;
        """
