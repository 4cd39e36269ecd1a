"""How it ends: an outcome for the person, feedback for each signal, and the case closes."""

from datetime import timedelta

import pytest

from models import facts as happened
from models.case import Proposal
from models.codes import (
    Acceptance,
    DeadlineKind,
    FeedbackCode,
    HelpKind,
    Outcome,
    Phase,
    StallCause,
    TaskKind,
)
from models.facts import FeedbackDelivered, FeedbackOwed, FirstConversationHeld, OutcomeRecorded
from models.ids import CommandId, PersonId, ProposalId, SignalId
from models.steps import Close, Conclude, OweFeedback
from models.terms import Term
from policy.conclude import owed
from policy.next_step import next_step
from tests.builders import (
    NEIGHBOUR,
    NOW,
    RESIDENT,
    SAM,
    a_case_in,
    a_signal,
    after,
    at,
    outcome_recorded,
)
from tests.unit.examples import BATCH, SIGNAL, a_fact, a_form
from tests.unit.playing import Play
from tests.unit.situations import PENDING, QUICK_FIX, SITUATIONS, a_case_of_two
from tests.unit.soundness import Watch, only_counted

NO_HELP = outcome_recorded(Outcome.SETTLES_IT_HIMSELF)
OWES = FeedbackOwed(at=NOW, signal_id=SIGNAL, code=FeedbackCode.HANDLED)
TOLD = FeedbackDelivered(at=NOW, signal_id=SIGNAL, batch_id=BATCH, code=FeedbackCode.HANDLED)
CORRECTED = outcome_recorded(Outcome.PAID_OR_ARRANGED, moment=at("2027-04-06 09:00")).model_copy(
    update={"corrects": True}
)


def held(person_id: PersonId = RESIDENT) -> FirstConversationHeld:
    return FirstConversationHeld(at=NOW, person_id=person_id, conversation_at=NOW, started_at=NOW)


# --- outcomes ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "situation",
    ["waiting", "asking", "doubtful", "calling", "odd mail", "visiting", "plan done", "paused", "talking", "agreed"],
)
def test_an_outcome_ends_all_work_and_owes_the_partners_an_answer(situation: str) -> None:
    state = after(SITUATIONS[situation], NO_HELP)
    assert (state.phase, state.tasks, state.appointments, state.visit) == (Phase.FEEDBACK, (), (), None)
    feedback = state.deadline(DeadlineKind.FEEDBACK)
    assert feedback is not None
    assert (feedback.due_at, feedback.cause) == (at("2027-04-08 23:59"), StallCause.FEEDBACK_NOT_DELIVERED)
    assert next_step(state, now=NOW) == OweFeedback()


@pytest.mark.parametrize("phase", [Phase.RECEIVED, Phase.FEEDBACK, Phase.CLOSED])
def test_an_outcome_before_the_route_or_after_another_is_only_counted(phase: Phase) -> None:
    assert only_counted(a_case_in(phase), outcome_recorded(Outcome.DIED))


def test_an_outcome_keeps_what_the_form_said() -> None:
    form = OutcomeRecorded(
        at=NOW,
        by=SAM,
        person_id=RESIDENT,
        outcome=Outcome.FURTHER_HELP_OTHER,
        acceptance=Acceptance.ACCEPTED,
        help_kind=HelpKind.VOLUNTEERS,
        accepted_at=at("2027-04-02 10:00"),
        conversation_at=at("2027-04-03 10:00"),
        started_at=at("2027-04-04 10:00"),
    )
    (result,) = after(a_case_in(Phase.IN_CONVERSATION), form).outcomes
    said = result.model_dump(exclude={"untold_ground"})
    assert said == form.model_dump(include=set(said))


# --- pending help --------------------------------------------------------------------------------------------------


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


def test_the_first_conversation_makes_the_help_accepted() -> None:
    state = after(a_case_in(Phase.IN_CONVERSATION), PENDING, held())
    (result,) = state.outcomes
    assert (result.acceptance, result.conversation_at, result.started_at) == (Acceptance.ACCEPTED, NOW, NOW)
    assert (state.phase, state.tasks) == (Phase.FEEDBACK, ())


def test_a_quick_fix_whose_conversation_came_later_began_when_it_was_agreed() -> None:
    pending = PENDING.model_copy(update={"outcome": Outcome.ADVICE_OR_QUICK_FIX})
    bare = held().model_copy(update={"started_at": None})
    state = after(a_case_in(Phase.IN_CONVERSATION), pending, bare)
    assert (state.outcomes[0].acceptance, state.outcomes[0].started_at) == (Acceptance.ACCEPTED, NOW)
    assert [task.kind for task in state.tasks] == [TaskKind.CHECK_QUICK_FIX]


