"""The launcher's children: started, heard, watched, restarted and stopped in order, by one thread."""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from launcher.console import Problem, say
from launcher.places import ROOT
from launcher.service_account import ServiceAccount
from launcher.tether import tethered

CRASHES_ALLOWED = 5
CRASH_WINDOW_SECONDS = 60.0


class Stopped(Exception):
    """The person asked the launcher to stop while it waited for something."""


@dataclass
class Service:
    """A command to keep running."""

    name: str
    command: Sequence[str]
    environ: Mapping[str, str]
    account: ServiceAccount = field(default_factory=ServiceAccount)
    stop_signal: signal.Signals = signal.SIGTERM
    death_signal: signal.Signals = signal.SIGKILL
    grace_seconds: float = 15.0
    foundation: bool = False  # The others stand on it, so it stops after them.
    log_file: Path | None = None
    crashes: list[float] = field(default_factory=list)
    start_again_at: float | None = None

    @property
    def where_to_look(self) -> str:
        """Return where the service says what went wrong."""
        return f"Se {self.log_file}." if self.log_file else "Se raderna ovanför."


class Supervisor:
    """Owns the child processes. Every method runs in the launcher's only thread."""

    def __init__(self) -> None:
        self.stop_requests = 0
        self._selector = selectors.DefaultSelector()
        self._running: dict[str, tuple[Service, subprocess.Popen[bytes]]] = {}

    def __enter__(self) -> Self:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._ask_to_stop)
        return self

    def __exit__(self, *_: object) -> None:
        self.stop_all()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_DFL)
        self._selector.close()

    def start(self, service: Service) -> None:
        """Start a service and keep it running until `stop_all`."""
        self._running[service.name] = (service, self._launch(service))

    def run(self, service: Service) -> int:
        """Run a command to its end while the others are heard. Return its exit code; raise `Stopped` when asked to."""
        self.start(service)
        return self.finish(service.name)

    def finish(self, name: str) -> int:
        """Wait for a started command to end by itself, and return its exit code."""
        service, process = self._running[name]
        try:
            while process.poll() is None:
                self._listen(0.1)
                self._raise_if_stopped()
            self._drain()
            return process.returncode
        finally:
            if process.poll() is None:
                process.send_signal(service.stop_signal)
                self._await_end(service, process)
            self._running.pop(name, None)

    def run_attached(self, command: Sequence[str], environ: Mapping[str, str]) -> int:
        """Run a command that has the terminal to itself, while the services are heard. Return its exit code."""
        process = subprocess.Popen(list(command), cwd=ROOT, env=dict(environ), preexec_fn=tethered())
        while process.poll() is None:
            self._listen(0.1)
            if self.stop_requests and process.poll() is None:
                process.send_signal(signal.SIGINT)
                try:
                    process.wait(10)
                except subprocess.TimeoutExpired:
                    process.kill()
                raise Stopped
        self._drain()
        return process.returncode

    def wait_for(self, ready: Callable[[], bool], seconds: float, name: str) -> None:
        """Wait until `ready` answers true. Raises `Problem` when time is up or the service has ended."""
        service, process = self._running[name]
        deadline = time.monotonic() + seconds
        while not ready():
            self._listen(0.05)
            time.sleep(0.05)  # Output must not make us ask more often.
            self._raise_if_stopped()
            if process.poll() is not None:
                self._drain()
                raise Problem(f"{service.name} avslutades direkt (kod {process.returncode}). {service.where_to_look}")
            if time.monotonic() > deadline:
                raise Problem(f"{service.name} svarar inte efter {seconds:.0f} sekunder. {service.where_to_look}")
        self._drain()

    def watch(self) -> None:
        """Hear the services and restart those that end, until somebody asks to stop."""
        while not self.stop_requests:
            self._listen(0.25)
            self._restart_ended()

    def stop_all(self) -> None:
        """Stop the services side by side, then those they stand on. A second request to stop kills what is left."""
        for foundation in (False, True):
            chosen = [
                (service, process) for service, process in self._running.values() if service.foundation == foundation
            ]
            for service, process in chosen:
                if process.poll() is None:
                    process.send_signal(service.stop_signal)
            for service, process in chosen:
                self._await_end(service, process)
        self._running.clear()

    def _launch(self, service: Service) -> subprocess.Popen[bytes]:
        arguments: dict[str, Any] = service.account.popen_arguments
        process = subprocess.Popen(
            list(service.command),
            cwd=ROOT if service.account.uid is None else "/",
            env=dict(service.environ),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            # A session of its own: Ctrl-C in the terminal reaches the launcher alone, which then stops in order.
            start_new_session=True,
            preexec_fn=tethered(service.death_signal),
            **arguments,
        )
        assert process.stdout is not None
        os.set_blocking(process.stdout.fileno(), False)
        self._selector.register(process.stdout, selectors.EVENT_READ, _Lines(service.name))
        return process

    def _drain(self) -> None:
        """Hear everything that has been written so far."""
        while self._listen(0):
            pass

    def _listen(self, seconds: float) -> bool:
        """Hear what is there, waiting this long for something. Say whether there was anything."""
        ready = self._selector.select(seconds)
        for key, _ in ready:
            try:
                chunk = os.read(key.fd, 65536)
            except BlockingIOError:
                continue
            key.data.add(chunk)
            if not chunk:
                self._selector.unregister(key.fileobj)
                key.fileobj.close()  # type: ignore[union-attr]
        return bool(ready)

    def _restart_ended(self) -> None:
        now = time.monotonic()
        for name, (service, process) in list(self._running.items()):
            if service.start_again_at is None and process.poll() is not None:
                service.crashes = [at for at in service.crashes if now - at < CRASH_WINDOW_SECONDS] + [now]
                if len(service.crashes) > CRASHES_ALLOWED:
                    raise Problem(f"{name} kraschar gång på gång (kod {process.returncode}). {service.where_to_look}")
                say(f"{name} avslutades (kod {process.returncode}) och startas igen.")
                service.start_again_at = now + len(service.crashes) - 0.5
            elif service.start_again_at is not None and now >= service.start_again_at:
                service.start_again_at = None
                self._running[name] = (service, self._launch(service))

    def _await_end(self, service: Service, process: subprocess.Popen[bytes]) -> None:
        """Give a service that was asked to stop its time, then make sure that nothing of it is left."""
        asked_before = self.stop_requests
        deadline = time.monotonic() + service.grace_seconds
        while process.poll() is None and time.monotonic() < deadline and self.stop_requests <= max(asked_before, 1):
            self._listen(0.05)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # Whatever is left of its session; usually nothing.
        process.wait()
        self._drain()

    def _raise_if_stopped(self) -> None:
        if self.stop_requests:
            raise Stopped

    def _ask_to_stop(self, *_: object) -> None:
        self.stop_requests += 1


class _Lines:
    """Gathers a child's output to whole lines and says them."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.rest = b""

    def add(self, chunk: bytes) -> None:
        """Take what the child wrote; an empty chunk is the end."""
        *lines, self.rest = (self.rest + chunk).split(b"\n")
        if not chunk and self.rest:
            lines, self.rest = [self.rest], b""
        for line in lines:
            say(line.decode("utf-8", "replace").rstrip(), self.name)
