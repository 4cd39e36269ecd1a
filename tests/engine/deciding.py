"""Workflows that decide, and a desk that counts how many do so at once. Light: each of them imports it anew."""

import asyncio
from datetime import timedelta

from temporalio import activity, workflow


class Desk:
    """Counts who decides at the same time."""

    def __init__(self) -> None:
        self.busy = self.busiest = 0

    @activity.defn
    async def decide(self) -> None:
        self.busy += 1
        self.busiest = max(self.busiest, self.busy)
        # Long enough for all who may to be here together.
        await asyncio.sleep(1)
        self.busy -= 1


@workflow.defn
class Deciding:
    @workflow.run
    async def run(self) -> None:
        await workflow.execute_local_activity_method(Desk.decide, start_to_close_timeout=timedelta(seconds=10))
