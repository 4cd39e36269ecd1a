"""Holding both sides against each other: what SQL believes is open, and what runs in Temporal."""

import asyncio
from datetime import datetime, timedelta

from temporalio import activity

from activities.ports import CaseDoor, Executions, Overview
from activities.records import OpenCase
from activities.retention import Moment
from models.base import Carried
from models.ids import CaseId

LATE = timedelta(minutes=5)
"""A timer this much late was not merely busy."""


class Reconciliation(Carried):
    """What was found. `adrift` must be 0: open cases without a next step, an owner queue or a live timer."""

    open: int
    running: int
    only_in_sql: tuple[CaseId, ...]
    only_in_temporal: tuple[CaseId, ...]
    late: tuple[CaseId, ...]
    without_next: tuple[CaseId, ...]

    @property
    def adrift(self) -> int:
        return len({*self.only_in_sql, *self.only_in_temporal, *self.late, *self.without_next})


def compare(cases: list[OpenCase], running: list[CaseId], *, now: datetime) -> Reconciliation:
    """Holds the two lists against each other."""
    in_sql, in_temporal = {case.case_id for case in cases}, set(running)
    return Reconciliation(
        open=len(cases),
        running=len(running),
        only_in_sql=tuple(sorted(in_sql - in_temporal)),
        only_in_temporal=tuple(sorted(in_temporal - in_sql)),
        late=tuple(case.case_id for case in cases if case.wake_at is not None and case.wake_at < now - LATE),
        without_next=tuple(
            case.case_id for case in cases if not (case.has_next and case.has_queue and case.wake_at is not None)
        ),
    )


class ReconcileActivities:
    """Reconciliation and its one direction of repair: the workflow publishes again."""

    def __init__(self, *, overview: Overview, executions: Executions, door: CaseDoor) -> None:
        self._overview = overview
        self._executions = executions
        self._door = door

    @activity.defn(name="reconcile")
    async def reconcile(self, moment: Moment) -> Reconciliation:
        """Compares both sides and asks the workflows that lag behind to publish again."""
        # Temporal first: a case's row is there before its workflow starts, so none seems to run without a row.
        running = await self._executions.running_cases()
        cases = await asyncio.to_thread(self._overview.open_cases)
        found = compare(cases, running, now=moment.at)
        for case in {*found.late, *found.without_next, *found.only_in_temporal} & set(running):
            await self._door.republish(case)
        return found
