"""Who asked the switchboard to be called back: sealed in a unit of its own, until a day after it was dealt with."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from pydantic import ValidationError
from sqlmodel import Session, col, select

from adapters.blind import IndexKind, name_sounds
from adapters.database import Database, begins_with
from adapters.documents import Documents
from adapters.vault import Damaged, Erased, Vault
from models.codes import CallRequestStatus, DocumentKind
from models.ids import CaseId, CommandId, PersonId, StaffId, UnitId, fresh
from models.personal import CallRequest, Resident
from models.tables import CallRequestRow
from models.values import MunicipalityCode
from models.vault_tables import UnitRow
from observability import get_logger

log = get_logger()

AFTER = timedelta(days=1)
"""So long what was dealt with can be looked up, for whoever pressed the wrong button."""
AT_MOST = timedelta(days=28)
"""So long a request waits for somebody; after four weeks nobody calls back."""
_UNWRITTEN = timedelta(days=1)
"""A younger unit may be of a request that is being written down."""
_OF_CALL = "call-"
AGAIN = "De beller belde nog eens. Lees wat er nu staat."
_WAITING = (CallRequestStatus.NEW, CallRequestStatus.SENT, CallRequestStatus.OPEN)
Claim = tuple[CallRequestStatus, CommandId | None]
"""How far a request was when it was read. Whoever finds it otherwise was overtaken by somebody else."""


@dataclass(frozen=True)
class WaitingCall:
    """A request that somebody has to deal with."""

    id: str
    municipality: MunicipalityCode
    received_at: datetime
    calls: int
    status: CallRequestStatus
    command_id: CommandId | None
    asked_case: CaseId | None
    """Which case was chosen and has yet to answer, and below whom of it."""
    asked_person: PersonId | None
    why: str
    said: CallRequest = field(repr=False)

    @property
    def claim(self) -> Claim:
        return self.status, self.command_id


@dataclass(frozen=True)
class SaidByCaller:
    """A request as it was made, whatever became of it."""

    id: str
    received_at: datetime
    said: CallRequest = field(repr=False)


class CallRequests:
    """Kept in the main database; whether a number asked before, the vault knows."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault
        self._documents = Documents(vault)
        self._unreadable = set[str]()
        """What the log tells already."""

    def keep(self, said: CallRequest, municipality: MunicipalityCode, *, by: StaffId, at: datetime) -> None:
        """Keeps a request. While one waits of the same number and a name that sounds the same it joins that: nobody is
        called twice for one thing. Somebody else on the same telephone is a request of its own."""
        number = said.phone.text
        with self._database.write() as session:
            lock = self._vault.digest(municipality, IndexKind.CALLER, number)
            self._database.lock(session, f"caller/{lock}")
            known = self._same_caller(session, municipality, said)
            if known is None:
                row = self._new(session, municipality, number, by, at)
            else:
                row, before = known
                row.calls += 1
                said = _joined(before, said)
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

    def of_person(self, municipality: MunicipalityCode, resident: Resident) -> list[SaidByCaller]:
        """What somebody with one of these numbers said whose name sounds the same; the oldest first. Whoever lives in
        the same house may have both."""
        sounds = set(name_sounds(resident.surname))
        units = {
            unit
            for phone in resident.phones
            for unit in self._vault.find(municipality, IndexKind.CALLER, phone.number.text)
        }
        wanted = select(CallRequestRow).where(col(CallRequestRow.unit_id).in_(units))
        with self._database.read() as session:
            rows = session.exec(wanted.order_by(col(CallRequestRow.received_at), col(CallRequestRow.id))).all()
            calls = [(row, self._said(session, row)) for row in rows]
        return [
            SaidByCaller(row.id, row.received_at, said)
            for row, said in calls
            if said is not None and sounds & set(name_sounds(said.surname))
        ]

    def sent(self, request: str, command: CommandId, case: CaseId, person: PersonId, *, was: Claim) -> bool:
        """This press is going to ask this case. False when somebody else was earlier; then nothing is changed."""
        with self._changing(request) as row:
            if row is None or _claim(row) != was:
                return False
            row.status, row.why, row.command_id = CallRequestStatus.SENT, "", command
            row.asked_case, row.asked_person = case, person
            return True

    def open(self, request: str, why: str, *, was: Claim) -> None:
        """A caseworker has to look, unless somebody else is dealing with it by now."""
        with self._changing(request) as row:
            if row is not None and _claim(row) == was:
                row.status, row.why = CallRequestStatus.OPEN, why
                row.asked_case = row.asked_person = None

    def done(self, request: str, *, calls: int, at: datetime) -> None:
        """Dealt with: it goes after `AFTER`. `calls`: how often was called when it was read; after another call
        somebody has to read what was said."""
        with self._changing(request) as row:
            if row is None:
                return
            row.asked_case = row.asked_person = None
            if row.calls != calls:
                row.status, row.why = CallRequestStatus.OPEN, AGAIN
            else:
                row.status, row.why, row.erase_at = CallRequestStatus.DONE, "", at + AFTER

    @contextmanager
    def _changing(self, request: str) -> Iterator[CallRequestRow | None]:
        """The row, that nobody else changes until the end; None when it was dealt with."""
        with self._database.write() as session:
            row = session.get(CallRequestRow, request, with_for_update=True)
            yield row if row is not None and row.status in _WAITING else None

    def _new(
        self, session: Session, municipality: MunicipalityCode, number: str, by: StaffId, at: datetime
    ) -> CallRequestRow:
        request = fresh()
        unit = UnitId(f"{_OF_CALL}{request}")
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

    def _same_caller(
        self, session: Session, municipality: MunicipalityCode, said: CallRequest
    ) -> tuple[CallRequestRow, CallRequest] | None:
        """The request that waits of somebody with this number whose name sounds the same, with what they said."""
        sounds = set(name_sounds(said.surname))
        if not sounds:
            return None
        wanted = (
            select(CallRequestRow)
            .where(
                col(CallRequestRow.unit_id).in_(self._vault.find(municipality, IndexKind.CALLER, said.phone.text)),
                col(CallRequestRow.status).in_(_WAITING),
            )
            .order_by(col(CallRequestRow.received_at), col(CallRequestRow.id))
            .with_for_update()
        )
        for row in session.exec(wanted).all():
            before = self._said(session, row)
            if before is not None and set(name_sounds(before.surname)) == sounds:
                return row, before
        return None

    def _said(self, session: Session, row: CallRequestRow) -> CallRequest | None:
        """None when its term came meanwhile, and when it can be read no more."""
        try:
            said = self._documents.read(session, DocumentKind.CALL_REQUEST, row.id)
        except Erased:
            return None
        except (Damaged, ValidationError) as error:
            if row.id not in self._unreadable:
                self._unreadable.add(row.id)
                log.error("call.unreadable", unit_id=row.unit_id, code=type(error).__name__)
            return None
        return said if isinstance(said, CallRequest) else None

    def _call(self, session: Session, row: CallRequestRow) -> WaitingCall | None:
        """None when it cannot be read; it keeps nobody from the others."""
        said = self._said(session, row)
        if said is None:
            return None
        return WaitingCall(
            id=row.id,
            municipality=MunicipalityCode(row.municipality),
            received_at=row.received_at,
            calls=row.calls,
            status=CallRequestStatus(row.status),
            command_id=_claim(row)[1],
            asked_case=CaseId(row.asked_case) if row.asked_case else None,
            asked_person=PersonId(row.asked_person) if row.asked_person else None,
            why=row.why,
            said=said,
        )


