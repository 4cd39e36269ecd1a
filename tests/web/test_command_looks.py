"""Whoever reads a resident's data with a command is written down, as on a page, and before they read any."""

import argparse
import asyncio
import sys
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import col, select

import cli
from adapters.looks import Looker, Looks
from adapters.processing_log import HEADER, record
from command_line import witness
from config import Settings
from models.codes import AttemptResult, AtTheMachine, LookPurpose, Role
from models.commands import LogCall
from models.ids import CaseId, CommandId, StaffId, fresh, unit_of_case
from models.tables import LookRow
from tests.adapters.intake import a_row
from tests.web.browser import Browser
from tests.web.test_looks_pages import pia, rows_of
from tests.web.test_uploads import a_file
from tests.web.town import NOOR, PHONE, Town, a_case_in_contact

__all__ = ["pia"]
WORDS = sorted(
    f"{known.name} {command.name}" if isinstance(known, cli.Group) else known.name
    for known in cli.COMMANDS
    for command in (known.commands if isinstance(known, cli.Group) else (known,))
)


@pytest.fixture(autouse=True)
def environment(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands read the town's settings, and say nothing in the log of the tests."""
    for name, value in town.settings.environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(cli, "configure", lambda **_: None)


def typed(monkeypatch: pytest.MonkeyPatch, *words: object) -> int:
    monkeypatch.setattr(sys, "argv", ["cli.py", *map(str, words)])
    return cli.main()


def looks(town: Town) -> list[LookRow]:
    with town.stores.database.read() as session:
        return list(session.exec(select(LookRow).order_by(col(LookRow.case_id))))


def with_note(town: Town) -> CaseId:
    """A case in which somebody wrote a note."""
    state = a_case_in_contact(town)
    call = LogCall(
        command_id=CommandId(fresh()),
        by=NOOR,
        role=Role.CASEWORKER,
        person_id=state.resident,
        phone_id=PHONE,
        result=AttemptResult.VOICEMAIL,
    )
    asyncio.run(town.desk.press(state.case_id, call, note="Belt liever na zessen.", at=town.now))
    return state.case_id


def test_every_command_says_for_what_it_opens_something_or_opens_nothing() -> None:
    said = [*witness.PURPOSES, *witness.SEEN_BY_NOBODY, *witness.OPENS_NOTHING]
    assert sorted(said) == WORDS


@pytest.mark.parametrize("word", ["journey", "explain"])
def test_whoever_has_a_case_told_is_written_down(
    town: Town, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], word: str
) -> None:
    case, _ = with_note(town), with_note(town)
    assert typed(monkeypatch, word, case) == 0
    assert ("Belt liever na zessen." in capsys.readouterr().out) == (word == "journey")
    [look] = looks(town)
    assert (look.case_id, look.purpose, look.role, look.times) == (case, "case", "command_line", 1)
    assert look.staff_id == witness.whoever_types()
    exported = dict(zip(HEADER, record(look, town.stores.vault), strict=True))
    assert (exported["name"], exported["signaalreis.user_role"]) == ("inzage.case", "command_line")
    assert exported["signaalreis.user_id"].startswith("os:")


def test_the_signals_of_a_period_are_each_written_down_before_the_files_are_there(
    town: Town, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    cases = sorted([a_case_in_contact(town).case_id, a_case_in_contact(town).case_id])
    folder = tmp_path / "cbs"
    folder.mkdir()
    words = ["figures", "export", folder, "--municipality=9901", "--since=2027-04-01", "--until=2027-04-30"]

    def broken(*_: object, **__: object) -> None:
        raise OSError

    with monkeypatch.context() as without_log:
        without_log.setattr(Looks, "record", broken)
        with pytest.raises(OSError):
            typed(monkeypatch, *words, "--supplier=SIGNAALREIS")
    assert (list(folder.iterdir()), looks(town)) == ([], [])
    assert typed(monkeypatch, *words, "--supplier=SIGNAALREIS") == 0
    assert [(look.case_id, look.purpose) for look in looks(town)] == [(case, "statistics") for case in cases]
    assert [file.suffix for file in folder.iterdir()] == [".json"]


def test_a_partners_file_that_is_looked_at_is_written_down(
    town: Town, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "signalen.csv"
    file.write_bytes(a_file(a_row(signaaldatum="2025-04-01")))
    words = ("look", file, "--municipality=9901", "--partner=Woonstee Zonnedijk", "--as=thea")
    assert typed(monkeypatch, *words) == 0
    [look] = looks(town)
    assert (look.case_id, look.unit_id is None, look.purpose) == (None, False, "delivery")


def test_nothing_is_printed_when_it_cannot_be_written_down(
    town: Town, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    case = with_note(town)
    with town.stores.database.write() as session:
        session.execute(text("DROP TABLE look"))
    with pytest.raises(DBAPIError):
        typed(monkeypatch, "journey", case)
    assert "Belt liever" not in capsys.readouterr().out


def test_a_command_that_opens_something_without_a_purpose_prints_none_of_it(
    town: Town, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def curious(settings: Settings, arguments: argparse.Namespace) -> int:
        """Looks what there is to see."""
        print("begin")
        print([note.note for note in town.stores.cases.journey(case)])
        return 0

    case = with_note(town)
    monkeypatch.setattr(cli, "COMMANDS", (cli.Command("curious", curious),))
    with pytest.raises(witness.Unwitnessed):
        typed(monkeypatch, "curious")
    assert (capsys.readouterr().out, looks(town)) == ("begin\n", [])


def test_whoever_became_another_user_is_named_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUDO_USER", "karin")
    monkeypatch.setattr("os.getuid", lambda: 0)
    assert witness.whoever_types() == "os:karin:root"
    monkeypatch.setattr("os.getuid", lambda: 54321)
    assert witness.whoever_types() == "os:54321"


async def test_the_privacy_officer_reads_who_it_was(town: Town, pia: Browser) -> None:
    state = a_case_in_contact(town)
    looker = Looker(StaffId("os:karin:root"), AtTheMachine.COMMAND_LINE, LookPurpose.STATISTICS)
    unit = unit_of_case(state.case_id)
    Looks(town.stores.database, town.stores.vault, town.stores.policies).record(looker, [unit], at=town.now)
    [row] = rows_of((await pia.get("/inzage?lijsten=true")).text)
    assert row[1:3] == ["os:karin:root", "opdrachtregel van de server"]
    assert row[4] == "Cijfers voor het CBS gemaakt"
