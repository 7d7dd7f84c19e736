"""The only code that writes a state: lock, check rule and table, change, record, in one transaction."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, TypeVar

from django.db import models, transaction

from core.acting import Actor
from core.authz import Refused, Rules

M = TypeVar("M", bound=models.Model)


class Stale(Refused):
    """The object changed since the user opened the form. The view shows both versions and keeps the typed text."""

    def __init__(self, current: Any) -> None:
        super().__init__("Någon annan har ändrat ärendet sedan du öppnade sidan. Läs det nya och spara igen.")
        self.current = current


class Gone(Exception):
    """The object doesn't exist, or not for this actor. Views answer 404."""


@contextmanager
def transition(
    model: type[M],
    pk: Any,
    do: Any,
    *,
    rules: Rules,
    by: Actor,
    now: datetime,
    version: int | None = None,
) -> Iterator[M]:
    """Yield the locked object, then write its changed fields and its new state.

    `version`: the version the user saw; a newer one raises `Stale`. Raises `Gone` when the row isn't visible to the
    actor (row security decides), `Refused` when the rule or the table says no. The block may raise too: nothing stays.
    """
    with transaction.atomic():
        found = model._default_manager.select_for_update(of=("self",)).filter(pk=pk).first()
        if found is None:
            raise Gone(model._meta.label)
        if version is not None and found.version != version:  # type: ignore[attr-defined]
            raise Stale(found)
        rules.require(by, do, found)
        new_state = rules.next_state(do, found)
        before = _values(found)
        yield found
        found.state = new_state  # type: ignore[attr-defined]
        if _values(found) != before:
            found.version += 1  # type: ignore[attr-defined]
            found.changed_at = now  # type: ignore[attr-defined]
            after = _values(found)
            found.save(update_fields=[name for name, value in after.items() if before[name] != value])


def _values(obj: models.Model) -> dict[str, Any]:
    return {field.attname: getattr(obj, field.attname) for field in obj._meta.concrete_fields if not field.primary_key}
