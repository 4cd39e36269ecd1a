"""A town and the app in front of it, anew for each test."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI

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
