"""What is asked of partners: how much is owed now. Asked once for each signal, answered once, kept with its date.

A question stands in SQL and not in the case's workflow: nothing of a case waits for the answer. Staff see it as open
until the case publishes that the answer is of no use any more (`drop_idle`). The partner sees it until the next moment
of its batches (`unlist`), so that when it goes tells nothing; until then an answer is taken as ever.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from adapters.blind import plain, reference_entries
from adapters.database import Database
from adapters.documents import Documents
from adapters.vault import Erased, Vault
from models.case import CaseState
from models.codes import DocumentKind
from models.ids import CaseId, PartnerId, SignalId, StaffId, UnitId, fresh
from models.personal import AmountAnswer, DeliveredSignal, PersonalData
from models.tables import AmountQuestionRow, CaseRow, PartnerRow, SignalRow
from models.values import MunicipalityCode
from policy.amount_question import is_lately, is_still_asked, may_ask_about


class Asking(StrEnum):
    """What became of asking."""

    ASKED = "asked"
    OPEN = "open"
    """It was asked before and the partner still sees it; nothing was added."""
    LATELY = "lately"
    """It was asked or answered so lately that somebody must say that they want it again."""
    NOT_NOW = "not_now"
    """The policy does not allow it as the case is now."""


class Answering(StrEnum):
    """What became of an answer. What is of another partner or municipality, or off the partner's list by now, is as
    unknown as what was never asked."""

    RECORDED = "recorded"
    ALREADY = "already"
    """The same was answered before."""
    ANSWERED = "answered"
    """Something else was answered before, and nobody asks again."""
    BEFORE_SIGNAL = "before_signal"
    """The day of the answer is before the one that the partner put on its signal: what was owed then is no news."""
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Question:
    """A question about a signal as whoever works on its case sees it."""

    asked_at: datetime
    asked_by: StaffId
    answered_at: datetime | None
    answered_by: StaffId | None
    answer: AmountAnswer | None
    """None while it is not answered."""
    dropped: bool

    @property
    def is_open(self) -> bool:
        return self.answered_at is None and not self.dropped

    @property
    def last_at(self) -> datetime:
        """When it was answered, or else asked."""
        return self.answered_at or self.asked_at


@dataclass(frozen=True)
class OpenQuestion:
    """A question as it stands on the partner's list."""

    id: str
    reference: str = field(repr=False)
    """The partner's own."""
    asked_at: datetime
    case: CaseId | None


@dataclass(frozen=True)
class Waiting:
    """How many questions wait for a partner."""

    municipality: MunicipalityCode
    partner: PartnerId
    name: str
    number: int
    oldest: datetime


