"""One journey under way: a town, a resident, and the histories of every workflow that took part."""

import asyncio
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from temporalio.api.enums.v1 import EventType
from temporalio.client import Client, WorkflowHistory

from adapters.takeover import take_over
from models.case import CaseState
from models.codes import Party, Phase, RegisterResult, Role
from models.commands import AnyCommand
from models.ids import CaseId, CommandId, StaffId, fresh
from simulation import demo
from simulation.deliveries import SyntheticPartner
from simulation.installation import Installation
from simulation.returned_mail import notice
from tests.builders import at
from tests.canary.marks import Marked, marked
from workflows.client import Ending
from workflows.names import case_workflow_id, delivery_workflow_id, retention_workflow_id

BEGINS = at("2025-04-15 09:00")
"""A Tuesday. Good Friday, Easter Monday, King's Day and 5 May are near."""

_STAFF = {Role.CASEWORKER: StaffId("samira"), Role.SUPERVISOR: StaffId("hanna")}


@dataclass
class Play:
    """What happens to one resident's case, told in the words of the journeys."""

    town: Installation
    somebody: Marked = field(default_factory=lambda: marked(1))
    case: CaseId = field(init=False)
    """The resident's only case, from the first signal on."""
    _closed: bool = False
    _ids: list[str] = field(default_factory=list)
    """The workflows that took part, beside the jobs, in the order in which they began."""
    _kept: dict[str, list[WorkflowHistory]] = field(default_factory=dict)

    @property
    def state(self) -> CaseState:
        return self.town.state(self.case)

    # --- from outside ---

    def register_says(self, situation: RegisterResult) -> None:
        """Of the resident, when it is not that they live here."""
        self.somebody = marked(self.somebody.number, situation)

    def breaks(self, party: Party, fault: str) -> None:
        self.town.world.fault(party, fault)

    def heals(self, party: Party) -> None:
        self.town.world.heal(party)

    async def is_reported(
        self, partner: SyntheticPartner, moment: str = "", *, unreadable: int = 0, **cells: str
    ) -> None:
        """A partner's file with a signal of the resident, and some rows that nobody can read; first of all at once."""
        self.town.world.add(self.somebody.person)
        received = at(moment) if moment else BEGINS
        signalled = (received - timedelta(days=1)).date()
        rows = [self.somebody.row(partner, signalled) | cells]
        rows += [
            self.somebody.row(partner, signalled, arrears=number, geboortedatum="onbekend")
            for number in range(2, 2 + unreadable)
        ]
        taken = await self.town.take_in(partner.name, rows, at=at(moment) if moment else None)
        self._ids.append(delivery_workflow_id(taken.stored.delivery_id))
        if taken.report.opened:
            [self.case] = self.town.cases()
            self._ids.append(case_workflow_id(self.case))

    async def is_taken_over(self, partner: SyntheticPartner, *, received: str, attempts: str) -> None:
        """A file of another system with the resident's running case; first of all at once."""
        self.town.world.add(self.somebody.person)
        row = self.somebody.row(partner, date.fromisoformat(received))
        row |= {"ontvangen_op": received, "pogingen": attempts}
        taken = await take_over(
            self.town.client,
            self.town.stores,
            f"{';'.join(row)}\n{';'.join(row.values())}\n".encode(),
            municipality=self.town.municipality,
            partner=partner.name,
            by=demo.IMPORTED_BY,
            at=BEGINS,
            clock_offset=self.town.offset,
        )
        self._ids.append(delivery_workflow_id(taken.stored.delivery_id))
        [self.case] = self.town.cases()
        self._ids.append(case_workflow_id(self.case))
        await self.town.machine.quiet(self.town.case(self.case))

    async def partner_hears(self, partner: SyntheticPartner, moment: str) -> None:
        """The partner's batch; the case closes when every partner has heard."""
        await self.town.feedback_batch(partner.partner_id, at(moment))
        if self.state.phase is Phase.CLOSED:
            # Its erasure deletes the execution, so this is the moment to keep its history.
            await self.town.case(self.case).result()
            await self._keep(case_workflow_id(self.case))
            self._closed = True
            self._ids.append(retention_workflow_id(self.case))
            await self.town.machine.quiet(self.town.retention(self.case))

    # --- time ---

    async def passes(self, moment: str) -> None:
        """Time passes, for an open case and for one that waits for its erasure."""
        if self._closed:
            await self.town.travel_retention(self.case, at(moment))
        else:
            await self.town.travel(self.case, at(moment))

    async def is_swept(self, moment: str) -> None:
        await self.town.sweep(at(moment))

    async def is_reviewed(self, moment: str) -> None:
        """The draw of the sample that colleagues judge."""
        await self.town.draw_review(at(moment))

    async def lists_are_made(self, moment: str) -> None:
        """The making of the lists of what is going to be erased."""
        await self.town.make_lists(at(moment))

    async def supervisors_are_told(self, moment: str) -> None:
        """The mail of the day for supervisors."""
        assert await self.town.send_digest(at(moment)) == 1

    async def mail_comes_back(self, moment: str, *, code: str) -> None:
        """The resident's last mail, with a notice that says why; it is read at once."""
        mail = self.town.world.mails()[-1]
        head = f"Message-ID: {mail.message_id}\r\n\r\n".encode()
        self.town.world.put_returned(notice(head, recipient=mail.recipient, code=code))
        assert await self.town.read_bounces(at(moment)) == 1

    async def prints(self, moment: str) -> None:
        """The print round of that moment, and the news of it."""
        assert await self.town.print_round(at(moment)) > 0
        await self.town.tell_reports()

    async def is_reconciled(self, moment: str) -> None:
        await self.town.reconcile(at(moment))

    # --- at the desk ---

    async def presses(self, kind: type[Any], *, times: int = 1, ending: Ending = Ending.OBEYED, **fields: Any) -> None:
        """Somebody presses a button, maybe more often than once; a press that repeats another one changes nothing."""
        command = self.command(kind, **fields)
        await self._sends(command, ending)
        for _ in range(times - 1):
            before = await self._length()
            # A server that still knows the press gives its answer again.
            await self._sends(command, ending, Ending.ALREADY_DONE)
            assert await self._length() == before, "a second press made the history longer"

    async def presses_at_once(self, *commands: AnyCommand) -> None:
        """Buttons that exclude each other are pressed at the same moment; all are accepted, only one is obeyed."""
        accepted = await self._accepted()
        answers = await asyncio.gather(*(self.town.press(self.case, command, note=self._note) for command in commands))
        endings = [answer.ending for answer in answers]
        assert sorted(endings) == [Ending.OBEYED] + [Ending.REFUSED] * (len(commands) - 1), endings
        assert await self._accepted() == accepted + len(commands), "one came too late to be accepted; record again"

    def command(self, kind: type[Any], *, role: Role = Role.CASEWORKER, **fields: Any) -> AnyCommand:
        """A button that is about to be pressed; about the resident unless told otherwise."""
        if "person_id" in kind.model_fields:
            fields.setdefault("person_id", self.state.resident)
        command: AnyCommand = kind(command_id=CommandId(fresh()), by=_STAFF[role], role=role, **fields)
        return command

    async def _sends(self, command: AnyCommand, *endings: Ending) -> None:
        answer = await self.town.press(self.case, command, note=self._note)
        assert answer.ending in endings, f"{command.kind}: {answer}"
        if self._closed:
            await self.town.machine.quiet(self.town.retention(self.case))

    @property
    def _note(self) -> str:
        return self.somebody.note

    async def _length(self) -> int:
        described = await self.town.case(self.case).describe()
        return described.history_length

    async def _accepted(self) -> int:
        """How many updates are in the case's history."""
        history = await self.town.case(self.case).fetch_history()
        return sum(
            event.event_type == EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED for event in history.events
        )

    # --- what is left ---

    async def histories(self) -> list[WorkflowHistory]:
        """Of everything that took part, run by run, in the order in which it began."""
        everything = [*self._ids, *self.town.jobs]
        for workflow_id in everything:
            await self._keep(workflow_id)
        return [run for workflow_id in everything for run in self._kept[workflow_id]]

    async def _keep(self, workflow_id: str) -> None:
        if workflow_id not in self._kept:
            self._kept[workflow_id] = await _runs(self.town.client, workflow_id)


async def _runs(client: Client, workflow_id: str) -> list[WorkflowHistory]:
    """The runs of a workflow, from the first to the one that is or was its last."""
    runs = list[WorkflowHistory]()
    run_id: str | None = None
    while run_id != "":
        history = await client.get_workflow_handle(workflow_id, run_id=run_id).fetch_history()
        runs.insert(0, history)
        run_id = history.events[0].workflow_execution_started_event_attributes.continued_execution_run_id
    return runs
