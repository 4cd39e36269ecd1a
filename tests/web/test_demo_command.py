"""`cli.py fill-demo`: what somebody changed in the demonstration stops nothing."""

import argparse
from pathlib import Path
from typing import Any

import pytest

from adapters.agreements import NoAgreement
from command_line import installation
from tests.web.town import Town


async def test_a_partner_that_may_not_deliver_any_more_is_passed_over(
    town: Town, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async def connect(*_: object) -> None:
        return None

    async def take_in(*_: object, partner: str, **__: Any) -> str:
        if partner == "Zorggoed":
            raise NoAgreement("Het convenant liep af.")
        return partner

    monkeypatch.setattr(installation, "connect", connect)
    monkeypatch.setattr(installation, "take_in", take_in)
    monkeypatch.setattr(installation, "report", lambda partner, taken: print("taken in", taken))
    monkeypatch.setattr("simulation.demo.let_notify_tell", lambda settings: None)
    monkeypatch.setattr("simulation.demo.files", lambda *_: [("Zorggoed", Path("a")), ("Woonstee", Path("b"))])
    assert await installation.fill_demo(town.settings, argparse.Namespace()) == 0
    assert capsys.readouterr().out.splitlines() == ["Zorggoed: Het convenant liep af.", "taken in Woonstee"]