class AmountQuestions:
    """Every change may be made twice."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault
        self._documents = Documents(vault)

    def ask(
        self, case: CaseId, signal: SignalId, *, by: StaffId, at: datetime, again: datetime | None = None
    ) -> Asking:
        """Asks the signal's partner, when the policy allows it at this moment. `again`: somebody knows what was asked
        or answered last, which was then (`Question.last_at`), and asks all the same."""
        with self._database.write() as session:
            self._database.lock(session, f"case/{case}")
            row, known = session.get(CaseRow, case), session.get(SignalRow, signal)
            if row is None or known is None:
                return Asking.NOT_NOW
            state = CaseState.model_validate({**row.state, "terms": row.terms})
            questions = _rows_of(session, [signal])
            if any(_is_open(each) for each in questions):
                return Asking.OPEN
            if state.terms is None or not may_ask_about(state, signal).may:
                return Asking.NOT_NOW
            if any(_is_listed(each) for each in questions):
                # It was idle for a while, of which the partner saw nothing; a second question would tell it.
                _set(session, [*_LISTED, AmountQuestionRow.signal_id == signal], dropped=False)
                return Asking.OPEN
            last = questions[0].answered_at or questions[0].asked_at if questions else None
            if last is not None and last != again and is_lately(last, terms=state.terms, now=at):
                return Asking.LATELY
            asked = AmountQuestionRow(
                id=fresh(),
                signal_id=signal,
                municipality=known.municipality,
                partner_id=known.partner_id,
                asked_at=at,
                asked_by=by,
            )
            return Asking.ASKED if self._database.insert_once(session, asked) else Asking.OPEN

    def of_signals(self, signals: Iterable[SignalId]) -> Mapping[SignalId, Sequence[Question]]:
        """What was asked about each of these signals, the newest first."""
        found = defaultdict[SignalId, list[Question]](list)
        with self._database.read() as session:
            rows = _rows_of(session, signals)
            answers = self._documents.read_many(session, DocumentKind.AMOUNT, (row.id for row in rows))
        for row in rows:
            found[SignalId(row.signal_id)].append(_question(row, answers.get(row.id)))
        return found

    def waiting(self, within: Iterable[MunicipalityCode], *, as_partner: bool = False) -> list[Waiting]:
        """For which partners questions wait, by partner and municipality. `as_partner`: as the partner's lists say."""
        number, oldest = func.count(), func.min(col(AmountQuestionRow.asked_at))
        wanted = (
            select(PartnerRow, AmountQuestionRow.municipality, number, oldest)
            .join(AmountQuestionRow, col(AmountQuestionRow.partner_id) == col(PartnerRow.id))
            .where(col(AmountQuestionRow.municipality).in_([code.text for code in within]), *_shown(as_partner))
            .group_by(col(PartnerRow.id), col(AmountQuestionRow.municipality))
            .order_by(col(PartnerRow.name), col(AmountQuestionRow.municipality))
        )
        with self._database.read() as session:
            return [
                Waiting(MunicipalityCode(code), PartnerId(partner.id), partner.name, count, first)
                for partner, code, count, first in session.exec(wanted)
            ]

    def open(
        self, partner: PartnerId, municipality: MunicipalityCode, *, as_partner: bool = False
    ) -> list[OpenQuestion]:
        """The questions to a partner, the oldest first: each of its references once, however many signals have it.
        `as_partner`: its own list, on which an idle one stays until the next batch."""
        wanted = (
            select(AmountQuestionRow, SignalRow.row_id, SignalRow.case_id)
            .join(SignalRow, col(SignalRow.id) == col(AmountQuestionRow.signal_id))
            .where(*_of(partner, municipality), *_shown(as_partner))
            .order_by(col(AmountQuestionRow.asked_at), col(AmountQuestionRow.id))
        )
        found = dict[str, OpenQuestion]()
        with self._database.read() as session:
            rows = session.exec(wanted).all()
            said = self._documents.read_many(session, DocumentKind.ROW, (row_id for _, row_id, _ in rows))
        for row, row_id, case in rows:
            content = said.get(row_id)
            if isinstance(content, DeliveredSignal):
                reference = content.partner_reference
                question = OpenQuestion(row.id, reference, row.asked_at, None if case is None else CaseId(case))
                found.setdefault(plain(reference), question)
        return list(found.values())

    def answer(
        self,
        partner: PartnerId,
        municipality: MunicipalityCode,
        reference: str,
        answer: AmountAnswer,
        *,
        by: StaffId,
        at: datetime,
    ) -> Answering:
        """Answers what is asked about these arrears, named by the partner's own reference."""
        units = self._units(partner, municipality, reference)
        return self._answer(partner, municipality, units, answer, by=by, at=at)

    def answer_one(
        self,
        partner: PartnerId,
        municipality: MunicipalityCode,
        question: str,
        answer: AmountAnswer,
        *,
        by: StaffId,
        at: datetime,
    ) -> Answering:
        """The same for a question on the partner's list."""
        wanted = (
            select(SignalRow.row_id, SignalRow.unit_id)
            .join(AmountQuestionRow, col(AmountQuestionRow.signal_id) == col(SignalRow.id))
            .where(AmountQuestionRow.id == question, *_of(partner, municipality))
        )
        with self._database.read() as session:
            found = session.exec(wanted).first()
            reference = None if found is None else self._reference(session, found[0])
        if found is None or reference is None:
            return Answering.UNKNOWN
        units = {UnitId(found[1]), *self._units(partner, municipality, reference)}
        return self._answer(partner, municipality, units, answer, by=by, at=at)

    def _answer(
        self,
        partner: PartnerId,
        municipality: MunicipalityCode,
        units: Iterable[UnitId],
        answer: AmountAnswer,
        *,
        by: StaffId,
        at: datetime,
    ) -> Answering:
        wanted = (
            select(AmountQuestionRow, SignalRow)
            .join(SignalRow, col(SignalRow.id) == col(AmountQuestionRow.signal_id))
            .where(col(SignalRow.unit_id).in_(list(units)), *_of(partner, municipality))
            .order_by(*_LOCK_ORDER)
            .with_for_update(of=AmountQuestionRow)
        )
        try:
            with self._database.write() as session:
                rows = session.exec(wanted).all()
                waiting = [(row, signal) for row, signal in rows if _is_listed(row)]
                if any(answer.as_of < signal.signal_date for _, signal in waiting):
                    return Answering.BEFORE_SIGNAL
                for row, signal in waiting:
                    self._documents.keep(session, UnitId(signal.unit_id), DocumentKind.AMOUNT, row.id, answer, at=at)
                    row.answered_at, row.answered_by = at, by
                if waiting:
                    return Answering.RECORDED
                answered = [row for row, _ in rows if row.answered_at is not None]
                if not answered:
                    return Answering.UNKNOWN
                last = max(answered, key=lambda row: row.asked_at)
                before = self._documents.read(session, DocumentKind.AMOUNT, last.id)
        except Erased:
            # The key went in the meantime; what is left of the rows goes next.
            return Answering.UNKNOWN
        return Answering.ALREADY if before == answer else Answering.ANSWERED

    def _units(self, partner: PartnerId, municipality: MunicipalityCode, reference: str) -> set[UnitId]:
        known = reference_entries(partner, reference)
        return {unit for entry in known for unit in self._vault.find(municipality, *entry)}

    def _reference(self, session: Session, row_id: str) -> str | None:
        try:
            content = self._documents.read(session, DocumentKind.ROW, row_id)
        except Erased:
            return None
        return content.partner_reference if isinstance(content, DeliveredSignal) else None


