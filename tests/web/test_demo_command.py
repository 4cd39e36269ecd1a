"""`cli.py fill-demo`: what somebody changed in the demonstration stops nothing."""

import argparse
from pathlib import Path
from typing import Any

import pytest

import cli
from adapters.agreements import NoAgreement
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

    monkeypatch.setattr(cli, "connect", connect)
    monkeypatch.setattr(cli, "take_in", take_in)
    monkeypatch.setattr(cli, "_report", lambda partner, taken: print("taken in", taken))
    monkeypatch.setattr("cli.demo.let_notify_tell", lambda settings: None)
    monkeypatch.setattr("cli.demo.files", lambda *_: [("Zorggoed", Path("a")), ("Woonstee", Path("b"))])
    assert await cli.fill_demo(town.settings, argparse.Namespace()) == 0
    assert capsys.readouterr().out.splitlines() == ["Zorggoed: Het convenant liep af.", "taken in Woonstee"]
