"""Members of staff who open pages, without a browser and without a network: from the question to the whole answer."""

import os
import re
import time
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx
from fastapi import FastAPI

from adapters.stores import Stores
from bench.figures import NotMeasured
from models.ids import StaffId
from web.auth import cookie_name
from web.services import Services

_TOKEN = re.compile(r'name="token" value="([^"]+)"')


class Visitor:
    """Somebody who is signed in."""

    def __init__(self, app: FastAPI, services: Services, staff: StaffId) -> None:
        session = services.sessions.begin(staff, at=services.now(), instead_of="")
        cookies = {
            cookie_name("signaalreis", demo=services.settings.demo): session,
            cookie_name("signaalreis-browser", demo=services.settings.demo): "a-browser-of-the-measurement",
        }
        self._client = httpx.AsyncClient(
            transport=httpx.ASGITransport(app=app), base_url=services.settings.address, cookies=cookies
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._client.aclose()

    async def opens(self, path: str, **typed: str) -> float:
        """Milliseconds until the page is there; what is typed is sent as its form. Raises `NotMeasured`."""
        if typed:
            typed["token"] = _TOKEN.findall((await self._client.get(path)).text)[0]
        began = time.perf_counter()
        answer = await (self._client.post(path, data=typed) if typed else self._client.get(path))
        took = (time.perf_counter() - began) * 1000
        if answer.status_code != 200:
            raise NotMeasured(f"{path.split('?')[0]} answered {answer.status_code}")
        return took


def forget(stores: Stores) -> None:
    """As after a restart of the machine: no connection is open, and what the files hold is read from the disk."""
    for database in (stores.database, stores.vault.database):
        database.close()
        kept = Path(database.url.database or "")
        for path in kept.parent.glob(f"{kept.name}*"):
            with path.open("rb") as file:
                os.fsync(file.fileno())
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
