"""P5: page 1,000 of a list against page 1, for a unit that takes part in more cases than any here does."""

from __future__ import annotations

from datetime import datetime

from django.db import connection, transaction
from django.urls import reverse

from bench.desk import Desk, as_role
from bench.results import Ratio
from bench.timing import medians
from individuals.kinds import MatterKind
from individuals.paging import ROWS, Position
from individuals.querysets import most_pressing_first, rights_of

FAR = 1_000

# No right is given without a basis, so the table's triggers rest meanwhile.
_REACH_MORE = """
ALTER TABLE individuals_mattergroupobjectpermission DISABLE TRIGGER USER;
INSERT INTO individuals_mattergroupobjectpermission
    (id, kind, content_object_id, group_id, permission_id, opened_at, closed_at, next_due_at)
SELECT gen_random_uuid(), m.kind, m.id, %(group)s, (SELECT id FROM auth_permission WHERE codename = 'view_matter'),
       m.opened_at, m.closed_at, m.next_due_at
FROM individuals_matter m
WHERE NOT EXISTS (
    SELECT FROM individuals_mattergroupobjectpermission r WHERE r.group_id = %(group)s AND r.content_object_id = m.id
)
LIMIT %(missing)s;
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE individuals_mattergroupobjectpermission ENABLE TRIGGER USER;
ANALYZE individuals_mattergroupobjectpermission
"""


def measure(desk: Desk, now: datetime) -> list[Ratio]:
    """The list of all cases, ended ones too. What the unit is let to see for this is taken back."""
    with transaction.atomic():
        rights = rights_of(desk.actor, now, MatterKind.SIP)
        with connection.cursor() as cursor:
            missing = max(0, FAR * ROWS - rights.count())
            cursor.execute(_REACH_MORE, {"group": desk.actor.group_id, "missing": missing})
        ordered = rights.order_by(*most_pressing_first())
        page = min(FAR, rights.count() // ROWS)
        last_before = ordered[(page - 1) * ROWS - 1]
        position = Position(last_before.next_due_at, last_before.opened_at, last_before.content_object_id)
        first = f"{reverse('sip:list')}?lage=alla"
        with as_role("portal_app"):
            times = medians(
                {"first": lambda: _get(desk, first), "far": lambda: _get(desk, f"{first}&efter={position}")},
                rounds=21,
                warm_up=4,
            )
        transaction.set_rollback(True)
    return [Ratio("P5", f"ärendelistans sida {page}", "sidan 1", times["far"], times["first"], 1.2)]


def _get(desk: Desk, address: str) -> None:
    answer = desk.client.get(address)
    if answer.content.count(b"<tr>") != ROWS + 1:
        raise AssertionError("the page isn't full")
