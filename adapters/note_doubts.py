"""How often a note was kept although something in it was pointed out: sums, and nothing of what it was."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum

from sqlmodel import col, select

from adapters.database import Database
from models.tables import NoteDoubtRow
from models.values import MunicipalityCode


class DoubtEnd(StrEnum):
    """What became of what was pointed out."""

    KEPT = "kept"
    LEFT_OUT = "left_out"


@dataclass(frozen=True)
class Count:
    """How many notes of a month ended so, by what they may have been about."""

    month: str
    subject: str
    ended: DoubtEnd
    notes: int


class NoteDoubts:
    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, municipality: MunicipalityCode, month: str, subjects: Iterable[str], ended: DoubtEnd) -> None:
        """One note more about each of these subjects."""
        about = list(subjects)
        if not about:
            return
        with self._database.write() as session:
            self._database.lock(session, f"note_doubt/{municipality.text}/{month}")
            for subject in about:
                key = (municipality.text, month, subject, ended.value)
                row = session.get(NoteDoubtRow, key) or NoteDoubtRow(
                    municipality=municipality.text, month=month, subject=subject, ended=ended.value
                )
                row.notes += 1
                session.add(row)

    def of(self, within: Collection[MunicipalityCode], *, months: int) -> list[Count]:
        """The counts of the latest months in which there were any, all of these municipalities together."""
        counted = select(NoteDoubtRow).where(col(NoteDoubtRow.municipality).in_([code.text for code in within]))
        with self._database.read() as session:
            rows = session.exec(counted.order_by(col(NoteDoubtRow.month).desc())).all()
        latest = list(dict.fromkeys(row.month for row in rows))[:months]
        sums = dict[tuple[str, str, str], int]()
        for row in rows:
            if row.month in latest:
                key = (row.month, row.subject, row.ended)
                sums[key] = sums.get(key, 0) + row.notes
        return [Count(month, subject, DoubtEnd(ended), notes) for (month, subject, ended), notes in sums.items()]
