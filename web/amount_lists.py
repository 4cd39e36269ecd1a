"""A partner's list of questions what is owed now, for whoever answers it: the partner itself, or staff who heard the
answer. How it is shown, how one answer is typed and how a list of answers is sent."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from starlette.datastructures import FormData, UploadFile
from starlette.responses import Response

from adapters.agreed_list import Told
from adapters.amount_answers import COLUMNS, Answer, Ending, answer_of, read_answers, record
from adapters.amount_questions import AmountQuestions, Answering, OpenQuestion
from adapters.signal_form import UnreadableFile
from models.ids import PartnerId, StaffId
from models.values import MunicipalityCode, Unreadable
from policy.calendar import local
from web import words
from web.downloads import csv_response
from web.paging import PAGE, Page
from web.services import Services

MOST = 10_000
"""Rows at once."""
_WORDS: Mapping[Ending, str] = {
    Ending.RECORDED: "vastgelegd",
    Ending.EMPTY: "niet ingevuld",
    Ending.UNKNOWN: "hierover staat geen vraag open",
    Ending.ANSWERED: "was al anders beantwoord",
    Ending.UNREADABLE: "niet te lezen",
}
_NOT_RECORDED: Mapping[Answering, str] = {
    Answering.ANSWERED: "Deze vraag is al beantwoord, met een ander bedrag of een andere datum.",
    Answering.UNKNOWN: "Deze vraag staat niet meer open.",
}


@dataclass(frozen=True)
class Partners:
    """Of which partner a list is, and in which municipality."""

    partner: PartnerId
    municipality: MunicipalityCode


@dataclass(frozen=True)
class Line:
    """A question on the list."""

    id: str
    reference: str
    asked: str
    """`di 30 maart, 6 dagen geleden`: only for staff, because it tells when somebody was in touch with the resident."""
    case: str


@dataclass(frozen=True)
class Wrong:
    """Why an answer, or a list of them, was not taken; with what was typed."""

    sentence: str
    question: str = ""
    amount: str = field(default="", repr=False)
    as_of: str = ""
    column: str = ""
    """`bedrag` or `datum`, when one of them cannot be read."""


@dataclass(frozen=True)
class Report:
    """What became of a list of answers: how many rows of each kind, and which did not count."""

    counts: Sequence[tuple[str, int]]
    lines: Sequence[tuple[int, str, str]]


def questions_of(services: Services) -> AmountQuestions:
    return AmountQuestions(services.database, services.vault)


def today_of(services: Services) -> date:
    return local(services.now()).date()


def listed(services: Services, whose: Partners, number: int) -> Page[Line]:
    """A page of the list, the oldest question first."""
    found, now = questions_of(services).open(whose.partner, whose.municipality), services.now()
    shown = found[(number - 1) * PAGE : number * PAGE]
    return Page(tuple(_line(one, now) for one in shown), number, len(found))


def download(services: Services, whose: Partners) -> Response:
    """The whole list in the shape in which the answers may come back: references, and nothing else of anybody."""
    found = questions_of(services).open(whose.partner, whose.municipality)
    name = f"bedragen-{whose.municipality.text}.csv"
    return csv_response(name, COLUMNS, ((one.reference, "", "") for one in found))


def answered(services: Services, form: FormData, whose: Partners, by: StaffId) -> Wrong | None:
    """Takes one answer; None when it is there now, also when it was before."""
    question, amount, as_of = (_text(form, name) for name in ("question", "amount", "as_of"))
    try:
        answer = answer_of(amount, as_of, today=today_of(services))
    except Unreadable as fault:
        sentence = str(fault)
        column, _, _ = sentence.partition(":")
        return Wrong(f"{sentence[0].upper()}{sentence[1:]}.", question, amount, as_of, column)
    became = questions_of(services).answer_one(
        whose.partner, whose.municipality, question, answer, by=by, at=services.now()
    )
    return Wrong(_NOT_RECORDED[became], question, amount, as_of) if became in _NOT_RECORDED else None


async def sent_file(form: FormData) -> bytes:
    file = form.get("bestand")
    return await file.read() if isinstance(file, UploadFile) else b""


def sent(services: Services, content: bytes, whose: Partners, by: StaffId) -> Report | Wrong:
    """Takes each row of a list once, however often it is sent. Nothing of the list is kept."""
    try:
        rows = list(read_answers(content, today=today_of(services)))
        if len(rows) > MOST:
            raise UnreadableFile(f"De lijst heeft meer dan {MOST} rijen. Verdeel haar over meer bestanden.")
    except UnreadableFile as refusal:
        return Wrong(str(refusal))
    questions, now = questions_of(services), services.now()
    told = [
        record(questions, row, whose.partner, whose.municipality, by=by, at=now) if isinstance(row, Answer) else row
        for row in rows
    ]
    return _report(told)


def _report(told: Sequence[Told[Ending]]) -> Report:
    counts = Counter(row.ending for row in told)
    return Report(
        counts=[(_WORDS[ending], counts[ending]) for ending in Ending if counts[ending]],
        lines=[
            (row.number, _WORDS[row.ending], row.sentence)
            for row in told
            if row.ending not in (Ending.RECORDED, Ending.EMPTY)
        ],
    )


def _line(one: OpenQuestion, now: datetime) -> Line:
    day = words.weekday(local(one.asked_at).date(), today=local(now).date())
    return Line(one.id, one.reference, f"{day}, {words.ago(one.asked_at, now=now)}", one.case or "")


def _text(form: FormData, name: str) -> str:
    value = form.get(name, "")
    return value.strip() if isinstance(value, str) else ""
