"""The ledger of messages: each is booked before it is handed over and settled after."""

from datetime import UTC, datetime

from sqlmodel import Session

from activities.ports import Booking
from activities.records import MessageClaim, MessageFate
from adapters.database import Database
from adapters.documents import Documents
from adapters.vault import Vault
from models.codes import DocumentKind
from models.errors import CodedError
from models.ids import StepId, unit_of_case
from models.personal import Message
from models.tables import MessageRow


class NotKept(CodedError):
    """A message was booked whose text is not there."""

    retryable = False


class Messages:
    """Port `activities.ports.Messages`. The message itself is sealed in its case's unit, as it is sent."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._documents = Documents(vault)

    def booked(self, step: StepId) -> Booking | None:
        """The step's booking, if there is one. Raises `Erased`."""
        with self._database.read() as session:
            row = session.get(MessageRow, step)
            return None if row is None else self._booking(session, row)

    def claim(self, claim: MessageClaim, message: Message) -> Booking | None:
        """None: the message is booked now, go ahead. Else the booking that was there before. Raises `Erased`."""
        with self._database.write() as session:
            known = self._locked(session, claim.step_id)
            if known is not None:
                return self._booking(session, known)
            document = self._documents.keep(
                session, unit_of_case(claim.case_id), DocumentKind.MESSAGE, claim.step_id, message, at=claim.at
            )
            session.add(
                MessageRow(
                    step_id=claim.step_id,
                    case_id=claim.case_id,
                    person_id=claim.person_id,
                    channel=claim.channel,
                    template=claim.template,
                    document_id=document,
                    claimed_at=claim.at,
                )
            )
            return None

    def handing_over(self, step: StepId, carrier: str) -> None:
        """Written down before it happens, so that whoever comes after knows how long to wait for a look-up."""
        with self._database.write() as session:
            row = self._locked(session, step)
            if row is not None:
                row.handed_at, row.carrier = datetime.now(UTC), carrier

    def settle(self, step: StepId, fate: MessageFate, *, at: datetime) -> None:
        """What became of the message. A known fate is not replaced."""
        with self._database.write() as session:
            row = self._locked(session, step)
            if row is not None and row.fate in (None, MessageFate.UNKNOWN):
                row.fate, row.settled_at = fate, at

    def release(self, step: StepId) -> None:
        """Takes back a booking whose message surely did not leave. A settled one stays."""
        with self._database.write() as session:
            row = self._locked(session, step)
            if row is not None and row.fate is None:
                session.delete(row)
                self._documents.drop(session, DocumentKind.MESSAGE, step)

    def _booking(self, session: Session, row: MessageRow) -> Booking:
        message = self._documents.read(session, DocumentKind.MESSAGE, row.step_id)
        if not isinstance(message, Message):
            raise NotKept("messages.not_kept")
        ago = None if row.handed_at is None else datetime.now(UTC) - row.handed_at
        return Booking(message, MessageFate(row.fate) if row.fate else None, handed_over=ago, carrier=row.carrier)

    def _locked(self, session: Session, step: StepId) -> MessageRow | None:
        self._database.lock(session, f"message/{step}")
        return session.get(MessageRow, step)
