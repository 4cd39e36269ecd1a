"""Files of partners: how they are read, taken in and taken over, and how far a delivery is."""

import argparse
from datetime import UTC, datetime

from adapters import takeover
from adapters.delivery_control import DeliveryControl
from adapters.delivery_store import UnknownPartner
from adapters.intake import TakenIn, take_in
from adapters.registry import partners_of
from adapters.stores import Stores, open_stores
from command_line.arguments import ask_file, ask_municipality, ask_partner, ask_staff
from command_line.staff import NotAllowed, known_staff
from config import Settings
from engine.client import connect
from models.ids import DeliveryId, PartnerId, StaffId
from models.periodic import DeliveryInput
from models.values import MunicipalityCode
from policy.calendar import local
from policy.permissions import Action, Staff, may
from workflows.client import delivery_report, look_again, start_delivery


def ask_import(parser: argparse.ArgumentParser) -> None:
    ask_file(parser, told="CSV as docs/delivery-format.md describes")
    ask_municipality(parser)
    ask_partner(parser)
    ask_staff(parser, told="who takes it in, e.g. hanna")


async def import_file(settings: Settings, arguments: argparse.Namespace) -> int:
    """Takes in a partner's file: refused rows are named, the rest opens or joins cases."""
    stores = open_stores(settings)
    municipality = MunicipalityCode.parse(arguments.municipality)
    staff = _staff(stores, StaffId(arguments.staff), municipality)
    client = await connect(settings.temporal_address, settings.namespace)
    taken = await take_in(
        client,
        stores,
        arguments.file,
        municipality=municipality,
        partner=arguments.partner,
        by=staff.staff_id,
        at=datetime.now(UTC),
    )
    report(arguments.partner, taken)
    return 1 if taken.stored.refusals else 0


def ask_look(parser: argparse.ArgumentParser) -> None:
    ask_file(parser, told="CSV, xlsx, xls, ods or JSON")
    ask_municipality(parser)
    ask_partner(parser)
    ask_staff(parser, told="who takes it in, e.g. hanna")
    parser.add_argument("--confirm", action="store_true", help="it is read well: take its rows in")


async def look_at_file(settings: Settings, arguments: argparse.Namespace) -> int:
    """Shows how a file of any form is read; with --confirm its rows are taken in."""
    stores, now = open_stores(settings), datetime.now(UTC)
    municipality = MunicipalityCode.parse(arguments.municipality)
    staff = _staff(stores, StaffId(arguments.staff), municipality)
    partner = _partner(stores, arguments.partner)
    uploads = stores.uploads
    upload = uploads.find(uploads.put(arguments.file.read_bytes(), municipality, partner, by=staff.staff_id, at=now))
    assert upload is not None
    found = uploads.preview(upload)
    for column, place in upload.mapping.items():
        print(f"  {column}: column {place + 1}")
    print(f"{found.good} rows can be taken in, {found.refused} refused, {found.passed_over} passed over")
    print(f"  about a legal entity {found.legal_entities}")
    for place in found.unused:
        # What it is called may be anything, also somebody's name when the header was taken wrong.
        print(f"  column {place + 1} says something and is not read")
    for row in found.faulty:
        for fault in row.faults:
            print(f"  row {row.number}, {fault.field}: {fault.reason}")
    if not arguments.confirm:
        uploads.forget_now(upload)
        print("nothing was taken in: say --confirm when this is right")
        return 1 if found.refused else 0
    delivery = uploads.confirm(upload, at=now)
    client = await connect(settings.temporal_address, settings.namespace)
    await start_delivery(client, DeliveryInput(delivery_id=delivery, upload=upload.id))
    became = await delivery_report(client, delivery)
    print(f"delivery {delivery}: opened {became.opened}, joined {became.joined}, repeated {became.repeated}")
    print(f"  about a legal entity {became.legal_entities}")
    return 1 if found.refused else 0


