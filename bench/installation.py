"""An installation whose worker is a process of its own, to be watched and killed; server, databases and outside world
are as in the demonstration."""

import asyncio
import shutil
import subprocess
import sys
import time
from contextlib import AsyncExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from temporalio.client import Client
from temporalio.worker import Worker

from adapters.stores import Stores, migrate, open_stores
from bench.bare import BareStart
from bench.figures import NotMeasured
from config import Settings
from engine import processes
from engine.client import connect
from engine.runner import workflow_runner
from engine.servers import EmbeddedServer, free_port
from models.ids import fresh
from simulation import demo
from simulation.people import CAPACITY
from simulation.world import World

POLICY = """\
sender: {name: Gemeente Zonnedijk, page: "https://zonnedijk.example/bericht", phone: "010 123 45 00"}
"""
"""The default policy: that of the demonstration erases within minutes, and a long run would find less than a short."""
BARE_QUEUE = "bare"
_STARTS_AT_ONCE = 40


def write_policies(folder: Path) -> Path:
    """The folder of policies of an installation in `folder`."""
    policies = folder / "policies"
    policies.mkdir(parents=True)
    shutil.copy(Settings().policies / "default.yaml", policies)
    (policies / f"{demo.ZONNEDIJK.text}.yaml").write_text(POLICY, encoding="utf-8")
    return policies


class Installation:
    """Server and outside world run from the start, a worker only when it is started."""

    def __init__(self, folder: Path, *, held: bool = False) -> None:
        """`held`: no outside party is asked anything; cases wait before their first question."""
        self.folder = folder
        self._held = held
        self._server = EmbeddedServer(data=folder)
        self._world = World(folder / "world", count=CAPACITY)
        self._stack = AsyncExitStack()
        self._worker: subprocess.Popen[bytes] | None = None
        self._settings = Settings()
        self.stores: Stores
        self.client: Client

    async def __aenter__(self) -> Self:
        policies = write_policies(self.folder)
        await self._stack.enter_async_context(self._server)
        self._stack.enter_context(self._world)
        self._stack.callback(self.stop_worker)
        host, port = self._world.smtp_address
        self._settings = Settings(
            data=self.folder,
            policies=policies,
            temporal_port=self._server.port,
            web_port=free_port(),
            smtp_host=host,
            smtp_port=port,
            register_url=self._world.register_url,
            partners_url=self._world.partners_url,
            letters_url=self._world.letters_url,
            notify_url=self._world.notify_url,
            worker_part="inside" if self._held else "all",
        )
        self._world.write_notify_key(self._settings.notify_key)
        migrate(self._settings)
        self.stores = open_stores(self._settings)
        demo.register_everybody(self.stores.registry)
        self.client = await connect(self._server.address, self._server.namespace)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stack.aclose()

    def start_worker(self) -> None:
        """The worker of `worker.py`."""
        self._worker = processes.start(
            [sys.executable, "worker.py"], log=self._settings.logs / "worker.log", env=self._settings.environment()
        )

    def stop_worker(self) -> None:
        """Politely; nothing happens when none runs."""
        if self._worker is not None:
            processes.stop(self._worker)
            self._worker = None

    def kill_worker(self) -> None:
        """SIGKILL, as when a machine's power goes."""
        if self._worker is not None:
            processes.kill(self._worker)
            self._worker = None

    @property
    def worker_pid(self) -> int:
        """Raises `NotMeasured` when it ended by itself."""
        if self._worker is None or self._worker.poll() is not None:
            raise NotMeasured(f"the worker does not run; see {self._settings.logs / 'worker.log'}")
        return self._worker.pid

    @property
    def server_pid(self) -> int:
        return self._server.pid

    async def bare_starts(self, number: int) -> float:
        """Bare workflows a second, from start to end, by a worker in this process."""
        places = asyncio.Semaphore(_STARTS_AT_ONCE)

        async def one() -> None:
            async with places:
                await self.client.execute_workflow(BareStart.run, id=f"bare-{fresh()}", task_queue=BARE_QUEUE)

        worker = Worker(self.client, task_queue=BARE_QUEUE, workflows=[BareStart], workflow_runner=workflow_runner())
        async with worker:
            await one()
            began = time.perf_counter()
            await asyncio.gather(*(one() for _ in range(number)))
            return number / (time.perf_counter() - began)
