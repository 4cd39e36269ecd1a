"""One server for each file of tests; a desk with a case of its own for each test."""

from collections.abc import AsyncIterator

import pytest_asyncio

from simulation.time_travel import TimeMachine, offset_for
from tests.workflows.desk import MONDAY, Desk


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def machine() -> AsyncIterator[TimeMachine]:
    async with TimeMachine() as machine:
        yield machine


@pytest_asyncio.fixture(loop_scope="module")
async def desk(machine: TimeMachine) -> AsyncIterator[Desk]:
    desk = Desk(machine, offset_for(MONDAY))
    async with desk.working():
        yield desk
        await desk.leave()
