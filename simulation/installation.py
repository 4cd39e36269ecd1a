"""A whole installation on a clock that can be moved: real server, real databases, real worker, and the outside world.

For journeys that are played day by day; nothing in it is special but the clock.
"""

from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from temporalio.client import Client, WorkflowHandle

from activities.limits import MAIN_QUEUE
from activities.records import DeliveryReport
from adapters.bounce_mailbox import ImapBounceMailbox, MailboxAddress
from adapters.brp_http import BrpHttp
from adapters.intake import TakenIn, take_in
from adapters.message_reports import ReportTeller
from adapters.partner_http import PartnerHttp
from adapters.print_http import PrintHttp
from adapters.smtp import Login, Security, Smtp
from adapters.stores import Stores, migrate, open_stores
from config import Settings
from models.case import CaseState
from models.commands import AnyCommand
from models.ids import CaseId, PartnerId
from models.periodic import DeliveryInput, DigestInput, FeedbackInput, PeriodicInput, PrintInput
from models.personal import Particulars
from models.values import MunicipalityCode
from simulation import demo
from simulation.deliveries import Row, write_csv
from simulation.imap_mailbox import PASSWORD, USER
from simulation.time_travel import TimeMachine, offset_for
from simulation.world import World
from worker import activities_by_queue, running_workers
from workflows.client import Accepted, CommandAnswer, Ending, delivery_report, send_command, start_delivery
from workflows.digest import DigestWorkflow
from workflows.feedback import FeedbackWorkflow
from workflows.names import case_workflow_id, retention_workflow_id
from workflows.periodic import (
    BouncesWorkflow,
    DestructionListsWorkflow,
    PeerReviewWorkflow,
    ReconciliationWorkflow,
    SweepWorkflow,
)
from workflows.printing import PrintRoundWorkflow


