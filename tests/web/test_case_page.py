"""The page of a case and its buttons."""

import asyncio
import re
from datetime import timedelta

import pytest

from adapters.command_desk import Answer
from models.case import CaseState
from models.codes import Acceptance, HelpKind, Outcome, Party, Phase, RegisterResult, StallCause, TaskKind
from models.commands import LogCall
from models.facts import PartyGaveUp
from models.ids import CaseId, StepId, resident_of, unit_of_case
from models.vault_tables import CertificateRow
from tests.builders import ZONNEDIJK, at
from tests.web.browser import Browser, form_of, kinds_of
from tests.web.situations import (
    HOUSEMATE,
    callback_agreed,
    died,
    ending_supply,
    mail_given_up,
    objected,
    paused,
    referral_accepted,
    visit_planned,
    visits_blocked,
    with_a_housemate,
)
from tests.web.town import (
    NOOR,
    OPENED,
    THEA,
    Town,
    a_case_in_contact,
    a_case_in_conversation,
    a_case_to_check,
    a_register_answer,
    a_route,
    closed_case,
    next_case,
)
from web import queries

OTHER = HOUSEMATE


# --- what the page tells ------------------------------------------------------------------------------------------


async def test_the_page_tells_who_and_how_to_reach_them(town: Town, noor: Browser) -> None:
    page = await noor.get(_page(a_case_in_contact(town)))
    for told in ("A.B. van den Beemd", "Zonnelaan 12 A", "9990 AB Zonnedijk", "06 1234 5678", "beemd@example.nl"):
        assert told in page.text
    for told in ("Woonstee Zonnedijk", "Huur", "€ 412,50", "1 januari 2027", "Warme overdracht: eerst bellen"):
        assert told in page.text
    assert "Twee keer gebeld, een keer geschreven." in page.text


async def test_nothing_personal_stands_in_the_title_or_the_address(town: Town, noor: Browser) -> None:
    # The browser's own history is out of the eraser's reach.
    page = await noor.get(_page(a_case_in_contact(town)))
    assert "Beemd" not in page.text.split("</title>")[0]
    assert "Beemd" not in str(page.url)


async def test_the_next_step_explains_its_deadline(town: Town, noor: Browser) -> None:
    page = await noor.get(_page(a_case_to_check(town)))
    assert "Controleer gegevens: register vond meer personen." in page.text
    assert "uiterlijk wo 7 april" in page.text
    assert "2 werkdagen na het begin van de taak (vandaag 09:00); geteld op de werkdagen van de gemeente." in page.text


async def test_free_days_that_moved_a_deadline_are_named(town: Town, noor: Browser) -> None:
    # 27 April 2027 (King's Day) is a Tuesday.
    town.now = at("2027-04-26 09:00")
    case_id = next_case(town)
    doubted = a_register_answer(case_id, RegisterResult.SEVERAL).model_copy(update={"at": town.now})
    page = await noor.get(_page(town.case(a_route(town.now), doubted)))
    assert "Opgeschoven door: di 27 april (Koningsdag)." in page.text


async def test_a_stalled_case_says_since_when_and_why(town: Town, noor: Browser) -> None:
    state = _gave_up(town)
    town.now += timedelta(hours=3)
    page = await noor.get(_page(state))
    assert "Vastgelopen: een ander systeem gaf te lang geen antwoord" in page.text
    assert "Sinds vandaag 09:00 (3 uur)." in page.text


async def test_a_case_that_waits_for_a_party_says_so(town: Town, noor: Browser) -> None:
    state = town.case(a_route())
    town.stores.health.failed(Party.REGISTER, waiting=state.case_id, code="register.timeout", at=OPENED)
    page = await noor.get(_page(state))
    assert "Persoonsregister niet bereikbaar sinds 09:00. 1 zaak wacht en gaat vanzelf verder." in page.text
    assert "Persoonsregister is nu niet bereikbaar; de zaak wacht en gaat vanzelf verder." in page.text


async def test_the_signaalreis_tells_what_by_whom_with_the_note(town: Town, noor: Browser) -> None:
    state = a_case_in_contact(town)
    await noor.press(_page(state), "log_call", result="voicemail", note="Vriendelijke stem.")
    page = await noor.get(_page(state))
    assert "ochtend · Noor de Wit" in page.text
    assert "Gebeld: voicemail ingesproken." in page.text
    assert "<blockquote>Vriendelijke stem.</blockquote>" in page.text


