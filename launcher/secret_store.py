"""Passwords and keys of one data directory: made once, kept in a file that only its owner can read."""

from __future__ import annotations

import json
import os
import secrets
from pathlib import Path

from launcher.console import Problem

NAMES = (
    "secret_key",
    "audit_key",
    "superuser_password",
    "owner_password",
    "app_password",
    "jobs_password",
    "redis_password",
)


def load_secrets(directory: Path) -> dict[str, str]:
    """Return the secrets of the data directory, making those that are missing."""
    path = directory / "secrets.json"
    try:
        known = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    except (ValueError, OSError):
        raise Problem(
            f"{path} går inte att läsa. Lägg tillbaka filen från en säkerhetskopia: utan den öppnas inte databasen."
        ) from None
    missing = [name for name in NAMES if name not in known]
    if missing:
        known.update({name: secrets.token_urlsafe(48 if name.endswith("key") else 24) for name in missing})
        _write_privately(path, json.dumps(known, indent=1) + "\n")
    return {name: str(known[name]) for name in NAMES}


def _write_privately(path: Path, text: str) -> None:
    """Replace the file in one step, so that a full disk or a crash leaves the old one whole."""
    draft = path.with_suffix(".new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as handle:
        handle.write(text)
        handle.flush()
        os.fsync(handle.fileno())
    draft.replace(path)
