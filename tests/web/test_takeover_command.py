"""`cli.py takeover`: a report first, and nothing happens without `--confirm` or while a row is wrong."""

import argparse
from pathlib import Path

import pytest
from sqlmodel import select

from adapters.delivery_store import UnknownPartner
from command_line.deliveries import take_over_cases
from command_line.staff import NotAllowed
from models.tables import DeliveryRow
from tests.web.town import Town

HEADER = "kenmerk;achternaam;postcode;huisnummer;bedrag;signaaldatum;ontvangen_op;pogingen"
GOOD = "WO-1;Beemd;9990 AB;12;612,40;2025-02-26;2025-03-01;2025-03-02 mail verstuurd"
WRONG = "WO-2;Quispelaar;9990 AB;14;612,40;2025-02-26;2025-03-01;Zwaluw"


def asked(folder: Path, *rows: str, staff: str = "hanna", confirm: bool = False) -> argparse.Namespace:
    file = folder / "lopend.csv"
    file.write_text("\n".join((HEADER, *rows)), encoding="utf-8")
    return argparse.Namespace(
        file=file, municipality="9901", partner="Woonstee Zonnedijk", staff=staff, confirm=confirm
    )


async def test_without_confirm_it_only_reports(town: Town, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert await take_over_cases(town.settings, asked(tmp_path, GOOD, staff="noor")) == 0
    assert capsys.readouterr().out.splitlines() == [
        "1 rows, the first of them received on 2025-03-01; 0 of them without an attempt",
        "1 attempts: mail 1",
        "0 rows with faults",
        "nothing was taken over: say --confirm when this is right",
    ]
    assert _nothing_is_stored(town)


async def test_with_a_fault_nothing_happens_whatever_is_said(
    town: Town, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await take_over_cases(town.settings, asked(tmp_path, GOOD, WRONG, staff="noor", confirm=True)) == 1
    printed = capsys.readouterr().out
    assert "row 3, pogingen: poging 1: een poging heeft de vorm" in printed
    assert "nothing was taken over: mend these rows first" in printed
    assert "Zwaluw" not in printed
    assert _nothing_is_stored(town)


async def test_who_may_not_take_in_deliveries_may_not_take_over(town: Town, tmp_path: Path) -> None:
    with pytest.raises(NotAllowed):
        await take_over_cases(town.settings, asked(tmp_path, GOOD, staff="nobody"))


async def test_a_partner_that_is_not_known_is_said_at_once(town: Town, tmp_path: Path) -> None:
    unknown = asked(tmp_path, GOOD, staff="noor")
    unknown.partner = "Niemand"
    with pytest.raises(UnknownPartner):
        await take_over_cases(town.settings, unknown)


def _nothing_is_stored(town: Town) -> bool:
    with town.stores.database.read() as session:
        return session.exec(select(DeliveryRow)).first() is None
