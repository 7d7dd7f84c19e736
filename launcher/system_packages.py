"""System packages: installed through apt where this user may, else the command to run is said."""

from __future__ import annotations

import ctypes
import functools
import os
import shutil
import subprocess

from launcher.console import say

# WeasyPrint loads these when a PDF is made. Values: the Debian and Ubuntu packages that bring them.
PDF_LIBRARIES = {
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libharfbuzz.so.0": "libharfbuzz0b",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
}
# The first has no windows to draw and takes a third less time; Debian has it, Ubuntu hasn't.
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")


def command(packages: list[str]) -> str:
    """Return the line a person runs to install the packages."""
    return f"sudo apt-get update && sudo apt-get install -y {' '.join(packages)}"


def install(packages: list[str], purpose: str) -> bool:
    """Install the packages where this user may, and say whether they were installed."""
    prefix = _privilege()
    if prefix is None or shutil.which("apt-get") is None:
        return False
    say(f"Installerar {purpose} med apt …")
    environ = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    # Not tethered to the launcher: a package manager killed half-way leaves the whole machine in disorder.
    update = [*prefix, "apt-get", "-q", "update"]
    add = [*prefix, "apt-get", "-q", "install", "-y", "--no-install-recommends", *packages]
    subprocess.run(update, capture_output=True, env=environ, stdin=subprocess.DEVNULL)  # A stale list may still do.
    return subprocess.run(add, capture_output=True, env=environ, stdin=subprocess.DEVNULL).returncode == 0


def ensure_pdf_libraries() -> None:
    """Make sure WeasyPrint can load what it needs. Where that is not allowed, say the command and go on."""
    missing = [package for library, package in PDF_LIBRARIES.items() if not _loads(library)]
    if missing and not install(missing, "systembibliotek för PDF"):
        say(f"PDF-dokument fungerar inte förrän systembibliotek är installerade. Kör: {command(missing)}")


def find_browser() -> str | None:
    """Return the path of a Chromium that the browser tests can drive."""
    return os.environ.get("CHROMIUM") or next((found for name in BROWSERS if (found := shutil.which(name))), None)


def ensure_browser() -> str | None:
    """Return the browser of the tests, installing it where that is allowed."""
    # Ubuntu's package of this name is a snap wrapper, which does not run everywhere; a working binary is what counts.
    for package in BROWSERS[:2]:
        if find_browser() is None:
            install([package], "webbläsaren Chromium för testerna")
    return find_browser()


@functools.cache
def _privilege() -> tuple[str, ...] | None:
    """Return what to put before a command to run it as root, or None where that is not possible unasked."""
    if os.geteuid() == 0:
        return ()
    if shutil.which("sudo") and subprocess.run(["sudo", "-n", "true"], capture_output=True).returncode == 0:
        return ("sudo", "-n", "--preserve-env=DEBIAN_FRONTEND")
    return None


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True
