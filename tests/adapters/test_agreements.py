"""A partner delivers while there is an agreement with the municipality."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from adapters.agreements import Agreement, Agreements, NoAgreement
from models.ids import PartnerId
from models.tables import DeliveryRow, PartnerRow
from tests.adapters.conftest import Databases
from tests.adapters.intake import Intake, a_row
from tests.builders import ZONNEDIJK

WOONSTEE = PartnerId("woonstee")
FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)


@pytest.fixture
def agreements(databases: Databases) -> Agreements:
    return Agreements(databases.main)


def test_who_has_no_agreement_recorded_may_deliver(agreements: Agreements) -> None:
    agreements.check(WOONSTEE, ZONNEDIJK, on=FIRST)


def test_an_agreement_counts_on_its_first_and_last_day_and_not_around_them(agreements: Agreements) -> None:
    agreements.record(WOONSTEE, ZONNEDIJK, Agreement(FIRST, LAST))
    for day in (FIRST, LAST):
        agreements.check(WOONSTEE, ZONNEDIJK, on=day)
    with pytest.raises(NoAgreement, match="gaat pas in op 01-01-2026"):
        agreements.check(WOONSTEE, ZONNEDIJK, on=FIRST - timedelta(days=1))
    with pytest.raises(NoAgreement, match="liep tot en met 31-12-2026"):
        agreements.check(WOONSTEE, ZONNEDIJK, on=LAST + timedelta(days=1))


def test_a_new_agreement_takes_over_and_one_of_the_same_day_takes_its_place(agreements: Agreements) -> None:
    agreements.record(WOONSTEE, ZONNEDIJK, Agreement(FIRST, LAST))
    agreements.record(WOONSTEE, ZONNEDIJK, Agreement(date(2027, 2, 1)))
    with pytest.raises(NoAgreement, match="31-12-2026"):
        agreements.check(WOONSTEE, ZONNEDIJK, on=date(2027, 1, 15))
    agreements.check(WOONSTEE, ZONNEDIJK, on=date(2030, 1, 1))
    agreements.record(WOONSTEE, ZONNEDIJK, Agreement(date(2027, 2, 1), date(2027, 3, 1)))
    assert agreements.of(WOONSTEE, ZONNEDIJK)[0] == Agreement(date(2027, 2, 1), date(2027, 3, 1))


def test_of_a_delivery_after_the_end_nothing_is_stored(databases: Any, tmp_path: Path) -> None:
    intake = Intake.on(*Intake(databases.main, databases.vault, tmp_path).urls, tmp_path)
    with databases.main.read() as session:
        partner = PartnerId(session.exec(select(PartnerRow.id).where(PartnerRow.name == "Woonstee")).one())
    Agreements(databases.main).record(partner, ZONNEDIJK, Agreement(FIRST, FIRST))
    with pytest.raises(NoAgreement):
        intake.deliver(a_row())
    with databases.main.read() as session:
        assert session.exec(select(DeliveryRow)).all() == []
    intake.close()
