"""The buttons on the page of a case: which there are, what they do, and that nothing is done twice or lost."""

import asyncio
import re

import pytest

from adapters.command_desk import Answer
from models.case import CaseState
from models.codes import Acceptance, HelpKind, NotPickedUpReason, Outcome, Phase, TaskKind
from models.commands import LogCall
from tests.builders import at
from tests.web.browser import Browser, form_of, kinds_of
from tests.web.situations import (
    HOUSEMATE,
    died,
    mail_given_up,
    visits_blocked,
    with_a_housemate,
)
from tests.web.town import (
    NOOR,
    THEA,
    Town,
    a_case_in_contact,
    a_case_in_conversation,
    a_case_to_check,
)

OTHER = HOUSEMATE


# --- which buttons there are --------------------------------------------------------------------------------------


async def test_a_caseworker_sees_what_the_case_takes_now(town: Town, noor: Browser) -> None:
    checking = kinds_of((await noor.get(_page(a_case_to_check(town)))).text)
    seeking = kinds_of((await noor.get(_page(a_case_in_contact(town)))).text)
    assert {"claim_case", "check_identity", "log_incoming"} <= checking
    assert {"claim_case", "log_call", "record_outcome", "plan_visit"} <= seeking
    assert (checking & {"plan_visit", "resume_case"}, seeking & {"check_identity", "resume_case"}) == (set(), set())


async def test_only_a_supervisor_sees_the_hold(town: Town, noor: Browser, thea: Browser) -> None:
    state = a_case_in_contact(town)
    assert "set_hold" not in kinds_of((await noor.get(_page(state))).text)
    assert "set_hold" in kinds_of((await thea.get(_page(state))).text)


async def test_a_case_of_mine_is_not_offered_to_me(town: Town, noor: Browser, thea: Browser) -> None:
    state = a_case_in_contact(town)
    answer = await noor.press(_page(state), "claim_case")
    assert answer.headers["location"] == f"{_page(state)}?vastgelegd=claim_case"
    page = await noor.get(answer.headers["location"])
    assert "De zaak is nu van u." in page.text and "van u" in page.text
    assert "claim_case" not in kinds_of(page.text)
    assert "claim_case" in kinds_of((await thea.get(_page(state))).text)


async def test_the_work_at_hand_is_open_and_the_rest_one_press_away(town: Town, noor: Browser) -> None:
    page = await noor.get(_page(a_case_in_conversation(town)))
    assert '<details id="doe-record_outcome" open>' in page.text
    assert '<details id="doe-log_call">' in page.text


async def test_the_rest_stands_folded_under_its_subject(town: Town, noor: Browser) -> None:
    page = (await noor.get(_page(a_case_in_contact(town)))).text
    groups = re.findall(r'<details class="group"( open)?>\s*<summary>([^<]+)</summary>', page)
    assert groups == [
        ("", "Contact"),
        ("", "Afspraken"),
        ("", "Hulp en uitkomst"),
        ("", "Inwoner"),
        ("", "Signalen"),
        ("", "Zaak"),
    ]
    assert page.index("doe-claim_case") < page.index('<details class="group">')


async def test_a_refused_form_stands_open_in_an_open_group(town: Town, noor: Browser) -> None:
    state = a_case_in_contact(town)
    page = await noor.press(_page(state), "record_representative", representative="mentor", may_be_told="ja")
    assert "Vul de naam van de vertegenwoordiger in." in page.text
    assert re.findall(r'<details class="group" open>\s*<summary>([^<]+)<', page.text) == ["Inwoner"]
    assert '<details id="doe-record_representative" open>' in page.text


async def test_work_of_a_case_that_is_nobodys_can_be_taken_at_once(town: Town, noor: Browser, thea: Browser) -> None:
    state = a_case_in_contact(town)
    await thea.press(_page(state), "claim_case")
    page = (await noor.get(_page(state))).text
    assert page.index("doe-claim_case") > page.index('<details class="group">')


