"""Static files: gathered and compressed only when something in them has changed, so that a restart is quick."""

from __future__ import annotations

from pathlib import Path

from launcher import fingerprints
from launcher.places import ROOT

FINGERPRINT = "static.fingerprint"


def fingerprint() -> str:
    """Return a value that changes whenever the gathered files may."""
    files = [ROOT / "package-lock.json", ROOT / "requirements.lock", ROOT / "halland" / "settings.py"]
    return fingerprints.fingerprint(files, [ROOT / "static", *ROOT.glob("*/static")])


def is_gathered(data: Path, wanted: str) -> bool:
    """Say whether the files gathered in the data directory are those wanted now."""
    try:
        return (data / FINGERPRINT).read_text(encoding="utf-8") == wanted
    except OSError:
        return False


def mark_gathered(data: Path, value: str) -> None:
    """Remember what was gathered."""
    (data / FINGERPRINT).write_text(value, encoding="utf-8")
