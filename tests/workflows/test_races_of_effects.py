"""What happens while an outside party is busy for a case: its answer is a fact, or the step is called off."""

import pytest

from activities.ports import PartyUnavailable
from models.codes import (
    AttemptResult,
    Channel,
    FeedbackCode,
    LifeEvent,
    Outcome,
    Phase,
    RegisterResult,
    Standing,
    TaskKind,
)
from models.commands import CheckIdentity, DecideObjection, LogIncoming, PauseCase, RecordObjection, ReportLifeEvent
from models.ids import DocumentId
from models.terms import Terms
from tests.builders import at, the_terms
from tests.fakes import Gate
from tests.workflows.desk import Desk
from workflows.client import Ending

pytestmark = pytest.mark.asyncio(loop_scope="module")

REASON = DocumentId("note-1")


def letter_first() -> Terms:
    """The plan's first message is a letter."""
    terms = the_terms()
    first, *others = terms.plan.steps
    letter = first.model_copy(update={"channel": Channel.LETTER, "template": "first-letter"})
    return terms.model_copy(update={"plan": terms.plan.model_copy(update={"steps": (letter, *others)})})


async def test_a_mail_under_way_when_the_resident_dies_is_recorded_and_the_last_one(desk: Desk) -> None:
    desk.mail.gate = Gate()
    await desk.start()
    await desk.mail.gate.reached()
    reported = await desk.begin(ReportLifeEvent, person_id=desk.state.resident, event=LifeEvent.DIED)
    assert (await reported).ending is Ending.OBEYED
    desk.mail.gate.open()
    await desk.quiet()
    state = await desk.now()
    assert [(result.outcome, state.phase) for result in state.outcomes] == [(Outcome.DIED, Phase.FEEDBACK)]
    assert [attempt.result for attempt in state.attempts] == [AttemptResult.SENT]
    await desk.travel("2027-05-10 12:00")
    assert (len(desk.mail.sent), desk.letters.taken, desk.sms.taken) == (1, {}, {})
    assert desk.kinds().count("attempt_made") == 1


async def test_a_mail_that_is_tried_again_when_the_resident_dies_is_called_off(desk: Desk) -> None:
    desk.mail.outcomes = [PartyUnavailable] * 1000
    await desk.open()
    assert desk.mail.sent == []
    assert (
        await desk.press(ReportLifeEvent, person_id=desk.state.resident, event=LifeEvent.DIED)
    ).ending is Ending.OBEYED
    desk.mail.outcomes = []
    await desk.travel("2027-05-10 12:00")
    state = await desk.now()
    assert [result.outcome for result in state.outcomes] == [Outcome.DIED]
    assert (desk.mail.sent, state.attempts, state.tasks) == ([], (), ())
    assert [signal.feedback for signal in state.signals] == [FeedbackCode.DIED]


async def test_a_mail_under_way_when_the_resident_calls_is_recorded_beside_the_conversation(desk: Desk) -> None:
    desk.mail.gate = Gate()
    await desk.start()
    await desk.mail.gate.reached()
    came = await desk.begin(LogIncoming, person_id=desk.state.resident, channel=Channel.CALL)
    assert (await came).ending is Ending.OBEYED
    desk.mail.gate.open()
    await desk.quiet()
    state = await desk.now()
    assert (state.phase, [task.kind for task in state.tasks]) == (Phase.IN_CONVERSATION, [TaskKind.RECORD_OUTCOME])
    assert [(attempt.channel, attempt.incoming) for attempt in state.attempts] == [
        (Channel.CALL, True),
        (Channel.MAIL, False),
    ]