async def test_what_somebody_typed_is_text_and_never_markup(town: Town, noor: Browser) -> None:
    state = a_case_in_contact(town, surname="<b>Beemd</b>")
    note = "<script>alert(1)</script></textarea><img src=x>"
    await noor.press(_page(state), "log_call", result="voicemail", note=note)
    page = await noor.get(_page(state))
    assert "<script" not in page.text and "<img" not in page.text and "<b>Beemd" not in page.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page.text


async def test_what_must_be_known_first_stands_on_top(town: Town, noor: Browser) -> None:
    warned = {
        objected: "De inwoner maakt bezwaar tegen het gebruik van de gegevens. Zoek nu geen contact.",
        visits_blocked: "Bij deze inwoner mogen geen huisbezoeken.",
        died: "Deze inwoner is overleden. Er gaat niets meer naar deze inwoner.",
        paused: "De zaak rust tot en met ma 3 mei.",
    }
    for situation, told in warned.items():
        page = (await noor.get(_page(situation(town)))).text
        assert told in page.split("Wat er nu gebeurt")[0]


async def test_a_threat_is_told(town: Town, noor: Browser) -> None:
    state = a_case_in_contact(town)
    await noor.press(_page(state), "judge_threat", threatening="ja")
    assert "De situatie is bedreigend" in (await noor.get(_page(state))).text.split("Wat er nu gebeurt")[0]


async def test_the_end_of_supply_is_counted_down_in_working_days(town: Town, noor: Browser) -> None:
    # Of the weekdays in between only 27 April (King's Day) does not count.
    state = ending_supply(town)
    assert "Nog 19 werkdagen tot het einde van de levering (ma 3 mei)." in (await noor.get(_page(state))).text
    town.now = at("2027-04-30 09:00")
    page = (await noor.get(_page(state))).text
    assert "Nog 1 werkdag tot het einde van de levering (ma 3 mei)." in page
    assert "Levering stopt op 3 mei 2027" in page
    town.now = at("2027-05-03 09:00")
    assert "De levering stopt vandaag (ma 3 mei)." in (await noor.get(_page(state))).text
    town.now = at("2027-05-04 09:00")
    assert "De levering is gestopt op ma 3 mei." in (await noor.get(_page(state))).text


async def test_who_stands_for_the_resident_and_what_they_may_hear(town: Town, noor: Browser) -> None:
    state = a_case_in_contact(town)
    typed = {"representative": "administrator", "name": "mr. B. Windvaer", "phone": "0301234567", "may_be_told": "nee"}
    await noor.press(_page(state), "record_representative", **typed)
    page = (await noor.get(_page(state))).text
    assert "Bewindvoerder: mr. B. Windvaer." in page and "030 123 4567" in page
    assert "Praat met de vertegenwoordiger niet over bedragen en partners." in page
    await noor.press(_page(state), "end_representative")
    assert "Windvaer" not in (await noor.get(_page(state))).text


async def test_what_was_agreed_stands_beside_the_resident(town: Town, noor: Browser) -> None:
    agreed = {
        callback_agreed: "morgen 10:00: Noor de Wit belt op 06 1234 5678",
        visit_planned: "morgen 10:00, Thea Vos gaat mee",
        referral_accepted: "aangenomen, nog niet begonnen (sinds vandaag 09:00)",
    }
    for situation, told in agreed.items():
        assert told in (await noor.get(_page(situation(town)))).text


async def test_why_nobody_may_visit_is_read_by_the_supervisor_only(town: Town, noor: Browser, thea: Browser) -> None:
    state = a_case_in_contact(town)
    await noor.press(_page(state), "block_visits", note="Er is geweld geweest.")
    seen, known = (await noor.get(_page(state))).text, (await thea.get(_page(state))).text
    assert ("geweld" in seen, "De reden mag alleen de teamleider lezen." in seen) == (False, True)
    assert "<blockquote>Er is geweld geweest.</blockquote>" in known


# --- several people -----------------------------------------------------------------------------------------------


