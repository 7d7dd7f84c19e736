"""PDF documents: a Django template becomes HTML here and PDF in a warm process beside the web worker.

The process (`core.pdf_renderer`) has no settings, database or secrets, fetches nothing but our own style sheet and
fonts, and is killed when a document takes too long or too much memory. So no document, whatever is written in it, can
stop the portal or reach anything.
"""

from __future__ import annotations

import atexit
import json
import os
import select
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any

import structlog
from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string

from core.authz import Refused

log = structlog.get_logger("pdf")

ASSETS = (
    "portal/document.css",
    "portal/mark.svg",
    "vendor/inter/files/inter-latin-wght-normal.woff2",
    "vendor/inter/files/inter-latin-wght-italic.woff2",
    "vendor/inter/files/inter-latin-ext-wght-normal.woff2",
    "vendor/inter/files/inter-cyrillic-wght-normal.woff2",
    "vendor/inter/files/inter-greek-wght-normal.woff2",
)
"""All that a document may fetch, as `asset:name`."""

LARGEST_HTML = 4_000_000
PER_PROCESS = 200
"""Documents made before a process is exchanged for a fresh one: libraries in C leak."""


class Variant(StrEnum):
    """Tagged PDF for reading (PDF/UA, also with a screen reader) or for filing (PDF/A-2a: tagged, nothing outside)."""

    READING = "pdf/ua-1"
    FILING = "pdf/a-2a"


class NoDocument(Refused):
    """The document could not be made. `str()` says so and what to do."""


TOO_LONG = "Dokumentet tog för lång tid att göra. Försök igen. Hjälper inte det behöver texterna kortas."
TOO_BIG = "Dokumentet blev för stort. Korta texterna och försök igen."
BUSY = "Just nu görs många dokument. Vänta en stund och försök igen."
BROKEN = "Dokumentet gick inte att göra. Felet är noterat. Kontakta supporten om det händer igen."


def render(
    template: str, context: dict[str, Any], variant: Variant, *, large: bool = False, seconds: float | None = None
) -> bytes:
    """Fill a template under `templates/documents/` and return it as PDF. Raises `NoDocument`.

    `seconds`: how long it may take when nobody sits and waits; else as the settings say.
    """
    return from_html(html_of(template, context, large=large), variant, seconds)


def html_of(template: str, context: dict[str, Any], *, large: bool = False) -> str:
    """The filled template. Made without a request: a document says nothing about who happens to be signed in."""
    return render_to_string(template, {**context, "large": large})


def from_html(html: str, variant: Variant, seconds: float | None = None) -> bytes:
    """Return HTML as PDF, within the limits of the settings. Raises `NoDocument`, with the way forward in words."""
    content = html.encode()
    if len(content) > LARGEST_HTML:
        raise NoDocument(TOO_BIG)
    limit = settings.PDF_TIME_LIMIT if seconds is None else seconds
    with _presses.borrow(limit) as press:
        return press.print(content, variant, limit)


class Press:
    """One rendering process. It serves one document at a time."""

    def __init__(self, memory: int) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "core.pdf_renderer", str(memory), json.dumps(assets())],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=settings.BASE_DIR,
            # Nothing of ours: no passwords, no keys. HOME is where fontconfig looks for its cache.
            env={name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR", "LANG") if name in os.environ},
        )
        self.printed = 0

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def print(self, html: bytes, variant: Variant, seconds: float) -> bytes:
        """Make one document. After any refusal but `BROKEN` the process is gone. Raises `NoDocument`."""
        deadline = time.monotonic() + seconds
        started = self.printed == 0
        self.printed += 1
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps({"size": len(html), "variant": variant}).encode() + b"\n" + html)
            self._process.stdin.flush()
            answer = self._answer(deadline)
        except (BrokenPipeError, EOFError):
            self.kill()
            log.error("the PDF process died", first_document=started)
            raise NoDocument(BROKEN if started else TOO_BIG) from None
        except TimeoutError:
            self.kill()
            log.error("a document was stopped", seconds=seconds)
            raise NoDocument(TOO_LONG) from None
        return answer

    def _answer(self, deadline: float) -> bytes:
        received = bytearray()
        while (end := received.find(b"\n")) < 0:
            received += self._read(deadline)
        told = json.loads(received[:end])
        if told["failure"]:
            log.error("a document could not be made", failure=told["failure"])
            if told["failure"] == "memory":
                self.kill()
                raise NoDocument(TOO_BIG)
            raise NoDocument(BROKEN)
        received = received[end + 1 :]
        while len(received) < told["size"]:
            received += self._read(deadline)
        return bytes(received)

    def _read(self, deadline: float) -> bytes:
        assert self._process.stdout is not None
        stream = self._process.stdout.fileno()
        ready, _, _ = select.select([stream], [], [], max(0.0, deadline - time.monotonic()))
        if not ready:
            raise TimeoutError
        if not (found := os.read(stream, 1 << 20)):
            raise EOFError
        return found

    def kill(self) -> None:
        """End the process, whatever it is doing."""
        self._process.kill()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                with suppress(BrokenPipeError):  # What was left to write has nobody to read it.
                    stream.close()
        self._process.wait()


class Presses:
    """The rendering processes of this web process: started when needed, at most `PDF_RENDERERS` at once."""

    def __init__(self) -> None:
        self._free: list[Press] = []
        self._room = threading.BoundedSemaphore(settings.PDF_RENDERERS)

    @contextmanager
    def borrow(self, seconds: float) -> Iterator[Press]:
        """A press of one's own for the block. Raises `NoDocument` when none becomes free in time."""
        if not self._room.acquire(timeout=seconds):
            raise NoDocument(BUSY)
        try:
            press = self._ready()
            try:
                yield press
            finally:
                if press.alive and press.printed < PER_PROCESS:
                    self._free.append(press)
                else:
                    press.kill()
        finally:
            self._room.release()

    def _ready(self) -> Press:
        while self._free:
            press = self._free.pop()
            if press.alive:
                return press
            press.kill()
        return Press(settings.PDF_MEMORY_LIMIT)

    def close(self) -> None:
        while self._free:
            self._free.pop().kill()


@lru_cache(maxsize=1)
def assets() -> dict[str, str]:
    """Where each file lies: collected in production, in its own folder elsewhere."""
    found: dict[str, str] = {}
    for name in ASSETS:
        collected = Path(settings.STATIC_ROOT) / name
        path = str(collected) if settings.PRODUCTION and collected.is_file() else finders.find(name)
        if not path:
            raise FileNotFoundError(name)
        found[name] = str(path)
    return found


_presses = Presses()


def _after_fork() -> None:
    # The parent's processes are the parent's: two owners of one pipe would read each other's documents.
    global _presses
    _presses = Presses()


os.register_at_fork(after_in_child=_after_fork)
atexit.register(lambda: _presses.close())