def test_a_first_conversation_that_nothing_waits_for_is_only_counted() -> None:
    for phase in Phase:
        assert only_counted(a_case_in(phase), held())


def test_another_outcome_replaces_a_pending_one() -> None:
    state = after(a_case_in(Phase.IN_CONVERSATION), PENDING, NO_HELP)
    assert ([result.outcome for result in state.outcomes], state.phase, state.tasks) == (
        [Outcome.SETTLES_IT_HIMSELF],
        Phase.FEEDBACK,
        (),
    )


def test_help_that_is_agreed_anew_has_a_clock_of_its_own() -> None:
    later = PENDING.model_copy(update={"accepted_at": at("2027-04-07 09:00"), "at": at("2027-04-07 09:00")})
    (task,) = after(a_case_in(Phase.IN_CONVERSATION), PENDING, later).tasks
    assert task.deadline.due_at == at("2027-05-05 09:00")


def test_who_said_yes_does_not_keep_the_other_person_waiting() -> None:
    two = after(a_case_of_two(Phase.IN_CONVERSATION), PENDING)
    assert (two.subject, two.phase) == (NEIGHBOUR, Phase.IDENTITY_CHECK)
    ended = after(two, outcome_recorded(Outcome.PAID_OR_ARRANGED, person_id=NEIGHBOUR))
    assert (ended.phase, [task.person_id for task in ended.tasks]) == (Phase.IN_CONVERSATION, [RESIDENT])
    assert after(ended, held()).phase is Phase.FEEDBACK


def test_the_first_conversation_of_one_leaves_the_contact_with_the_other_where_it_is() -> None:
    seeking = after(
        a_case_of_two(Phase.IN_CONVERSATION), PENDING, a_fact(happened.RegisterAnswered, person_id=NEIGHBOUR)
    )
    state = after(seeking, held())
    assert (state.phase, state.plan_run, state.deadline(DeadlineKind.PLAN_STEP)) == (
        seeking.phase,
        seeking.plan_run,
        seeking.deadline(DeadlineKind.PLAN_STEP),
    )


def test_the_case_waits_for_everybody_who_said_yes() -> None:
    other = outcome_recorded(Outcome.FURTHER_HELP_OTHER, Acceptance.PENDING, person_id=NEIGHBOUR)
    waiting = after(a_case_of_two(Phase.IN_CONVERSATION), PENDING, other)
    assert [task.person_id for task in waiting.tasks] == [RESIDENT, NEIGHBOUR]
    one_held = after(waiting, held(NEIGHBOUR))
    assert (one_held.phase, [task.person_id for task in one_held.tasks]) == (Phase.IN_CONVERSATION, [RESIDENT])
    assert after(one_held, held()).phase is Phase.FEEDBACK


# --- quick fix -----------------------------------------------------------------------------------------------------


def test_a_quick_fix_is_checked_after_thirty_days_and_until_then_the_case_stays_open() -> None:
    play = Play(SITUATIONS["quick fix"], watcher=Watch())
    play.deliver_feedback()
    (task,) = play.state.tasks
    # Thirty days after Monday 5 April is 5 May; Ascension Day and the day after it are closed.
    assert (task.kind, task.opens_at, task.deadline.due_at) == (
        TaskKind.CHECK_QUICK_FIX,
        at("2027-05-05 09:00"),
        at("2027-05-14 23:59"),
    )
    play.pass_time(timedelta(days=31))
    assert play.state.phase is Phase.FEEDBACK
    play.happened(a_fact(happened.QuickFixChecked, at=play.now, solved=True))
    assert play.is_closed()


def test_a_quick_fix_counts_from_the_day_the_resident_said_yes() -> None:
    form = QUICK_FIX.model_copy(update={"accepted_at": at("2027-04-01 10:00")})
    (task,) = after(a_case_in(Phase.IN_CONVERSATION), form).tasks
    assert task.opens_at == at("2027-05-01 10:00")
    unknown = QUICK_FIX.model_copy(update={"accepted_at": None})
    assert after(a_case_in(Phase.IN_CONVERSATION), unknown).tasks[0].opens_at == at("2027-05-05 09:00")


def test_a_quick_fix_that_failed_opens_the_conversation_and_the_answer_to_the_partner_again() -> None:
    owing = after(SITUATIONS["quick fix"], OWES)
    state = after(owing, a_fact(happened.QuickFixChecked))
    assert (state.phase, state.outcomes, [task.kind for task in state.tasks], state.tasks[0].code) == (
        Phase.IN_CONVERSATION,
        (),
        [TaskKind.RECORD_OUTCOME],
        "quick_fix.failed",
    )
    assert (state.signals[0].feedback, state.deadline(DeadlineKind.FEEDBACK)) == (None, None)
    again = after(state, PENDING, held())
    assert (again.phase, next_step(again, now=NOW)) == (Phase.FEEDBACK, OweFeedback())


