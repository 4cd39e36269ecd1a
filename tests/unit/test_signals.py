"""Signals that come to a case, change, or leave it again."""

from datetime import date

import pytest

from models import facts as happened
from models.case import CaseSignal, Person
from models.codes import (
    AttemptResult,
    DeadlineKind,
    NotPickedUpReason,
    Outcome,
    Phase,
    ReferralStatus,
    SignalChange,
    StallCause,
    TaskKind,
)
from models.facts import AnyFact, CaseClosed, SignalChanged, SignalJoined, SignalSplitOff
from models.ids import SignalId, UnitId
from models.steps import ChooseRoute, Close, Conclude, OweFeedback, WaitUntil
from models.terms import Term
from policy.next_step import next_step
from policy.signals import may_leave
from policy.transitions import apply
from policy.triage import key_of
from tests.builders import (
    NEIGHBOUR,
    NOW,
    RESIDENT,
    a_case_in,
    a_case_state,
    a_signal,
    after,
    at,
    call_made,
    outcome_recorded,
    route_chosen,
)
from tests.unit.examples import SECOND, a_fact
from tests.unit.situations import OTHERS, PENDING, SITUATIONS, a_case_of_two
from tests.unit.soundness import only_counted

CRISIS = SECOND.model_copy(update={"crisis": True})
ENDS = SECOND.model_copy(update={"end_of_supply_on": date(2027, 5, 10)})


def joined(signal: CaseSignal = SECOND, moment: object = NOW) -> SignalJoined:
    return SignalJoined.model_validate({"at": moment, "signal": signal})


def changed_to(change: SignalChange, signal: str = "signal-1") -> SignalChanged:
    return SignalChanged(at=NOW, signal_id=SignalId(signal), change=change)


def split_off(signal: str = "signal-2", *, told: bool = False) -> SignalSplitOff:
    return SignalSplitOff(at=NOW, signal_id=SignalId(signal), wrong_person_told=told)


# --- joining -------------------------------------------------------------------------------------------------------


def test_a_second_signal_joins_without_moving_the_deadlines_of_the_first() -> None:
    state = after(a_case_in(Phase.CONTACT), joined())
    assert len(state.signals) == 2
    assert state.deadlines == a_case_in(Phase.CONTACT).deadlines
    assert only_counted(state, joined())


def test_a_signal_that_was_received_earlier_moves_the_deadlines_forward() -> None:
    older = SECOND.model_copy(update={"received_at": at("2027-04-01 10:00")})
    state = after(a_case_in(Phase.IDENTITY_CHECK), joined(older))
    assert {one.kind: one.due_at for one in state.deadlines} == {
        DeadlineKind.NOTICE: at("2027-05-01 10:00"),
        DeadlineKind.NOTICE_LETTER: at("2027-04-22 10:00"),
        DeadlineKind.RETENTION: at("2027-10-01 10:00"),
    }


def test_a_signal_before_the_route_waits_for_it() -> None:
    state = after(a_case_state(), joined(OTHERS))
    assert (len(state.people), state.deadlines) == (2, ())
    routed = after(state, route_chosen())
    assert routed.deadline(DeadlineKind.RETENTION) is not None


def test_somebody_new_must_be_told_too_from_the_receipt_of_their_own_signal() -> None:
    told = SITUATIONS["calling"]
    assert told.deadline(DeadlineKind.NOTICE) is None
    state = after(told, joined(OTHERS))
    notice = state.deadline(DeadlineKind.NOTICE)
    assert (state.people[1], notice and notice.due_at) == (Person(person_id=NEIGHBOUR), at("2027-05-06 10:00"))


def test_a_signal_that_comes_while_partners_are_told_is_told_too() -> None:
    told = SITUATIONS["told"]
    assert next_step(told, now=NOW) == Close()
    state = after(told, joined(moment=at("2027-04-06 10:00")))
    feedback = state.deadline(DeadlineKind.FEEDBACK)
    assert (next_step(state, now=NOW), feedback and feedback.due_at) == (OweFeedback(), at("2027-04-09 23:59"))
    # Closing was decided a moment before the signal came.
    assert only_counted(state, CaseClosed(at=NOW))


