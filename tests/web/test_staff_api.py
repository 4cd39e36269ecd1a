"""The API for what the pages do: the same answers, the same presses and the same refusals, each press once."""

import asyncio
import uuid
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator

from adapters.command_desk import Answer
from models.case import CaseState
from models.ids import CommandId
from tests.builders import at
from tests.web.browser import Browser, kinds_of
from tests.web.situations import HOUSEMATE, TAKEN_IN, with_a_housemate
from tests.web.test_every_form import BECOMES, FILLED
from tests.web.test_secret_address import TRACES, a_hidden_case, with_right
from tests.web.town import (
    NOOR,
    PHONE,
    THEA,
    WATERDORP,
    Town,
    a_case_in_contact,
    a_case_in_conversation,
    a_case_to_check,
)
from web.forms.fields import Tick, YesNo
from web.forms.table import FORMS
from web.staff_api.access import SECRET
from web.staff_api.app import PATH, VERSION

NOTE = "Een hele zin."


async def get(browser: Browser, path: str) -> httpx.Response:
    return await browser.client.get(PATH + path)


async def send(browser: Browser, path: str, said: Any) -> httpx.Response:
    """With the secret that a session needs to change something."""
    return await browser.client.post(PATH + path, json=said, headers={SECRET: browser.secret})


async def press(browser: Browser, state: CaseState, kind: str, press_id: str = "", **said: Any) -> httpx.Response:
    command = {"id": press_id or str(uuid.uuid4()), "soort": kind, **said}
    return await send(browser, f"/zaken/{state.case_id}/opdrachten", command)


async def possible(browser: Browser, state: CaseState, kind: str, person: str = "") -> dict[str, Any]:
    found = (await get(browser, f"/zaken/{state.case_id}/mogelijkheden?persoonId={person}")).json()
    return next(one for one in found if one["soort"] == kind)


# --- reading ------------------------------------------------------------------------------------------------------


async def test_the_work_list_holds_what_the_page_shows(town: Town, noor: Browser) -> None:
    state = a_case_to_check(town)
    answer = await get(noor, "/taken")
    assert (answer.status_code, answer.headers["api-version"]) == (200, VERSION)
    [task] = answer.json().pop("taken")
    assert answer.json() | {"taken": []} == {"taken": [], "aantal": 1, "pagina": 1, "paginas": 1}
    assert (task["zaakId"], task["soort"], task["inwoner"]) == (state.case_id, "check_identity", "A.B. van den Beemd")
    page = (await noor.get("/")).text
    assert all(task[told] in page for told in ("titel", "reden", "wanneer", "inwoner"))


async def test_the_work_list_comes_in_parts_and_pages(town: Town, noor: Browser) -> None:
    for _ in range(51):
        a_case_to_check(town)
    first, second = [(await get(noor, f"/taken?pagina={number}")).json() for number in (1, 2)]
    assert (len(first["taken"]), len(second["taken"]), second["aantal"], second["paginas"]) == (50, 1, 51, 2)
    assert len({task["zaakId"] for task in first["taken"] + second["taken"]}) == 51
    assert (await get(noor, "/taken?werkbakje=mij")).json()["aantal"] == 0
    assert (await get(noor, "/taken?werkbakje=identity")).json()["aantal"] == 51
    assert (await get(noor, "/taken?werkbakje=bestaat-niet")).status_code == 404
    counts = {one["code"]: one["open"] for one in (await get(noor, "/werkbakjes")).json()}
    assert (counts["team"], counts["mij"], counts["identity"]) == (51, 0, 51)


async def test_a_case_holds_what_its_page_shows(town: Town, noor: Browser) -> None:
    state = a_case_in_conversation(town)
    told = (await get(noor, f"/zaken/{state.case_id}")).json()
    assert (told["id"], told["volgnummer"], told["fase"]) == (state.case_id, state.sequence, "in_conversation")
    assert told["inwoner"]["naam"] == "A.B. van den Beemd"
    assert told["adres"] == {"regels": ["Zonnelaan 12 A", "9990 AB Zonnedijk"], "geheim": False}
    assert [(one["kenmerk"], one["bedragInCenten"]) for one in told["signalen"]] == [("WO-1", 41_250)]
    page = (await noor.get(f"/zaak/{state.case_id}")).text
    assert told["signaalreis"] and all(entry["zin"] in page for entry in told["signaalreis"])
    assert told["volgendeStap"]["zin"] in page