def forget_unwritten(database: Database, vault: Vault, *, at: datetime) -> int:
    """Destroys what the vault kept of requests that were never written down; how many."""
    units = _unwritten(database, vault, before=at - _UNWRITTEN)
    if units:
        vault.destroy(units)
    return len(units)


def _unwritten(database: Database, vault: Vault, *, before: datetime) -> list[UnitId]:
    """Units without a request: the main database failed after the vault had made them."""
    old = select(UnitRow.id).where(
        *begins_with(col(UnitRow.id), _OF_CALL), col(UnitRow.wrapped_key).is_not(None), UnitRow.created_at <= before
    )
    with vault.database.read() as session:
        made = session.exec(old).all()
    with database.read() as session:
        written = set(session.exec(select(CallRequestRow.unit_id)))
    return [UnitId(unit) for unit in made if unit not in written]


def _claim(row: CallRequestRow) -> Claim:
    return CallRequestStatus(row.status), CommandId(row.command_id) if row.command_id else None


def _joined(before: CallRequest, said: CallRequest) -> CallRequest:
    """The latest wish counts, and who says none keeps their earlier one; what was said before stays to be read."""
    notes = dict.fromkeys(note for note in (before.note, said.note) if note)
    return said.model_copy(
        update={
            "daypart": said.daypart or before.daypart,
            "wanted": said.wanted or before.wanted,
            "note": "\n".join(notes),
        }
    )
