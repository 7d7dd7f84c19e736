"""What must hold before anything is started. Each check raises `Problem` with a line that says what to do."""

from __future__ import annotations

import errno
import fcntl
import os
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import IO

from launcher.console import Problem

MEGABYTE = 1024 * 1024


def chosen_port(environ: Mapping[str, str]) -> int:
    """Return the port that `PORT` asks for, 8000 when it says nothing."""
    text = environ.get("PORT") or "8000"
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise Problem(f"PORT={text} är inget portnummer. Ange ett tal mellan 1 och 65535, till exempel PORT=8001.")
    return int(text)


def check_port_is_free(port: int) -> None:
    """Raise `Problem` unless the portal can listen on the port."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError:
            raise Problem(
                f"Port {port} får bara användas av root. Välj en port över 1023: PORT=8000 ./portal up"
            ) from None
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
            other = port + 1 if port < 65535 else 8000
            raise Problem(
                f"Port {port} används redan av ett annat program. Välj en annan: PORT={other} ./portal up"
            ) from None


def free_port() -> int:
    """Return a port on the loopback address that nothing listens on now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def check_disk(directory: Path, megabytes: int) -> None:
    """Raise `Problem` unless the file system that holds (or will hold) the directory has this much room left."""
    existing = next(place for place in (directory, *directory.parents) if place.exists())
    status = os.statvfs(existing)
    left = status.f_bavail * status.f_frsize // MEGABYTE
    if left < megabytes:
        raise Problem(
            f"Disken är full: {directory} behöver {megabytes} MB men bara {left} MB är ledigt."
            " Frigör utrymme, eller peka ut en annan disk med PORTAL_DATA."
        )
    if status.f_files and status.f_favail < 5_000:
        raise Problem(f"Disken med {directory} har nästan slut på filplatser (inoder). Ta bort filer och försök igen.")


def make_data_dir(directory: Path) -> None:
    """Create the data directory where it is missing, and check that this user may write in it."""
    try:
        directory.mkdir(mode=0o711, parents=True, exist_ok=True)
    except OSError as error:
        raise Problem(
            f"Datakatalogen {directory} kan inte skapas ({error.strerror}). Ange en annan med PORTAL_DATA."
        ) from None
    if not os.access(directory, os.W_OK | os.X_OK):
        raise Problem(
            f"Du får inte skriva i {directory}. Ange en annan katalog med PORTAL_DATA, eller starta som den användare"
            " som äger den."
        )


def lock_data_dir(directory: Path) -> IO[str]:
    """Take the data directory for this process. The lock goes with the returned file, whatever way the process ends."""
    handle = (directory / "portal.lock").open("a+")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        handle.seek(0)
        owner = handle.read().strip() or "okänd"
        handle.close()
        raise Problem(
            f"Portalen körs redan med datakatalogen {directory} (process {owner})."
            " Stoppa den med Ctrl-C, eller ange en annan katalog med PORTAL_DATA och en annan port med PORT."
        ) from None
    handle.truncate(0)
    handle.write(f"{os.getpid()}\n")
    handle.flush()
    return handle
