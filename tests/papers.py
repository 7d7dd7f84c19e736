"""Helpers for tests of documents: a PDF as people and screen readers meet it."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

from pypdf import PdfReader

COST_WORDS = ("kostnad", "kostar", "kronor", " kr ", "betala", "avgift", "budget", "ersättning", "procent", "faktura")
"""What never stands in anything the person gets (SIP-13)."""


@dataclass(frozen=True)
class Paper:
    """A document that was read back."""

    text: str
    title: str
    language: str
    tagged: bool
    tags: list[str]
    metadata: str
    pages: int

    @property
    def is_readable(self) -> bool:
        """Tagged, titled, in Swedish, with a first heading, and marked as PDF/UA."""
        return self._whole and 'pdfuaid:part="1"' in self.metadata

    @property
    def is_for_filing(self) -> bool:
        return self._whole and 'pdfaid:part="2" pdfaid:conformance="A"' in self.metadata

    @property
    def _whole(self) -> bool:
        return self.tagged and bool(self.title) and self.language == "sv" and self.tags.count("/H1") == 1


def read_back(content: bytes) -> Paper:
    found = PdfReader(io.BytesIO(content))
    root: Any = found.trailer["/Root"]
    assert found.metadata is not None
    return Paper(
        text=" ".join(" ".join(page.extract_text() for page in found.pages).split()),
        title=found.metadata.title or "",
        language=str(root["/Lang"]),
        tagged=bool(root["/MarkInfo"]["/Marked"]),
        tags=tags(root["/StructTreeRoot"]),
        metadata=root["/Metadata"].get_data().decode(),
        pages=len(found.pages),
    )


def tags(node: Any) -> list[str]:
    """The kinds of all tags of a document, in reading order."""
    node = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(node, list):
        return [kind for child in node for kind in tags(child)]
    if not isinstance(node, dict):
        return []
    here = [str(node["/S"])] if "/S" in node else []
    return here + (tags(node["/K"]) if "/K" in node else [])
