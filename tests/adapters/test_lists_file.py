"""Municipalities, partners and staff from one file: named once, applied as often as one likes."""

from datetime import date
from pathlib import Path

import pytest

from adapters.agreements import Agreement, Agreements
from adapters.lists_file import BadLists, apply_lists, read_lists
from adapters.registry import Member, Registry
from models.codes import ReferralParty, Role
from models.ids import PartnerId, StaffId
from models.values import MunicipalityCode
from tests.adapters.conftest import Databases

LISTS = """\
municipalities:
  - {code: "9950", name: Meerdijk}
partners:
  - id: meerwonen
    name: Meerwonen
    type: Huur
    agreements: {"9950": {since: 2026-01-01, until: 2027-12-31}}
staff:
  - {id: anna, name: Anna Meer, role: caseworker, municipalities: ["9950"], sees_secret_addresses: true}
  - {id: yusuf, name: Yusuf Jong, role: referral_party, party: youth_worker, municipalities: ["9950"]}
  - {id: wim, name: Wim Woon, role: partner, partner: meerwonen, municipalities: ["9950"]}
"""
MEERDIJK = MunicipalityCode("9950")


def written(folder: Path, text: str) -> Path:
    file = folder / "lists.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def test_what_a_file_names_is_there_however_often_it_is_applied(databases: Databases, tmp_path: Path) -> None:
    registry = Registry(databases.main)
    before = registry.municipalities()
    for _ in range(2):
        apply_lists(databases.main, read_lists(written(tmp_path, LISTS)))
    assert set(registry.municipalities()) == {*before, MEERDIJK}
    assert registry.member(StaffId("anna")) == Member(
        StaffId("anna"), "Anna Meer", Role.CASEWORKER, (MEERDIJK,), sees_secret_addresses=True
    )
    yusuf, wim = registry.member(StaffId("yusuf")), registry.member(StaffId("wim"))
    assert yusuf is not None and wim is not None
    assert (yusuf.party, wim.partner) == (ReferralParty.YOUTH_WORKER, PartnerId("meerwonen"))
    agreed = Agreements(databases.main).of(PartnerId("meerwonen"), MEERDIJK)
    assert agreed == [Agreement(date(2026, 1, 1), date(2027, 12, 31))]


def test_a_right_is_taken_back_by_saying_so(databases: Databases, tmp_path: Path) -> None:
    apply_lists(databases.main, read_lists(written(tmp_path, LISTS)))
    less = LISTS.replace("sees_secret_addresses: true", "sees_secret_addresses: false")
    apply_lists(databases.main, read_lists(written(tmp_path, less)))
    anna = Registry(databases.main).member(StaffId("anna"))
    assert anna is not None
    assert not anna.sees_secret_addresses


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("staff: [", "line 1: cannot be read as YAML"),
        ("people: []", "people: Extra inputs"),
        ('municipalities: [{code: "99", name: X}]', r"municipalities\.0\.code: "),
        ("partners: [{id: x, name: X, type: Kabel}]", r"partners\.0\.type: "),
        ('staff: [{id: x, name: X, role: partner, municipalities: ["9901"]}]', "partner is for whoever"),
        ('staff: [{id: x, name: X, role: referral_party, municipalities: ["9901"]}]', "party is for whoever"),
        (LISTS.replace("until: 2027-12-31", "until: 2025-01-01"), "until lies before since"),
    ],
)
def test_a_mistake_is_named_by_its_place(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(BadLists, match=told):
        read_lists(written(tmp_path, text))


def test_a_name_that_is_on_no_list_changes_nothing(databases: Databases, tmp_path: Path) -> None:
    wrong = LISTS.replace('municipalities: ["9950"]', 'municipalities: ["9951"]').replace(
        "partner: meer", "partner: zee"
    )
    with pytest.raises(BadLists, match="staff anna: municipality 9951 is on no list\n") as refused:
        apply_lists(databases.main, read_lists(written(tmp_path, wrong)))
    assert "staff wim: partner zeewonen is on no list" in str(refused.value)
    assert Registry(databases.main).member(StaffId("anna")) is None
