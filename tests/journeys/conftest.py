"""An installation for journeys, with the default policy's numbers."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import datetime
from pathlib import Path

import pytest

from simulation.installation import Installation
from tests.journeys.town import a_town

Begin = Callable[[datetime], Awaitable[Installation]]


@pytest.fixture
async def begin(tmp_path: Path) -> AsyncIterator[Begin]:
    """Gives an installation that begins at a moment; everything stops at the end of the test."""
    async with AsyncExitStack() as stack:

        async def at(moment: datetime) -> Installation:
            return await stack.enter_async_context(a_town(tmp_path, begins=moment))

        yield at
