"""The case workflow on a real server with a clock that can be moved; its ports are in memory."""

from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from temporalio.client import WorkflowHandle
from temporalio.worker import Worker

from activities import limits
from activities.case import CaseActivities
from activities.messages import MessageActivities
from activities.ports import PartyUnavailable
from activities.register import RegisterActivities
from activities.retention import RetentionActivities
from engine.sandbox import workflow_runner
from models.case import CaseState
from models.codes import AttemptResult, FeedbackCode, LifeEvent, Outcome, Party, Phase, Role, TaskKind
from models.commands import AnyCommand, ClaimCase, LogCall, ReportLifeEvent
from models.ids import BatchId, CommandId, StaffId, fresh
from models.terms import Terms
from simulation.time_travel import TimeMachine, offset_for
from tests.builders import a_case_state, at, the_terms
from tests.fakes import (
    FakeEraser,
    FakeExecutions,
    FakeHealth,
    FakeMailServer,
    FakeMessages,
    FakeOverview,
    FakePolicies,
    FakePrinter,
    FakeRegister,
    FakeSlots,
    FakeSmsGateway,
    FakeStore,
)
from workflows import client as door
from workflows.case import CaseWorkflow
from workflows.names import case_workflow_id, retention_workflow_id
from workflows.retention import RetentionWorkflow

MONDAY = at("2027-04-05 09:00")


@dataclass
class Desk:
    """One case on a server of its own, with everything around it in memory."""

    machine: TimeMachine
    offset: timedelta
    store: FakeStore = field(default_factory=FakeStore)
    slots: FakeSlots = field(default_factory=FakeSlots)
    health: FakeHealth = field(default_factory=FakeHealth)
    register: FakeRegister = field(default_factory=FakeRegister)
    mail: FakeMailServer = field(default_factory=FakeMailServer)
    letters: FakePrinter = field(default_factory=FakePrinter)
    sms: FakeSmsGateway = field(default_factory=FakeSmsGateway)
    messages: FakeMessages = field(default_factory=FakeMessages)
    eraser: FakeEraser = field(default_factory=FakeEraser)
    executions: FakeExecutions = field(default_factory=FakeExecutions)
    state: CaseState = field(default_factory=a_case_state)

    @property
    def handle(self) -> WorkflowHandle[Any, Any]:
        return self.machine.client.get_workflow_handle_for(CaseWorkflow.run, case_workflow_id(self.state.case_id))

    @property
    def retention(self) -> WorkflowHandle[Any, Any]:
        return self.machine.client.get_workflow_handle(retention_workflow_id(self.state.case_id))

    async def now(self) -> CaseState:
        state: CaseState = await self.handle.query(CaseWorkflow.current)
        return state

    async def open(self) -> None:
        await door.open_case(self.machine.client, self.state, clock_offset=self.offset)
        await self.machine.quiet(self.handle)

    async def travel(self, to: str) -> None:
        await self.machine.travel(self.handle, at(to), clock_offset=self.offset)

    async def press(self, kind: type[Any], *, command_id: str | None = None, **fields: Any) -> door.CommandAnswer:
        command: AnyCommand = kind(
            command_id=CommandId(command_id or fresh()),
            by=StaffId("kim"),
            role=fields.pop("role", Role.CASEWORKER),
            **fields,
        )
        answer = await door.send_command(self.machine.client, self.state.case_id, command, accepted=door.Accepted())
        await self.machine.quiet(self.handle)
        return answer

    async def tell_feedback(self) -> None:
        codes = {signal.signal_id: FeedbackCode.HANDLED for signal in self.state.signals}
        await door.feedback_delivered(self.machine.client, self.state.case_id, codes, BatchId("batch-1"))
        await self.machine.quiet(self.handle)

    @asynccontextmanager
    async def working(self) -> AsyncIterator[None]:
        """A worker for every queue."""
        policies = FakePolicies(the_terms())
        case = CaseActivities(store=self.store, slots=self.slots, policies=policies, health=self.health)
        register = RegisterActivities(register=self.register, store=self.store, health=self.health)
        writing = MessageActivities(
            mail=self.mail,
            letters=self.letters,
            sms=self.sms,
            messages=self.messages,
            store=self.store,
            policies=policies,
            health=self.health,
        )
        erasing = RetentionActivities(eraser=self.eraser, executions=self.executions, overview=FakeOverview())
        queues: dict[str, list[Any]] = {
            limits.MAIN_QUEUE: [
                case.choose_route,
                case.save,
                erasing.destroy,
                erasing.delete_rows,
                erasing.delete_executions,
                erasing.certify,
            ],
            limits.REGISTER_QUEUE: [register.ask],
            limits.MAIL_QUEUE: [writing.send],
            limits.LETTERS_QUEUE: [writing.send],
            limits.SMS_QUEUE: [writing.send],
        }
        with ThreadPoolExecutor(8) as threads:
            async with AsyncExitStack() as stack:
                for queue, activities in queues.items():
                    workflows = [CaseWorkflow, RetentionWorkflow] if queue == limits.MAIN_QUEUE else []
                    await stack.enter_async_context(
                        Worker(
                            self.machine.client,
                            task_queue=queue,
                            workflows=workflows,
                            activities=activities,
                            activity_executor=threads,
                            workflow_runner=workflow_runner(),
                        )
                    )
                yield


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    async with TimeMachine() as machine:
        desk = Desk(machine, offset_for(MONDAY))
        async with desk.working():
            yield desk


