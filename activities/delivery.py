"""Turning a delivery's rows into cases."""

import asyncio
from datetime import datetime, timedelta

from temporalio import activity

from activities.ports import CaseDoor, Deliveries
from activities.records import DeliveryReport, MatchedRow, RowGroup, RowWindow
from models.base import Carried
from models.ids import DeliveryId, RowId


class NextGroups(Carried):
    """Which groups of a delivery to open next."""

    delivery_id: DeliveryId
    size: int
    """Rows in a group, about."""
    limit: int
    """Groups."""


class NextWindow(Carried):
    """Which rows of a delivery to look at next."""

    delivery_id: DeliveryId
    size: int
    """Rows in a group, about."""
    after: int
    """Up to this number everything is done."""


class GroupToOpen(Carried):
    """Rows to match one after the other."""

    group: RowGroup
    at: datetime
    clock_offset: timedelta = timedelta(0)


class DeliveryToFinish(Carried):
    delivery_id: DeliveryId
    at: datetime


class DeliveryActivities:
    """The matching protocol's last steps: start or join, then settle. Each row may be done again at any point."""

    def __init__(self, *, deliveries: Deliveries, door: CaseDoor) -> None:
        self._deliveries = deliveries
        self._door = door

    @activity.defn(name="next_groups")
    def next_groups(self, question: NextGroups) -> list[RowGroup]:
        """Groups of rows that are stored and not yet opened."""
        return self._deliveries.groups(question.delivery_id, size=question.size)[: question.limit]

    @activity.defn(name="next_window")
    def next_window(self, question: NextWindow) -> RowWindow:
        """The unfinished rows behind a row, as many as are looked at together; nothing while somebody paused it."""
        return self._deliveries.window(question.delivery_id, size=question.size, after=question.after)

    @activity.defn(name="open_group")
    async def open_group(self, order: GroupToOpen) -> None:
        """Opens or joins a case for each row of the group, in order."""
        done = list[RowId]()
        try:
            for row in order.group.rows:
                activity.heartbeat()
                await self._open(row, order)
                done.append(row)
        finally:
            # Also when a row broke it off: what was opened need not be opened again.
            await asyncio.to_thread(self._deliveries.settled, *done)

    async def _open(self, row: RowId, order: GroupToOpen) -> None:
        matched = await asyncio.to_thread(self._deliveries.match, row, at=order.at)
        while not await self._brought(matched, order):
            # Closed since it was chosen: choose again. Every round takes a case out of the choice, so it ends.
            matched = await asyncio.to_thread(self._deliveries.rematch, row, matched.case_id, at=order.at)

    async def _brought(self, matched: MatchedRow, order: GroupToOpen) -> bool:
        if matched.open is not None:
            await self._door.open(matched.open, clock_offset=order.clock_offset)
            return True
        return matched.join is None or await self._door.join(matched.case_id, matched.join)

    @activity.defn(name="finish_delivery")
    def finish(self, order: DeliveryToFinish) -> DeliveryReport:
        """Marks the delivery finished and counts what became of its rows."""
        return self._deliveries.report(order.delivery_id, finished_at=order.at)
