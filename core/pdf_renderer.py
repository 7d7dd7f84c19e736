"""The process that turns HTML into PDF: started by `core.pdf`, kept warm, killed when a document loops or grows.

It knows nothing of the portal: no settings, no database, no secrets. It reads a request from its standard input and
writes the answer to its standard output until the portal's end closes. A request is a line of JSON and as many bytes of
HTML as it says; an answer is a line of JSON and as many bytes of PDF.

Nothing is fetched but the files named at the start, as `asset:name`. Anything else a document asks for ends it: texts
from people are always escaped, so such a request would be a defect of ours or somebody's attempt.
"""

from __future__ import annotations

import gc
import json
import logging
import os
import resource
import sys
from pathlib import Path
from typing import Any, BinaryIO

from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

SCHEME = "asset:"
MEDIA_TYPES = {".css": "text/css", ".svg": "image/svg+xml", ".woff2": "font/woff2"}


class OwnFiles(URLFetcher):
    """Gives the files it was told of, from memory, and nothing else whatever the address."""

    def __init__(self, assets: dict[str, str]) -> None:
        super().__init__(allowed_protocols=[SCHEME.removesuffix(":")], allow_redirects=False, fail_on_errors=True)
        self.was_refused = False
        self._files = {SCHEME + name: (Path(path), Path(path).read_bytes()) for name, path in assets.items()}

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        found = self._files.get(url)
        if found is None:
            self.was_refused = True
            raise FatalURLFetchingError("not one of our own files")
        path, content = found
        return URLFetcherResponse(url, content, {"Content-Type": MEDIA_TYPES[path.suffix]})


class Press:
    """WeasyPrint with fonts loaded and style sheets parsed once."""

    def __init__(self, assets: dict[str, str]) -> None:
        self._fetcher = OwnFiles(assets)
        self._fonts = FontConfiguration()
        self._styles = [
            CSS(url=SCHEME + name, url_fetcher=self._fetcher, font_config=self._fonts)
            for name in assets
            if name.endswith(".css")
        ]

    def print(self, html: str, variant: str) -> bytes:
        self._fetcher.was_refused = False
        document = HTML(string=html, base_url=SCHEME, url_fetcher=self._fetcher)
        made: bytes = document.write_pdf(
            stylesheets=self._styles, font_config=self._fonts, pdf_variant=variant, pdf_tags=True
        )
        if self._fetcher.was_refused:  # Inside a drawing WeasyPrint passes over every error.
            raise FatalURLFetchingError("not one of our own files")
        return made


def serve(requests: BinaryIO, answers: BinaryIO, press: Press) -> None:
    """Answer requests until there are no more. Only the kind of a failure is told: its text may quote the document."""
    while line := requests.readline():
        asked = json.loads(line)
        html = requests.read(asked["size"]).decode()
        try:
            made, failure = press.print(html, asked["variant"]), ""
        except MemoryError:
            made, failure = b"", "memory"
        except FatalURLFetchingError:
            made, failure = b"", "foreign"
        except Exception as error:  # Whatever is wrong with one document, the next one must come out.
            made, failure = b"", type(error).__name__
        answers.write(json.dumps({"size": len(made), "failure": failure}).encode() + b"\n" + made)
        answers.flush()
        gc.collect()  # While nobody waits.


def main() -> None:
    """Arguments: the bytes of memory that may be used, and the files as JSON, name → path."""
    memory, assets = int(sys.argv[1]), json.loads(sys.argv[2])
    # Whatever a library prints must not end up among the answers, nor a quoted text in a log.
    answers = os.fdopen(os.dup(1), "wb")
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    for name in ("weasyprint", "fontTools"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    press = Press(assets)
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # A document is made of many small things that all live until it is done: looking for garbage meanwhile finds none.
    gc.collect()
    gc.freeze()
    gc.disable()
    serve(sys.stdin.buffer, answers, press)


if __name__ == "__main__":
    main()
