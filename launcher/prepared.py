"""Whether the database was brought up to date by this very code, so that a restart need not do it again.

The mark is a comment on Django's table of migrations: it lies in the database, and follows it through copy and restore.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from launcher.database_urls import DatabaseUrls
from launcher.fingerprints import fingerprint
from launcher.places import ROOT


def mark_of(pack: str, databases: DatabaseUrls, *, key: str, demo: bool) -> str:
    """Return the mark of a database made by this code, of this pack, with these logins; their port may differ.

    `key`: a secret of the portal's, so that nobody who reads the mark can try passwords against it.
    """
    logins = [urlsplit(url) for url in (databases.owner, databases.app, databases.jobs)]
    return fingerprint(
        [ROOT / "requirements.lock"],
        {path.parent for path in ROOT.glob("*/__init__.py") if path.parent.name not in ("tests", "bench")},
        key,
        pack,
        "demo" if demo else "empty",
        *(f"{login.username}:{login.password}" for login in logins),
    )


def is_prepared(databases: DatabaseUrls, mark: str) -> bool:
    """Say whether the database bears the mark and still holds what was loaded, and its server has the logins."""
    import psycopg

    logins = [urlsplit(url).username for url in (databases.app, databases.jobs)]
    try:
        with psycopg.connect(databases.owner, connect_timeout=10) as connection:
            row = connection.execute(
                "SELECT obj_description(to_regclass('django_migrations'), 'pg_class') = %s"
                " AND EXISTS (SELECT FROM agreements_packload)"
                " AND (SELECT count(*) FROM pg_roles WHERE rolname = ANY(%s)) = %s",
                [mark, logins, len(logins)],
            ).fetchone()
    except psycopg.Error:
        return False  # Without the tables there is nothing yet; what else is wrong, the preparation tells.
    return row is not None and row[0] is True