def test_a_signal_that_joins_early_in_feedback_keeps_its_deadline() -> None:
    before = a_case_in(Phase.FEEDBACK)
    assert after(before, joined()).deadline(DeadlineKind.FEEDBACK) == before.deadline(DeadlineKind.FEEDBACK)


def test_a_signal_of_who_has_an_outcome_already_is_looked_at_by_somebody() -> None:
    turn = SITUATIONS["second turn"]
    state = after(turn, joined(SECOND.model_copy(update={"signal_id": SignalId("signal-3")})))
    assert (state.phase, state.subject) == (turn.phase, NEIGHBOUR)
    assert [(task.kind, task.person_id, task.code) for task in state.tasks] == [
        (TaskKind.RECORD_OUTCOME, RESIDENT, "signal.joined")
    ]


def test_a_signal_of_who_said_yes_to_help_joins_quietly() -> None:
    pending = SITUATIONS["pending"]
    assert after(pending, joined()).tasks == pending.tasks


def test_a_crisis_signal_shortens_the_term_of_a_pending_acceptance() -> None:
    pending = SITUATIONS["pending"]
    (task,) = after(pending, joined(CRISIS)).tasks
    assert (task.deadline.started_at, task.deadline.due_at) == (NOW, at("2027-04-08 23:59"))


# --- end of supply -------------------------------------------------------------------------------------------------


def test_the_end_of_supply_is_counted_back_in_working_days_and_says_by_when_there_must_be_contact() -> None:
    state = after(SITUATIONS["calling"], joined(ENDS))
    end = state.deadline(DeadlineKind.END_OF_SUPPLY)
    assert end is not None
    # Back from Monday 10 May: 7, 4 and 3 May, 30 and 29 April. Liberation and Ascension Day do not count by law.
    assert (end.due_at, end.cause, end.term) == (
        at("2027-04-29 23:59"),
        StallCause.END_OF_SUPPLY_NEAR,
        Term(working_days=5),
    )


def test_the_end_of_supply_that_is_near_already_is_raised_at_once() -> None:
    state = after(SITUATIONS["calling"], joined(ENDS.model_copy(update={"end_of_supply_on": date(2027, 4, 8)})))
    end = state.deadline(DeadlineKind.END_OF_SUPPLY)
    assert (end and end.due_at) == NOW


def test_who_was_spoken_to_before_the_end_of_supply_was_announced_is_spoken_to_again() -> None:
    announced = ENDS.model_copy(update={"joined_at": at("2027-04-06 10:00")})
    talking = after(a_case_in(Phase.IN_CONVERSATION), joined(announced, at("2027-04-06 10:00")))
    assert talking.deadline(DeadlineKind.END_OF_SUPPLY) is not None
    again = after(talking, call_made(AttemptResult.CONVERSATION, at("2027-04-07 10:00"), step="again"))
    assert again.deadline(DeadlineKind.END_OF_SUPPLY) is None


def test_a_conversation_with_somebody_else_is_not_about_their_end_of_supply() -> None:
    neighbours = ENDS.model_copy(update={"person_id": NEIGHBOUR})
    state = after(SITUATIONS["talking"], joined(neighbours))
    assert state.deadline(DeadlineKind.END_OF_SUPPLY) is not None
    settled = after(state, outcome_recorded(Outcome.PAID_OR_ARRANGED, person_id=NEIGHBOUR))
    assert settled.deadline(DeadlineKind.END_OF_SUPPLY) is None


def supply_ends(day: date = date(2027, 5, 10), moment: object = NOW) -> SignalChanged:
    said = {"at": moment, "signal_id": "signal-1", "change": SignalChange.END_OF_SUPPLY, "on": day}
    return SignalChanged.model_validate(said)


def test_an_end_of_supply_that_is_announced_later_is_counted_like_one_that_came_with_its_signal() -> None:
    state = after(SITUATIONS["calling"], supply_ends())
    joining = after(SITUATIONS["calling"], joined(ENDS))
    end, other = state.deadline(DeadlineKind.END_OF_SUPPLY), joining.deadline(DeadlineKind.END_OF_SUPPLY)
    assert end is not None and other is not None
    assert (end.due_at, end.cause, end.term) == (other.due_at, other.cause, other.term)
    assert key_of(state) != key_of(SITUATIONS["calling"]), "the route is chosen again"


