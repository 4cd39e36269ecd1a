"""Keys of the systems of partners (docs/partner-api.md)."""

import argparse
from datetime import UTC, date, datetime, timedelta

from adapters.partner_keys import PartnerKeys
from adapters.stores import Stores, open_stores
from command_line.arguments import ask_staff
from command_line.staff import NotAllowed, known_staff
from config import Settings
from models.ids import StaffId
from policy.calendar import local
from policy.permissions import Action, may


def ask_make(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("whose", metavar="STAFF", help="somebody with the role partner, e.g. koppeling-woonstee")
    ask_staff(parser, told="who gives it, e.g. hanna")
    parser.add_argument("--until", type=date.fromisoformat, metavar="DATE", help="last day; a year from now if not")


def make_key(settings: Settings, arguments: argparse.Namespace) -> int:
    """Makes a key for the system of a partner (docs/partner-api.md) and shows it once."""
    stores, now = open_stores(settings), datetime.now(UTC)
    by, last_day = StaffId(arguments.staff), arguments.until or local(now).date() + timedelta(days=365)
    _keeps_partner(stores, by, StaffId(arguments.whose))
    id, key = PartnerKeys(stores.database).make(StaffId(arguments.whose), by=by, at=now, last_day=last_day)
    print(f"key {id} of {arguments.whose}, until {last_day} included. It is shown this once:")
    print(key)
    return 0


def list_keys(settings: Settings, arguments: argparse.Namespace) -> int:
    """Says which keys partners' systems have, until when, and when each was last used."""
    for key in PartnerKeys(open_stores(settings).database).all():
        ends = f"stopped {local(key.stopped_at).date()}" if key.stopped_at else f"until {key.last_day}"
        print(f"{key.id}  {key.staff}  {ends}  last used {key.used_on or 'never'}  made by {key.made_by}")
    return 0


def ask_stop(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("key", metavar="KEY", help="its number, as list shows it")
    ask_staff(parser, told="who stops it, e.g. hanna")


def stop_key(settings: Settings, arguments: argparse.Namespace) -> int:
    """Makes a key worthless at once."""
    stores = open_stores(settings)
    keys = PartnerKeys(stores.database)
    whose = next((key.staff for key in keys.all() if key.id == arguments.key), None)
    if whose is None:
        raise NotAllowed("There is no such key.")
    _keeps_partner(stores, StaffId(arguments.staff), whose)
    keys.stop(arguments.key, at=datetime.now(UTC))
    print(f"key {arguments.key} opens nothing any more")
    return 0


def _keeps_partner(stores: Stores, staff: StaffId, whose: StaffId) -> None:
    """Raises `NotAllowed` unless this member of staff keeps the partners of every municipality of the key's owner."""
    known, of_owner = known_staff(stores, staff), known_staff(stores, whose).municipalities
    if not of_owner or not all(may(known, Action.KEEP_PARTNERS, municipality) for municipality in of_owner):
        raise NotAllowed("This member of staff may not decide on keys of this partner.")
