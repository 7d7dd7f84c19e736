"""Front-end packages: installed by npm from the lock file, never kept in the repository."""

from __future__ import annotations

import os
import shutil
import subprocess

from launcher.checks import check_disk
from launcher.console import Problem, say
from launcher.environment import checksum, ensure_environment
from launcher.places import NODE_MODULES, ROOT, VENV
from launcher.tether import tethered

MARKER = NODE_MODULES / ".portal-assets"
OLDEST_NPM = 7  # The first that reads our lock file's version.
NEEDED_MEGABYTES = 200


def ensure_assets() -> None:
    """Make sure `node_modules` holds exactly what the lock file names."""
    wanted = checksum(ROOT / "package-lock.json")
    try:
        if MARKER.read_text(encoding="utf-8").strip() == wanted:
            return
    except OSError:
        pass  # Missing or half made: install.
    check_disk(NODE_MODULES, NEEDED_MEGABYTES)
    environ = dict(os.environ)
    if not _usable_npm():
        # A machine without Node gets it from a wheel, inside the virtual environment.
        ensure_environment("node")
        environ["PATH"] = f"{VENV / 'bin'}{os.pathsep}{environ.get('PATH', os.defpath)}"
    say("Hämtar webbsidornas komponenter …")
    run = subprocess.run(
        ["npm", "ci", "--loglevel=error"], cwd=ROOT, env=environ, capture_output=True, text=True, preexec_fn=tethered()
    )
    if run.returncode != 0:
        lines = [line for line in (run.stderr or run.stdout).splitlines() if line.strip()] or ["okänt fel"]
        raise Problem(f"Webbsidornas komponenter kunde inte installeras: {lines[0].strip()} – kör ./portal setup igen.")
    MARKER.write_text(wanted + "\n", encoding="utf-8")


def _usable_npm() -> bool:
    if shutil.which("npm") is None or shutil.which("node") is None:
        return False
    version = subprocess.run(["npm", "--version"], cwd=ROOT, capture_output=True, text=True).stdout.strip()
    major = version.partition(".")[0]
    return major.isdecimal() and int(major) >= OLDEST_NPM
