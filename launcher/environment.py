"""The virtual environment, made from the lock files and known by its marker.

The marker is written last and removed first, so an environment without one is half made and is made again.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from launcher import system_packages
from launcher.checks import check_disk
from launcher.console import Problem, say
from launcher.places import ROOT, VENV, VENV_PYTHON
from launcher.tether import tethered

MARKER = VENV / "portal-environment.json"
LOCKS = {
    "runtime": "requirements.lock",
    "local": "requirements-local.lock",
    "dev": "requirements-dev.lock",
    "node": "requirements-node.lock",
}
# The development lock holds everything of these, in the same versions.
IN_DEV = ("runtime", "local")
NEEDED_MEGABYTES = 900


def checksum(path: Path) -> str:
    """Return the fingerprint of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def read_marker(path: Path = MARKER) -> dict[str, str]:
    """Return what the environment was made from; empty when it is missing, half made or unreadable."""
    try:
        marker = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(key): str(value) for key, value in marker.items()} if isinstance(marker, dict) else {}


def interpreter_identity() -> dict[str, str]:
    """Return what an environment is bound to: it works only with this Python and at this place."""
    return {"python": sys.version.split()[0], "place": str(ROOT)}


def is_stale(marker: dict[str, str], identity: dict[str, str]) -> bool:
    """Say whether an environment has to be made anew, rather than only topped up."""
    if marker.get("place") != identity["place"]:
        return True
    # A bugfix release of the same Python keeps the environment; the running one may also be the environment's own.
    return marker.get("python", "").split(".")[:2] != identity["python"].split(".")[:2]


def ensure_environment(*kinds: str) -> None:
    """Make sure that the virtual environment holds the packages of these locks (names in `LOCKS`)."""
    with _one_at_a_time():
        wanted = {kind: checksum(ROOT / LOCKS[kind]) for kind in kinds}
        marker = read_marker()
        if is_stale(marker, interpreter_identity()) or not _runs():
            _make_empty()
            marker = interpreter_identity()
        missing = [kind for kind in kinds if marker.get(kind) != wanted[kind]]
        if "dev" in missing:
            missing = [kind for kind in missing if kind not in IN_DEV]
            wanted.update({kind: checksum(ROOT / LOCKS[kind]) for kind in IN_DEV})
            marker.update({kind: wanted[kind] for kind in IN_DEV})
        for kind in missing:
            check_disk(VENV, NEEDED_MEGABYTES)
            MARKER.unlink(missing_ok=True)
            _install(LOCKS[kind])
            marker[kind] = wanted[kind]
        if missing:
            MARKER.write_text(json.dumps(marker, indent=1) + "\n", encoding="utf-8")


def enter_environment(arguments: list[str]) -> None:
    """Replace this process with the same command run by the environment's Python, unless it already is."""
    if Path(sys.prefix).resolve() != VENV.resolve():
        sys.stdout.flush()
        os.execv(VENV_PYTHON, [str(VENV_PYTHON), "-m", "launcher", *arguments])


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Keep two commands in the same clone from building the environment at once."""
    descriptor = os.open(ROOT, os.O_RDONLY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Väntar på att ett annat portal-kommando blir klart med miljön …")
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _runs() -> bool:
    try:
        return subprocess.run([VENV_PYTHON, "-c", ""], capture_output=True).returncode == 0
    except OSError:
        return False


def _make_empty() -> None:
    if VENV.exists():
        say("Python-miljön i .venv är ofullständig eller gjord för något annat. Gör om den.")
        shutil.rmtree(VENV, ignore_errors=True)
    check_disk(VENV, NEEDED_MEGABYTES)
    _ensure_venv_module()
    made = subprocess.run(
        [_base_python(), "-m", "venv", str(VENV)], capture_output=True, text=True, preexec_fn=tethered()
    )
    if made.returncode != 0:
        raise Problem(f"Python-miljön kunde inte skapas: {_last_line(made.stdout + made.stderr)}")


def _base_python() -> str:
    """Return the Python outside any environment, so that an environment never stands on another one."""
    name = f"python{sys.version_info.major}.{sys.version_info.minor}"
    candidate = Path(sys.base_prefix) / "bin" / name
    return str(candidate) if candidate.exists() else sys.executable


def _ensure_venv_module() -> None:
    """Debian keeps `ensurepip` in a package of its own."""
    if subprocess.run([_base_python(), "-c", "import ensurepip, venv"], capture_output=True).returncode == 0:
        return
    package = f"python{sysconfig.get_python_version()}-venv"
    if not system_packages.install([package], "Pythons modul för virtuella miljöer"):
        raise Problem(
            f"Pythons modul för virtuella miljöer saknas. Kör: {system_packages.command([package])}"
            " och sedan samma portal-kommando igen."
        )


def _install(lock: str) -> None:
    say(f"Hämtar Python-paketen i {lock} (en till två minuter första gången) …")
    # Python compiles what is imported, when it first is: to compile all that is installed takes half as long again.
    options = ["--require-hashes", "--no-deps", "--no-input", "--no-compile", "-r", str(ROOT / lock)]
    command = [str(VENV_PYTHON), "-m", "pip", "install", *options]
    environ = {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_PROGRESS_BAR": "off"}
    run = subprocess.run(command, capture_output=True, text=True, env=environ, preexec_fn=tethered())
    if run.returncode != 0:
        raise Problem(
            f"Python-paketen kunde inte installeras: {_last_line(run.stderr or run.stdout)}"
            " – kontrollera nätet och diskutrymmet och kör kommandot igen."
        )


def _last_line(output: str) -> str:
    lines = [line for line in output.splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith("ERROR")]
    return (errors or lines or ["okänt fel"])[-1].strip()
