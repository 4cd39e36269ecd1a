"""A town and the app in front of it, anew for each test."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI

from adapters.stores import migrate
from config import Settings
from tests.web.browser import Browser
from tests.web.town import NOOR, THEA, Town, found_town
from web.app import create_app


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Databases that were migrated once."""
    folder = tmp_path_factory.mktemp("databases")
    migrate(Settings(data=folder))
    return folder


@pytest.fixture
def town(tmp_path: Path, templates: Path) -> Iterator[Town]:
    founded = found_town(tmp_path, templates)
    yield founded
    founded.close()


@pytest.fixture
def app(town: Town) -> FastAPI:
    return create_app(town.services)


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
