"""What a fact brings about in the read model besides the case's state; called once for each fact."""

from collections.abc import Iterable

from sqlalchemy import update
from sqlmodel import Session, col

from adapters.amount_questions import drop
from adapters.closing_counts import count_closed
from adapters.database import Database
from adapters.documents import Documents
from adapters.feedback_ledger import owe
from adapters.objection_marks import ObjectionMarks
from adapters.particulars import ParticularsKept
from adapters.peer_reviews import withdraw
from adapters.quality_counts import count_signals
from adapters.vault import Erased, Vault
from models.case import CaseState
from models.codes import AttemptResult, Channel, DocumentKind, ItemState, MessageReport
from models.facts import (
    AnyFact,
    AttemptMade,
    CaseClosed,
    FeedbackDelivered,
    FeedbackOwed,
    InvitationSent,
    MessageReported,
    ObjectionDecided,
    ObjectionMade,
    OutcomeRecorded,
    SignalSplitOff,
)
from models.ids import CommandId, unit_of_case
from models.personal import CommandDraft, Mail, Particulars, PersonalData, Resident, TextMessage
from models.tables import CommandRow, FeedbackRow

_NOTHING = Particulars()


class FactEffects:
    """Works in the transaction that records the fact."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._documents = Documents(vault)
        self._particulars = ParticularsKept(self._documents, vault)
        self._marks = ObjectionMarks(vault)

    def follow(self, session: Session, state: CaseState, facts: Iterable[AnyFact]) -> None:
        """`facts` are the new ones of a record, `state` is the state after it."""
        new = tuple(facts)
        # A command may become several facts: what it says is read before the first of them settles it.
        given = {command: self._given(session, command) for command in {fact.command_id for fact in new}}
        for fact in new:
            if fact.command_id is not None:
                self._adopt(session, fact)
            self._write_down(session, state, fact, given[fact.command_id])
            self._follow(session, state, fact)

    def _follow(self, session: Session, state: CaseState, fact: AnyFact) -> None:
        match fact:
            case FeedbackOwed():
                owe(self._database, session, state, fact)
            case FeedbackDelivered():
                _told(session, fact)
            case CaseClosed():
                count_closed(self._database, self._documents, session, state, closed_at=fact.at)
                count_signals(self._database, self._documents, session, state)
            case AttemptMade(channel=Channel.MAIL, result=AttemptResult.REFUSED):
                self._spoil_address(session, state, fact)
            case InvitationSent(channel=Channel.MAIL, result=AttemptResult.REFUSED):
                self._spoil_address(session, state, fact)
            case MessageReported(report=MessageReport.BOUNCED):
                self._spoil_address(session, state, fact)
            case ObjectionMade() | OutcomeRecorded(corrects=True):
                withdraw(session, state.case_id, fact.person_id)
            case ObjectionDecided():
                self._remember(session, state, fact)
            case SignalSplitOff():
                # Whoever it is about was not spoken with: their partner is asked nothing because of somebody else.
                drop(session, [fact.signal_id])
            case _:
                pass

    def _given(self, session: Session, command: CommandId | None) -> Particulars:
        if command is None:
            return _NOTHING
        try:
            draft = self._documents.read(session, DocumentKind.COMMAND, command)
        except Erased:
            return _NOTHING
        return draft.particulars if isinstance(draft, CommandDraft) else _NOTHING

    def _write_down(self, session: Session, state: CaseState, fact: AnyFact, given: Particulars) -> None:
        try:
            self._particulars.write_down(session, state, fact, given)
        except Erased:
            # The key went while the fact was under way: what happened is recorded, nobody is left to be reached.
            return

    def _remember(self, session: Session, state: CaseState, fact: ObjectionDecided) -> None:
        """A mark of whoever is right to object, where the policy keeps one. Whoever is not, any more, loses theirs."""
        try:
            resident = self._documents.read(session, DocumentKind.PERSON, fact.person_id)
        except Erased:
            return
        if not isinstance(resident, Resident):
            return
        if fact.remembered is not None:
            self._marks.keep(state.municipality, state.case_id, fact.person_id, resident, fact.remembered, at=fact.at)
        elif not fact.upheld:
            self._marks.forget(state.municipality, state.case_id, fact.person_id, resident, at=fact.at)

    def _adopt(self, session: Session, fact: AnyFact) -> None:
        """The command is part of the case now: its note stays, the sealed command itself goes."""
        command_id = str(fact.command_id)
        command = session.get(CommandRow, command_id)
        if command is not None and command.status != "accepted":
            command.status, command.settled_at, command.refusal = "accepted", fact.at, None
        self._documents.drop(session, DocumentKind.COMMAND, command_id)

    def _spoil_address(
        self, session: Session, state: CaseState, fact: AttemptMade | InvitationSent | MessageReported
    ) -> None:
        """The address was refused for good, or what was sent there came back: nobody should be written to there."""
        unit = unit_of_case(state.case_id)
        try:
            sent = self._documents.read(session, DocumentKind.MESSAGE, fact.step_id)
            resident = self._documents.read(session, DocumentKind.PERSON, fact.person_id, to_change=True)
            if not isinstance(resident, Resident) or (spoilt := _without_address_of(sent, resident)) is None:
                return
            self._documents.keep(session, unit, DocumentKind.PERSON, fact.person_id, spoilt, at=fact.at)
        except Erased:
            # The key went while the fact was under way: what happened is recorded, nobody is left to be mailed.
            return


def _without_address_of(sent: PersonalData | None, resident: Resident) -> Resident | None:
    """The resident without the address to which this was sent; None when it went to no address of its own."""
    wrong = {"state": ItemState.WRONG}
    match sent:
        case Mail(address=address):
            mailboxes = (one.model_copy(update=wrong) if one.address == address else one for one in resident.mailboxes)
            return resident.model_copy(update={"mailboxes": tuple(mailboxes)})
        case TextMessage(number=number):
            phones = (one.model_copy(update=wrong) if one.number == number else one for one in resident.phones)
            return resident.model_copy(update={"phones": tuple(phones)})
        case _:
            return None


def _told(session: Session, fact: FeedbackDelivered) -> None:
    """The partner heard this. What it is owed since, of another code or in a batch of its own, it has yet to hear."""
    of_batch = col(FeedbackRow.batch_id).is_(None) | (col(FeedbackRow.batch_id) == fact.batch_id)
    told = update(FeedbackRow).where(
        col(FeedbackRow.signal_id) == fact.signal_id, col(FeedbackRow.delivered_at).is_(None), of_batch
    )
    if fact.code is not None:
        told = told.where(col(FeedbackRow.code) == fact.code)
    taken = {"delivered_at": fact.at, "told_at": fact.at, "told_code": col(FeedbackRow.code), "batch_id": fact.batch_id}
    session.execute(told.values(taken))
