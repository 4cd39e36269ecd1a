"""`cli.py retention` and what `cli.py doctor` says of the sweep, on a small town's databases."""

import argparse
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import col, update

from adapters.executions import CaseExecution
from command_line import installation, retention
from models.ids import CaseId
from models.tables import CaseRow
from policy.proof_chain import Head
from tests.builders import at
from tests.fakes import FakeExecutions
from tests.web.test_other_pages import given_certificate
from tests.web.town import Town, closed_case

NO_HEADS = argparse.Namespace(head=[], looks_head=[])


@pytest.fixture(autouse=True)
def temporal(monkeypatch: pytest.MonkeyPatch) -> FakeExecutions:
    """What Temporal knows of cases, at the end of the commands' own connection."""
    known = FakeExecutions()

    async def connect(*_: object) -> None:
        return None

    for commands in (installation, retention):
        monkeypatch.setattr(commands, "connect", connect)
        monkeypatch.setattr(commands, "TemporalExecutions", lambda client: known)
    return known


async def test_a_whole_installation_has_nothing_wrong(town: Town, capsys: pytest.CaptureFixture[str]) -> None:
    given_certificate(town, closed_case(town))
    assert await retention.verify(town.settings, NO_HEADS) == 0
    head = town.stores.certificates.head()
    assert capsys.readouterr().out.splitlines() == [
        f"certificates: 1; the last is 1:{head.hash}",
        "seals of looks: 0; the last is 0:-; lost: 0",
        "wrong: 0",
    ]


async def test_what_is_wrong_is_told_by_kind_and_id_and_never_by_name(
    town: Town, temporal: FakeExecutions, capsys: pytest.CaptureFixture[str]
) -> None:
    state = closed_case(town)
    given_certificate(town, state)
    with town.stores.database.write() as session:
        session.execute(update(CaseRow).where(col(CaseRow.id) == state.case_id).values(erase_at=at("2020-01-01 09:00")))
    temporal.known.append(CaseExecution("case/weg", CaseId("weg"), of_case=True, ended_at=None))
    heads = [Head(1, "another"), Head(2, "more")]
    assert await retention.verify(town.settings, argparse.Namespace(head=heads, looks_head=[])) == 1
    *things, _, _, number = capsys.readouterr().out.splitlines()
    assert things == [
        "certificate verklaring-1: is another one than was known elsewhere",
        "certificate 2: is missing from the chain",
        f"case {state.case_id}: past its term",
        "execution case/weg: was erased before, and is here",
    ]
    assert number == "wrong: 4"


async def test_again_deletes_what_came_back(
    town: Town, temporal: FakeExecutions, capsys: pytest.CaptureFixture[str]
) -> None:
    given_certificate(town, closed_case(town))
    temporal.known.append(CaseExecution("case/weg", CaseId("weg"), of_case=True, ended_at=None))
    assert await retention.again(town.settings, argparse.Namespace()) == 0
    assert (temporal.deleted, capsys.readouterr().out) == (
        ["case/weg", "retention/weg"],
        "looks that were not in the backup: 0\nerased again: 1\n",
    )


def test_the_forecast_is_a_table(town: Town, capsys: pytest.CaptureFixture[str]) -> None:
    closed_case(town)
    day = at("2027-10-05 09:00").date()
    assert retention.show_forecast(town.settings, argparse.Namespace(day=day)) == 0
    assert [line.split() for line in capsys.readouterr().out.splitlines()] == [
        ["municipality", "rule", "cases", "signals", "other", "held"],
        ["9901", "contact_without_help", "1", "1", "0", "0"],
    ]


@pytest.mark.parametrize("text", ["", "7", "7:", ":a", "x:a", "-1:a"])
def test_a_head_that_is_none_is_refused(text: str) -> None:
    parser = argparse.ArgumentParser(exit_on_error=False)
    retention.ask_verify(parser)
    with pytest.raises(argparse.ArgumentError):
        parser.parse_args(["--head", text])


async def test_the_doctor_says_when_the_sweep_is_late(town: Town, capsys: pytest.CaptureFixture[str]) -> None:
    now = datetime.now(UTC)
    for ended_at, code, told in (
        (now - timedelta(hours=25), 0, f"{now - timedelta(hours=25):%Y-%m-%d %H:%M} UTC"),
        (now - timedelta(hours=27), 1, f"{now - timedelta(hours=27):%Y-%m-%d %H:%M} UTC, too long ago"),
    ):
        town.stores.overview.job_ended("sweep", at=ended_at, found=0)
        assert await installation.doctor(town.settings, argparse.Namespace()) == code
        assert capsys.readouterr().out.splitlines()[0] == f"last sweep ended                {told}"
