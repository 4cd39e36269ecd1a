"""Pausing a delivery that is being worked through, and how far it is."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, func, select

from adapters.database import Database
from models.codes import RowStatus
from models.ids import DeliveryId, StaffId
from models.tables import DeliveredRow, DeliveryRow
from models.values import MunicipalityCode


@dataclass(frozen=True)
class Progress:
    """How far a delivery is. `done`: rows that have a case, said nothing new, or were refused."""

    rows: int
    done: int
    paused_at: datetime | None
    finished_at: datetime | None


class DeliveryControl:
    """What stands here is what the delivery's workflow goes by: it asks before each window of rows."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def pause(self, delivery: DeliveryId, *, by: StaffId, at: datetime) -> bool:
        """Rows that are under way are finished first. False: there is nothing (left) to pause."""
        with self._database.write() as session:
            self._database.lock(session, f"delivery/{delivery}")
            row = session.get(DeliveryRow, delivery)
            if row is None or row.finished_at is not None or row.paused_at is not None:
                return False
            row.paused_at, row.paused_by = at, by
            return True

    def resume(self, delivery: DeliveryId) -> bool:
        """False: it was not paused. Whoever resumes tells the workflow (`workflows.client.look_again`)."""
        with self._database.write() as session:
            self._database.lock(session, f"delivery/{delivery}")
            row = session.get(DeliveryRow, delivery)
            if row is None or row.paused_at is None:
                return False
            row.paused_at = row.paused_by = None
            return True

    def municipality(self, delivery: DeliveryId) -> MunicipalityCode | None:
        """Whose it is; None when there is no such delivery."""
        with self._database.read() as session:
            row = session.get(DeliveryRow, delivery)
        return None if row is None else MunicipalityCode(row.municipality)

    def progress(self, delivery: DeliveryId) -> Progress | None:
        """None when there is no such delivery. Of a finished one the numbers are those of its report."""
        counted = select(DeliveredRow.status, func.count()).where(DeliveredRow.delivery_id == delivery)
        with self._database.read() as session:
            row = session.get(DeliveryRow, delivery)
            found = dict(session.exec(counted.group_by(col(DeliveredRow.status))).all())
        if row is None:
            return None
        counts = {status: int((row.report or found).get(status, 0)) for status in RowStatus}
        rows = sum(counts.values())
        return Progress(rows, rows - counts[RowStatus.STORED], row.paused_at, row.finished_at)
