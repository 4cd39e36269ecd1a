"""A town and the app in front of it, anew for each test."""

import os
import socket
import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import playwright.sync_api
import pytest
import uvicorn
from fastapi import FastAPI

from screenshots import visitors
from tests.web.browser import Browser
from tests.web.town import NOOR, THEA, Town, found_town
from web.app import create_app


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The databases of a town that was founded once."""
    folder = tmp_path_factory.mktemp("databases")
    found_town(folder).close()
    return folder


@pytest.fixture
def town(tmp_path: Path, template: Path) -> Iterator[Town]:
    founded = found_town(tmp_path, template)
    yield founded
    founded.close()


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    """The app, built once: that takes longer than most of what a test asks of it."""
    founded = found_town(tmp_path_factory.mktemp("first"))
    made = create_app(founded.services)
    founded.close()
    return made


@pytest.fixture
def app(town: Town, built: FastAPI) -> FastAPI:
    """The app in front of this test's town."""
    built.state.services = town.services
    return built


@pytest.fixture
async def stranger(app: FastAPI) -> AsyncIterator[Browser]:
    """Somebody who is not signed in."""
    async with Browser(app) as browser:
        yield browser


@pytest.fixture
async def noor(app: FastAPI) -> AsyncIterator[Browser]:
    """A caseworker of Zonnedijk."""
    async with Browser(app) as browser:
        await browser.sign_in(NOOR)
        yield browser


@pytest.fixture
async def thea(app: FastAPI) -> AsyncIterator[Browser]:
    """A supervisor of Zonnedijk."""
    async with Browser(app) as browser:
        await browser.sign_in(THEA)
        yield browser


@pytest.fixture(scope="module")
def chromium() -> Iterator[playwright.sync_api.Browser]:
    """A real browser; skips what needs one where there is none."""
    found = visitors.found()
    if found is None and not os.environ.get("CI"):
        pytest.skip(f"no {', '.join(visitors.NAMES)} on this machine")
    with playwright.sync_api.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def served(town: Town) -> FastAPI:
    return create_app(town.services)


@pytest.fixture
def address(served: FastAPI) -> Iterator[str]:
    """The app of the town, listening."""
    # The socket listens before the server does, so that nobody has to wait for its start.
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(served, log_config=None, access_log=False))
    thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True
    thread.join(timeout=10)