@pytest.mark.parametrize("kind", ["plan_visit", "log_visit", "block_visits"])
async def test_where_nobody_may_visit_no_visit_is_offered(town: Town, noor: Browser, kind: str) -> None:
    offered = kinds_of((await noor.get(_page(visits_blocked(town)))).text)
    assert kind not in offered and "allow_visits" in offered


async def test_whoever_died_is_not_called(town: Town, noor: Browser) -> None:
    offered = kinds_of((await noor.get(_page(died(town)))).text)
    assert not offered & {"log_call", "log_attempt", "make_callback", "plan_visit", "report_life_event"}
    assert "offer_to_survivors" in offered


async def test_a_task_about_somebody_else_is_one_link_away(town: Town, noor: Browser) -> None:
    state = with_a_housemate(town)
    await noor.press(f"{_page(state)}?persoon={OTHER}", "log_call", result="conversation")
    page = (await noor.get(_page(state))).text
    assert "Er staat ook een taak open over een andere inwoner" in page
    assert "continue_contact" not in kinds_of((await noor.get(f"{_page(state)}?persoon={OTHER}")).text)


async def test_after_a_press_the_same_person_is_shown(town: Town, noor: Browser) -> None:
    state = with_a_housemate(town)
    where = f"{_page(state)}?persoon={OTHER}"
    done = await noor.press(where, "record_objection")
    assert done.headers["location"].endswith(f"?vastgelegd=record_objection&persoon={OTHER}")
    town.desk.answers = [Answer.SENDING]
    sent = await noor.press(where, "judge_threat", threatening="nee")
    assert sent.headers["location"].endswith(f"?persoon={OTHER}")
    town.desk.work(town.desk.presses[-1].command_id)
    assert (await noor.get(sent.headers["location"])).headers["location"].endswith(f"&persoon={OTHER}")


# --- every command ------------------------------------------------------------------------------------------------


async def test_checking_identity_brings_the_case_to_contact(town: Town, noor: Browser) -> None:
    state = a_case_to_check(town)
    await noor.press(_page(state), "check_identity", standing="confirmed")
    assert town.reload(state).phase is Phase.CONTACT


async def test_a_call_at_an_earlier_moment_keeps_that_moment(town: Town, noor: Browser) -> None:
    state = a_case_in_contact(town)
    town.now = at("2027-04-05 10:00")
    await noor.press(_page(state), "log_call", result="conversation", called_at="2027-04-05T09:15")
    after = town.reload(state)
    assert (after.phase, after.attempts[-1].at) == (Phase.IN_CONVERSATION, at("2027-04-05 09:15"))


async def test_a_mail_of_unknown_fate_is_settled_by_a_caseworker(town: Town, noor: Browser) -> None:
    state = mail_given_up(town)
    await noor.press(_page(state), "check_mail", sent="ja")
    assert [task.kind for task in town.reload(state).tasks] == [TaskKind.CALL]


async def test_help_that_began_is_an_accepted_outcome(town: Town, noor: Browser) -> None:
    state = a_case_in_conversation(town)
    answers = _help() | {"conversation_on": "2027-04-05", "started_on": "2027-04-05"}
    await noor.press(_page(state), "record_outcome", **answers)
    after = town.reload(state)
    assert (after.phase, after.outcomes[0].acceptance) == (Phase.FEEDBACK, Acceptance.ACCEPTED)


async def test_why_a_signal_is_unjustified_is_kept_with_its_outcome(town: Town, noor: Browser) -> None:
    state = a_case_in_contact(town)
    unjustified = Outcome.NOT_PICKED_UP_UNJUSTIFIED
    without = await noor.press(_page(state), "record_outcome", outcome=unjustified)
    assert (without.status_code, "Kies waarom het signaal onterecht is." in without.text) == (422, True)
    await noor.press(_page(state), "record_outcome", outcome=unjustified, unjustified="days_too_low")
    (ended,) = town.reload(state).outcomes
    assert (ended.outcome, ended.reason) == (unjustified, NotPickedUpReason.DAYS_TOO_LOW)
    assert "reden: achterstand te nieuw (te weinig dagen)." in (await noor.get(_page(state))).text


