"""Servers that the environment names: asked once before the portal starts, so that a mistake is told in one line."""

from __future__ import annotations

from launcher.console import Problem

OLDEST_POSTGRES = 15


def check_database(url: str) -> None:
    """Raise `Problem` unless the database answers, is new enough and lets this login make roles."""
    import psycopg

    try:
        with psycopg.connect(url, connect_timeout=10) as connection:
            version = connection.info.server_version // 10_000
            row = connection.execute(
                "SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user"
            ).fetchone()
    except psycopg.Error as error:
        reason = str(error).strip().splitlines()[0]
        raise Problem(f"Databasen i DATABASE_URL går inte att använda: {reason}") from None
    if version < OLDEST_POSTGRES:
        raise Problem(
            f"Databasen i DATABASE_URL är PostgreSQL {version}. Portalen behöver {OLDEST_POSTGRES} eller nyare."
        )
    if row is None or not row[0]:
        raise Problem(
            "Inloggningen i DATABASE_URL får inte skapa roller, som portalens processer behöver."
            " Kör som databasens administratör: ALTER ROLE … CREATEROLE"
        )


def check_redis(url: str) -> None:
    """Raise `Problem` unless the server answers."""
    import redis

    try:
        connection = redis.Redis.from_url(url, socket_connect_timeout=10)
        try:
            connection.ping()
        finally:
            connection.close()
    except (redis.RedisError, ValueError) as error:
        raise Problem(f"Redis i REDIS_URL går inte att använda: {error}") from None
