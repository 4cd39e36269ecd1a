"""The Temporal server of development, demonstrations and tests: one process with one SQLite file."""

import asyncio
import contextlib
import random
import socket
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from temporalio.service import ConnectConfig, ServiceClient

from engine import namespace, processes
from engine.client import runtime

LOOPBACK = "127.0.0.1"

_START_WITHIN_SECONDS = 60.0
_PAUSE = 0.05

_SETTINGS = (
    # An execution can be deleted when these queues have confirmed its end, by default every half minute. With one
    # second a deletion takes 4 s when asked for at once after the end (the server's own pause is 3 s), and none
    # when asked for a second later.
    'history.transferProcessorUpdateAckInterval="1s"',
    'history.visibilityProcessorUpdateAckInterval="1s"',
    'history.timerProcessorUpdateAckInterval="1s"',
    # Timers look this far ahead for clocks that differ between hosts; here is one host. By default a second, which
    # every short timer and every skip of time would wait.
    'history.timerProcessorMaxTimeShift="10ms"',
)
_TIME_SKIPPING = "frontend.WorkflowTimeSkippingEnabled=true"


class ServerDidNotStart(Exception):
    """The embedded Temporal server ended, stayed silent or found its port taken; its log says why."""


def free_port() -> int:
    """A TCP port of the loopback interface that nobody uses at this moment.

    Below the range from which the system takes the ports of outgoing connections, so that none of those takes it
    before a server does.
    """
    while True:
        port = random.randrange(20_000, 32_000)
        if _is_free(port):
            return port


def _is_free(port: int) -> bool:
    with socket.socket() as probe, contextlib.suppress(OSError):
        probe.bind((LOOPBACK, port))
        return True
    return False


def _answers(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection((LOOPBACK, port), timeout=1):
        return True
    return False


def start_command(*, database: Path, port: int, ui_port: int | None, time_skipping: bool = False) -> list[str]:
    """The command line of a server on the loopback interface; `ui_port=None` leaves its web interface out.

    Write-ahead logging with `synchronous=normal` doubles the throughput of the default; nothing that the server
    acknowledged is lost when its process is killed.
    """
    settings = [*_SETTINGS, *([_TIME_SKIPPING] if time_skipping else [])]
    return [
        str(Path(sys.executable).with_name("temporal")),
        "server",
        "start-dev",
        f"--db-filename={database}",
        "--sqlite-pragma=journal_mode=wal",
        "--sqlite-pragma=synchronous=normal",
        f"--ip={LOOPBACK}",
        f"--port={port}",
        *(["--headless"] if ui_port is None else [f"--ui-port={ui_port}", "--ui-disable-news-fetch"]),
        "--log-level=error",
        "--log-format=json",
        *(f"--dynamic-config-value={setting}" for setting in settings),
    ]


@dataclass
class EmbeddedServer:
    """A server that belongs to this process and ends with it.

    `data` keeps `temporal.db` and `logs/temporal.log`; without it a temporary folder is used and removed at the
    end. `start` after `stop` or `kill` goes on with the same database file on the same port.
    """

    data: Path | None = None
    namespace: str = "signaalreis"
    port: int = field(default_factory=free_port)
    ui_port: int | None = None
    time_skipping: bool = False
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False, repr=False)
    _temporary: tempfile.TemporaryDirectory[str] | None = field(default=None, init=False, repr=False)

    @property
    def address(self) -> str:
        return f"{LOOPBACK}:{self.port}"

    @property
    def folder(self) -> Path:
        """Where its files are."""
        if self.data is None:
            self._temporary = tempfile.TemporaryDirectory(prefix="temporal-")
            self.data = Path(self._temporary.name)
        return self.data

    @property
    def database(self) -> Path:
        return self.folder / "temporal.db"

    @property
    def log(self) -> Path:
        return self.folder / "logs" / "temporal.log"

    @property
    def pid(self) -> int:
        """Process id; RuntimeError when it does not run."""
        return self._running().pid

    async def start(self) -> Self:
        """Return when the server answers and the namespace is usable. To be awaited in the main thread.

        Raises ServerDidNotStart.
        """
        if _answers(self.port):
            raise ServerDidNotStart(f"port {self.port} is taken by another program")
        self.folder.mkdir(parents=True, exist_ok=True)
        self._process = processes.start(self._command(), log=self.log)
        try:
            async with asyncio.timeout(_START_WITHIN_SECONDS):
                await namespace.ensure(await self._answer(), self.namespace)
        except BaseException as error:
            self.kill()
            if isinstance(error, TimeoutError):
                raise ServerDidNotStart(f"no answer at {self.address}; see {self.log}") from None
            raise
        return self

    def stop(self) -> None:
        """Ask it to stop and wait; nothing happens when it does not run."""
        if self._process is not None:
            processes.stop(self._process)
            self._process = None

    def kill(self) -> None:
        """SIGKILL, as a power cut; the database file stays for the next `start`."""
        if self._process is not None:
            processes.kill(self._process)
            self._process = None

    async def __aenter__(self) -> Self:
        return await self.start()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        if self._temporary is not None:
            self._temporary.cleanup()

    def _command(self) -> Sequence[str]:
        return start_command(
            database=self.database, port=self.port, ui_port=self.ui_port, time_skipping=self.time_skipping
        )

    async def _answer(self) -> ServiceClient:
        while True:
            if self._running().poll() is not None:
                raise ServerDidNotStart(f"the server at {self.address} ended at once; see {self.log}")
            try:
                return await ServiceClient.connect(ConnectConfig(target_host=self.address, runtime=runtime()))
            except RuntimeError:
                await asyncio.sleep(_PAUSE)

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            raise RuntimeError("the server does not run")
        return self._process
