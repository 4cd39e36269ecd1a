"""Attempts that were made: what came of them, and what follows."""

from datetime import timedelta

import pytest

from models import facts as happened
from models.case import CaseState
from models.codes import AttemptResult, Channel, DeadlineKind, Party, Phase, StallCause, TaskKind
from models.facts import AnyFact, AttemptCorrected, AttemptMade, MailChecked, PartyGaveUp
from models.ids import StepId
from models.steps import SendMessage, WaitUntil
from policy.next_step import next_step, stall_of
from tests.builders import NOW, RESIDENT, a_case_in, after, at, call_made, mail_made
from tests.unit.examples import a_fact
from tests.unit.playing import Play
from tests.unit.situations import PENDING, SITUATIONS, in_contact, with_plan
from tests.unit.soundness import Watch, only_counted

TOLD = {AttemptResult.CONVERSATION, AttemptResult.SAYS_PAID, AttemptResult.WANTS_NO_HELP}


def mail_checked(*, sent: bool, step: str = "mail-1") -> MailChecked:
    return MailChecked(at=NOW, step_id=StepId(f"case-1.{step}"), person_id=RESIDENT, sent=sent)


def letter(result: AttemptResult, step: str) -> AttemptMade:
    return AttemptMade(
        at=NOW, step_id=StepId(f"case-1.{step}"), person_id=RESIDENT, channel=Channel.LETTER, result=result
    )


def gave_up(party: Party, step: str) -> PartyGaveUp:
    return PartyGaveUp(at=NOW, party=party, step_id=StepId(f"case-1.{step}"), person_id=RESIDENT)


def corrected(result: AttemptResult, step: str = "extra") -> AttemptCorrected:
    return AttemptCorrected(at=NOW, person_id=RESIDENT, step_id=StepId(f"case-1.{step}"), result=result)


def kinds(state: CaseState) -> list[TaskKind]:
    return [task.kind for task in state.tasks]


# --- results -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("result", [AttemptResult.REFUSED, AttemptResult.SENT, AttemptResult.NO_ADDRESS])
def test_a_mail_that_is_settled_makes_the_plan_go_on(result: AttemptResult) -> None:
    state = after(a_case_in(Phase.CONTACT), mail_made(result))
    assert (state.plan_next, state.tasks[0].kind) == (1, TaskKind.CALL)
    assert len(state.attempts) == (0 if result is AttemptResult.NO_ADDRESS else 1)
    # Only a mail that left told the resident anything.
    assert (state.deadline(DeadlineKind.NOTICE) is None) is (result is AttemptResult.SENT)


@pytest.mark.parametrize("result", sorted(TOLD))
def test_a_conversation_ends_the_plan_and_asks_for_the_outcome(result: AttemptResult) -> None:
    state = after(SITUATIONS["calling"], call_made(result, at("2027-04-07 13:30"), step="call-1"))
    (task,) = state.tasks
    assert (state.phase, task.kind, task.code) == (
        Phase.IN_CONVERSATION,
        TaskKind.RECORD_OUTCOME,
        f"attempt.{result}",
    )
    assert {deadline.kind for deadline in state.deadlines} == {DeadlineKind.RETENTION, DeadlineKind.ASSIGNMENT}
    assert state.reached()


@pytest.mark.parametrize(
    "result",
    [
        AttemptResult.VOICEMAIL,
        AttemptResult.NO_ANSWER,
        AttemptResult.WRONG_PERSON,
        AttemptResult.WRONG_NUMBER,
        AttemptResult.HUNG_UP,
    ],
)
def test_a_call_that_reached_nobody_makes_the_plan_go_on_and_told_nobody_anything(result: AttemptResult) -> None:
    silent = after(a_case_in(Phase.CONTACT), mail_made(AttemptResult.REFUSED))
    state = after(silent, call_made(result, at("2027-04-07 13:30"), step="call-1"))
    assert (state.tasks[0].step_id, state.reached(), state.people[0].notified_at) == ("case-1.call-2", False, None)


def test_a_call_beside_the_plan_is_remembered_and_moves_nothing() -> None:
    waiting = SITUATIONS["calling"]
    state = after(waiting, call_made(AttemptResult.VOICEMAIL))
    assert (state.plan_next, state.tasks, len(state.attempts)) == (1, waiting.tasks, 2)


