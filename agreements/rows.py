"""Write rows so that loading again changes nothing that is already right, and keeps every id."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from django.db import models

M = TypeVar("M", bound=models.Model)


def put(model: type[M], natural_key: dict[str, Any], **values: Any) -> M:
    """Return the row with this natural key, created or brought in line with `values`."""
    row = model._default_manager.filter(**natural_key).first()
    if row is None:
        return model._default_manager.create(**natural_key, **values)
    return bring_in_line(row, values)


def put_all(
    existing: models.QuerySet[M], key_fields: Sequence[str], rows: Iterable[dict[str, Any]]
) -> tuple[list[M], list[M]]:
    """Create or bring in line one row per dict, recognised by `key_fields`.

    Returns the rows in the order given, and those of `existing` that are no longer named: the caller deletes them
    when nothing points at them any more.
    """
    there = {tuple(getattr(row, name) for name in key_fields): row for row in existing}
    kept: list[M] = []
    for values in rows:
        row = there.pop(tuple(values[name] for name in key_fields), None)
        kept.append(existing.create(**values) if row is None else bring_in_line(row, values))
    return kept, list(there.values())


def bring_in_line(row: M, values: dict[str, Any]) -> M:
    """Save the fields whose value differs, and no others."""
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, values[name])
    if changed:
        row.save(update_fields=changed)
    return row
