"""Switches with which somebody makes the outside world fail."""

import asyncio
import re
from collections import Counter
from datetime import UTC, datetime

from fastapi import APIRouter, HTTPException
from pydantic import AwareDatetime, Field
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from models.base import Frozen
from models.codes import Party
from simulation.store import WorldStore

_KINDS = {
    Party.REGISTER: r"down|refuse|slow|malformed|half-open|http-[345]\d\d",
    Party.PARTNERS: r"down|refuse|slow|drop-after-data|http-[345]\d\d",
    Party.LETTERS: r"down|refuse|slow|half-open|drop-after-data|http-[345]\d\d",
    Party.SMS: r"down|refuse|slow|malformed|half-open|drop-after-data|http-[345]\d\d",
    Party.BOUNCES: r"down|refuse|slow|malformed|half-open",
    Party.MAIL: r"down|refuse|slow|malformed|half-open|http-[345]\d\d"
    r"|slow-after-data|drop-before-data|drop-after-data|(rcpt|data)-[45]\d\d",
}


class Fault(Frozen):
    """How a party fails, and until when (None: until somebody heals it).

    down               the connection is closed without an answer (mail: 421 instead of a greeting)
    refuse             the question is refused for good (mail: 550 at the recipient; the bounce mailbox: no sign-in)
    slow               the answer comes `seconds` late (mail: at the recipient)
    slow-after-data    what was handed over is kept, and the answer comes `seconds` late
    malformed          the answer is nonsense
    half-open          the answer begins, and the rest of it does not come for `seconds`
    http-503           this status, like every other
    rcpt-451, data-552 this answer to the recipient, or to the mail itself, which is then not kept
    drop-before-data   the connection is lost before the mail was handed over
    drop-after-data    what was handed over is kept, and the connection is lost before the answer
    """

    kind: str
    until: AwareDatetime | None = None
    seconds: float = Field(default=30.0, ge=0)
    every: int = Field(default=1, ge=1)
    """Of how many one fails: of 2 each second one."""


class Dropped(Exception):
    """The connection is to be closed without an answer."""


class HalfOpen(Exception):
    """The answer is to begin and not to go on for so many seconds."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self.seconds = seconds


class Unfinished(Response):
    """An answer whose rest does not come."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"20")]})
        await send({"type": "http.response.body", "body": b"{", "more_body": True})
        await asyncio.sleep(self._seconds)


class CutOff(Response):
    """An answer that ends before it is complete, so that the server closes the connection."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"1")]})


class Faults:
    """Which party fails at this moment."""

    def __init__(self, store: WorldStore) -> None:
        self._store = store
        self._met = Counter[Party]()
        self._set = {Party(party): Fault.model_validate_json(text) for party, text in store.faults().items()}

    def put(self, party: Party, fault: Fault | None) -> None:
        """Raises ValueError for a kind that this party does not have."""
        if fault is not None and re.fullmatch(_KINDS[party], fault.kind) is None:
            raise ValueError(f"{party} has no such fault")
        self._store.put_fault(party, None if fault is None else fault.model_dump_json())
        self._set.pop(party, None)
        if fault is not None:
            self._set[party] = fault

    def strikes(self, party: Party) -> str:
        """The kind of fault that the next thing meets, if it is its turn; empty when it works."""
        fault = self.all().get(party)
        if fault is None:
            return ""
        self._met[party] += 1
        return fault.kind if self._met[party] % fault.every == 0 else ""

    def all(self) -> dict[Party, Fault]:
        """Those that are past their end are over."""
        now = datetime.now(UTC)
        return {party: fault for party, fault in self._set.items() if fault.until is None or now < fault.until}

    def kind(self, party: Party) -> str:
        """Empty when the party works."""
        fault = self.all().get(party)
        return fault.kind if fault else ""

    async def wait(self, party: Party, kind: str = "slow") -> None:
        """Returns at once, or late when the party has this fault."""
        fault = self.all().get(party)
        if fault is not None and fault.kind == kind:
            await asyncio.sleep(fault.seconds)

    async def gate(self, party: Party) -> None:
        """What happens to a question over HTTP before it is looked at. Raises Dropped or HTTPException."""
        await self.wait(party)
        match self.kind(party).partition("-"):
            case ["down", _, _]:
                raise Dropped
            case ["half", _, _]:
                raise HalfOpen(self.all()[party].seconds)
            case ["refuse", _, _]:
                raise HTTPException(400)
            case ["http", _, status]:
                raise HTTPException(int(status))

    def after(self, party: Party) -> None:
        """What happens when the question was dealt with and the answer is on its way."""
        if self.kind(party) == "drop-after-data":
            raise Dropped


def router(faults: Faults) -> APIRouter:
    """`PUT`, `DELETE` and `GET /storingen`."""
    routes = APIRouter(prefix="/storingen")

    @routes.get("")
    async def show() -> dict[Party, Fault]:
        return faults.all()

    @routes.put("/{party}", status_code=204)
    async def put(party: Party, fault: Fault) -> None:
        try:
            faults.put(party, fault)
        except ValueError as error:
            raise HTTPException(422, str(error)) from None

    @routes.delete("/{party}", status_code=204)
    async def heal(party: Party) -> None:
        faults.put(party, None)

    return routes