def _question(row: AmountQuestionRow, answer: PersonalData | None) -> Question:
    return Question(
        asked_at=row.asked_at,
        asked_by=StaffId(row.asked_by),
        answered_at=row.answered_at,
        answered_by=StaffId(row.answered_by) if row.answered_by else None,
        answer=answer if isinstance(answer, AmountAnswer) else None,
        dropped=row.dropped,
    )


def drop_idle(session: Session, state: CaseState) -> None:
    """Ends the questions whose answer is of no use any more, as the case is now."""
    drop(session, (signal.signal_id for signal in state.signals if not is_still_asked(state, signal.signal_id)))


def drop(session: Session, signals: Iterable[SignalId]) -> None:
    """Ends the open questions about these signals. Their partners see that with their next batch."""
    which = list(signals)
    if which:
        _set(session, [*_OPEN, col(AmountQuestionRow.signal_id).in_(which)], dropped=True)


def unlist(session: Session, partner: PartnerId, municipality: MunicipalityCode) -> None:
    """Takes what ended off the partner's list: only when its batch leaves, or would leave if anything were owed."""
    ended = (*_LISTED, col(AmountQuestionRow.dropped).is_(True), *_of(partner, municipality))
    _set(session, ended, unlisted=True)


_OPEN: Sequence[Any] = (col(AmountQuestionRow.answered_at).is_(None), col(AmountQuestionRow.dropped).is_(False))
_LISTED: Sequence[Any] = (col(AmountQuestionRow.answered_at).is_(None), col(AmountQuestionRow.unlisted).is_(False))
_LOCK_ORDER: Sequence[Any] = (col(AmountQuestionRow.id),)
"""Whoever changes several questions holds them in this order, so that nobody waits in a circle."""


def _set(session: Session, which: Sequence[Any], **values: bool) -> None:
    wanted = select(AmountQuestionRow).where(*which).order_by(*_LOCK_ORDER).with_for_update()
    for row in session.exec(wanted).all():
        for name, value in values.items():
            setattr(row, name, value)
    session.flush()


def _shown(as_partner: bool) -> Sequence[Any]:
    return _LISTED if as_partner else _OPEN


def _is_open(row: AmountQuestionRow) -> bool:
    return row.answered_at is None and not row.dropped


def _is_listed(row: AmountQuestionRow) -> bool:
    return row.answered_at is None and not row.unlisted


def _of(partner: PartnerId, municipality: MunicipalityCode) -> Sequence[Any]:
    return AmountQuestionRow.partner_id == partner, AmountQuestionRow.municipality == municipality.text


def _rows_of(session: Session, signals: Iterable[SignalId]) -> Sequence[AmountQuestionRow]:
    wanted = (
        select(AmountQuestionRow)
        .where(col(AmountQuestionRow.signal_id).in_(list(signals)))
        .order_by(col(AmountQuestionRow.asked_at).desc(), col(AmountQuestionRow.id))
    )
    return session.exec(wanted).all()
