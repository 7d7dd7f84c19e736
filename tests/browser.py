"""A real browser against a live server on the test database: what `*_browser.py` tests stand on.

The server works as `portal_app`, as the portal does. What a test writes is committed, and emptied when it ends
(`tests.committed`).
"""

from __future__ import annotations

import mimetypes
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar, Literal
from urllib.parse import urlparse
from zlib import crc32

import pytest
import time_machine
from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.servers.basehttp import ThreadedWSGIServer
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.test import Client, override_settings
from django.test.testcases import LiveServerThread
from playwright.sync_api import Browser, Page, Playwright, sync_playwright

from launcher.system_packages import find_browser
from organisations.models import User
from tests.conftest import WHOLE

WIDE, NARROW = 1280, 360
HEIGHT = 900
CHROMIUM_SWITCHES = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
BUILT = """() => {
    const own = element => [...element.attributes]
        .filter(one => !/^(value|href|action|content|nonce|hx-headers|d|points)$/.test(one.name))
        .map(one => one.name + '=' + one.value.replace(/[0-9a-f]{8}-[0-9a-f-]{27}|\\d+/g, '0'));
    const says = element => !element.childElementCount && element.textContent.trim() ? '.' : '';
    const likes = feature => matchMedia(`(${feature})`).matches;
    return [
        ...[...document.querySelectorAll('*')].map(one => one.tagName + own(one) + says(one)),
        document.activeElement?.tagName, likes('prefers-color-scheme: dark'), likes('forced-colors: active'),
    ].join(' ');
}"""
"""How a page is built: its elements and their attributes, without the words. Axe judges hardly more than that."""
AXE = f"{settings.STATIC_URL}axe.min.js"
"""Served beside the portal's own files: the browser keeps it, and our policy for scripts allows no other."""
EXAMINED: set[tuple[int | None, str]] = set()
PICTURES = os.environ.get("PORTAL_PICTURES", "")
"""A directory: every inspected page is pictured there, to be looked at."""


@dataclass
class Window:
    """A page of one signed-in person, and all that went wrong in it."""

    page: Page
    address: str
    script: bool
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", lambda message: self._complain(message.type == "error", message.text))
        self.page.on("pageerror", lambda error: self._complain(True, str(error)))
        self.page.on("request", lambda request: self._complain(self._leaves(request.url), f"asks {request.url}"))

    def _complain(self, wrong: bool, text: str) -> None:
        # A refused form answers 422 and a missing page 404, which the browser calls errors of its own.
        if wrong and "Failed to load resource" not in text:
            self.complaints.append(f"{self.page.url}: {text}")

    def _leaves(self, url: str) -> bool:
        return urlparse(url).scheme in ("http", "https") and not url.startswith(self.address)

    def go(self, path: str) -> Page:
        self.page.goto(self.address + path)
        return self.page

    def press(self, name: str) -> Page:
        """Press the button with this text."""
        return self._click("button", name)

    def follow(self, name: str) -> Page:
        """Follow the link with this text."""
        return self._click("link", name)

    def _click(self, role: Literal["button", "link"], name: str) -> Page:
        self._wait_for_panels()  # What comes in above it moves it from under the pointer.
        self.page.get_by_role(role, name=name, exact=True).click()
        return self.page

    def _wait_for_panels(self) -> None:
        if self.script:
            self.page.locator(".htmx-request").first.wait_for(state="detached")

    def inspect(self, name: str = "") -> None:
        """Check the page as it stands, wide and narrow: axe, nothing wider than the screen, the title, the console.

        At one of the widths only, unless all is asked (`--whole`) or pictured.
        `name` names the pictures when PORTAL_PICTURES is set.
        """
        self.page.wait_for_load_state()
        self._wait_for_panels()
        self._check_title()
        for width in (WIDE, NARROW) if WHOLE or PICTURES else (self._turn(),):
            self._widen(width)
            wider = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert wider <= 0, f"{self.page.url} is {wider} px wider than a screen of {width} px"
            if PICTURES and name:
                self.page.screenshot(path=Path(PICTURES) / f"{name}-{width}.png", full_page=True)
            if self.script:
                assert not (found := self._violations()), f"{self.page.url} at {width} px:\n" + "\n".join(found)
        self._widen(WIDE)
        assert not self.complaints, "\n".join(self.complaints)

    def _widen(self, width: int) -> None:
        if (self.page.viewport_size or {}).get("width") != width:
            self.page.set_viewport_size({"width": width, "height": HEIGHT})

    def _turn(self) -> int:
        """The width at which this page is checked when not both are asked."""
        return (WIDE, NARROW)[crc32(self.page.title().encode()) % 2]

    def _check_title(self) -> None:
        has_errors = self.page.locator("[data-error-summary]").count() > 0
        title = self.page.title()
        assert title.startswith("Fel: ") == has_errors, f"{self.page.url}: {title!r}"
        assert self.page.get_attribute("html", "lang") == "sv"

    def _violations(self) -> list[str]:
        """What axe finds, unless this process has examined a page built alike at this width and found nothing."""
        built = (self.page.viewport_size or {}).get("width"), self.page.evaluate(BUILT)
        if built in EXAMINED:
            return []
        if not self.page.evaluate("'axe' in window"):
            self.page.add_script_tag(url=self.address + AXE)
        violations = self._examine()
        if not violations:
            EXAMINED.add(built)
        return violations

    def _examine(self) -> list[str]:
        found = self.page.evaluate(
            "tags => axe.run(document, {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']})", WCAG
        )
        return [
            f"{one['id']}: {one['help']}: {node['html']} {node['failureSummary']}"
            for one in found["violations"]
            for node in one["nodes"]
        ]


