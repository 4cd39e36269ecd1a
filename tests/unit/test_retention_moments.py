"""Of every outcome, through everything that can come between: the day before all is kept, on the day it goes.

The outcomes, classes and terms are those of the default policy, so that a new one joins by itself. When a term ends is
worked out here once more, in another way.
"""

import calendar
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import reduce

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.case import CaseSignal, CaseState
from models.codes import Acceptance, AttemptResult, Outcome, OutcomeClass, Phase, RegisterResult, RetentionStart
from models.facts import (
    AnyFact,
    CaseMerged,
    CasePaused,
    HoldReleased,
    HoldSet,
    PauseEnded,
    SignalJoined,
    SignalSplitOff,
)
from models.ids import CaseId, SignalId, StaffId, UnitId, unit_of_case
from models.terms import RetentionRule, Term
from policy.calendar import AMSTERDAM
from policy.retention import goes_at
from tests.builders import (
    a_case_state,
    a_signal,
    after,
    at,
    call_made,
    outcome_recorded,
    register_says,
    route_chosen,
    the_terms,
    told_and_closed,
)

RULES: Mapping[Outcome, RetentionRule] = {outcome: rule for rule in the_terms().retention for outcome in rule.outcomes}
HANNA = StaffId("hanna")
OF_CASE = unit_of_case(CaseId("case-1"))
A_DAY, A_MOMENT = timedelta(days=1), timedelta(microseconds=1)
RECEIVED = at("2027-04-05 09:00")
NIGHTS = [
    at("2026-09-28 02:30"),  # six months later this hour does not exist
    at("2027-03-28 01:59"),
    at("2027-03-28 03:00"),
    at("2027-04-30 02:30"),  # six months later this hour comes twice
    at("2026-10-25 02:30"),
    at("2026-10-25 02:30").replace(fold=1),
    at("2026-08-31 12:00"),  # there is no 31 February
]
moments = st.one_of(
    st.sampled_from(NIGHTS),
    st.datetimes(datetime.fromisoformat("2026-01-01"), datetime.fromisoformat("2027-04-30")).map(
        lambda wall: wall.replace(tzinfo=AMSTERDAM)
    ),
)


def test_every_outcome_and_every_class_has_its_one_rule() -> None:
    rules = the_terms().retention
    assert sorted(outcome for rule in rules for outcome in rule.outcomes) == sorted(Outcome)
    assert sorted(rule.outcome_class for rule in rules) == sorted(OutcomeClass)
    assert all(rule.outcomes for rule in rules)


# --- a life, and what must become of it ---------------------------------------------------------------------------


def signals_of(received: Sequence[datetime]) -> tuple[CaseSignal, ...]:
    return tuple(
        a_signal(
            signal_id=SignalId(f"signal-{number}"),
            unit_id=UnitId(f"signal-row-{number}"),
            received_at=moment,
            joined_at=moment,
        )
        for number, moment in enumerate(received, start=1)
    )


def spoken_with(received: Sequence[datetime]) -> CaseState:
    """A case with these signals whose resident was reached when it began."""
    first, *others = signals_of(received)
    began = first.received_at
    return after(
        a_case_state(signals=(first,), opened_at=began),
        route_chosen(began),
        register_says(RegisterResult.FOUND, began),
        *(SignalJoined(at=signal.received_at, signal=signal) for signal in others),
        call_made(AttemptResult.CONVERSATION, began),
    )


def ending(outcome: Outcome, moment: datetime, *, corrects: bool = False) -> AnyFact:
    """The outcome; of help, that it was agreed, talked about and begun."""
    helped = RULES[outcome].outcome_class is OutcomeClass.HELP
    recorded = outcome_recorded(outcome, Acceptance.ACCEPTED if helped else Acceptance.NOT_ACCEPTED, moment)
    began = moment if helped else None
    return recorded.model_copy(
        update={"corrects": corrects, "accepted_at": began, "conversation_at": began, "started_at": began}
    )


def ended(state: CaseState, outcome: Outcome, closed_at: datetime) -> CaseState:
    return closing(after(state, ending(outcome, closed_at)), closed_at)


def closing(state: CaseState, closed_at: datetime) -> CaseState:
    # Work that an outcome leaves to be done keeps a case from closing, and does not move its dates.
    closed = told_and_closed(state.model_copy(update={"tasks": ()}), closed_at)
    assert closed.phase is Phase.CLOSED
    return closed


