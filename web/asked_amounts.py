"""What the page of a case says of what is owed now: what the partner answered, what it was asked, whether it may be
asked (again)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from adapters.amount_questions import AmountQuestions, Question
from models.case import CaseState
from models.codes import Phase
from models.ids import SignalId
from models.personal import AmountAnswer
from models.tables import SignalRow
from policy.amount_question import may_ask_about
from policy.permissions import Action, Staff, may, may_in_case
from web import queries, timeline, words
from web.language import said
from web.services import Services
from web.timeline import Entry


@dataclass(frozen=True)
class AskedAmount:
    """Beside one signal. Each sentence is empty when there is nothing to say."""

    signal: SignalId
    answer: str
    """What is owed now, as the partner said last."""
    waiting: str
    """Since when an answer is waited for."""
    at: str
    """Where the partner's list is, for whoever may see it."""
    settled: bool
    """The partner says that nothing is owed, and nobody recorded that it was paid."""
    may_ask: bool
    lately: str
    """What somebody must know who wants to ask again."""
    last_at: str
    """The moment of what they know then, by which a second press says so."""


@dataclass(frozen=True)
class AskedOfPartners:
    """Of all signals of a person: what stands beside each, and the lines of the signaalreis with their moments."""

    beside: Mapping[SignalId, AskedAmount]
    entries: Sequence[tuple[datetime, Entry]]


def asked_amounts(
    services: Services,
    state: CaseState,
    staff: Staff,
    signals: Sequence[tuple[SignalRow, str]],
    *,
    ask_again: SignalId | None,
    now: datetime,
) -> AskedOfPartners:
    """`signals` with the names of their partners. `ask_again`: of which signal somebody just wanted to ask."""
    known = AmountQuestions(services.database, services.vault).of_signals(SignalId(row.id) for row, _ in signals)
    names = queries.staff_names(
        services.database,
        [who for questions in known.values() for one in questions for who in (one.asked_by, one.answered_by)],
    )
    may_work = may_in_case(staff, Action.WORK_ON_CASE, state)
    may_see_list = may(staff, Action.SEE_PARTNERS, state.municipality)
    beside, entries = dict[SignalId, AskedAmount](), list[tuple[datetime, Entry]]()
    for row, partner in signals:
        signal = SignalId(row.id)
        questions = known.get(signal, ())
        one = _beside(state, signal, questions, names, may_work=may_work, ask_again=ask_again, now=now)
        at = f"/bedragen/{row.partner_id}?gemeente={state.municipality.text}" if may_see_list else ""
        beside[signal] = replace(one, at=at)
        for asked in questions:
            entries += _entries(asked, partner, names, now)
    return AskedOfPartners(beside, sorted(entries, key=lambda each: each[0]))


def _beside(
    state: CaseState,
    signal: SignalId,
    questions: Sequence[Question],
    names: Mapping[str, str],
    *,
    may_work: bool,
    ask_again: SignalId | None,
    now: datetime,
) -> AskedAmount:
    verdict = may_ask_about(state, signal)
    waiting = next((one for one in questions if one.is_open), None)
    answered = next((one for one in questions if one.answer is not None), None)
    running, of_state = state.phase is not Phase.CLOSED, state.signal(signal)
    idle = waiting is None and running and may_work
    return AskedAmount(
        signal=signal,
        answer=_answer(answered, names, now) if answered else "",
        waiting=_waiting(waiting, names, now) if waiting else "",
        at="",
        settled=running
        and of_state is not None
        and of_state.ended is None
        and answered is not None
        and answered.answer is not None
        and answered.answer.amount.amount == 0,
        may_ask=idle and verdict.may,
        lately=_lately(questions[0], now) if idle and verdict.may and ask_again == signal and questions else "",
        last_at=questions[0].last_at.isoformat() if questions else "",
    )


def _answer(one: Question, names: Mapping[str, str], now: datetime) -> str:
    if one.answer is None or one.answered_at is None:
        return ""
    by = names.get(one.answered_by or "", said("een collega"))
    return said(
        "{answer} ({ago} beantwoord, vastgelegd door {by}).",
        answer=_owed(one.answer),
        ago=words.ago(one.answered_at, now=now),
        by=by,
    )


def _waiting(one: Question, names: Mapping[str, str], now: datetime) -> str:
    by = names.get(one.asked_by, said("een collega"))
    return said(
        "{ago} gevraagd door {by}. De partner heeft nog niet geantwoord.",
        ago=_capital(words.ago(one.asked_at, now=now)),
        by=by,
    )


def _lately(one: Question, now: datetime) -> str:
    if one.answer is not None and one.answered_at is not None:
        return said(
            "{ago} beantwoord: {answer}.",
            ago=_capital(words.ago(one.answered_at, now=now)),
            answer=_owed(one.answer),
        )
    return said("{ago} gevraagd, en niet beantwoord.", ago=_capital(words.ago(one.asked_at, now=now)))


def _entries(one: Question, partner: str, names: Mapping[str, str], now: datetime) -> list[tuple[datetime, Entry]]:
    by = names.get(one.asked_by, said("een collega"))
    told = [
        (
            one.asked_at,
            timeline.line(
                said("Aan {partner} gevraagd wat nu openstaat.", partner=partner), one.asked_at, by=by, now=now
            ),
        )
    ]
    if one.answer is not None and one.answered_at is not None:
        by = names.get(one.answered_by or "", said("een collega"))
        sentence = said("{partner} antwoordt wat openstaat: {answer}.", partner=partner, answer=_owed(one.answer))
        told.append((one.answered_at, timeline.line(sentence, one.answered_at, by=by, now=now)))
    return told


def _owed(answer: AmountAnswer) -> str:
    """`€ 310,00 op 5 april 2027`."""
    return said("{amount} op {as_of}", amount=words.euro(answer.amount), as_of=words.full_day(answer.as_of))


def _capital(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}"