async def test_a_resident_who_is_found_gets_a_mail_at_once_and_a_call_is_planned(desk: Desk) -> None:
    await desk.open()
    state = await desk.now()
    assert state.phase is Phase.CONTACT
    assert desk.mail.sent == [f"{state.case_id}.mail-1"]
    assert [task.kind for task in state.tasks] == [TaskKind.CALL]
    assert desk.store.kinds() == ["route_chosen", "register_answered", "attempt_made"]


async def test_nobody_ever_reached_ends_as_never_reached_and_is_erased(desk: Desk) -> None:
    await desk.open()
    for day in ("2027-04-07 14:00", "2027-04-09 18:30", "2027-04-13 10:00"):
        await desk.travel(day)
        resident = desk.state.resident
        assert (
            await desk.press(LogCall, person_id=resident, result=AttemptResult.NO_ANSWER)
        ).ending is door.Ending.OBEYED
    await desk.travel("2027-04-16 12:00")
    assert len(desk.mail.sent) == 2
    await desk.travel("2027-04-26 12:00")
    state = await desk.now()
    assert state.phase is Phase.FEEDBACK
    assert [result.outcome for result in state.outcomes] == [Outcome.NEVER_REACHED]
    await desk.tell_feedback()
    closed = desk.store.states[desk.state.case_id]
    assert closed.phase is Phase.CLOSED
    assert desk.slots.closed == [desk.state.case_id]
    await desk.machine.travel(desk.retention, at("2027-10-04 12:00"), clock_offset=desk.offset)
    assert desk.eraser.steps == []
    await desk.machine.travel(desk.retention, at("2027-10-06 12:00"), clock_offset=desk.offset)
    assert [step for step, _ in desk.eraser.steps] == ["destroy", "rows", "certify"] * 2
    assert desk.executions.deleted == [case_workflow_id(desk.state.case_id)]


async def test_pressing_a_button_twice_records_once_and_costs_no_history(desk: Desk) -> None:
    await desk.open()
    press = {"person_id": desk.state.resident, "result": AttemptResult.VOICEMAIL, "command_id": fresh()}
    assert (await desk.press(LogCall, **press)).ending is door.Ending.OBEYED
    length = (await desk.handle.describe()).history_length
    again = await desk.press(LogCall, **press)
    assert again.ending in (door.Ending.OBEYED, door.Ending.ALREADY_DONE)
    assert (await desk.handle.describe()).history_length == length
    assert desk.store.kinds().count("attempt_made") == 2


@pytest.mark.parametrize("party", [Party.REGISTER, Party.MAIL])
async def test_a_case_in_which_somebody_was_quicker_no_longer_waits_for_the_party(desk: Desk, party: Party) -> None:
    if party is Party.REGISTER:
        desk.register.failures = 100
    else:
        desk.mail.outcomes = [PartyUnavailable] * 100
    await desk.open()
    assert desk.health.waiting == {desk.state.case_id}
    await desk.press(ClaimCase)
    assert desk.health.waiting == {desk.state.case_id}
    if party is Party.REGISTER:
        await desk.press(ReportLifeEvent, person_id=desk.state.resident, event=LifeEvent.DIED)
    else:
        await desk.press(LogCall, person_id=desk.state.resident, result=AttemptResult.CONVERSATION)
    assert (desk.health.waiting, desk.health.down) == (set(), {party})


async def test_a_case_survives_a_database_that_is_away_longer_than_a_local_step_may_take(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = {"terms": 5, "save": 5}

    def fails(step: str) -> None:
        left[step] -= 1
        if left[step] >= 0:
            raise OSError("the database is away")

    def terms(self: FakePolicies, *question: object) -> Terms:
        fails("terms")
        return self.resolved

    monkeypatch.setattr(FakePolicies, "terms", terms)
    desk.store.before_save = lambda record: fails("save")
    await desk.open()
    await desk.travel("2027-04-05 09:10")
    assert (await desk.now()).phase is Phase.CONTACT
    assert max(left.values()) < 0
    assert desk.store.kinds() == ["route_chosen", "register_answered", "attempt_made"]
