"""A worker that gets more to decide than it can in time takes it bit by bit."""

import asyncio

from activities.limits import MAIN_QUEUE
from engine.client import connect
from engine.servers import EmbeddedServer
from tests.engine.deciding import Deciding, Desk
from worker import DECIDING, running_workers


async def test_of_many_cases_that_begin_at_once_a_bounded_number_decides() -> None:
    desk, number = Desk(), 3 * DECIDING
    async with EmbeddedServer() as server:
        client = await connect(server.address, server.namespace)
        begun = [
            await client.start_workflow(Deciding.run, id=f"deciding-{place}", task_queue=MAIN_QUEUE)
            for place in range(number)
        ]
        async with running_workers(client, {MAIN_QUEUE: [desk.decide]}, workflows=[Deciding]):
            await asyncio.gather(*(handle.result() for handle in begun))
    assert 1 < desk.busiest <= DECIDING