async def test_a_secret_address_stays_where_it_is_asked_for_with_a_reason(town: Town, noor: Browser) -> None:
    with_right(town)
    state = a_hidden_case(town)
    for path in (f"/zaken/{state.case_id}", f"/zaken/{state.case_id}/mogelijkheden", "/taken"):
        assert TRACES.search((await get(noor, path)).text) is None
    assert (await get(noor, f"/zaken/{state.case_id}")).json()["adres"] == {"regels": [], "geheim": True}
    found = await send(noor, "/zoekvragen", {"achternaam": "Beemd", "telefoon": "12345678"})
    assert [hit["adres"] for hit in found.json()] == ["geheim"]


async def test_what_is_about_a_housemate_is_asked_apart(town: Town, noor: Browser) -> None:
    state = with_a_housemate(town)
    own, other = [(await get(noor, f"/zaken/{state.case_id}?persoonId={person}")).json() for person in ("", HOUSEMATE)]
    assert (own["anderePersonen"], other["persoonId"]) == ([HOUSEMATE], HOUSEMATE)
    assert (own["inwoner"]["naam"], other["inwoner"]["naam"]) == ("A.B. van den Beemd", "C. Anders")


async def test_what_a_case_takes_is_what_its_page_offers(town: Town, noor: Browser) -> None:
    for situation in (a_case_in_contact, a_case_in_conversation, a_case_to_check):
        state = situation(town)
        told = (await get(noor, f"/zaken/{state.case_id}/mogelijkheden")).json()
        assert {one["soort"] for one in told} == kinds_of((await noor.get(f"/zaak/{state.case_id}")).text)
        for one in told:
            Draft202012Validator.check_schema(one["velden"])


# --- pressing -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", FORMS)
async def test_every_command_of_the_pages_can_be_pressed_as_it_is_described(
    town: Town, noor: Browser, thea: Browser, kind: str
) -> None:
    state = TAKEN_IN[kind](town)
    somebody = thea if kind.endswith("_hold") else noor
    typed, meant, sealed = FILLED[kind]
    typed, meant = dict(typed), dict(meant)
    person = HOUSEMATE if kind == "split_signal" else ""
    if kind == "merge_case":
        typed["into"] = meant["into"] = a_case_in_contact(town).case_id
    if kind in ("record_signal_change", "split_signal"):
        typed["signal_id"] = meant["signal_id"] = state.signals[-1].signal_id
    described = await possible(somebody, state, kind, person)
    said = described["ingevuld"] | {name: _as_json(kind, name, value) for name, value in typed.items()}
    Draft202012Validator(described["velden"]).validate(said)
    town.desk.answers = [Answer.SENDING]
    answer = await press(somebody, state, kind, persoonId=person, velden=said, toelichting=NOTE)
    assert (answer.status_code, answer.json()["stand"]) == (202, "wordt verstuurd")
    [command] = town.desk.presses
    assert {name: getattr(command, name) for name in meant} == meant
    assert town.stores.outbox.answer(command.command_id).particulars == sealed
    town.desk.work(command.command_id)
    facts = [entry.fact.kind for entry in town.stores.cases.journey(state.case_id)]
    assert len(facts) > state.sequence
    assert facts[-len(BECOMES.get(kind, [""])) :] == BECOMES.get(kind, facts[-1:])


async def test_the_same_command_twice_is_done_once_and_answered_the_same(town: Town, noor: Browser) -> None:
    state, press_id = a_case_in_contact(town), str(uuid.uuid4())
    said = await _fields(noor, state, "log_call", result="no_answer")
    first, second = [await press(noor, state, "log_call", press_id, velden=said, toelichting=NOTE) for _ in range(2)]
    assert (first.status_code, first.json(), first.headers["location"]) == (
        second.status_code,
        second.json(),
        second.headers["location"],
    )
    assert len(town.desk.presses) == 1
    followed = await noor.client.get(first.headers["location"])
    assert followed.json() == {"id": press_id, "soort": "log_call", "stand": "vastgelegd", "reden": ""}