def test_who_was_spoken_to_before_the_end_of_supply_is_told_is_spoken_to_again() -> None:
    talked = a_case_in(Phase.IN_CONVERSATION)
    told = after(talked, supply_ends(moment=at("2027-04-06 10:00")))
    assert told.deadline(DeadlineKind.END_OF_SUPPLY) is not None
    again = after(told, call_made(AttemptResult.CONVERSATION, at("2027-04-07 10:00"), step="again"))
    assert again.deadline(DeadlineKind.END_OF_SUPPLY) is None


@pytest.mark.parametrize(("day", "hurries"), [(date(2027, 6, 1), False), (date(2027, 5, 3), True)])
def test_an_end_of_supply_that_moves_hurries_only_when_it_is_nearer(day: date, hurries: bool) -> None:
    calling = SITUATIONS["calling"]
    ends = {"end_of_supply_on": date(2027, 5, 10)}
    known = calling.model_copy(update={"signals": (calling.signals[0].model_copy(update=ends),)})
    assert after(calling, supply_ends()).tasks != calling.tasks
    moved = after(known, supply_ends(day))
    assert (moved.tasks != known.tasks) is hurries
    assert (moved.signals[0].end_of_supply_on, moved.signals[0].days) == (day, 1)


def test_an_end_of_supply_wakes_a_case_that_rests() -> None:
    state = after(SITUATIONS["paused"], supply_ends())
    assert state.pause is None


def test_a_case_that_ended_is_not_hurried_by_an_end_of_supply() -> None:
    told = after(SITUATIONS["told"], supply_ends())
    assert (told.phase, told.deadline(DeadlineKind.END_OF_SUPPLY)) == (Phase.FEEDBACK, None)


def test_a_pause_of_collection_is_known_and_changes_nothing_else() -> None:
    paused = SignalChanged(
        at=NOW, signal_id=SignalId("signal-1"), change=SignalChange.COLLECTION_PAUSED, on=date(2027, 5, 1)
    )
    state = after(SITUATIONS["calling"], paused)
    assert state.signals[0].collection_paused_until == date(2027, 5, 1)
    assert (state.deadlines, next_step(state, now=NOW)) == (
        SITUATIONS["calling"].deadlines,
        next_step(SITUATIONS["calling"], now=NOW),
    )


def test_of_two_ends_of_supply_the_first_counts() -> None:
    later = ENDS.model_copy(update={"signal_id": SignalId("signal-3"), "end_of_supply_on": date(2027, 6, 1)})
    once = after(SITUATIONS["calling"], joined(ENDS))
    assert after(once, joined(later)).deadline(DeadlineKind.END_OF_SUPPLY) == once.deadline(DeadlineKind.END_OF_SUPPLY)
    other_way = after(SITUATIONS["calling"], joined(later), joined(ENDS))
    assert other_way.deadline(DeadlineKind.END_OF_SUPPLY) == once.deadline(DeadlineKind.END_OF_SUPPLY)


@pytest.mark.parametrize(
    "fact",
    [
        call_made(AttemptResult.CONVERSATION),
        changed_to(SignalChange.PAID, "signal-2"),
        changed_to(SignalChange.WITHDRAWN, "signal-2"),
        outcome_recorded(),
    ],
)
def test_the_end_of_supply_threatens_no_more_after_contact_payment_or_an_outcome(fact: AnyFact) -> None:
    state = after(SITUATIONS["calling"], joined(ENDS), fact)
    assert state.deadline(DeadlineKind.END_OF_SUPPLY) is None


# --- what a partner says later --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "outcome", "reason"),
    [
        (SignalChange.PAID, Outcome.PAID_OR_ARRANGED, None),
        (SignalChange.WITHDRAWN, Outcome.NOT_PICKED_UP_UNJUSTIFIED, NotPickedUpReason.WITHDRAWN),
    ],
)
@pytest.mark.parametrize("situation", ["asking", "doubtful", "contact", "calling", "following up", "paused"])
def test_what_was_paid_or_withdrawn_ends_by_itself_outside_a_conversation(
    situation: str, change: SignalChange, outcome: Outcome, reason: NotPickedUpReason | None
) -> None:
    state = after(SITUATIONS[situation], changed_to(change))
    assert next_step(state, now=NOW) == Conclude(person_id=RESIDENT, outcome=outcome, reason=reason)


