"""Arguments that several commands ask for, in the same words."""

import argparse
from pathlib import Path


def ask_file(parser: argparse.ArgumentParser, *, told: str) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help=told)


def ask_municipality(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--municipality", required=True, metavar="CODE", help="four digits, e.g. 9901")


def ask_partner(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--partner", required=True, metavar="NAME", help="as the installation knows it")


def ask_staff(parser: argparse.ArgumentParser, *, told: str) -> None:
    parser.add_argument("--as", required=True, metavar="STAFF", dest="staff", help=told)
