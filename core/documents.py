"""A document that leaves the portal on paper or as a file: what stands on each page, and how it is answered.

It is made when somebody asks and never kept here: whoever asks again is checked again (IND-8).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.http import HttpResponse

from core import pdf
from core.pdf import Variant

PDF_TYPE = "application/pdf"


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One document as it is asked for. `kind` names it in code and in the read log, never a person.

    `reference` is the matter's number, `version` that of what it tells, if that has versions.
    """

    kind: str
    title: str
    template: str
    reference: str
    unit_name: str
    huvudman_name: str
    made_at: datetime
    version: int | None = None
    variant: Variant = Variant.READING
    large: bool = False

    @property
    def filename(self) -> str:
        """Nothing about the person: a name of a file ends up in logs and mails."""
        parts = [self.reference, self.kind.replace("_", "-"), f"v{self.version}" if self.version else ""]
        parts += ["stor-text" if self.large else "", "arkiv" if self.variant == Variant.FILING else ""]
        return "-".join(filter(None, parts)).lower() + ".pdf"

    def html(self, context: Mapping[str, Any]) -> str:
        """The filled template."""
        return pdf.html_of(
            self.template, {**context, "document": self, "demonstration": settings.DEMO}, large=self.large
        )

    def print(self, context: Mapping[str, Any]) -> bytes:
        """The document as PDF. Raises `core.pdf.NoDocument` with a reason in words."""
        return pdf.from_html(self.html(context), self.variant)


def digest(content: bytes) -> str:
    """The fingerprint by which a file can be recognised later."""
    return sha256(content).hexdigest()


def as_file(content: bytes, filename: str, *, media_type: str = PDF_TYPE, download: bool = True) -> HttpResponse:
    """Answer with a file that no browser or proxy keeps."""
    disposition = "attachment" if download else "inline"
    return HttpResponse(
        content,
        content_type=media_type,
        headers={
            "Content-Disposition": f'{disposition}; filename="{filename}"',
            "Cache-Control": "no-store, private",
        },
    )