def test_of_a_paid_and_a_withdrawn_signal_the_payment_counts() -> None:
    state = after(
        SITUATIONS["calling"],
        joined(),
        changed_to(SignalChange.WITHDRAWN),
        changed_to(SignalChange.PAID, "signal-2"),
    )
    assert next_step(state, now=NOW) == Conclude(person_id=RESIDENT, outcome=Outcome.PAID_OR_ARRANGED)


def test_one_of_two_signals_that_was_paid_changes_nothing_yet() -> None:
    state = after(SITUATIONS["calling"], joined(), changed_to(SignalChange.PAID))
    assert isinstance(next_step(state, now=NOW), WaitUntil)


def test_in_a_conversation_a_person_decides_what_a_payment_means() -> None:
    state = after(SITUATIONS["talking"], changed_to(SignalChange.PAID))
    (task,) = state.tasks
    assert (task.kind, task.code) == (TaskKind.RECORD_OUTCOME, "signal.paid")


@pytest.mark.parametrize("situation", ["agreed", "referred", "came back", "pending"])
def test_a_payment_leaves_what_was_agreed(situation: str) -> None:
    before = SITUATIONS[situation]
    assert after(before, changed_to(SignalChange.PAID)).tasks == before.tasks


def test_the_payment_of_somebody_else_is_not_put_to_whoever_speaks_with_the_subject() -> None:
    talking = SITUATIONS["two talking"]
    state = after(talking, changed_to(SignalChange.PAID, "signal-2"))
    assert state.tasks == talking.tasks
    # Nobody speaks with the neighbour, so it ends by itself.
    assert next_step(state, now=NOW) == Conclude(person_id=NEIGHBOUR, outcome=Outcome.PAID_OR_ARRANGED)
    came = after(talking, a_fact(happened.ContactReceived, person_id=NEIGHBOUR))
    paid = after(came, changed_to(SignalChange.PAID, "signal-2"))
    assert isinstance(next_step(paid, now=NOW), WaitUntil)


def test_another_amount_asks_for_the_route_again() -> None:
    state = apply(SITUATIONS["calling"], changed_to(SignalChange.NEW_AMOUNT))
    assert next_step(state, now=NOW) == ChooseRoute()
    assert state.tasks == SITUATIONS["calling"].tasks


def test_a_signal_nobody_knows_is_only_counted() -> None:
    assert only_counted(SITUATIONS["calling"], changed_to(SignalChange.PAID, "signal-9"))


# --- judged threatening ---------------------------------------------------------------------------------------------


def test_a_situation_that_is_judged_threatening_shortens_the_term_of_a_pending_acceptance() -> None:
    pending = SITUATIONS["pending"]
    (task,) = after(pending, a_fact(happened.ThreatJudged)).tasks
    assert (task.deadline.due_at, task.deadline.term) == (at("2027-04-08 23:59"), Term(working_days=3))


def test_a_judgement_that_changes_nothing_keeps_what_was_raised() -> None:
    late = at("2027-05-03 09:00")
    stalled = happened.Stalled(
        at=late, cause=StallCause.NO_FIRST_CONVERSATION, deadline=DeadlineKind.FIRST_CONVERSATION
    )
    raised = after(SITUATIONS["pending"], stalled)
    judged = after(raised, a_fact(happened.ThreatJudged, at=late, threatening=False))
    assert (judged.tasks, judged.tasks[0].deadline.raised) == (raised.tasks, 1)


def test_the_judgement_counts_more_than_the_partners_flag() -> None:
    crisis = a_case_in(Phase.IN_CONVERSATION, signals=(a_signal(crisis=True),))
    by_flag = after(crisis, PENDING).tasks[0].deadline.term
    judged = after(crisis, a_fact(happened.ThreatJudged, threatening=False), PENDING).tasks[0].deadline.term
    assert (by_flag, judged) == (Term(working_days=3), Term(days=28))


# --- leaving -------------------------------------------------------------------------------------------------------


def test_a_signal_that_is_about_somebody_else_leaves_the_case() -> None:
    both = after(SITUATIONS["calling"], joined())
    state = after(both, split_off())
    assert ([signal.signal_id for signal in state.signals], state.tasks) == (["signal-1"], both.tasks)


