"""The one erase path, as a workflow walks it: keys and indexes, rows, executions, certificate."""

from collections.abc import Callable
from datetime import datetime

from temporalio import workflow

from activities import limits
from activities.records import ErasureOrder
from activities.retention import ErasedSoFar, RetentionActivities


async def erase(order: ErasureOrder, *, now: Callable[[], datetime]) -> None:
    """Erases a unit for good. Once the keys are destroyed there is no way back, only forward to the certificate."""
    await workflow.execute_activity_method(RetentionActivities.destroy, order, **limits.DATABASE)
    rows = await workflow.execute_activity_method(RetentionActivities.delete_rows, order, **limits.DATABASE)
    executions = 0
    if order.workflow_ids:
        executions = await workflow.execute_activity_method(
            RetentionActivities.delete_executions, order, **limits.TEMPORAL
        )
    done = ErasedSoFar(order=order, rows=rows, executions=executions, at=now())
    await workflow.execute_activity_method(RetentionActivities.certify, done, **limits.DATABASE)
