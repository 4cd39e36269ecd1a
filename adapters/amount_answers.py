"""What partners answer when they are asked how much is owed now: one answer from a form, or a list of them.

The list has one shape, `kenmerk;bedrag;datum`, the same in which the questions are handed out.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from adapters.agreed_list import Told, rows_by_name
from adapters.amount_questions import AmountQuestions, Answering
from adapters.blind import plain
from adapters.signal_form import read_day
from models.ids import PartnerId, StaffId
from models.personal import AmountAnswer
from models.values import Euro, MunicipalityCode, Unreadable

COLUMNS = ("kenmerk", "bedrag", "datum")


class Ending(StrEnum):
    """What became of a row."""

    RECORDED = "recorded"
    EMPTY = "empty"
    """Nothing was filled in yet."""
    UNKNOWN = "unknown"
    ANSWERED = "answered"
    BEFORE_SIGNAL = "before_signal"
    UNREADABLE = "unreadable"


@dataclass(frozen=True)
class Answer:
    """One row that could be read."""

    number: int
    reference: str = field(repr=False)
    answer: AmountAnswer


BEFORE_SIGNAL = "datum: deze dag ligt vóór de signaaldatum"
_ENDINGS: Mapping[Answering, Ending] = {
    Answering.RECORDED: Ending.RECORDED,
    Answering.ALREADY: Ending.RECORDED,
    Answering.ANSWERED: Ending.ANSWERED,
    Answering.UNKNOWN: Ending.UNKNOWN,
    Answering.BEFORE_SIGNAL: Ending.BEFORE_SIGNAL,
}


def answer_of(amount: str, as_of: str, *, today: date) -> AmountAnswer:
    """Raises `Unreadable`, whose message names the column."""
    try:
        owed = Euro.parse(amount)
    except Unreadable as fault:
        raise Unreadable(f"bedrag: {fault}") from None
    try:
        day = read_day(as_of)
    except Unreadable as fault:
        raise Unreadable(f"datum: {fault}") from None
    if day > today:
        raise Unreadable("datum: deze dag moet nog komen")
    return AmountAnswer(amount=owed, as_of=day)


def read_answers(content: bytes, *, today: date) -> Iterator[Answer | Told[Ending]]:
    """Each row under the header. Raises `UnreadableFile`."""
    for number, cells in rows_by_name(content, COLUMNS):
        yield _answer(number, cells, today)


def record(
    questions: AmountQuestions,
    row: Answer,
    partner: PartnerId,
    municipality: MunicipalityCode,
    *,
    by: StaffId,
    at: datetime,
) -> Told[Ending]:
    """The same row twice counts once, in whichever list it comes."""
    became = questions.answer(partner, municipality, row.reference, row.answer, by=by, at=at)
    return Told(row.number, _ENDINGS[became], BEFORE_SIGNAL if became is Answering.BEFORE_SIGNAL else "")


def _answer(number: int, cells: Mapping[str, str], today: date) -> Answer | Told[Ending]:
    reference, amount, day = cells["kenmerk"], cells["bedrag"], cells["datum"]
    if not plain(reference):
        return Told(number, Ending.UNREADABLE, "kenmerk: een kenmerk bestaat uit letters of cijfers")
    if not amount:
        return Told(number, Ending.EMPTY)
    try:
        return Answer(number, reference, answer_of(amount, day, today=today))
    except Unreadable as fault:
        return Told(number, Ending.UNREADABLE, str(fault))
