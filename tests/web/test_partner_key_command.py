"""`cli.py partner-key`: giving, listing and stopping the keys of partners' systems."""

import argparse
from datetime import UTC, date, datetime, timedelta

import pytest

from adapters.partner_keys import PartnerKeys
from adapters.registry import Member
from command_line.partner_keys import list_keys, make_key, stop_key
from command_line.staff import NotAllowed
from models.codes import Role
from models.ids import PartnerId, StaffId
from models.values import MunicipalityCode
from tests.builders import ZONNEDIJK
from tests.web.town import NOOR, THEA, WATERDORP, Town

SYSTEM = StaffId("koppeling-woonstee")


@pytest.fixture(autouse=True)
def system(town: Town) -> None:
    _works_in(town, ZONNEDIJK)


def _works_in(town: Town, *places: MunicipalityCode) -> None:
    member = Member(SYSTEM, "De koppeling", Role.PARTNER, places, partner=PartnerId("woonstee"))
    town.stores.registry.ensure(staff=[member])


def _make(town: Town, by: StaffId, until: date | None = None) -> None:
    make_key(town.settings, argparse.Namespace(whose=SYSTEM, staff=by, until=until))


def test_a_key_is_shown_once_and_ends_within_a_year(town: Town, capsys: pytest.CaptureFixture[str]) -> None:
    _make(town, THEA)
    key = capsys.readouterr().out.splitlines()[-1]
    assert PartnerKeys(town.stores.database).whose(key, at=datetime.now(UTC)) == SYSTEM
    [known] = PartnerKeys(town.stores.database).all()
    assert known.last_day <= datetime.now(UTC).date() + timedelta(days=366)
    list_keys(town.settings, argparse.Namespace())
    listed = capsys.readouterr().out
    assert known.id in listed and key not in listed


def test_a_stopped_key_opens_nothing(town: Town, capsys: pytest.CaptureFixture[str]) -> None:
    _make(town, THEA)
    key = capsys.readouterr().out.splitlines()[-1]
    [known] = PartnerKeys(town.stores.database).all()
    stop_key(town.settings, argparse.Namespace(key=known.id, staff=THEA))
    assert PartnerKeys(town.stores.database).whose(key, at=datetime.now(UTC)) is None
    list_keys(town.settings, argparse.Namespace())
    assert "stopped" in capsys.readouterr().out


def test_only_who_keeps_partners_of_all_its_municipalities_decides_on_a_key(town: Town) -> None:
    for by in (NOOR, StaffId("niemand")):
        with pytest.raises(NotAllowed):
            _make(town, by)
    _works_in(town, ZONNEDIJK, WATERDORP)
    with pytest.raises(NotAllowed):
        _make(town, THEA)
    assert PartnerKeys(town.stores.database).all() == []


def test_a_key_that_is_not_there_is_an_error_with_words(town: Town) -> None:
    with pytest.raises(NotAllowed, match="no such key"):
        stop_key(town.settings, argparse.Namespace(key="geen", staff=THEA))