def test_a_conversation_tells_the_resident_that_data_were_received_and_the_first_time_counts() -> None:
    again = call_made(AttemptResult.CONVERSATION, at("2027-04-09 10:00"), step="2")
    state = after(a_case_in(Phase.IN_CONVERSATION), again)
    assert (state.people[0].notified_at, len(state.attempts)) == (NOW, 2)


def test_talking_on_does_not_put_off_the_form() -> None:
    talking = a_case_in(Phase.IN_CONVERSATION)
    again = after(talking, call_made(AttemptResult.SAYS_PAID, at("2027-04-07 10:00"), step="again"))
    (task,) = again.tasks
    assert (task.deadline, task.code) == (talking.tasks[0].deadline, "attempt.says_paid")


def test_a_conversation_while_help_is_pending_leaves_the_task() -> None:
    pending = after(a_case_in(Phase.IN_CONVERSATION), PENDING)
    assert after(pending, call_made(AttemptResult.CONVERSATION, step="2")).tasks == pending.tasks


def test_an_attempt_that_is_told_twice_counts_once() -> None:
    sent = after(a_case_in(Phase.CONTACT), mail_made(AttemptResult.SENT))
    for again in AttemptResult:
        assert only_counted(sent, mail_made(again, at("2027-04-06 09:00")))


def test_an_attempt_that_ends_when_nobody_waits_for_it_is_remembered_and_moves_nothing() -> None:
    talking = a_case_in(Phase.IN_CONVERSATION)
    late = after(talking, mail_made(AttemptResult.SENT, at("2027-04-05 09:02")))
    assert (late.tasks, late.phase, [attempt.step_id for attempt in late.attempts]) == (
        talking.tasks,
        talking.phase,
        ["case-1.extra", "case-1.mail-1"],
    )


def test_a_mail_that_ends_after_a_visit_was_planned_leaves_the_visit() -> None:
    planned = after(a_case_in(Phase.CONTACT), a_fact(happened.VisitPlanned))
    state = after(planned, mail_made(AttemptResult.SENT))
    assert (state.visit, kinds(state), state.plan_next) == (planned.visit, [TaskKind.VISIT], 1)
    unknown = after(planned, mail_made(AttemptResult.UNKNOWN))
    assert kinds(unknown) == [TaskKind.VISIT]


# --- messages in doubt ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fact", "code", "raised"),
    [
        (mail_made(AttemptResult.UNKNOWN), "message.unknown", 0),
        (mail_made(AttemptResult.CALLED_OFF), "message.called_off", 0),
        (gave_up(Party.MAIL, "mail-1"), "party.mail", 1),
    ],
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
    for sent, result in ((True, AttemptResult.SENT), (False, AttemptResult.REFUSED)):
        state = after(doubt, mail_checked(sent=sent))
        assert (kinds(state), state.plan_next) == ([TaskKind.CALL], 1)
        assert [(attempt.step_id, attempt.channel, attempt.result) for attempt in state.attempts] == [
            ("case-1.mail-1", Channel.MAIL, result)
        ]
        assert (state.people[0].notified_at is not None) is sent


def test_a_party_that_gives_up_twice_is_one_task() -> None:
    silent = SITUATIONS["mail silent"]
    assert only_counted(silent, gave_up(Party.MAIL, "mail-1").model_copy(update={"at": at("2027-04-06 09:00")}))
    stall = stall_of(silent)
    assert stall is not None
    assert stall.cause is StallCause.PARTY_BUDGET_SPENT


def test_a_check_of_another_mail_leaves_the_task() -> None:
    doubt = SITUATIONS["odd mail"]
    assert only_counted(doubt, mail_checked(sent=False, step="mail-2"))
    assert only_counted(a_case_in(Phase.CONTACT), mail_checked(sent=False))


@pytest.mark.parametrize(
    "fact", [gave_up(Party.MAIL, "mail-2"), gave_up(Party.PARTNERS, "mail-1"), gave_up(Party.REGISTER, "mail-1")]
)
def test_a_party_that_the_step_does_not_wait_for_changes_nothing(fact: AnyFact) -> None:
    assert only_counted(a_case_in(Phase.CONTACT), fact)
    assert only_counted(a_case_in(Phase.IN_CONVERSATION), fact)


