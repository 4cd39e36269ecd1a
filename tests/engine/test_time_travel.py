"""The time machine against a workflow that does everything a case does."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime, BaseModel
from temporalio import activity, workflow

with workflow.unsafe.imports_passed_through():
    import pytest
    import pytest_asyncio
    from temporalio.api.common.v1 import WorkflowExecution
    from temporalio.api.workflowservice.v1 import DeleteWorkflowExecutionRequest
    from temporalio.client import Client
    from temporalio.common import RetryPolicy
    from temporalio.service import RPCError, RPCStatusCode
    from temporalio.worker import Worker

    from engine.runner import workflow_runner
    from simulation.time_travel import ARRIVAL, NotQuiet, TimeMachine, offset_for

START = datetime(2025, 3, 27, 8, 0, tzinfo=UTC)  # three days before the clocks go forward
SHORT = timedelta(seconds=10)


class JourneyInput(BaseModel):
    clock_offset: timedelta
    wake_at: list[AwareDatetime] = []
    flaky: bool = False
    continue_after: int = 0


class Acts:
    def __init__(self, client: Client | None = None) -> None:
        self._client = client
        self.attempts = 0

    @activity.defn
    async def note(self) -> str:
        return "noted"

    @activity.defn
    async def slow(self) -> str:
        await asyncio.sleep(0.3)
        return "slow"

    @activity.defn
    async def flaky(self) -> int:
        self.attempts += 1
        if self.attempts < 5:
            raise ConnectionError("down")
        return self.attempts

    @activity.defn
    async def erase(self, workflow_id: str) -> None:
        assert self._client is not None
        await self._client.workflow_service.delete_workflow_execution(
            DeleteWorkflowExecutionRequest(
                namespace=self._client.namespace,
                workflow_execution=WorkflowExecution(workflow_id=workflow_id),
            )
        )


@workflow.defn
class Forgetting:
    """The abandoned child: erases its parent a year later."""

    @workflow.run
    async def run(self, args: JourneyInput) -> datetime:
        await workflow.sleep(timedelta(days=365))
        parent = workflow.info().workflow_id.removeprefix("retention/")
        await workflow.execute_activity_method(Acts.erase, parent, start_to_close_timeout=SHORT)
        return workflow.now() + args.clock_offset


@workflow.defn
class Awaiting:
    @workflow.run
    async def run(self, args: JourneyInput) -> None:
        await workflow.execute_child_workflow(Forgetting.run, args, id=f"{workflow.info().workflow_id}/child")


@workflow.defn
class Journey:
    @workflow.init
    def __init__(self, args: JourneyInput) -> None:
        self._woken: list[datetime] = []
        self._calls: list[datetime] = []
        self._offset = args.clock_offset

    @workflow.run
    async def run(self, args: JourneyInput) -> list[datetime]:
        if args.flaky:
            await workflow.execute_activity_method(
                Acts.flaky,
                start_to_close_timeout=SHORT,
                retry_policy=RetryPolicy(initial_interval=timedelta(hours=1), backoff_coefficient=2),
            )
            self._woken.append(self._now())
        for count, due in enumerate(args.wake_at, start=1):
            await workflow.sleep(due - self._now())
            self._woken.append(self._now())
            await workflow.execute_local_activity_method(Acts.note, schedule_to_close_timeout=timedelta(seconds=3))
            await workflow.execute_activity_method(Acts.slow, start_to_close_timeout=SHORT)
            if count == args.continue_after:
                workflow.continue_as_new(args.model_copy(update={"wake_at": args.wake_at[count:], "continue_after": 0}))
        await workflow.start_child_workflow(
            Forgetting.run,
            args,
            id=f"retention/{workflow.info().workflow_id}",
            parent_close_policy=workflow.ParentClosePolicy.ABANDON,
        )
        return self._woken

    @workflow.update
    async def call(self) -> datetime:
        await workflow.execute_activity_method(Acts.slow, start_to_close_timeout=SHORT)
        self._calls.append(self._now())
        return self._calls[-1]

    @workflow.query
    def woken(self) -> list[datetime]:
        return self._woken

    def _now(self) -> datetime:
        return workflow.now() + self._offset


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def machine() -> AsyncIterator[TimeMachine]:
    async with TimeMachine() as machine:
        yield machine


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def acts(machine: TimeMachine) -> AsyncIterator[Acts]:
    acts = Acts(machine.client)
    async with Worker(
        machine.client,
        task_queue="journeys",
        workflows=[Journey, Forgetting, Awaiting],
        activities=[acts.note, acts.slow, acts.flaky, acts.erase],
        workflow_runner=workflow_runner(),
    ):
        yield acts


pytestmark = pytest.mark.asyncio(loop_scope="module")


def a_journey(*wake_at: datetime, flaky: bool = False, continue_after: int = 0) -> JourneyInput:
    return JourneyInput(
        clock_offset=offset_for(START), wake_at=list(wake_at), flaky=flaky, continue_after=continue_after
    )


def new_id() -> str:
    return f"case/{uuid.uuid4()}"


def close_to(moment: datetime) -> object:
    """Between two journeys a clock runs in real time, so a slow machine is some seconds late."""
    return pytest.approx((moment + ARRIVAL).timestamp(), abs=30)


async def _gone(client: Client, workflow_id: str) -> None:
    async with asyncio.timeout(10):
        while True:
            try:
                await client.get_workflow_handle(workflow_id).describe()
            except RPCError as error:
                assert error.status is RPCStatusCode.NOT_FOUND
                return
            await asyncio.sleep(0.05)


async def test_a_year_passes_with_a_clock_change_updates_and_an_abandoned_child(
    machine: TimeMachine, acts: Acts
) -> None:
    amsterdam = ZoneInfo("Europe/Amsterdam")
    before = datetime(2025, 3, 30, 1, 30, tzinfo=amsterdam).astimezone(UTC)
    after = datetime(2025, 3, 30, 3, 30, tzinfo=amsterdam).astimezone(UTC)
    autumn = datetime(2025, 10, 26, 9, 0, tzinfo=amsterdam).astimezone(UTC)
    args = a_journey(before, after, autumn)
    handle = await machine.client.start_workflow(Journey.run, args, id=new_id(), task_queue="journeys")

    assert await machine.travel(handle, before, clock_offset=args.clock_offset)
    assert [moment.timestamp() for moment in await handle.query(Journey.woken)] == [close_to(before)]

    assert await machine.travel(handle, after, clock_offset=args.clock_offset)
    woken = await handle.query(Journey.woken)
    assert (woken[1] - woken[0]).total_seconds() == pytest.approx(3600, abs=3)  # two on the wall

    called = await handle.execute_update(Journey.call)
    assert called.timestamp() == close_to(after)

    assert not await machine.travel(handle, autumn + timedelta(days=3), clock_offset=args.clock_offset)
    assert (await handle.result())[2].timestamp() == close_to(autumn)

    child = machine.client.get_workflow_handle(f"retention/{handle.id}", result_type=datetime)
    assert (await machine.now(child, clock_offset=args.clock_offset)).timestamp() == close_to(autumn)
    await machine.travel(child, autumn + timedelta(days=366), clock_offset=args.clock_offset)
    assert (await child.result()).timestamp() == close_to(autumn + timedelta(days=365))
    await _gone(machine.client, handle.id)


async def test_a_child_stands_still_until_it_is_moved(machine: TimeMachine, acts: Acts) -> None:
    args = a_journey(START + timedelta(days=1))
    handle = await machine.client.start_workflow(Journey.run, args, id=new_id(), task_queue="journeys")
    assert not await machine.travel(handle, START + timedelta(days=900), clock_offset=args.clock_offset)

    child = machine.client.get_workflow_handle(f"retention/{handle.id}")
    assert await machine.quiet(child)
    assert (await machine.now(child, clock_offset=args.clock_offset)).timestamp() == close_to(START + timedelta(days=1))


async def test_pauses_between_attempts_are_skipped(machine: TimeMachine, acts: Acts) -> None:
    args = a_journey(START + timedelta(days=2), flaky=True)
    handle = await machine.client.start_workflow(Journey.run, args, id=new_id(), task_queue="journeys")
    assert await machine.travel(handle, START + timedelta(days=1), clock_offset=args.clock_offset)

    assert acts.attempts == 5
    (succeeded,) = await handle.query(Journey.woken)
    assert succeeded - START > timedelta(hours=10)


async def test_time_goes_on_in_the_run_that_continues(machine: TimeMachine, acts: Acts) -> None:
    days = [START + timedelta(days=n) for n in (10, 50, 90)]
    args = a_journey(*days, continue_after=1)
    handle = await machine.client.start_workflow(Journey.run, args, id=new_id(), task_queue="journeys")
    assert await machine.travel(handle, days[1], clock_offset=args.clock_offset)
    latest = machine.client.get_workflow_handle(handle.id)
    assert [moment.timestamp() for moment in await latest.query(Journey.woken)] == [close_to(days[1])]


async def test_a_moment_long_past_is_refused(machine: TimeMachine, acts: Acts) -> None:
    args = a_journey(START + timedelta(days=1))
    handle = await machine.client.start_workflow(Journey.run, args, id=new_id(), task_queue="journeys")
    with pytest.raises(ValueError, match="forward only"):
        await machine.travel(handle, START - timedelta(days=1), clock_offset=args.clock_offset)
    assert await machine.travel(handle, START, clock_offset=args.clock_offset)


async def test_a_workflow_that_nobody_serves_is_not_travelled(
    machine: TimeMachine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("simulation.time_travel._PATIENCE_SECONDS", 0.2)
    args = a_journey(START + timedelta(days=1))
    handle = await machine.client.start_workflow(Journey.run, args, id=new_id(), task_queue="nobody")
    with pytest.raises(NotQuiet):
        await machine.travel(handle, START + timedelta(days=1), clock_offset=args.clock_offset)


async def test_a_parent_that_awaits_a_child_is_not_travelled_for_ever(
    machine: TimeMachine, acts: Acts, monkeypatch: pytest.MonkeyPatch
) -> None:
    args = a_journey()
    handle = await machine.client.start_workflow(Awaiting.run, args, id=new_id(), task_queue="journeys")
    assert await machine.quiet(handle)
    monkeypatch.setattr("simulation.time_travel._PATIENCE_SECONDS", 2)
    with pytest.raises(NotQuiet, match="wait for a child"):
        await machine.travel(handle, START + timedelta(days=30), clock_offset=args.clock_offset)


async def test_time_and_state_survive_a_killed_server(machine: TimeMachine, acts: Acts) -> None:
    args = a_journey(START + timedelta(days=20), START + timedelta(days=40))
    handle = await machine.client.start_workflow(Journey.run, args, id=new_id(), task_queue="journeys")
    await machine.travel(handle, START + timedelta(days=30), clock_offset=args.clock_offset)
    machine.server.kill()
    await machine.server.start()
    assert (await machine.now(handle, clock_offset=args.clock_offset)) >= START + timedelta(days=30)
    assert not await machine.travel(handle, START + timedelta(days=41), clock_offset=args.clock_offset)
    assert len(await handle.result()) == 2
