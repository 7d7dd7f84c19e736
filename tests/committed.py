"""For tests whose writes must be committed: other connections, threads or processes read them.

Django's own flush would empty the organisations and the agreement too, and the role the suite runs as may not do it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, transaction

# Everything that hangs on a person or a matter goes with them.
OF_CASES = (
    "individuals_person", "individuals_matter", "core_message", "deviations_deviation", "deviations_shareddeviation",
    "deviations_pattern", "disputes_dispute", "disputes_interim", "placements_provider", "sip_rating",
)  # fmt: skip
OF_GROUPS = (
    "followup_meeting", "followup_coopted", "followup_campaign", "followup_publication", "followup_boardcopy",
    "followup_boardtask", "followup_priority", "followup_boardindicator", "followup_cell", "followup_fact",
    "followup_unitfact", "followup_factrun",
)  # fmt: skip
OF_LOGS = ("core_changelog", "core_readlog", "core_seal")
OF_LOGINS = ("django_session", "axes_accessattempt", "axes_accesslog", "axes_accessfailurelog", "sip_savedview")


@pytest.fixture
def transactional_db(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The database without a surrounding transaction; cases, groups' work, logs and logins are emptied afterwards.

    Organisations, agreements and staff stay: a test that changes those puts them back itself.
    """
    with django_db_blocker.unblock():
        yield
        empty()
        connection.close()


def empty() -> None:
    """Empty the tables of cases, groups' work, logs and logins. As the owner: the portal itself may not."""
    from tests.conftest import as_owner

    with as_owner(), transaction.atomic(), connection.cursor() as cursor:
        for table in OF_LOGS:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(f"TRUNCATE {', '.join((*OF_CASES, *OF_GROUPS, *OF_LOGS, *OF_LOGINS))} CASCADE")
        for table in OF_LOGS:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
