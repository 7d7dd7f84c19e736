"""From the owner's database address to those of the roles that the web and the workers log in as."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, unquote, urlsplit, urlunsplit

from launcher.console import Problem

SCHEMES = ("postgres", "postgresql")


@dataclass(frozen=True)
class DatabaseUrls:
    """The three doors to one database."""

    owner: str
    app: str
    jobs: str


def derive_database_urls(owner_url: str, app_password: str, jobs_password: str) -> DatabaseUrls:
    """Return the owner's address and those of the two logins at the same server.

    The logins are named after the database, since roles are shared by all databases of a server.
    """
    database = database_name(owner_url)
    return DatabaseUrls(
        owner=owner_url,
        app=with_login(owner_url, f"{database}_app_login", app_password),
        jobs=with_login(owner_url, f"{database}_jobs_login", jobs_password),
    )


def database_name(url: str) -> str:
    """Return the database that the address names. Raises `Problem` when it is not such an address."""
    parts = urlsplit(url)
    if parts.scheme not in SCHEMES:
        raise Problem(
            "DATABASE_URL ska börja med postgresql:// (till exempel postgresql://ägare:lösenord@server/portal)."
        )
    name = unquote(parts.path.lstrip("/"))
    if not name:
        raise Problem("DATABASE_URL saknar databasens namn (till exempel postgresql://ägare:lösenord@server/portal).")
    if any(key in {"user", "password"} for key, _ in parse_qsl(parts.query)):
        raise Problem("Skriv användare och lösenord före @ i DATABASE_URL, inte som ?user= eller ?password=.")
    return name


def with_login(url: str, user: str, password: str) -> str:
    """Return the same address with another user and password."""
    parts = urlsplit(url)
    server = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{quote(user, safe='')}:{quote(password, safe='')}@{server}"))


def with_database(url: str, name: str) -> str:
    """Return the same address with another database."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{quote(name, safe='')}"))