def test_a_mail_in_doubt_while_the_case_rests_is_tried_again_when_it_goes_on() -> None:
    paused = SITUATIONS["paused"]
    assert only_counted(paused, gave_up(Party.MAIL, "mail-1"))
    doubt = after(paused, mail_made(AttemptResult.UNKNOWN), a_fact(happened.PauseEnded))
    step = next_step(doubt, now=NOW)
    assert isinstance(step, SendMessage)
    # It was booked under its step: nothing is sent again, the answer is the same.
    assert step.step_id == "case-1.mail-1"
    assert kinds(after(doubt, mail_made(AttemptResult.UNKNOWN))) == [TaskKind.CHECK_MAIL]


def test_a_notice_in_doubt_does_not_hold_the_plan() -> None:
    silent = after(a_case_in(Phase.CONTACT), mail_made(AttemptResult.REFUSED))
    state = after(silent, letter(AttemptResult.UNKNOWN, "notice-1"))
    assert kinds(state) == [TaskKind.CALL, TaskKind.CHECK_MAIL]
    called = after(state, call_made(AttemptResult.NO_ANSWER, at("2027-04-07 13:30"), step="call-1"))
    assert sorted(kinds(called)) == [TaskKind.CALL, TaskKind.CHECK_MAIL]
    told = after(called, mail_checked(sent=True, step="notice-1"))
    assert (kinds(told), told.people[0].notified_at) == ([TaskKind.CALL], NOW)


def test_nobody_looks_for_a_notice_once_the_resident_heard_of_us() -> None:
    silent = after(a_case_in(Phase.CONTACT), mail_made(AttemptResult.REFUSED))
    state = after(silent, letter(AttemptResult.UNKNOWN, "notice-1"), call_made(AttemptResult.CONVERSATION))
    assert kinds(state) == [TaskKind.RECORD_OUTCOME]
    assert only_counted(state, gave_up(Party.LETTERS, "notice-2"))


def test_a_notice_that_was_given_up_and_looked_into_is_an_attempt_after_all() -> None:
    silent = after(a_case_in(Phase.CONTACT), mail_made(AttemptResult.REFUSED), gave_up(Party.LETTERS, "notice-1"))
    assert TaskKind.CHECK_MAIL in kinds(silent)
    state = after(silent, mail_checked(sent=False, step="notice-1"))
    assert [(one.step_id, one.channel, one.result) for one in state.attempts][1:] == [
        ("case-1.notice-1", Channel.LETTER, AttemptResult.REFUSED)
    ]
    assert only_counted(state, gave_up(Party.LETTERS, "notice-1"))


def test_the_announcement_of_a_visit_in_doubt_is_looked_into_as_long_as_the_visit_stands() -> None:
    planned = SITUATIONS["visit planned"]
    step = next_step(planned, now=NOW)
    assert isinstance(step, SendMessage)
    silent = PartyGaveUp(at=NOW, party=Party.LETTERS, step_id=step.step_id, person_id=RESIDENT)
    doubt = after(planned, silent)
    assert kinds(doubt) == [TaskKind.VISIT, TaskKind.CHECK_MAIL]
    assert isinstance(next_step(doubt, now=NOW), WaitUntil)
    known = after(doubt, MailChecked(at=NOW, step_id=step.step_id, person_id=RESIDENT, sent=False))
    assert (kinds(known), isinstance(next_step(known, now=NOW), WaitUntil)) == ([TaskKind.VISIT], True)
    assert known.attempts[-1].channel is Channel.LETTER
    off = after(planned, a_fact(happened.VisitCancelled))
    assert only_counted(off, silent)


# --- corrections ---------------------------------------------------------------------------------------------------


def test_a_conversation_that_never_was_puts_the_case_back_in_contact() -> None:
    state = after(a_case_in(Phase.IN_CONVERSATION), corrected(AttemptResult.NO_ANSWER))
    assert (state.phase, state.tasks, state.people[0].notified_at) == (Phase.CONTACT, (), None)
    assert isinstance(next_step(state, now=NOW), SendMessage)


