"""How facts change a case."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.case import CaseState, Person
from models.codes import (
    Acceptance,
    AttemptResult,
    Channel,
    Daypart,
    DeadlineKind,
    FeedbackCode,
    Outcome,
    Party,
    Phase,
    RegisterResult,
    StallCause,
    Standing,
    TaskKind,
)
from models.facts import (
    AnyFact,
    AttemptMade,
    CaseClaimed,
    CaseClosed,
    FeedbackDelivered,
    FeedbackOwed,
    FirstConversationHeld,
    HoldReleased,
    HoldSet,
    IdentityChecked,
    MailChecked,
    OutcomeRecorded,
    PartyGaveUp,
    RegisterAnswered,
    RouteChosen,
    SignalJoined,
    Stalled,
)
from models.ids import BatchId, CommandId, PersonId, SignalId, StaffId, StepId, UnitId
from models.steps import (
    AskRegister,
    ChooseRoute,
    Close,
    Conclude,
    OweFeedback,
    RaiseStall,
    Rest,
    SendMail,
    Step,
    WaitUntil,
)
from models.terms import Term
from policy.changes import RouteMissing, terms_of
from policy.conclude import conclusion, owed
from policy.next_step import meanwhile, next_step, plan_step, stall_of
from policy.transitions import apply, takes_signals
from tests.builders import (
    NOW,
    RESIDENT,
    a_case_in,
    a_case_state,
    a_signal,
    after,
    at,
    call_made,
    mail_made,
    outcome_recorded,
    register_says,
    route_chosen,
    the_terms,
    told_and_closed,
)

NEIGHBOUR, STRANGER = PersonId("neighbour"), PersonId("stranger")
SECOND = a_signal(signal_id=SignalId("signal-2"), unit_id=UnitId("signal-row-2"), received_at=at("2027-04-06 10:00"))
OTHERS = SECOND.model_copy(update={"person_id": NEIGHBOUR})
PENDING = outcome_recorded(Outcome.FURTHER_HELP_FINANCIAL, Acceptance.PENDING, accepted_at=NOW)


def joined(signal: object = SECOND, moment: datetime = NOW) -> SignalJoined:
    return SignalJoined.model_validate({"at": moment, "signal": signal})


def gave_up(party: Party, step: str) -> PartyGaveUp:
    return PartyGaveUp(at=NOW, party=party, step_id=StepId(f"case-1.{step}"), person_id=RESIDENT)


def mail_checked(*, sent: bool, step: str = "mail-1") -> MailChecked:
    return MailChecked(at=NOW, step_id=StepId(f"case-1.{step}"), person_id=RESIDENT, sent=sent)


def held(person_id: PersonId = RESIDENT) -> FirstConversationHeld:
    return FirstConversationHeld(at=NOW, person_id=person_id, conversation_at=NOW, started_at=NOW)


def only_counted(state: CaseState, fact: AnyFact) -> bool:
    return apply(state, fact) == state.model_copy(update={"sequence": state.sequence + 1})


# --- every fact, every phase ---------------------------------------------------------------------------------------

PEOPLE = st.sampled_from([RESIDENT, NEIGHBOUR, STRANGER])
SIGNALS = st.sampled_from([SignalId("signal-1"), SignalId("signal-2"), SignalId("signal-9")])
STEPS = st.sampled_from(["register", "mail-1", "call-1", "call-2", "call-3", "mail-2", "extra"]).map(
    lambda name: StepId(f"case-1.{name}")
)
SHORT_TERMS = the_terms().model_copy(
    update={"plan": the_terms().plan.model_copy(update={"steps": the_terms().plan.steps[:2]})}
)
JOINING = st.sampled_from([SECOND, OTHERS, SECOND.model_copy(update={"crisis": True}), a_signal()])

# A fact of each kind, at a moment that is filled in later.
KINDS: dict[type[AnyFact], st.SearchStrategy[AnyFact]] = {
    RouteChosen: st.sampled_from([the_terms(), SHORT_TERMS]).map(lambda terms: route_chosen(terms=terms)),
    RegisterAnswered: st.builds(
        RegisterAnswered, at=st.just(NOW), person_id=PEOPLE, result=st.sampled_from(RegisterResult)
    ),
    PartyGaveUp: st.builds(PartyGaveUp, at=st.just(NOW), party=st.sampled_from(Party), step_id=STEPS, person_id=PEOPLE),
    IdentityChecked: st.builds(IdentityChecked, at=st.just(NOW), person_id=PEOPLE, standing=st.sampled_from(Standing)),
    AttemptMade: st.builds(
        AttemptMade,
        at=st.just(NOW),
        step_id=STEPS,
        person_id=PEOPLE,
        channel=st.sampled_from(Channel),
        result=st.sampled_from(AttemptResult),
    ),
    MailChecked: st.builds(MailChecked, at=st.just(NOW), step_id=STEPS, person_id=PEOPLE, sent=st.booleans()),
    OutcomeRecorded: st.builds(
        OutcomeRecorded,
        at=st.just(NOW),
        person_id=PEOPLE,
        outcome=st.sampled_from(Outcome),
        acceptance=st.sampled_from(Acceptance),
        accepted_at=st.sampled_from([None, NOW]),
    ),
    FirstConversationHeld: PEOPLE.map(held),
    FeedbackOwed: st.builds(FeedbackOwed, at=st.just(NOW), signal_id=SIGNALS, code=st.sampled_from(FeedbackCode)),
    FeedbackDelivered: st.builds(
        FeedbackDelivered, at=st.just(NOW), signal_id=SIGNALS, batch_id=st.just(BatchId("batch-1"))
    ),
    SignalJoined: JOINING.map(joined),
    CaseClaimed: st.just(CaseClaimed(at=NOW, by=StaffId("noor"), command_id=CommandId("c-1"))),
    Stalled: st.builds(
        Stalled, at=st.just(NOW), cause=st.sampled_from(StallCause), deadline=st.sampled_from(DeadlineKind)
    ),
    HoldSet: st.just(HoldSet(at=NOW, until=NOW + timedelta(days=9))),
    HoldReleased: st.just(HoldReleased(at=NOW)),
    CaseClosed: st.just(CaseClosed(at=NOW)),
}
FACTS = st.one_of(*KINDS.values())


def test_every_kind_of_fact_is_tried() -> None:
    assert set(KINDS) == set(get_args(get_args(AnyFact)[0]))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("phase", Phase)
@settings(max_examples=20)
@given(data=st.data())
def test_every_fact_can_come_in_every_phase(phase: Phase, kind: type[AnyFact], data: st.DataObject) -> None:
    fact = data.draw(KINDS[kind])
    sound(a_case_in(phase), fact, now=NOW)


@given(st.lists(st.tuples(FACTS, st.integers(0, 30 * 24 * 60)), max_size=25))
@settings(max_examples=300, deadline=None)
def test_whatever_happens_an_open_case_has_exactly_one_next_step_with_a_due_moment(
    happenings: list[tuple[AnyFact, int]],
) -> None:
    state, now = a_case_state(), NOW
    for fact, minutes in happenings:
        now += timedelta(minutes=minutes)
        state = sound(state, fact.model_copy(update={"at": now}), now=now)
    assert state.sequence == len(happenings)


@given(st.lists(st.tuples(FACTS, st.integers(0, 10 * 24 * 60)), max_size=12))
@settings(max_examples=200, deadline=None)
def test_a_case_that_is_followed_never_acts_without_end(happenings: list[tuple[AnyFact, int]]) -> None:
    state, now = a_case_state(), NOW
    for fact, minutes in happenings:
        now += timedelta(minutes=minutes)
        state = settled(apply(settled(state, now), fact.model_copy(update={"at": now})), now)
        assert isinstance(next_step(state, now=now), WaitUntil | Rest)


def sound(state: CaseState, fact: AnyFact, *, now: datetime) -> CaseState:
    """The state after the fact, once everything that must hold of it was looked at."""
    new = apply(state, fact)
    assert new.sequence == state.sequence + 1
    assert new.resident == state.resident
    assert CaseState.model_validate_json(new.model_dump_json()) == new
    step = next_step(new, now=now)
    if new.phase is Phase.CLOSED:
        assert step == Rest()
        assert new.all_deadlines() == ()
    elif new.phase is Phase.RECEIVED:
        assert step == ChooseRoute()
    else:
        assert new.deadline(DeadlineKind.RETENTION) is not None
        for answer in (step, meanwhile(new, now=now)):
            assert not isinstance(answer, WaitUntil) or answer.due_at > now
        kinds = [deadline.kind for deadline in new.deadlines]
        assert len(set(kinds)) == len(kinds)
        tasks = [(task.kind, task.person_id) for task in new.tasks]
        assert len(set(tasks)) == len(tasks)
        people = {person.person_id for person in new.people}
        assert {signal.person_id for signal in new.signals} | {task.person_id for task in new.tasks} <= people
    return new


def settled(state: CaseState, now: datetime) -> CaseState:
    """The state after everything the system itself can do at this moment; parties answer at once."""
    for _ in range(40):
        facts = facts_of(next_step(state, now=now), state, now)
        if not facts:
            return state
        state = after(state, *facts)
    raise AssertionError("the case keeps acting")


def facts_of(step: Step, state: CaseState, now: datetime) -> tuple[AnyFact, ...]:
    match step:
        case ChooseRoute():
            return (route_chosen(now),)
        case AskRegister():
            return (register_says(RegisterResult.FOUND, now),)
        case SendMail():
            sent = AttemptResult.SENT
            return (
                AttemptMade(at=now, step_id=step.step_id, person_id=step.person_id, channel=Channel.MAIL, result=sent),
            )
        case Conclude():
            return (conclusion(step, at=now),)
        case OweFeedback():
            return owed(state, at=now)
        case RaiseStall():
            return (Stalled(at=now, cause=step.cause, deadline=step.deadline),)
        case Close():
            return (CaseClosed(at=now),)
        case WaitUntil() | Rest():
            return ()


def test_a_case_that_nobody_touches_is_raised_again_and_again_and_never_lost() -> None:
    state, now = settled(a_case_state(), NOW), NOW
    levels = []
    for _ in range(8):
        step = next_step(state, now=now)
        assert isinstance(step, WaitUntil)
        now = step.due_at
        state = settled(state, now)
        stall = stall_of(state)
        levels.append(stall.level if stall else 0)
    assert levels == sorted(levels)
    assert levels[-1] == 8


# --- counting and commands -----------------------------------------------------------------------------------------


def test_facts_are_counted_and_commands_remembered_once() -> None:
    claimed = CaseClaimed(at=NOW, by=StaffId("noor"), command_id=CommandId("c-1"))
    state = after(a_case_state(), claimed, claimed, HoldReleased(at=NOW, command_id=CommandId("c-2")))
    assert (state.sequence, state.commands, state.owner) == (3, ("c-1", "c-2"), "noor")


@pytest.mark.parametrize(
    ("phase", "takes"),
    [
        (Phase.RECEIVED, True),
        (Phase.IDENTITY_CHECK, True),
        (Phase.CONTACT, True),
        (Phase.IN_CONVERSATION, True),
        (Phase.FEEDBACK, False),
        (Phase.CLOSED, False),
    ],
)
def test_signals_may_join_until_the_outcome_is_known(phase: Phase, takes: bool) -> None:
    assert takes_signals(a_case_in(phase)) is takes


# --- route ---------------------------------------------------------------------------------------------------------


def test_before_its_route_a_case_has_no_terms() -> None:
    with pytest.raises(RouteMissing):
        terms_of(a_case_state())


def test_with_its_route_a_case_owes_notice_within_a_month_and_a_decision_within_six() -> None:
    state = a_case_in(Phase.IDENTITY_CHECK)
    assert {deadline.kind: deadline.due_at for deadline in state.deadlines} == {
        DeadlineKind.NOTICE: at("2027-05-05 09:00"),
        DeadlineKind.RETENTION: at("2027-10-05 09:00"),
    }
    assert state.terms == the_terms()


def test_another_route_during_contact_plans_its_own_next_attempt() -> None:
    calling = after(
        a_case_in(Phase.CONTACT),
        mail_made(AttemptResult.SENT),
        call_made(AttemptResult.NO_ANSWER, at("2027-04-07 13:30"), step="call-1"),
    )
    assert [task.step_id for task in calling.tasks] == ["case-1.call-2"]
    # The other plan has no second call: what is left of it is waiting for its end.
    state = after(calling, route_chosen(at("2027-04-08 10:00"), SHORT_TERMS))
    end = state.deadline(DeadlineKind.PLAN_END)
    assert (state.terms, state.tasks, end and end.due_at) == (SHORT_TERMS, (), at("2027-04-15 23:59"))


def test_another_route_leaves_a_mail_in_doubt_to_the_caseworker() -> None:
    doubt = after(a_case_in(Phase.CONTACT), mail_made(AttemptResult.UNKNOWN))
    state = after(doubt, route_chosen(terms=SHORT_TERMS))
    assert (state.tasks, state.deadlines) == (doubt.tasks, doubt.deadlines)


def test_another_route_in_a_conversation_only_changes_the_terms() -> None:
    talking = a_case_in(Phase.IN_CONVERSATION)
    state = after(talking, route_chosen(terms=SHORT_TERMS))
    assert (state.terms, state.phase, state.tasks) == (SHORT_TERMS, talking.phase, talking.tasks)


def test_a_route_without_terms_or_for_a_closed_case_is_only_counted() -> None:
    assert only_counted(a_case_state(), route_chosen().model_copy(update={"terms": None}))
    assert only_counted(a_case_in(Phase.CLOSED), route_chosen(terms=SHORT_TERMS))


# --- identity ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("result", "standing", "phase"),
    [
        (RegisterResult.FOUND, Standing.CONFIRMED, Phase.CONTACT),
        (RegisterResult.NOT_FOUND, Standing.TO_CHECK, Phase.IDENTITY_CHECK),
        (RegisterResult.SEVERAL, Standing.TO_CHECK, Phase.IDENTITY_CHECK),
        (RegisterResult.DIED, Standing.DIED, Phase.IDENTITY_CHECK),
        (RegisterResult.NOT_A_RESIDENT, Standing.NOT_A_RESIDENT, Phase.IDENTITY_CHECK),
    ],
)
def test_the_register_decides_who_this_is(result: RegisterResult, standing: Standing, phase: Phase) -> None:
    state = after(a_case_in(Phase.IDENTITY_CHECK), register_says(result))
    assert (state.people[0].standing, state.phase) == (standing, phase)


def test_a_doubt_becomes_a_task_of_the_identity_queue_with_its_reason() -> None:
    (task,) = after(a_case_in(Phase.IDENTITY_CHECK), register_says(RegisterResult.SEVERAL)).tasks
    assert (task.kind, task.queue, task.code) == (
        TaskKind.CHECK_IDENTITY,
        the_terms().identity_queue,
        "register.several",
    )
    assert task.deadline.due_at == at("2027-04-07 23:59")


def test_a_register_that_keeps_silent_stalls_the_case_from_that_moment() -> None:
    state = after(a_case_in(Phase.IDENTITY_CHECK), gave_up(Party.REGISTER, "register"))
    stall = stall_of(state)
    assert stall is not None
    assert (stall.cause, stall.since, state.tasks[0].code) == (StallCause.PARTY_BUDGET_SPENT, NOW, "party.register")


def test_a_late_answer_does_not_undo_what_a_caseworker_decided() -> None:
    decided = after(
        a_case_in(Phase.IDENTITY_CHECK),
        IdentityChecked(at=NOW, person_id=RESIDENT, standing=Standing.NOT_A_RESIDENT),
    )
    assert only_counted(decided, register_says(RegisterResult.FOUND))
    assert only_counted(decided, gave_up(Party.REGISTER, "register"))
    assert only_counted(a_case_in(Phase.CONTACT), register_says(RegisterResult.DIED))


@pytest.mark.parametrize(
    ("standing", "phase"),
    [
        (Standing.CONFIRMED, Phase.CONTACT),
        (Standing.DIED, Phase.IDENTITY_CHECK),
        (Standing.NOT_A_RESIDENT, Phase.IDENTITY_CHECK),
    ],
)
def test_a_caseworkers_check_ends_the_task(standing: Standing, phase: Phase) -> None:
    doubtful = after(a_case_in(Phase.IDENTITY_CHECK), register_says(RegisterResult.NOT_FOUND))
    state = after(doubtful, IdentityChecked(at=NOW, person_id=RESIDENT, standing=standing))
    assert (state.phase, state.people[0].standing, state.tasks) == (phase, standing, ())


@pytest.mark.parametrize("standing", [Standing.UNKNOWN, Standing.TO_CHECK])
def test_a_check_that_decides_nothing_leaves_the_task(standing: Standing) -> None:
    doubtful = after(a_case_in(Phase.IDENTITY_CHECK), register_says(RegisterResult.NOT_FOUND))
    assert only_counted(doubtful, IdentityChecked(at=NOW, person_id=RESIDENT, standing=standing))
    assert only_counted(a_case_in(Phase.CONTACT), IdentityChecked(at=NOW, person_id=RESIDENT, standing=Standing.DIED))


def test_what_is_found_of_somebody_else_neither_starts_nor_stops_contact() -> None:
    both = after(a_case_in(Phase.IDENTITY_CHECK), joined(OTHERS), register_says(RegisterResult.NOT_FOUND))
    for standing in (Standing.CONFIRMED, Standing.DIED):
        state = after(both, IdentityChecked(at=NOW, person_id=NEIGHBOUR, standing=standing))
        assert (state.phase, state.people[1].standing, state.tasks) == (both.phase, standing, both.tasks)
    answered = RegisterAnswered(at=NOW, person_id=NEIGHBOUR, result=RegisterResult.SEVERAL)
    assert after(both, answered).tasks == both.tasks


# --- contact -------------------------------------------------------------------------------------------------------


def test_the_plan_goes_mail_three_calls_on_other_dayparts_mail_end() -> None:
    state = after(a_case_in(Phase.CONTACT), mail_made(AttemptResult.SENT))
    planned = []
    for call in ("call-1", "call-2", "call-3"):
        (task,) = state.tasks
        assert task.planned is not None
        planned.append((task.daypart, task.opens_at, task.planned.due_at, task.deadline.due_at))
        state = after(state, call_made(AttemptResult.NO_ANSWER, task.opens_at, step=call))
    assert planned == [
        (Daypart.AFTERNOON, at("2027-04-07 13:00"), at("2027-04-07 13:00"), at("2027-04-08 23:59")),
        (Daypart.EVENING, at("2027-04-09 18:00"), at("2027-04-09 18:00"), at("2027-04-12 23:59")),
        (Daypart.MORNING, at("2027-04-13 09:00"), at("2027-04-13 09:00"), at("2027-04-14 23:59")),
    ]
    last = state.deadline(DeadlineKind.PLAN_STEP)
    assert (state.tasks, last and last.due_at) == ((), at("2027-04-15 09:00"))
    state = after(state, mail_made(AttemptResult.SENT, at("2027-04-15 09:00"), step="mail-2"))
    end = state.deadline(DeadlineKind.PLAN_END)
    assert (plan_step(state), end and end.due_at, end and end.cause) == (None, at("2027-04-22 23:59"), None)


def test_a_call_at_another_daypart_than_planned_counts_where_it_was_made() -> None:
    state = after(
        a_case_in(Phase.CONTACT),
        mail_made(AttemptResult.SENT),
        call_made(AttemptResult.NO_ANSWER, at("2027-04-07 10:00"), step="call-1"),
    )
    assert (state.attempts[-1].daypart, state.tasks[0].daypart) == (Daypart.MORNING, Daypart.AFTERNOON)


@pytest.mark.parametrize("result", [AttemptResult.REFUSED, AttemptResult.SENT, AttemptResult.NO_ADDRESS])
def test_a_mail_that_is_settled_makes_the_plan_go_on(result: AttemptResult) -> None:
    state = after(a_case_in(Phase.CONTACT), mail_made(result))
    assert (state.plan_next, state.tasks[0].kind) == (1, TaskKind.CALL)
    assert len(state.attempts) == (0 if result is AttemptResult.NO_ADDRESS else 1)
    # Only a mail that left told the resident anything.
    assert (state.deadline(DeadlineKind.NOTICE) is None) is (result is AttemptResult.SENT)


@pytest.mark.parametrize(
    ("fact", "code", "raised"),
    [(mail_made(AttemptResult.UNKNOWN), "mail.unknown", 0), (gave_up(Party.MAIL, "mail-1"), "party.mail", 1)],
)
def test_a_mail_in_doubt_holds_the_plan_until_somebody_looked(fact: AnyFact, code: str, raised: int) -> None:
    doubt = after(a_case_in(Phase.CONTACT), fact)
    (task,) = doubt.tasks
    assert (task.kind, task.code, task.step_id, task.deadline.raised) == (
        TaskKind.CHECK_MAIL,
        code,
        "case-1.mail-1",
        raised,
    )
    assert isinstance(next_step(doubt, now=NOW), WaitUntil)
    for sent in (True, False):
        state = after(doubt, mail_checked(sent=sent))
        assert ([task.kind for task in state.tasks], state.plan_next) == ([TaskKind.CALL], 1)
        assert (state.people[0].notified_at is not None) is sent


def test_a_check_of_another_mail_leaves_the_task() -> None:
    doubt = after(a_case_in(Phase.CONTACT), mail_made(AttemptResult.UNKNOWN))
    assert only_counted(doubt, mail_checked(sent=False, step="mail-2"))
    assert only_counted(a_case_in(Phase.CONTACT), mail_checked(sent=False))


@pytest.mark.parametrize(
    "fact", [gave_up(Party.MAIL, "mail-2"), gave_up(Party.PARTNERS, "mail-1"), gave_up(Party.REGISTER, "mail-1")]
)
def test_a_party_that_the_step_does_not_wait_for_changes_nothing(fact: AnyFact) -> None:
    assert only_counted(a_case_in(Phase.CONTACT), fact)
    assert only_counted(a_case_in(Phase.IN_CONVERSATION), fact)


def test_a_call_beside_the_plan_is_remembered_and_moves_nothing() -> None:
    waiting = after(a_case_in(Phase.CONTACT), mail_made(AttemptResult.SENT))
    state = after(waiting, call_made(AttemptResult.VOICEMAIL))
    assert (state.plan_next, state.tasks, len(state.attempts)) == (1, waiting.tasks, 2)


def test_a_conversation_ends_the_plan_and_asks_for_the_outcome() -> None:
    state = after(
        a_case_in(Phase.CONTACT),
        mail_made(AttemptResult.SENT),
        call_made(AttemptResult.CONVERSATION, at("2027-04-07 13:30"), step="call-1"),
    )
    assert (state.phase, [task.kind for task in state.tasks]) == (Phase.IN_CONVERSATION, [TaskKind.RECORD_OUTCOME])
    assert [deadline.kind for deadline in state.deadlines] == [DeadlineKind.RETENTION]
    assert state.reached()


def test_a_conversation_tells_the_resident_that_data_were_received_and_the_first_time_counts() -> None:
    state = after(a_case_in(Phase.IN_CONVERSATION), call_made(AttemptResult.CONVERSATION, at("2027-04-09 10:00")))
    assert (state.people[0].notified_at, len(state.attempts)) == (NOW, 2)


def test_a_fact_about_somebody_unknown_is_only_counted() -> None:
    stranger = call_made(AttemptResult.CONVERSATION).model_copy(update={"person_id": STRANGER})
    assert only_counted(a_case_in(Phase.CONTACT), stranger)
    assert only_counted(a_case_in(Phase.IN_CONVERSATION), outcome_recorded(person_id=STRANGER))


# --- signals -------------------------------------------------------------------------------------------------------


def test_a_second_signal_joins_without_moving_the_deadlines_of_the_first() -> None:
    state = after(a_case_in(Phase.CONTACT), joined())
    assert len(state.signals) == 2
    assert state.deadlines == a_case_in(Phase.CONTACT).deadlines
    assert only_counted(state, joined())


def test_a_signal_that_was_received_earlier_moves_the_deadlines_forward() -> None:
    older = SECOND.model_copy(update={"received_at": at("2027-04-01 10:00")})
    state = after(a_case_in(Phase.IDENTITY_CHECK), joined(older))
    notice, retention = state.deadline(DeadlineKind.NOTICE), state.deadline(DeadlineKind.RETENTION)
    assert (notice and notice.due_at) == at("2027-05-01 10:00")
    assert (retention and retention.due_at) == at("2027-10-01 10:00")


def test_a_signal_before_the_route_waits_for_it() -> None:
    state = after(a_case_state(), joined(OTHERS))
    assert (len(state.people), state.deadlines) == (2, ())
    routed = after(state, route_chosen())
    assert routed.deadline(DeadlineKind.RETENTION) is not None


def test_somebody_new_must_be_told_too_from_the_receipt_of_their_own_signal() -> None:
    told = after(a_case_in(Phase.CONTACT), mail_made(AttemptResult.SENT))
    assert told.deadline(DeadlineKind.NOTICE) is None
    state = after(told, joined(OTHERS))
    notice = state.deadline(DeadlineKind.NOTICE)
    assert (state.people[1], notice and notice.due_at) == (Person(person_id=NEIGHBOUR), at("2027-05-06 10:00"))


def test_the_notice_of_one_person_does_not_settle_that_of_another() -> None:
    state = after(a_case_in(Phase.CONTACT), joined(OTHERS), mail_made(AttemptResult.SENT))
    notice = state.deadline(DeadlineKind.NOTICE)
    assert (notice and notice.started_at) == at("2027-04-06 10:00")


def test_a_signal_that_comes_while_partners_are_told_is_told_too() -> None:
    told = after(
        a_case_in(Phase.FEEDBACK),
        FeedbackOwed(at=NOW, signal_id=SignalId("signal-1"), code=FeedbackCode.HANDLED),
        FeedbackDelivered(at=NOW, signal_id=SignalId("signal-1"), batch_id=BatchId("batch-1")),
    )
    assert next_step(told, now=NOW) == Close()
    state = after(told, joined(moment=at("2027-04-06 10:00")))
    feedback = state.deadline(DeadlineKind.FEEDBACK)
    assert (next_step(state, now=NOW), feedback and feedback.due_at) == (OweFeedback(), at("2027-04-09 23:59"))
    assert state.deadline(DeadlineKind.NOTICE) is None
    # Closing was decided a moment before the signal came.
    assert only_counted(state, CaseClosed(at=NOW))


def test_a_signal_that_joins_early_in_feedback_keeps_its_deadline() -> None:
    before = a_case_in(Phase.FEEDBACK)
    assert after(before, joined()).deadline(DeadlineKind.FEEDBACK) == before.deadline(DeadlineKind.FEEDBACK)


def test_a_closed_case_takes_no_signal() -> None:
    assert only_counted(a_case_in(Phase.CLOSED), joined(OTHERS))


# --- outcome -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("phase", [Phase.IDENTITY_CHECK, Phase.CONTACT, Phase.IN_CONVERSATION])
def test_an_outcome_ends_all_work_and_owes_the_partners_an_answer(phase: Phase) -> None:
    state = after(a_case_in(phase), outcome_recorded())
    assert (state.phase, state.tasks, len(state.outcomes)) == (Phase.FEEDBACK, (), 1)
    assert {deadline.kind for deadline in state.deadlines} == {DeadlineKind.RETENTION, DeadlineKind.FEEDBACK}


@pytest.mark.parametrize("phase", [Phase.RECEIVED, Phase.FEEDBACK, Phase.CLOSED])
def test_an_outcome_before_the_route_or_after_another_is_only_counted(phase: Phase) -> None:
    assert only_counted(a_case_in(phase), outcome_recorded(Outcome.DIED))


@pytest.mark.parametrize(
    ("crisis", "due_at", "term"),
    [(False, "2027-05-03 09:00", Term(days=28)), (True, "2027-04-08 23:59", Term(working_days=3))],
)
def test_a_pending_acceptance_waits_for_the_first_conversation_within_the_law(
    crisis: bool, due_at: str, term: Term
) -> None:
    talking = a_case_in(Phase.IN_CONVERSATION, signals=(a_signal(crisis=crisis),))
    state = after(talking, PENDING)
    (task,) = state.tasks
    assert (state.phase, task.kind, task.deadline.cause) == (
        Phase.IN_CONVERSATION,
        TaskKind.HOLD_FIRST_CONVERSATION,
        StallCause.NO_FIRST_CONVERSATION,
    )
    assert (task.deadline.kind, task.deadline.due_at, task.deadline.term, task.deadline.start_event) == (
        DeadlineKind.FIRST_CONVERSATION,
        at(due_at),
        term,
        "help.accepted",
    )


def test_without_a_moment_of_acceptance_the_term_runs_from_the_form() -> None:
    form = outcome_recorded(Outcome.FURTHER_HELP_FINANCIAL, Acceptance.PENDING, moment=at("2027-04-06 09:00"))
    (task,) = after(a_case_in(Phase.IN_CONVERSATION), form).tasks
    assert task.deadline.started_at == at("2027-04-06 09:00")


def test_a_crisis_signal_shortens_the_term_of_a_pending_acceptance() -> None:
    pending = after(a_case_in(Phase.IN_CONVERSATION), PENDING)
    assert after(pending, joined()).tasks == pending.tasks
    (task,) = after(pending, joined(SECOND.model_copy(update={"crisis": True}))).tasks
    assert (task.deadline.started_at, task.deadline.due_at) == (NOW, at("2027-04-08 23:59"))


def test_the_first_conversation_makes_the_help_accepted() -> None:
    state = after(a_case_in(Phase.IN_CONVERSATION), PENDING, held())
    (result,) = state.outcomes
    assert (result.acceptance, result.conversation_at, result.started_at) == (Acceptance.ACCEPTED, NOW, NOW)
    assert (state.phase, state.tasks) == (Phase.FEEDBACK, ())


def test_a_first_conversation_that_nothing_waits_for_is_only_counted() -> None:
    for phase in Phase:
        assert only_counted(a_case_in(phase), held())


def test_another_outcome_replaces_a_pending_one() -> None:
    state = after(a_case_in(Phase.IN_CONVERSATION), PENDING, outcome_recorded(Outcome.SETTLES_IT_HIMSELF))
    assert ([result.outcome for result in state.outcomes], state.phase, state.tasks) == (
        [Outcome.SETTLES_IT_HIMSELF],
        Phase.FEEDBACK,
        (),
    )


def test_a_conversation_while_help_is_pending_leaves_the_task() -> None:
    pending = after(a_case_in(Phase.IN_CONVERSATION), PENDING)
    assert after(pending, call_made(AttemptResult.CONVERSATION)).tasks == pending.tasks


def test_the_case_waits_for_everybody_who_said_yes() -> None:
    both = after(a_case_in(Phase.IN_CONVERSATION), joined(OTHERS), PENDING)
    other = outcome_recorded(Outcome.FURTHER_HELP_OTHER, Acceptance.PENDING, person_id=NEIGHBOUR)
    waiting = after(both, other)
    assert [task.person_id for task in waiting.tasks] == [RESIDENT, NEIGHBOUR]
    one_held = after(waiting, held(NEIGHBOUR))
    assert (one_held.phase, [task.person_id for task in one_held.tasks]) == (Phase.IN_CONVERSATION, [RESIDENT])
    assert after(one_held, held()).phase is Phase.FEEDBACK
    no_help = after(both, outcome_recorded(Outcome.PAID_OR_ARRANGED, person_id=NEIGHBOUR))
    assert (no_help.phase, [task.person_id for task in no_help.tasks]) == (Phase.IN_CONVERSATION, [RESIDENT])


# --- feedback and the end ------------------------------------------------------------------------------------------


def test_feedback_is_told_once_and_only_when_it_was_owed() -> None:
    owes = FeedbackOwed(at=NOW, signal_id=SignalId("signal-1"), code=FeedbackCode.HANDLED)
    told = FeedbackDelivered(at=NOW, signal_id=SignalId("signal-1"), batch_id=BatchId("batch-1"))
    assert only_counted(a_case_in(Phase.CONTACT), owes)
    assert only_counted(a_case_in(Phase.CONTACT), told)
    assert only_counted(a_case_in(Phase.FEEDBACK), told)
    state = after(a_case_in(Phase.FEEDBACK), owes, told)
    assert only_counted(state, told.model_copy(update={"at": at("2027-04-07 09:00")}))
    assert only_counted(state, owes.model_copy(update={"code": FeedbackCode.DIED}))


def test_the_feedback_deadline_stands_until_every_partner_was_told() -> None:
    state = after(a_case_in(Phase.CONTACT), joined(), outcome_recorded())
    state = after(state, *owed(state, at=NOW))
    first, second = (
        FeedbackDelivered(at=NOW, signal_id=signal.signal_id, batch_id=BatchId("batch-1")) for signal in state.signals
    )
    assert after(state, first).deadline(DeadlineKind.FEEDBACK) is not None
    assert after(state, first, second).deadline(DeadlineKind.FEEDBACK) is None


@pytest.mark.parametrize("phase", [phase for phase in Phase if phase is not Phase.CLOSED])
def test_a_case_that_still_owes_something_does_not_close(phase: Phase) -> None:
    assert only_counted(a_case_in(phase), CaseClosed(at=NOW))


def test_a_closed_case_has_nothing_left_but_its_dates() -> None:
    state = told_and_closed(a_case_in(Phase.FEEDBACK), at("2027-04-06 06:00"))
    assert (state.phase, state.closed_at, state.deadlines, state.tasks) == (
        Phase.CLOSED,
        at("2027-04-06 06:00"),
        (),
        (),
    )
    assert [retention.unit_id for retention in state.retention] == ["signal-row-1", "case-case-1"]


def test_a_hold_is_by_somebody_until_a_date() -> None:
    fact = HoldSet(at=NOW, by=StaffId("sam"), until=at("2027-12-31 12:00"))
    for phase in Phase:
        hold = after(a_case_in(phase), fact).hold
        assert hold is not None
        assert (hold.by, hold.since, hold.until) == ("sam", NOW, at("2027-12-31 12:00"))
        assert after(a_case_in(phase), fact, HoldReleased(at=NOW)).hold is None


def test_a_hold_can_be_set_without_the_terms_which_a_closed_case_no_longer_carries() -> None:
    bare = a_case_in(Phase.CLOSED).model_copy(update={"terms": None})
    assert after(bare, HoldSet(at=NOW, until=at("2027-12-31 12:00"))).hold is not None


# --- stalls --------------------------------------------------------------------------------------------------------


def test_only_a_deadline_that_passed_is_raised() -> None:
    stalled = Stalled(at=NOW, cause=StallCause.RETENTION_REACHED, deadline=DeadlineKind.RETENTION)
    assert only_counted(a_case_in(Phase.CONTACT), stalled)
    late = stalled.model_copy(update={"at": at("2027-10-05 09:00")})
    raised = after(a_case_in(Phase.CONTACT), late).deadline(DeadlineKind.RETENTION)
    assert raised is not None
    assert (raised.raised, raised.due_at) == (1, at("2027-10-07 23:59"))


@pytest.mark.parametrize("phase", [Phase.IDENTITY_CHECK, Phase.CONTACT, Phase.IN_CONVERSATION, Phase.FEEDBACK])
def test_a_case_with_everything_raised_still_waits_for_its_next_reminder(phase: Phase) -> None:
    far = at("2029-01-01 12:00")
    state = settled(after(a_case_in(phase), *_doubts(phase)), far)
    step = next_step(state, now=far)
    assert isinstance(step, WaitUntil)
    assert all(deadline.raised == 1 for deadline in state.all_deadlines())
    assert step.due_at == at("2029-01-03 23:59")


def _doubts(phase: Phase) -> list[AnyFact]:
    """What makes the system wait for a person or a partner in each phase."""
    makers: dict[Phase, Callable[[], list[AnyFact]]] = {
        Phase.IDENTITY_CHECK: lambda: [register_says(RegisterResult.SEVERAL)],
        Phase.CONTACT: lambda: [mail_made(AttemptResult.UNKNOWN)],
        Phase.IN_CONVERSATION: list,
        Phase.FEEDBACK: lambda: list(owed(a_case_in(Phase.FEEDBACK), at=NOW)),
    }
    return makers[phase]()
