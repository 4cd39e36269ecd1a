"""The outbox: a pressed button waits here, sealed, until its case accepted or refused it.

A refusal never loses what was typed, and what is not yet settled never expires.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pydantic import ConfigDict, TypeAdapter
from sqlalchemy import update
from sqlmodel import Session, col, select

from adapters.agenda import Agenda, NotFree, minutes_in
from adapters.database import Database
from adapters.documents import Documents, document_of
from adapters.vault import Vault
from models.codes import DocumentKind
from models.commands import AnyCommand, MakeCallback, MoveCallback
from models.errors import CodedError
from models.ids import CaseId, CommandId, unit_of_case
from models.personal import CommandDraft, Note, Particulars
from models.tables import CaseRow, CommandRow, DocumentRow

_COMMAND: TypeAdapter[AnyCommand] = TypeAdapter(AnyCommand, config=ConfigDict(hide_input_in_errors=True))
_NO_PARTICULARS = Particulars()
_BOOKING = (MakeCallback, MoveCallback)


class UnknownCommand(CodedError):
    """There is no such command, or it is settled and can no longer be sent."""

    retryable = False


class Refused(Exception):
    """The press promises what cannot be promised, so it is not sent: `sentence` tells the caseworker why. It is kept as
    a refusal, with what was typed."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class CommandStatus(StrEnum):
    """How far a pressed button got."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    REFUSED = "refused"


@dataclass(frozen=True)
class OutboxAnswer:
    """What became of a pressed button; with a refusal the sentence for the caseworker.

    `note` and `particulars` are what was typed beside the command. The note stays; the particulars are there until the
    case has written them down.
    """

    case_id: CaseId
    status: CommandStatus
    refusal: str
    note: str
    particulars: Particulars = _NO_PARTICULARS


class Outbox:
    """Commands under way, in the main database, sealed in their cases' units."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._documents = Documents(vault)
        self._agenda = Agenda(database)

    def put(
        self,
        case_id: CaseId,
        command: AnyCommand,
        note: str,
        at: datetime,
        particulars: Particulars = _NO_PARTICULARS,
    ) -> AnyCommand:
        """Keeps a pressed button with what may not travel; the answer is the command to send, which names its note.

        What it promises of somebody's time is booked with it. The same command id a second time changes nothing.
        Raises `Refused` when the time is not free, `Erased`.
        """
        with self._database.write() as session:
            self._database.lock(session, f"command/{command.command_id}")
            if session.get(CommandRow, command.command_id) is None:
                self._keep(session, case_id, command, note, particulars, at)
                self._book(session, case_id, command, at)
            refusal = self._refusal_of_booking(session, command)
            named = self._with_note(session, command)
        if refusal is not None:
            raise Refused(refusal)
        return named

    def waiting(self, limit: int) -> list[CommandId]:
        """Commands to send: those tried least first, so that one hopeless case keeps nobody waiting."""
        wanted = (
            select(CommandRow.id)
            .where(col(CommandRow.settled_at).is_(None))
            .order_by(col(CommandRow.attempts), col(CommandRow.created_at))
            .limit(limit)
        )
        with self._database.read() as session:
            return [CommandId(command) for command in session.exec(wanted)]

    def load(self, command_id: CommandId) -> tuple[CaseId, AnyCommand]:
        """The command as it must be sent. Raises `UnknownCommand` or `Erased`."""
        with self._database.read() as session:
            row = session.get(CommandRow, command_id)
            draft = self._documents.read(session, DocumentKind.COMMAND, command_id)
        if row is None or not isinstance(draft, CommandDraft):
            raise UnknownCommand("outbox.unknown")
        return CaseId(row.case_id), _COMMAND.validate_json(draft.command)

    def tried(self, command_id: CommandId) -> None:
        """Counts an attempt that brought no answer."""
        with self._database.write() as session:
            session.execute(
                update(CommandRow).where(col(CommandRow.id) == command_id).values(attempts=CommandRow.attempts + 1)
            )

    def accepted(self, command_id: CommandId, at: datetime) -> None:
        """The case has the command, for good: its note stays, the sealed command goes. Never undone by a refusal."""
        with self._database.write() as session:
            self._settle(session, command_id, CommandStatus.ACCEPTED, None, at)
            self._documents.drop(session, DocumentKind.COMMAND, command_id)

    def refused(self, command_id: CommandId, sentence: str, at: datetime) -> None:
        """The case refuses the command; what was typed stays for the form until `expired` clears it. What the command
        had booked is free."""
        with self._database.write() as session:
            if self._settle(session, command_id, CommandStatus.REFUSED, sentence, at):
                self._agenda.free(command_id, within=session)

    def answer(self, command_id: CommandId) -> OutboxAnswer:
        """How far the command is. Raises `UnknownCommand` or `Erased`."""
        with self._database.read() as session:
            row = session.get(CommandRow, command_id)
            if row is None:
                raise UnknownCommand("outbox.unknown")
            note = self._documents.read(session, DocumentKind.NOTE, command_id)
            draft = self._documents.read(session, DocumentKind.COMMAND, command_id)
        return OutboxAnswer(
            case_id=CaseId(row.case_id),
            status=CommandStatus(row.status),
            refusal=row.refusal or "",
            note=note.text if isinstance(note, Note) else "",
            particulars=draft.particulars if isinstance(draft, CommandDraft) else _NO_PARTICULARS,
        )

    def expired(self, before: datetime) -> int:
        """Deletes what was typed with commands refused before this moment; the number of documents deleted.

        A command that waits, or was accepted, keeps its note. What a waiting one had booked before this moment is
        free.
        """
        refused = select(CommandRow.id).where(
            CommandRow.status == CommandStatus.REFUSED, col(CommandRow.settled_at) < before
        )
        drafts = select(DocumentRow).where(
            col(DocumentRow.subject_id).in_(refused),
            col(DocumentRow.kind).in_((DocumentKind.NOTE, DocumentKind.COMMAND)),
        )
        with self._database.write() as session:
            self._agenda.expire(before, within=session)
            found = session.exec(drafts).all()
            for document in found:
                session.delete(document)
            return len(found)

    def _keep(
        self,
        session: Session,
        case_id: CaseId,
        command: AnyCommand,
        note: str,
        particulars: Particulars,
        at: datetime,
    ) -> None:
        unit = unit_of_case(case_id)
        if note.strip():
            self._documents.keep(session, unit, DocumentKind.NOTE, command.command_id, Note(text=note), at=at)
        named = self._with_note(session, command)
        draft = CommandDraft(command_id=command.command_id, command=named.model_dump_json(), particulars=particulars)
        document = self._documents.keep(session, unit, DocumentKind.COMMAND, command.command_id, draft, at=at)
        session.add(
            CommandRow(
                id=command.command_id,
                case_id=case_id,
                kind=command.kind,
                by=command.by,
                document_id=document,
                created_at=at,
                status=CommandStatus.WAITING,
            )
        )

    def _book(self, session: Session, case_id: CaseId, command: AnyCommand, at: datetime) -> None:
        """Refuses the command when somebody is not free for it."""
        case = session.get(CaseRow, case_id)
        minutes = None if case is None else minutes_in(case.terms)
        if not isinstance(command, _BOOKING) or minutes is None:
            return
        moves = command.appointment_id if isinstance(command, MoveCallback) else None
        id, staff, starts_at = command.command_id, command.with_staff, command.due_at
        try:
            self._agenda.book(id, case_id, staff, starts_at, minutes, moves=moves, within=session)
        except NotFree as refusal:
            self._settle(session, id, CommandStatus.REFUSED, refusal.sentence, at)

    def _refusal_of_booking(self, session: Session, command: AnyCommand) -> str | None:
        """A booking that was refused stays refused: pressed again it has nothing booked."""
        if not isinstance(command, _BOOKING):
            return None
        refused = select(CommandRow.refusal).where(
            CommandRow.id == command.command_id, CommandRow.status == CommandStatus.REFUSED
        )
        return session.exec(refused).first()

    def _with_note(self, session: Session, command: AnyCommand) -> AnyCommand:
        note = document_of(DocumentKind.NOTE, command.command_id)
        if session.get(DocumentRow, note) is None:
            return command
        return command.model_copy(update={"note_id": note})

    def _settle(
        self, session: Session, command_id: CommandId, status: CommandStatus, refusal: str | None, at: datetime
    ) -> bool:
        """Whether it was settled so now: what is accepted stays accepted."""
        session.flush()
        settled = (
            update(CommandRow)
            .where(col(CommandRow.id) == command_id, col(CommandRow.status) != CommandStatus.ACCEPTED)
            .values(status=status, refusal=refusal, settled_at=at)
        )
        return session.connection().execute(settled).rowcount > 0
