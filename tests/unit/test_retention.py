"""When the data of a closed case go."""

from datetime import date, datetime
from typing import Any

import pytest

from models.case import CaseState
from models.codes import AttemptResult, Outcome, OutcomeClass, Phase, RetentionStart
from models.commands import SetHold
from models.ids import SignalId, UnitId
from models.terms import RetentionRule, Term, Terms
from policy.commands import refusal_at_the_door
from policy.retention import first_day_that_holds, retention_of, retention_of_merged
from tests.builders import a_case_in, a_case_state, a_signal, after, at, call_made, outcome_recorded, the_terms
from tests.unit.examples import a_command

CLOSED_AT = at("2027-05-10 06:02")


def a_case_that_ended(*outcomes: Outcome, **changes: Any) -> CaseState:
    results = after(a_case_in(Phase.IN_CONVERSATION), outcome_recorded()).outcomes
    ended = tuple(
        results[0].model_copy(update={"outcome": outcome, "person_id": f"person-{number}"})
        for number, outcome in enumerate(outcomes)
    )
    return a_case_state(outcomes=ended, **changes)


def dates(state: CaseState, terms: Terms | None = None) -> list[tuple[UnitId, datetime]]:
    found = retention_of(state, closed_at=CLOSED_AT, terms=terms or the_terms())
    return [(retention.unit_id, retention.due_at) for retention in found]


def test_without_help_each_signal_goes_six_months_after_its_receipt_and_the_case_with_the_last() -> None:
    later = a_signal(signal_id=SignalId("signal-2"), unit_id=UnitId("signal-row-2"), received_at=at("2027-04-30 16:00"))
    state = a_case_that_ended(Outcome.SETTLES_IT_HIMSELF, signals=(a_signal(), later))
    assert dates(state) == [
        ("signal-row-1", at("2027-10-05 09:00")),
        ("signal-row-2", at("2027-10-30 16:00")),
        ("case-case-1", at("2027-10-30 16:00")),
    ]


def test_with_help_everything_stays_five_years_from_the_end() -> None:
    assert dates(a_case_that_ended(Outcome.ADVICE_OR_QUICK_FIX)) == [
        ("signal-row-1", at("2032-05-10 06:02")),
        ("case-case-1", at("2032-05-10 06:02")),
    ]


def test_help_to_one_person_keeps_the_case_of_all() -> None:
    state = a_case_that_ended(Outcome.NEVER_REACHED, Outcome.FURTHER_HELP_FINANCIAL, Outcome.DIED)
    found = retention_of(state, closed_at=CLOSED_AT, terms=the_terms())
    assert {retention.outcome_class for retention in found} == {OutcomeClass.HELP}


@pytest.mark.parametrize(
    ("outcome", "its_class"),
    [
        (Outcome.ADVICE_OR_QUICK_FIX, OutcomeClass.HELP),
        (Outcome.NO_RESPONSE_AFTER_CONTACT, OutcomeClass.CONTACT_WITHOUT_HELP),
        (Outcome.NEVER_REACHED, OutcomeClass.NO_CONTACT),
        (Outcome.DIED, OutcomeClass.NOT_PICKED_UP),
    ],
)
def test_a_date_names_its_class_and_ground(outcome: Outcome, its_class: OutcomeClass) -> None:
    first = retention_of(a_case_that_ended(outcome), closed_at=CLOSED_AT, terms=the_terms())[0]
    rule = next(rule for rule in the_terms().retention if rule.outcome_class is its_class)
    assert (first.outcome_class, first.start, first.term, first.ground) == (
        its_class,
        rule.start,
        rule.term,
        rule.ground,
    )


def starting_at(start: RetentionStart) -> Terms:
    rule = RetentionRule(
        outcome_class=OutcomeClass.NO_CONTACT,
        outcomes=(Outcome.NEVER_REACHED,),
        start=start,
        term=Term(minutes=10),
        ground="Beleid.",
    )
    return the_terms().model_copy(update={"retention": (rule,)})


@pytest.mark.parametrize(
    ("start", "due_at"),
    [
        (RetentionStart.RECEIPT, "2027-04-05 09:10"),
        (RetentionStart.LAST_ATTEMPT, "2027-04-09 18:40"),
        (RetentionStart.CLOSURE, "2027-05-10 06:12"),
        (RetentionStart.END_OF_HELP, "2027-05-10 06:12"),
    ],
)
def test_a_term_runs_from_the_event_of_its_rule(start: RetentionStart, due_at: str) -> None:
    tried = after(
        a_case_in(Phase.CONTACT),
        call_made(AttemptResult.NO_ANSWER, at("2027-04-09 18:30"), step="later"),
        call_made(AttemptResult.NO_ANSWER, at("2027-04-07 13:30"), step="earlier"),
    )
    state = a_case_that_ended(Outcome.NEVER_REACHED, attempts=tried.attempts)
    assert dates(state, starting_at(start))[0] == ("signal-row-1", at(due_at))


@pytest.mark.parametrize(
    ("reached", "its_class"), [(False, OutcomeClass.NO_CONTACT), (True, OutcomeClass.CONTACT_WITHOUT_HELP)]
)
def test_of_a_merged_case_only_its_own_unit_is_left_as_if_nothing_more_had_come_of_it(
    reached: bool, its_class: OutcomeClass
) -> None:
    state = a_case_in(Phase.IN_CONVERSATION) if reached else a_case_in(Phase.CONTACT)
    (own,) = retention_of_merged(state, terms=the_terms())
    assert (own.unit_id, own.outcome_class, own.due_at) == ("case-case-1", its_class, at("2027-10-05 09:00"))


def test_without_any_attempt_the_last_attempt_is_the_closure() -> None:
    state = a_case_that_ended(Outcome.NEVER_REACHED)
    assert dates(state, starting_at(RetentionStart.LAST_ATTEMPT))[0][1] == at("2027-05-10 06:12")


TOO_SHORT = "De gegevens gaan pas weg op 05-10-2027. Een uitstel dat eerder afloopt, verandert niets."


@pytest.mark.parametrize(
    ("until", "refusal"),
    [("2027-10-05 08:59", TOO_SHORT), ("2027-10-05 09:00", TOO_SHORT), ("2027-10-05 09:01", None)],
)
def test_a_hold_ends_after_the_first_of_what_it_puts_off(until: str, refusal: str | None) -> None:
    later = a_signal(signal_id=SignalId("signal-2"), unit_id=UnitId("signal-row-2"), received_at=at("2027-04-30 16:00"))
    state = a_case_that_ended(Outcome.SETTLES_IT_HIMSELF, signals=(a_signal(), later))
    kept = retention_of(state, closed_at=CLOSED_AT, terms=the_terms())
    hold = a_command(SetHold, until=at(until))
    assert refusal_at_the_door(state.model_copy(update={"retention": kept}), hold) == refusal


def test_of_an_open_case_it_is_not_known_yet_what_a_hold_puts_off() -> None:
    assert refusal_at_the_door(a_case_in(Phase.CONTACT), a_command(SetHold, until=at("2027-04-06 23:59"))) is None


@pytest.mark.parametrize(
    ("due_at", "day"), [("2027-10-05 23:58", date(2027, 10, 5)), ("2027-10-05 23:59", date(2027, 10, 6))]
)
def test_a_hold_until_the_end_of_the_day_comes_after_all_but_its_last_minute(due_at: str, day: date) -> None:
    assert first_day_that_holds(at(due_at)) == day
