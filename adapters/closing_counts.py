"""The counts that a case leaves when it closes. They stay when it is erased, and lead back to nobody."""

from datetime import datetime

from sqlmodel import Session

from adapters.areas import area_of_case
from adapters.case_rows import main_outcome, statistic_row
from adapters.database import Database
from adapters.documents import Documents
from models.case import CaseState
from models.codes import Acceptance
from models.tables import AreaCountRow
from policy.calendar import local
from policy.closing_counts import is_resident, unjustified


def count_closed(
    database: Database, documents: Documents, session: Session, state: CaseState, *, closed_at: datetime
) -> None:
    """Once for each case that closes, in the transaction that closes it."""
    session.add(statistic_row(state, closed_at=closed_at))
    where = _area(documents, session, state)
    if where:
        _count(database, session, state, where, month=f"{local(closed_at):%Y-%m}")


def _count(database: Database, session: Session, state: CaseState, where: str, *, month: str) -> None:
    # A sum and no row for each case: a neighbourhood beside an outcome and a month may point at one household.
    outcome = main_outcome(state)
    accepted = outcome is not None and outcome.acceptance is Acceptance.ACCEPTED
    row = AreaCountRow(municipality=state.municipality.text, month=month, area=where)
    database.count(session, row, cases=1, reached=int(state.reached()), accepted=int(accepted))


def _area(documents: Documents, session: Session, state: CaseState) -> str:
    """Empty when it may not or cannot be known, or when the case is about no resident."""
    if not is_resident(unjustified(main_outcome(state))):
        return ""
    return area_of_case(documents, session, state)
