"""The command line: `python cli.py COMMAND --help` explains each command."""

import argparse
import asyncio
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from textwrap import indent

from temporalio.service import RPCError

import config
import policy_move_cli
from activities.reconcile import Reconciliation, compare
from adapters import takeover
from adapters.agreements import NoAgreement
from adapters.case_store import UnknownCase
from adapters.claims import BadRoles, claims_of
from adapters.command_desk import CommandDesk
from adapters.ddas_export import DdasExport, Period, Unsayable
from adapters.delivery_control import DeliveryControl
from adapters.delivery_store import UnknownMunicipality, UnknownPartner
from adapters.executions import TemporalExecutions
from adapters.http_auth import BadAccess
from adapters.intake import TakenIn, take_in
from adapters.lists_file import BadLists, apply_lists, read_lists
from adapters.message_files import MessageFiles
from adapters.monitor import Quarter, as_csv, monitor, quarter_of, read_quarter
from adapters.notify_http import NotifyKey, NotifyKeyUnusable
from adapters.oidc import provider_of
from adapters.partner_directory import PartnerDirectory
from adapters.partner_keys import KeyRefused, PartnerKeys
from adapters.policy_book import PolicyFiles
from adapters.policy_book import UnknownMunicipality as NoPolicy
from adapters.policy_check import check
from adapters.policy_versions import pairs, with_earlier
from adapters.registry import partners_of
from adapters.secrets import SecretUnusable, load_or_make
from adapters.signal_form import UnreadableFile
from adapters.stores import Stores, migrate, open_stores
from adapters.working_hours import WorkingHours
from config import Settings
from engine.client import connect, leave
from engine.namespace import ensure as ensure_namespace
from engine.supervisor import CannotStart, supervise
from models.ddas import AanleverendeOrganisatie
from models.ids import CaseId, DeliveryId, PartnerId, StaffId
from models.periodic import DeliveryInput
from models.values import MunicipalityCode, Unreadable
from observability import configure, get_logger
from policy.calendar import local
from policy.permissions import Action, Staff, may
from policy.terms import BadPolicy
from simulation import demo
from web.explained_case import explained, lines
from web.next_up import next_up
from web.policy_diff import compared
from web.queues import queue_names
from web.timeline import beginning, entry, worth_telling
from workflows.client import delivery_report, look_again, start_delivery

log = get_logger()


class NotAllowed(Exception):
    """This member of staff may not do this."""


class NoSuchCase(Exception):
    """The message says why no case was found."""


_TELL = (
    BadPolicy,
    CannotStart,
    NoPolicy,
    NoSuchCase,
    NotAllowed,
    NotifyKeyUnusable,
    SecretUnusable,
    UnknownMunicipality,
    UnknownPartner,
    Unreadable,
    UnreadableFile,
    NoAgreement,
    takeover.FaultsLeft,
    Unsayable,
    BadAccess,
    BadLists,
    BadRoles,
    KeyRefused,
    config.BadSetting,
    policy_move_cli.MayNotApply,
)
"""Errors whose message is written for whoever types the command."""


def run(settings: Settings, arguments: argparse.Namespace) -> int:
    """Starts everything and stays until Ctrl-C."""
    demo.check(settings)

    def addresses() -> None:
        print()
        print(f"  Signaalreis         http://{settings.web_host}:{settings.web_port}")
        print(f"  Mailbox, register   http://127.0.0.1:{settings.world_port}")
        print(f"  Temporal            http://127.0.0.1:{settings.temporal_ui_port}")
        print()
        print("Ctrl-C stops everything; the next run goes on where this one was.", flush=True)

    return supervise(
        demo.processes(settings),
        logs=settings.logs,
        say=lambda line: print(line, flush=True),
        when_running=addresses,
    )


