"""All that is held of one resident, for whoever answers their request."""

import argparse
import json
from datetime import UTC, date, datetime
from pathlib import Path

from adapters.access_requests import AccessRequests
from adapters.cases_of_person import CasesOfPerson, InCase
from adapters.looks import Looker, Looks
from adapters.stores import Stores, open_stores
from adapters.unsealing import noting
from command_line.cases import NoSuchCase, find_case
from command_line.staff import NotAllowed
from config import Settings
from models.codes import IdentityShown, LookPurpose
from models.ids import PersonId, StaffId
from policy.calendar import local
from policy.permissions import Action, may_in_case
from web import queries, words
from web.own_data.in_case import Telling
from web.own_data.others import hides_address
from web.own_data.overview import Sources, overview
from web.own_data.shape import Overzicht


def ask_own_data(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("case", metavar="CASE", help="one of the resident's cases: its number, or how that begins")
    parser.add_argument("file", type=Path, metavar="FILE", help="where it is written, as JSON; a new file")
    parser.add_argument("--by", type=StaffId, required=True, metavar="STAFF", help="the member of staff who answers it")
    parser.add_argument("--person", metavar="ID", help="who of the case; its resident when nobody is named")
    parser.add_argument("--only", action="store_true", help="of this case alone, not of the others of the same person")
    notes = parser.add_mutually_exclusive_group()
    notes.add_argument("--notes", action="store_true", help="with all notes: somebody read that none is about a third")
    notes.add_argument("--note", action="append", metavar="ID", help="with this note; may be said more than once")
    parser.add_argument("--identity", choices=list(IdentityShown), required=True, help="how was made sure who asks")
    parser.add_argument("--asked", type=date.fromisoformat, metavar="DATE", help="when they asked; today when not said")


def own_data(settings: Settings, arguments: argparse.Namespace) -> int:
    """Writes all that is held of one resident to a file, over all their cases, and that this was done to the log."""
    stores, now = open_stores(settings), datetime.now(UTC)
    case = find_case(stores, arguments.case)
    state = stores.cases.load(case)
    staff = queries.staff(stores.database, arguments.by)
    if staff is None or not may_in_case(staff, Action.GIVE_OWN_DATA, state):
        raise NotAllowed("This member of staff may not answer a request for access here.")
    if arguments.file.exists():
        raise NotAllowed("This file is there already.")
    person = PersonId(arguments.person or state.resident)
    if state.person(person) is None:
        raise NoSuchCase("There is no such person in this case.")
    asked_on = arguments.asked or local(now).date()
    found = CasesOfPerson(stores.vault).of(case, person)
    telling = Telling(
        now,
        hides=hides_address(stores.cases, found, staff),
        only=None if arguments.notes else frozenset(arguments.note or ()),
    )
    with noting() as opened:
        made = _overview(stores, found[:1] if arguments.only else found, asked_on, telling)
        Looks(stores.database, stores.vault, stores.policies).record(
            Looker(staff.staff_id, staff.role, LookPurpose.ACCESS_REQUEST), opened, at=now
        )
    identity = IdentityShown(arguments.identity)
    AccessRequests(stores.database).record(case, person, asked_on, identity, by=staff.staff_id, at=now)
    with arguments.file.open("x", encoding="utf-8") as file:
        arguments.file.chmod(0o600)
        file.write(made.model_dump_json(indent=2) + "\n")
    print(f"written: {arguments.file}; cases: {len(made.zaken)}")
    for one in made.zaken:
        print(f"{one.nummer}  {one.stand}")
        for event in one.gebeurtenissen:
            if event.sleutel and not event.notitie:
                print(f"  note left out: {event.sleutel}  {words.full_moment(event.op)}")
    return 0


def shape(settings: Settings, arguments: argparse.Namespace) -> int:
    """Prints the JSON Schema of what `own-data give` writes."""
    print(json.dumps(Overzicht.model_json_schema(), indent=2, ensure_ascii=False))
    return 0


def _overview(stores: Stores, found: tuple[InCase, ...], asked_on: date, telling: Telling) -> Overzicht:
    municipality = stores.cases.load(found[0][0]).municipality
    names = queries.municipality_names(stores.database, [municipality])
    return overview(
        Sources(stores.database, stores.vault, stores.cases),
        found,
        municipality=names.get(municipality.text, municipality.text),
        asked_on=asked_on,
        telling=telling,
    )
