"""Marks of whoever was right to object: keyed hashes in the vault, by which a new signal about them is recognised.

A mark is found by the BSN, or by birth date, house and sound of the surname together, or, where a side gives no birth
date, by address, sound of the surname and initial. Each is one hash, so that nothing else can be compared by it, under
a key of the municipality that no blind index has.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import delete
from sqlmodel import Session, col, func, select

from adapters.blind import IndexKind, plain, sound_of
from adapters.vault import Vault
from models.facts import Remembered
from models.ids import CaseId, PersonId
from models.personal import Resident
from models.values import MunicipalityCode
from models.vault_tables import ObjectionMarkRow


class MarkKind(StrEnum):
    """What a mark is a hash of, the surest first."""

    BSN = "bsn"
    BIRTH = "birth"
    ADDRESS = "address"


class ObjectionMarks:
    """Everything may be done again."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    def keep(
        self,
        municipality: MunicipalityCode,
        case: CaseId,
        person: PersonId,
        resident: Resident,
        remembered: Remembered,
        *,
        at: datetime,
    ) -> None:
        """Marks the person. The decision of one case keeps its own mark, whose number leads to no case."""
        number, digests = self._number(municipality, case, person), self._digests(municipality, resident)
        with self._vault.database.write() as session:
            for kind, digest in digests.items():
                row = ObjectionMarkRow(
                    id=number,
                    kind=kind,
                    digest=digest,
                    municipality=municipality.text,
                    marked_at=at,
                    erase_at=remembered.until,
                    ground=remembered.ground,
                )
                session.merge(row)

    def until(self, municipality: MunicipalityCode, resident: Resident, *, at: datetime) -> datetime | None:
        """Until when it stays known that this person was right to object; None when it is not."""
        with self._vault.database.read() as session:
            return max((mark[0].erase_at for mark in self._of(session, municipality, resident, at=at)), default=None)

    def knows(self, municipality: MunicipalityCode, resident: Resident, *, at: datetime) -> bool:
        return self.until(municipality, resident, at=at) is not None

    def forget(
        self, municipality: MunicipalityCode, case: CaseId, person: PersonId, resident: Resident, *, at: datetime
    ) -> None:
        """The objection of this person holds no more: their mark of this case goes, and those that are surely theirs.

        A mark that only looks like this person may be of somebody in the same house, and stays.
        """
        digests = self._digests(municipality, resident)
        with self._vault.database.write() as session:
            marks = self._of(session, municipality, resident, at=at)
            ids = {self._number(municipality, case, person), *(mark[0].id for mark in marks if _surely(digests, mark))}
            gone = session.connection().execute(delete(ObjectionMarkRow).where(col(ObjectionMarkRow.id).in_(ids)))
        if gone.rowcount:
            self._vault.database.empty_log()

    def _of(
        self, session: Session, municipality: MunicipalityCode, resident: Resident, *, at: datetime
    ) -> list[Sequence[ObjectionMarkRow]]:
        """The marks of this person, each with all its rows."""
        digests = self._digests(municipality, resident)
        near = select(ObjectionMarkRow.id).where(
            ObjectionMarkRow.municipality == municipality.text, col(ObjectionMarkRow.digest).in_(digests.values())
        )
        wanted = select(ObjectionMarkRow).where(col(ObjectionMarkRow.id).in_(near), col(ObjectionMarkRow.erase_at) > at)
        marks = defaultdict[str, list[ObjectionMarkRow]](list)
        for row in session.exec(wanted):
            marks[row.id].append(row)
        return [rows for rows in marks.values() if _is_of(digests, _digests_of(rows))]

    def _number(self, municipality: MunicipalityCode, case: CaseId, person: PersonId) -> str:
        return self._hashed(municipality, f"mark|{case}|{person}")

    def _digests(self, municipality: MunicipalityCode, resident: Resident) -> Mapping[MarkKind, str]:
        return {kind: self._hashed(municipality, value) for kind, value in _said(resident).items()}

    def _hashed(self, municipality: MunicipalityCode, value: str) -> str:
        return self._vault.digest(municipality, IndexKind.OBJECTION, value)


def count_marks(vault: Vault, municipalities: Sequence[MunicipalityCode] | None, *, until: datetime) -> dict[str, int]:
    """How many marks go before this moment, by municipality; of all municipalities when none are named."""
    counted = select(ObjectionMarkRow.municipality, func.count(col(ObjectionMarkRow.id).distinct())).where(
        col(ObjectionMarkRow.erase_at) < until
    )
    if municipalities is not None:
        counted = counted.where(col(ObjectionMarkRow.municipality).in_([code.text for code in municipalities]))
    with vault.database.read() as session:
        return dict(session.exec(counted.group_by(ObjectionMarkRow.municipality)).all())


def forget_marks(vault: Vault, *, at: datetime) -> None:
    """Deletes the marks whose term is over. Raises `LogNotEmptied` when their bytes are still in SQLite's log."""
    with vault.database.write() as session:
        gone = session.connection().execute(delete(ObjectionMarkRow).where(col(ObjectionMarkRow.erase_at) <= at))
    if gone.rowcount:
        vault.database.empty_log()


def _said(resident: Resident) -> Mapping[MarkKind, str]:
    """What a mark can be made of, or found by."""
    address, sound = resident.address, sound_of(resident.surname)
    house = f"{address.postcode.text}|{address.number}"
    said = dict[MarkKind, str]()
    if resident.bsn is not None:
        said[MarkKind.BSN] = f"bsn|{resident.bsn.text}"
    if sound and resident.birth_date is not None:
        said[MarkKind.BIRTH] = f"birth|{resident.birth_date.isoformat()}|{sound}|{house}"
    if sound:
        initial = plain(resident.initials)[:1]
        said[MarkKind.ADDRESS] = f"address|{house}|{plain(address.addition)}|{sound}|{initial}"
    return said


def _is_of(mine: Mapping[MarkKind, str], theirs: Mapping[MarkKind, str]) -> bool:
    """As in matching: what both say of the surest kind decides."""
    for kind in MarkKind:
        if kind in mine and kind in theirs:
            return mine[kind] == theirs[kind]
    return False


def _surely(mine: Mapping[MarkKind, str], mark: Sequence[ObjectionMarkRow]) -> bool:
    """Whether the surest that the mark is made of is said of this person too, and the same."""
    theirs = _digests_of(mark)
    surest = next(kind for kind in MarkKind if kind in theirs)
    return mine.get(surest) == theirs[surest]


def _digests_of(mark: Sequence[ObjectionMarkRow]) -> Mapping[MarkKind, str]:
    return {MarkKind(row.kind): row.digest for row in mark}
