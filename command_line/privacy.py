"""The inventory of personal data, the entry for the register and the annex to a DPIA, of a municipality's policy."""

import argparse
import csv
import json
import sys
from datetime import UTC, datetime

from adapters.csv_cells import harmless
from adapters.message_files import MessageFiles
from adapters.policy_book import PolicyFiles
from command_line.arguments import ask_municipality
from config import Settings
from models.values import MunicipalityCode
from policy.calendar import local
from policy.terms import Policy
from web.privacy.document import markdown
from web.privacy.documents_of import Asked
from web.privacy.written_inventory import HEADINGS, inventory_rows


def ask_place(parser: argparse.ArgumentParser) -> None:
    ask_municipality(parser)
    parser.add_argument("--name", default="", help="what it is called in the document; its code where nothing is said")


def ask_inventory(parser: argparse.ArgumentParser) -> None:
    ask_place(parser)
    parser.add_argument("--format", choices=("markdown", "csv", "json"), default="markdown")


def show_inventory(settings: Settings, arguments: argparse.Namespace) -> int:
    """Prints every personal field: where, whose, why, from whom, who sees it, how long, and how it goes."""
    policy = _policy(settings, arguments)
    match arguments.format:
        case "csv":
            writer = csv.writer(sys.stdout, delimiter=";")
            writer.writerow(HEADINGS)
            writer.writerows([harmless(cell) for cell in row] for row in inventory_rows(policy))
        case "json":
            fields = [dict(zip(HEADINGS, row, strict=True)) for row in inventory_rows(policy)]
            print(json.dumps(fields, ensure_ascii=False, indent=1))
        case _:
            _print(Asked.INVENTORY, policy, arguments)
    return 0


def show_register(settings: Settings, arguments: argparse.Namespace) -> int:
    """Prints the entry for the record of processing activities (AVG art. 30), as Markdown."""
    _print(Asked.REGISTER, _policy(settings, arguments), arguments)
    return 0


def show_dpia(settings: Settings, arguments: argparse.Namespace) -> int:
    """Prints the annex to a data protection impact assessment, as Markdown."""
    _print(Asked.DPIA, _policy(settings, arguments), arguments)
    return 0


def _print(asked: Asked, policy: Policy, arguments: argparse.Namespace) -> None:
    print(markdown(asked.of(policy, arguments.name or f"gemeente {arguments.municipality}")), end="")


def _policy(settings: Settings, arguments: argparse.Namespace) -> Policy:
    """Raises `UnknownMunicipality` of the policy files."""
    today = local(datetime.now(UTC)).date()
    files = PolicyFiles(settings.policies, today=lambda: today, messages=MessageFiles(settings.messages))
    return files.policy(MunicipalityCode.parse(arguments.municipality))
