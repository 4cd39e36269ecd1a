"""Who asked the switchboard to be called back: sealed in a unit of its own, until a day after it was dealt with."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlmodel import Session, col, select

from adapters.blind import IndexKind
from adapters.database import Database
from adapters.documents import Documents
from adapters.vault import Erased, Vault
from models.codes import CallRequestStatus, DocumentKind
from models.ids import CommandId, StaffId, UnitId, fresh
from models.personal import CallRequest
from models.tables import CallRequestRow, DocumentRow
from models.values import MunicipalityCode

AFTER = timedelta(days=1)
"""So long what was dealt with can be looked up, for whoever pressed the wrong button."""
AT_MOST = timedelta(days=28)
"""So long a request waits for somebody; after four weeks nobody calls back."""
_WAITING = (CallRequestStatus.NEW, CallRequestStatus.SENT, CallRequestStatus.OPEN)


@dataclass(frozen=True)
class WaitingCall:
    """A request that somebody has to deal with."""

    id: str
    municipality: MunicipalityCode
    received_at: datetime
    calls: int
    status: CallRequestStatus
    command_id: CommandId | None
    why: str
    said: CallRequest = field(repr=False)


class CallRequests:
    """Kept in the main database; whether a number asked before, the vault knows."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault
        self._documents = Documents(vault)

    def keep(self, said: CallRequest, municipality: MunicipalityCode, *, by: StaffId, at: datetime) -> None:
        """Keeps a request. While one of the same number waits it joins that: nobody is called twice for one thing."""
        number = said.phone.text
        with self._database.write() as session:
            lock = self._vault.digest(municipality, IndexKind.CALLER, number)
            self._database.lock(session, f"caller/{lock}")
            known = self._waiting_of(session, self._vault.find(municipality, IndexKind.CALLER, number))
            row = known or self._new(session, municipality, number, by, at)
            if known is not None:
                before = self._documents.read(session, DocumentKind.CALL_REQUEST, known.id)
                known.calls += 1
                said = _joined(before, said) if isinstance(before, CallRequest) else said
            self._documents.keep(session, UnitId(row.unit_id), DocumentKind.CALL_REQUEST, row.id, said, at=at)

    def waiting(
        self, status: Collection[CallRequestStatus], municipalities: Collection[MunicipalityCode] | None = None
    ) -> list[WaitingCall]:
        """The oldest first; of all municipalities when none are named."""
        wanted = select(CallRequestRow).where(col(CallRequestRow.status).in_(list(status)))
        if municipalities is not None:
            wanted = wanted.where(col(CallRequestRow.municipality).in_([code.text for code in municipalities]))
        with self._database.read() as session:
            rows = session.exec(wanted.order_by(col(CallRequestRow.received_at), col(CallRequestRow.id))).all()
            return [call for row in rows if (call := self._call(session, row)) is not None]

    def find(self, request: str) -> WaitingCall | None:
        """None when it was dealt with."""
        with self._database.read() as session:
            row = session.get(CallRequestRow, request)
            return None if row is None or row.status not in _WAITING else self._call(session, row)

    def sent(self, request: str, command: CommandId) -> None:
        self._change(request, CallRequestStatus.SENT, command=command)

    def open(self, request: str, why: str) -> None:
        """A caseworker has to look."""
        self._change(request, CallRequestStatus.OPEN, why=why)

    def done(self, request: str, *, at: datetime) -> None:
        """Dealt with: it goes after `AFTER`."""
        self._change(request, CallRequestStatus.DONE, erase_at=at + AFTER)

    def _change(
        self,
        request: str,
        status: CallRequestStatus,
        *,
        command: CommandId | None = None,
        why: str = "",
        erase_at: datetime | None = None,
    ) -> None:
        with self._database.write() as session:
            row = session.get(CallRequestRow, request)
            if row is not None and row.status in _WAITING:
                row.status, row.why = status, why
                row.command_id = command or row.command_id
                row.erase_at = erase_at or row.erase_at

    def _new(
        self, session: Session, municipality: MunicipalityCode, number: str, by: StaffId, at: datetime
    ) -> CallRequestRow:
        request = fresh()
        unit = UnitId(f"call-{request}")
        self._vault.create(unit, municipality, at)
        self._vault.index(unit, municipality, [(IndexKind.CALLER, number)])
        row = CallRequestRow(
            id=request,
            municipality=municipality.text,
            unit_id=unit,
            received_at=at,
            received_by=by,
            status=CallRequestStatus.NEW,
            erase_at=at + AT_MOST,
        )
        session.add(row)
        session.flush()
        return row

    def _waiting_of(self, session: Session, units: Collection[UnitId]) -> CallRequestRow | None:
        wanted = select(CallRequestRow).where(
            col(CallRequestRow.unit_id).in_(units), col(CallRequestRow.status).in_(_WAITING)
        )
        return session.exec(wanted).first()

    def _call(self, session: Session, row: CallRequestRow) -> WaitingCall | None:
        """None when its term came while the list was made."""
        try:
            said = self._documents.read(session, DocumentKind.CALL_REQUEST, row.id)
        except Erased:
            return None
        if not isinstance(said, CallRequest):
            return None
        return WaitingCall(
            id=row.id,
            municipality=MunicipalityCode(row.municipality),
            received_at=row.received_at,
            calls=row.calls,
            status=CallRequestStatus(row.status),
            command_id=CommandId(row.command_id) if row.command_id else None,
            why=row.why,
            said=said,
        )


def forget_calls(database: Database, vault: Vault, *, at: datetime) -> int:
    """Destroys requests whose term is over; how many."""
    with database.read() as session:
        late = session.exec(select(CallRequestRow).where(col(CallRequestRow.erase_at) <= at)).all()
        units = [UnitId(row.unit_id) for row in late]
    if units:
        vault.destroy(units)
        with database.write() as session:
            session.execute(delete(DocumentRow).where(col(DocumentRow.unit_id).in_(units)))
            session.execute(delete(CallRequestRow).where(col(CallRequestRow.unit_id).in_(units)))
    return len(units)


def _joined(before: CallRequest, said: CallRequest) -> CallRequest:
    """The latest wish counts; what was said before stays to be read."""
    notes = dict.fromkeys(note for note in (before.note, said.note) if note)
    return said.model_copy(update={"note": "\n".join(notes)})
