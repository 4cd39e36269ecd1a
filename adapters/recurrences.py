"""Whether an address was reported before (opeenvolgend), worked out when a signal comes in and never again."""

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, time

from sqlmodel import Session, col, func, select

from adapters.blind import IndexKind
from adapters.database import Database
from adapters.delivered_rows import Delivered
from adapters.vault import Vault
from models.codes import Recurrence, RowStatus
from models.ids import DeliveryId, UnitId
from models.tables import DeliveredRow, DeliveryRow, SignalRow
from models.values import MunicipalityCode
from models.vault_tables import CertificateRow
from policy.calendar import add_months, at_local, local

LookBack = Callable[[MunicipalityCode, date], int]
"""How many months back earlier signals count in a municipality, by its policy of this day."""

_SIGNALS = (RowStatus.STORED, RowStatus.OPENED, RowStatus.JOINED)
"""Rows that are a signal or will be one: a refused row is none, and a repeated one says nothing new."""


class Recurrences:
    """Compares a signal with what was delivered before. Only what is not erased is compared with."""

    def __init__(self, database: Database, vault: Vault, look_back: LookBack) -> None:
        self._database = database
        self._vault = vault
        self._look_back = look_back

    def of(self, delivered: Delivered) -> Recurrence:
        """As it was found when the signal's rows were first written; before that, as it is found now.

        Successive: another signal about exactly this address in an earlier calendar month of the look-back.
        """
        return self._stored(delivered) or self._found(delivered)

    def _stored(self, delivered: Delivered) -> Recurrence | None:
        with self._database.read() as session:
            row = session.get(SignalRow, delivered.candidate.signal_id)
        return None if row is None else Recurrence(row.recurrence)

    def _found(self, delivered: Delivered) -> Recurrence:
        municipality = delivered.candidate.municipality
        received = local(delivered.received_at).date()
        since = at_local(add_months(received, -self._look_back(municipality, received)), time(0))
        before = at_local(received.replace(day=1), time(0))
        if self._reported(self._units_at(delivered), since, before):
            return Recurrence.SUCCESSIVE
        return Recurrence.NOT_COMPARED if self._erased(municipality, since) else Recurrence.FIRST

    def _units_at(self, delivered: Delivered) -> list[UnitId]:
        """Everything that is known at the address, the signal itself included."""
        candidate = delivered.candidate
        [address] = [value for kind, value in candidate.entries() if kind is IndexKind.ADDRESS]
        return list(self._vault.find(candidate.municipality, IndexKind.ADDRESS, address))

    def _reported(self, units: list[UnitId], since: datetime, before: datetime) -> bool:
        """Whether one of these is a signal that was received in this time. A delivered row counts before it is
        matched, so that it does not matter whose turn comes first."""
        received = func.coalesce(DeliveredRow.received_at, DeliveryRow.received_at)
        wanted = (
            select(DeliveredRow.id)
            .join(DeliveryRow, col(DeliveryRow.id) == col(DeliveredRow.delivery_id))
            .where(col(DeliveredRow.unit_id).in_(units), col(DeliveredRow.status).in_(_SIGNALS))
            .where(received >= since, received < before)
            .limit(1)
        )
        with self._database.read() as session:
            return session.exec(wanted).first() is not None

    def _erased(self, municipality: MunicipalityCode, since: datetime) -> bool:
        """Whether a case was erased of which a signal may have been received since then: no term begins before its
        signal."""
        wanted = (
            select(CertificateRow.id)
            .where(CertificateRow.municipality == municipality.text, col(CertificateRow.case_id).is_not(None))
            .where(col(CertificateRow.started_at) >= since)
            .limit(1)
        )
        with self._vault.database.read() as session:
            return session.exec(wanted).first() is not None


def recurrences_of(session: Session, delivery: DeliveryId) -> Counter[Recurrence]:
    """How many signals of a delivery are successive, the first, or could not be compared."""
    counted = (
        select(SignalRow.recurrence, func.count())
        .join(DeliveredRow, col(DeliveredRow.unit_id) == col(SignalRow.unit_id))
        .where(DeliveredRow.delivery_id == delivery, DeliveredRow.status != RowStatus.REPEATED)
        .group_by(col(SignalRow.recurrence))
    )
    return Counter({Recurrence(found): number for found, number in session.exec(counted)})
