"""Two who decide at once: one is obeyed, the other refused with a sentence or recorded after it."""

from datetime import timedelta

import pytest

from models.codes import (
    AttemptResult,
    Channel,
    DeadlineKind,
    FeedbackCode,
    NotPickedUpReason,
    Outcome,
    Phase,
    ReferralParty,
    ReferralStatus,
    Role,
    TaskKind,
)
from models.commands import (
    AnswerReferral,
    Approve,
    CancelCallback,
    LogCall,
    LogIncoming,
    MakeCallback,
    MoveCallback,
    PauseCase,
    RecordOutcome,
    Refer,
)
from models.ids import AppointmentId, DocumentId, ProposalId, StaffId, derived, fresh
from tests.builders import at
from tests.workflows.desk import Desk
from workflows.client import Ending

pytestmark = pytest.mark.asyncio(loop_scope="module")

REASON = DocumentId("note-1")
LATE = "Dit kan niet meer: de zaak is intussen verder."


async def agreed(desk: Desk, due: str = "2027-04-06 10:00") -> AppointmentId:
    """A callback at this moment."""
    answer = await desk.press(MakeCallback, person_id=desk.state.resident, due_at=at(due), with_staff=StaffId("kim"))
    assert answer.ending is Ending.OBEYED
    [appointment] = (await desk.now()).appointments
    return appointment.appointment_id


# --- two outcomes, an outcome and something else --------------------------------------------------------------------


async def test_of_two_outcomes_at_once_the_first_is_recorded_and_the_second_refused(desk: Desk) -> None:
    await desk.open()
    await desk.reach()
    gate = desk.hold("outcome_recorded")
    first = await desk.begin(RecordOutcome, person_id=desk.state.resident, outcome=Outcome.SETTLES_IT_HIMSELF)
    await gate.reached()
    second = await desk.begin(RecordOutcome, person_id=desk.state.resident, outcome=Outcome.PAID_OR_ARRANGED, by="lee")
    gate.open()
    assert (await first).ending is Ending.OBEYED
    refused = await second
    assert (refused.ending, refused.sentence) == (
        Ending.REFUSED,
        "Er is al een uitkomst. Klopt die niet, verbeter haar dan.",
    )
    await desk.quiet()
    assert [result.outcome for result in (await desk.now()).outcomes] == [Outcome.SETTLES_IT_HIMSELF]
    assert desk.kinds().count("outcome_recorded") == 1


async def test_an_outcome_while_a_callback_is_agreed_comes_after_it_and_takes_its_place(desk: Desk) -> None:
    await desk.open()
    await desk.reach()
    gate = desk.hold("callback_agreed")
    person, due = desk.state.resident, at("2027-04-06 10:00")
    callback = await desk.begin(MakeCallback, person_id=person, due_at=due, with_staff=StaffId("kim"))
    await gate.reached()
    ended = await desk.begin(RecordOutcome, person_id=person, outcome=Outcome.SETTLES_IT_HIMSELF, by="lee")
    gate.open()
    assert [(await answer).ending for answer in (callback, ended)] == [Ending.OBEYED, Ending.OBEYED]
    await desk.quiet()
    state = await desk.now()
    assert (state.phase, state.appointments, state.tasks) == (Phase.FEEDBACK, (), ())
    told = [kind for kind in desk.kinds() if kind != "invitation_sent"]
    assert told[-3:] == ["callback_agreed", "outcome_recorded", "feedback_owed"]


async def test_a_callback_while_the_outcome_is_recorded_is_refused(desk: Desk) -> None:
    await desk.open()
    await desk.reach()
    gate = desk.hold("outcome_recorded")
    person, due = desk.state.resident, at("2027-04-06 10:00")
    ended = await desk.begin(RecordOutcome, person_id=person, outcome=Outcome.SETTLES_IT_HIMSELF)
    await gate.reached()
    callback = await desk.begin(MakeCallback, person_id=person, due_at=due, with_staff=StaffId("kim"), by="lee")
    gate.open()
    assert (await ended).ending is Ending.OBEYED
    refused = await callback
    assert (refused.ending, refused.sentence) == (Ending.REFUSED, LATE)
    assert (await desk.now()).appointments == ()


