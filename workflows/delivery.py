"""A delivery's rows become cases: in groups, a bounded number at once, and again from where it stopped."""

import asyncio

from temporalio import workflow

from activities import limits
from activities.delivery import DeliveryActivities, DeliveryToFinish, GroupToOpen, NextGroups
from activities.records import DeliveryReport, RowGroup
from models.periodic import DeliveryInput

ROWS_IN_A_GROUP = 10
GROUPS_AT_ONCE = 20
PAGES_IN_A_RUN = 50


@workflow.defn(name="Delivery")
class DeliveryWorkflow:
    """Opens or joins a case for every stored row, and counts what became of them."""

    @workflow.run
    async def run(self, start: DeliveryInput) -> DeliveryReport:
        for _ in range(PAGES_IN_A_RUN):
            groups = await workflow.execute_activity_method(
                DeliveryActivities.next_groups,
                NextGroups(delivery_id=start.delivery_id, size=ROWS_IN_A_GROUP, limit=GROUPS_AT_ONCE),
                **limits.DATABASE,
            )
            if not groups:
                return await self._finish(start)
            await asyncio.gather(*(self._open(group, start) for group in groups))
        # Many pages make a long history; the next run goes on with the rows that are still stored.
        return workflow.continue_as_new(start)

    async def _open(self, group: RowGroup, start: DeliveryInput) -> None:
        order = GroupToOpen(group=group, at=workflow.now() + start.clock_offset, clock_offset=start.clock_offset)
        await workflow.execute_activity_method(DeliveryActivities.open_group, order, **limits.TEMPORAL)

    async def _finish(self, start: DeliveryInput) -> DeliveryReport:
        order = DeliveryToFinish(delivery_id=start.delivery_id, at=workflow.now() + start.clock_offset)
        return await workflow.execute_activity_method(DeliveryActivities.finish, order, **limits.DATABASE)
