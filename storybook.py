"""`make demo`: the journeys that practitioners told, played day by day through to the erasure, and printed.

Asks nothing and ends by itself. Real server, real databases, real protocols; only the clock is moved.
"""

import asyncio
import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from textwrap import indent, wrap

from sqlalchemy import func
from sqlmodel import col, select

from adapters.case_store import JourneyEntry
from engine.client import leave
from models.case import CaseState, Person
from models.codes import Phase, TaskKind
from models.facts import AnyFact, RouteChosen
from models.tables import Row
from models.vault_tables import CertificateRow
from observability import configure
from policy.calendar import at_local, local
from policy.transitions import apply
from simulation.desk import Desk
from simulation.scenarios import SCENARIOS, Scenario, forget, is_solved, opened, tell_partner
from web.next_up import next_up
from web.timeline import beginning, entry
from web.words import full_moment

_WIDTH = 100


async def main() -> None:
    """Every scenario, one after the other."""
    with tempfile.TemporaryDirectory(prefix="signaalreis-") as folder:
        configure(component="demo", to=Path(folder) / "demo.log")
        for number, scenario in enumerate(SCENARIOS):
            await _play(scenario, Path(folder) / str(number))


async def _play(scenario: Scenario, folder: Path) -> None:
    print(f"\n{'=' * _WIDTH}\n{scenario.name}: {scenario.told}\n{'=' * _WIDTH}", flush=True)
    async with opened(scenario, folder) as desk:
        await scenario.play(desk)
        await _finish(desk, scenario)
        _print_journey(desk)
        await forget(desk)
        _print_erasure(desk)
        _print_what_is_left(desk)


async def _finish(desk: Desk, scenario: Scenario) -> None:
    """What is left to do once the outcome is known: the partner hears it, and a quick fix is looked at again."""
    decided = max(result.at for result in desk.state.outcomes)
    await tell_partner(desk, scenario, _morning_after(decided))
    check = desk.state.task(TaskKind.CHECK_QUICK_FIX)
    if check is not None:
        await is_solved(desk, check.opens_at + timedelta(hours=1))
    assert desk.state.phase is Phase.CLOSED, desk.state.phase


def _morning_after(moment: datetime) -> datetime:
    """The next time at which the partners' batches leave."""
    clock = datetime.min.time().replace(hour=6)
    today = at_local(local(moment).date(), clock)
    return today if today > moment else at_local(local(moment).date() + timedelta(days=1), clock)


# --- what is printed ----------------------------------------------------------------------------------------------


def _print_journey(desk: Desk) -> None:
    stores, final = desk.town.stores, desk.state
    partners, names = stores.registry.partners_of(desk.case), stores.registry.names()
    journey = stores.cases.journey(desk.case)
    for line in beginning(final, partners=partners, now=final.opened_at):
        print(f"\n{line.day}, {line.clock}  {line.daypart.lower()}, {line.by}")
        _say(line.sentence)
    for happened, state in zip(journey, _states(journey, final), strict=True):
        fact = happened.fact
        line = entry(
            fact,
            by=names.get(fact.by, "automatisch"),
            note=happened.note,
            partners=partners,
            names=names,
            may_read_safety=False,
            now=fact.at,
        )
        print(f"\n{line.day}, {line.clock}  {line.daypart.lower()}, {line.by}")
        _say(line.sentence)
        if line.note:
            _say(f"‘{line.note}’")
        _say(_what_follows(state, fact), mark="→ ")


def _states(journey: list[JourneyEntry], final: CaseState) -> Iterator[CaseState]:
    """The case after each thing that happened, made anew from what happened."""
    first = [signal.model_copy(update={"feedback": None, "feedback_delivered_at": None}) for signal in final.signals]
    state = CaseState(
        case_id=final.case_id,
        municipality=final.municipality,
        opened_at=final.opened_at,
        people=(Person(person_id=final.resident),),
        signals=tuple(first),
    )
    for happened in journey:
        fact = happened.fact
        if isinstance(fact, RouteChosen):
            fact = fact.model_copy(update={"terms": final.terms})
        state = apply(state, fact)
        yield state


def _what_follows(state: CaseState, fact: AnyFact) -> str:
    following = next_up(state, now=fact.at)
    when = f"{following.sentence.rstrip('.')}: {following.when}." if following.when else following.sentence
    reasons = following.reasons[:1]
    why = [part for reason in reasons for part in (reason.rule, reason.moved) if part] or [following.ground]
    return " ".join([when, *why]).strip()


def _print_erasure(desk: Desk) -> None:
    with desk.town.stores.vault.database.read() as session:
        wanted = select(CertificateRow).where(CertificateRow.case_id == desk.case).order_by(col(CertificateRow.id))
        certificates = session.exec(wanted).all()
    for certificate in certificates:
        rule = certificate.rule
        print(f"\nVerklaring van vernietiging {certificate.id}")
        _say(f"Vernietigd op {full_moment(certificate.erased_at)}: {', '.join(certificate.units)}.")
        _say(f"{rule['ground']} {certificate.rows} rijen, {certificate.executions} processen.")


def _print_what_is_left(desk: Desk) -> None:
    """Every row that still stands in the main database, by table: no person among them."""
    print("\nWat er overblijft")
    with desk.town.stores.database.read() as session:
        for table in Row.metadata.sorted_tables:
            number = session.execute(select(func.count()).select_from(table)).scalar_one()
            if number:
                _say(f"{table.name}: {number}")


def _say(text: str, *, mark: str = "") -> None:
    print(indent("\n".join(wrap(mark + text, _WIDTH - 4)), "    "))


if __name__ == "__main__":
    asyncio.run(main())
    leave(0)