async def test_a_callback_that_is_called_off_while_it_is_being_written_is_called_off_after_it(desk: Desk) -> None:
    await desk.open()
    await desk.reach()
    gate = desk.hold("callback_agreed")
    person, due, pressed = desk.state.resident, at("2027-04-06 10:00"), fresh()
    callback = await desk.begin(
        MakeCallback, person_id=person, due_at=due, with_staff=StaffId("kim"), command_id=pressed
    )
    await gate.reached()
    # A page shows what is in SQL, which the case itself may not know yet.
    appointment = derived("appointment", pressed)
    cancelled = await desk.begin(CancelCallback, person_id=person, appointment_id=appointment, by="lee")
    gate.open()
    assert [(await answer).ending for answer in (callback, cancelled)] == [Ending.OBEYED, Ending.OBEYED]
    await desk.quiet()
    state = await desk.now()
    assert (state.appointments, [task.kind for task in state.tasks]) == ((), [TaskKind.RECORD_OUTCOME])


async def test_of_two_approvals_at_once_the_first_counts_and_the_second_is_refused(desk: Desk) -> None:
    await desk.open()
    person = desk.state.resident
    assert (
        await desk.press(RecordOutcome, person_id=person, outcome=Outcome.REFERRED_WITHOUT_RESIDENT)
    ).ending is Ending.OBEYED
    [proposal] = (await desk.now()).proposals
    proposal_id = ProposalId(proposal.proposal_id)
    gate = desk.hold("approval_given")
    yes = await desk.begin(Approve, person_id=person, proposal_id=proposal_id, agreed=True, by="lee")
    await gate.reached()
    no = await desk.begin(Approve, person_id=person, proposal_id=proposal_id, agreed=False, by="noor", note_id=REASON)
    gate.open()
    assert (await yes).ending is Ending.OBEYED
    refused = await no
    assert (refused.ending, refused.sentence) == (Ending.REFUSED, LATE)
    await desk.quiet()
    state = await desk.now()
    assert [(result.outcome, result.by) for result in state.outcomes] == [
        (Outcome.REFERRED_WITHOUT_RESIDENT, StaffId("kim"))
    ]
    assert desk.kinds()[-3:] == ["approval_given", "outcome_recorded", "feedback_owed"]


async def test_a_conversation_while_the_case_is_paused_ends_the_pause(desk: Desk) -> None:
    await desk.open()
    gate = desk.hold("case_paused")
    rests = await desk.begin(PauseCase, until=at("2027-04-12 09:00"), note_id=REASON)
    await gate.reached()
    call = await desk.begin(LogCall, person_id=desk.state.resident, result=AttemptResult.CONVERSATION, by="lee")
    gate.open()
    assert [(await answer).ending for answer in (rests, call)] == [Ending.OBEYED, Ending.OBEYED]
    await desk.quiet()
    state = await desk.now()
    assert (state.phase, state.pause, [task.kind for task in state.tasks]) == (
        Phase.IN_CONVERSATION,
        None,
        [TaskKind.RECORD_OUTCOME],
    )


# --- what was told, and what is true now ----------------------------------------------------------------------------


async def test_an_outcome_corrected_while_its_feedback_is_on_its_way_is_told_anew(desk: Desk) -> None:
    await desk.open()
    await desk.end()
    gate = desk.hold("outcome_recorded")
    corrected = await desk.begin(
        RecordOutcome,
        person_id=desk.state.resident,
        outcome=Outcome.NOT_PICKED_UP_UNJUSTIFIED,
        reason=NotPickedUpReason.DAYS_TOO_HIGH,
        corrects=True,
        note_id=REASON,
    )
    await gate.reached()
    await desk.tell(FeedbackCode.HANDLED)
    gate.open()
    assert (await corrected).ending is Ending.OBEYED
    await desk.quiet()
    state = await desk.now()
    assert [(signal.feedback, signal.feedback_delivered_at) for signal in state.signals] == [
        (FeedbackCode.UNJUSTIFIED, None)
    ]
    assert desk.kinds()[-3:] == ["outcome_recorded", "feedback_delivered", "feedback_owed"]
    await desk.tell(FeedbackCode.UNJUSTIFIED, batch="batch-2")
    await desk.quiet()
    closed = desk.store.states[desk.state.case_id]
    assert (closed.phase, [signal.feedback for signal in closed.signals]) == (
        Phase.CLOSED,
        [FeedbackCode.UNJUSTIFIED],
    )


async def test_an_outcome_without_the_reason_that_it_needs_is_refused_also_while_something_is_written(
    desk: Desk,
) -> None:
    await desk.open()
    unjustified = {"person_id": desk.state.resident, "outcome": Outcome.NOT_PICKED_UP_UNJUSTIFIED}
    gate = desk.hold("attempt_made")
    call = await desk.begin(LogCall, person_id=desk.state.resident, result=AttemptResult.VOICEMAIL)
    await gate.reached()
    refused = await desk.send(RecordOutcome, **unjustified)
    gate.open()
    assert (await call).ending is Ending.OBEYED
    assert (refused.ending, refused.sentence) == (Ending.REFUSED, "Kies waarom het signaal onterecht is.")
    assert (await desk.now()).outcomes == ()
    taken = await desk.press(RecordOutcome, **unjustified, reason=NotPickedUpReason.DAYS_TOO_LOW)
    assert taken.ending is Ending.OBEYED


