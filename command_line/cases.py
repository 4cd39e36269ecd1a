"""What is told of one case."""

import argparse
from datetime import UTC, datetime
from textwrap import indent

from adapters.case_store import UnknownCase
from adapters.stores import Stores, open_stores
from config import Settings
from models.ids import CaseId
from web.explained_case import explained, lines
from web.next_up import next_up
from web.queues import queue_names
from web.timeline import beginning, entry, worth_telling


class NoSuchCase(Exception):
    """The message says why no case was found."""


def ask_case(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("case", metavar="CASE", help="its number, or how that begins")


async def journey(settings: Settings, arguments: argparse.Namespace) -> int:
    """Prints a case's signaalreis."""
    stores, now = open_stores(settings), datetime.now(UTC)
    case = find_case(stores, arguments.case)
    state = stores.cases.load(case)
    partners, names = stores.registry.partners_of(case), stores.registry.names()
    for line in beginning(state, partners=partners, now=now):
        print(f"{line.day} {line.clock}  {line.sentence}  ({line.by})")
    for happened in worth_telling(stores.cases.journey(case)):
        by = names.get(happened.fact.by, "automatisch")
        line = entry(
            happened.fact,
            by=by,
            note=happened.note,
            partners=partners,
            names=names,
            may_read_safety=False,
            now=now,
        )
        print(f"{line.day} {line.clock}  {line.sentence}  ({line.by})")
        if line.note:
            print(indent(line.note, "    "))
    down = frozenset(outage.party for outage in stores.health.outages())
    upcoming = next_up(state, now=now, down=down)
    print(f"Hierna: {upcoming.sentence} {upcoming.when}".rstrip())
    return 0


async def explain(settings: Settings, arguments: argparse.Namespace) -> int:
    """Prints why a case is here, what happens next, when, by whom, and what would change that. Names nobody."""
    stores, now = open_stores(settings), datetime.now(UTC)
    state = stores.cases.load(find_case(stores, arguments.case))
    told = explained(
        state,
        now=now,
        down=frozenset(outage.party for outage in stores.health.outages()),
        queues=queue_names(stores.policies, [state.municipality]),
        names={},
        journey=[happened.fact for happened in stores.cases.journey(state.case_id)],
    )
    for line in lines(told):
        print(line)
    return 0


def find_case(stores: Stores, named: str) -> CaseId:
    """The case of this number, or of its first characters as screens show them. Raises `NoSuchCase`."""
    try:
        return stores.cases.named(named)
    except UnknownCase as unknown:
        if unknown.code == "case.ambiguous":
            raise NoSuchCase("More than one case begins like this: give more of its number.") from None
    raise NoSuchCase("There is no such case; if there was one, it is erased.")