def wall_clock_after(moment: datetime, term: Term) -> datetime:
    """So many months and days later at the same hour on the wall; in an hour that is not there, an hour on."""
    assert (term.working_days, term.minutes) == (0, 0), "worked out here only for months and days"
    began = moment.astimezone(AMSTERDAM)
    year, month = divmod(began.year * 12 + began.month - 1 + term.months, 12)
    day = min(began.day, calendar.monthrange(year, month + 1)[1])
    wall = datetime.combine(date(year, month + 1, day), began.time()) + timedelta(days=term.days)
    # Of an hour that is not there, the offset of before it gives the clock's next one.
    offset = wall.replace(tzinfo=AMSTERDAM).utcoffset()
    assert offset is not None
    return (wall - offset).replace(tzinfo=UTC)


def expected(outcome: Outcome, received_at: datetime, closed_at: datetime, attempted_at: datetime) -> datetime:
    rule = RULES[outcome]
    began = {
        RetentionStart.RECEIPT: received_at,
        RetentionStart.LAST_ATTEMPT: attempted_at,
        RetentionStart.CLOSURE: closed_at,
        RetentionStart.END_OF_HELP: closed_at,
    }[rule.start]
    return wall_clock_after(began, rule.term)


def going(state: CaseState, moment: datetime) -> set[UnitId]:
    """What is erased by then."""
    return {unit.unit_id for unit in state.retention if goes_at(unit, state.hold) <= moment}


def check(state: CaseState, dates: Mapping[UnitId, datetime]) -> None:
    """Each unit goes at its moment, and its case with the last of them."""
    whole = {**dates, OF_CASE: max(dates.values())}
    assert {unit.unit_id for unit in state.retention} == set(whole)
    for unit, due in whole.items():
        for early in (A_DAY, A_MOMENT):
            assert unit not in going(state, due - early)
        assert {unit, *(other for other, its in whole.items() if its < due)} <= going(state, due)
    assert going(state, max(whole.values()) + A_DAY) == set(whole)
    assert OF_CASE not in going(state, max(dates.values()) - A_MOMENT)


def dates_of(state: CaseState, outcome: Outcome, closed_at: datetime) -> dict[UnitId, datetime]:
    attempted = max(attempt.at for attempt in state.attempts)
    return {signal.unit_id: expected(outcome, signal.received_at, closed_at, attempted) for signal in state.signals}


# --- everything that can come between -----------------------------------------------------------------------------

Between = Callable[[CaseState, Outcome, datetime], CaseState]
"""From a case that was spoken with to one that closed with this outcome at this moment."""


def plain(state: CaseState, outcome: Outcome, closed_at: datetime) -> CaseState:
    return ended(state, outcome, closed_at)


def paused(state: CaseState, outcome: Outcome, closed_at: datetime) -> CaseState:
    rests = CasePaused(at=state.opened_at, by=HANNA, until=closed_at)
    return ended(after(state, rests, PauseEnded(at=closed_at)), outcome, closed_at)


def corrected(state: CaseState, outcome: Outcome, closed_at: datetime) -> CaseState:
    """It was first recorded as every other outcome in turn."""
    wrong = (other for other in Outcome if other is not outcome)
    facts = [ending(other, closed_at, corrects=number > 0) for number, other in enumerate(wrong)]
    return closing(reduce(after, [*facts, ending(outcome, closed_at, corrects=True)], state), closed_at)


def split(state: CaseState, outcome: Outcome, closed_at: datetime) -> CaseState:
    """Its youngest signal turns out to be about somebody else."""
    last = state.signals[-1]
    off = SignalSplitOff(at=closed_at, by=HANNA, signal_id=last.signal_id, wrong_person_told=False)
    left = after(state, off)
    assert left.signal(last.signal_id) is None
    return ended(left, outcome, closed_at)


