"""By which names the cases that were opened before this release are found: every part of a surname."""

from sqlalchemy.orm import aliased
from sqlmodel import col, select

from adapters.blind import Entry, IndexKind, entries_of
from adapters.database import Database
from adapters.vault import Erased, Vault
from models.case import CaseState
from models.codes import DocumentKind
from models.ids import UnitId, case_of_unit
from models.personal import Resident
from models.tables import CaseRow, DocumentRow
from models.values import MunicipalityCode
from models.vault_tables import BlindIndexRow

_AT_ONCE = 500


def add_name_sounds(database: Database, vault: Vault) -> int:
    """Lets every case be found by each part of its people's surnames; how many were not yet. May be done again."""
    last, number = "", 0
    while units := _without(vault, after=last):
        number += sum(_add(database, vault, unit) for unit in units)
        last = units[-1]
    return number


def _without(vault: Vault, *, after: str) -> list[UnitId]:
    """Cases of which a surname is known, but not its parts."""
    known = aliased(BlindIndexRow)
    parts = select(known.unit_id).where(known.unit_id == BlindIndexRow.unit_id, known.kind == IndexKind.NAME_SOUND)
    wanted = (
        select(BlindIndexRow.unit_id)
        .where(
            BlindIndexRow.kind == IndexKind.SURNAME_SOUND,
            col(BlindIndexRow.unit_id).startswith("case-"),
            BlindIndexRow.unit_id > after,
            ~parts.exists(),
        )
        .distinct()
        .order_by(BlindIndexRow.unit_id)
        .limit(_AT_ONCE)
    )
    with vault.database.read() as session:
        return [UnitId(unit) for unit in session.exec(wanted)]


def _add(database: Database, vault: Vault, unit: UnitId) -> bool:
    people = (DocumentRow.unit_id == unit, DocumentRow.kind == DocumentKind.PERSON)
    with database.read() as session:
        row = session.get(CaseRow, case_of_unit(unit))
        sealed = [document.sealed for document in session.exec(select(DocumentRow).where(*people))]
    if row is None:
        return False
    state = CaseState.model_validate(row.state)
    try:
        known = [vault.open(unit, one) for one in sealed]
        entries = [entry for one in known if isinstance(one, Resident) for entry in _sounds(state, one)]
        vault.index(unit, MunicipalityCode(row.municipality), entries)
    except Erased:
        # Its term came meanwhile.
        return False
    return True


def _sounds(state: CaseState, person: Resident) -> list[Entry]:
    theirs = [signal.legal_entity for signal in state.signals if signal.person_id == person.person_id]
    entity = bool(theirs) and all(theirs)
    return [entry for entry in entries_of(person, legal_entity=entity) if entry[0] is IndexKind.NAME_SOUND]
