"""A unit that takes part in open matters isn't closed: nobody would be left to answer for them (ORG-2, wall 1)."""

from __future__ import annotations

from django.db import connection

from organisations.models import Unit


def open_matters(unit: Unit) -> str:
    """Return why the unit can't be closed, or nothing.

    The local administrator reaches no matter. The database tells how many there are, and nothing else about them.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT portal_open_matters(%s)", [unit.pk])
        count = cursor.fetchone()[0]
    if not count:
        return ""
    matters = "ett pågående ärende" if count == 1 else f"{count} pågående ärenden"
    return f"Verksamheten deltar i {matters}. Avsluta dem eller lämna över dem till en annan verksamhet först."
