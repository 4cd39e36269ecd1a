"""Jobs that schedules start: the daily sweep behind the retention timers, reconciliation, mail that came back, the
samples of peer review, and the lists of what is going to be erased."""

from datetime import timedelta

from temporalio import workflow

from activities import limits
from activities.bounces import BounceActivities
from activities.destruction import DestructionActivities
from activities.reconcile import ReconcileActivities
from activities.retention import JobEnded, Moment, RetentionActivities
from activities.reviews import ReviewActivities
from models.periodic import PeriodicInput
from workflows.erasing import erase

BOUNCES_BUDGET = timedelta(hours=1)
"""How long one run tries; then the next one does."""


@workflow.defn(name="Sweep")
class SweepWorkflow:
    """Erases what has no timer of its own, and what a timer left behind. Answers how many units went."""

    @workflow.run
    async def run(self, start: PeriodicInput) -> int:
        orders = await workflow.execute_activity_method(
            RetentionActivities.due, Moment(at=workflow.now() + start.clock_offset), **limits.DATABASE
        )
        if not orders:
            await _ended("sweep", start.found, start)
            return start.found
        for order in orders:
            await erase(order, now=lambda: workflow.now() + start.clock_offset)
        # What is due comes in portions; a run for each keeps the history short.
        return workflow.continue_as_new(start.model_copy(update={"found": start.found + len(orders)}))


@workflow.defn(name="Reconciliation")
class ReconciliationWorkflow:
    """Compares SQL with Temporal. Answers the one number: open cases adrift. It must be 0."""

    @workflow.run
    async def run(self, start: PeriodicInput) -> int:
        found = await workflow.execute_activity_method(
            ReconcileActivities.reconcile, Moment(at=workflow.now() + start.clock_offset), **limits.TEMPORAL
        )
        await _ended("reconciliation", found.adrift, start)
        return found.adrift


@workflow.defn(name="Bounces")
class BouncesWorkflow:
    """Reads the mailbox where mail comes back. Answers how many notices were taken; the next run goes on."""

    @workflow.run
    async def run(self, start: PeriodicInput) -> int:
        taken = await workflow.execute_activity_method(
            BounceActivities.read,
            Moment(at=workflow.now() + start.clock_offset),
            **limits.party(limits.MAIL_QUEUE, budget=BOUNCES_BUDGET),
        )
        await _ended("bounces", taken, start)
        return taken


@workflow.defn(name="PeerReview")
class PeerReviewWorkflow:
    """Draws last month's samples where that was not done. Answers how many."""

    @workflow.run
    async def run(self, start: PeriodicInput) -> int:
        drawn = await workflow.execute_activity_method(
            ReviewActivities.draw, Moment(at=workflow.now() + start.clock_offset), **limits.DATABASE
        )
        await _ended("peer review", drawn, start)
        return drawn


@workflow.defn(name="DestructionLists")
class DestructionListsWorkflow:
    """Makes this week's lists of what is going to be erased, where that was not done. Answers how many."""

    @workflow.run
    async def run(self, start: PeriodicInput) -> int:
        made = await workflow.execute_activity_method(
            DestructionActivities.make, Moment(at=workflow.now() + start.clock_offset), **limits.DATABASE
        )
        await _ended("destruction lists", made, start)
        return made


async def _ended(name: str, found: int, start: PeriodicInput) -> None:
    job = JobEnded(name=name, found=found, at=workflow.now() + start.clock_offset)
    await workflow.execute_activity_method(RetentionActivities.job_ended, job, **limits.DATABASE)