async def prepare(settings: Settings, arguments: argparse.Namespace) -> int:
    """Secrets, databases, the Temporal namespace, and the demonstration's lists."""
    config.check(settings)
    load_or_make(settings.session_key, may_make=settings.demo)
    load_or_make(settings.master_key, may_make=settings.demo)
    load_or_make(settings.notify_callback, may_make=settings.demo)
    if settings.demo:
        demo.make_notify_key(settings.notify_key)
        demo.make_bounces_password(settings)
        demo.make_client_secret(settings)
    NotifyKey.read(settings.notify_key)
    provider_of(settings).close()
    claims_of(settings)
    migrate(settings)
    stores = open_stores(settings)
    if settings.demo:
        demo.register_everybody(stores.registry)
        demo.keep_hours(WorkingHours(stores.database))
        demo.describe_partners(PartnerDirectory(stores.database))
    await ensure_namespace(settings.temporal_address, settings.namespace)
    print("databases and namespace are ready")
    return 0


async def fill_demo(settings: Settings, arguments: argparse.Namespace) -> int:
    """Takes in the demonstration's files; taken in before, they open nothing again."""
    demo.let_notify_tell(settings)
    stores = open_stores(settings)
    client = await connect(settings.temporal_address, settings.namespace)
    now = datetime.now(UTC)
    for partner, file in demo.files(settings.data / "demo", now.date()):
        try:
            taken = await take_in(
                client, stores, file, municipality=demo.ZONNEDIJK, partner=partner, by=demo.IMPORTED_BY, at=now
            )
        except NoAgreement as refusal:
            # Somebody changed an agreement meanwhile: what is there stays, and the demonstration goes on.
            print(f"{partner}: {refusal}")
            continue
        _report(partner, taken)
    return 0


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
    _report(arguments.partner, taken)
    return 1 if taken.stored.refusals else 0


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
    report = await delivery_report(client, delivery)
    print(f"delivery {delivery}: opened {report.opened}, joined {report.joined}, repeated {report.repeated}")
    print(f"  about a legal entity {report.legal_entities}")
    return 1 if found.refused else 0


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
    _report(arguments.partner, taken)
    return 0


def keep_lists(settings: Settings, arguments: argparse.Namespace) -> int:
    """Adds and renews municipalities, partners with their agreements, and staff from a YAML file."""
    lists = read_lists(arguments.file)
    apply_lists(open_stores(settings).database, lists)
    print(f"{len(lists.municipalities)} municipalities, {len(lists.partners)} partners, {len(lists.staff)} staff")
    return 0


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


def export_figures(settings: Settings, arguments: argparse.Namespace) -> int:
    """Writes the signals of a period for the national statistics (DDAS vroegsignalering)."""
    stores = open_stores(settings)
    municipality = MunicipalityCode.parse(arguments.municipality)
    sender = stores.policies.sender(municipality)
    done = DdasExport(stores.database, stores.vault).write(
        arguments.folder,
        municipality,
        Period(arguments.since, arguments.until),
        organisation=AanleverendeOrganisatie(naam=sender.name, kvk_nummer=arguments.kvk),
        supplier=arguments.supplier,
        at=datetime.now(UTC),
    )
    for file in done.files:
        print(file)
    print(f"{done.signals} signals, {done.cases} cases; erased before {done.gone}, secret address {done.hidden}")
    return 0


def show_figures(settings: Settings, arguments: argparse.Namespace) -> int:
    """Prints the figures of a quarter and of the open cases, the same CSV as the page "Cijfers" offers."""
    stores, now = open_stores(settings), datetime.now(UTC)
    municipality = MunicipalityCode.parse(arguments.municipality)
    if municipality not in stores.registry.municipalities():
        raise UnknownMunicipality(f"Gemeente {municipality.text} is hier niet bekend.")
    quarter = arguments.quarter or quarter_of(now)
    # With the mark by which a spreadsheet knows that a file is UTF-8, as in the download.
    sys.stdout.write("\ufeff" + as_csv(monitor(stores.database, stores.policies, municipality, quarter, at=now)))
    return 0


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


async def journey(settings: Settings, arguments: argparse.Namespace) -> int:
    """Prints a case's signaalreis."""
    stores, now = open_stores(settings), datetime.now(UTC)
    case = _case(stores, arguments.case)
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
    state = stores.cases.load(_case(stores, arguments.case))
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


