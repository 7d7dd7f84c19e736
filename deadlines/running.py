"""How many clocks run, for those who may know the number but not the matters."""

from __future__ import annotations

from uuid import UUID

from django.db import connection


def count_for_board(agreement_id: UUID, kind: str) -> int:
    """Clocks of a kind not yet stopped under an agreement. Zero for anyone but a board member of a party to it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT portal_running_clocks(%s, %s)", [agreement_id, kind])
        return int(cursor.fetchone()[0])
