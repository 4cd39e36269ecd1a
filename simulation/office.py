"""An installation with its web app: staff sign in at an address, and one clock rules the pages and the cases.

For days that are played in a browser. Everything in it is real but the clock, which stands still until it is moved.
"""

import asyncio
import contextlib
import logging
import socket
import threading
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

import uvicorn

from adapters.call_placing import CallPlacer
from adapters.command_desk import CommandDesk
from adapters.delivery_door import DeliveryDoor
from config import Settings
from models.ids import CaseId, DeliveryId
from models.periodic import DeliveryInput
from simulation.installation import Installation
from simulation.time_travel import offset_for
from simulation.world import CLIENT_SECRET, LOOPBACK, World
from web.app import create_app
from web.services import Services, gathered

_AT_ONCE = 6
"""Cases that are moved at the same time."""
_STOPS_WITHIN_SECONDS = 10.0


class Office:
    """Enter it, send browsers to `address`, and move its clock with `wait_until`."""

    def __init__(
        self, folder: Path, *, begins: datetime, settings: Callable[[Settings], Settings] = lambda settings: settings
    ) -> None:
        self.now = begins
        """The moment on every page."""
        self._listening = socket.create_server((LOOPBACK, 0))
        port: int = self._listening.getsockname()[1]
        self.address = f"http://{LOOPBACK}:{port}"
        self.world = World(folder / "world", web_url=self.address, now=lambda: self.now)
        self.town = Installation(
            folder,
            begins=begins,
            settings=lambda given: replace(settings(given), web_port=port),
            world=self.world,
        )
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        self._stack.callback(self._listening.close)
        await self._stack.enter_async_context(self.town)
        secret = self.town.settings.signin_client_secret
        secret.parent.mkdir(parents=True, exist_ok=True)
        secret.write_text(CLIENT_SECRET, encoding="utf-8")
        desk = CommandDesk(self.town.client, self.town.stores.outbox)
        self._stack.push_async_callback(_ended, asyncio.create_task(desk.resend_forever()))
        self._serve()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stack.aclose()

    async def wait_until(self, moment: datetime) -> None:
        """Everything that happens by itself until then: in the cases, and to who asked the switchboard for a call."""
        self.now = moment
        await self._each(lambda case: self.town.travel(case, moment))
        stores = self.town.stores
        desk = CommandDesk(self.town.client, stores.outbox)
        await CallPlacer(stores.database, stores.vault, stores.cases, desk, now=lambda: self.now).place()

    async def settle(self) -> None:
        """Returns when the cases have done what follows on what was pressed."""
        await self._each(lambda case: self.town.machine.quiet(self.town.case(case)))

    async def _each(self, does: Callable[[CaseId], Awaitable[object]]) -> None:
        gate = asyncio.Semaphore(_AT_ONCE)

        async def one(case: CaseId) -> None:
            async with gate:
                await does(case)

        await asyncio.gather(*map(one, self.town.cases()))

    def _serve(self) -> None:
        """In a thread of its own, as the web app is a process of its own elsewhere."""
        config = uvicorn.Config(
            create_app(self._services()), log_config=None, log_level=logging.CRITICAL, access_log=False
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=([self._listening],), name="web", daemon=True)
        thread.start()

        def stop() -> None:
            server.should_exit = True
            thread.join(timeout=_STOPS_WITHIN_SECONDS)

        self._stack.callback(stop)

    def _services(self) -> Services:
        settings = replace(self.town.settings, signin_issuer=self.world.issuer)
        services = gathered(settings, self.town.stores, self.town.client)
        return replace(services, now=lambda: self.now, deliveries=_Door(self))


async def _ended(task: "asyncio.Task[None]") -> None:
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


class _Door:
    """Deliveries that are taken in at the pages' moment."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._door = DeliveryDoor(office.town.client)

    async def start(self, start: DeliveryInput) -> None:
        await self._door.start(start.model_copy(update={"clock_offset": offset_for(self._office.now)}))

    async def look_again(self, delivery: DeliveryId) -> None:
        await self._door.look_again(delivery)