async def doctor(settings: Settings, arguments: argparse.Namespace) -> int:
    """Compares SQL with Temporal and prints one number, which must be 0."""
    stores = open_stores(settings)
    client = await connect(settings.temporal_address, settings.namespace)
    running = await TemporalExecutions(client).running_cases()
    found = compare(stores.overview.open_cases(), running, now=datetime.now(UTC))
    _describe(found)
    for outage in stores.health.outages():
        print(f"{outage.party}: down since {outage.since:%Y-%m-%d %H:%M} UTC, {outage.waiting} wait")
    return 1 if found.adrift else 0


async def apply_policy(settings: Settings, arguments: argparse.Namespace) -> int:
    """Moves running cases to a version of the policy; without --confirm it only shows what would move."""
    stores, now = open_stores(settings), datetime.now(UTC)
    municipality, staff = MunicipalityCode.parse(arguments.municipality), StaffId(arguments.staff)
    role = policy_move_cli.mover(stores, staff, municipality)
    on = arguments.on or local(now).date()
    move = policy_move_cli.Move(municipality=municipality, by=staff, role=role, on=on, at=now)
    named = [_case(stores, case) for case in arguments.case or ()]
    desk = None
    if arguments.confirm:
        desk = CommandDesk(await connect(settings.temporal_address, settings.namespace), stores.outbox)
    return await policy_move_cli.apply(
        stores, desk, move, named or policy_move_cli.open_cases(stores, municipality), say=print
    )


def policy_diff(settings: Settings, arguments: argparse.Namespace) -> int:
    """Says in words what differs between two policy files, or between one and the version in force before it."""
    if arguments.after is None:
        texts = MessageFiles(settings.messages)
        book = PolicyFiles(settings.policies, today=lambda: datetime.now(UTC).date(), messages=texts)
        print("\n".join(compared(with_earlier(arguments.before, book))))
    else:
        print("\n".join(compared(pairs(arguments.before, arguments.after))))
    return 0


def policy_check(settings: Settings, arguments: argparse.Namespace) -> int:
    """Checks a policy file before it is used: what is wrong (then it cannot be used), and what stands out."""
    found = check(arguments.file, MessageFiles(settings.messages))
    for said in found.errors:
        print(f"fout: {said}")
    for said in found.remarks:
        print(f"let op: {said}")
    print(f"fouten: {len(found.errors)}, opmerkingen: {len(found.remarks)}")
    return 1 if found.errors else 0


async def _finished(command: Awaitable[int]) -> int:
    return await command


def _describe(found: Reconciliation) -> None:
    print(f"open in the database            {found.open}")
    print(f"running in Temporal             {found.running}")
    print(f"only in the database            {len(found.only_in_sql)}")
    print(f"only in Temporal                {len(found.only_in_temporal)}")
    print(f"timer more than 5 minutes late  {len(found.late)}")
    print(f"without next step or queue      {len(found.without_next)}")
    for case in sorted({*found.only_in_sql, *found.only_in_temporal, *found.late, *found.without_next}):
        print(f"  {case}")
    print(f"open cases adrift: {found.adrift}")


def _report(partner: str, taken: TakenIn) -> None:
    report = taken.report
    again = ": taken in before, nothing was opened again" if taken.stored.already else ""
    print(f"{partner}{again}: {report.stored + report.opened + report.joined + report.repeated} rows taken in")
    print(f"  opened {report.opened}, joined {report.joined}, repeated {report.repeated}, refused {report.refused}")
    print(f"  reported before {report.successive}, could not be compared {report.not_compared}")
    print(f"  about a legal entity {report.legal_entities}: told back as unjustified, nobody is contacted")
    for refusal in taken.stored.refusals:
        print(f"  row {refusal.number}, {refusal.field}: {refusal.reason}")


def _case(stores: Stores, named: str) -> CaseId:
    """The case of this number, or of its first characters as screens show them. Raises `NoSuchCase`."""
    try:
        return stores.cases.named(named)
    except UnknownCase as unknown:
        if unknown.code == "case.ambiguous":
            raise NoSuchCase("More than one case begins like this: give more of its number.") from None
    raise NoSuchCase("There is no such case; if there was one, it is erased.")


def _partner(stores: Stores, called: str) -> PartnerId:
    found = next((id for id, name in partners_of(stores.database) if name == called), None)
    if found is None:
        raise UnknownPartner("This partner is not known here.")
    return found


