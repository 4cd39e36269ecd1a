"""Where a pressed button goes: sealed into the outbox, sent to the case, and sent again until the case has spoken."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from sqlalchemy.exc import OperationalError
from temporalio.client import Client, WorkflowUpdateFailedError
from temporalio.service import RPCError

from adapters.outbox import Outbox, Refused, UnknownCommand
from adapters.vault import Erased
from models.commands import AnyCommand
from models.ids import CaseId, CommandId
from models.personal import Particulars
from observability import get_logger
from workflows.client import Accepted, CommandAnswer, Ending, send_command

log = get_logger()

PATIENCE = timedelta(seconds=3)
"""How long a page waits for the case's answer."""
RESEND_PAUSE = timedelta(seconds=2)
RESEND_PATIENCE = timedelta(seconds=10)
RESEND_AT_ONCE = 50

_NO_PARTICULARS = Particulars()


class Answer(StrEnum):
    """What the caseworker is told."""

    RECORDED = "recorded"
    ALREADY = "already"
    """Pressed before: shown as success."""
    REFUSED = "refused"
    SENDING = "sending"
    """Not yet accepted ("wordt verstuurd")."""
    RECORDING = "recording"
    """Accepted, not yet in SQL ("wordt vastgelegd")."""


@dataclass(frozen=True)
class Pressed:
    """The answer, with the refusal's sentence if it is one."""

    answer: Answer
    sentence: str = ""


class CommandDesk:
    """Presses buttons for pages and resends what was not answered.

    A press is kept before it is sent, and its id makes the case take it once, so sending it again is always safe.
    """

    def __init__(self, client: Client, outbox: Outbox) -> None:
        self._client = client
        self._outbox = outbox

    async def press(
        self,
        case: CaseId,
        command: AnyCommand,
        *,
        note: str = "",
        particulars: Particulars = _NO_PARTICULARS,
        at: datetime,
    ) -> Pressed:
        """Keeps the press, sends it, and waits at most three seconds for the case's answer.

        A press that promises somebody's time is refused here when they are not free.
        """
        try:
            kept = await asyncio.to_thread(self._outbox.put, case, command, note, at=at, particulars=particulars)
        except Refused as refusal:
            return Pressed(Answer.REFUSED, refusal.sentence)
        accepted = Accepted()
        try:
            async with asyncio.timeout(PATIENCE.total_seconds()):
                answer = await send_command(self._client, case, kept, accepted=accepted)
        except (TimeoutError, RPCError):
            # The outbox has it and goes on; the page follows it.
            return Pressed(Answer.RECORDING if accepted.yes else Answer.SENDING)
        return await self._settle(kept.command_id, answer)

    async def follow(self, command_id: CommandId) -> Pressed:
        """What became of a press, for a page that waits for it."""
        kept = await asyncio.to_thread(self._outbox.answer, command_id)
        match kept.status:
            case "accepted":
                return Pressed(Answer.RECORDED)
            case "refused":
                return Pressed(Answer.REFUSED, kept.refusal or "")
            case _:
                return Pressed(Answer.SENDING)

    async def resend_forever(self) -> None:
        """Sends what was not answered yet, until cancelled. Runs in the worker's process."""
        while True:
            try:
                await self.resend()
            except OperationalError as error:
                # Our own database is away; every press is in it, and it comes back.
                log.warning("outbox.unreachable", error=error)
            await asyncio.sleep(RESEND_PAUSE.total_seconds())

    async def resend(self) -> int:
        """Sends each waiting press once more; answers how many were settled. None holds up the others."""
        waiting = await asyncio.to_thread(self._outbox.waiting, RESEND_AT_ONCE)
        return sum([await self._resend(command_id) for command_id in waiting])

    async def _resend(self, command_id: CommandId) -> bool:
        try:
            case, command = await asyncio.to_thread(self._outbox.load, command_id)
        except (Erased, UnknownCommand) as error:
            # Its case was erased, or somebody settled it, since the list was made.
            log.warning("command.gone", command_id=command_id, error=error)
            return False
        await asyncio.to_thread(self._outbox.tried, command_id)
        try:
            async with asyncio.timeout(RESEND_PATIENCE.total_seconds()):
                answer = await send_command(self._client, case, command, accepted=Accepted())
        except (TimeoutError, RPCError, WorkflowUpdateFailedError) as error:
            # The server or its worker is away: the press stays in the outbox.
            log.warning("command.waits", command_id=command_id, case_id=case, error=error)
            return False
        await self._settle(command_id, answer)
        return True

    async def _settle(self, command_id: CommandId, answer: CommandAnswer) -> Pressed:
        at = datetime.now(UTC)
        match answer.ending:
            case Ending.OBEYED:
                await asyncio.to_thread(self._outbox.accepted, command_id, at=at)
                return Pressed(Answer.RECORDED)
            case Ending.ALREADY_DONE:
                await asyncio.to_thread(self._outbox.accepted, command_id, at=at)
                return Pressed(Answer.ALREADY)
            case Ending.REFUSED:
                await asyncio.to_thread(self._outbox.refused, command_id, answer.sentence, at=at)
                return Pressed(Answer.REFUSED, answer.sentence)
