"""Values that change when files do: how a restart knows that something has been done already."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path

from launcher.places import ROOT


def fingerprint(files: Iterable[Path], trees: Iterable[Path], *more: str) -> str:
    """Return a value for what the files say, for all names, sizes and times in the trees, and for the words given."""
    digest = hashlib.sha256()
    for path in files:
        digest.update(path.read_bytes())
    for tree in sorted(trees):
        for folder, directories, names in os.walk(tree):
            directories[:] = sorted(set(directories) - {"__pycache__"})
            for name in sorted(names):
                path = Path(folder, name)
                status = path.stat()
                digest.update(f"{path.relative_to(ROOT)} {status.st_size} {status.st_mtime_ns}\n".encode())
    digest.update("\n".join(more).encode())
    return digest.hexdigest()
