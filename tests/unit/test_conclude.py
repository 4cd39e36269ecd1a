"""Facts that follow by themselves."""

from models.case import Person
from models.codes import Acceptance, FeedbackCode, Outcome, Phase
from models.facts import FeedbackOwed
from models.ids import SYSTEM, PersonId, SignalId
from models.steps import Conclude
from policy.conclude import conclusion, owed
from tests.builders import NOW, RESIDENT, a_case_in, a_case_state, a_signal, after, outcome_recorded, route_chosen

NEIGHBOUR = PersonId("neighbour")


def test_an_outcome_that_nobody_decided_on_is_the_systems_and_no_acceptance() -> None:
    fact = conclusion(Conclude(person_id=RESIDENT, outcome=Outcome.NEVER_REACHED), at=NOW)
    assert (fact.at, fact.by, fact.person_id, fact.outcome) == (NOW, SYSTEM, RESIDENT, Outcome.NEVER_REACHED)
    assert fact.acceptance is Acceptance.NOT_ACCEPTED


def test_each_signal_is_answered_by_the_outcome_of_its_own_person() -> None:
    state = a_case_state(
        people=(Person(person_id=RESIDENT), Person(person_id=NEIGHBOUR)),
        signals=(a_signal(), a_signal(signal_id=SignalId("signal-2"), person_id=NEIGHBOUR)),
    )
    died = after(state, route_chosen(), outcome_recorded(Outcome.DIED))
    assert owed(died, at=NOW) == (
        FeedbackOwed(at=NOW, signal_id=SignalId("signal-1"), code=FeedbackCode.DIED),
        # Nobody spoke to the neighbour; their partner must not hear of the other's death.
        FeedbackOwed(at=NOW, signal_id=SignalId("signal-2"), code=FeedbackCode.HANDLED),
    )


def test_a_settled_signal_is_not_answered_again() -> None:
    state = a_case_in(Phase.FEEDBACK)
    assert owed(after(state, *owed(state, at=NOW)), at=NOW) == ()