@pytest.mark.parametrize("answer", [RegisterResult.FOUND, RegisterResult.NOT_A_RESIDENT, RegisterResult.SEVERAL])
async def test_the_registers_answer_about_somebody_who_died_meanwhile_changes_nothing(
    desk: Desk, answer: RegisterResult
) -> None:
    desk.register.gate, desk.register.result = Gate(), answer
    await desk.start()
    await desk.register.gate.reached()
    reported = await desk.begin(ReportLifeEvent, person_id=desk.state.resident, event=LifeEvent.DIED)
    assert (await reported).ending is Ending.OBEYED
    desk.register.gate.open()
    await desk.quiet()
    state = await desk.now()
    assert [result.outcome for result in state.outcomes] == [Outcome.DIED]
    assert [person.standing for person in state.people] == [Standing.DIED]
    assert (desk.register.asked, desk.mail.sent, state.tasks) == (1, [], ())
    assert desk.kinds().count("register_answered") == 1


async def test_a_resident_who_calls_while_the_register_is_asked_is_spoken_with_when_it_answers(desk: Desk) -> None:
    desk.register.gate = Gate()
    await desk.start()
    await desk.register.gate.reached()
    came = await desk.begin(LogIncoming, person_id=desk.state.resident, channel=Channel.DESK)
    assert (await came).ending is Ending.OBEYED
    desk.register.gate.open()
    await desk.quiet()
    state = await desk.now()
    assert (state.phase, [task.kind for task in state.tasks]) == (Phase.IN_CONVERSATION, [TaskKind.RECORD_OUTCOME])
    assert desk.mail.sent == []


async def test_an_objection_while_the_register_is_asked_lets_nothing_leave(desk: Desk) -> None:
    desk.register.gate = Gate()
    await desk.start()
    await desk.register.gate.reached()
    objected = await desk.begin(RecordObjection, person_id=desk.state.resident)
    assert (await objected).ending is Ending.OBEYED
    desk.register.gate.open()
    await desk.travel("2027-04-30 12:00")
    state = await desk.now()
    assert [task.kind for task in state.tasks] == [TaskKind.DECIDE_OBJECTION]
    assert (desk.mail.sent, desk.letters.taken, desk.sms.taken) == ([], {}, {})


async def test_a_letter_that_is_tried_again_when_the_case_rests_goes_once_after_the_rest(desk: Desk) -> None:
    desk.policies.resolved = letter_first()
    desk.letters.failures = 1000
    await desk.open()
    rests = await desk.press(PauseCase, until=at("2027-04-12 09:00"), note_id=REASON)
    assert rests.ending is Ending.OBEYED
    desk.letters.failures = 0
    await desk.travel("2027-04-11 12:00")
    assert (desk.letters.taken, (await desk.now()).attempts) == ({}, ())
    await desk.travel("2027-04-12 10:00")
    [attempt] = (await desk.now()).attempts
    assert (attempt.result, list(desk.letters.taken)) == (AttemptResult.SENT, [attempt.step_id])


async def test_a_letter_that_is_taken_while_the_case_is_paused_is_recorded_and_not_sent_again(desk: Desk) -> None:
    desk.policies.resolved = letter_first()
    desk.letters.gate = Gate()
    await desk.start()
    await desk.letters.gate.reached()
    rests = await desk.begin(PauseCase, until=at("2027-04-12 09:00"), note_id=REASON)
    assert (await rests).ending is Ending.OBEYED
    desk.letters.gate.open()
    await desk.travel("2027-04-12 10:00")
    state = await desk.now()
    [attempt] = state.attempts
    assert (attempt.result, list(desk.letters.taken)) == (AttemptResult.SENT, [attempt.step_id])
    assert [task.kind for task in state.tasks] == [TaskKind.CALL]


async def test_an_identity_checked_while_the_case_learns_that_the_resident_died_is_refused(desk: Desk) -> None:
    desk.register.result = RegisterResult.SEVERAL
    await desk.open()
    gate = desk.hold("life_event_reported")
    died = await desk.begin(ReportLifeEvent, person_id=desk.state.resident, event=LifeEvent.DIED)
    await gate.reached()
    checked = await desk.begin(CheckIdentity, person_id=desk.state.resident, standing=Standing.CONFIRMED)
    gate.open()
    assert [(await answer).ending for answer in (died, checked)] == [Ending.OBEYED, Ending.REFUSED]
    await desk.quiet()
    state = await desk.now()
    assert ([result.outcome for result in state.outcomes], desk.mail.sent) == ([Outcome.DIED], [])