async def test_help_that_has_yet_to_begin_waits_for_its_first_conversation(town: Town, noor: Browser) -> None:
    state = a_case_in_conversation(town)
    await noor.press(_page(state), "record_outcome", **_help())
    assert town.reload(state).outcomes[0].acceptance is Acceptance.PENDING
    held = {"conversation_on": "2027-04-05", "started_on": "2027-04-05"}
    await noor.press(_page(state), "hold_first_conversation", **held)
    after = town.reload(state)
    assert (after.phase, after.outcomes[0].acceptance) == (Phase.FEEDBACK, Acceptance.ACCEPTED)


async def test_erasure_is_put_off_and_let_go_again(town: Town, thea: Browser) -> None:
    state = a_case_in_contact(town)
    await thea.press(_page(state), "set_hold", until_on="2027-12-31", note="Er loopt een bezwaar.")
    page = await thea.get(_page(state))
    assert "Vernietiging uitgesteld tot en met vr 31 december." in page.text
    await thea.press(_page(state), "release_hold")
    assert town.reload(state).hold is None


# --- once, and never lost -----------------------------------------------------------------------------------------


async def test_a_double_click_does_once(town: Town, noor: Browser) -> None:
    state = a_case_in_contact(town)
    form = await noor.form(_page(state), "log_call")
    first, second = await asyncio.gather(noor.send(form, result="voicemail"), noor.send(form, result="voicemail"))
    assert first.headers["location"] == second.headers["location"] == f"{_page(state)}?vastgelegd=log_call"
    assert len(town.reload(state).attempts) == 1


async def test_every_form_on_every_page_is_a_press_of_its_own(town: Town, noor: Browser) -> None:
    state = a_case_in_contact(town)
    ids = [(await noor.form(_page(state), kind)).fields["command_id"] for kind in ("log_call", "claim_case") * 2]
    assert len(set(ids)) == 4


async def test_a_refusal_keeps_everything_that_was_typed(town: Town, noor: Browser) -> None:
    state = a_case_in_conversation(town)
    note = "Gesproken met de inwoner.\nBelt <morgen> terug & weet ervan."
    typed = _help() | {"within_30_days": "nee", "note": note}
    answer = await noor.press(_page(state), "record_outcome", **typed)
    assert answer.status_code == 303
    page = await noor.get(answer.headers["location"])
    assert "Niet vastgelegd.</strong> Een quick fix is binnen 30 dagen op te lossen." in page.text
    form = form_of(page.text, "record_outcome")
    assert {name: form.fields[name].replace("\r\n", "\n") for name in typed} == typed
    assert town.reload(state).outcomes == ()
    again = await noor.send(form, within_30_days="ja")
    assert again.headers["location"] == f"{_page(state)}?vastgelegd=record_outcome"


async def test_an_unfinished_form_comes_back_with_everything_that_was_typed(town: Town, noor: Browser) -> None:
    state = a_case_in_contact(town)
    page = await noor.press(_page(state), "log_call", note="Lang verhaal.", called_at="2027-04-05T08:15")
    assert page.status_code == 422
    assert "Kies wat er aan de telefoon gebeurde." in page.text
    form = form_of(page.text, "log_call")
    assert (form.fields["note"], form.fields["called_at"]) == ("Lang verhaal.", "2027-04-05T08:15")
    assert town.desk.presses == []


async def test_a_refusal_of_a_form_that_is_gone_still_shows_the_note(town: Town, noor: Browser) -> None:
    state = a_case_to_check(town)
    form = await noor.form(_page(state), "check_identity")
    await noor.press(_page(state), "check_identity", standing="confirmed")
    answer = await noor.send(form, standing="died", note="Hoorde het van de buren.")
    page = await noor.get(answer.headers["location"])
    assert "Dit kan niet meer: de zaak is intussen verder." in page.text
    assert "<blockquote>Hoorde het van de buren.</blockquote>" in page.text


