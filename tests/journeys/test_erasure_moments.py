"""Of every class of outcome a closed case is really erased, by its own timer in both databases: the moment before all
is there, the moment after nothing. The classes are those of the default policy, so that a new one joins by itself."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
import pytest_asyncio
from sqlmodel import col, select
from temporalio.client import WorkflowHandle

from activities.limits import MAIN_QUEUE
from adapters.erasure import OF_A_UNIT
from adapters.executions import TemporalExecutions
from adapters.retention_check import RetentionCheck
from engine.namespace import RETENTION
from models.case import CaseSignal, CaseState
from models.codes import AttemptResult, FeedbackCode, Outcome, OutcomeClass, Phase, RegisterResult, Role
from models.commands import ReleaseHold, SetHold
from models.facts import AnyFact, CaseClosed, FeedbackDelivered, FeedbackOwed, SignalJoined
from models.ids import BatchId, CaseId, CommandId, SignalId, StaffId, UnitId, fresh, unit_of_case
from models.messages import Press
from models.periodic import RetentionInput
from models.terms import RetentionRule
from models.vault_tables import CertificateRow
from policy.calendar import add_months
from simulation.installation import Installation
from simulation.time_travel import offset_for
from tests.adapters.conftest import Databases
from tests.adapters.stored import happened, store_case, store_signal
from tests.builders import (
    a_case_state,
    a_signal,
    after,
    at,
    call_made,
    register_says,
    route_chosen,
    the_terms,
)
from tests.journeys.town import a_town
from tests.unit.test_retention_moments import ending, expected, spoken_with
from workflows.names import retention_workflow_id
from workflows.retention import RetentionWorkflow

pytestmark = pytest.mark.asyncio(loop_scope="module")

RULES = {rule.outcome_class: rule for rule in the_terms().retention}
HANNA = StaffId("hanna")
RECEIVED = at("2027-04-05 09:00")
A_DAY, A_MINUTE = timedelta(days=1), timedelta(minutes=1)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Installation]:
    async with a_town(tmp_path_factory.mktemp("town"), begins=RECEIVED) as town:
        yield town


@dataclass
class Closed:
    """A closed case that waits for its erasure, with a clock of its own."""

    town: Installation
    state: CaseState
    offset: timedelta

    @property
    def units(self) -> list[UnitId]:
        """Those of its signals by age, and its own."""
        return [*(signal.unit_id for signal in self.state.signals), unit_of_case(self.state.case_id)]

    @property
    def timer(self) -> WorkflowHandle[RetentionWorkflow, None]:
        return self.town.client.get_workflow_handle_for(
            RetentionWorkflow.run, retention_workflow_id(self.state.case_id)
        )

    async def travel(self, moment: datetime) -> None:
        await self.town.machine.travel(self.timer, moment, clock_offset=self.offset)

    async def there(self) -> list[UnitId]:
        """The units of which anything is there; asserts that of each all is, or nothing."""
        stores, found = self.town.stores, []
        for unit in self.units:
            with stores.database.read() as session:
                rows = [
                    session.exec(select(table.unit_id).where(col(table.unit_id) == unit)).first() for table in OF_A_UNIT
                ]
            with stores.vault.database.read() as session:
                certified = [row.id for row in session.exec(select(CertificateRow)) if unit in row.units]
            gone = stores.vault.destroyed(unit)
            assert (any(rows), len(certified)) == (not gone, int(gone)), unit
            if not gone:
                found.append(unit)
        return found

    async def hold(self, until: datetime) -> None:
        kept = self.town.stores.outbox.put(
            self.state.case_id,
            SetHold(command_id=CommandId(fresh()), by=HANNA, role=Role.SUPERVISOR, until=until),
            "Er loopt een klacht.",
            RECEIVED,
        )
        await self.timer.execute_update(RetentionWorkflow.command, Press(command=kept))

    async def release(self) -> None:
        command = ReleaseHold(command_id=CommandId(fresh()), by=HANNA, role=Role.SUPERVISOR)
        await self.timer.execute_update(RetentionWorkflow.command, Press(command=command))

    async def wrong(self, moment: datetime) -> list[str]:
        """What `retention verify` would say of it at this moment."""
        stores = self.town.stores
        # Temporal forgets what ended by its own clock, which stands at today: the timer is left out.
        executions = [each for each in await TemporalExecutions(self.town.client).of_cases() if each.of_case]
        found = RetentionCheck(stores.database, stores.vault).look(executions, at=moment, executions_kept=RETENTION)
        mine = {self.state.case_id, *self.units, *(signal.signal_id for signal in self.state.signals)}
        return [wrong.thing.id for wrong in found if any(name in wrong.thing.id for name in mine)]


async def closed(
    town: Installation, rule: RetentionRule, *, received: Sequence[datetime], closed_at: datetime
) -> Closed:
    """Through the facts of a life, each written as the case's own workflow does; then its timer runs."""
    case = CaseId(fresh())
    signals = [
        a_signal(
            case,
            signal_id=SignalId(fresh()),
            unit_id=UnitId(f"signal-{fresh()}"),
            received_at=moment,
            joined_at=moment,
        )
        for moment in received
    ]
    databases = Databases(town.stores.database, town.stores.vault, None)
    state = store_case(databases, a_case_state(case, signals=(signals[0],), opened_at=received[0]))
    for signal in signals[1:]:
        store_signal(databases, signal)
    for fact in _life(state, rule, signals, closed_at):
        mine = {"person_id": state.resident} if "person_id" in type(fact).model_fields else {}
        state = happened(databases, state, fact.model_copy(update=mine), now=fact.at)
    assert state.phase is Phase.CLOSED
    start = RetentionInput(
        state=state.model_copy(update={"terms": None}), clock_offset=(offset := offset_for(closed_at))
    )
    await town.client.start_workflow(
        RetentionWorkflow.run, start, id=retention_workflow_id(case), task_queue=MAIN_QUEUE
    )
    return Closed(town, state, offset)


