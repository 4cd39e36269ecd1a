"""The demonstration: a small invented municipality on real parts, all on this machine."""

import dataclasses
import secrets
import sys
import uuid
from collections.abc import Sequence
from datetime import date, time
from pathlib import Path

from adapters.partner_directory import Contact, PartnerDirectory
from adapters.registry import Member, Partner, Registry
from adapters.secrets import load_or_make
from adapters.working_hours import WorkingHours
from config import PREFIX, Settings
from engine.servers import start_command
from engine.supervisor import CannotStart, Child, answers_http, answers_tcp, check_port_free, check_writable
from models.codes import PartnerRoute, PartnerSubject, ReferralParty, Role
from models.ids import PartnerId, StaffId, derived
from models.values import MunicipalityCode
from policy.slots import Hours
from simulation.client import WorldClient
from simulation.deliveries import DIJKWATER, LICHTKRACHT, PARTNERS, WOONSTEE, signals, write_csv
from simulation.imap_mailbox import USER
from simulation.notify import key_text
from simulation.people import BLOCK, SEED, population

ZONNEDIJK = MunicipalityCode("9901")

_STAFF = (
    Member(StaffId("samira"), "Samira de Wit", Role.CASEWORKER, (ZONNEDIJK,), sees_secret_addresses=True),
    Member(StaffId("joris"), "Joris Kramer", Role.CASEWORKER, (ZONNEDIJK,)),
    Member(StaffId("hanna"), "Hanna Visser", Role.SUPERVISOR, (ZONNEDIJK,), sees_secret_addresses=True),
    Member(StaffId("noah"), "Noah Bakker", Role.REFERRAL_PARTY, (ZONNEDIJK,), ReferralParty.YOUTH_WORKER),
    Member(StaffId("mirjam"), "Mirjam Tol", Role.REFERRAL_PARTY, (ZONNEDIJK,), ReferralParty.DEBT_COUNSELLING),
    Member(StaffId("karin"), "Karin Smeets", Role.SWITCHBOARD, (ZONNEDIJK,)),
    Member(StaffId("wieke"), "Wieke Postma", Role.PARTNER, (ZONNEDIJK,), partner=WOONSTEE.partner_id),
)
_MORNING, _AFTERNOON, _EVENING = (time(9), time(12)), (time(13), time(17)), (time(18), time(20))
_HOURS = {
    StaffId("samira"): tuple(Hours(day, *block) for day in range(4) for block in (_MORNING, _AFTERNOON)),
    StaffId("joris"): (*(Hours(day, *_AFTERNOON) for day in range(1, 5)), Hours(1, *_EVENING), Hours(3, *_EVENING)),
    StaffId("noah"): tuple(Hours(day, *_AFTERNOON) for day in range(5)),
}
_DIRECTORY: dict[PartnerId, tuple[str, int, tuple[tuple[PartnerSubject, str, PartnerRoute, str, str], ...]]] = {
    WOONSTEE.partner_id: (
        "Tot 12 maanden gespreid betalen; uitstel van een maand na overleg met de wijkconsulent.",
        1,
        (
            (PartnerSubject.ARRANGEMENTS, "Team Huurincasso", PartnerRoute.PHONE, "0882003001", "ma-do 9-16 uur"),
            (PartnerSubject.SIGNALS, "Team Huurincasso", PartnerRoute.MAIL, "incasso@woonstee.example", ""),
        ),
    ),
    LICHTKRACHT.partner_id: (
        "Zelf een regeling tot 6 maanden; langer alleen via de gemeente.",
        27,
        ((PartnerSubject.ARRANGEMENTS, "Betaalservice", PartnerRoute.PHONE, "0882003002", "ma-vr 8-18 uur"),),
    ),
    DIJKWATER.partner_id: (
        "Gespreid betalen tot 10 maanden. Geen afsluiting zolang de gemeente in gesprek is.",
        15,
        ((PartnerSubject.SIGNALS, "Klantcontact", PartnerRoute.PORTAL, "portaal.dijkwater.example", ""),),
    ),
}
"""The fourth partner has nothing written down, so that the list to check shows both kinds."""


def check(settings: Settings) -> None:
    """Raises `CannotStart` when something is in the way: a port in use, a folder that cannot be written."""
    if not settings.demo:
        raise CannotStart("`make run` starts the demonstration; docs/production.md tells how to start without it.")
    check_writable(settings.data, setting=f"{PREFIX}DATA")
    for name in ("temporal_port", "temporal_ui_port", "world_port", "smtp_port", "world_imap_port", "web_port"):
        check_port_free(getattr(settings, name), setting=PREFIX + name.upper())