def test_a_planned_call_that_reached_nobody_after_all_makes_the_plan_go_on() -> None:
    talked = after(SITUATIONS["calling"], call_made(AttemptResult.CONVERSATION, at("2027-04-07 13:30"), step="call-1"))
    state = after(talked, corrected(AttemptResult.VOICEMAIL, step="call-1"))
    assert (state.phase, state.tasks[0].step_id) == (Phase.CONTACT, "case-1.call-2")
    # The mail told the resident, whatever became of the call.
    assert state.people[0].notified_at == NOW


def test_a_call_that_was_a_conversation_after_all_begins_the_conversation() -> None:
    missed = after(SITUATIONS["calling"], call_made(AttemptResult.NO_ANSWER, at("2027-04-07 13:30"), step="call-1"))
    state = after(missed, corrected(AttemptResult.CONVERSATION, step="call-1"))
    assert (state.phase, kinds(state), state.reached()) == (Phase.IN_CONVERSATION, [TaskKind.RECORD_OUTCOME], True)


def test_one_of_two_conversations_that_never_was_changes_nothing_but_its_result() -> None:
    twice = after(a_case_in(Phase.IN_CONVERSATION), call_made(AttemptResult.CONVERSATION, step="2"))
    state = after(twice, corrected(AttemptResult.NO_ANSWER))
    assert (state.phase, state.tasks) == (twice.phase, twice.tasks)
    assert [attempt.reached for attempt in state.attempts] == [False, True]


@pytest.mark.parametrize("situation", ["agreed", "referred", "taken", "came back", "pending", "feedback"])
def test_a_correction_does_not_undo_what_followed(situation: str) -> None:
    before = SITUATIONS[situation]
    state = after(before, corrected(AttemptResult.NO_ANSWER))
    assert (state.phase, state.tasks, state.appointments) == (before.phase, before.tasks, before.appointments)


def test_a_visit_that_was_planned_in_the_conversation_stays_when_the_conversation_is_corrected() -> None:
    planned = after(a_case_in(Phase.IN_CONVERSATION), a_fact(happened.VisitPlanned))
    state = after(planned, corrected(AttemptResult.NO_ANSWER))
    assert (state.visit, state.phase) == (planned.visit, Phase.IN_CONVERSATION)


def test_an_attempt_that_nobody_made_cannot_be_corrected() -> None:
    assert only_counted(a_case_in(Phase.IN_CONVERSATION), corrected(AttemptResult.NO_ANSWER, step="call-9"))


def test_a_mail_is_never_sent_twice_whatever_comes_between() -> None:
    play = Play(a_case_in(Phase.CONTACT), watcher=Watch())
    play.happened(call_made(AttemptResult.CONVERSATION, play.now), corrected(AttemptResult.NO_ANSWER))
    play.pass_time(timedelta(days=1))
    assert [message.step_id for message in play.sent] == ["case-1.mail-1"]


@pytest.mark.parametrize(
    ("channel", "told"),
    [(Channel.MAIL, True), (Channel.LETTER, True), (Channel.SMS, False), (Channel.WHATSAPP, False)],
)
def test_only_a_mail_or_letter_can_say_that_data_were_received(channel: Channel, told: bool) -> None:
    silent = in_contact(with_plan(Channel.CALL))
    sent = a_fact(happened.AttemptMade, step_id=StepId("case-1.extra-1"), channel=channel)
    assert (after(silent, sent).people[0].notified_at is not None) is told


def test_a_text_message_that_was_sent_after_all_told_nobody_anything() -> None:
    texting = in_contact(with_plan(Channel.SMS, Channel.CALL))
    doubt = after(texting, gave_up(Party.SMS, "sms-1"))
    state = after(doubt, mail_checked(sent=True, step="sms-1"))
    assert (state.people[0].notified_at, kinds(state)) == (None, [TaskKind.CALL])
    assert [(one.channel, one.result) for one in state.attempts] == [(Channel.SMS, AttemptResult.SENT)]


def test_a_text_message_is_an_attempt_like_a_mail() -> None:
    texting = in_contact(with_plan(Channel.SMS, Channel.CALL))
    step = next_step(texting, now=NOW)
    assert isinstance(step, SendMessage)
    assert (step.channel, step.template) == (Channel.SMS, "sms-text")
    sent = a_fact(happened.AttemptMade, step_id=step.step_id, channel=Channel.SMS)
    assert kinds(after(texting, sent)) == [TaskKind.CALL]
