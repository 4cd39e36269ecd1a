"""An office with a few cases, and people who come and work in it, each before a window of their own."""

import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from playwright.async_api import Browser

from adapters.working_hours import WorkingHours
from screenshots import visitors
from simulation import demo
from simulation.office import Office
from tests.days.people import BEGINS, Somebody

Comes = Callable[[str], Awaitable[Somebody]]


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    """With the demonstration's policy, by which who was mailed is called the same day."""
    async with Office(tmp_path, begins=BEGINS) as opened:
        demo.keep_hours(WorkingHours(opened.town.stores.database))
        yield opened


@pytest.fixture
async def chromium() -> AsyncIterator[Browser]:
    if visitors.found() is None and not os.environ.get("CI"):
        pytest.skip(f"no {', '.join(visitors.NAMES)} on this machine")
    async with visitors.chromium() as browser:
        yield browser


@pytest.fixture
async def comes(office: Office, chromium: Browser) -> AsyncIterator[Comes]:
    """Signs somebody in, by the provider's page; fails when their browser refused anything."""
    refused = list[str]()
    async with AsyncExitStack() as stack:

        async def one(staff: str) -> Somebody:
            opened = await visitors.window(chromium, office.address)
            stack.push_async_callback(opened.close)
            page = await opened.new_page()
            page.on("pageerror", lambda error: refused.append(str(error)))
            await visitors.sign_in(page, staff)
            return Somebody(page, office)

        yield one
    assert refused == []
