"""What exists although a certificate says that it was erased: an old backup was put back, or a copy was missed."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import inspect
from sqlmodel import Session, SQLModel, col, select

from adapters.certificates import Certificates
from adapters.database import Database
from adapters.erasure import OF_A_CASE, OF_A_UNIT
from adapters.executions import CaseExecution
from adapters.vault import Vault
from models.ids import CaseId, unit_of_case
from models.tables import PartyWaitRow
from models.vault_tables import BlindIndexRow, CaseSlotRow, CertificateRow, ReservationRow, UnitRow

_AT_ONCE = 500
IN_THE_VAULT = (BlindIndexRow, ReservationRow, CaseSlotRow)


@dataclass(frozen=True)
class Thing:
    """Something that is kept: its table, and its id there (in the vault that of its unit)."""

    what: str
    id: str


class Leftovers:
    """Looks and changes nothing."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault
        self._certificates = Certificates(database, vault.database)

    def by_certificate(self) -> Iterator[tuple[CertificateRow, list[Thing]]]:
        """Certificates in their order, each with what exists of what it says is gone; those of which nothing does are
        left out."""
        for part in self._certificates.parts():
            left = self._of(part)
            for row in part:
                things = [thing for key in (*row.units, case_gone(row)) for thing in left.get(key or "", ())]
                if things:
                    yield row, list(dict.fromkeys(things))

    def of_executions(self, executions: Sequence[CaseExecution]) -> Iterator[tuple[CertificateRow, CaseExecution]]:
        """Those of a case that a certificate says is gone."""
        for start in range(0, len(executions), _AT_ONCE):
            part = executions[start : start + _AT_ONCE]
            wanted = select(CertificateRow).where(col(CertificateRow.case_id).in_([each.case_id for each in part]))
            with self._vault.database.read() as session:
                gone = {case: row for row in session.exec(wanted) if (case := case_gone(row)) is not None}
            yield from ((gone[each.case_id], each) for each in part if each.case_id in gone)

    def _of(self, part: list[CertificateRow]) -> dict[str, list[Thing]]:
        """By unit and by case."""
        units = [unit for row in part for unit in row.units]
        cases = [case for row in part if (case := case_gone(row)) is not None]
        left = dict[str, list[Thing]]()
        with self._database.read() as session:
            for table in OF_A_UNIT:
                _find(session, table, col(table.unit_id), units, left)
            for of_case in OF_A_CASE:
                _find(session, of_case, col(of_case.case_id), cases, left)
            _find(session, PartyWaitRow, col(PartyWaitRow.waiting), cases, left)
        with self._vault.database.read() as session:
            keys = select(UnitRow.id).where(col(UnitRow.id).in_(units), col(UnitRow.wrapped_key).is_not(None))
            for unit in session.exec(keys):
                left.setdefault(unit, []).append(Thing("key", unit))
            for in_vault in IN_THE_VAULT:
                for unit in session.exec(select(in_vault.unit_id).where(col(in_vault.unit_id).in_(units)).distinct()):
                    left.setdefault(unit, []).append(Thing(name_of(in_vault), unit))
        return left


def case_gone(row: CertificateRow) -> str | None:
    """The case all of which the certificate says is gone; None when it is about a signal alone."""
    return row.case_id if row.case_id is not None and unit_of_case(CaseId(row.case_id)) in row.units else None


def name_of(table: type[SQLModel]) -> str:
    return str(table.__tablename__)


def key_of(table: type[SQLModel]) -> list[Any]:
    """The columns of its primary key."""
    mapper = inspect(table)
    return [mapper.get_property_by_column(column).class_attribute for column in mapper.primary_key]


def _find(
    session: Session, table: type[SQLModel], by: Any, values: Iterable[str], left: dict[str, list[Thing]]
) -> None:
    for value, *key in session.execute(select(by, *key_of(table)).where(by.in_(list(values)))):
        left.setdefault(value, []).append(Thing(name_of(table), "/".join(str(part) for part in key)))
