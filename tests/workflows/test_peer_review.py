"""The job that draws last month's samples, started by its schedule, against a real server."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from activities import limits
from activities.retention import RetentionActivities
from activities.reviews import ReviewActivities
from simulation.time_travel import TimeMachine
from tests.fakes import FakeEraser, FakeExecutions, FakeOverview
from worker import running_workers
from workflows.names import PEER_REVIEW_ID
from workflows.periodic import PeerReviewWorkflow
from workflows.schedules import ensure_peer_review

pytestmark = pytest.mark.asyncio(loop_scope="module")

PATIENCE_SECONDS = 30.0


class Samples:
    """Of two municipalities; the database is away at first."""

    def __init__(self) -> None:
        self.away = 1
        self.drawn: list[datetime] = []

    def draw_due(self, at: datetime) -> int:
        if self.away:
            self.away -= 1
            raise OSError
        self.drawn.append(at)
        return 2 if len(self.drawn) == 1 else 0


class Ended(FakeOverview):
    """Says when a job has ended."""

    def __init__(self) -> None:
        super().__init__()
        self.jobs: asyncio.Queue[tuple[str, int]] = asyncio.Queue()
        self._loop = asyncio.get_running_loop()

    def job_ended(self, name: str, *, at: datetime, found: int) -> None:
        self._loop.call_soon_threadsafe(self.jobs.put_nowait, (name, found))


async def test_the_schedule_draws_and_draws_nothing_again(machine: TimeMachine) -> None:
    samples, overview = Samples(), Ended()
    keeping = RetentionActivities(eraser=FakeEraser(), executions=FakeExecutions(), overview=overview)
    served: dict[str, list[Callable[..., Any]]] = {
        limits.MAIN_QUEUE: [keeping.job_ended, ReviewActivities(samples=samples).draw]
    }
    found = []
    async with running_workers(machine.client, served, workflows=[PeerReviewWorkflow]):
        for _ in range(2):
            await ensure_peer_review(machine.client)
            schedule = machine.client.get_schedule_handle(PEER_REVIEW_ID)
            await schedule.trigger()
            found.append(await asyncio.wait_for(overview.jobs.get(), PATIENCE_SECONDS))
        await schedule.delete()
    assert found == [("peer review", 2), ("peer review", 0)]
    assert all(moment.tzinfo is not None for moment in samples.drawn)
