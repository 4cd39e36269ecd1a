"""The case door for activities: `workflows.client` with a client at hand."""

from collections.abc import Iterable
from datetime import timedelta

from temporalio.client import Client

from models.case import CaseSignal, CaseState
from models.ids import BatchId, CaseId, SignalId
from workflows import client as door


class TemporalCaseDoor:
    """`activities.ports.CaseDoor` on a Temporal client."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def open(self, state: CaseState, *, clock_offset: timedelta) -> None:
        await door.open_case(self._client, state, clock_offset=clock_offset)

    async def join(self, case: CaseId, signal: CaseSignal) -> bool:
        return await door.join_case(self._client, case, signal)

    async def feedback_delivered(self, case: CaseId, signals: Iterable[SignalId], batch: BatchId) -> None:
        await door.feedback_delivered(self._client, case, signals, batch)

    async def republish(self, case: CaseId) -> None:
        await door.republish(self._client, case)
