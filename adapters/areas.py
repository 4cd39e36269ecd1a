"""In which neighbourhood a case plays, and the tasks from before that was kept."""

from sqlalchemy import update
from sqlmodel import Session, col, select

from adapters.database import Database
from adapters.documents import Documents
from adapters.vault import Erased, Vault
from models.case import CaseState
from models.codes import DocumentKind, Trait
from models.personal import Resident
from models.tables import CaseRow, TaskRow
from policy.closing_counts import area

_AT_ONCE = 500


def area_of_case(documents: Documents, session: Session, state: CaseState) -> str:
    """Of its resident's address; empty when it may not or cannot be known. Nothing tells where somebody with a secret
    address lives."""
    if any(Trait.SECRET_ADDRESS in person.traits for person in state.people):
        return ""
    try:
        resident = documents.read(session, DocumentKind.PERSON, state.resident)
    except Erased:
        return ""
    return area(resident.address.postcode) if isinstance(resident, Resident) else ""


def add_areas(database: Database, vault: Vault) -> int:
    """Gives the tasks of cases that were last written before this release their neighbourhood; how many cases. May be
    done again."""
    documents, number = Documents(vault), 0
    while cases := _without(database):
        for case in cases:
            with database.write() as session:
                database.lock(session, f"case/{case}")
                row = session.get(CaseRow, case)
                known = "" if row is None else area_of_case(documents, session, CaseState.model_validate(row.state))
                which = (col(TaskRow.case_id) == case, col(TaskRow.area).is_(None))
                session.execute(update(TaskRow).where(*which).values(area=known))
        number += len(cases)
    return number


def _without(database: Database) -> list[str]:
    wanted = select(TaskRow.case_id).where(col(TaskRow.area).is_(None)).distinct().limit(_AT_ONCE)
    with database.read() as session:
        return list(session.exec(wanted))
