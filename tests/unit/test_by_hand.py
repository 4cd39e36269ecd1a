"""A mail or letter that somebody sends beside the plan: when it may go, once, and what the plan does after it."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from models.case import CaseState, Person
from models.codes import AttemptResult, Channel, DeadlineKind, Outcome, Party, Phase, Role, TaskKind, Trait
from models.commands import WriteByHand
from models.facts import (
    AttemptMade,
    CallbackAgreed,
    CasePaused,
    ContactReceived,
    MailChecked,
    MessageAsked,
    PartyGaveUp,
    PauseEnded,
)
from models.ids import CommandId, StepId
from models.steps import AskRegister, SendMessage
from policy.by_hand import asked_counted
from policy.commands import decide
from policy.next_step import next_step
from policy.step_names import by_hand, channel_by_hand
from tests.builders import (
    NEIGHBOUR,
    NOOR,
    NOW,
    RESIDENT,
    after,
    at,
    call_made,
    mail_made,
    the_terms,
)
from tests.unit.examples import a_fact
from tests.unit.situations import SITUATIONS, a_case_of_two, in_contact, with_plan

LATER = at("2027-04-09 09:00")
"""More than two working days after what happened at `NOW`."""
CALLED = after(in_contact(with_plan(Channel.CALL, Channel.CALL)), call_made(AttemptResult.VOICEMAIL, step="call-1"))


def press(channel: Channel = Channel.LETTER, **changes: Any) -> WriteByHand:
    given: dict[str, Any] = {
        "command_id": CommandId("press"),
        "by": NOOR,
        "role": Role.CASEWORKER,
        "person_id": RESIDENT,
        **changes,
    }
    return WriteByHand(channel=channel, **given)


def refused(state: CaseState, command: WriteByHand | None = None, *, now: datetime = LATER) -> str | None:
    return decide(state, command or press(), now=now).refusal


def asked(state: CaseState, channel: Channel = Channel.LETTER, *, now: datetime = LATER) -> CaseState:
    verdict = decide(state, press(channel), now=now)
    assert verdict.refusal is None
    return after(state, *verdict.facts)


def came_to(state: CaseState, result: AttemptResult, moment: datetime = LATER) -> CaseState:
    message = state.asked
    assert message is not None
    made = AttemptMade(
        at=moment,
        person_id=message.person_id,
        step_id=message.step_id,
        channel=message.channel,
        result=result,
        template=message.template,
    )
    return after(state, made)


@pytest.mark.parametrize(("channel", "text"), [(Channel.LETTER, "first-letter"), (Channel.MAIL, "first-mail")])
def test_what_is_asked_is_sent_at_once_with_the_first_text(channel: Channel, text: str) -> None:
    state = asked(CALLED, channel)
    step = next_step(state, now=LATER)
    assert step == SendMessage(
        step_id=StepId(f"case-1.hand-{channel}-press"), person_id=RESIDENT, channel=channel, template=text
    )
    assert channel_by_hand(step.step_id) is channel


def test_before_a_letter_the_register_is_asked_when_its_answer_is_old() -> None:
    late = NOW + timedelta(days=15)
    assert isinstance(next_step(asked(CALLED, now=late), now=late), AskRegister)


def test_once_sent_the_plans_next_attempt_is_counted_from_it() -> None:
    sent = came_to(asked(CALLED), AttemptResult.SENT)
    assert sent.asked is None and sent.plan_next == CALLED.plan_next
    before, call = CALLED.task_of(TaskKind.CALL, RESIDENT), sent.task_of(TaskKind.CALL, RESIDENT)
    assert before is not None and call is not None
    assert before.opens_at < LATER + timedelta(days=3) < call.opens_at


def test_a_plan_that_waits_for_its_end_waits_anew() -> None:
    done = after(SITUATIONS["plan done"])
    sent = came_to(asked(done), AttemptResult.SENT)
    end = sent.deadline(DeadlineKind.PLAN_END)
    assert end is not None and end.started_at == LATER


@pytest.mark.parametrize("result", [AttemptResult.REFUSED, AttemptResult.NO_ADDRESS])
def test_what_could_not_be_sent_is_written_down_and_the_plan_stays_as_it_was(result: AttemptResult) -> None:
    state = came_to(asked(CALLED), result)
    assert [one.result for one in state.attempts] == [AttemptResult.VOICEMAIL, result]
    assert (state.asked, state.tasks) == (None, CALLED.tasks)
    assert refused(state) is None


def test_a_message_in_doubt_is_a_persons_to_settle_and_is_not_sent_again() -> None:
    state = came_to(asked(CALLED), AttemptResult.UNKNOWN)
    check = state.task_of(TaskKind.CHECK_MAIL, RESIDENT)
    assert check is not None and state.asked is None
    assert refused(state, press(Channel.MAIL)) == "Zoek eerst uit of het vorige bericht is verstuurd."
    settled = after(state, MailChecked(at=LATER, person_id=RESIDENT, step_id=StepId(str(check.step_id)), sent=True))
    assert [one.result for one in settled.attempts] == [AttemptResult.VOICEMAIL, AttemptResult.SENT]
    assert refused(settled, now=LATER + timedelta(days=9)) == "De inwoner kreeg deze brief al."


def test_a_message_that_was_given_up_is_known_by_its_text_once_somebody_found_out() -> None:
    state = asked(CALLED)
    step = by_hand(state, Channel.LETTER, CommandId("press"))
    given_up = after(state, PartyGaveUp(at=LATER, person_id=RESIDENT, party=Party.LETTERS, step_id=step))
    assert given_up.asked is None and given_up.task_of(TaskKind.CHECK_MAIL, RESIDENT) is not None
    called = after(given_up, call_made(AttemptResult.NO_ANSWER, LATER, step="call-2"))
    assert called.task_of(TaskKind.CHECK_MAIL, RESIDENT) is None
    assert refused(called, now=LATER + timedelta(days=9)) == "De inwoner kreeg deze brief al."
    settled = after(given_up, MailChecked(at=LATER, person_id=RESIDENT, step_id=step, sent=True))
    last = settled.attempts[-1]
    assert (last.channel, last.template, last.result) == (Channel.LETTER, "first-letter", AttemptResult.SENT)


def test_doubt_about_a_message_to_who_was_reached_meanwhile_matters_no_more() -> None:
    state = asked(CALLED)
    reached = after(state, a_fact(ContactReceived))
    step = by_hand(state, Channel.LETTER, CommandId("press"))
    later = after(reached, PartyGaveUp(at=LATER, person_id=RESIDENT, party=Party.LETTERS, step_id=step))
    assert later.task_of(TaskKind.CHECK_MAIL, RESIDENT) is None


@pytest.mark.parametrize("fact", [ContactReceived, CasePaused])
def test_who_is_not_sought_any_more_gets_it_no_more(fact: Any) -> None:
    state = after(asked(CALLED), a_fact(fact))
    assert state.asked is None
    assert not isinstance(next_step(state, now=LATER), SendMessage)


def test_after_a_rest_it_is_not_sent_after_all() -> None:
    state = after(asked(CALLED), a_fact(CasePaused), a_fact(PauseEnded))
    assert state.asked is None


def test_what_was_asked_about_somebody_else_or_too_late_is_only_counted() -> None:
    fact = a_fact(MessageAsked)
    assert after(SITUATIONS["talking"], fact).asked is None
    assert after(a_case_of_two(), a_fact(MessageAsked, person_id=NEIGHBOUR)).asked is None


def test_the_plan_does_not_send_the_same_text_again() -> None:
    state = came_to(asked(SITUATIONS["following up"], Channel.MAIL), AttemptResult.SENT)
    assert refused(state, press(Channel.MAIL), now=LATER + timedelta(days=9)) == "De inwoner kreeg deze mail al."


def test_the_second_of_two_colleagues_hears_that_one_is_on_its_way() -> None:
    state = asked(CALLED)
    theirs = press(command_id=CommandId("another"))
    assert refused(state, theirs) == "Er gaat al een bericht naar de inwoner."
    sent = came_to(state, AttemptResult.SENT)
    assert refused(sent, theirs, now=LATER + timedelta(days=9)) == "De inwoner kreeg deze brief al."


def _with_terms(state: CaseState, **changes: Any) -> CaseState:
    terms = state.terms or the_terms()
    return state.model_copy(update={"terms": terms.model_copy(update=changes)})


def _secret(state: CaseState) -> CaseState:
    people = tuple(one.model_copy(update={"traits": (Trait.SECRET_ADDRESS,)}) for one in state.people)
    return state.model_copy(update={"people": people})


def _warm(state: CaseState) -> CaseState:
    signals = tuple(one.model_copy(update={"warm_handover": True}) for one in state.signals)
    return state.model_copy(update={"signals": signals})


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        (_with_terms(CALLED, by_hand=None), "Het beleid van deze zaak is ouder en kent geen bericht tussendoor."),
        (_with_terms(CALLED, ends_as=Outcome.KNOWN_AT_DEBT_HELP), "Op deze route zoekt niemand contact."),
        (SITUATIONS["paused"], "De zaak rust."),
        (
            SITUATIONS["objecting"],
            "Deze persoon heeft bezwaar gemaakt. Tot daarover is beslist, zoekt niemand contact.",
        ),
        (SITUATIONS["doubted again"], "Controleer eerst de gegevens van de inwoner."),
        (SITUATIONS["odd mail"], "Zoek eerst uit of het vorige bericht is verstuurd."),
        (SITUATIONS["visit planned"], "Er is al iets afgesproken of gepland met de inwoner."),
        (_warm(in_contact(with_plan(Channel.CALL))), "De partner vroeg om een telefoontje: bel eerst."),
        (_warm(CALLED), None),
        (_secret(CALLED), "Het adres is geheim: er gaat geen brief."),
        (SITUATIONS["talking"], "Dit kan niet meer: de zaak is intussen verder."),
        (in_contact(with_plan(Channel.CALL)), None),
    ],
)
def test_why_nothing_may_be_written(state: CaseState, sentence: str | None) -> None:
    assert refused(state) == sentence


def test_a_callback_comes_before_a_message() -> None:
    assert after(CALLED, a_fact(CallbackAgreed)).phase is not Phase.CONTACT


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        (press(Channel.SMS), "Kies een mail of een brief."),
        (
            press(person_id=NEIGHBOUR),
            "Met deze persoon wordt nu geen contact gezocht: eerst is een ander aan de beurt.",
        ),
        (press(), "Er gaat al een bericht naar de inwoner."),
    ],
)
def test_what_may_not_be_written_to_whom(command: WriteByHand, sentence: str | None) -> None:
    two = a_case_of_two()
    assert refused(two, command) == sentence


def test_a_text_that_the_plan_sends_itself_is_left_to_it() -> None:
    assert refused(in_contact(), press(Channel.MAIL)) == "Deze mail gaat vanzelf, volgens het contactplan."


def test_while_the_plans_own_message_is_tried_nothing_goes_beside_it() -> None:
    assert refused(in_contact(), now=NOW) == "Er gaat al een bericht naar de inwoner."
    assert refused(in_contact(), now=NOW - timedelta(minutes=1)) is None


def test_to_a_secret_address_goes_no_letter_whoever_of_the_case_hides() -> None:
    hidden = _with_a_hidden_neighbour(CALLED)
    assert refused(hidden) == "Het adres is geheim: er gaat geen brief."
    assert refused(hidden, press(Channel.MAIL)) is None


def test_a_letter_that_was_asked_does_not_go_to_an_address_that_proves_to_be_secret() -> None:
    assert asked_counted(_with_a_hidden_neighbour(asked(CALLED))).asked is None
    assert asked_counted(_with_a_hidden_neighbour(asked(CALLED, Channel.MAIL))).asked is not None


def _with_a_hidden_neighbour(state: CaseState) -> CaseState:
    people = (*state.people, Person(person_id=NEIGHBOUR, traits=(Trait.SECRET_ADDRESS,)))
    return state.model_copy(update={"people": people})


def test_who_got_a_letter_from_another_system_gets_no_first_letter() -> None:
    there = CALLED.attempts[0].model_copy(
        update={"channel": Channel.LETTER, "result": AttemptResult.SENT, "elsewhere": True, "step_id": StepId("there")}
    )
    taken_over = CALLED.model_copy(update={"attempts": (there, *CALLED.attempts)})
    assert refused(taken_over) == "De inwoner kreeg deze brief al."
    assert refused(taken_over, press(Channel.MAIL)) is None


@pytest.mark.parametrize("gave_up", [False, True])
def test_the_plan_does_not_send_a_text_that_perhaps_left(gave_up: bool) -> None:
    terms = with_plan(Channel.CALL, Channel.MAIL, Channel.CALL)
    call, mail, again = terms.plan.steps
    # The mail goes right after the call, as in the plan that calls first.
    mail = mail.model_copy(update={"template": "first-mail", "wait": call.wait})
    plan = terms.plan.model_copy(update={"steps": (call, mail, again)})
    state = asked(in_contact(terms.model_copy(update={"plan": plan})), Channel.MAIL)
    step = by_hand(state, Channel.MAIL, CommandId("press"))
    state = after(state, call_made(AttemptResult.NO_ANSWER, LATER, step="call-1"))
    if gave_up:
        state = after(state, PartyGaveUp(at=LATER, person_id=RESIDENT, party=Party.MAIL, step_id=step))
    else:
        state = came_to(state, AttemptResult.UNKNOWN)
    following = next_step(state, now=LATER + timedelta(days=9))
    assert not isinstance(following, SendMessage) or following.template != "first-mail"


def test_between_two_attempts_policy_wants_two_working_days() -> None:
    tuesday, wednesday = at("2027-04-06 12:00"), at("2027-04-07 23:59")
    assert refused(CALLED, now=tuesday) == "De laatste contactpoging is te kort geleden."
    assert refused(CALLED, now=wednesday + timedelta(minutes=1)) is None


def test_a_message_that_never_left_is_no_attempt_to_wait_for() -> None:
    state = after(in_contact(with_plan(Channel.MAIL, Channel.CALL)), mail_made(AttemptResult.REFUSED))
    assert refused(state, now=NOW) is None
