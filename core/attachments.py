"""What may be attached: type by content, not by name, and nothing that can run; and how a file is given back."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse

from core.authz import Refused
from core.documents import as_file

LARGEST = 5_000_000
MOST = 10
ENDINGS = {
    "application/pdf": (".pdf",),
    "image/png": (".png",),
    "image/jpeg": (".jpg", ".jpeg"),
    "text/plain": (".txt",),
}
ALLOWED = "PDF, PNG, JPEG eller ren text"
_ACTIVE_IN_PDF = (b"/JavaScript", b"/JS", b"/Launch", b"/EmbeddedFile", b"/RichMedia", b"/XFA", b"/OpenAction")


@dataclass(frozen=True, slots=True)
class Checked:
    """A file that may be kept: its plain name, and the type that its content shows."""

    name: str
    media_type: str
    content: bytes

    @property
    def digest(self) -> str:
        """SHA-256 in hex: the same file twice is one."""
        return hashlib.sha256(self.content).hexdigest()

    def columns(self) -> dict[str, Any]:
        """As `core.models.StoredFile` keeps it."""
        return {
            "name": self.name, "media_type": self.media_type, "size": len(self.content), "digest": self.digest,
            "content": self.content,
        }  # fmt: skip


def check(name: str, content: bytes) -> Checked:
    """Return the file as it may be kept. Raises `Refused` with how to mend it."""
    if not content:
        raise Refused("Filen är tom.", field="file")
    if len(content) > LARGEST:
        raise Refused("Filen är för stor. Den får vara högst 5 MB.", field="file")
    found = _type_of(content)
    if found is None:
        raise Refused(f"Filen går inte att ta emot. Bifoga {ALLOWED}.", field="file")
    plain = _plain(name)
    if not plain.casefold().endswith(ENDINGS[found]):
        raise Refused("Filens namn säger en sak och innehållet en annan. Spara om filen och försök igen.", field="file")
    if found == "application/pdf" and _is_active(content):
        raise Refused(
            "Dokumentet innehåller något som kan köras. Skriv ut det som en ny PDF och bifoga den.", field="file"
        )
    return Checked(plain, found, content)


def as_download(content: bytes, name: str, media_type: str) -> HttpResponse:
    """The file as a download, never as a page of ours. Its own name may tell whom it is about, so it goes without."""
    ending = name.rpartition(".")[2]
    answer = as_file(content, f"bilaga.{ending}" if ending.isalnum() else "bilaga", media_type=media_type)
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _type_of(content: bytes) -> str | None:
    if content.startswith(b"%PDF-"):
        return "application/pdf"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    return "text/plain" if _is_text(content) else None


def _is_text(content: bytes) -> bool:
    if b"\x00" in content or content.startswith((b"MZ", b"#!", b"\x7fELF", b"PK")):
        return False
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    return not re.search(r"<\s*(?:script|html|svg|\?xml|!doctype)", text, re.IGNORECASE)


def _is_active(content: bytes) -> bool:
    # A name in a PDF may be written with codes (#4A for J): undone before looking.
    plain = re.sub(rb"#([0-9A-Fa-f]{2})", lambda match: bytes([int(match[1], 16)]), content)
    return any(re.search(re.escape(word) + rb"(?![A-Za-z])", plain) for word in _ACTIVE_IN_PDF)


def _plain(name: str) -> str:
    """The last part of the name without signs that mean something to a file system or a header."""
    last = re.split(r"[\\/]", name)[-1]
    kept = re.sub(r"[^\w .,()-]", "", last).strip(" .")
    stem, dot, ending = kept.rpartition(".")
    return f"{(stem or 'bilaga')[:100]}{dot}{ending[:10]}"
