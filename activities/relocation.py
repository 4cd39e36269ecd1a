"""Moving signals between cases, when they turn out to be about one person or about two."""

import asyncio
from datetime import datetime, timedelta

from temporalio import activity

from activities.ports import BeingMerged, CaseDoor, Relocations
from models.base import Carried
from models.case import CaseSignal
from models.ids import CaseId, SignalId
from models.values import MunicipalityCode


class SplitOrder(Carried):
    """A signal that gets a case of its own."""

    case_id: CaseId
    signal_id: SignalId
    at: datetime
    clock_offset: timedelta = timedelta(0)


class MergeOrder(Carried):
    """A case whose signals go to another one of the same municipality."""

    municipality: MunicipalityCode
    case_id: CaseId
    into: CaseId
    signals: tuple[CaseSignal, ...]
    at: datetime


class RelocationActivities:
    """Each may be done again at any point, and then completes what was left half-done."""

    def __init__(self, *, relocations: Relocations, door: CaseDoor) -> None:
        self._relocations = relocations
        self._door = door

    @activity.defn(name="split_signal")
    async def split(self, order: SplitOrder) -> None:
        """Opens a case for the signal alone."""
        opened = await asyncio.to_thread(self._relocations.split, order.signal_id, order.case_id, at=order.at)
        await self._door.open(opened, clock_offset=order.clock_offset)
        await asyncio.to_thread(self._relocations.settled, order.signal_id)

    @activity.defn(name="merge_case")
    async def merge(self, order: MergeOrder) -> bool:
        """Brings the signals to the other case, all or none; False when that is closed, being merged itself, or not
        there for this municipality."""
        if not await self._brought(order):
            # It is not there, cannot take them, or closed in between: everything stands where it was.
            await asyncio.to_thread(self._relocations.moved, order.signals, order.case_id, at=order.at)
            return False
        await asyncio.to_thread(self._relocations.merged, order.case_id, order.into)
        return True

    async def _brought(self, order: MergeOrder) -> bool:
        if await asyncio.to_thread(self._relocations.has, order.into, order.signals):
            # Done before this was broken off; the other case may have closed with them since.
            return True
        if not await asyncio.to_thread(self._relocations.can_merge, order.municipality, order.into):
            return False
        moved = await asyncio.to_thread(self._relocations.moved, order.signals, order.into, at=order.at)
        try:
            return await self._door.join(order.into, *moved)
        except BeingMerged:
            # Two cases that are merged into each other would wait for each other for ever.
            return False
