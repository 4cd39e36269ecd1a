"""What is counted of a partner's signals when their case closes. The counts stay when the signals are erased, and lead
back to nobody."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session

from adapters.database import Database
from adapters.documents import Documents
from adapters.partner_directory import collection_day
from adapters.vault import Erased
from models.case import CaseState
from models.codes import DocumentKind, ItemState
from models.ids import PersonId
from models.personal import DeliveredSignal, Resident
from models.tables import PartnerCountRow, SignalRow
from models.values import MunicipalityCode, PhoneNumber
from policy.calendar import local
from policy.signal_quality import Counted, PhoneGiven, SignalFacts, counted, counted_repeat, phone_given

_Place = tuple[str, str, str, str]
"""Partner, month, figure, line."""


def count_signals(database: Database, documents: Documents, session: Session, state: CaseState) -> None:
    """Once for each case that closes, in the transaction that closes it."""
    found: Counter[_Place] = Counter()
    for signal in state.signals:
        row = session.get(SignalRow, signal.signal_id)
        if row is None:
            continue
        facts = SignalFacts(
            signal_date=row.signal_date,
            collection_day=collection_day(session, signal.partner_id, state.municipality.text),
            phone=_phone(documents, session, signal.person_id, row.row_id),
        )
        found.update(_places(signal.partner_id, signal.received_at, counted(state, signal, facts)))
    _add(database, session, state.municipality, found)


def count_repeat(
    database: Database,
    session: Session,
    municipality: MunicipalityCode,
    partner: str,
    signal: DeliveredSignal,
    received_at: datetime,
) -> None:
    """Once for each signal that said nothing new, in the transaction that writes it: no case counts it."""
    phone = phone_given((item.number for item in signal.resident.phones), wrong=())
    _add(database, session, municipality, Counter(_places(partner, received_at, counted_repeat(phone))))


def _places(partner: str, received_at: datetime, counted: Iterable[Counted]) -> list[_Place]:
    return [(partner, f"{local(received_at):%Y-%m}", figure, line) for figure, line in counted]


def _add(database: Database, session: Session, municipality: MunicipalityCode, found: Counter[_Place]) -> None:
    # In one order for everybody: two cases that close at once would wait for each other.
    for (partner, month, figure, line), signals in sorted(found.items()):
        row = PartnerCountRow(
            municipality=municipality.text, partner_id=partner, month=month, figure=str(figure), line=str(line)
        )
        database.count(session, row, signals=signals)


def _phone(documents: Documents, session: Session, person: PersonId, row: str) -> PhoneGiven | None:
    """None of a signal that cannot be read any more."""
    try:
        said = documents.read(session, DocumentKind.ROW, row)
        known = documents.read(session, DocumentKind.PERSON, person)
    except Erased:
        return None
    if not isinstance(said, DeliveredSignal):
        return None
    return phone_given((item.number for item in said.resident.phones), wrong=_wrong(known))


def _wrong(known: object) -> set[PhoneNumber]:
    phones = known.phones if isinstance(known, Resident) else ()
    return {item.number for item in phones if item.state is ItemState.WRONG}
