"""One installation for each file of tests."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.kill.harness import Site


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def installation(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    async with Site(tmp_path_factory.mktemp("site")) as site:
        yield site


@pytest_asyncio.fixture(loop_scope="module")
async def site(installation: Site) -> AsyncIterator[Site]:
    """The installation with its server running and without a worker."""
    yield installation
    installation.stop_worker()
