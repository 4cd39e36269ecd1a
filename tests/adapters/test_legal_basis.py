"""A partner delivers only while the municipality's policy names a legal basis for its kind."""

from datetime import date
from pathlib import Path

import pytest
from sqlmodel import select

from adapters.agreements import Agreement, Agreements, NoAgreement
from adapters.delivery_csv import delivered
from adapters.delivery_store import DeliveryStore
from adapters.legal_basis import NoBasis
from models.codes import PartnerType
from models.ids import PartnerId, StaffId
from models.tables import DeliveryRow
from models.values import MunicipalityCode
from simulation.deliveries import write_csv
from tests.adapters.conftest import Databases
from tests.adapters.intake import KEPT, RECEIVED, a_row
from tests.builders import ZONNEDIJK

REFUSED = (
    "Het beleid van deze gemeente noemt op 05-04-2027 geen grondslag om signalen van een partner van de soort Huur te "
    "ontvangen; er is niets opgeslagen."
)


def only_energy(municipality: MunicipalityCode, kind: PartnerType, on: date) -> bool:
    assert (municipality, on) == (ZONNEDIJK, date(2027, 4, 5))
    return kind is PartnerType.ENERGY


@pytest.fixture
def store(databases: Databases) -> DeliveryStore:
    return DeliveryStore(databases.main, databases.vault, keep_refused=KEPT, has_basis=only_energy)


def deliver(store: DeliveryStore, folder: Path, partner: str) -> None:
    file = folder / "delivery.csv"
    write_csv(file, [a_row()])
    store.store(delivered(file), ZONNEDIJK, partner, StaffId("staff-1"), RECEIVED)


def test_of_a_kind_without_a_basis_nothing_is_stored(
    store: DeliveryStore, databases: Databases, tmp_path: Path
) -> None:
    with pytest.raises(NoBasis) as refusal:
        deliver(store, tmp_path, "Woonstee")
    assert str(refusal.value) == REFUSED
    with databases.main.read() as session:
        assert session.exec(select(DeliveryRow)).all() == []


def test_of_a_kind_with_a_basis_everything_is(store: DeliveryStore, databases: Databases, tmp_path: Path) -> None:
    deliver(store, tmp_path, "Stroomnet")
    with databases.main.read() as session:
        assert len(session.exec(select(DeliveryRow)).all()) == 1


def test_whoever_hears_of_an_agreement_hears_of_a_basis_too(store: DeliveryStore, databases: Databases) -> None:
    partner, day = PartnerId("stroomnet"), date(2027, 4, 5)
    store.check_may_deliver(partner, ZONNEDIJK, on=day)
    Agreements(databases.main).record(partner, ZONNEDIJK, Agreement(date(2026, 1, 1), date(2026, 1, 1)))
    with pytest.raises(NoAgreement):
        store.check_may_deliver(partner, ZONNEDIJK, on=day)
    assert issubclass(NoBasis, NoAgreement)
