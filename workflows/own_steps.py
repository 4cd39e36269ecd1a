"""A step on our own database: at once in the worker that has the workflow, and the regular way when that fails."""

from collections.abc import Callable
from typing import TypeVar

from temporalio import workflow
from temporalio.exceptions import FailureError, is_cancelled_exception

from activities import limits
from activities.case import CaseActivities

_Question = TypeVar("_Question")
_Answer = TypeVar("_Answer")


async def own_step(step: Callable[[CaseActivities, _Question], _Answer], question: _Question) -> _Answer:
    """The step's answer, however long our database is away."""
    try:
        return await workflow.execute_local_activity_method(step, question, **limits.OWN_STEP)
    except FailureError as error:
        # A local activity fails with the error itself, not with an ActivityError around it; let through, it would end
        # the case. The regular way waits for the database without holding the workflow task.
        if is_cancelled_exception(error):
            raise
        return await durable_step(step, question)


async def durable_step(step: Callable[[CaseActivities, _Question], _Answer], question: _Question) -> _Answer:
    """The same the regular way: it is in the history before anything is written."""
    return await workflow.execute_activity_method(step, question, **limits.DATABASE)