class KeptStatic(StaticFilesHandler):
    """Static files that the browser keeps, and we: each window is new and asks for all of them.

    By the suite's own time every one of them is written in the future.
    """

    kept: ClassVar[dict[str, tuple[bytes, str]]] = {}

    def serve(self, request: HttpRequest) -> HttpResponseBase:
        if request.path not in self.kept:
            found = (
                Path(settings.BASE_DIR) / "node_modules/axe-core/axe.min.js"
                if request.path == AXE
                else finders.find(self.file_path(request.path).lstrip("/"))
            )
            if not found:
                raise Http404(request.path)
            self.kept[request.path] = Path(found).read_bytes(), mimetypes.guess_type(found)[0] or ""
        content, content_type = self.kept[request.path]
        return HttpResponse(
            content, content_type=content_type, headers={"Cache-Control": f"max-age={10 * 365 * 24 * 3600}"}
        )


class PatientServer(ThreadedWSGIServer):
    """When it closes, it waits for the answers that are on their way: the tables they read are emptied next."""

    daemon_threads = False


class PatientServerThread(LiveServerThread):
    server_class = PatientServer


def _session(username: str) -> str:
    """A session of somebody who has logged in. The login page has tests of its own."""
    client = Client()
    client.force_login(User.objects.get(username=username), backend="django.contrib.auth.backends.ModelBackend")
    return client.cookies[settings.SESSION_COOKIE_NAME].value


@dataclass(frozen=True)
class LivePortal:
    """The running portal. `open` gives a window in which somebody is logged in, at the address asked for."""

    address: str
    browser: Browser

    def open(self, username: str | None, *, at: str = "/", script: bool = True, width: int = WIDE) -> Window:
        context = self.browser.new_context(
            viewport={"width": width, "height": HEIGHT},
            locale="sv-SE",
            timezone_id="Europe/Stockholm",
            java_script_enabled=script,
            reduced_motion="reduce",
        )
        context.set_default_timeout(30_000)  # A loaded machine is slow, not wrong.
        window = Window(context.new_page(), self.address, script)
        if username is not None:
            context.add_cookies(
                [{"name": settings.SESSION_COOKIE_NAME, "value": _session(username), "url": self.address}]
            )
            window.go(at)
        return window


@pytest.fixture(scope="module")
def _chromium() -> Iterator[Browser]:
    # Of the module, not of the session: Playwright keeps an event loop running in this thread as long as it lives.
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # Django sees that loop and would refuse the tests' own queries, though nothing here is asynchronous.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        browser = _launch(playwright)
        yield browser
        browser.close()


def _launch(playwright: Playwright) -> Browser:
    return playwright.chromium.launch(executable_path=find_browser(), args=CHROMIUM_SWITCHES)


@pytest.fixture
def live_portal(_chromium: Browser, transactional_db: None) -> Iterator[LivePortal]:
    """The portal, served from this process at the suite's own time."""
    from tests.conftest import NOW

    with override_settings(DEMO=True), time_machine.travel(NOW, tick=True):
        server = PatientServerThread("localhost", KeptStatic, port=0)
        server.daemon = True
        server.start()
        server.is_ready.wait()
        if server.error:
            raise server.error
        portal = LivePortal(f"http://localhost:{server.port}", _chromium)
        with override_settings(PUBLIC_ADDRESS=portal.address):
            try:
                yield portal
            finally:
                for context in _chromium.contexts:
                    context.close()
                server.terminate()