def ask_takeover(parser: argparse.ArgumentParser) -> None:
    ask_file(parser, told="docs/takeover.md tells its form")
    ask_municipality(parser)
    ask_partner(parser)
    ask_staff(parser, told="who takes them over, e.g. hanna")
    parser.add_argument("--confirm", action="store_true", help="take them over; without it nothing changes")


async def take_over_cases(settings: Settings, arguments: argparse.Namespace) -> int:
    """Takes over running cases of another system; without --confirm it only shows what is in the file."""
    stores, now = open_stores(settings), datetime.now(UTC)
    municipality = MunicipalityCode.parse(arguments.municipality)
    staff = _staff(stores, StaffId(arguments.staff), municipality)
    _partner(stores, arguments.partner)
    content = takeover.read(arguments.file)
    found = takeover.look(content, today=local(now).date())
    for said in takeover.told(found):
        print(said)
    if found.faulty:
        print("nothing was taken over: mend these rows first")
        return 1
    if not arguments.confirm:
        print("nothing was taken over: say --confirm when this is right")
        return 0
    taken = await takeover.take_over(
        await connect(settings.temporal_address, settings.namespace),
        stores,
        content,
        municipality=municipality,
        partner=arguments.partner,
        by=staff.staff_id,
        at=now,
    )
    report(arguments.partner, taken)
    return 0


def ask_delivery(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("delivery", metavar="DELIVERY", help="as its page shows it")
    parser.add_argument("--as", metavar="STAFF", dest="staff", default="", help="who stops it or lets it go on")
    steering = parser.add_mutually_exclusive_group()
    steering.add_argument("--pause", action="store_true", help="rows under way are finished first")
    steering.add_argument("--resume", action="store_true")


async def delivery(settings: Settings, arguments: argparse.Namespace) -> int:
    """Says how far a delivery is; with --pause or --resume it stops or goes on."""
    stores, which = open_stores(settings), DeliveryId(arguments.delivery)
    control = DeliveryControl(stores.database)
    municipality = control.municipality(which)
    if municipality is None:
        raise NotAllowed("There is no such delivery.")
    if arguments.pause:
        staff = _staff(stores, StaffId(arguments.staff), municipality)
        control.pause(which, by=staff.staff_id, at=datetime.now(UTC))
    elif arguments.resume:
        _staff(stores, StaffId(arguments.staff), municipality)
        control.resume(which)
        await look_again(await connect(settings.temporal_address, settings.namespace), which)
    if (progress := control.progress(which)) is not None:
        state = "finished" if progress.finished_at else "paused" if progress.paused_at else "under way"
        print(f"{state}: {progress.done} of {progress.rows} rows")
    return 0


def report(partner: str, taken: TakenIn) -> None:
    """Prints what became of the rows of a file."""
    became = taken.report
    again = ": taken in before, nothing was opened again" if taken.stored.already else ""
    print(f"{partner}{again}: {became.stored + became.opened + became.joined + became.repeated} rows taken in")
    print(f"  opened {became.opened}, joined {became.joined}, repeated {became.repeated}, refused {became.refused}")
    print(f"  reported before {became.successive}, could not be compared {became.not_compared}")
    print(f"  about a legal entity {became.legal_entities}: told back as unjustified, nobody is contacted")
    for refusal in taken.stored.refusals:
        print(f"  row {refusal.number}, {refusal.field}: {refusal.reason}")


def _partner(stores: Stores, called: str) -> PartnerId:
    found = next((id for id, name in partners_of(stores.database) if name == called), None)
    if found is None:
        raise UnknownPartner("This partner is not known here.")
    return found


def _staff(stores: Stores, staff: StaffId, municipality: MunicipalityCode) -> Staff:
    known = known_staff(stores, staff)
    if not may(known, Action.IMPORT_DELIVERY, municipality):
        raise NotAllowed("This member of staff may not take in deliveries of this municipality.")
    return known
