"""Ties a child process to the launcher: when the launcher dies, however it dies, the kernel signals the child."""

from __future__ import annotations

import ctypes
import os
import signal
from collections.abc import Callable

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


def tethered(death_signal: signal.Signals = signal.SIGKILL) -> Callable[[], None]:
    """Return a `preexec_fn` that makes the kernel send `death_signal` to the child when this process is gone.

    The launcher has no threads, so running Python between fork and exec is safe here.
    """
    parent = os.getpid()

    def tie() -> None:
        if _libc.prctl(PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0) != 0:
            raise OSError(ctypes.get_errno(), "prctl")
        if os.getppid() != parent:
            os.kill(os.getpid(), signal.SIGKILL)  # The launcher died between fork and prctl: nobody will tell us.

    return tie
