"""How a workflow keeps a case's state: one lock, facts applied, written, and only then believed.

Whatever happens while a write is awaited waits for the lock, so every fact is applied to the state that the one
before it left, and SQL never learns of a state that the workflow did not take.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from functools import reduce

from temporalio import workflow
from temporalio.exceptions import ApplicationError

from activities.case import CaseActivities
from activities.records import CaseRecord
from models.case import CaseState
from models.commands import AnyCommand
from models.facts import AnyFact
from models.messages import RefusalType
from policy.commands import decide, refusal_at_the_door, refusal_of
from policy.transitions import apply
from workflows.own_steps import durable_step, own_step
from workflows.publishing import record_of

_Save = Callable[[Callable[[CaseActivities, CaseRecord], None], CaseRecord], Awaitable[None]]
"""`own_step` or `durable_step`."""


class Keeper:
    """The state of one case and the only way to change it."""

    def __init__(self, state: CaseState, *, clock_offset: timedelta) -> None:
        self.state = state
        self.lock = asyncio.Lock()
        self._offset = clock_offset

    def now(self) -> datetime:
        """The workflow's moment; in a journey played at another date, that date's."""
        return workflow.now() + self._offset

    async def happened(self, *facts: AnyFact) -> None:
        """Takes facts that came about by themselves."""
        async with self.lock:
            await self._write(facts, save=own_step)

    async def decided(self, decide_facts: Callable[[], Sequence[AnyFact]], *, durably: bool = False) -> None:
        """Takes the facts that are decided under the lock, when nothing can change in between; maybe none.

        A worker that dies after the local way has written makes the workflow decide again. What may then be decided
        differently goes `durably`: the decision is in the history before SQL learns of it.
        """
        async with self.lock:
            if facts := decide_facts():
                await self._write(facts, save=durable_step if durably else own_step)

    def check(self, command: AnyCommand) -> None:
        """Refuses before anything is written down: a known command, or one the case does not take now.

        While a change is being written, pages may show it already: a command about it is let in, and decided after it.
        """
        if command.command_id in self.state.commands:
            raise ApplicationError(RefusalType.ALREADY_DONE, type=RefusalType.ALREADY_DONE, non_retryable=True)
        refuse(refusal_at_the_door(self.state, command))
        if not self.lock.locked():
            refuse(refusal_of(self.state, command, now=self.now()))

    async def obey(
        self,
        command: AnyCommand,
        *,
        unless: Callable[[], None],
        first: Callable[[AnyCommand], Awaitable[str | None]] | None = None,
    ) -> None:
        """Obeys a command once. A validator saw an older state, so everything is decided again under the lock;
        `unless` may refuse there. `first`: what must be done elsewhere before the command is a fact; its answer is
        a refusal, or None."""
        async with self.lock:
            if command.command_id in self.state.commands:
                return
            unless()
            verdict = decide(self.state, command, now=self.now())
            refuse(verdict.refusal)
            if first is not None:
                refuse(await first(command))
            # A regular activity: its schedule is in the history before SQL changes, so losing power in between
            # cannot leave a row that the workflow knows nothing of.
            await self._write(verdict.facts, save=durable_step)

    async def publish(self) -> None:
        """Writes the state again, for a read model that lags behind."""
        async with self.lock:
            await self._write((), save=durable_step)

    async def _write(self, facts: Sequence[AnyFact], *, save: _Save) -> None:
        after = reduce(apply, facts, self.state)
        await save(CaseActivities.save, record_of(self.state, facts, after, now=self.now()))
        self.state = after


def refuse(sentence: str | None) -> None:
    """Raises the refusal, if there is one."""
    if sentence is not None:
        raise ApplicationError(sentence, type=RefusalType.REFUSED, non_retryable=True)
