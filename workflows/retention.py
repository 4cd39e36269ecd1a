"""A closed case waiting for its erasure: one durable timer, which a hold puts off."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from temporalio import workflow

from activities import limits
from activities.records import ErasureOrder, ErasureQuestion
from activities.retention import RetentionActivities
from models.case import Retention
from models.destruction import Asked, Permit
from models.ids import UnitId, derived, unit_of_case
from models.messages import Press
from models.periodic import RetentionInput
from policy.retention import goes_at
from workflows.erasing import erase
from workflows.keeping import Keeper, refuse
from workflows.names import case_workflow_id

_LISTS = "destruction-lists"
"""Since when a run asks whether its units stand on a list that nobody agreed to yet. A run remembers what it was told
of a name, so each time that something is erased has one of its own: by how many units are left."""
_ASKED_EVERY = timedelta(days=1)
"""At least as often as the shortest time to come back on a list, so that what was agreed to goes when that is over."""
_TOO_LATE = "De gegevens worden nu vernietigd; uitstellen kan niet meer."


@workflow.defn(name="Retention")
class RetentionWorkflow:
    """Erases each unit of a closed case on its date and ends after the last certificate."""

    @workflow.init
    def __init__(self, start: RetentionInput) -> None:
        self._keeper = Keeper(start.state, clock_offset=start.clock_offset)
        self._left: Sequence[Retention] = sorted(start.state.retention, key=lambda unit: unit.due_at)
        self._ask_again: dict[UnitId, datetime] = {}
        """Units that may not go yet although their date came, and when that is asked again."""
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
        """When the first of what is left goes, or when to ask again whether it may."""
        hold = self._keeper.state.hold
        return min(max(goes_at(unit, hold), self._ask_again.get(unit.unit_id, unit.due_at)) for unit in self._left)

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
            if not due or self._due_at() > now:
                return
            asks = workflow.patched(f"{_LISTS}-{len(self._left)}")
            permits = await self._permits(due) if asks else {}
            due = self._permitted(due, permits, now)
            self._destroying = bool(due)
            for order in self._orders(due, permits):
                await erase(order, now=self._keeper.now)
            self._left = [unit for unit in self._left if unit not in due]
            self._destroying = False

    async def _permits(self, due: Sequence[Retention]) -> Mapping[UnitId, Permit]:
        """Asked under the lock: what may go cannot be put off any more once the answer is there."""
        question = ErasureQuestion(
            municipality=self._keeper.state.municipality,
            asked=tuple(Asked(unit_id=unit.unit_id, due_at=goes_at(unit, self._keeper.state.hold)) for unit in due),
            at=self._keeper.now(),
        )
        permits = await workflow.execute_activity_method(RetentionActivities.permits, question, **limits.DATABASE)
        return {permit.unit_id: permit for permit in permits}

    def _permitted(self, due: Sequence[Retention], permits: Mapping[UnitId, Permit], now: datetime) -> list[Retention]:
        """What may go now. The case's own unit goes last: not before its signals."""
        waits = {unit: permit.not_before for unit, permit in permits.items() if permit.not_before > now}
        of_case = unit_of_case(self._keeper.state.case_id)
        if waits and of_case in permits:
            waits[of_case] = max(waits.values())
        # Somebody may agree meanwhile, and then nothing waits as long as it would have.
        self._ask_again = {unit: min(until, now + _ASKED_EVERY) for unit, until in waits.items()}
        return [unit for unit in due if unit.unit_id not in waits]

    def _orders(self, due: Sequence[Retention], permits: Mapping[UnitId, Permit]) -> list[ErasureOrder]:
        """Signals on their own; the case's own unit last, with the executions that belong to it."""
        state = self._keeper.state
        of_case = unit_of_case(state.case_id)
        said = {unit: permit.on_list for unit, permit in permits.items()}
        return [
            ErasureOrder(
                order_id=derived("erasure", unit.unit_id),
                municipality=state.municipality,
                units=(unit.unit_id,),
                case_id=state.case_id,
                workflow_ids=(case_workflow_id(state.case_id),) if unit.unit_id == of_case else (),
                retention=unit,
                on_list=said.get(unit.unit_id),
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