def test_the_failed_quick_fix_of_one_leaves_the_contact_with_the_other() -> None:
    two = after(a_case_of_two(Phase.IN_CONVERSATION), QUICK_FIX)
    assert two.subject == NEIGHBOUR
    state = after(two, a_fact(happened.QuickFixChecked))
    assert (state.subject, state.phase) == (NEIGHBOUR, two.phase)
    assert [(task.kind, task.person_id) for task in state.tasks] == [(TaskKind.RECORD_OUTCOME, RESIDENT)]
    settled = after(state, CORRECTED)
    assert (settled.tasks, settled.outcomes[0].outcome) == ((), Outcome.PAID_OR_ARRANGED)


def test_a_check_that_nobody_asked_for_is_only_counted() -> None:
    assert only_counted(a_case_in(Phase.FEEDBACK), a_fact(happened.QuickFixChecked))
    assert only_counted(SITUATIONS["calling"], a_fact(happened.QuickFixChecked))


# --- corrections ---------------------------------------------------------------------------------------------------


def test_an_outcome_can_be_corrected_until_the_case_closes_and_what_is_owed_follows() -> None:
    owing = after(a_case_in(Phase.CONTACT), outcome_recorded(Outcome.DIED), OWES)
    state = after(owing, CORRECTED)
    assert [result.outcome for result in state.outcomes] == [Outcome.PAID_OR_ARRANGED]
    assert (state.phase, next_step(state, now=NOW)) == (Phase.FEEDBACK, OweFeedback())
    assert state.deadline(DeadlineKind.FEEDBACK) is not None
    assert [fact.code for fact in owed(state, at=NOW)] == [FeedbackCode.HANDLED]


def test_a_correction_that_crosses_its_batch_is_told_in_the_next_one() -> None:
    crossed = after(a_case_in(Phase.FEEDBACK), OWES, CORRECTED, TOLD)
    assert (crossed.signals[0].feedback_delivered_at, next_step(crossed, now=NOW)) == (None, OweFeedback())
    told_other = after(crossed, OWES.model_copy(update={"code": FeedbackCode.DIED}), TOLD)
    assert (told_other.signals[0].feedback, told_other.signals[0].feedback_delivered_at) == (None, None)


def test_what_the_partner_has_heard_is_not_unsaid() -> None:
    state = after(SITUATIONS["told"], CORRECTED)
    assert (state.signals[0].feedback_delivered_at, state.deadline(DeadlineKind.FEEDBACK)) == (NOW, None)
    assert next_step(state, now=NOW) == Close()


def test_an_outcome_that_is_corrected_to_help_waits_for_its_conversation() -> None:
    state = after(a_case_in(Phase.FEEDBACK), PENDING.model_copy(update={"corrects": True}))
    assert (state.phase, [task.kind for task in state.tasks]) == (
        Phase.IN_CONVERSATION,
        [TaskKind.HOLD_FIRST_CONVERSATION],
    )


@pytest.mark.parametrize(
    ("wrong", "kind"),
    [(QUICK_FIX, TaskKind.CHECK_QUICK_FIX), (outcome_recorded(Outcome.NOT_A_RESIDENT), TaskKind.PASS_ON)],
)
def test_a_correction_takes_away_what_the_wrong_outcome_asked_for(wrong: OutcomeRecorded, kind: TaskKind) -> None:
    before = after(a_case_in(Phase.IN_CONVERSATION), wrong)
    assert [task.kind for task in before.tasks] == [kind]
    assert after(before, CORRECTED).tasks == ()


def test_the_outcome_of_one_can_be_corrected_while_the_other_is_sought() -> None:
    turn = SITUATIONS["second turn"]
    state = after(turn, CORRECTED)
    assert (state.outcomes[0].outcome, state.phase, state.subject) == (
        Outcome.PAID_OR_ARRANGED,
        turn.phase,
        NEIGHBOUR,
    )
    assert only_counted(turn, CORRECTED.model_copy(update={"corrects": False}))


# --- a second person -----------------------------------------------------------------------------------------------


def test_a_proposal_waits_for_a_second_person_and_the_case_goes_on() -> None:
    state = SITUATIONS["proposed"]
    asked = state.task(TaskKind.APPROVE)
    assert asked is not None
    assert (asked.deadline.due_at, asked.code) == (at("2027-04-07 23:59"), "approve.referral")
    assert state.task(TaskKind.RECORD_OUTCOME) is not None
    given = after(state, a_fact(happened.ApprovalGiven), outcome_recorded(Outcome.REFERRED_WITHOUT_RESIDENT))
    assert (given.phase, given.proposals, given.tasks) == (Phase.FEEDBACK, (), ())


