"""An installation of real processes whose worker and server can be killed. It lives in real time."""

import asyncio
import multiprocessing
import os
import random
import shutil
import signal
import sys
from asyncio.subprocess import PIPE
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import ResetStickyTaskQueueRequest
from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.service import RPCError, RPCStatusCode

from activities.limits import MAIN_QUEUE
from activities.reconcile import compare
from adapters.command_desk import Answer, CommandDesk
from adapters.delivery_csv import delivered
from adapters.executions import TemporalExecutions
from adapters.stores import Stores, migrate, open_stores
from config import Settings
from engine.client import connect
from engine.servers import EmbeddedServer, free_port
from models.case import CaseState
from models.codes import Phase, RegisterResult, Role
from models.commands import AnyCommand, ClaimCase, Command
from models.ids import CaseId, CommandId, DeliveryId, StaffId, case_opened_by, fresh, row_of, signal_of
from models.periodic import DeliveryInput, FeedbackInput, PeriodicInput, PrintInput
from policy.calendar import local
from simulation import deliveries, demo
from simulation.deliveries import WOONSTEE, SyntheticPartner, write_csv
from simulation.people import BLOCK, SEED, SyntheticPerson, population
from simulation.world import World
from tests.kill import worker_main
from workflows.client import start_delivery
from workflows.feedback import FeedbackWorkflow
from workflows.periodic import SweepWorkflow
from workflows.printing import PrintRoundWorkflow

_Command = TypeVar("_Command", bound=Command)

POLICY = """\
sender: {name: Gemeente Zonnedijk, page: "https://zonnedijk.example/bericht", phone: "010 123 45 00"}
retention:
  not_picked_up: {months: null, minutes: 1}
triage: [{route: standard, rule: "Iedereen volgt hier dezelfde route."}]
"""
"""The default policy, but who is not picked up is forgotten a minute after receipt: at once, when received before. And
everybody goes the same route, whatever amount a file happens to say."""
PATIENCE_SECONDS = 60.0
_STOPS_WITHIN_SECONDS = 10.0
_PAUSE = 0.1

# Workers are real processes, forked from one that has imported everything: that alone takes seconds.
_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload(["tests.kill.worker_main"])


