"""A print round: batches of letters, one after the other, until none waits."""

from datetime import timedelta

from temporalio import workflow
from temporalio.exceptions import ActivityError

from activities import limits
from activities.printing import PrintActivities, PrintOrder, PrintQuestion
from models.periodic import PrintInput


@workflow.defn(name="PrintRound")
class PrintRoundWorkflow:
    """Started by the municipality's schedule. Answers how many letters the printer took."""

    @workflow.run
    async def run(self, start: PrintInput) -> int:
        question = PrintQuestion(municipality=start.municipality, at=workflow.now() + start.clock_offset)
        batch = await workflow.execute_activity_method(PrintActivities.close, question, **limits.DATABASE)
        if batch is None:
            return start.printed
        budget = timedelta(hours=start.budget_hours)
        order = PrintOrder(batch=batch, at=question.at)
        try:
            await workflow.execute_activity_method(
                PrintActivities.hand_over, order, **limits.party(limits.LETTERS_QUEUE, budget=budget)
            )
        except ActivityError:
            # The batch stays as it is and goes with the next round; until then everybody sees that the printer is down.
            return start.printed
        taken = PrintOrder(batch=batch, at=workflow.now() + start.clock_offset)
        printed = await workflow.execute_activity_method(PrintActivities.settle, taken, **limits.DATABASE)
        # What waits comes in portions; a run for each keeps the history short.
        return workflow.continue_as_new(start.model_copy(update={"printed": start.printed + printed}))
