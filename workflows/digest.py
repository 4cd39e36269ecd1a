"""The mail that supervisors get on working days."""

from datetime import datetime, time, timedelta

from temporalio import workflow
from temporalio.exceptions import ActivityError

from activities import limits
from activities.digest import DigestActivities, DigestOrder
from models.periodic import DigestInput
from policy.calendar import at_local, local

BUDGET = timedelta(hours=10)
"""How long the mail server is tried. What could not leave in the morning is read by nobody at night."""
AGAIN = timedelta(minutes=1)
"""How long between two tries at most: it is waited for at the start of the day."""


@workflow.defn(name="Digest")
class DigestWorkflow:
    """Started by the municipality's schedule. Answers how many mails left: none when those of today have left already,
    however often and late it runs, so that an outage of days ends with one mail."""

    @workflow.run
    async def run(self, start: DigestInput) -> int:
        order = DigestOrder(municipality=start.municipality, at=workflow.now() + start.clock_offset)
        budget = min(BUDGET, _left_of_the_day(order.at))
        try:
            sent: int = await workflow.execute_activity_method(
                DigestActivities.send, order, **limits.party(limits.MAIL_QUEUE, budget=budget, slowest=AGAIN)
            )
        except ActivityError:
            await workflow.execute_activity_method(DigestActivities.give_up, order, **limits.DATABASE)
            return 0
        return sent


def _left_of_the_day(at: datetime) -> timedelta:
    # Tomorrow has a mail of its own.
    midnight = at_local(local(at).date() + timedelta(days=1), time(0))
    return timedelta(seconds=midnight.timestamp() - at.timestamp())
