"""Partners are asked once what is owed now, answer once, and nothing of it outlives its signal."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from time import sleep

import pytest
from sqlalchemy import text
from sqlmodel import select

from adapters.agreed_list import Told
from adapters.amount_answers import Answer, Ending, answer_of, read_answers, record
from adapters.amount_questions import AmountQuestions, Answering, Asking, Question, drop
from adapters.blind import reference_entry
from adapters.documents import Documents
from adapters.feedback_ledger import FeedbackLedger
from adapters.signal_form import UnreadableFile
from models.case import CaseState
from models.codes import DocumentKind, Phase, SignalChange
from models.facts import (
    AnyFact,
    CaseMerged,
    ObjectionDecided,
    ObjectionMade,
    OutcomeRecorded,
    SignalChanged,
    SignalJoined,
    SignalSplitOff,
)
from models.ids import CaseId, PartnerId, SignalId, StaffId, UnitId
from models.personal import AmountAnswer
from models.tables import AmountQuestionRow, DocumentRow
from models.values import Euro, MunicipalityCode, Unreadable
from tests.adapters.conftest import Databases
from tests.adapters.stored import happened, store_case, store_signal
from tests.builders import NOW, ZONNEDIJK, a_case_in, a_delivered_signal, a_signal, outcome_recorded
from tests.unit.examples import a_fact

WOONSTEE, STROOMNET = PartnerId("woonstee"), PartnerId("stroomnet")
NOOR, JORIS, WIEKE = StaffId("noor"), StaffId("joris"), StaffId("wieke")
CASE, SIGNAL = CaseId("case-1"), SignalId("signal-1")
REFERENCE = "ref-signal-1"
OWED = AmountAnswer(amount=Euro("310.00"), as_of=date(2027, 4, 5))
OTHER = AmountAnswer(amount=Euro("0"), as_of=date(2027, 4, 5))
LATER = NOW + timedelta(days=3)


def questions(databases: Databases) -> AmountQuestions:
    return AmountQuestions(databases.main, databases.vault)


def talking(databases: Databases) -> CaseState:
    return store_case(databases, a_case_in(Phase.IN_CONVERSATION))


def asked(databases: Databases) -> CaseState:
    """A case of which the partner was asked what is owed."""
    state = talking(databases)
    assert questions(databases).ask(CASE, SIGNAL, by=NOOR, at=NOW) is Asking.ASKED
    return state


def answered(databases: Databases, answer: AmountAnswer = OWED) -> CaseState:
    state = asked(databases)
    became = questions(databases).answer(WOONSTEE, ZONNEDIJK, REFERENCE, answer, by=WIEKE, at=LATER)
    assert became is Answering.RECORDED
    return state


def listed(databases: Databases, partner: PartnerId = WOONSTEE, place: MunicipalityCode = ZONNEDIJK) -> list[str]:
    return [one.reference for one in questions(databases).open(partner, place)]


def partners_list(databases: Databases) -> list[str]:
    """What the partner itself sees."""
    return [one.reference for one in questions(databases).open(WOONSTEE, ZONNEDIJK, as_partner=True)]


def batch_moment(
    databases: Databases, partner: PartnerId = WOONSTEE, municipality: MunicipalityCode = ZONNEDIJK
) -> None:
    """The moment at which what is owed to a partner leaves, if anything is."""
    FeedbackLedger(databases.main, databases.vault).owed(municipality, partner, at=LATER)


def known(databases: Databases) -> list[Question]:
    return list(questions(databases).of_signals([SIGNAL])[SIGNAL])


# --- asking -------------------------------------------------------------------------------------------------------


def test_a_question_stands_on_the_partners_list_by_its_own_reference(databases: Databases) -> None:
    asked(databases)
    (question,) = questions(databases).open(WOONSTEE, ZONNEDIJK)
    assert (question.reference, question.asked_at, question.case) == (REFERENCE, NOW, CASE)
    (waiting,) = questions(databases).waiting([ZONNEDIJK])
    assert (waiting.partner, waiting.name, waiting.number, waiting.oldest) == (WOONSTEE, "Woonstee", 1, NOW)
    assert (listed(databases, STROOMNET), listed(databases, place=MunicipalityCode("9902"))) == ([], [])
    assert questions(databases).waiting([MunicipalityCode("9902")]) == []


def test_asking_twice_asks_once(databases: Databases) -> None:
    asked(databases)
    assert questions(databases).ask(CASE, SIGNAL, by=JORIS, at=LATER, again=NOW) is Asking.OPEN
    assert [(one.asked_by, one.asked_at) for one in known(databases)] == [(NOOR, NOW)]


def test_several_colleagues_at_once_make_one_question(databases: Databases) -> None:
    talking(databases)
    staff = [StaffId(f"staff-{number}") for number in range(6)]
    with ThreadPoolExecutor(6) as pool:
        became = list(pool.map(lambda who: questions(databases).ask(CASE, SIGNAL, by=who, at=NOW), staff))
    assert sorted(became) == [Asking.ASKED, *[Asking.OPEN] * 5]
    assert len(known(databases)) == 1


def test_the_database_itself_holds_one_open_question_a_signal(databases: Databases) -> None:
    asked(databases)
    with databases.main.write() as session:
        assert not databases.main.insert_once(session, _row("another"))
        answered_row = _row("third").model_copy(update={"answered_at": NOW, "answered_by": NOOR})
        assert databases.main.insert_once(session, AmountQuestionRow(**answered_row.model_dump()))


@pytest.mark.parametrize("phase", [Phase.CONTACT, Phase.FEEDBACK, Phase.CLOSED])
def test_what_the_policy_does_not_allow_is_not_asked(databases: Databases, phase: Phase) -> None:
    store_case(databases, a_case_in(phase))
    assert questions(databases).ask(CASE, SIGNAL, by=NOOR, at=NOW, again=NOW) is Asking.NOT_NOW
    assert known(databases) == []


def test_a_signal_of_another_case_is_not_asked_about(databases: Databases) -> None:
    talking(databases)
    store_signal(databases, a_signal("case-2", signal_id="signal-2", unit_id="signal-row-2"))
    for case, signal in ((CASE, "signal-2"), ("case-2", "signal-2"), ("case-2", "signal-1"), (CASE, "none")):
        assert questions(databases).ask(CaseId(case), SignalId(signal), by=NOOR, at=NOW) is Asking.NOT_NOW


def test_what_was_answered_lately_is_asked_again_only_by_who_knows(databases: Databases) -> None:
    answered(databases)
    soon, late = LATER + timedelta(days=13), LATER + timedelta(days=14)
    assert questions(databases).ask(CASE, SIGNAL, by=JORIS, at=soon) is Asking.LATELY
    assert len(known(databases)) == 1
    assert questions(databases).ask(CASE, SIGNAL, by=JORIS, at=soon, again=NOW) is Asking.LATELY
    assert questions(databases).ask(CASE, SIGNAL, by=JORIS, at=soon, again=LATER) is Asking.ASKED
    newest, before = known(databases)
    assert (newest.is_open, before.answer, before.last_at) == (True, OWED, LATER)
    questions(databases).answer(WOONSTEE, ZONNEDIJK, REFERENCE, OTHER, by=WIEKE, at=late)
    assert questions(databases).ask(CASE, SIGNAL, by=NOOR, at=late + timedelta(days=14)) is Asking.ASKED


# --- answering ----------------------------------------------------------------------------------------------------


def test_an_answer_is_kept_with_its_date_and_who_gave_it(databases: Databases) -> None:
    answered(databases)
    (question,) = known(databases)
    assert (question.answer, question.answered_at, question.answered_by) == (OWED, LATER, WIEKE)
    assert listed(databases) == []
    assert questions(databases).waiting([ZONNEDIJK]) == []


@pytest.mark.parametrize("reference", ["REF signal 1", "ref-signal-1", "refsignal1"])
def test_a_reference_is_known_however_it_is_written(databases: Databases, reference: str) -> None:
    asked(databases)
    became = questions(databases).answer(WOONSTEE, ZONNEDIJK, reference, OWED, by=WIEKE, at=LATER)
    assert became is Answering.RECORDED


def test_the_same_answer_twice_counts_once_and_another_does_not_replace_it(databases: Databases) -> None:
    answered(databases)
    again = LATER + timedelta(hours=1)
    became = [
        questions(databases).answer(WOONSTEE, ZONNEDIJK, REFERENCE, answer, by=JORIS, at=again)
        for answer in (OWED, OTHER)
    ]
    assert became == [Answering.ALREADY, Answering.ANSWERED]
    (question,) = known(databases)
    assert (question.answer, question.answered_at, question.answered_by) == (OWED, LATER, WIEKE)


def test_two_answers_at_once_are_one(databases: Databases) -> None:
    asked(databases)
    answers = [AmountAnswer(amount=Euro(str(number)), as_of=OWED.as_of) for number in range(5)]
    with ThreadPoolExecutor(5) as pool:
        became = list(
            pool.map(
                lambda one: questions(databases).answer(WOONSTEE, ZONNEDIJK, REFERENCE, one, by=WIEKE, at=LATER),
                answers,
            )
        )
    assert sorted(became) == [*[Answering.ANSWERED] * 4, Answering.RECORDED]
    assert known(databases)[0].answer == answers[became.index(Answering.RECORDED)]


@pytest.mark.parametrize(
    ("partner", "place", "reference"),
    [
        (STROOMNET, ZONNEDIJK, REFERENCE),
        (WOONSTEE, MunicipalityCode("9902"), REFERENCE),
        (WOONSTEE, ZONNEDIJK, "ref-signal-2"),
    ],
)
def test_nobody_answers_what_they_were_not_asked(
    databases: Databases, partner: PartnerId, place: MunicipalityCode, reference: str
) -> None:
    asked(databases)
    (question,) = questions(databases).open(WOONSTEE, ZONNEDIJK)
    assert questions(databases).answer(partner, place, reference, OWED, by=WIEKE, at=LATER) is Answering.UNKNOWN
    if reference == REFERENCE:
        one = questions(databases).answer_one(partner, place, question.id, OWED, by=WIEKE, at=LATER)
        assert one is Answering.UNKNOWN
    assert (listed(databases), known(databases)[0].answer) == ([REFERENCE], None)


def test_an_answer_is_of_the_day_of_the_signal_or_later(databases: Databases) -> None:
    """What was owed before that day is older than what the signal said."""
    asked(databases)
    (question,) = questions(databases).open(WOONSTEE, ZONNEDIJK)
    made_on = a_delivered_signal().signal_date

    def days_after(days: int) -> AmountAnswer:
        return AmountAnswer(amount=Euro("310.00"), as_of=made_on + timedelta(days=days))

    early = questions(databases).answer_one(WOONSTEE, ZONNEDIJK, question.id, days_after(-1), by=WIEKE, at=LATER)
    by_reference = questions(databases).answer(WOONSTEE, ZONNEDIJK, REFERENCE, days_after(-1), by=WIEKE, at=LATER)
    assert (early, by_reference, listed(databases)) == (*[Answering.BEFORE_SIGNAL] * 2, [REFERENCE])
    unknown = questions(databases).answer(STROOMNET, ZONNEDIJK, REFERENCE, days_after(-1), by=WIEKE, at=LATER)
    assert unknown is Answering.UNKNOWN
    row = record(questions(databases), Answer(7, REFERENCE, days_after(-1)), WOONSTEE, ZONNEDIJK, by=NOOR, at=LATER)
    assert row == Told(7, Ending.BEFORE_SIGNAL, "datum: deze dag ligt vóór de signaaldatum")
    became = questions(databases).answer(WOONSTEE, ZONNEDIJK, REFERENCE, days_after(0), by=WIEKE, at=LATER)
    assert became is Answering.RECORDED


def test_whoever_answers_and_whoever_ends_questions_hold_them_in_one_order(databases: Databases) -> None:
    """The answer covers two questions, of which the newest is held by somebody else when both begin."""
    state = asked(databases)
    repeated = a_signal(signal_id="signal-2", unit_id="signal-row-2")
    store_signal(databases, repeated)
    _rename(databases, "signal-row-2", REFERENCE)
    happened(databases, state, SignalJoined(at=NOW, signal=repeated))
    with databases.main.write() as session:
        session.add(AmountQuestionRow(**{**_row("zz").model_dump(), "signal_id": "signal-2", "asked_at": LATER}))

    def end() -> None:
        with databases.main.write() as session:
            drop(session, [SIGNAL, SignalId("signal-2")])

    def answer() -> Answering:
        return questions(databases).answer(WOONSTEE, ZONNEDIJK, REFERENCE, OWED, by=WIEKE, at=LATER)

    with ThreadPoolExecutor(2) as pool:
        with databases.main.write() as session:
            session.exec(select(AmountQuestionRow).where(AmountQuestionRow.id == "zz").with_for_update()).one()
            became = pool.submit(answer)
            _until_waiting(databases, 1)
            ended = pool.submit(end)
            _until_waiting(databases, 2)
        assert (became.result(), ended.result()) == (Answering.RECORDED, None)


def _until_waiting(databases: Databases, number: int) -> None:
    """Until so many transactions wait for another one; SQLite has one writer, and nobody to ask."""
    if databases.main.is_sqlite:
        return
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    for _ in range(500):
        with databases.main.read() as session:
            if session.connection().execute(waiting).scalar_one() >= number:
                return
        sleep(0.01)
    raise AssertionError("nobody waits")


def test_an_answer_to_one_question_is_one_to_every_signal_of_those_arrears(databases: Databases) -> None:
    state = asked(databases)
    repeated = a_signal(signal_id="signal-2", unit_id="signal-row-2")
    store_signal(databases, repeated)
    _rename(databases, "signal-row-2", REFERENCE)
    happened(databases, state, SignalJoined(at=NOW, signal=repeated))
    assert questions(databases).ask(CASE, SignalId("signal-2"), by=NOOR, at=LATER) is Asking.ASKED
    (question,) = questions(databases).open(WOONSTEE, ZONNEDIJK)
    became = questions(databases).answer_one(WOONSTEE, ZONNEDIJK, question.id, OWED, by=WIEKE, at=LATER)
    assert became is Answering.RECORDED
    found = questions(databases).of_signals([SIGNAL, SignalId("signal-2")])
    assert {signal: one[0].answer for signal, one in found.items()} == {"signal-1": OWED, "signal-2": OWED}


# --- what becomes idle --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "facts",
    [
        [a_fact(SignalChanged, change=SignalChange.PAID)],
        [a_fact(SignalChanged, change=SignalChange.WITHDRAWN)],
        [a_fact(ObjectionMade)],
        [outcome_recorded()],
        [
            CaseMerged(at=NOW, into=CaseId("case-2")),
        ],
    ],
    ids=["paid", "withdrawn", "objection", "outcome", "merged"],
)
def test_a_question_of_no_use_is_open_no_more_and_leaves_the_partners_list_with_its_batch(
    databases: Databases, facts: list[AnyFact]
) -> None:
    state = asked(databases)
    before = partners_list(databases)
    state = happened(databases, state, *facts)
    if isinstance(facts[0], OutcomeRecorded):
        assert state.phase is Phase.FEEDBACK
    stays = isinstance(facts[0], CaseMerged)
    # A signal that went to another case is still asked about: there the same resident was spoken with.
    assert listed(databases) == ([REFERENCE] if stays else [])
    assert len(questions(databases).waiting([ZONNEDIJK])) == int(stays)
    assert partners_list(databases) == before != []
    assert len(questions(databases).waiting([ZONNEDIJK], as_partner=True)) == 1
    batch_moment(databases, STROOMNET)
    batch_moment(databases, WOONSTEE, MunicipalityCode("9902"))
    assert partners_list(databases) == before
    batch_moment(databases)
    assert partners_list(databases) == (before if stays else [])
    if not stays:
        assert questions(databases).waiting([ZONNEDIJK], as_partner=True) == []
        became = questions(databases).answer(WOONSTEE, ZONNEDIJK, REFERENCE, OWED, by=WIEKE, at=LATER)
        assert became is Answering.UNKNOWN
        assert [(one.is_open, one.dropped, one.last_at) for one in known(databases)] == [(False, True, NOW)]


def test_until_the_batch_an_answer_to_an_idle_question_is_taken_as_ever(databases: Databases) -> None:
    """A refusal would tell the partner what the list does not tell yet."""
    happened(databases, asked(databases), a_fact(ObjectionMade))
    (question,) = questions(databases).open(WOONSTEE, ZONNEDIJK, as_partner=True)
    became = [
        questions(databases).answer_one(WOONSTEE, ZONNEDIJK, question.id, answer, by=WIEKE, at=LATER)
        for answer in (OWED, OWED, OTHER)
    ]
    assert became == [Answering.RECORDED, Answering.ALREADY, Answering.ANSWERED]
    assert (partners_list(databases), known(databases)[0].answer) == ([], OWED)


def test_asking_again_before_the_batch_changes_nothing_that_the_partner_sees(databases: Databases) -> None:
    state = happened(databases, asked(databases), a_fact(ObjectionMade))
    before = questions(databases).open(WOONSTEE, ZONNEDIJK, as_partner=True)
    assert questions(databases).ask(CASE, SIGNAL, by=JORIS, at=LATER) is Asking.NOT_NOW
    happened(databases, state, a_fact(ObjectionDecided, upheld=False))
    assert listed(databases) == []
    assert questions(databases).ask(CASE, SIGNAL, by=JORIS, at=LATER) is Asking.OPEN
    assert [(one.asked_by, one.asked_at, one.is_open) for one in known(databases)] == [(NOOR, NOW, True)]
    batch_moment(databases)
    assert questions(databases).open(WOONSTEE, ZONNEDIJK, as_partner=True) == before
    assert listed(databases) == [REFERENCE]


def test_other_news_leaves_the_question(databases: Databases) -> None:
    state = asked(databases)
    happened(databases, state, a_fact(SignalChanged, change=SignalChange.NEW_AMOUNT))
    assert listed(databases) == [REFERENCE]


def test_a_signal_that_was_about_somebody_else_is_not_asked_about_any_more(databases: Databases) -> None:
    state = talking(databases)
    other = a_signal(signal_id="signal-2", unit_id="signal-row-2")
    store_signal(databases, other)
    state = happened(databases, state, SignalJoined(at=NOW, signal=other))
    for signal in ("signal-1", "signal-2"):
        assert questions(databases).ask(CASE, SignalId(signal), by=NOOR, at=NOW) is Asking.ASKED
    happened(databases, state, SignalSplitOff(at=NOW, signal_id=SignalId("signal-2"), wrong_person_told=False))
    assert listed(databases) == [REFERENCE]
    assert sorted(partners_list(databases)) == [REFERENCE, "ref-signal-2"]
    batch_moment(databases)
    assert partners_list(databases) == [REFERENCE]


# --- sealed, and erased with the signal ---------------------------------------------------------------------------


def test_the_amount_is_in_no_file_in_plain_text(databases: Databases) -> None:
    if databases.folder is None:
        pytest.skip("reads files")
    answered(databases, AmountAnswer(amount=Euro("7531.97"), as_of=date(2027, 4, 5)))
    databases.main.empty_log()
    for name in ("main", "vault"):
        content = databases.files(name)
        assert [form for form in (b"7531.97", b"7531,97", b"753197") if form in content] == []
    with databases.main.read() as session:
        units = set(session.exec(select(DocumentRow.unit_id).where(DocumentRow.kind == "amount")))
    assert units == {"signal-row-1"}


def test_with_the_signals_key_the_answer_and_the_reference_are_gone(databases: Databases) -> None:
    answered(databases)
    assert questions(databases).ask(CASE, SIGNAL, by=NOOR, at=LATER, again=LATER) is Asking.ASKED
    (question,) = questions(databases).open(WOONSTEE, ZONNEDIJK)
    databases.vault.destroy([UnitId("signal-row-1")])
    assert [one.answer for one in known(databases)] == [None, None]
    assert listed(databases) == []
    for became in (
        questions(databases).answer(WOONSTEE, ZONNEDIJK, REFERENCE, OWED, by=WIEKE, at=LATER),
        questions(databases).answer_one(WOONSTEE, ZONNEDIJK, question.id, OWED, by=WIEKE, at=LATER),
    ):
        assert became is Answering.UNKNOWN


# --- a list of answers --------------------------------------------------------------------------------------------

TODAY = date(2027, 4, 8)


def test_a_list_of_answers_is_read_row_by_row() -> None:
    content = (
        "kenmerk;bedrag;datum\n"
        "WO-1;1.234,56;05-04-2027\n"
        "WO-2;0;2027-04-08\n"
        "WO-3;;\n"
        "'+31;12,50;5-4-2027\n"
        ";10;05-04-2027\n"
        "WO-4;veel;05-04-2027\n"
        "WO-5;10;\n"
        "WO-6;10;09-04-2027\n"
    )
    read = list(read_answers(content.encode(), today=TODAY))
    good = [
        (one.number, one.reference, one.answer.amount.text, one.answer.as_of) for one in read if isinstance(one, Answer)
    ]
    assert good == [
        (2, "WO-1", "1234.56", date(2027, 4, 5)),
        (3, "WO-2", "0.00", date(2027, 4, 8)),
        (5, "+31", "12.50", date(2027, 4, 5)),
    ]
    assert [one for one in read if isinstance(one, Told)] == [
        Told(4, Ending.EMPTY),
        Told(6, Ending.UNREADABLE, "kenmerk: een kenmerk bestaat uit letters of cijfers"),
        Told(7, Ending.UNREADABLE, "bedrag: een bedrag heeft de vorm 1234,56"),
        Told(8, Ending.UNREADABLE, "datum: een datum is een bestaande dag in de vorm jjjj-mm-dd of dd-mm-jjjj"),
        Told(9, Ending.UNREADABLE, "datum: deze dag moet nog komen"),
    ]


@pytest.mark.parametrize("content", ["", "kenmerk;bedrag\nWO-1;10", "a;b;c\n1;2;3"])
def test_a_list_without_our_columns_is_refused(content: str) -> None:
    with pytest.raises(UnreadableFile):
        list(read_answers(content.encode(), today=TODAY))


@pytest.mark.parametrize(("amount", "day"), [("-5", "05-04-2027"), ("", "05-04-2027"), ("10", "31-02-2027")])
def test_what_cannot_be_read_is_named_by_its_column(amount: str, day: str) -> None:
    with pytest.raises(Unreadable, match=r"^(bedrag|datum): "):
        answer_of(amount, day, today=TODAY)


def test_a_list_sent_twice_counts_once(databases: Databases) -> None:
    asked(databases)
    for _ in range(2):
        told = [
            record(questions(databases), Answer(number, name, OWED), WOONSTEE, ZONNEDIJK, by=NOOR, at=LATER)
            for number, name in ((2, REFERENCE), (3, "ref-signal-9"))
        ]
        assert told == [Told(2, Ending.RECORDED), Told(3, Ending.UNKNOWN)]
    changed = record(questions(databases), Answer(2, REFERENCE, OTHER), WOONSTEE, ZONNEDIJK, by=NOOR, at=LATER)
    assert changed == Told(2, Ending.ANSWERED)


def _row(name: str) -> AmountQuestionRow:
    return AmountQuestionRow(
        id=name, signal_id=SIGNAL, municipality="9901", partner_id="woonstee", asked_at=NOW, asked_by=NOOR
    )


def _rename(databases: Databases, row: str, reference: str) -> None:
    """The partner gave this row the reference of another one."""
    unit = UnitId(row)
    databases.vault.index(unit, ZONNEDIJK, [reference_entry(WOONSTEE, reference)])
    with databases.main.write() as session:
        content = a_delivered_signal(partner_reference=reference)
        Documents(databases.vault).keep(session, unit, DocumentKind.ROW, row.removeprefix("signal-"), content, at=NOW)