async def test_twice_at_the_same_moment_is_once_too(town: Town, noor: Browser) -> None:
    state, press_id = a_case_in_contact(town), str(uuid.uuid4())
    answers = await asyncio.gather(*(press(noor, state, "claim_case", press_id) for _ in range(2)))
    assert [answer.status_code for answer in answers] == [201, 201]
    facts = [entry.fact.kind for entry in town.stores.cases.journey(state.case_id)]
    assert facts.count("case_claimed") == 1


async def test_a_repeated_command_counts_also_when_the_case_has_moved_on(town: Town, noor: Browser) -> None:
    state, press_id = TAKEN_IN["make_callback"](town), str(uuid.uuid4())
    said = await _fields(noor, state, "make_callback", due_at="2027-04-06T10:00", with_staff=NOOR, phone_id=PHONE)
    assert (await press(noor, state, "make_callback", press_id, velden=said)).status_code == 201
    # The case offers no second appointment; the answer is still that of the first.
    again = await press(noor, state, "make_callback", press_id, velden=said)
    assert (again.status_code, again.json()["stand"]) == (201, "vastgelegd")


async def test_an_id_is_of_one_command(town: Town, noor: Browser) -> None:
    state, press_id = a_case_in_contact(town), str(uuid.uuid4())
    assert (await press(noor, state, "claim_case", press_id)).status_code == 201
    other = await press(noor, state, "log_incoming", press_id)
    assert (other.status_code, other.json()["detail"]) == (
        422,
        "Dit id hoort bij een andere opdracht. Gebruik een nieuw id.",
    )


async def test_nobody_borrows_the_id_of_another_press(town: Town, noor: Browser, thea: Browser) -> None:
    state, press_id = a_case_in_contact(town), str(uuid.uuid4())
    assert (await press(noor, state, "claim_case", press_id)).status_code == 201
    assert (await press(thea, state, "claim_case", press_id)).status_code == 403
    assert (await press(noor, a_case_in_contact(town), "claim_case", press_id)).status_code == 403
    assert (await get(thea, f"/zaken/{state.case_id}/opdrachten/{press_id}")).status_code == 404
    assert len(town.desk.presses) == 1


async def test_a_refusal_is_a_conflict_with_the_sentence_of_the_page(town: Town, noor: Browser) -> None:
    state, press_id = a_case_in_contact(town), str(uuid.uuid4())
    town.desk.refusals = ["Dit kan nu even niet."]
    refused = await press(noor, state, "claim_case", press_id)
    assert refused.status_code == 409
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.json()["detail"] == "Dit kan nu even niet."
    # The same press again is the same refusal; a new one may be taken.
    assert (await press(noor, state, "claim_case", press_id)).json() == refused.json()
    assert (await press(noor, state, "claim_case")).status_code == 201


async def test_a_moment_that_is_taken_is_refused_as_on_the_page(town: Town, noor: Browser) -> None:
    first, second = TAKEN_IN["make_callback"](town), TAKEN_IN["make_callback"](town)
    for state, status in ((first, 201), (second, 409)):
        said = await _fields(noor, state, "make_callback", due_at="2027-04-06T10:00", with_staff=THEA)
        answer = await press(noor, state, "make_callback", velden=said)
        assert answer.status_code == status
    assert answer.json()["detail"].startswith("Thea Vos heeft dan al een terugbelafspraak")


async def test_what_is_unfinished_names_the_field_and_is_not_sent(town: Town, noor: Browser) -> None:
    state = a_case_in_contact(town)
    answer = await press(noor, state, "log_call", velden=await _fields(noor, state, "log_call"))
    assert answer.status_code == 422
    assert answer.json()["fouten"] == [{"plaats": "body.velden.result", "reden": "dit is niet goed ingevuld"}]
    assert answer.json()["detail"]
    assert town.desk.presses == []


@pytest.mark.parametrize(
    ("said", "place"),
    [
        ({"bestaat_niet": "x"}, "body.velden"),
        ({"result": True}, "body.velden.result"),
        ({"preferred": "ja"}, "body.velden.preferred"),
        ({"called_at": "gisteren"}, "body.velden.called_at"),
        ({"called_at": "9999-12-31T23:59+00:00"}, "body.velden.called_at"),
        ({"phone": "6" * 2001}, "body.velden.phone"),
    ],
)
async def test_what_is_of_another_kind_is_refused_by_its_place(
    town: Town, noor: Browser, said: dict[str, Any], place: str
) -> None:
    state = a_case_in_contact(town)
    good = await _fields(noor, state, "log_call", result="no_answer")
    answer = await press(noor, state, "log_call", velden=good | said)
    assert answer.status_code == 422
    assert [fault["plaats"] for fault in answer.json()["fouten"]] == [place]
    assert not any(str(value) in answer.text for value in said.values() if isinstance(value, str))
    assert town.desk.presses == []


