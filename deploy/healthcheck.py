"""Health checks of the containers: exit code 0 when the part answers.

python deploy/healthcheck.py web | worker | beat
"""

from __future__ import annotations

import os
import socket
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

BEAT_SCHEDULE = "celerybeat-schedule"
BEAT_SILENT_SECONDS = 600


def web() -> bool:
    """Ask the web process itself. That background jobs are late (503) is no fault of this container."""
    host = os.environ["ALLOWED_HOSTS"].split(",")[0].strip()
    request = urllib.request.Request("http://127.0.0.1:8000/halsa/", headers={"Host": host})
    try:
        urllib.request.urlopen(request, timeout=5).close()
    except urllib.error.HTTPError as error:
        return error.code == 503
    except OSError:
        return False
    return True


def worker() -> bool:
    """Ask this container's worker through the broker."""
    from halland.celery import app

    return bool(app.control.inspect(destination=[f"celery@{socket.gethostname()}"], timeout=5).ping())


def beat() -> bool:
    """Beat writes its schedule down every few minutes."""
    written = [path.stat().st_mtime for path in Path("/tmp").glob(f"{BEAT_SCHEDULE}*")]  # noqa: S108
    return bool(written) and time.time() - max(written) < BEAT_SILENT_SECONDS


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    sys.exit(0 if {"web": web, "worker": worker, "beat": beat}[sys.argv[1]]() else 1)