def _life(
    state: CaseState, rule: RetentionRule, signals: Sequence[CaseSignal], closed_at: datetime
) -> Sequence[AnyFact]:
    began = state.opened_at
    return [
        route_chosen(began),
        register_says(RegisterResult.FOUND, began),
        *(SignalJoined(at=signal.received_at, signal=signal) for signal in signals[1:]),
        call_made(AttemptResult.CONVERSATION, began),
        ending(an_outcome_of(rule), closed_at),
        *(FeedbackOwed(at=closed_at, signal_id=one.signal_id, code=FeedbackCode.HANDLED) for one in signals),
        *(FeedbackDelivered(at=closed_at, signal_id=one.signal_id, batch_id=BatchId("batch")) for one in signals),
        CaseClosed(at=closed_at),
    ]


def an_outcome_of(rule: RetentionRule) -> Outcome:
    """One after which nothing is left to do."""
    return next(
        outcome for outcome in rule.outcomes if not after(spoken_with([RECEIVED]), ending(outcome, RECEIVED)).tasks
    )


def dates(case: Closed, rule: RetentionRule, closed_at: datetime) -> list[datetime]:
    """When each of its signals goes."""
    began = case.state.opened_at
    return [
        expected(an_outcome_of(rule), signal.received_at, closed_at, attempted_at=began)
        for signal in case.state.signals
    ]


@pytest.mark.parametrize("kind", OutcomeClass)
async def test_signals_of_different_age_go_each_on_its_day_and_the_case_with_the_last(
    town: Installation, kind: OutcomeClass
) -> None:
    rule, closed_at = RULES[kind], RECEIVED + timedelta(days=60)
    case = await closed(town, rule, received=[RECEIVED, RECEIVED + timedelta(days=40)], closed_at=closed_at)
    first, last = dates(case, rule, closed_at)
    await case.travel(first - A_DAY)
    assert await case.there() == case.units
    await case.travel(last - A_DAY)
    assert await case.there() == (case.units if first == last else case.units[1:])
    assert await case.wrong(last - A_DAY) == []
    await case.travel(last)
    assert await case.there() == []
    assert await case.wrong(last + A_DAY) == []


@pytest.mark.parametrize("kind", OutcomeClass)
async def test_what_is_held_goes_when_the_hold_ends(town: Installation, kind: OutcomeClass) -> None:
    rule, closed_at = RULES[kind], RECEIVED + timedelta(days=60)
    case = await closed(town, rule, received=[RECEIVED], closed_at=closed_at)
    [due] = dates(case, rule, closed_at)
    until = due + timedelta(days=90)
    await case.hold(until)
    await case.travel(until - A_DAY)
    assert await case.there() == case.units
    assert await case.wrong(until - A_DAY) == []
    await case.travel(until)
    assert await case.there() == []
    assert await case.wrong(until + A_DAY) == []


@pytest.mark.parametrize("kind", OutcomeClass)
async def test_a_hold_that_is_released_after_the_date_lets_all_go_at_once(
    town: Installation, kind: OutcomeClass
) -> None:
    rule, closed_at = RULES[kind], RECEIVED + timedelta(days=60)
    case = await closed(town, rule, received=[RECEIVED], closed_at=closed_at)
    [due] = dates(case, rule, closed_at)
    await case.hold(due + timedelta(days=3_000))
    await case.travel(due + A_DAY)
    assert await case.there() == case.units
    await case.release()
    await case.timer.result()
    assert await case.there() == []


@pytest.mark.parametrize("kind", OutcomeClass)
async def test_a_term_that_ends_in_an_hour_that_is_not_there_ends_an_hour_later_on_the_clock(
    town: Installation, kind: OutcomeClass
) -> None:
    rule, night = RULES[kind], at("2031-03-30 02:30")
    began = datetime.combine(add_months(night.date(), -rule.term.months) - timedelta(days=rule.term.days), night.time())
    began = at(f"{began:%Y-%m-%d %H:%M}")
    case = await closed(town, rule, received=[began], closed_at=began)
    assert dates(case, rule, began) == [at("2031-03-30 03:30")]
    await case.travel(at("2031-03-30 03:29"))
    assert await case.there() == case.units
    await case.travel(at("2031-03-30 03:30"))
    assert await case.there() == []