def test_what_was_told_to_the_wrong_person_is_made_good_within_a_working_day() -> None:
    state = after(SITUATIONS["calling"], joined(), split_off(told=True))
    repair = state.task(TaskKind.REPAIR)
    assert repair is not None
    assert (repair.person_id, repair.urgent, repair.deadline.due_at) == (RESIDENT, True, at("2027-04-06 23:59"))


def test_the_resident_keeps_one_signal_at_least() -> None:
    one = SITUATIONS["calling"]
    assert only_counted(one, split_off("signal-1"))
    two = a_case_of_two()
    assert [may_leave(two, signal) for signal in two.signals] == [False, True]
    assert only_counted(two, split_off("signal-1"))
    assert only_counted(two, split_off("signal-9"))


def test_a_signal_leaves_no_case_that_tells_its_partners() -> None:
    feedback = after(a_case_in(Phase.CONTACT), joined(), outcome_recorded())
    assert only_counted(feedback, split_off())


NEIGHBOURS_WAY = [
    a_fact(happened.ContactReceived, person_id=NEIGHBOUR),
    a_fact(happened.ReferralMade, person_id=NEIGHBOUR),
    a_fact(happened.CallbackAgreed, person_id=NEIGHBOUR),
    a_fact(happened.ObjectionMade, person_id=NEIGHBOUR),
]


@pytest.mark.parametrize("fact", NEIGHBOURS_WAY, ids=[fact.kind for fact in NEIGHBOURS_WAY])
def test_with_the_last_signal_about_somebody_everything_of_them_leaves(fact: AnyFact) -> None:
    two = after(SITUATIONS["two talking"], fact)
    state = after(two, split_off())
    assert {person.person_id for person in state.people} == {RESIDENT}
    assert {task.person_id for task in state.tasks} == {RESIDENT}
    assert (state.appointments, state.referrals, state.visit) == ((), (), None)


def test_who_leaves_with_an_outcome_takes_it_along() -> None:
    ended = after(SITUATIONS["two people"], outcome_recorded(Outcome.PAID_OR_ARRANGED, person_id=NEIGHBOUR))
    state = after(ended, split_off())
    assert (state.outcomes, state.phase) == ((), Phase.CONTACT)


def test_when_the_subject_leaves_the_case_goes_to_its_end() -> None:
    state = after(SITUATIONS["second turn"], split_off())
    assert (state.phase, state.subject, next_step(state, now=NOW)) == (Phase.FEEDBACK, RESIDENT, OweFeedback())


def test_when_the_subject_leaves_the_case_waits_for_who_said_yes() -> None:
    turn = after(SITUATIONS["two talking"], PENDING)
    assert turn.subject == NEIGHBOUR
    state = after(turn, split_off())
    assert (state.phase, [task.kind for task in state.tasks]) == (
        Phase.IN_CONVERSATION,
        [TaskKind.HOLD_FIRST_CONVERSATION],
    )


def test_when_the_subject_leaves_whoever_is_next_takes_their_turn() -> None:
    third = a_signal(signal_id=SignalId("signal-3"), unit_id=UnitId("unit-3"), person_id="third")
    turn = after(SITUATIONS["second turn"], joined(third))
    state = after(turn, split_off())
    assert (state.subject, state.phase) == ("third", Phase.IDENTITY_CHECK)


# --- merging -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("situation", ["waiting", "asking", "calling", "talking", "paused", "agreed", "taken"])
def test_a_case_whose_signals_went_to_another_ends_with_a_date_of_its_own(situation: str) -> None:
    state = after(SITUATIONS[situation], a_fact(happened.CaseMerged))
    assert (state.phase, state.merged_into, state.signals, state.all_deadlines()) == (Phase.CLOSED, "case-2", (), ())
    assert [(one.unit_id, one.due_at) for one in state.retention] == [("case-case-1", at("2027-10-05 09:00"))]
    assert ReferralStatus.ACCEPTED not in {one.status for one in state.referrals}


def test_a_case_that_tells_its_partners_is_not_merged_any_more() -> None:
    assert only_counted(a_case_in(Phase.FEEDBACK), a_fact(happened.CaseMerged))
