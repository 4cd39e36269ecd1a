"""The hands of a caseworker with a marked person: every press carries a marked note."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from models.case import Attempt, CaseState
from models.codes import AttemptResult, Channel, Outcome, Role, TaskKind
from models.commands import AnyCommand, CheckAddress, CheckMail, LogCall, RecordOutcome, ReleaseHold, SetHold
from models.ids import CaseId, CommandId, PersonId, StaffId, fresh
from models.personal import Particulars
from simulation.installation import Installation
from simulation.returned_mail import notice
from tests.canary.marks import Marked
from tests.web.browser import Browser
from workflows.client import Accepted, Ending, send_command

SAMIRA, JORIS, HANNA, NOAH = StaffId("samira"), StaffId("joris"), StaffId("hanna"), StaffId("noah")
_WHILE_TELLING = timedelta(minutes=2)
_NOTHING = Particulars()
_PATIENCE_SECONDS = 60.0
_PAUSE = 0.05


@dataclass(frozen=True)
class Desk:
    """A caseworker with one case before them, who writes marked notes with everything."""

    town: Installation
    browser: Browser
    partner: Browser
    """Of somebody who works for the partner of everybody's first signal."""
    somebody: Marked
    case: CaseId
    staff: StaffId = SAMIRA
    role: Role = Role.CASEWORKER

    @property
    def state(self) -> CaseState:
        return self.town.state(self.case)

    @property
    def person(self) -> PersonId:
        return self.state.resident

    def as_(self, staff: StaffId, role: Role = Role.CASEWORKER) -> "Desk":
        return replace(self, staff=staff, role=role)

    def at(self, case: CaseId) -> "Desk":
        return replace(self, case=case)

    async def does(self, kind: type[AnyCommand], *, particulars: Particulars = _NOTHING, **said: Any) -> None:
        """Presses the button of this command, about the resident unless somebody else is said."""
        if "person_id" in kind.model_fields:
            said.setdefault("person_id", self.person)
        command = kind(command_id=CommandId(fresh()), by=self.staff, role=self.role, **said)
        await self.tell(command, particulars=particulars)

    async def does_what_takes_long(self, kind: type[AnyCommand], **said: Any) -> None:
        """The same for what is tried again for a while: the pauses between the attempts are passed over."""
        telling = asyncio.ensure_future(self.does(kind, **said))
        moment = await self.now()
        while not telling.done():
            moment += _WHILE_TELLING
            await self.town.travel(self.case, moment)
        await telling

    async def tell(
        self, command: AnyCommand, *, particulars: Particulars = _NOTHING, ending: Ending = Ending.OBEYED
    ) -> None:
        """As the page does it, but without its three seconds."""
        town, outbox = self.town, self.town.stores.outbox
        kept = outbox.put(self.case, command, self.somebody.note, town.begins, particulars)
        answer = await send_command(town.client, self.case, kept, accepted=Accepted())
        if answer.ending is Ending.REFUSED:
            outbox.refused(kept.command_id, answer.sentence, at=town.begins)
        else:
            outbox.accepted(kept.command_id, at=town.begins)
        await town.machine.quiet(town.case(self.case))
        assert answer.ending is ending, f"{command.kind}: {answer.sentence}"

    async def presses(self, form: str, **fields: str) -> None:
        """Sends a form of the page of the case, and follows what becomes of it until it is recorded."""
        page = f"/zaak/{self.case}"
        answer = await self.browser.press(page, form, note=self.somebody.note, **fields)
        async with asyncio.timeout(_PATIENCE_SECONDS):
            while not answer.headers["location"].startswith(f"{page}?vastgelegd="):
                following = await self.browser.get(answer.headers["location"])
                answer = following if "location" in following.headers else answer
                await asyncio.sleep(_PAUSE)

    async def now(self) -> datetime:
        """The moment that the case believes it is."""
        return await self.town.now(self.case)

    async def waits(self, time: timedelta) -> None:
        await self.town.travel(self.case, await self.now() + time)

    async def checks_mail(self) -> None:
        """Finds out about the mail, if nobody knows whether it was sent: until then the plan waits."""
        task = self.state.task(TaskKind.CHECK_MAIL)
        if task is not None and task.step_id is not None:
            await self.does(CheckMail, step_id=task.step_id, person_id=task.person_id, sent=False)

    async def mail_comes_back(self) -> None:
        """A mail, of which perhaps nobody knew whether it left, comes back: the address does not work, and nobody finds
        another."""
        sent = await self._first_mail()
        if sent is None:
            # Their route begins with a call.
            return
        assert self.somebody.person.email is not None
        recipient = self.somebody.person.email.text
        mail = f"Message-ID: <{sent.step_id}@signaalreis>\r\nTo: {recipient}\r\n\r\nTekst\r\n".encode()
        world = self.town.world
        await asyncio.to_thread(world.put_returned, notice(mail, recipient=recipient, code="5.1.1"))
        await self.town.read_bounces(await self.now())
        await self.does(CheckAddress, found=False)

    async def _first_mail(self) -> Attempt | None:
        """Among many cases the mail of one may have to wait for its turn; None when a call comes first."""
        for _ in range(30):
            for one in self.state.attempts:
                if one.channel is Channel.MAIL:
                    return one
            if self.state.task(TaskKind.CALL) is not None:
                return None
            await self.waits(timedelta(minutes=10))
        raise AssertionError("the case never mails")

    async def puts_off(self) -> None:
        """A supervisor puts erasure off and lets it go on."""
        supervisor = self.as_(HANNA, Role.SUPERVISOR)
        await supervisor.does(SetHold, until=self.town.begins + timedelta(days=400))
        await supervisor.does(ReleaseHold)

    async def calls(self, result: AttemptResult) -> None:
        await self.does(LogCall, result=result)

    def outcome(self, outcome: Outcome) -> RecordOutcome:
        return RecordOutcome(
            command_id=CommandId(fresh()), by=self.staff, role=self.role, person_id=self.person, outcome=outcome
        )

    async def ends(self, outcome: Outcome) -> None:
        await self.tell(self.outcome(outcome))


Script = Callable[[Desk], Awaitable[None]]
