"""A delivery's rows become cases: window by window, a bounded number at once, and again from where it stopped."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

from temporalio import workflow

from activities import limits
from activities.delivery import DeliveryActivities, DeliveryToFinish, GroupToOpen, NextGroups, NextWindow
from activities.records import DeliveryReport, RowGroup
from activities.uploads import UploadActivities, UploadToStore
from models.periodic import DeliveryInput

ROWS_IN_A_GROUP = 10
GROUPS_AT_ONCE = 20
PAGES_IN_A_RUN = 50
WINDOWS_IN_A_RUN = 10
LOOK_AGAIN = timedelta(minutes=10)
"""Whoever resumes a delivery says so; if that is lost, it is seen this much later."""


@workflow.defn(name="Delivery")
class DeliveryWorkflow:
    """Opens or joins a case for every stored row, and counts what became of them."""

    def __init__(self) -> None:
        self._nudges = 0

    @workflow.run
    async def run(self, start: DeliveryInput) -> DeliveryReport:
        if not workflow.patched("windows"):
            return await self._by_pages(start)
        if start.upload:
            # Before anything is counted: a delivery without rows would be finished at once.
            await workflow.execute_activity_method(
                UploadActivities.store, UploadToStore(upload=start.upload), **limits.WHOLE_FILE
            )
        after = start.after
        for _ in range(WINDOWS_IN_A_RUN):
            seen = self._nudges
            window = await workflow.execute_activity_method(
                DeliveryActivities.next_window,
                NextWindow(delivery_id=start.delivery_id, size=ROWS_IN_A_GROUP, after=after),
                **limits.DATABASE,
            )
            if window.paused:
                await self._rest(seen)
            elif window.last is None:
                return await self._finish(start)
            else:
                await self._open_all(window.groups, start)
                after = window.last
        # Many windows make a long history; the next run goes on behind the last one.
        return workflow.continue_as_new(start.model_copy(update={"after": after, "upload": ""}))

    @workflow.signal
    async def look_again(self) -> None:
        """Somebody resumed the delivery."""
        self._nudges += 1

    async def _rest(self, seen: int) -> None:
        try:
            await workflow.wait_condition(lambda: self._nudges != seen, timeout=LOOK_AGAIN)
        except TimeoutError:
            return

    async def _open_all(self, groups: Sequence[RowGroup], start: DeliveryInput) -> None:
        """All of a window are done before the next begins, so that nothing is left behind it."""
        free = asyncio.Semaphore(GROUPS_AT_ONCE)

        async def opened(group: RowGroup) -> None:
            async with free:
                await self._open(group, start)

        await asyncio.gather(*map(opened, groups))

    async def _by_pages(self, start: DeliveryInput) -> DeliveryReport:
        """As deliveries went that began before there were windows."""
        for _ in range(PAGES_IN_A_RUN):
            groups = await workflow.execute_activity_method(
                DeliveryActivities.next_groups,
                NextGroups(delivery_id=start.delivery_id, size=ROWS_IN_A_GROUP, limit=GROUPS_AT_ONCE),
                **limits.DATABASE,
            )
            if not groups:
                return await self._finish(start)
            await asyncio.gather(*(self._open(group, start) for group in groups))
        return workflow.continue_as_new(start)

    async def _open(self, group: RowGroup, start: DeliveryInput) -> None:
        order = GroupToOpen(group=group, at=workflow.now() + start.clock_offset, clock_offset=start.clock_offset)
        await workflow.execute_activity_method(DeliveryActivities.open_group, order, **limits.GROUP)

    async def _finish(self, start: DeliveryInput) -> DeliveryReport:
        order = DeliveryToFinish(delivery_id=start.delivery_id, at=workflow.now() + start.clock_offset)
        return await workflow.execute_activity_method(DeliveryActivities.finish, order, **limits.DATABASE)
