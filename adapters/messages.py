"""The ledger of mails: each is booked before it is sent and settled after."""

from datetime import datetime

from sqlmodel import Session

from activities.records import MessageClaim, MessageFate
from adapters.database import Database
from adapters.documents import Documents
from adapters.vault import Vault
from models.codes import DocumentKind
from models.ids import StepId, unit_of_case
from models.personal import Message
from models.tables import MessageRow


class Messages:
    """Port `activities.ports.Messages`. The mail itself is sealed in its case's unit, as it was sent."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._documents = Documents(vault)

    def claim(self, claim: MessageClaim, message: Message) -> MessageFate | None:
        """None: the mail is booked now, go ahead. A fate: it was booked before, do not send. Raises `Erased`."""
        with self._database.write() as session:
            known = self._booked(session, claim.step_id)
            if known is not None:
                return MessageFate(known.fate) if known.fate else MessageFate.UNKNOWN
            document = self._documents.keep(
                session, unit_of_case(claim.case_id), DocumentKind.MESSAGE, claim.step_id, message, at=claim.at
            )
            session.add(
                MessageRow(
                    step_id=claim.step_id,
                    case_id=claim.case_id,
                    person_id=claim.person_id,
                    template=claim.template,
                    document_id=document,
                    claimed_at=claim.at,
                )
            )
            return None

    def settle(self, step: StepId, fate: MessageFate, *, at: datetime) -> None:
        """What became of the mail. A known fate is not replaced."""
        with self._database.write() as session:
            row = self._booked(session, step)
            if row is not None and row.fate in (None, MessageFate.UNKNOWN):
                row.fate, row.settled_at = fate, at

    def release(self, step: StepId) -> None:
        """Takes back a booking whose mail was surely not sent. A settled one stays."""
        with self._database.write() as session:
            row = self._booked(session, step)
            if row is not None and row.fate is None:
                session.delete(row)
                self._documents.drop(session, DocumentKind.MESSAGE, step)

    def _booked(self, session: Session, step: StepId) -> MessageRow | None:
        self._database.lock(session, f"message/{step}")
        return session.get(MessageRow, step)
