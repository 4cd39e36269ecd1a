"""Policy files of municipalities: checked, compared, and applied to running cases."""

import argparse
from datetime import UTC, date, datetime
from pathlib import Path

from adapters.command_desk import CommandDesk
from adapters.message_files import MessageFiles
from adapters.policy_book import PolicyFiles
from adapters.policy_check import check
from adapters.policy_versions import pairs, with_earlier
from adapters.stores import open_stores
from command_line import policy_move
from command_line.arguments import ask_file, ask_municipality
from command_line.cases import find_case
from config import Settings
from engine.client import connect
from models.ids import StaffId
from models.values import MunicipalityCode
from policy.calendar import local
from web.policy_diff import compared


def ask_apply(parser: argparse.ArgumentParser) -> None:
    ask_municipality(parser)
    parser.add_argument("--staff", required=True, metavar="STAFF", help="who moves them, e.g. hanna")
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument(
        "--case", action="append", metavar="CASE", help="its number, or how that begins; may be repeated"
    )
    which.add_argument("--all", action="store_true", help="every open case of the municipality")
    parser.add_argument("--on", type=date.fromisoformat, metavar="DATE", help="the version of this day; today's if not")
    parser.add_argument("--confirm", action="store_true", help="move them; without it nothing changes")


async def apply_policy(settings: Settings, arguments: argparse.Namespace) -> int:
    """Moves running cases to a version of the policy; without --confirm it only shows what would move."""
    stores, now = open_stores(settings), datetime.now(UTC)
    municipality, staff = MunicipalityCode.parse(arguments.municipality), StaffId(arguments.staff)
    role = policy_move.mover(stores, staff, municipality)
    on = arguments.on or local(now).date()
    move = policy_move.Move(municipality=municipality, by=staff, role=role, on=on, at=now)
    named = [find_case(stores, case) for case in arguments.case or ()]
    desk = None
    if arguments.confirm:
        desk = CommandDesk(await connect(settings.temporal_address, settings.namespace), stores.outbox)
    return await policy_move.apply(stores, desk, move, named or policy_move.open_cases(stores, municipality), say=print)


def ask_diff(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("before", type=Path, metavar="FILE", help="a policy file")
    parser.add_argument("after", type=Path, metavar="FILE", nargs="?", help="what it is compared with")


def policy_diff(settings: Settings, arguments: argparse.Namespace) -> int:
    """Says in words what differs between two policy files, or between one and the version in force before it."""
    if arguments.after is None:
        texts = MessageFiles(settings.messages)
        book = PolicyFiles(settings.policies, today=lambda: datetime.now(UTC).date(), messages=texts)
        print("\n".join(compared(with_earlier(arguments.before, book))))
    else:
        print("\n".join(compared(pairs(arguments.before, arguments.after))))
    return 0


def ask_check(parser: argparse.ArgumentParser) -> None:
    ask_file(parser, told="YAML, e.g. policy/municipalities/9901.yaml")


def policy_check(settings: Settings, arguments: argparse.Namespace) -> int:
    """Checks a policy file before it is used: what is wrong (then it cannot be used), and what stands out."""
    found = check(arguments.file, MessageFiles(settings.messages))
    for said in found.errors:
        print(f"fout: {said}")
    for said in found.remarks:
        print(f"let op: {said}")
    print(f"fouten: {len(found.errors)}, opmerkingen: {len(found.remarks)}")
    return 1 if found.errors else 0
