"""Moving signals between cases: what stands in other places is moved before the case says that it was."""

from datetime import datetime, timedelta

from temporalio import workflow

from activities import limits
from activities.relocation import MergeOrder, RelocationActivities, SplitOrder
from models.case import CaseSignal, CaseState
from models.commands import AnyCommand, MergeCase, SplitSignal

_NOT_JOINED = "Die zaak bestaat niet, is al afgesloten of wordt zelf samengevoegd. Zoek de zaak opnieuw op."


async def relocate(state: CaseState, command: AnyCommand, *, now: datetime, clock_offset: timedelta) -> str | None:
    """Carries out what a split or merge moves; nothing for every other command. A refusal when it cannot be."""
    match command:
        case SplitSignal():
            split = SplitOrder(case_id=state.case_id, signal_id=command.signal_id, at=now, clock_offset=clock_offset)
            await workflow.execute_activity_method(RelocationActivities.split, split, **limits.TEMPORAL)
            return None
        case MergeCase():
            merge = MergeOrder(
                municipality=state.municipality,
                case_id=state.case_id,
                into=command.into,
                signals=tuple(_with_what_is_known(state, signal) for signal in state.signals),
                at=now,
            )
            joined = await workflow.execute_activity_method(RelocationActivities.merge, merge, **limits.TEMPORAL)
            return None if joined else _NOT_JOINED
        case _:
            return None


def _with_what_is_known(state: CaseState, signal: CaseSignal) -> CaseSignal:
    person = state.person(signal.person_id)
    return signal if person is None else signal.model_copy(update={"traits": person.traits})
