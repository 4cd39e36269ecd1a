"""Erasing, in the one order that leaves nothing readable behind: keys, rows, executions, certificate."""

from datetime import datetime

from temporalio import activity

from activities.ports import Eraser, Executions, Overview
from activities.records import ErasureOrder, ErasureQuestion
from models.base import Carried
from models.destruction import Permit


class ErasedSoFar(Carried):
    """What was deleted before the certificate is written."""

    order: ErasureOrder
    rows: int
    executions: int
    at: datetime


class Moment(Carried):
    """A moment that a workflow gives to an activity."""

    at: datetime


class JobEnded(Carried):
    """A recurring job is done and found this many."""

    name: str
    found: int
    at: datetime


class RetentionActivities:
    """The steps of erasure. Each may be repeated; the certificate is written once."""

    def __init__(self, *, eraser: Eraser, executions: Executions, overview: Overview) -> None:
        self._eraser = eraser
        self._executions = executions
        self._overview = overview

    @activity.defn(name="destroy_keys")
    def destroy(self, order: ErasureOrder) -> None:
        """From here on nobody can read the data any more, in any backup of the main database."""
        self._eraser.destroy(order)

    @activity.defn(name="delete_rows")
    def delete_rows(self, order: ErasureOrder) -> int:
        """The number of rows deleted."""
        return self._eraser.delete_rows(order)

    @activity.defn(name="delete_executions")
    async def delete_executions(self, order: ErasureOrder) -> int:
        """The number of executions deleted from Temporal."""
        return await self._executions.delete(order.workflow_ids)

    @activity.defn(name="certify")
    def certify(self, done: ErasedSoFar) -> None:
        """Writes the certificate; fails while anything of the unit still exists."""
        self._eraser.certify(done.order, rows=done.rows, executions=done.executions, at=done.at)

    @activity.defn(name="erasure_permits")
    def permits(self, question: ErasureQuestion) -> list[Permit]:
        """From when each unit may be erased, as things stand now: a list may have to be agreed to first."""
        return self._eraser.permits(question)

    @activity.defn(name="due_orders")
    def due(self, moment: Moment) -> list[ErasureOrder]:
        """What the daily sweep must erase."""
        return self._eraser.due_units(moment.at)

    @activity.defn(name="job_ended")
    def job_ended(self, job: JobEnded) -> None:
        self._overview.job_ended(job.name, at=job.at, found=job.found)