# --- what fails while it is called off ----------------------------------------------------------------------------


async def a_letter_fails_when_the_resident_dies(desk: Desk) -> None:
    """It is under way when the death is reported, and then nobody hears what became of it."""
    desk.policies.resolved = letter_first()
    desk.letters.gate = Gate()
    await desk.start()
    await desk.letters.gate.reached()
    reported = await desk.begin(ReportLifeEvent, person_id=desk.state.resident, event=LifeEvent.DIED)
    assert (await reported).ending is Ending.OBEYED
    desk.letters.gate.open()


async def test_a_letter_that_was_taken_without_an_answer_when_it_was_called_off_is_an_attempt(desk: Desk) -> None:
    desk.letters.answers_lost = 1
    await a_letter_fails_when_the_resident_dies(desk)
    await desk.quiet()
    state = await desk.now()
    assert [(one.channel, one.result) for one in state.attempts] == [(Channel.LETTER, AttemptResult.SENT)]
    assert ([result.outcome for result in state.outcomes], state.tasks) == ([Outcome.DIED], ())
    assert "party_gave_up" not in desk.kinds()


async def test_a_letter_of_which_nobody_can_say_what_became_is_an_attempt_in_doubt(desk: Desk) -> None:
    desk.letters.answers_lost, desk.letters.silent = 1, True
    await a_letter_fails_when_the_resident_dies(desk)
    await desk.travel("2027-04-05 11:00")
    state = await desk.now()
    assert [(one.channel, one.result) for one in state.attempts] == [(Channel.LETTER, AttemptResult.UNKNOWN)]
    assert ([result.outcome for result in state.outcomes], state.tasks) == ([Outcome.DIED], ())
    assert "party_gave_up" not in desk.kinds()


async def test_a_letter_that_surely_did_not_leave_when_it_was_called_off_is_none(desk: Desk) -> None:
    desk.letters.failures = 1
    await a_letter_fails_when_the_resident_dies(desk)
    await desk.travel("2027-04-05 11:00")
    state = await desk.now()
    assert (state.attempts, state.tasks, desk.letters.taken) == ((), (), {})
    assert [result.outcome for result in state.outcomes] == [Outcome.DIED]
    assert "party_gave_up" not in desk.kinds()


async def test_a_letter_taken_without_an_answer_and_called_off_between_two_tries_is_an_attempt(desk: Desk) -> None:
    desk.policies.resolved = letter_first()
    desk.letters.answers_lost, desk.letters.silent = 1, True
    await desk.open()
    reported = await desk.press(ReportLifeEvent, person_id=desk.state.resident, event=LifeEvent.DIED)
    assert reported.ending is Ending.OBEYED
    desk.letters.silent = False
    await desk.travel("2027-04-05 11:00")
    [attempt] = (await desk.now()).attempts
    assert (attempt.result, list(desk.letters.taken)) == (AttemptResult.SENT, [attempt.step_id])


async def test_a_register_that_fails_when_its_answer_is_not_wanted_any_more_was_not_given_up(desk: Desk) -> None:
    desk.register.gate, desk.register.failures = Gate(), 1
    await desk.start()
    await desk.register.gate.reached()
    objected = await desk.begin(RecordObjection, person_id=desk.state.resident)
    assert (await objected).ending is Ending.OBEYED
    desk.register.gate.open()
    await desk.quiet()
    assert "party_gave_up" not in desk.kinds()
    decided = await desk.press(DecideObjection, person_id=desk.state.resident, upheld=False, note_id=REASON)
    assert decided.ending is Ending.OBEYED
    state = await desk.now()
    assert (desk.register.asked, len(desk.mail.sent), [task.kind for task in state.tasks]) == (2, 1, [TaskKind.CALL])
