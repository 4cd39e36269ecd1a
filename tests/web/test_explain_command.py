"""`cli.py explain`: the explanation of a case as text."""

import argparse
from datetime import UTC, datetime

import pytest

from command_line import cases
from models.case import CaseState
from models.codes import Party
from models.facts import CaseAssigned
from tests.web.situations import callback_agreed, referral_accepted
from tests.web.town import NOOR, OPENED, Town, a_case_in_contact, a_route, closed_case
from web.explained_case import explained, lines

_QUEUES = {"early_signals": "Vroegsignalering"}


async def _printed(town: Town, named: str, capsys: pytest.CaptureFixture[str]) -> str:
    assert await cases.explain(town.settings, argparse.Namespace(case=named)) == 0
    return capsys.readouterr().out


async def test_a_case_is_explained_by_how_its_number_begins(town: Town, capsys: pytest.CaptureFixture[str]) -> None:
    state = a_case_in_contact(town)
    printed = await _printed(town, state.case_id[:35], capsys)
    assert printed == await _printed(town, state.case_id, capsys)
    told = explained(state, now=datetime.now(UTC), queues=_QUEUES, names={})
    assert printed.splitlines() == list(lines(told))
    assert "De zaak ligt bij het team Vroegsignalering en is nog van niemand." in printed


async def test_nobody_is_named(town: Town, capsys: pytest.CaptureFixture[str]) -> None:
    for situation in (_owned, callback_agreed, referral_accepted, closed_case):
        printed = await _printed(town, situation(town).case_id, capsys)
        for personal in ("Beemd", "Zonnelaan", "Noor", "Thea", "9990", "06 12", "0612", "@", "412"):
            assert personal not in printed


async def test_a_party_that_does_not_answer_is_told(town: Town, capsys: pytest.CaptureFixture[str]) -> None:
    state = town.case(a_route())
    town.stores.health.failed(Party.REGISTER, waiting=state.case_id, code="register.timeout", at=OPENED)
    printed = await _printed(town, state.case_id, capsys)
    assert "Persoonsregister is nu niet bereikbaar; de zaak wacht en gaat vanzelf verder." in printed


async def test_a_case_that_is_not_there_is_an_error_with_words(town: Town) -> None:
    with pytest.raises(cases.NoSuchCase, match="There is no such case"):
        await cases.explain(town.settings, argparse.Namespace(case="ffffffff"))


def _owned(town: Town) -> CaseState:
    return town.happens(a_case_in_contact(town), CaseAssigned(at=OPENED, to=NOOR))
