"""A ground on the case decides what a partner is owed, until the partner was told."""

from models.case import CaseState
from models.codes import DisclosureGround, FeedbackCode, Outcome, Phase
from models.facts import (
    AnyFact,
    DisclosureAllowed,
    DisclosureWithdrawn,
    FeedbackDelivered,
    ObjectionDecided,
    ObjectionMade,
)
from models.terms import Terms
from policy.conclude import owed
from policy.next_step import next_step
from tests.builders import (
    NEIGHBOUR,
    NOW,
    RESIDENT,
    a_case_in,
    after,
    outcome_recorded,
    route_chosen,
    signed_terms,
    the_terms,
)
from tests.unit.examples import a_fact
from tests.unit.situations import a_case_of_two

BATCH = a_fact(FeedbackDelivered)


def settled(*facts: AnyFact, terms: Terms | None = None) -> CaseState:
    """The resident settles it alone; these facts came before."""
    routed = after(a_case_in(Phase.IN_CONVERSATION), route_chosen(terms=terms or signed_terms()), *facts)
    return after(routed, outcome_recorded(Outcome.SETTLES_IT_HIMSELF))


ALLOWED = a_fact(DisclosureAllowed)
WITHDRAWN = a_fact(DisclosureWithdrawn)


def codes(state: CaseState) -> list[FeedbackCode]:
    return [fact.code for fact in owed(state, at=NOW)]


def test_without_a_ground_the_partner_hears_that_it_was_handled() -> None:
    assert codes(settled()) == [FeedbackCode.HANDLED]


def test_with_a_ground_the_partner_hears_what_the_table_says() -> None:
    assert codes(settled(ALLOWED)) == [FeedbackCode.NO_HELP]


def test_with_a_ground_that_was_withdrawn_the_partner_hears_no_more() -> None:
    assert codes(settled(ALLOWED, WITHDRAWN)) == [FeedbackCode.HANDLED]


def test_a_case_whose_terms_have_no_table_tells_no_more() -> None:
    assert codes(settled(ALLOWED, terms=the_terms())) == [FeedbackCode.HANDLED]


def test_who_objects_lets_partners_hear_no_more() -> None:
    objecting = after(settled(ALLOWED), a_fact(ObjectionMade))
    assert codes(objecting) == [FeedbackCode.HANDLED]
    assert codes(after(objecting, a_fact(ObjectionDecided, upheld=True))) == [FeedbackCode.HANDLED]
    assert codes(after(objecting, a_fact(ObjectionDecided, upheld=False))) == [FeedbackCode.NO_HELP]


def test_an_objection_while_a_batch_is_awaited_is_in_it() -> None:
    waiting = after(settled(ALLOWED), *owed(settled(ALLOWED), at=NOW))
    assert codes(after(waiting, a_fact(ObjectionMade))) == [FeedbackCode.HANDLED]


def test_the_ground_of_one_person_is_nobody_elses() -> None:
    state = after(
        a_case_of_two(Phase.IN_CONVERSATION),
        route_chosen(terms=signed_terms()),
        ALLOWED.model_copy(update={"person_id": NEIGHBOUR}),
        outcome_recorded(Outcome.SETTLES_IT_HIMSELF),
        outcome_recorded(Outcome.SETTLES_IT_HIMSELF, person_id=NEIGHBOUR),
    )
    told = {state.signal(fact.signal_id): fact.code for fact in owed(state, at=NOW)}
    by_person = {signal.person_id: code for signal, code in told.items() if signal is not None}
    assert by_person == {RESIDENT: FeedbackCode.HANDLED, NEIGHBOUR: FeedbackCode.NO_HELP}


def test_what_waits_for_a_batch_is_owed_anew_within_the_same_term() -> None:
    waiting = after(settled(ALLOWED), *owed(settled(ALLOWED), at=NOW))
    assert codes(waiting) == []
    withdrawn = after(waiting, WITHDRAWN)
    assert codes(withdrawn) == [FeedbackCode.HANDLED]
    assert withdrawn.deadlines == waiting.deadlines
    assert type(next_step(withdrawn, now=NOW)) is type(next_step(settled(), now=NOW))


def test_what_the_partner_heard_stays_told() -> None:
    state = settled(ALLOWED)
    heard = after(state, *owed(state, at=NOW), BATCH.model_copy(update={"code": FeedbackCode.NO_HELP}))
    assert heard.signals[0].feedback_delivered_at is not None
    assert after(heard, WITHDRAWN).signals == heard.signals


def test_either_ground_is_kept_on_the_person() -> None:
    for ground in DisclosureGround:
        state = after(settled(), a_fact(DisclosureAllowed, ground=ground))
        assert state.people[0].disclosure is ground
