"""Figures of a municipality: those of its page, and those for the national statistics (docs/figures.md)."""

import argparse
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from adapters.ddas_export import DdasExport, Period
from adapters.delivery_store import UnknownMunicipality
from adapters.monitor import Quarter, as_csv, monitor, quarter_of, read_quarter
from adapters.stores import open_stores
from command_line.arguments import ask_municipality
from command_line.witness import write_down
from config import Settings
from models.ddas import AanleverendeOrganisatie
from models.values import MunicipalityCode


def ask_monitor(parser: argparse.ArgumentParser) -> None:
    ask_municipality(parser)
    parser.add_argument("--quarter", type=_quarter, metavar="QUARTER", help="e.g. 2027-2; that of today if not")


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


def ask_export(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="where the files go")
    ask_municipality(parser)
    parser.add_argument("--since", required=True, type=date.fromisoformat, metavar="DATE", help="first day")
    parser.add_argument("--until", required=True, type=date.fromisoformat, metavar="DATE", help="last day")
    parser.add_argument("--supplier", required=True, metavar="CODE", help="who supplies, as agreed with CBS")
    parser.add_argument("--kvk", metavar="NUMBER", help="of the organisation")


def export_figures(settings: Settings, arguments: argparse.Namespace) -> int:
    """Writes the signals of a period for the national statistics (DDAS vroegsignalering)."""
    stores = open_stores(settings)
    municipality = MunicipalityCode.parse(arguments.municipality)
    sender = stores.policies.sender(municipality)
    with TemporaryDirectory(prefix=".ddas-", dir=arguments.folder) as draft:
        done = DdasExport(stores.database, stores.vault).write(
            Path(draft),
            municipality,
            Period(arguments.since, arguments.until),
            organisation=AanleverendeOrganisatie(naam=sender.name, kvk_nummer=arguments.kvk),
            supplier=arguments.supplier,
            at=datetime.now(UTC),
        )
        write_down()
        files = [file.replace(arguments.folder / file.name) for file in done.files]
    for file in files:
        print(file)
    print(f"{done.signals} signals, {done.cases} cases; erased before {done.gone}, secret address {done.hidden}")
    return 0


def _quarter(text: str) -> Quarter:
    quarter = read_quarter(text)
    if quarter is None:
        raise argparse.ArgumentTypeError("a quarter is a year and one of four, e.g. 2027-2")
    return quarter
