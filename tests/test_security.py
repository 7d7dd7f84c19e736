"""What leaves the portal beside its pages: headers, cookies, log lines, addresses, mail; and how production is set up.

Sessions, lockout and the second factor are in `test_account.py`.
"""

from __future__ import annotations

import inspect
import json
import logging
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from celery import current_app
from django.core import mail
from django.db import transaction
from django.http import HttpResponse
from django.test import Client, RequestFactory, override_settings
from pytest_django import DjangoDbBlocker

from core import outbox
from core.acting import acting
from core.middleware import client_address
from organisations.demo import DEMO_PASSWORD
from sip import actions, panels
from tests import build
from tests.access import addresses
from tests.conftest import NOW, actor, as_jobs, sign_in, unit

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).parent.parent
NAMES = ("Provsson", "Vårdnadshavare 1", "Behöver samordnat stöd", "vara i skolan igen", "kvällstid")
NUMBER = re.compile(r"(?:19|20)?\d{6}[-+ ]?\d{4}(?!\d)")
OURS = {"20110108-2392", "201101082392", "110108-2392", "1101082392"}

PRODUCTION = {
    "PORTAL_MODE": "production",
    "PORTAL_DEMO": "false",
    "ALLOWED_HOSTS": "portal.example.org",
    "PUBLIC_ADDRESS": "https://portal.example.org",
    "EMAIL_URL": "smtp+tls://mail.example.org:587",
    "EMAIL_FROM": "no-reply@portal.example.org",
    "TRUSTED_PROXIES": "1",
    # Random: the check refuses one that is easy to guess.
    "SECRET_KEY": "q3Vh8sLw0zXe5rTn1yUk7mPb4cJd9gFa2iOo6lWxRtYpQzSvHuEi",
    "AUDIT_KEY": "Zt6mWc2xKp9rLf4vQj7sHb1nDy5gTe8uAo3iRq0wEzUyXkVl",
}


@pytest.fixture(autouse=True)
def _today(settings: Any) -> Iterator[None]:
    settings.DEMO = True
    with time_machine.travel(NOW, tick=False):
        yield


def in_production(*command: str, **changes: str | None) -> subprocess.CompletedProcess[str]:
    """Run Python with production's environment, changed; None leaves a variable out."""
    values: dict[str, str | None] = {**os.environ, **PRODUCTION, **changes}
    env = {name: value for name, value in values.items() if value is not None}
    return subprocess.run(
        [sys.executable, *command], env=env, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )


def personal(text: str) -> list[str]:
    """What in a text tells about the people of `build`."""
    return [name for name in NAMES if name in text] + [found for found in NUMBER.findall(text) if found in OURS]


# --- production -------------------------------------------------------------------------------------------------------
def test_quality6_the_deployment_check_gives_no_warning() -> None:
    done = in_production("manage.py", "check", "--deploy", "--fail-level", "WARNING")
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout


def test_quality6_production_sends_cookies_only_over_tls_and_only_to_this_host() -> None:
    names = [
        "SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE",
        "SESSION_COOKIE_HTTPONLY", "CSRF_COOKIE_HTTPONLY", "SESSION_COOKIE_SAMESITE", "CSRF_COOKIE_SAMESITE",
        "SECURE_SSL_REDIRECT",
        "SECURE_HSTS_SECONDS", "DEBUG", "SESSION_COOKIE_DOMAIN", "SESSION_COOKIE_PATH",
    ]  # fmt: skip
    code = (
        "import os, json; os.environ['DJANGO_SETTINGS_MODULE'] = 'halland.settings'\n"
        f"from django.conf import settings; print(json.dumps({{n: getattr(settings, n) for n in {names}}}))"
    )
    done = in_production("-c", code)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found.pop("SECURE_HSTS_SECONDS") >= 31_536_000
    assert found == {
        "SESSION_COOKIE_NAME": "__Host-session",
        "CSRF_COOKIE_NAME": "__Host-csrf",
        "SESSION_COOKIE_SECURE": True,
        "CSRF_COOKIE_SECURE": True,
        "SESSION_COOKIE_HTTPONLY": True,
        "CSRF_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "CSRF_COOKIE_SAMESITE": "Lax",
        "SECURE_SSL_REDIRECT": True,
        "DEBUG": False,
        "SESSION_COOKIE_DOMAIN": None,
        "SESSION_COOKIE_PATH": "/",
    }


