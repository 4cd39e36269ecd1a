"""The case door for activities: `workflows.client` with a client at hand."""

from collections.abc import Mapping
from datetime import timedelta

from temporalio.client import Client

from models.case import CaseSignal, CaseState
from models.codes import FeedbackCode
from models.ids import BatchId, CaseId, SignalId
from workflows import client as door


class TemporalCaseDoor:
    """`activities.ports.CaseDoor` on a Temporal client."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def open(self, state: CaseState, *, clock_offset: timedelta) -> None:
        await door.open_case(self._client, state, clock_offset=clock_offset)

    async def join(self, case: CaseId, signal: CaseSignal, *more: CaseSignal) -> bool:
        return await door.join_case(self._client, case, signal, *more)

    async def feedback_delivered(self, case: CaseId, codes: Mapping[SignalId, FeedbackCode], batch: BatchId) -> None:
        await door.feedback_delivered(self._client, case, codes, batch)

    async def republish(self, case: CaseId) -> None:
        await door.republish(self._client, case)
