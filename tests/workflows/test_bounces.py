"""The job that reads the mailbox where mail comes back, started by its schedule, against a real server."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from temporalio.client import ScheduleActionExecutionStartWorkflow

from activities import limits
from activities.bounces import AT_ONCE, BounceActivities
from activities.ports import NotAuthorised, PartyUnavailable
from activities.retention import RetentionActivities
from models.codes import MessageReport, Party
from simulation.time_travel import TimeMachine
from tests.fakes import FakeEraser, FakeExecutions, FakeOverview
from worker import running_workers
from workflows.names import BOUNCES_ID
from workflows.periodic import BouncesWorkflow
from workflows.schedules import ensure_bounces

pytestmark = pytest.mark.asyncio(loop_scope="module")

PATIENCE_SECONDS = 30.0


class Mailbox:
    """Holds notices, and fails first as it was told to."""

    def __init__(self, *notices: tuple[str, MessageReport], failing: list[Exception] | None = None) -> None:
        self.notices = list(notices)
        self.failing = failing or []

    def take(self, handle: Callable[[str, MessageReport], None], *, at_most: int) -> int:
        assert at_most == AT_ONCE
        if self.failing:
            raise self.failing.pop(0)
        taken = len(self.notices)
        while self.notices:
            handle(*self.notices.pop(0))
        return taken


class Reports:
    def __init__(self) -> None:
        self.kept: list[tuple[str, MessageReport]] = []

    def keep(self, reference: str, report: MessageReport, *, at: datetime) -> bool:
        self.kept.append((reference, report))
        return True


class Health:
    """Knows whether the mailbox is down."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def answered(self, party: Party, *, waiting: str) -> None:
        self.said.append(f"{party} answered")

    def failed(self, party: Party, *, waiting: str, code: str, at: datetime) -> None:
        self.said.append(code)

    def gave_up(self, party: Party, *, waiting: str) -> None: ...

    def waits_only_for(self, party: Party | None, *, waiting: str) -> None: ...


class Ended(FakeOverview):
    """Where a job says what it found."""

    def __init__(self) -> None:
        self.jobs: asyncio.Queue[tuple[str, int]] = asyncio.Queue()
        self._loop = asyncio.get_running_loop()

    def job_ended(self, name: str, *, at: datetime, found: int) -> None:
        self._loop.call_soon_threadsafe(self.jobs.put_nowait, (name, found))


async def test_the_schedule_reads_the_mailbox_and_says_how_much_came_back(machine: TimeMachine) -> None:
    mailbox = Mailbox(
        ("stap-1", MessageReport.BOUNCED),
        ("stap-2", MessageReport.FAILED),
        failing=[PartyUnavailable("bounces.timeout")],
    )
    reports, health, overview = Reports(), Health(), Ended()
    returning = BounceActivities(mailbox=mailbox, reports=reports, health=health)
    keeping = RetentionActivities(eraser=FakeEraser(), executions=FakeExecutions(), overview=overview)
    served: dict[str, list[Callable[..., Any]]] = {
        limits.MAIN_QUEUE: [keeping.job_ended],
        limits.MAIL_QUEUE: [returning.read],
    }
    async with running_workers(machine.client, served, workflows=[BouncesWorkflow]):
        # Twice, as by a worker that starts again: it stays one schedule.
        for _ in range(2):
            await ensure_bounces(machine.client)
        schedule = machine.client.get_schedule_handle(BOUNCES_ID)
        await schedule.trigger()
        ended = await asyncio.wait_for(overview.jobs.get(), PATIENCE_SECONDS)
        await schedule.delete()
    assert ended == ("bounces", 2)
    assert reports.kept == [("stap-1", MessageReport.BOUNCED), ("stap-2", MessageReport.FAILED)]
    assert health.said == ["bounces.timeout", "bounces answered"]


async def test_a_mailbox_that_does_not_let_us_in_ends_the_run_at_once(machine: TimeMachine) -> None:
    """Trying again does not help until somebody mends the settings; the next run is five minutes away."""
    health = Health()
    mailbox = Mailbox(failing=[NotAuthorised("bounces.no-login")])
    returning = BounceActivities(mailbox=mailbox, reports=Reports(), health=health)
    async with running_workers(
        machine.client, {limits.MAIN_QUEUE: [], limits.MAIL_QUEUE: [returning.read]}, workflows=[BouncesWorkflow]
    ):
        await ensure_bounces(machine.client)
        schedule = machine.client.get_schedule_handle(BOUNCES_ID)
        await schedule.trigger()
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not (recent := (await schedule.describe()).info.recent_actions):
                await asyncio.sleep(0.05)
            started = recent[-1].action
            assert isinstance(started, ScheduleActionExecutionStartWorkflow)
            handle = machine.client.get_workflow_handle(started.workflow_id, run_id=started.first_execution_run_id)
            with pytest.raises(Exception, match="Workflow execution failed"):
                await handle.result()
        await schedule.delete()
    assert health.said == ["bounces.no-login"]