async def test_what_is_about_somebody_else_does_not_stand_on_the_page(town: Town, noor: Browser) -> None:
    state = with_a_housemate(town)
    page = await noor.get(_page(state))
    assert page.text.count('data-label="Bedrag"') == 1
    assert "Nog een signaal" not in page.text and "C. Anders" not in page.text
    assert "nog een inwoner" in page.text
    other = await noor.get(f"{_page(state)}?persoon={OTHER}")
    assert "C. Anders" in other.text and "Nog een signaal" in other.text
    assert form_of(other.text, "log_call").fields["person_id"] == OTHER


async def test_an_unknown_person_is_the_resident(town: Town, noor: Browser) -> None:
    page = await noor.get(f"{_page(a_case_in_contact(town))}?persoon=iemand-anders")
    assert "A.B. van den Beemd" in page.text


# --- which buttons there are --------------------------------------------------------------------------------------


async def test_a_caseworker_sees_what_the_case_takes_now(town: Town, noor: Browser) -> None:
    checking = kinds_of((await noor.get(_page(a_case_to_check(town)))).text)
    seeking = kinds_of((await noor.get(_page(a_case_in_contact(town)))).text)
    assert {"claim_case", "check_identity", "log_incoming"} <= checking
    assert {"claim_case", "log_call", "record_outcome", "plan_visit"} <= seeking
    assert (checking & {"log_call", "refer"}, seeking & {"check_identity", "refer"}) == (set(), set())


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
    await noor.press(_page(state), "log_call", result="conversation", called_at="2027-04-05T08:15")
    after = town.reload(state)
    assert (after.phase, after.attempts[-1].at) == (Phase.IN_CONVERSATION, at("2027-04-05 08:15"))


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


# --- closed and erased --------------------------------------------------------------------------------------------


async def test_a_closed_case_says_when_its_data_go_and_why(town: Town, noor: Browser) -> None:
    page = await noor.get(_page(closed_case(town)))
    assert "De zaak is afgesloten. De gegevens worden vernietigd." in page.text
    assert "6 maanden na ontvangst van het signaal (vandaag 09:00)." in page.text
    assert kinds_of(page.text) == set()


async def test_an_erased_case_shows_its_certificate_and_nobody(town: Town, noor: Browser, thea: Browser) -> None:
    state = closed_case(town)
    certificate = _erase(town, state)
    page = await noor.get(_page(state))
    assert page.status_code == 200
    assert "Deze zaak is verwijderd" in page.text and certificate in page.text
    assert "Beemd" not in page.text
    assert f"/bewaren/{certificate}" not in page.text
    assert f'href="/bewaren/{certificate}"' in (await thea.get(_page(state))).text


async def test_a_case_whose_key_is_gone_shows_nothing_personal(town: Town, noor: Browser) -> None:
    state = a_case_in_contact(town)
    await noor.press(_page(state), "log_call", result="voicemail", note="Een geheim.")
    town.stores.vault.destroy([unit_of_case(state.case_id)])
    page = await noor.get(_page(state))
    assert page.status_code == 410
    assert "De gegevens zijn verwijderd" in page.text
    assert "Beemd" not in page.text and "geheim" not in page.text


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


def _gave_up(town: Town) -> CaseState:
    case_id = next_case(town)
    gave_up = PartyGaveUp(
        at=OPENED, party=Party.REGISTER, step_id=StepId(f"{case_id}.register"), person_id=resident_of(case_id)
    )
    state = town.case(a_route(), gave_up)
    assert any(task.deadline.cause is StallCause.PARTY_BUDGET_SPENT for task in state.tasks)
    return state


def _erase(town: Town, state: CaseState) -> str:
    """What is left of an erased case: no row, no key, and the proof."""
    units = [retention.unit_id for retention in state.retention]
    town.stores.vault.destroy(units)
    with town.stores.database.write() as session:
        session.delete(_case_row(town, state.case_id))
    row = CertificateRow(
        id="verklaring-1",
        municipality=ZONNEDIJK.text,
        case_id=state.case_id,
        units=list(units),
        rule=state.retention[-1].model_dump(mode="json"),
        rows=14,
        executions=2,
        erased_at=OPENED,
    )
    with town.stores.vault.database.write() as session:
        session.add(row)
    return "verklaring-1"


def _case_row(town: Town, case_id: CaseId) -> object:
    found = queries.closed_cases(town.stores.database, [ZONNEDIJK], page=1)
    return next(row for row in found.rows if row.id == case_id)
