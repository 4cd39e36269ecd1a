"""One case on a real server, with everything around it in memory, and gates to hold what happens in it."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from temporalio import activity
from temporalio.client import WorkflowHandle, WorkflowUpdateStage
from temporalio.service import RPCError
from temporalio.worker import Worker

from activities import limits
from activities.case import CaseActivities
from activities.messages import MessageActivities
from activities.records import CaseRecord
from activities.register import RegisterActivities
from activities.relocation import RelocationActivities
from activities.retention import RetentionActivities
from adapters.case_door import TemporalCaseDoor
from engine.runner import workflow_runner
from models.case import CaseSignal, CaseState
from models.codes import AttemptResult, FeedbackCode, Outcome, Role
from models.commands import AnyCommand, LogCall, RecordOutcome
from models.ids import BatchId, CaseId, CommandId, SignalId, StaffId, UnitId, fresh
from models.messages import Joining, Press
from simulation.time_travel import TimeMachine
from tests.builders import a_case_state, a_signal, at, the_terms
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
    FakeRelocations,
    FakeSlots,
    FakeSmsGateway,
    FakeStore,
    Gate,
    NobodyEarlier,
)
from workflows import client as door
from workflows.case import CaseWorkflow
from workflows.names import case_workflow_id, joining_id, retention_workflow_id
from workflows.retention import RetentionWorkflow

MONDAY = at("2027-04-05 09:00")


def a_new_case() -> CaseState:
    """A case and a signal that no other test knows."""
    case = fresh()
    return a_case_state(case, signals=(another_signal(CaseId(case)),))


def another_signal(case: CaseId) -> CaseSignal:
    """One more signal about the resident of this case."""
    return a_signal(case, signal_id=SignalId(fresh()), unit_id=UnitId(f"signal-{fresh()}"))


@dataclass
class Desk:
    """One case, what is around it, and its caseworkers."""

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
    policies: FakePolicies = field(default_factory=lambda: FakePolicies(the_terms()))
    relocations: FakeRelocations = field(init=False)
    state: CaseState = field(default_factory=a_new_case)
    opened: list[CaseId] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.relocations = FakeRelocations(self.store)

    @property
    def handle(self) -> WorkflowHandle[Any, Any]:
        return self.machine.client.get_workflow_handle_for(CaseWorkflow.run, case_workflow_id(self.state.case_id))

    @property
    def retention(self) -> WorkflowHandle[Any, Any]:
        return self.machine.client.get_workflow_handle(retention_workflow_id(self.state.case_id))

    @property
    def signal(self) -> CaseSignal:
        """The one that the case was opened by."""
        return self.state.signals[0]

    async def now(self) -> CaseState:
        state: CaseState = await self.handle.query(CaseWorkflow.current)
        return state

    def kinds(self) -> list[str]:
        """Kinds of the case's facts in the order in which they were written."""
        mine = (record for record in self.store.records if record.state.case_id == self.state.case_id)
        return [recorded.fact.kind for record in mine for recorded in record.facts]

    # --- the case ---

    def another(self) -> "Desk":
        """Another case in the same office."""
        other = replace(self, state=a_new_case())
        other.relocations = self.relocations
        return other

    async def start(self) -> None:
        """Opens the case and does not wait for what it does."""
        self.opened.append(self.state.case_id)
        await door.open_case(self.machine.client, self.state, clock_offset=self.offset)

    async def open(self) -> None:
        await self.start()
        await self.quiet()

    async def quiet(self) -> None:
        """Returns when the case waits for time or messages."""
        await self.machine.quiet(self.handle)

    async def travel(self, to: str | datetime) -> None:
        moment = at(to) if isinstance(to, str) else to
        await self.machine.travel(self.handle, moment, clock_offset=self.offset)

    def travelling(self, to: str | datetime) -> asyncio.Task[None]:
        """The journey has begun; it ends when nothing is held any more."""
        return asyncio.create_task(self.travel(to))

    async def leave(self) -> None:
        """Nothing of this desk's cases goes on at the next one."""
        for case in self.opened:
            for workflow_id in (case_workflow_id(case), retention_workflow_id(case)):
                try:
                    await self.machine.client.get_workflow_handle(workflow_id).terminate()
                except RPCError:
                    continue

    # --- caseworkers ---

    def command(self, kind: type[Any], *, command_id: str | None = None, **fields: Any) -> AnyCommand:
        command: AnyCommand = kind(
            command_id=CommandId(command_id or fresh()),
            by=StaffId(fields.pop("by", "kim")),
            role=fields.pop("role", Role.CASEWORKER),
            **fields,
        )
        return command

    async def press(self, kind: type[Any], **fields: Any) -> door.CommandAnswer:
        answer = await self.send(kind, **fields)
        await self.quiet()
        return answer

    async def send(self, kind: type[Any], **fields: Any) -> door.CommandAnswer:
        """Presses a button, also while something is being written."""
        return await self._send(self.command(kind, **fields))

    async def begin(self, kind: type[Any], **fields: Any) -> asyncio.Task[door.CommandAnswer]:
        """Presses a button; returns when the case has accepted the press, with the answer to wait for."""
        command = self.command(kind, **fields)
        await self.handle.start_update(
            CaseWorkflow.command,
            Press(command=command),
            id=command.command_id,
            wait_for_stage=WorkflowUpdateStage.ACCEPTED,
        )
        return asyncio.create_task(self._send(command))

    async def reach(self) -> None:
        """The resident is spoken to on the telephone."""
        answer = await self.press(LogCall, person_id=self.state.resident, result=AttemptResult.CONVERSATION)
        assert answer.ending is door.Ending.OBEYED

    async def end(self, outcome: Outcome = Outcome.SETTLES_IT_HIMSELF) -> None:
        """The resident is spoken to, and so it ends."""
        await self.reach()
        answer = await self.press(RecordOutcome, person_id=self.state.resident, outcome=outcome)
        assert answer.ending is door.Ending.OBEYED

    # --- partners ---

    async def begin_joining(self, signal: CaseSignal) -> asyncio.Task[bool]:
        """Brings a signal; returns when the case has accepted to look at it, with its answer to wait for."""
        await self.handle.start_update(
            CaseWorkflow.join,
            Joining(signal=signal),
            id=joining_id(signal),
            wait_for_stage=WorkflowUpdateStage.ACCEPTED,
        )
        return asyncio.create_task(door.join_case(self.machine.client, self.state.case_id, signal))

    async def tell(self, code: FeedbackCode = FeedbackCode.HANDLED, *, batch: str = "batch-1") -> None:
        """The news that the partners took this, without waiting for what comes of it."""
        await self.tell_of({signal.signal_id: code for signal in self.state.signals}, batch=batch)

    async def tell_of(self, codes: Mapping[SignalId, FeedbackCode], *, batch: str = "batch-1") -> None:
        """The news that the partners of these signals took this."""
        await door.feedback_delivered(self.machine.client, self.state.case_id, codes, BatchId(batch))

    async def tell_feedback(self) -> None:
        await self.tell()
        await self.quiet()

    # --- what holds the case up ---

    def hold(self, kind: str) -> Gate:
        """The next writing of a fact of this kind waits at the gate, in the regular way, in which the case lives on
        meanwhile: the quick way, within the worker, finds the database away."""
        gate = Gate()

        def before_save(record: CaseRecord) -> None:
            if gate.opened.is_set() or kind not in [recorded.fact.kind for recorded in record.facts]:
                return
            if activity.info().is_local:
                raise OSError("the database is away")
            gate.pass_through()

        self.store.before_save = before_save
        return gate

    async def _send(self, command: AnyCommand) -> door.CommandAnswer:
        return await door.send_command(self.machine.client, self.state.case_id, command, accepted=door.Accepted())

    @asynccontextmanager
    async def working(self) -> AsyncIterator[None]:
        """A worker for every queue."""
        case = CaseActivities(
            store=self.store,
            slots=self.slots,
            earlier=NobodyEarlier(),
            policies=self.policies,
            health=self.health,
        )
        register = RegisterActivities(register=self.register, store=self.store, health=self.health)
        relocation = RelocationActivities(relocations=self.relocations, door=TemporalCaseDoor(self.machine.client))
        writing = MessageActivities(
            mail=self.mail,
            letters=self.letters,
            sms=self.sms,
            messages=self.messages,
            store=self.store,
            policies=self.policies,
            health=self.health,
        )
        erasing = RetentionActivities(eraser=self.eraser, executions=self.executions, overview=FakeOverview())
        queues: dict[str, list[Any]] = {
            limits.MAIN_QUEUE: [
                case.choose_route,
                case.save,
                relocation.merge,
                erasing.destroy,
                erasing.delete_rows,
                erasing.delete_executions,
                erasing.certify,
                erasing.permits,
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
