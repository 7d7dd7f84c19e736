"""Static files: gathered and compressed only when something in them has changed, so that a restart is quick."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from launcher.places import ROOT

FINGERPRINT = "static.fingerprint"


def fingerprint() -> str:
    """Return a value that changes whenever the gathered files may."""
    digest = hashlib.sha256()
    for lock in ("package-lock.json", "requirements.lock"):
        digest.update((ROOT / lock).read_bytes())
    digest.update((ROOT / "halland" / "settings.py").read_bytes())
    for directory in sorted([ROOT / "static", *ROOT.glob("*/static")]):
        for folder, _, names in sorted(os.walk(directory)):
            for name in sorted(names):
                path = Path(folder, name)
                status = path.stat()
                digest.update(f"{path.relative_to(ROOT)} {status.st_size} {status.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def is_gathered(data: Path, wanted: str) -> bool:
    """Say whether the files gathered in the data directory are those wanted now."""
    try:
        return (data / FINGERPRINT).read_text(encoding="utf-8") == wanted
    except OSError:
        return False


def mark_gathered(data: Path, value: str) -> None:
    """Remember what was gathered."""
    (data / FINGERPRINT).write_text(value, encoding="utf-8")
