"""Telling partners, in batches, what became of their signals."""

import asyncio
from datetime import datetime

from temporalio import activity

from activities.ports import CaseDoor, FeedbackLedger, NotAuthorised, PartnerDesk, PartyHealth, PartyUnavailable
from activities.records import OwedBatch
from models.base import Carried
from models.codes import FeedbackCode, Party
from models.ids import CaseId, PartnerId, SignalId
from models.values import MunicipalityCode


class OwedQuestion(Carried):
    """What a partner is owed at this moment."""

    municipality: MunicipalityCode
    partner_id: PartnerId
    at: datetime


class BatchAt(Carried):
    """A batch and the moment at which something is done with it."""

    batch: OwedBatch
    at: datetime


class FeedbackActivities:
    """Collect, deliver, settle, tell the cases. The partner knows a batch by its id, so every step may be repeated."""

    def __init__(self, *, ledger: FeedbackLedger, desk: PartnerDesk, door: CaseDoor, health: PartyHealth) -> None:
        self._ledger = ledger
        self._desk = desk
        self._door = door
        self._health = health

    @activity.defn(name="collect_feedback")
    def collect(self, question: OwedQuestion) -> OwedBatch | None:
        """The batch to deliver; None when nothing is owed."""
        return self._ledger.owed(question.municipality, question.partner_id, at=question.at)

    @activity.defn(name="deliver_feedback")
    def deliver(self, order: BatchAt) -> None:
        """Delivers the batch. Raises `PartyUnavailable` (tried again) or `NotAuthorised`."""
        batch = order.batch
        items = self._ledger.content(batch.batch_id)
        try:
            self._desk.deliver(batch.partner_id, batch.batch_id, items)
        except (PartyUnavailable, NotAuthorised) as error:
            self._health.failed(Party.PARTNERS, waiting=batch.batch_id, code=error.code, at=order.at)
            raise
        self._health.answered(Party.PARTNERS, waiting=batch.batch_id)

    @activity.defn(name="settle_feedback")
    def settle(self, order: BatchAt) -> None:
        """Books the batch as delivered."""
        self._ledger.delivered(order.batch.batch_id, at=order.at)

    @activity.defn(name="tell_cases")
    async def tell(self, order: BatchAt) -> None:
        """Tells each case that its partner took the feedback."""
        by_case: dict[CaseId, dict[SignalId, FeedbackCode]] = {}
        for told in order.batch.signals:
            by_case.setdefault(told.case_id, {})[told.signal_id] = told.code
        async with asyncio.TaskGroup() as group:
            for case, codes in by_case.items():
                group.create_task(self._door.feedback_delivered(case, codes, order.batch.batch_id))
