"""Asking the database itself: which tables hold personal data, what a role sees of them, and what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, models, transaction

from individuals.models import Matter, Person

LOGS = ("core_changelog", "core_readlog", "core_seal")
BESIDE_MATTERS = {"core_changelog", "core_readlog", "core_message"}
"""They hold ids of persons and matters without a foreign key, so that they outlive them."""


def personal_tables() -> set[str]:
    """Every table from which foreign keys lead to a person or a matter, and those that hold their ids."""
    personal: set[type[models.Model]] = {Person, Matter}
    every = list(apps.get_models(include_auto_created=True))
    while more := {
        model
        for model in every
        if model not in personal
        and any(
            field.is_relation and field.concrete and field.related_model in personal for field in model._meta.fields
        )
    }:
        personal |= more
    return {model._meta.db_table for model in personal} | BESIDE_MATTERS


def rows(sql: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


@contextmanager
def refused(*words: str) -> Iterator[None]:
    """The block is refused by the database, for a reason that names one of the words."""
    with pytest.raises(DatabaseError, match="|".join(words)), transaction.atomic():
        yield
