"""The database that tests begin with: every table, Halland's agreement and organisations, and fictional staff.

`python -m tests.database NAME` makes it once under that name, for several workers to copy (`TEST_TEMPLATE`).
"""

from __future__ import annotations

import os
import sys


def fill() -> None:
    """Write what every test may count on, as the owner. The logs begin empty: they are the tests' own."""
    from agreements.loader import load_pack
    from organisations.demo import staff_everything
    from tests.committed import empty
    from tests.conftest import NOW

    load_pack("halland", now=NOW)
    staff_everything()
    empty()


def make(name: str) -> None:
    """Make a filled database of this name, in place of one that a broken run has left."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "halland.settings")
    django.setup()
    from django.db import connection

    connection.settings_dict["TEST"]["NAME"] = name
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    fill()
    connection.close()


if __name__ == "__main__":
    make(sys.argv[1])