async def test_a_correction_while_the_case_closes_is_refused(desk: Desk) -> None:
    await desk.open()
    await desk.end()
    gate = desk.hold("case_closed")
    await desk.tell()
    await gate.reached()
    corrected = await desk.begin(
        RecordOutcome,
        person_id=desk.state.resident,
        outcome=Outcome.NOT_PICKED_UP_UNJUSTIFIED,
        reason=NotPickedUpReason.DAYS_TOO_HIGH,
        corrects=True,
        note_id=REASON,
    )
    gate.open()
    refused = await corrected
    assert (refused.ending, bool(refused.sentence)) == (Ending.REFUSED, True)
    closed = desk.store.states[desk.state.case_id]
    assert [result.outcome for result in closed.outcomes] == [Outcome.SETTLES_IT_HIMSELF]


# --- a moment that passes -------------------------------------------------------------------------------------------


async def test_a_callback_moved_while_its_deadline_passes_is_not_stalled(desk: Desk) -> None:
    await desk.open()
    appointment = await agreed(desk)
    gate = desk.hold("stalled")
    journey = desk.travelling("2027-04-06 10:31")
    await gate.reached()
    moved = await desk.begin(
        MoveCallback,
        person_id=desk.state.resident,
        appointment_id=appointment,
        due_at=at("2027-04-06 14:00"),
        with_staff=StaffId("lee"),
    )
    gate.open()
    assert (await moved).ending is Ending.OBEYED
    await journey
    state = await desk.now()
    assert [(one.due_at, one.staff) for one in state.appointments] == [(at("2027-04-06 14:00"), StaffId("lee"))]
    assert [(task.kind, task.deadline.raised) for task in state.tasks] == [(TaskKind.CALLBACK, 0)]
    shown = desk.store.records[-1].next
    assert shown is not None and shown.stall is None
    assert [kind for kind in desk.kinds() if kind != "invitation_sent"][-2:] == ["stalled", "callback_moved"]


async def test_a_referral_accepted_at_the_moment_it_expires_comes_back_to_the_caseworker(desk: Desk) -> None:
    await desk.open()
    await desk.reach()
    person = desk.state.resident
    assert (
        await desk.press(Refer, person_id=person, party=ReferralParty.DEBT_COUNSELLING, consent=True)
    ).ending is Ending.OBEYED
    state = await desk.now()
    [referral], task = state.referrals, state.task(TaskKind.ACCEPT_REFERRAL)
    assert task is not None
    gate = desk.hold("referral_expired")
    journey = desk.travelling(task.deadline.due_at + timedelta(minutes=1))
    await gate.reached()
    accepted = await desk.begin(
        AnswerReferral,
        person_id=person,
        referral_id=referral.referral_id,
        accepted=True,
        by="mirjam",
        role=Role.REFERRAL_PARTY,
    )
    gate.open()
    refused = await accepted
    assert (refused.ending, refused.sentence) == (Ending.REFUSED, LATE)
    await journey
    state = await desk.now()
    assert [one.status for one in state.referrals] == [ReferralStatus.EXPIRED]
    assert [(task.kind, task.urgent) for task in state.tasks] == [(TaskKind.DECIDE_REFERRAL, True)]


async def test_a_resident_who_calls_as_the_pause_ends_is_spoken_with_and_nothing_is_sent(desk: Desk) -> None:
    await desk.open()
    assert (await desk.press(PauseCase, until=at("2027-04-12 09:00"), note_id=REASON)).ending is Ending.OBEYED
    gate = desk.hold("pause_ended")
    journey = desk.travelling("2027-04-12 09:01")
    await gate.reached()
    came = await desk.begin(LogIncoming, person_id=desk.state.resident, channel=Channel.CALL)
    gate.open()
    assert (await came).ending is Ending.OBEYED
    await journey
    state = await desk.now()
    assert (state.phase, state.pause, state.deadline(DeadlineKind.PAUSE)) == (Phase.IN_CONVERSATION, None, None)
    assert [task.kind for task in state.tasks] == [TaskKind.RECORD_OUTCOME]
    assert (len(desk.mail.sent), desk.kinds().count("pause_ended")) == (1, 1)