async def test_a_moment_with_a_time_zone_is_that_moment(town: Town, noor: Browser) -> None:
    state = a_case_in_contact(town)
    town.now = at("2027-04-05 12:00")
    said = await _fields(noor, state, "log_call", result="no_answer", called_at="2027-04-05T09:30:00Z")
    assert (await press(noor, state, "log_call", velden=said)).status_code == 201
    [command] = town.desk.presses
    assert getattr(command, "called_at") == at("2027-04-05 11:30")  # noqa: B009


@pytest.mark.parametrize(
    ("answer", "stand"), [(Answer.SENDING, "wordt verstuurd"), (Answer.RECORDING, "wordt vastgelegd")]
)
async def test_a_case_that_is_slow_to_answer_is_asked_later(
    town: Town, noor: Browser, answer: Answer, stand: str
) -> None:
    state, press_id = a_case_in_contact(town), str(uuid.uuid4())
    town.desk.answers = [answer, answer]
    sent = await press(noor, state, "claim_case", press_id)
    assert (sent.status_code, sent.json()["stand"]) == (202, stand)
    assert (await noor.client.get(sent.headers["location"])).json()["stand"] == stand
    town.desk.work(CommandId(press_id))
    assert (await noor.client.get(sent.headers["location"])).json()["stand"] == "vastgelegd"


async def test_a_caseworker_cannot_press_a_supervisors_button(town: Town, noor: Browser, thea: Browser) -> None:
    state = TAKEN_IN["set_hold"](town)
    said = {"until_on": "2027-04-30"}
    refused = await press(noor, state, "set_hold", velden=said, toelichting=NOTE)
    assert refused.status_code == 409
    assert (await press(thea, state, "set_hold", velden=said, toelichting=NOTE)).status_code == 201


async def test_the_command_is_of_whoever_asks(town: Town, noor: Browser) -> None:
    state = a_case_in_contact(town)
    assert (await press(noor, state, "claim_case")).status_code == 201
    assert [(command.by, command.role.value) for command in town.desk.presses] == [(NOOR, "caseworker")]
    forged = await press(noor, state, "claim_case", by=THEA, role="supervisor")
    assert forged.status_code == 400


# --- searching ----------------------------------------------------------------------------------------------------


async def test_a_caller_is_found_by_two_things(town: Town, noor: Browser) -> None:
    state = a_case_in_contact(town)
    a_case_in_contact(town, surname="Anders")
    answer = await send(noor, "/zoekvragen", {"achternaam": "Beemd", "straat": "Zonnelaan"})
    assert [(hit["zaakId"], hit["geboortejaar"]) for hit in answer.json()] == [(state.case_id, "1991")]
    one = await send(noor, "/zoekvragen", {"achternaam": "Beemd"})
    assert (one.status_code, one.json()["detail"]) == (422, "Vul ten minste twee gegevens in.")
    assert "Beemd" not in one.text


async def test_a_search_finds_nothing_of_elsewhere(town: Town, noor: Browser) -> None:
    a_case_in_contact(town, municipality=WATERDORP)
    answer = await send(noor, "/zoekvragen", {"achternaam": "Beemd", "straat": "Zonnelaan"})
    assert (answer.status_code, answer.json()) == (200, [])


async def test_a_case_that_is_not_there_is_not_found(noor: Browser) -> None:
    assert (await get(noor, "/zaken/bestaat-niet")).status_code == 404


# --- small parts --------------------------------------------------------------------------------------------------


def _as_json(kind: str, name: str, typed: str) -> str | bool:
    field = next(field for field in FORMS[kind].questions if name in field.names)
    return typed == "ja" if isinstance(field, Tick | YesNo) else typed


async def _fields(browser: Browser, state: CaseState, kind: str, **said: Any) -> dict[str, Any]:
    """What the page fills in, and what is said beside it."""
    filled: dict[str, Any] = (await possible(browser, state, kind))["ingevuld"]
    return filled | {name: _as_json(kind, name, value) for name, value in said.items()}
