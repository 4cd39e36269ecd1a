"""Starts the processes of a development machine in order, watches them, and stops them in the opposite order."""

import contextlib
import http.client
import signal
import socket
import subprocess
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from engine import processes

_PAUSE = 0.1
_HOST = "127.0.0.1"
_STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

IsReady = Callable[[], bool]


class CannotStart(Exception):
    """Something outside the product is in the way; the message is one sentence that says what to do."""


@dataclass(frozen=True, kw_only=True)
class Child:
    """A process to start: a service that runs until it is stopped, or with `once` a step that ends by itself.

    The next one starts when `is_ready` says so (a service without it is ready at once; see `answers_http` and
    `answers_tcp`), or when the step ended with exit code 0.
    """

    name: str
    argv: Sequence[str]
    env: Mapping[str, str] = field(default_factory=dict)
    is_ready: IsReady = lambda: True
    ready_within_seconds: float = 60.0
    once: bool = False


def check_port_free(port: int, *, setting: str) -> None:
    """Raise CannotStart when something listens on this port of the loopback interface; `setting` chooses another."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((_HOST, port))
        except OSError:
            raise CannotStart(
                f"Port {port} is in use, maybe by an earlier run: stop that, or choose another port with {setting}."
            ) from None


def check_writable(folder: Path, *, setting: str) -> None:
    """Make `folder` when it is missing; raise CannotStart when nothing can be written there. `setting` chooses
    another."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError:
        raise CannotStart(
            f"The folder {folder} cannot be written: change its owner or permissions, or choose another with {setting}."
        ) from None


def answers_http(url: str) -> IsReady:
    """A readiness check: `url`, on this machine, answers with a success. Proxy settings do not matter."""
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def ask() -> bool:
        with contextlib.suppress(OSError, http.client.HTTPException), direct.open(url, timeout=1):
            return True
        return False

    return ask


def answers_tcp(port: int) -> IsReady:
    """A readiness check: something accepts connections on this port of the loopback interface."""

    def ask() -> bool:
        with contextlib.suppress(OSError), socket.create_connection((_HOST, port), timeout=1):
            return True
        return False

    return ask


def supervise(
    children: Sequence[Child],
    *,
    logs: Path,
    say: Callable[[str], None] = print,
    when_running: Callable[[], None] = lambda: None,
) -> int:
    """Start the children one by one, then wait; return the exit code. To be called in the main thread.

    0: SIGINT, SIGTERM or SIGHUP asked to stop. 1: a child ended by itself or did not get ready; `say` told which
    and where its output is (`logs`/NAME.log). Either way every child has ended at return. `when_running` is called
    once, when all services run. A child never outlives this process, not even after SIGKILL (on Linux).
    """
    return _Supervisor(logs=logs, say=say).run(children, when_running)


class _Stopped(Exception):
    """A signal asked to stop."""


class _ChildFailed(Exception):
    """A child ended or did not get ready; the message names it."""


@dataclass
class _Supervisor:
    logs: Path
    say: Callable[[str], None]
    _running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    _stop: threading.Event = field(default_factory=threading.Event)

    def run(self, children: Sequence[Child], when_running: Callable[[], None]) -> int:
        with self._signals():
            try:
                for child in children:
                    self._bring_up(child)
                when_running()
                while True:
                    self._look_around()
            except _Stopped:
                return 0
            except _ChildFailed as failure:
                self.say(str(failure))
                return 1
            finally:
                self._stop_all()

    def _bring_up(self, child: Child) -> None:
        began = time.monotonic()
        process = processes.start(child.argv, log=self._log_of(child.name), env=child.env)
        if child.once:
            self._wait_for_end(child, process)
        else:
            self._running[child.name] = process
            self._wait_until_ready(child)
        self.say(f"{child.name}: {'done' if child.once else 'running'} ({time.monotonic() - began:.1f} s)")

    def _wait_for_end(self, child: Child, process: subprocess.Popen[bytes]) -> None:
        self._running[child.name] = process
        while process.poll() is None:
            self._look_around(but=child.name)
        del self._running[child.name]
        if process.returncode:
            raise self._failure(child.name, f"failed (exit code {process.returncode})")

    def _wait_until_ready(self, child: Child) -> None:
        deadline = time.monotonic() + child.ready_within_seconds
        while not child.is_ready():
            if time.monotonic() > deadline:
                raise self._failure(child.name, f"was not ready within {child.ready_within_seconds:.0f} s")
            self._look_around()
        self._look_around()

    def _look_around(self, *, but: str = "") -> None:
        """Wait a moment; raise when asked to stop or when a child is gone."""
        if self._stop.wait(_PAUSE):
            raise _Stopped
        for name, process in self._running.items():
            if name != but and process.poll() is not None:
                raise self._failure(name, f"ended by itself (exit code {process.returncode})")

    def _failure(self, name: str, what: str) -> _ChildFailed:
        return _ChildFailed(f"{name} {what}; see {self._log_of(name)}. Everything is stopped.")

    def _stop_all(self) -> None:
        for name, process in reversed(self._running.items()):
            processes.stop(process)
            self.say(f"{name}: stopped")

    def _log_of(self, name: str) -> Path:
        return self.logs / f"{name}.log"

    @contextlib.contextmanager
    def _signals(self) -> Iterator[None]:
        """From here on a signal only sets the event: stopping is never interrupted by a second Ctrl-C."""
        before = {number: signal.signal(number, lambda *_: self._stop.set()) for number in _STOP_SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
