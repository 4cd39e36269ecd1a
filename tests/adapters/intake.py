"""An intake on two databases, and files as partners deliver them. Everybody in them is invented."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from sqlalchemy.engine import URL
from sqlmodel import Session

from adapters.database import Database
from adapters.delivery_csv import delivered
from adapters.delivery_store import DeliveryStore, StoredDelivery
from adapters.matching import Matching
from adapters.signal_form import COLUMNS
from adapters.vault import Vault
from models.ids import DeliveryId, RowId, StaffId, row_of
from models.values import MunicipalityCode
from simulation.deliveries import write_csv
from tests.builders import ZONNEDIJK, at

RECEIVED = at("2027-04-05 09:00")
KEPT = timedelta(days=30)
MASTER_KEY = bytes(range(32))


class Interrupted(Exception):
    """Stands for a process that dies."""


class BreakableDatabase(Database):
    """Breaks off when `left` more transactions were begun; None: never. The process dies with it when `dies`."""

    left: int | None = None
    dies = False

    @contextmanager
    def write(self) -> Iterator[Session]:
        if self.left == 0:
            self._break_off()
        if self.left is not None:
            self.left -= 1
        with super().write() as session:
            yield session

    def _break_off(self) -> None:
        if self.dies:
            os._exit(9)
        self.left = None
        raise Interrupted


@dataclass(frozen=True)
class Intake:
    """Store and matching, as one process has them."""

    database: BreakableDatabase
    vault: Vault
    folder: Path

    @classmethod
    def on(cls, main: str, vault: str, folder: Path) -> "Intake":
        """On databases that exist; `urls` gives theirs."""
        return cls(BreakableDatabase(main), Vault(Database(vault, full_sync=True), MASTER_KEY), folder)

    @property
    def urls(self) -> tuple[str, str]:
        return _text(self.database.url), _text(self.vault.database.url)

    @property
    def store(self) -> DeliveryStore:
        return DeliveryStore(self.database, self.vault, keep_refused=KEPT)

    @property
    def matching(self) -> Matching:
        return Matching(self.database, self.vault, keep_repeated=KEPT, look_back=six_months)

    def file(self, *rows: dict[str, str]) -> Path:
        path = self.folder / f"{secrets.token_hex(4)}.csv"
        write_csv(path, rows)
        return path

    def deliver(
        self,
        *rows: dict[str, str],
        partner: str = "Woonstee",
        municipality: MunicipalityCode = ZONNEDIJK,
        received: datetime = RECEIVED,
    ) -> StoredDelivery:
        """Stores these rows as a new file of the partner."""
        return self.store.store(delivered(self.file(*rows)), municipality, partner, StaffId("staff-1"), received)

    def row(self, *, partner: str = "Woonstee", **cells: str) -> RowId:
        """The only row of a delivery of its own."""
        return first_row(self.deliver(a_row(**cells), partner=partner).delivery_id)

    def close(self) -> None:
        self.database.close()
        self.vault.database.close()


def six_months(municipality: MunicipalityCode, on: date) -> int:
    return 6


def first_row(delivery: DeliveryId) -> RowId:
    return row_of(delivery, 2)


def a_row(**cells: str) -> dict[str, str]:
    """A row with everything that is required; no two are the same."""
    required = {
        "kenmerk": f"WO-{secrets.token_hex(4)}",
        "voorletters": "A.",
        "achternaam": "Bakkerink",
        "geboortedatum": "1980-01-31",
        "postcode": "9990 AB",
        "huisnummer": "12",
        "bedrag": "250,00",
        "signaaldatum": "2027-04-01",
        # Two files that are the same to the byte are one delivery.
        "eigen_stappen": secrets.token_hex(4),
    }
    return dict.fromkeys(COLUMNS, "") | required | cells


def _text(url: URL) -> str:
    return url.render_as_string(hide_password=False)