def _staff(stores: Stores, staff: StaffId, municipality: MunicipalityCode) -> Staff:
    member = stores.registry.member(staff)
    if member is None:
        raise NotAllowed("This member of staff is not known.")
    known = Staff(member.id, member.name, member.role, frozenset(member.municipalities))
    if not may(known, Action.IMPORT_DELIVERY, municipality):
        raise NotAllowed("This member of staff may not take in deliveries of this municipality.")
    return known


def _keeps_partner(stores: Stores, staff: StaffId, whose: StaffId) -> None:
    """Raises `NotAllowed` unless this member of staff keeps the partners of every municipality of the key's owner."""
    member, owner = stores.registry.member(staff), stores.registry.member(whose)
    if member is None or owner is None:
        raise NotAllowed("This member of staff is not known.")
    known = Staff(member.id, member.name, member.role, frozenset(member.municipalities))
    of_owner = owner.municipalities
    if not of_owner or not all(may(known, Action.KEEP_PARTNERS, municipality) for municipality in of_owner):
        raise NotAllowed("This member of staff may not decide on keys of this partner.")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="cli.py", description="Signaalreis")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    about_policy = commands.add_parser("policy", help="Works on the policy files of municipalities.")
    policy_commands = about_policy.add_subparsers(required=True, metavar="COMMAND")

    def command(
        name: str,
        function: Callable[..., Awaitable[int] | int],
        among: "argparse._SubParsersAction[argparse.ArgumentParser]" = commands,
    ) -> argparse.ArgumentParser:
        added = among.add_parser(name, help=function.__doc__, description=function.__doc__)
        added.set_defaults(function=function)
        return added

    command("run", run)
    command("prepare", prepare)
    command("fill-demo", fill_demo)
    importing = command("import", import_file)
    importing.add_argument("file", type=Path, metavar="FILE", help="CSV as docs/delivery-format.md describes")
    importing.add_argument("--municipality", required=True, metavar="CODE", help="four digits, e.g. 9901")
    importing.add_argument("--partner", required=True, metavar="NAME", help="as the installation knows it")
    importing.add_argument("--as", required=True, metavar="STAFF", dest="staff", help="who takes it in, e.g. hanna")
    taking_over = command("takeover", take_over_cases)
    taking_over.add_argument("file", type=Path, metavar="FILE", help="docs/takeover.md tells its form")
    taking_over.add_argument("--municipality", required=True, metavar="CODE", help="four digits, e.g. 9901")
    taking_over.add_argument("--partner", required=True, metavar="NAME", help="as the installation knows it")
    taking_over.add_argument(
        "--as", required=True, metavar="STAFF", dest="staff", help="who takes them over, e.g. hanna"
    )
    taking_over.add_argument("--confirm", action="store_true", help="take them over; without it nothing changes")
    command("lists", keep_lists).add_argument(
        "file", type=Path, metavar="FILE", help="docs/production.md tells its form"
    )
    about_keys = commands.add_parser("partner-key", help="Keys of the systems of partners.")
    key_commands = about_keys.add_subparsers(required=True, metavar="COMMAND")
    making = command("make", make_key, key_commands)
    making.add_argument("whose", metavar="STAFF", help="somebody with the role partner, e.g. koppeling-woonstee")
    making.add_argument("--as", required=True, metavar="STAFF", dest="staff", help="who gives it, e.g. hanna")
    making.add_argument("--until", type=date.fromisoformat, metavar="DATE", help="last day; a year from now if not")
    command("list", list_keys, key_commands)
    stopping = command("stop", stop_key, key_commands)
    stopping.add_argument("key", metavar="KEY", help="its number, as list shows it")
    stopping.add_argument("--as", required=True, metavar="STAFF", dest="staff", help="who stops it, e.g. hanna")
    about_figures = commands.add_parser("figures", help="Figures of a municipality.")
    figures = about_figures.add_subparsers(required=True, metavar="COMMAND")
    showing = command("monitor", show_figures, figures)
    showing.add_argument("--municipality", required=True, metavar="CODE", help="four digits, e.g. 9901")
    showing.add_argument("--quarter", type=_quarter, metavar="QUARTER", help="e.g. 2027-2; that of today if not")
    exporting = command("export", export_figures, figures)
    exporting.add_argument("folder", type=Path, metavar="FOLDER", help="where the files go")
    exporting.add_argument("--municipality", required=True, metavar="CODE", help="four digits, e.g. 9901")
    exporting.add_argument("--since", required=True, type=date.fromisoformat, metavar="DATE", help="first day")
    exporting.add_argument("--until", required=True, type=date.fromisoformat, metavar="DATE", help="last day")
    exporting.add_argument("--supplier", required=True, metavar="CODE", help="who supplies, as agreed with CBS")
    exporting.add_argument("--kvk", metavar="NUMBER", help="of the organisation")
    looking = command("look", look_at_file)
    looking.add_argument("file", type=Path, metavar="FILE", help="CSV, xlsx, xls, ods or JSON")
    looking.add_argument("--municipality", required=True, metavar="CODE", help="four digits, e.g. 9901")
    looking.add_argument("--partner", required=True, metavar="NAME", help="as the installation knows it")
    looking.add_argument("--as", required=True, metavar="STAFF", dest="staff", help="who takes it in, e.g. hanna")
    looking.add_argument("--confirm", action="store_true", help="it is read well: take its rows in")
    following = command("delivery", delivery)
    following.add_argument("delivery", metavar="DELIVERY", help="as its page shows it")
    following.add_argument("--as", metavar="STAFF", dest="staff", default="", help="who stops it or lets it go on")
    steering = following.add_mutually_exclusive_group()
    steering.add_argument("--pause", action="store_true", help="rows under way are finished first")
    steering.add_argument("--resume", action="store_true")
    command("journey", journey).add_argument("case", metavar="CASE", help="its number, or how that begins")
    command("explain", explain).add_argument("case", metavar="CASE", help="its number, or how that begins")
    command("doctor", doctor)
    _add_apply(command("apply", apply_policy, policy_commands))
    comparing = command("diff", policy_diff, policy_commands)
    comparing.add_argument("before", type=Path, metavar="FILE", help="a policy file")
    comparing.add_argument("after", type=Path, metavar="FILE", nargs="?", help="what it is compared with")
    checking = command("check", policy_check, policy_commands)
    checking.add_argument("file", type=Path, metavar="FILE", help="YAML, e.g. policy/municipalities/9901.yaml")
    return parser.parse_args()


