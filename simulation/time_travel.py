"""Years of a case in seconds: a real Temporal server on which each workflow has a clock that can be moved.

The only module that knows the time skipping of `temporalio.testing`, which is experimental.

A workflow reads the time as `workflow.now() + clock_offset`, so a journey may start on any date, a past one too:

    async with TimeMachine() as machine:
        offset = offset_for(datetime(2025, 3, 3, 9, tzinfo=UTC))
        handle = await machine.client.start_workflow(..., CaseInput(clock_offset=offset), ...)
        await machine.travel(handle, datetime(2025, 3, 17, 9, tzinfo=UTC), clock_offset=offset)

What was measured (temporalio 1.35, server 1.32, two cores):
- Time is skipped timer by timer; a timer on the way costs 0.01 to 0.2 s of real time, the distance nothing: 180 daily
  timers take 38 s, ten timers in half a year a second or two. (On a server without our settings each timer
  costs a full second.)
- Activities run in real time and hold the clock meanwhile. The pauses between their attempts are skipped, so a
  retry budget of two days is spent in seconds, all its attempts included. An activity that reads the system's
  clock sees today, not the journey's date.
- A child starts at the moment of its parent and then keeps a clock of its own, which runs in real time until it is
  moved itself. The clock of a parent that awaits a child stands still: move the child first. (With the server's
  default the child skips as well, without end: one of a year was over in 0.1 s.)
- The clock survives continue-as-new and a killed server.
"""

import asyncio
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Any, Self

from temporalio.api.enums.v1 import PendingActivityState
from temporalio.client import Client, WorkflowExecutionDescription, WorkflowExecutionStatus, WorkflowHandle
from temporalio.service import RPCError, RPCStatusCode
from temporalio.testing import TimeSkipper, TimeSkippingConfig

from engine.client import connect
from engine.servers import EmbeddedServer

ARRIVAL = timedelta(seconds=3)
"""How far past the asked moment a journey ends, so that a timer due at that moment has fired."""

_LONGEST_HOP = timedelta(days=30)
_SKIPS_A_HOP = 10_000  # at the limit the server goes silent for 20 s before the hop ends; its default is 200
_LATE = timedelta(hours=1)
_PATIENCE_SECONDS = 30.0
_PAUSE = 0.02


class NotQuiet(Exception):
    """A workflow did not come to rest in time: no worker serves it, or it waits for a child."""


def offset_for(start: datetime) -> timedelta:
    """The `clock_offset` with which a workflow started now believes that it is `start`."""
    return start - datetime.now(UTC)


class TimeMachine:
    """A server of its own, with empty or given data, and a client whose workflows stand still until moved.

    Workers use `client` too. Many machines can run beside each other.
    """

    def __init__(self, server: EmbeddedServer | None = None) -> None:
        """`server` must have been made with `time_skipping=True` and not be started yet."""
        self.server = server or EmbeddedServer(time_skipping=True)
        self._skipper: TimeSkipper | None = None

    async def __aenter__(self) -> Self:
        await self.server.__aenter__()
        standing_still = TimeSkippingConfig(
            enabled=False, disable_propagation=True, max_session_skip_count=_SKIPS_A_HOP
        )
        client = await connect(self.server.address, self.server.namespace)
        self._skipper = TimeSkipper(client, config=standing_still)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._skipper = None
        await self.server.__aexit__(kind, error, trace)

    @property
    def client(self) -> Client:
        return self._skipping.client

    async def now(self, handle: WorkflowHandle[Any, Any], *, clock_offset: timedelta = timedelta(0)) -> datetime:
        """The moment that the workflow believes it is."""
        return await self._skipping.get_current_time(self._latest(handle)) + clock_offset

    async def travel(self, handle: WorkflowHandle[Any, Any], to: datetime, *, clock_offset: timedelta) -> bool:
        """Move the workflow's clock to `to` (in its own, offset time) and let everything due by then happen.

        Returns whether it still runs: a workflow that ends under way ends the journey. Before and after, the
        workflow is quiet, and what it awaited is done. A `to` that has just passed moves nothing; raises
        ValueError when it passed over an hour ago, NotQuiet when the workflow's work does not end.
        Two journeys of one workflow at the same time are a RuntimeError.
        """
        # In UTC: on the wall clock an hour would be lost or won where the two moments lie on both sides of a change.
        target = to.astimezone(UTC) - clock_offset + ARRIVAL
        if await self._ahead(handle, target) < -_LATE:
            raise ValueError(f"{to:%Y-%m-%d %H:%M} has passed for this workflow; time goes forward only")
        while await self.quiet(handle):
            ahead = await self._ahead(handle, target)
            if ahead <= timedelta(0):
                return True
            await self._hop(handle, min(ahead, _LONGEST_HOP))
        return False

    async def quiet(self, handle: WorkflowHandle[Any, Any]) -> bool:
        """Wait until the workflow waits for nothing but time or messages; return whether it still runs.

        An activity that pauses between two attempts counts as waiting for time. Raises NotQuiet after half a minute.
        """
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                while _is_busy(described := await self._latest(handle).describe()):
                    await asyncio.sleep(_PAUSE)
        except TimeoutError:
            raise NotQuiet(f"{handle.id} is still busy after {_PATIENCE_SECONDS:.0f} s") from None
        return described.status is WorkflowExecutionStatus.RUNNING

    @property
    def _skipping(self) -> TimeSkipper:
        if self._skipper is None:
            raise RuntimeError("enter the time machine first")
        return self._skipper

    def _latest(self, handle: WorkflowHandle[Any, Any]) -> WorkflowHandle[Any, Any]:
        """The same workflow without a run: the run of `handle` may have continued as a new one."""
        return self.client.get_workflow_handle(handle.id)

    async def _ahead(self, handle: WorkflowHandle[Any, Any], target: datetime) -> timedelta:
        return target - await self.now(handle)

    async def _hop(self, handle: WorkflowHandle[Any, Any], distance: timedelta) -> None:
        """One bounded leap; it may end early: by the limit of skips, our patience or the end of the workflow."""
        before = await self.now(handle)
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                await self._skipping.fast_forward(self._latest(handle), distance)
        except TimeoutError:
            if await self.now(handle) - before < timedelta(seconds=2 * _PATIENCE_SECONDS):
                raise NotQuiet(f"{handle.id} does not get on; does it wait for a child?") from None
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:  # it ended between two looks
                raise


def _is_busy(described: WorkflowExecutionDescription) -> bool:
    if described.status is not WorkflowExecutionStatus.RUNNING:
        return False
    raw = described.raw_description
    started = PendingActivityState.PENDING_ACTIVITY_STATE_STARTED
    return (
        raw.HasField("pending_workflow_task")
        or any(activity.state == started or activity.attempt <= 1 for activity in raw.pending_activities)
        # A child that was asked for and has not begun: its start is news that is still under way.
        or any(not child.run_id for child in raw.pending_children)
    )