def test_a_proposal_for_many_cases_says_so() -> None:
    form = a_form(Outcome.NOT_PICKED_UP_OTHER, batch_id="batch-9")
    proposal = Proposal(proposal_id=ProposalId("p"), command=form, at=NOW)
    asked = after(a_case_in(Phase.CONTACT), a_fact(happened.ApprovalAsked, proposal=proposal)).task(TaskKind.APPROVE)
    assert (asked and asked.code) == "approve.bulk"


def test_a_refused_proposal_leaves_the_case_as_it_was() -> None:
    state = after(SITUATIONS["proposed"], a_fact(happened.ApprovalRefused))
    assert (state.proposals, state.tasks) == ((), a_case_in(Phase.IN_CONVERSATION).tasks)


def test_a_second_proposal_takes_the_place_of_the_first() -> None:
    form = a_form(Outcome.NOT_PICKED_UP_OTHER, command_id=CommandId("p-2"), batch_id="batch-9")
    second = Proposal(proposal_id=ProposalId("p-2"), command=form, at=NOW)
    state = after(SITUATIONS["proposed"], a_fact(happened.ApprovalAsked, proposal=second))
    assert [one.proposal_id for one in state.proposals] == ["p-2"]


@pytest.mark.parametrize("kind", [happened.ApprovalGiven, happened.ApprovalRefused])
def test_a_decision_on_a_proposal_that_is_gone_is_only_counted(kind: type[happened.AnyFact]) -> None:
    assert only_counted(SITUATIONS["proposed"], a_fact(kind, proposal_id="other"))
    assert only_counted(SITUATIONS["talking"], a_fact(kind))


def test_whatever_ends_the_case_otherwise_makes_the_proposal_void() -> None:
    state = after(SITUATIONS["proposed"], NO_HELP)
    assert (state.proposals, state.tasks) == ((), ())


def test_a_correction_can_be_a_proposal_and_the_case_stays_open_for_it() -> None:
    form = a_form(Outcome.REFERRED_WITHOUT_RESIDENT, command_id=CommandId("p-3"), corrects=True)
    asked = a_fact(happened.ApprovalAsked, proposal=Proposal(proposal_id=ProposalId("p-3"), command=form, at=NOW))
    state = after(SITUATIONS["told"], asked)
    assert ([task.kind for task in state.tasks], next_step(state, now=NOW) == Close()) == ([TaskKind.APPROVE], False)
    assert only_counted(SITUATIONS["told"], a_fact(happened.ApprovalAsked))


# --- feedback and the end ------------------------------------------------------------------------------------------


def test_feedback_is_told_once_and_only_when_it_was_owed() -> None:
    bare = TOLD.model_copy(update={"code": None})
    assert only_counted(a_case_in(Phase.CONTACT), OWES)
    assert only_counted(a_case_in(Phase.CONTACT), bare)
    assert only_counted(a_case_in(Phase.FEEDBACK), bare)
    assert only_counted(a_case_in(Phase.FEEDBACK), OWES.model_copy(update={"signal_id": SignalId("signal-9")}))
    state = after(a_case_in(Phase.FEEDBACK), OWES, TOLD)
    assert only_counted(state, TOLD.model_copy(update={"at": at("2027-04-07 09:00")}))
    assert only_counted(state, OWES.model_copy(update={"code": FeedbackCode.DIED}))


def test_the_feedback_deadline_stands_until_every_partner_was_told() -> None:
    state = after(a_case_in(Phase.CONTACT), a_fact(happened.SignalJoined), NO_HELP)
    state = after(state, *owed(state, at=NOW))
    first, second = (FeedbackDelivered(at=NOW, signal_id=signal.signal_id, batch_id=BATCH) for signal in state.signals)
    assert after(state, first).deadline(DeadlineKind.FEEDBACK) is not None
    assert after(state, first, second).deadline(DeadlineKind.FEEDBACK) is None


def test_the_partners_hear_nothing_before_everybody_has_an_outcome() -> None:
    turn = SITUATIONS["second turn"]
    assert (turn.deadline(DeadlineKind.FEEDBACK), turn.signals[0].feedback) == (None, None)


def test_what_nobody_decides_on_ends_by_itself_once() -> None:
    done = SITUATIONS["plan done"]
    end = at("2027-04-12 23:59")
    assert next_step(done, now=end) == Conclude(person_id=RESIDENT, outcome=Outcome.NEVER_REACHED)
    ended = after(done, outcome_recorded(Outcome.NEVER_REACHED, moment=end))
    assert only_counted(ended, outcome_recorded(Outcome.NEVER_REACHED, moment=end))
