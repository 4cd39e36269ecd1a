"""A partner's batch: collected, delivered, booked, and told to the cases."""

from datetime import timedelta

from temporalio import workflow
from temporalio.exceptions import ActivityError

from activities import limits
from activities.feedback import BatchAt, FeedbackActivities, OwedQuestion
from models.periodic import FeedbackInput


@workflow.defn(name="Feedback")
class FeedbackWorkflow:
    """Started by the partner's schedule. Answers how many signals were told, in batch after batch."""

    @workflow.run
    async def run(self, start: FeedbackInput) -> int:
        now = workflow.now() + start.clock_offset
        question = OwedQuestion(municipality=start.municipality, partner_id=start.partner_id, at=now)
        batch = await workflow.execute_activity_method(FeedbackActivities.collect, question, **limits.DATABASE)
        if batch is None:
            return start.told
        order = BatchAt(batch=batch, at=now)
        budget = timedelta(hours=start.budget_hours)
        try:
            await workflow.execute_activity_method(
                FeedbackActivities.deliver, order, **limits.party(limits.PARTNERS_QUEUE, budget=budget)
            )
        except ActivityError:
            # The batch stays open and goes with the next run; the cases' own deadline makes the delay visible.
            return start.told
        delivered = BatchAt(batch=batch, at=workflow.now() + start.clock_offset)
        await workflow.execute_activity_method(FeedbackActivities.settle, delivered, **limits.DATABASE)
        await workflow.execute_activity_method(FeedbackActivities.tell, delivered, **limits.TEMPORAL)
        told = start.told + len(batch.signals)
        if batch.more:
            return workflow.continue_as_new(start.model_copy(update={"told": told}))
        return told
