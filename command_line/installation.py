"""Starting an installation, filling its lists and databases, and looking after it."""

import argparse
from datetime import UTC, datetime

import config
from activities.reconcile import Reconciliation, compare
from adapters.agreements import NoAgreement
from adapters.areas import add_areas
from adapters.claims import claims_of
from adapters.executions import TemporalExecutions
from adapters.intake import take_in
from adapters.lists_file import apply_lists, read_lists
from adapters.master_keys import MasterKeyMissing
from adapters.name_index import add_name_sounds
from adapters.notify_http import NotifyKey
from adapters.oidc import provider_of
from adapters.partner_directory import PartnerDirectory
from adapters.secrets import load_all, load_or_make
from adapters.stores import migrate, open_stores
from adapters.working_hours import WorkingHours
from command_line.arguments import ask_file
from command_line.deliveries import report
from command_line.staff import NotAllowed
from config import Settings
from engine.client import connect
from engine.namespace import ensure as ensure_namespace
from engine.supervisor import supervise
from policy.calendar import local
from simulation import demo
from simulation.earlier_months import count_earlier_months


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
    load_all(settings.master_key, may_make=settings.demo)
    load_or_make(settings.notify_callback, may_make=settings.demo)
    if settings.demo:
        demo.make_notify_key(settings.notify_key)
        demo.make_bounces_password(settings)
        demo.make_client_secret(settings)
    NotifyKey.read(settings.notify_key)
    provider_of(settings).close()
    claims_of(settings)
    try:
        migrate(settings)
    except MasterKeyMissing:
        raise NotAllowed(f"The vault names a master key that is not in {settings.master_key}: docs/keys.md") from None
    stores = open_stores(settings)
    add_name_sounds(stores.database, stores.vault)
    stores.certificates.mark_all()
    add_areas(stores.database, stores.vault)
    if settings.demo:
        demo.register_everybody(stores.registry)
        demo.keep_hours(WorkingHours(stores.database))
        demo.describe_partners(PartnerDirectory(stores.database))
        count_earlier_months(stores.database, demo.ZONNEDIJK, today=local(datetime.now(UTC)).date())
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
        report(partner, taken)
    return 0


def ask_lists(parser: argparse.ArgumentParser) -> None:
    ask_file(parser, told="docs/production.md tells its form")


def keep_lists(settings: Settings, arguments: argparse.Namespace) -> int:
    """Adds and renews municipalities, partners with their agreements, and staff from a YAML file."""
    lists = read_lists(arguments.file)
    apply_lists(open_stores(settings).database, lists)
    print(f"{len(lists.municipalities)} municipalities, {len(lists.partners)} partners, {len(lists.staff)} staff")
    return 0


async def doctor(settings: Settings, arguments: argparse.Namespace) -> int:
    """Compares SQL with Temporal and prints one number, which must be 0; says whether the daily sweep is late, and
    which destruction lists nobody can agree to in time any more."""
    stores = open_stores(settings)
    client = await connect(settings.temporal_address, settings.namespace)
    running = await TemporalExecutions(client).running_cases()
    found = compare(stores.overview.open_cases(), running, now=datetime.now(UTC))
    sweep = stores.overview.sweep(now=datetime.now(UTC))
    ended = f"{sweep.ended_at:%Y-%m-%d %H:%M} UTC" if sweep.ended_at else "never"
    print(f"last sweep ended                {ended}{', too long ago' if sweep.late else ''}")
    late = stores.lists.late(now=datetime.now(UTC))
    for row in late:
        print(f"destruction list {row.municipality} {row.name}: not approved in time")
    _describe(found)
    for outage in stores.health.outages():
        print(f"{outage.party}: down since {outage.since:%Y-%m-%d %H:%M} UTC, {outage.waiting} wait")
    return 1 if found.adrift or sweep.late or late else 0


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
