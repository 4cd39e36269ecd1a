"""The command line: `python cli.py COMMAND --help` explains each command. What they do stands in `command_line/`."""

import argparse
import asyncio
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from temporalio.service import RPCError

import config
from command_line import (
    cases,
    deliveries,
    figures,
    installation,
    keys,
    own_data,
    partner_keys,
    policies,
    privacy,
    retention,
)
from command_line.errors import TOLD
from command_line.witness import witnessed
from engine.client import leave
from observability import configure, get_logger

log = get_logger()


def _nothing(parser: argparse.ArgumentParser) -> None:
    """Asks nothing."""


@dataclass(frozen=True)
class Command:
    """What a word does, with an exit code, and which arguments it asks for. Its docstring is its help."""

    name: str
    does: Callable[..., Awaitable[int] | int]
    asks: Callable[[argparse.ArgumentParser], None] = _nothing


@dataclass(frozen=True)
class Group:
    """Commands about one subject, under a word of their own."""

    name: str
    help: str
    commands: tuple[Command, ...]


COMMANDS: tuple[Command | Group, ...] = (
    Group(
        "policy",
        "Works on the policy files of municipalities.",
        (
            Command("apply", policies.apply_policy, policies.ask_apply),
            Command("diff", policies.policy_diff, policies.ask_diff),
            Command("check", policies.policy_check, policies.ask_check),
        ),
    ),
    Command("run", installation.run),
    Command("prepare", installation.prepare),
    Command("fill-demo", installation.fill_demo),
    Command("import", deliveries.import_file, deliveries.ask_import),
    Command("takeover", deliveries.take_over_cases, deliveries.ask_takeover),
    Command("lists", installation.keep_lists, installation.ask_lists),
    Group(
        "partner-key",
        "Keys of the systems of partners.",
        (
            Command("make", partner_keys.make_key, partner_keys.ask_make),
            Command("list", partner_keys.list_keys),
            Command("stop", partner_keys.stop_key, partner_keys.ask_stop),
        ),
    ),
    Group(
        "figures",
        "Figures of a municipality.",
        (
            Command("monitor", figures.show_figures, figures.ask_monitor),
            Command("export", figures.export_figures, figures.ask_export),
        ),
    ),
    Group(
        "retention",
        "Whether everything went that had to go.",
        (
            Command("verify", retention.verify, retention.ask_verify),
            Command("again", retention.again),
            Command("list", retention.show_lists),
            Command("forecast", retention.show_forecast, retention.ask_forecast),
        ),
    ),
    Group(
        "keys",
        "The master key: another one in its place, or what to do when it leaked or is lost (docs/keys.md).",
        (
            Command("add", keys.add_key),
            Command("id", keys.tell_ids),
            Command("rotate", keys.rotate, keys.ask_rotate),
            Command("check", keys.check),
            Command("drop", keys.drop),
            Command("reseal", keys.reseal, keys.ask_stopped),
            Command("lost", keys.lost, keys.ask_lost),
        ),
    ),
    Group(
        "privacy",
        "Which personal data there are, worked out of the program and a municipality's policy (in Dutch).",
        (
            Command("inventory", privacy.show_inventory, privacy.ask_inventory),
            Command("register", privacy.show_register, privacy.ask_place),
            Command("dpia", privacy.show_dpia, privacy.ask_place),
        ),
    ),
    Group(
        "own-data",
        "What a resident gets who asks for all that is held of them.",
        (
            Command("give", own_data.own_data, own_data.ask_own_data),
            Command("shape", own_data.shape),
        ),
    ),
    Command("look", deliveries.look_at_file, deliveries.ask_look),
    Command("delivery", deliveries.delivery, deliveries.ask_delivery),
    Command("journey", cases.journey, cases.ask_case),
    Command("explain", cases.explain, cases.ask_case),
    Command("doctor", installation.doctor),
)


def main() -> int:
    """Answers the exit code: 0 done, 1 something to look at, 2 not possible."""
    arguments = _arguments()
    try:
        settings = config.read()
        configure(component="cli")
        with witnessed(settings, arguments.words):
            done: Awaitable[int] | int = arguments.function(settings, arguments)
            return done if isinstance(done, int) else asyncio.run(_finished(done))
    except TOLD as error:
        print(error, file=sys.stderr)
        return 2
    except (RPCError, RuntimeError) as error:
        # The client says RuntimeError when nothing answers at the address.
        log.warning("cli.no_answer", exc_info=error)
        print("Temporal does not answer: is the installation running? `make run` starts it.", file=sys.stderr)
        return 2


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="cli.py", description="Signaalreis")
    words = parser.add_subparsers(required=True, metavar="COMMAND")
    for known in COMMANDS:
        if isinstance(known, Command):
            _add(words, known, known.name)
            continue
        of_group = words.add_parser(known.name, help=known.help).add_subparsers(required=True, metavar="COMMAND")
        for command in known.commands:
            _add(of_group, command, f"{known.name} {command.name}")
    return parser.parse_args()


def _add(words: "argparse._SubParsersAction[argparse.ArgumentParser]", command: Command, called: str) -> None:
    told = command.does.__doc__
    added = words.add_parser(command.name, help=told, description=told)
    added.set_defaults(function=command.does, words=called)
    command.asks(added)


async def _finished(command: Awaitable[int]) -> int:
    return await command


if __name__ == "__main__":
    leave(main())
