"""Fixtures. The suite runs as `portal_app`, the role that owns nothing, so every test also tests the second wall.

The database is made by the owner with Halland's organisations, agreement and fictional staff. A test that needs the
owner's or the jobs' rights says so with `as_owner()` or `as_jobs()`.
"""

from __future__ import annotations

import gc
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from zlib import crc32

import pytest
import time_machine
from django.db import connection
from django.test import Client
from pytest_django import DjangoDbBlocker

from core.acting import Actor, acting
from core.workdays import STOCKHOLM
from organisations.acting import actor_for
from organisations.kinds import Role
from organisations.models import Assignment, Unit

pytest_plugins = ["tests.committed", "tests.browser"]

WHOLE = bool(os.environ.get("TEST_WHOLE"))
"""`./portal test --whole`, as CI runs it: ask each question that is asked by turns otherwise."""


def its_turn(name: str, of: int) -> bool:
    """Whether one among `of` is asked, when not all is: its name decides, so that each run asks the same."""
    return WHOLE or not crc32(name.encode()) % of


only_whole = pytest.mark.skipif(not WHOLE, reason="asked with --whole")
"""For long walks and drills whose ways others go too, and for the bench, which few changes touch."""

NOW = datetime(2026, 3, 9, 10, 0, tzinfo=STOCKHOLM)
"""A Monday morning without holidays near."""


TEMPLATE = os.environ.get("TEST_TEMPLATE", "")
"""The name of a filled database to copy (`tests.database`), when there is one."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long walks and drills first, so that no worker is left alone with one at the end."""
    items.sort(key=lambda item: not re.search(r"_(browser|drills)\.py", item.nodeid))


def pytest_collection_finish() -> None:
    """Thousands of collected tests are not looked through for garbage again, and the rest more seldom."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None) -> None:
    if TEMPLATE:
        connection.settings_dict["TEST"]["TEMPLATE"] = TEMPLATE


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    from tests.database import fill

    with django_db_blocker.unblock():
        if not TEMPLATE:
            fill()
        connection.close()
    connection.settings_dict["OPTIONS"]["assume_role"] = "portal_app"
    yield
    with django_db_blocker.unblock():
        # The owner made the test database, and only the owner may drop it.
        connection.close()
        del connection.settings_dict["OPTIONS"]["assume_role"]


@contextmanager
def as_role(role: str) -> Iterator[None]:
    """Run a block with another database role on the same connection."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        before = cursor.fetchone()[0]
        cursor.execute("RESET ROLE" if role == "owner" else f"SET ROLE {role}")
    try:
        yield
    finally:
        if not connection.needs_rollback:
            with connection.cursor() as cursor:
                cursor.execute(f"SET ROLE {before}")


@contextmanager
def as_owner() -> Iterator[None]:
    with as_role("owner"):
        yield


@contextmanager
def as_jobs() -> Iterator[None]:
    with as_role("portal_jobs"):
        yield


def settle() -> None:
    """Have all that is written checked now: for a fixture that several tests stand on.

    What has not been checked when they begin is checked at the end of each of them, since they are undone.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


@pytest.fixture
def now() -> datetime:
    return NOW


def unit(key: str) -> Unit:
    return Unit.objects.select_related("authority__huvudman", "group").get(key=key)


def actor(username: str, role: Role | None = None) -> Actor:
    """The acting assignment of a demonstration account."""
    found = Assignment.objects.select_related("user", "unit__authority__huvudman").filter(user__username=username)
    if role is not None:
        found = found.filter(role=role)
    assignment = found.order_by("unit__key").first()
    assert assignment is not None, username
    return actor_for(assignment)


@pytest.fixture
def hylte(db: None) -> Actor:
    """A caseworker of social services, children, in Hylte."""
    return actor("hylte-socialtjanst-barn")


@pytest.fixture
def contact_centre(db: None) -> Actor:
    return actor("en-vag-in")


@pytest.fixture
def child_psychiatry(db: None) -> Actor:
    return actor("bup-halmstad")


@pytest.fixture
def browser(hylte: Actor) -> Client:
    """That caseworker's browser."""
    from tests.pages import client_for

    return client_for(hylte)


@pytest.fixture
def demonstration(settings: Any) -> Iterator[None]:
    """The demonstration, in which accounts need no second factor, at the suite's time."""
    settings.DEMO = True
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def do() -> Callable[..., object]:
    """`do(actor, fn, now, **kw)`: run one action inside its acting transaction."""

    def run(by: Actor, fn: Callable[..., object], now: datetime = NOW, **kwargs: object) -> object:
        with acting(by, now):
            return fn(by=by, now=now, **kwargs)

    return run


def sign_in(client: Client, username: str) -> Client:
    from organisations.models import User

    client.force_login(User.objects.get(username=username), backend="django.contrib.auth.backends.ModelBackend")
    return client