def test_every_missing_setting_is_named_at_once() -> None:
    needed = (
        "SECRET_KEY", "AUDIT_KEY", "DATABASE_URL", "REDIS_URL", "ALLOWED_HOSTS", "PUBLIC_ADDRESS", "EMAIL_URL",
        "EMAIL_FROM",
    )  # fmt: skip
    done = in_production("manage.py", "check", **dict.fromkeys(needed))
    assert done.returncode != 0
    assert {name for name in needed if name in done.stderr} == set(needed)
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", "short"),
        ("PORTAL_MODE", "live"),
        ("DATABASE_ROLE", "postgres"),
        ("DATABASE_URL", "postgres://user:pass@word@server:port/halland"),
        ("DATABASE_URL", "mysql://user:secret-word@server/halland"),
        ("REDIS_URL", "valkey"),
        ("PUBLIC_ADDRESS", "portal.example.org"),
        ("EMAIL_URL", "stmp://user:secret-word@mail.example.org"),
        ("TRUSTED_PROXIES", "many"),
    ],
)
def test_a_wrong_setting_is_named_and_its_value_is_not_told(name: str, value: str) -> None:
    done = in_production("manage.py", "check", **{name: value})
    assert done.returncode != 0
    assert name in done.stderr
    assert "Traceback" not in done.stderr
    assert "secret-word" not in done.stderr
    if name == "SECRET_KEY":
        assert value not in done.stderr.replace("at least", "")


# --- every page -------------------------------------------------------------------------------------------------------
def pages_for(case_id: object, draft_id: object) -> list[str]:
    """Addresses that can be opened without more than a case, filled in."""
    here: list[str] = []
    for address in addresses():
        if address.route.startswith("administration/") or set(address.names) - {"case_id"}:
            continue
        here += [address.filled({"case_id": one}) for one in ((case_id, draft_id) if address.names else (None,))]
    return [address for address in here if address != "/halsa/"]


@dataclass(frozen=True)
class Walk:
    """Every page a caseworker can open, as answered, and what was logged meanwhile."""

    pages: dict[str, HttpResponse]
    log: str


@contextmanager
def log_lines() -> Iterator[StringIO]:
    """What a block writes to the log, in the form that production writes it."""
    lines = StringIO()
    handler, ours = logging.StreamHandler(lines), logging.getLogger().handlers
    handler.setFormatter(next(one.formatter for one in ours if type(one) is logging.StreamHandler))
    logging.getLogger().addHandler(handler)
    try:
        yield lines
    finally:
        logging.getLogger().removeHandler(handler)