@pytest.mark.parametrize(
    ("answer", "said"), [(Answer.SENDING, "Wordt verstuurd."), (Answer.RECORDING, "Wordt vastgelegd.")]
)
async def test_a_press_under_way_is_followed(town: Town, noor: Browser, answer: Answer, said: str) -> None:
    state = a_case_in_contact(town)
    town.desk.answers = [answer, answer]
    sent = await noor.press(_page(state), "log_call", result="voicemail")
    waiting = await noor.get(sent.headers["location"])
    assert said in waiting.text and '<meta http-equiv="refresh" content="2">' in waiting.text
    town.desk.work(town.desk.presses[0].command_id)
    done = await noor.get(sent.headers["location"])
    assert done.headers["location"] == f"{_page(state)}?vastgelegd=log_call"


async def test_a_press_that_is_refused_later_shows_the_form_again(town: Town, noor: Browser) -> None:
    state = a_case_in_contact(town)
    town.desk.answers = [Answer.SENDING]
    form = await noor.form(_page(state), "log_call")
    sent = await noor.send(form, result="voicemail", called_at="2027-04-06T10:00", note="Morgen pas.")
    town.desk.work(town.desk.presses[0].command_id)
    page = await noor.get(sent.headers["location"])
    assert "Dit kan niet in de toekomst liggen." in page.text
    again = form_of(page.text, "log_call")
    typed = {name: again.fields[name] for name in ("result", "called_at", "note")}
    assert typed == {"result": "voicemail", "called_at": "2027-04-06T10:00", "note": "Morgen pas."}


async def test_a_press_is_followed_only_by_whoever_pressed_it(town: Town, noor: Browser, thea: Browser) -> None:
    state, another = a_case_in_contact(town), a_case_in_contact(town)
    town.desk.answers = [Answer.SENDING]
    sent = await noor.press(_page(state), "log_call", result="voicemail", note="Van Noor.")
    where = sent.headers["location"]
    assert (await thea.get(where)).status_code == 404
    assert (await noor.get(where.replace(state.case_id, another.case_id))).status_code == 404


async def test_nobody_borrows_the_id_of_another_press(town: Town, noor: Browser, thea: Browser) -> None:
    state, another = a_case_in_contact(town), a_case_in_contact(town)
    form = await noor.form(_page(state), "log_call")
    await noor.send(form, result="voicemail", note="Van Noor.")
    borrowed = form.fields["command_id"]
    elsewhere = await noor.press(_page(another), "log_call", result="voicemail", command_id=borrowed)
    by_thea = await thea.press(_page(state), "log_call", result="voicemail", command_id=borrowed)
    assert (elsewhere.status_code, by_thea.status_code) == (403, 403)
    assert town.reload(another).attempts == ()


async def test_the_command_is_of_whoever_is_signed_in(town: Town, noor: Browser) -> None:
    state = a_case_in_contact(town)
    await noor.press(_page(state), "log_call", result="voicemail", by=THEA, role="supervisor")
    (command,) = town.desk.presses
    assert isinstance(command, LogCall) and command.by == NOOR


async def test_a_caseworker_cannot_press_a_supervisors_button(town: Town, noor: Browser, thea: Browser) -> None:
    state = a_case_in_contact(town)
    theirs = await thea.form(_page(state), "set_hold")
    mine = await noor.form(_page(state), "log_call")
    theirs.fields["token"] = mine.fields["token"]
    answer = await noor.send(theirs, until_on="2027-12-31", note="Zomaar.")
    page = await noor.get(answer.headers["location"])
    assert "Dit mag u niet doen met uw rol." in page.text
    assert town.reload(state).hold is None


# --- small parts --------------------------------------------------------------------------------------------------


def _page(state: CaseState) -> str:
    return f"/zaak/{state.case_id}"


def _help() -> dict[str, str]:
    return {
        "outcome": Outcome.ADVICE_OR_QUICK_FIX.value,
        "engaged": "ja",
        "help_kind": HelpKind.PAYMENT_PLAN.value,
        "agreed_on": "2027-04-05",
        "within_30_days": "ja",
    }
