"""A closed case waiting for its erasure: one durable timer, which a hold puts off."""

from collections.abc import Sequence
from datetime import datetime

from temporalio import workflow

from activities.records import ErasureOrder
from models.case import Retention
from models.ids import derived, unit_of_case
from models.messages import Press
from models.periodic import RetentionInput
from policy.retention import goes_at
from workflows.erasing import erase
from workflows.keeping import Keeper, refuse
from workflows.names import case_workflow_id

_TOO_LATE = "De gegevens worden nu vernietigd; uitstellen kan niet meer."


@workflow.defn(name="Retention")
class RetentionWorkflow:
    """Erases each unit of a closed case on its date and ends after the last certificate."""

    @workflow.init
    def __init__(self, start: RetentionInput) -> None:
        self._keeper = Keeper(start.state, clock_offset=start.clock_offset)
        self._left: Sequence[Retention] = sorted(start.state.retention, key=lambda unit: unit.due_at)
        self._destroying = False

    @workflow.run
    async def run(self, start: RetentionInput) -> None:
        while self._left:
            due_at = self._due_at()
            if due_at > self._keeper.now():
                await self._until(due_at)
                continue
            await self._erase_due()
        await workflow.wait_condition(workflow.all_handlers_finished)

    def _due_at(self) -> datetime:
        return goes_at(self._left[0], self._keeper.state.hold)

    async def _until(self, due_at: datetime) -> None:
        seen = self._keeper.state
        try:
            await workflow.wait_condition(lambda: self._keeper.state is not seen, timeout=due_at - self._keeper.now())
        except TimeoutError:
            return

    async def _erase_due(self) -> None:
        # Under the lock: a hold that was accepted before is heeded, one that comes now is refused.
        async with self._keeper.lock:
            now, hold = self._keeper.now(), self._keeper.state.hold
            due = [unit for unit in self._left if goes_at(unit, hold) <= now]
            if not due:
                return
            self._destroying = True
            for order in self._orders(due):
                await erase(order, now=self._keeper.now)
            self._left = [unit for unit in self._left if unit not in due]
            self._destroying = False

    def _orders(self, due: Sequence[Retention]) -> list[ErasureOrder]:
        """Signals on their own; the case's own unit last, with the executions that belong to it."""
        state = self._keeper.state
        of_case = unit_of_case(state.case_id)
        return [
            ErasureOrder(
                order_id=derived("erasure", unit.unit_id),
                municipality=state.municipality,
                units=(unit.unit_id,),
                case_id=state.case_id,
                workflow_ids=(case_workflow_id(state.case_id),) if unit.unit_id == of_case else (),
                retention=unit,
            )
            for unit in sorted(due, key=lambda unit: unit.unit_id == of_case)
        ]

    @workflow.update
    async def command(self, press: Press) -> None:
        """Puts erasure off or lets it go on."""
        await self._keeper.obey(press.command, unless=self._refuse_destroyed)

    @command.validator
    def _check_command(self, press: Press) -> None:
        self._refuse_destroyed()
        self._keeper.check(press.command)

    def _refuse_destroyed(self) -> None:
        if self._destroying or not self._left:
            refuse(_TOO_LATE)