@pytest.fixture(scope="module")
def walk(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Walk:
    """Walked once. Nothing of it stays but the answers."""
    pages = {}
    with (
        django_db_blocker.unblock(),
        time_machine.travel(NOW, tick=False),
        override_settings(DEMO=True),
        transaction.atomic(),
        log_lines() as lines,
    ):
        case, draft = build.sent(), build.draft(number="20100315-2392")
        client = sign_in(Client(), build.INITIATOR)
        for address in pages_for(case.pk, draft.pk):
            answer = client.get(address)
            if answer.status_code == 200:
                pages[address] = answer
        transaction.set_rollback(True)
    assert len(pages) > 25
    return Walk(pages, lines.getvalue())


def test_quality6_no_page_allows_inline_code_or_anybody_elses(walk: Walk) -> None:
    for address, answer in walk.pages.items():
        policy = answer["Content-Security-Policy"]
        assert "default-src 'none'" in policy, address
        assert "unsafe" not in policy, address
        assert not re.search(r"https?:|\*", policy), address
        assert answer["X-Content-Type-Options"] == "nosniff", address
        assert answer["X-Frame-Options"] == "DENY", address
        assert answer["Referrer-Policy"] == "same-origin", address


def test_quality6_no_page_of_a_signed_in_user_is_kept_by_the_browser(walk: Walk) -> None:
    for address, answer in walk.pages.items():
        assert "no-store" in answer["Cache-Control"], address


def test_quality6_no_page_fetches_anything_from_elsewhere(walk: Walk) -> None:
    for address, answer in walk.pages.items():
        text = re.sub(r"<a [^>]*>", "", answer.content.decode(errors="replace"))
        assert not re.search(r"(?:src|href|action|srcset)\s*=\s*[\"']?(?:https?:)?//", text), address


def test_law6_no_address_tells_about_a_person(walk: Walk) -> None:
    for address, answer in walk.pages.items():
        assert personal(address) == []
        for link in re.findall(r"(?:href|action)=\"([^\"]*)\"", answer.content.decode(errors="replace")):
            assert personal(link) == [], (address, link)


def test_law6_no_log_line_tells_about_a_person(walk: Walk) -> None:
    assert walk.log.count("GET /") >= len(walk.pages)
    assert personal(walk.log) == []


def test_law6_no_error_in_the_log_tells_about_a_person(monkeypatch: pytest.MonkeyPatch) -> None:
    case = build.sent()

    def fails(*args: Any, **kwargs: Any) -> None:
        number = build.CHILD_NUMBER
        raise ValueError(f"Nils Provsson {number}")

    monkeypatch.setattr(panels, "readable", fails)
    client = sign_in(Client(raise_request_exception=False), build.INITIATOR)
    with log_lines() as lines:
        answer = client.get(f"/api/v1/sip/{case.pk}/")
    assert answer.status_code == 500
    assert "ValueError" in lines.getvalue()
    assert personal(lines.getvalue()) == []
    assert personal(answer.content.decode()) == []


def test_law6_what_is_sought_is_neither_in_the_address_nor_in_the_log(client: Client) -> None:
    build.sent()
    sign_in(client, build.INITIATOR)
    with log_lines() as lines:
        answer = client.post("/sip/sok/", {"q": build.CHILD_NUMBER})
    assert answer.status_code == 200
    assert "Provsson" in answer.content.decode()
    assert personal(lines.getvalue()) == []


def test_law6_no_mail_tells_about_a_person() -> None:
    case, centre = build.sent(), actor(build.CALLED)
    call = build.the_call(case, centre)
    with acting(centre, NOW):
        actions.redirect(call_id=call.pk, to_unit=unit("bup-halmstad"), reason="Nils Provsson", by=centre, now=NOW)
    hylte = actor(build.INITIATOR)
    with acting(hylte, NOW):
        actions.withdraw_consent(case_id=case.pk, reason="Nils Provsson ångrade sig", by=hylte, now=NOW)
    with as_jobs():
        outbox.deliver_due(NOW + timedelta(minutes=1))
    assert len(mail.outbox) >= 4
    for letter in mail.outbox:
        assert personal(str(letter.message())) == []


def test_law6_the_broker_carries_no_data() -> None:
    current_app.loader.import_default_modules()
    for name, task in current_app.tasks.items():
        if not name.startswith("celery."):
            assert not inspect.signature(task.run).parameters, name


# --- forged requests --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "address", ["/sip/ny/", "/sip/sok/", "/konto/", "/logga-ut/", "/uppdrag/", "/meddelanden/lasta/"]
)
def test_a_post_from_another_site_is_refused(address: str) -> None:
    client = sign_in(Client(enforce_csrf_checks=True), build.INITIATOR)
    assert client.post(address, {"q": "x"}).status_code == 403


def test_a_login_from_another_site_is_refused() -> None:
    client = Client(enforce_csrf_checks=True)
    given = {"username": build.INITIATOR, "password": DEMO_PASSWORD}
    assert client.post("/logga-in/", given).status_code == 403


def test_a_host_that_is_not_ours_is_refused(client: Client) -> None:
    assert client.get("/logga-in/", headers={"Host": "elsewhere.example"}).status_code == 400


@pytest.mark.parametrize(
    ("trusted", "forwarded", "address"),
    [
        (0, "", "10.0.0.1"),
        (0, "6.6.6.6", "10.0.0.1"),
        (1, "6.6.6.6", "6.6.6.6"),
        (1, "1.1.1.1, 6.6.6.6", "6.6.6.6"),
        (2, "1.1.1.1, 6.6.6.6, 10.0.0.2", "6.6.6.6"),
        (2, "6.6.6.6", "10.0.0.1"),
        (1, "", "10.0.0.1"),
    ],
)
def test_quality8_the_clients_address_is_what_the_trusted_proxies_say(
    settings: Any, trusted: int, forwarded: str, address: str
) -> None:
    settings.TRUSTED_PROXIES = trusted
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    request = RequestFactory().get("/", headers=headers, REMOTE_ADDR="10.0.0.1")
    assert client_address(request) == address