class Installation:
    """Everything of one municipality on this machine, beginning at a chosen moment.

    Cases stand still until they are moved; activities and the outside world live in real time.
    """

    def __init__(
        self,
        folder: Path,
        *,
        begins: datetime,
        municipality: MunicipalityCode = demo.ZONNEDIJK,
        settings: Callable[[Settings], Settings] = lambda settings: settings,
        world: World | None = None,
    ) -> None:
        self.folder = folder
        self.begins = begins
        self.municipality = municipality
        self.machine = TimeMachine()
        self.world = world or World(folder / "world")
        self.jobs: list[str] = []
        """The workflows of all jobs that were started, in order."""
        self.settings = settings(Settings(data=folder))
        self._stack = AsyncExitStack()
        self.stores: Stores
        self._offset = timedelta(0)

    async def __aenter__(self) -> Self:
        await self._stack.enter_async_context(self.machine)
        self._stack.enter_context(self.world)
        settings = self.settings
        migrate(settings)
        self.stores = open_stores(settings)
        demo.register_everybody(self.stores.registry)
        host, port = self.world.smtp_address
        activities = activities_by_queue(
            self.stores,
            self.client,
            register=BrpHttp(self.world.register_url),
            mail=Smtp(host, port, sender=settings.mail_from),
            letters=self.stores.letters,
            printer=PrintHttp(self.world.letters_url),
            sms=self.world.sms_gateway(),
            desk=PartnerHttp(self.world.partners_url),
            # Who carries messages here has them in its books before it answers; and the clock is played.
            settling=timedelta(0),
            bounces=self._bounces(),
        )
        await self._stack.enter_async_context(running_workers(self.client, activities))
        self._offset = offset_for(self.begins)
        return self

    def _bounces(self) -> ImapBounceMailbox:
        host, port = self.world.imap_address
        return ImapBounceMailbox(MailboxAddress(host, port, security=Security.NONE), Login(USER, PASSWORD))

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stack.aclose()

    @property
    def client(self) -> Client:
        return self.machine.client

    async def take_in(self, partner: str, rows: list[Row], *, at: datetime | None = None) -> TakenIn:
        """A partner's file with these rows, at the moment the installation begins unless told otherwise."""
        file = self.folder / f"{partner.lower().replace(' ', '-')}.csv"
        write_csv(file, rows)
        moment = at or self.begins
        taken = await take_in(
            self.client,
            self.stores,
            file,
            municipality=self.municipality,
            partner=partner,
            by=demo.IMPORTED_BY,
            at=moment,
            clock_offset=self._offset if at is None else offset_for(at),
        )
        for case in self.cases():
            await self.machine.quiet(self.case(case))
        return taken

    async def send(self, partner: PartnerId, rows: list[Row]) -> DeliveryReport:
        """A partner's file on the page where files are looked at, and confirmed there."""
        file = self.folder / "gestuurd.csv"
        write_csv(file, rows)
        content = file.read_bytes()
        file.unlink()
        return await self.send_file(partner, content)

    async def send_file(self, partner: PartnerId, content: bytes) -> DeliveryReport:
        """The same with a file of any form."""
        uploads = self.stores.uploads
        sent = uploads.put(content, self.municipality, partner, by=demo.IMPORTED_BY, at=self.begins)
        upload = uploads.find(sent)
        assert upload is not None
        delivery = uploads.confirm(upload, at=self.begins)
        await start_delivery(self.client, DeliveryInput(delivery_id=delivery, upload=sent, clock_offset=self._offset))
        report = await delivery_report(self.client, delivery)
        for case in self.cases():
            await self.machine.quiet(self.case(case))
        return report

    @property
    def offset(self) -> timedelta:
        """What its clock is ahead of the server's."""
        return self._offset

    def cases(self) -> list[CaseId]:
        """The open cases, as the lists know them."""
        return [case.case_id for case in self.stores.overview.open_cases()]

    def state(self, case: CaseId) -> CaseState:
        """The case as pages read it."""
        return self.stores.cases.load(case)

    def case(self, case: CaseId) -> WorkflowHandle[Any, Any]:
        return self.client.get_workflow_handle(case_workflow_id(case))

    def retention(self, case: CaseId) -> WorkflowHandle[Any, Any]:
        return self.client.get_workflow_handle(retention_workflow_id(case))

    async def now(self, case: CaseId) -> datetime:
        """The moment that an open case believes it is."""
        return await self.machine.now(self.case(case), clock_offset=self._offset)

    async def travel(self, case: CaseId, to: datetime) -> None:
        """Moves an open case to a later moment."""
        await self.machine.travel(self.case(case), to, clock_offset=self._offset)

    async def travel_retention(self, case: CaseId, to: datetime) -> None:
        """Moves a closed case, waiting for its erasure, to a later moment."""
        await self.machine.travel(self.retention(case), to, clock_offset=self._offset)

    async def press(
        self, case: CaseId, command: AnyCommand, *, note: str = "", particulars: Particulars | None = None
    ) -> CommandAnswer:
        """A caseworker presses a button; through the outbox, as the page does it, but without its three seconds."""
        kept = self.stores.outbox.put(case, command, note, self.begins, particulars or Particulars())
        answer = await send_command(self.client, case, kept, accepted=Accepted())
        if answer.ending is Ending.REFUSED:
            self.stores.outbox.refused(kept.command_id, answer.sentence, at=self.begins)
        else:
            self.stores.outbox.accepted(kept.command_id, at=self.begins)
        await self.machine.quiet(self.case(case))
        return answer

    async def feedback_batch(self, partner: PartnerId, at: datetime) -> int:
        """The partner's batch at this moment, as its schedule would start it; how many signals were told."""
        waiting = self.cases()
        start = FeedbackInput(
            municipality=self.municipality, partner_id=partner, budget_hours=20, clock_offset=offset_for(at)
        )
        told = await self._job(f"feedback-{partner}", FeedbackWorkflow.run, start, at)
        for case in waiting:
            await self.machine.quiet(self.case(case))
        return told

    async def print_round(self, at: datetime) -> int:
        """The print round at this moment, as its schedule would start it; how many letters were posted. Cases hear of
        it when `tell_reports` is called."""
        start = PrintInput(municipality=self.municipality, budget_hours=20, clock_offset=offset_for(at))
        return await self._job("print", PrintRoundWorkflow.run, start, at)

    async def tell_reports(self) -> int:
        """Tells cases what was heard of their messages; how many reports there were."""
        told = await ReportTeller(self.client, self.stores.reports).tell()
        for case in self.cases():
            await self.machine.quiet(self.case(case))
        return told

    async def sweep(self, at: datetime) -> int:
        """The daily sweep at this moment; how many units it erased."""
        return await self._job("sweep", SweepWorkflow.run, PeriodicInput(clock_offset=offset_for(at)), at)

    async def reconcile(self, at: datetime) -> int:
        """Reconciliation at this moment; how many cases were adrift. Those that lag behind publish again."""
        adrift = await self._job(
            "reconciliation", ReconciliationWorkflow.run, PeriodicInput(clock_offset=offset_for(at)), at
        )
        for case in self.cases():
            await self.machine.quiet(self.case(case))
        return adrift

    async def read_bounces(self, at: datetime) -> int:
        """The reading of mail that came back at this moment, and telling its cases; how many notices there were."""
        taken = await self._job("bounces", BouncesWorkflow.run, PeriodicInput(clock_offset=offset_for(at)), at)
        await ReportTeller(self.client, self.stores.reports).tell()
        for case in self.cases():
            await self.machine.quiet(self.case(case))
        return taken

    async def draw_review(self, at: datetime) -> int:
        """The draw of the monthly sample at this moment; how many outcomes are to be judged."""
        return await self._job("peer-review", PeerReviewWorkflow.run, PeriodicInput(clock_offset=offset_for(at)), at)

    async def make_lists(self, at: datetime) -> int:
        """The making of the week's lists of what is going to be erased; how many were made."""
        start = PeriodicInput(clock_offset=offset_for(at))
        return await self._job("destruction-lists", DestructionListsWorkflow.run, start, at)

    async def send_digest(self, at: datetime) -> int:
        """The mail of the municipality's supervisors at this moment, as its schedule would start it; how many left."""
        start = DigestInput(municipality=self.municipality, clock_offset=offset_for(at))
        return await self._job("digest", DigestWorkflow.run, start, at)

    async def _job(self, name: str, run: Callable[..., Awaitable[int]], start: Any, at: datetime) -> int:
        # Numbered: several may ask for it at one moment, as no schedule ever does.
        workflow_id = f"{name}-{at:%Y%m%d%H%M}-{len(self.jobs)}"
        self.jobs.append(workflow_id)
        found: int = await self.client.execute_workflow(run, start, id=workflow_id, task_queue=MAIN_QUEUE)
        return found
