"""Who prints letters: takes each letter once, however often its reference is offered."""

from datetime import UTC, datetime

from fastapi import APIRouter, HTTPException

from models.base import Frozen
from models.codes import Party
from simulation.faults import Faults
from simulation.store import LetterContent, WorldStore


def router(store: WorldStore, faults: Faults) -> APIRouter:
    """`PUT` and `GET` of `/brieven/{reference}`."""
    routes = APIRouter()

    @routes.put("/brieven/{reference}", status_code=204)
    async def print_and_post(reference: str, letter: LetterContent) -> None:
        await _take(Party.LETTERS, "brieven", reference, letter)

    @routes.get("/brieven/{reference}", status_code=204)
    async def has_letter(reference: str) -> None:
        await _look(Party.LETTERS, "brieven", reference)

    async def _take(party: Party, kind: str, reference: str, content: Frozen) -> None:
        await faults.gate(party)
        offered = content.model_dump_json()
        kept = store.offer(kind, reference, offered, at=datetime.now(UTC).isoformat())
        faults.after(party)
        if kept != offered:
            raise HTTPException(409, "Dit kenmerk is al gebruikt, met een andere inhoud.")

    async def _look(party: Party, kind: str, reference: str) -> None:
        await faults.gate(party)
        if not store.has(kind, reference):
            raise HTTPException(404, "Dit kenmerk is niet bekend.")

    return routes
