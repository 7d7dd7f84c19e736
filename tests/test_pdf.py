"""PDF documents: tagged, titled and in Swedish; nothing fetched but our own; killed when one loops or eats memory."""

from __future__ import annotations

import io
import os
import threading
import time
from collections.abc import Iterator

import pytest
from django.test import override_settings
from pypdf import PdfReader

from core import pdf
from core.pdf import NoDocument, Press, Variant
from tests.papers import tags

PAGE = """<!DOCTYPE html><html lang="sv"><head><title>Prov</title></head><body>
<h1>Rubrik</h1><p>Åäö Łódź Київ</p>{}</body></html>"""


@pytest.fixture(scope="module")
def warm() -> Iterator[Press]:
    """One process for all documents that leave it alive."""
    made = Press(1_500_000_000)
    yield made
    made.kill()


@pytest.fixture
def press() -> Iterator[Press]:
    made = Press(1_500_000_000)
    yield made
    made.kill()


def read(content: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(content))


@pytest.mark.parametrize(
    ("variant", "mark"),
    [(Variant.READING, 'pdfuaid:part="1"'), (Variant.FILING, 'pdfaid:part="2" pdfaid:conformance="A"')],
)
def test_a_document_is_tagged_titled_and_in_swedish(variant: Variant, mark: str) -> None:
    found = read(pdf.from_html(PAGE.format(""), variant))
    root = found.trailer["/Root"]
    assert bool(root["/MarkInfo"]["/Marked"])
    assert root["/Lang"] == "sv"
    assert bool(root["/ViewerPreferences"]["/DisplayDocTitle"])
    assert mark in root["/Metadata"].get_data().decode()
    assert found.metadata is not None
    assert found.metadata.title == "Prov"
    kinds = tags(root["/StructTreeRoot"])
    assert {"/H1", "/P"} <= set(kinds)
    text = found.pages[0].extract_text()
    assert "Åäö Łódź Київ" in text
    fonts = [font.get_object() for font in found.pages[0]["/Resources"]["/Font"].values()]
    assert fonts
    assert all("/FontFile2" in font["/DescendantFonts"][0]["/FontDescriptor"] for font in fonts)


@pytest.mark.parametrize(
    "asks",
    [
        '<img src="file:///etc/hostname" alt="x">',
        '<img src="http://localhost:1/x.png" alt="x">',
        '<img src="https://localhost:1/x.png" alt="x">',
        '<img src="data:image/svg+xml,%3Csvg xmlns=%22http://www.w3.org/2000/svg%22/%3E" alt="x">',
        '<img src="asset:portal/../../../etc/hostname" alt="x">',
        '<img src="asset:portal/portal.js" alt="x">',
        '<link rel="stylesheet" href="http://localhost:1/x.css">',
        '<style>@import url("file:///etc/hostname");</style>',
        '<style>@font-face{font-family:X;src:url("http://localhost:1/x.woff2")} p{font-family:X}</style>',
        '<style>p{background:url("ftp://localhost:1/x")}</style>',
        '<link rel="attachment" href="file:///etc/hostname">',
        '<svg width="9" height="9"><image href="file:///etc/hostname" width="9" height="9"/></svg>',
        '<base href="file:///etc/"><img src="hostname" alt="x">',
    ],
)
def test_nothing_but_our_own_files_is_fetched(warm: Press, asks: str) -> None:
    """Quality 10. Whoever asks for anything else gets no document at all."""
    with pytest.raises(NoDocument, match="gick inte att göra"):
        warm.print(PAGE.format(asks).encode(), Variant.READING, 10)
    assert warm.print(PAGE.format("").encode(), Variant.READING, 10).startswith(b"%PDF")


def test_our_own_mark_is_fetched(warm: Press) -> None:
    assert warm.print(PAGE.format('<img src="asset:portal/mark.svg" alt="Märke">').encode(), Variant.READING, 10)


def endless() -> bytes:
    rows = "".join(f"<tr><td>{i}</td><td>text</td><td>text</td></tr>" for i in range(20_000))
    return PAGE.format(f"<table>{rows}</table>").encode()


def test_a_document_that_takes_too_long_is_killed(press: Press) -> None:
    """Quality 10. The refusal says what to do, and the process is gone."""
    press.print(PAGE.format("").encode(), Variant.READING, 10)
    started = time.monotonic()
    with pytest.raises(NoDocument, match="tog för lång tid"):
        press.print(endless(), Variant.READING, 1)
    assert time.monotonic() - started < 3
    assert not press.alive


def test_a_document_that_eats_memory_is_killed() -> None:
    small = Press(255_000_000)
    with pytest.raises(NoDocument, match="för stort"):
        small.print(endless(), Variant.READING, 30)
    assert not small.alive


def test_after_a_killed_document_the_next_one_comes_out() -> None:
    with override_settings(PDF_TIME_LIMIT=0.5), pytest.raises(NoDocument):
        pdf.from_html(endless().decode(), Variant.READING)
    assert pdf.from_html(PAGE.format(""), Variant.READING).startswith(b"%PDF")


def test_too_much_html_is_refused_before_it_is_made() -> None:
    with pytest.raises(NoDocument, match="för stort"):
        pdf.from_html("x" * (pdf.LARGEST_HTML + 1), Variant.READING)


def test_a_waiting_document_is_told_that_many_are_made() -> None:
    presses = pdf.Presses()
    gone, may_go = threading.Event(), threading.Event()

    def hold() -> None:
        with presses.borrow(5):
            gone.set()
            may_go.wait(10)

    threads = [threading.Thread(target=hold) for _ in range(2)]
    with override_settings(PDF_RENDERERS=2):
        for thread in threads:
            thread.start()
        gone.wait(5)
        time.sleep(0.1)
        with pytest.raises(NoDocument, match="många dokument"), presses.borrow(0.1):
            pass
    may_go.set()
    for thread in threads:
        thread.join()
    with presses.borrow(1) as press:
        assert press.alive
    presses.close()


def test_the_process_knows_nothing_of_ours(warm: Press) -> None:
    """No password, no key, and no file of ours but the assets stands open."""
    with open(f"/proc/{warm.pid}/environ", "rb") as file:
        environ = file.read()
    for secret in (b"SECRET_KEY", b"AUDIT_KEY", b"DATABASE_URL", b"REDIS_URL"):
        assert secret not in environ
    assert os.environ["SECRET_KEY"].encode() not in environ
    links = [os.readlink(f"/proc/{warm.pid}/fd/{fd}") for fd in ("0", "1", "2")]
    assert links[2] == "/dev/null"