@pytest.mark.parametrize("between", [plain, paused, corrected, split], ids=lambda way: way.__name__)
@pytest.mark.parametrize("outcome", Outcome)
@pytest.mark.parametrize("moment", [RECEIVED, *NIGHTS], ids=lambda moment: f"{moment:%Y-%m-%d-%H%M}-{moment.fold}")
def test_a_case_and_its_signals_go_at_their_moments(between: Between, outcome: Outcome, moment: datetime) -> None:
    received = [moment, moment + timedelta(days=9), moment + timedelta(days=40)]
    closed_at = moment + timedelta(days=60)
    state = between(spoken_with(received), outcome, closed_at)
    assert {unit.outcome_class for unit in state.retention} == {RULES[outcome].outcome_class}
    check(state, dates_of(state, outcome, closed_at))


@given(
    outcome=st.sampled_from(Outcome),
    received=st.lists(moments, min_size=1, max_size=4),
    open_for=st.timedeltas(A_MOMENT, timedelta(days=500)),
)
def test_whenever_signals_came_each_goes_by_its_own_age_and_the_case_with_the_last(
    outcome: Outcome, received: list[datetime], open_for: timedelta
) -> None:
    ordered = sorted(received, key=lambda moment: moment.astimezone(UTC))
    closed_at = ordered[-1].astimezone(UTC) + open_for
    state = ended(spoken_with(ordered), outcome, closed_at)
    check(state, dates_of(state, outcome, closed_at))


@given(outcome=st.sampled_from(Outcome), moment=moments, held_for=st.timedeltas(timedelta(0), timedelta(days=4_000)))
def test_a_hold_puts_all_off_to_its_end_and_nothing_earlier(
    outcome: Outcome, moment: datetime, held_for: timedelta
) -> None:
    closed_at = moment.astimezone(UTC) + timedelta(days=50)
    closed = ended(spoken_with([moment, moment + timedelta(days=20)]), outcome, closed_at)
    until = closed_at + held_for
    held = after(closed, HoldSet(at=closed_at, by=HANNA, until=until))
    own = dates_of(closed, outcome, closed_at)
    check(held, {unit: max(due, until) for unit, due in own.items()})
    # Let go before its end, everything goes at its own moment again.
    check(after(held, HoldReleased(at=closed_at, by=HANNA)), own)


@pytest.mark.parametrize("outcome", Outcome)
def test_a_signal_that_is_split_off_goes_by_its_own_age_in_its_own_case(outcome: Outcome) -> None:
    """However long the case that it was in is kept."""
    signal = signals_of([RECEIVED, RECEIVED + timedelta(days=40)])[1]
    own = spoken_with([signal.received_at])
    assert own.signals[0].received_at == signal.received_at
    closed_at = signal.received_at + timedelta(days=60)
    state = ended(own, outcome, closed_at)
    check(state, dates_of(state, outcome, closed_at))


@pytest.mark.parametrize("moment", [RECEIVED, *NIGHTS], ids=lambda moment: f"{moment:%Y-%m-%d-%H%M}-{moment.fold}")
def test_a_case_that_was_merged_goes_by_its_oldest_signal(moment: datetime) -> None:
    state = spoken_with([moment, moment + timedelta(days=40)])
    merged_at = moment + timedelta(days=60)
    gone = after(state, CaseMerged(at=merged_at, by=HANNA, into=CaseId("case-2")))
    due = expected(Outcome.NO_RESPONSE_AFTER_CONTACT, moment, merged_at, moment)
    assert [unit.unit_id for unit in gone.retention] == [OF_CASE]
    assert (going(gone, due - A_MOMENT), going(gone, due)) == (set(), {OF_CASE})


@given(outcomes=st.lists(st.sampled_from(Outcome), min_size=2, max_size=4))
def test_of_several_outcomes_the_class_that_comes_first_keeps_the_case_of_all(outcomes: list[Outcome]) -> None:
    order = list(OutcomeClass)
    closed_at = RECEIVED + timedelta(days=30)
    state = after(spoken_with([RECEIVED]), ending(outcomes[0], closed_at))
    results = tuple(
        state.outcomes[0].model_copy(update={"outcome": outcome, "person_id": f"person-{number}"})
        for number, outcome in enumerate(outcomes)
    )
    closed = closing(state.model_copy(update={"outcomes": results}), closed_at)
    counts = min(outcomes, key=lambda outcome: order.index(RULES[outcome].outcome_class))
    assert {unit.outcome_class for unit in closed.retention} == {RULES[counts].outcome_class}
    check(closed, dates_of(closed, counts, closed_at))