def _quarter(text: str) -> Quarter:
    quarter = read_quarter(text)
    if quarter is None:
        raise argparse.ArgumentTypeError("a quarter is a year and one of four, e.g. 2027-2")
    return quarter


def _add_apply(applying: argparse.ArgumentParser) -> None:
    applying.add_argument("--municipality", required=True, metavar="CODE", help="four digits, e.g. 9901")
    applying.add_argument("--staff", required=True, metavar="STAFF", help="who moves them, e.g. hanna")
    which = applying.add_mutually_exclusive_group(required=True)
    which.add_argument(
        "--case", action="append", metavar="CASE", help="its number, or how that begins; may be repeated"
    )
    which.add_argument("--all", action="store_true", help="every open case of the municipality")
    applying.add_argument(
        "--on", type=date.fromisoformat, metavar="DATE", help="the version of this day; today's if not"
    )
    applying.add_argument("--confirm", action="store_true", help="move them; without it nothing changes")


def main() -> int:
    """Answers the exit code: 0 done, 1 something to look at, 2 not possible."""
    arguments = _arguments()
    try:
        settings = config.read()
        configure(component="cli")
        done: Awaitable[int] | int = arguments.function(settings, arguments)
        return done if isinstance(done, int) else asyncio.run(_finished(done))
    except _TELL as error:
        print(error, file=sys.stderr)
        return 2
    except (RPCError, RuntimeError) as error:
        # The client says RuntimeError when nothing answers at the address.
        log.warning("cli.no_answer", exc_info=error)
        print("Temporal does not answer: is the installation running? `make run` starts it.", file=sys.stderr)
        return 2


if __name__ == "__main__":
    leave(main())
