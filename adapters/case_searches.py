"""Who looked for somebody who called, with which kinds of data, and which cases they saw. Never what they typed."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlmodel import col, select

from adapters.blind import IndexKind
from adapters.database import Database
from models.ids import CaseId, StaffId, fresh
from models.tables import CaseSearchHitRow, CaseSearchRow
from models.values import MunicipalityCode

KEPT = timedelta(days=365)
"""So long it can be asked who looked; that a case was shown goes with the case."""


class CaseSearches:
    """Written before the cases are shown, so that nobody sees one unseen."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def record(
        self,
        staff: StaffId,
        municipality: MunicipalityCode,
        kinds: Iterable[IndexKind],
        shown: Iterable[CaseId],
        *,
        hits: int,
        at: datetime,
    ) -> None:
        search = CaseSearchRow(
            id=fresh(), municipality=municipality.text, staff_id=staff, at=at, kinds=sorted(kinds), hits=hits
        )
        with self._database.write() as session:
            session.add(search)
            session.flush()
            session.add_all(CaseSearchHitRow(search_id=search.id, case_id=case) for case in shown)


def forget_searches(database: Database, *, at: datetime) -> None:
    """Forgets searches longer ago than `KEPT`."""
    late = select(CaseSearchRow.id).where(col(CaseSearchRow.at) <= at - KEPT)
    with database.write() as session:
        session.execute(delete(CaseSearchHitRow).where(col(CaseSearchHitRow.search_id).in_(late)))
        session.execute(delete(CaseSearchRow).where(col(CaseSearchRow.at) <= at - KEPT))