class Site:
    """Server and outside world run from the start; a worker only when it is started."""

    def __init__(self, folder: Path, *, policy: str = POLICY) -> None:
        self.folder = folder
        self._policy = policy
        self.server = EmbeddedServer(data=folder)
        self.world = World(folder / "world", count=3 * BLOCK)
        self.stores: Stores
        self.client: Client
        self.desk: CommandDesk
        self._settings = Settings()
        self._worker: BaseProcess | None = None
        self._marker = Path()
        self._server_lives = True
        self._stack = AsyncExitStack()
        # The first people are those of the demonstration's files.
        self._people: Iterator[SyntheticPerson] = iter(population(SEED, 3 * BLOCK)[BLOCK:])

    @property
    def settings(self) -> Settings:
        return self._settings

    async def __aenter__(self) -> Self:
        policies = self.folder / "policies"
        policies.mkdir(parents=True)
        shutil.copy(Settings().policies / "default.yaml", policies)
        (policies / f"{demo.ZONNEDIJK.text}.yaml").write_text(self._policy, encoding="utf-8")
        await self._stack.enter_async_context(self.server)
        self._stack.enter_context(self.world)
        self._stack.callback(self.stop_worker)
        host, port = self.world.smtp_address
        self._settings = Settings(
            data=self.folder,
            policies=policies,
            temporal_port=self.server.port,
            web_port=free_port(),
            smtp_host=host,
            smtp_port=port,
            register_url=self.world.register_url,
            partners_url=self.world.partners_url,
            letters_url=self.world.letters_url,
            notify_url=self.world.notify_url,
        )
        self.world.write_notify_key(self._settings.notify_key)
        migrate(self._settings)
        self.stores = open_stores(self._settings)
        demo.register_everybody(self.stores.registry)
        self.client = await connect(self.server.address, self.server.namespace)
        self.desk = CommandDesk(self.client, self.stores.outbox)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stack.aclose()

    # --- processes ---

    def start_worker(self, *, dies: str | None = None, with_server: bool = False) -> None:
        """A worker; with `dies` one that kills itself at that moment, after the server if that goes too."""
        self._marker = self.folder / f"died-{fresh()}"
        self._server_lives = not with_server
        fate = worker_main.Fate(dies or "", self._marker, self.server.pid if with_server else None)
        log = self.folder / "logs" / "worker.log"
        self._worker = _PROCESSES.Process(target=worker_main.run, args=(self._settings, fate, log), daemon=True)
        self._worker.start()

    async def worker_killed(self) -> None:
        """Returns when the worker died at its moment."""
        worker = self._worker
        assert worker is not None
        await self.until("the worker is dead", lambda: not worker.is_alive())
        assert worker.exitcode == -signal.SIGKILL, "it ended by itself: see logs/worker.log"
        assert self._marker.exists()
        if self._server_lives:
            await self._forget_memory()

    async def _forget_memory(self) -> None:
        """The server would first offer what is next to the dead worker, which had the cases in memory, for ten seconds.
        How long that is, changes nothing but the waiting."""
        async for running in self.client.list_workflows("ExecutionStatus = 'Running'"):
            execution = WorkflowExecution(workflow_id=running.id, run_id=running.run_id)
            request = ResetStickyTaskQueueRequest(namespace=self.server.namespace, execution=execution)
            await self.client.workflow_service.reset_sticky_task_queue(request)

    def stop_worker(self) -> None:
        """Nothing happens when none runs."""
        if self._worker is not None:
            self._worker.terminate()
            self._worker.join(_STOPS_WITHIN_SECONDS)
            self._worker.kill()
            self._worker.join()
            self._worker = None

    async def restart_server(self) -> None:
        """After its death, or by killing it now."""
        self.server.kill()
        await self.server.start()

    # --- cases ---

    def somebody(self, situation: RegisterResult = RegisterResult.FOUND) -> SyntheticPerson:
        """The next inhabitant, with a mailbox that takes mail."""
        person = next(
            one
            for one in self._people
            if one.email is not None and one.situation is RegisterResult.FOUND and not (one.mail_refused or one.secret)
        )
        if situation is not RegisterResult.FOUND:
            person = person.model_copy(update={"situation": situation})
            self.world.add(person)
        return person

    async def deliver(
        self, person: SyntheticPerson, *, partner: SyntheticPartner = WOONSTEE, received: datetime | None = None
    ) -> DeliveryId:
        """Stores a file with one signal about this person and has it opened, without waiting for that."""
        moment = received or datetime.now(UTC)
        chance = random.Random(fresh())
        row = deliveries.row_of(chance, partner, person, reference=f"K-{fresh()}", signal_date=local(moment).date())
        file = self.folder / "files" / f"{fresh()}.csv"
        # By chance a partner asks to be called before anything is written; these tests are about what is written.
        write_csv(file, [row | {"crisis": "nee", "warme_overdracht": "nee"}])
        return await self.take_in(partner, file, moment)

    async def take_in(self, partner: SyntheticPartner, file: Path, received: datetime) -> DeliveryId:
        store = self.stores.deliveries(demo.ZONNEDIJK)
        stored = store.store(delivered(file), demo.ZONNEDIJK, partner.name, demo.IMPORTED_BY, received)
        await start_delivery(self.client, DeliveryInput(delivery_id=stored.delivery_id))
        return stored.delivery_id

    async def open(self, person: SyntheticPerson, *, received: datetime | None = None) -> CaseId:
        """The case that a signal about this person opens; it may not be there yet."""
        return case_of(await self.deliver(person, received=received))

    def state(self, case: CaseId) -> CaseState | None:
        """The case as pages read it; None when it is not there."""
        known = {found.case_id for found in self.stores.overview.open_cases()}
        if case not in known and not self.stores.cases.journey(case):
            return None
        return self.stores.cases.load(case)

    def kinds(self, case: CaseId) -> list[str]:
        """Kinds of the facts in the written journey."""
        return [entry.fact.kind for entry in self.stores.cases.journey(case)]

    async def in_phase(self, case: CaseId, phase: Phase) -> CaseState:
        """Returns when the lists show the case in this phase."""

        def reached() -> bool:
            state = self.state(case)
            return state is not None and state.phase is phase

        await self.until(f"phase {phase}", reached)
        return self.stores.cases.load(case)

    async def opened(self, person: SyntheticPerson) -> CaseId:
        """A case that has had its first mail and waits for a call. A worker must be running."""
        case = await self.open(person)
        await self.until("a call is planned", lambda: bool((state := self.state(case)) and state.tasks))
        return case

    async def press(self, case: CaseId, command: AnyCommand, *, note: str = "") -> Answer:
        return (await self.desk.press(case, command, note=note, at=datetime.now(UTC))).answer

    async def obeyed(self, case: CaseId, command: AnyCommand, *, note: str = "") -> None:
        """Presses a button and returns when it is recorded. A worker must be running."""
        assert await self.press(case, command, note=note) is not Answer.REFUSED
        await self.recorded(command.command_id)

    async def killed_over(self, case: CaseId, command: AnyCommand, *, note: str = "") -> None:
        """Presses a button that the worker dies over, and lets another one go on until it is recorded."""
        pressing = asyncio.create_task(self.press(case, command, note=note))
        await self.worker_killed()
        assert await pressing in (Answer.SENDING, Answer.RECORDING)
        self.start_worker()
        await self.recorded(command.command_id)

    async def recorded(self, command: CommandId) -> None:
        """Returns when the page that follows the press says so."""

        async def answered() -> bool:
            return (await self.desk.follow(command)).answer is Answer.RECORDED

        await self.until("the command is recorded", answered)

    async def feedback(self, partner: SyntheticPartner = WOONSTEE) -> int:
        """The partner's batch, as its schedule would start it; how many signals were told."""
        start = FeedbackInput(municipality=demo.ZONNEDIJK, partner_id=partner.partner_id, budget_hours=20)
        told: int = await self.client.execute_workflow(
            FeedbackWorkflow.run, start, id=f"feedback-{fresh()}", task_queue=MAIN_QUEUE
        )
        return told

    async def sweep(self) -> int:
        """The daily sweep, as its schedule would start it; how many units it erased."""
        return int(
            await self.client.execute_workflow(
                SweepWorkflow.run, PeriodicInput(), id=f"sweep-{fresh()}", task_queue=MAIN_QUEUE
            )
        )

    async def command(self, *words: str) -> tuple[int, str]:
        """A command of `cli.py` in a process of its own: how it ended, and the last line that it printed."""
        process = await asyncio.create_subprocess_exec(
            sys.executable, "cli.py", *words, env={**os.environ, **self._settings.environment()}, stdout=PIPE
        )
        printed, _ = await process.communicate()
        return await process.wait(), printed.decode().splitlines()[-1]

    async def print_round(self) -> int:
        """The municipality's print round, as its schedule would start it; how many letters were posted."""
        start = PrintInput(municipality=demo.ZONNEDIJK, budget_hours=20)
        printed: int = await self.client.execute_workflow(
            PrintRoundWorkflow.run, start, id=f"print-{fresh()}", task_queue=MAIN_QUEUE
        )
        return printed

    # --- what must hold ---

    async def doctor(self) -> int:
        """The one number: open cases adrift."""
        running = await TemporalExecutions(self.client).running_cases()
        return compare(self.stores.overview.open_cases(), running, now=datetime.now(UTC)).adrift

    async def is_well(self, case: CaseId) -> None:
        """The next command works, every case has a next step, and nobody was mailed twice. A worker must be running."""
        command = a_claim()
        assert await self.press(case, command) is not Answer.REFUSED
        await self.recorded(command.command_id)
        assert self.stores.cases.load(case).owner == command.by

        async def healthy() -> bool:
            return await self.doctor() == 0

        await self.until("no case is adrift", healthy)
        sent = Counter(mail.message_id for mail in self.world.mails())
        assert [message for message, times in sent.items() if times > 1] == []

    async def is_gone(self, workflow_id: str) -> bool:
        """Whether Temporal knows no execution of this id."""
        try:
            await self.client.get_workflow_handle(workflow_id).describe()
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                return True
            raise
        return False

    async def is_completed(self, workflow_id: str) -> bool:
        try:
            described = await self.client.get_workflow_handle(workflow_id).describe()
        except RPCError:
            return False
        return described.status is WorkflowExecutionStatus.COMPLETED

    async def until(self, what: str, holds: Callable[[], bool | Awaitable[bool]]) -> None:
        """Polls until it holds; AssertionError after a minute."""
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                while True:
                    answer = holds()
                    if answer if isinstance(answer, bool) else await answer:
                        return
                    await asyncio.sleep(_PAUSE)
        except TimeoutError:
            raise AssertionError(f"not within {PATIENCE_SECONDS:.0f} s: {what}") from None


def case_of(delivery: DeliveryId) -> CaseId:
    """The case that the only row of a delivery opens."""
    return case_opened_by(signal_of(row_of(delivery, 2)))


def a_command(kind: type[_Command], *, role: Role = Role.CASEWORKER, **fields: Any) -> _Command:
    """A button that Samira presses."""
    return kind(command_id=CommandId(fresh()), by=StaffId("samira"), role=role, **fields)


def a_claim() -> ClaimCase:
    """Somebody else takes the case: a command that every open case takes."""
    return ClaimCase(command_id=CommandId(fresh()), by=StaffId(fresh()), role=Role.CASEWORKER)
