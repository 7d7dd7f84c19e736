"""Where things lie."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
VENV_PYTHON = VENV / "bin" / "python"
NODE_MODULES = ROOT / "node_modules"


def data_dir() -> Path:
    """Return the directory of everything that must outlive a restart: `PORTAL_DATA`, or `var` in the project."""
    return Path(os.environ.get("PORTAL_DATA") or ROOT / "var").expanduser().absolute()
