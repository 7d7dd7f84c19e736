"""A deliverer for the drills, with a mail server that writes what it gets to a file and may kill the process then.

python -m tests.deliverer NOW FILE [--die]
"""

from __future__ import annotations

import argparse
import os
import signal
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import django
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


class Recorder(BaseEmailBackend):
    """Accepts every letter, one line each."""

    file: Path
    dies = False

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        with self.file.open("a") as lines:
            for letter in email_messages:
                lines.write(letter.extra_headers["Message-ID"] + "\n")
        if self.dies:
            os.kill(os.getpid(), signal.SIGKILL)
        return len(email_messages)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("now", type=datetime.fromisoformat)
    parser.add_argument("file", type=Path)
    parser.add_argument("--die", action="store_true", help="after the first letter, before it is marked")
    options = parser.parse_args()
    django.setup()
    from django.conf import settings

    from core.outbox import deliver_due

    settings.EMAIL_BACKEND = "tests.deliverer.Recorder"
    # This module is loaded twice: as the program, and as the mail backend by its name.
    from tests import deliverer

    deliverer.Recorder.file, deliverer.Recorder.dies = options.file, options.die
    while deliver_due(options.now):
        pass


if __name__ == "__main__":
    main()