def processes(settings: Settings) -> Sequence[Child]:
    """Everything that `make run` starts, in order. All state lies in the data folder."""
    settings = with_returned_mail(settings)
    python, environment, data = sys.executable, settings.environment(), settings.data
    world = ["--http-port", str(settings.world_port), "--smtp-port", str(settings.smtp_port)]
    world += ["--notify-key", str(settings.notify_key)]
    world += ["--imap-port", str(settings.world_imap_port), "--imap-password", str(settings.bounces_password_file)]
    temporal = start_command(
        database=data / "temporal.db", port=settings.temporal_port, ui_port=settings.temporal_ui_port
    )
    return (
        Child(name="temporal", argv=temporal, is_ready=answers_tcp(settings.temporal_port)),
        Child(name="prepare", argv=[python, "cli.py", "prepare"], env=environment, once=True),
        Child(
            name="world",
            argv=[python, "-m", "simulation.world", "--data", str(data / "world"), *world],
            is_ready=answers_http(f"http://127.0.0.1:{settings.world_port}/gezond"),
        ),
        Child(name="worker", argv=[python, "worker.py"], env=environment),
        Child(
            name="web",
            argv=[python, "-m", "web"],
            env=environment,
            is_ready=answers_http(f"http://127.0.0.1:{settings.web_port}/gezond"),
        ),
        Child(name="demo", argv=[python, "cli.py", "fill-demo"], env=environment, once=True),
    )


def with_returned_mail(settings: Settings) -> Settings:
    """With the outside world's mailbox for mail that came back, unless another one is read."""
    if settings.bounces_host:
        return settings
    return dataclasses.replace(
        settings,
        bounces_host="127.0.0.1",
        bounces_port=settings.world_imap_port,
        bounces_security="none",
        bounces_user=USER,
        bounces_password_file=_bounces_password(settings),
    )


def _bounces_password(settings: Settings) -> Path:
    return settings.data / "secrets" / "bounces.password"


def make_bounces_password(settings: Settings) -> None:
    """The password of the demonstration's mailbox for mail that came back, once."""
    file = _bounces_password(settings)
    if not file.exists():
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(24), encoding="utf-8")


def make_notify_key(file: Path) -> None:
    """The key of the demonstration's account at the message service, once."""
    if not file.exists():
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file.touch(mode=0o600)
        file.write_text(key_text(str(uuid.uuid4())), encoding="utf-8")


def let_notify_tell(settings: Settings) -> None:
    """The message service tells the web app what becomes of messages."""
    token = load_or_make(settings.notify_callback, may_make=False).hex()
    world = WorldClient(f"http://127.0.0.1:{settings.world_port}")
    try:
        world.tells(f"http://{settings.web_host}:{settings.web_port}/terugmeldingen/notify", token)
    finally:
        world.close()


def register_everybody(registry: Registry) -> None:
    """The demonstration's municipality, partners and staff."""
    registry.ensure(
        municipalities=[(ZONNEDIJK, "Zonnedijk")],
        partners=[Partner(partner.partner_id, partner.name, partner.type) for partner in PARTNERS],
        staff=_STAFF,
    )


def keep_hours(hours: WorkingHours) -> None:
    """When the demonstration's staff work, where they have not said so themselves."""
    for staff, pattern in _HOURS.items():
        if not hours.of(staff):
            hours.replace(staff, pattern, by=staff)


def describe_partners(directory: PartnerDirectory) -> None:
    """What the demonstration's municipality knows of its partners, where nothing was written down yet."""
    for partner, (arrangements, collection_day, contacts) in _DIRECTORY.items():
        known = directory.find(ZONNEDIJK, partner)
        if known is None or known.contacts or known.arrangements:
            continue
        directory.describe(ZONNEDIJK, partner, arrangements=arrangements, collection_day=collection_day)
        for number, (subject, name, route, address, hours) in enumerate(contacts):
            contact = Contact(
                id=derived("demo-contact", partner, str(number)),
                subject=subject,
                name=name,
                route=route,
                address=address,
                preferred=number == 0,
                hours=hours,
            )
            directory.keep_contact(ZONNEDIJK, partner, contact)


def files(folder: Path, today: date) -> Sequence[tuple[str, Path]]:
    """The partners' files, made once: (partner's name, file). The same folder gives the same files ever after."""
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for delivery in signals(population(SEED, BLOCK), SEED, signal_date=today):
        file = folder / f"{delivery.partner.partner_id}.csv"
        if not file.exists():
            write_csv(file, delivery.rows)
        made.append((delivery.partner.name, file))
    return made


IMPORTED_BY = StaffId("hanna")
