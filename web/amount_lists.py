"""A partner's list of questions what is owed now, for whoever answers it: the partner itself, or staff who heard the
answer. How it is shown, how one answer is typed and how a list of answers is sent."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from starlette.datastructures import FormData, UploadFile
from starlette.responses import Response

from adapters.agreed_list import Told
from adapters.amount_answers import BEFORE_SIGNAL, COLUMNS, Answer, Ending, answer_of, read_answers, record
from adapters.amount_questions import AmountQuestions, Answering, OpenQuestion
from adapters.signal_form import UnreadableFile
from models.ids import PartnerId, StaffId
from models.values import MunicipalityCode, Unreadable
from policy.calendar import local
from web import words
from web.downloads import csv_response
from web.language import said
from web.paging import PAGE, Page
from web.services import Services

MOST = 10_000
"""Rows at once."""
AGAIN = "opnieuw"
"""In an address: somebody opened again what answered a form. It is gone, the list is not."""
AS_IT_IS = "Dit is de lijst zoals zij nu is. Een vraag die beantwoord is, staat er niet meer bij."
_WORDS: Mapping[Ending, str] = {
    Ending.RECORDED: "vastgelegd",
    Ending.EMPTY: "niet ingevuld",
    Ending.UNKNOWN: "hierover staat geen vraag open",
    Ending.ANSWERED: "was al anders beantwoord",
    Ending.BEFORE_SIGNAL: "niet vastgelegd",
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


def listed(services: Services, whose: Partners, number: int, *, as_partner: bool = False) -> Page[Line]:
    """A page of the list, the oldest question first. `as_partner`: as the partner itself sees it."""
    found = questions_of(services).open(whose.partner, whose.municipality, as_partner=as_partner)
    now = services.now()
    shown = found[(number - 1) * PAGE : number * PAGE]
    return Page(tuple(_line(one, now) for one in shown), number, len(found))


def download(services: Services, whose: Partners) -> Response:
    """The whole list in the shape in which the answers may come back: references, and nothing else of anybody. It is
    the partner's own list, also when staff hand it out: a shorter one would tell what is not needed any more."""
    found = questions_of(services).open(whose.partner, whose.municipality, as_partner=True)
    name = f"bedragen-{whose.municipality.text}.csv"
    return csv_response(name, COLUMNS, ((one.reference, "", "") for one in found))


def answered(services: Services, form: FormData, whose: Partners, by: StaffId) -> Wrong | None:
    """Takes one answer; None when it is there now, also when it was before."""
    question, amount, as_of = (_text(form, name) for name in ("question", "amount", "as_of"))
    try:
        answer = answer_of(amount, as_of, today=today_of(services))
    except Unreadable as fault:
        return _wrong(str(fault), question, amount, as_of)
    became = questions_of(services).answer_one(
        whose.partner, whose.municipality, question, answer, by=by, at=services.now()
    )
    if became is Answering.BEFORE_SIGNAL:
        return _wrong(BEFORE_SIGNAL, question, amount, as_of)
    return Wrong(said(_NOT_RECORDED[became]), question, amount, as_of) if became in _NOT_RECORDED else None


async def sent_file(form: FormData) -> bytes:
    file = form.get("bestand")
    return await file.read() if isinstance(file, UploadFile) else b""


def sent(services: Services, content: bytes, whose: Partners, by: StaffId) -> Report | Wrong:
    """Takes each row of a list once, however often it is sent. Nothing of the list is kept."""
    try:
        rows = list(read_answers(content, today=today_of(services)))
        if len(rows) > MOST:
            raise UnreadableFile(
                said("De lijst heeft meer dan {most} rijen. Verdeel haar over meer bestanden.", most=MOST)
            )
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
        counts=[(said(_WORDS[ending]), counts[ending]) for ending in Ending if counts[ending]],
        lines=[
            (row.number, said(_WORDS[row.ending]), row.sentence)
            for row in told
            if row.ending not in (Ending.RECORDED, Ending.EMPTY)
        ],
    )


def _wrong(fault: str, question: str, amount: str, as_of: str) -> Wrong:
    """`fault` begins with the column."""
    column, _, _ = fault.partition(":")
    return Wrong(f"{fault[0].upper()}{fault[1:]}.", question, amount, as_of, column)


def _line(one: OpenQuestion, now: datetime) -> Line:
    day = words.weekday(local(one.asked_at).date(), today=local(now).date())
    return Line(one.id, one.reference, f"{day}, {words.ago(one.asked_at, now=now)}", one.case or "")


def _text(form: FormData, name: str) -> str:
    value = form.get(name, "")
    return value.strip() if isinstance(value, str) else ""
