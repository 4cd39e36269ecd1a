"""Many cases at once: ticked, looked at once more, done for each, and decided on by a second person."""

import re
import uuid

import httpx
import pytest
from fastapi import FastAPI

from adapters.command_desk import Answer
from models.case import CaseState
from models.codes import NotPickedUpReason, Outcome, Phase
from models.commands import Approve, AssignCase, RecordOutcome
from models.ids import BatchId, CaseId
from policy.refusals.grounds import LATE
from tests.web.browser import Browser, forms_of
from tests.web.situations import proposed, settled
from tests.web.town import NOOR, THEA, WATERDORP, Town, a_case_in_contact, a_case_in_conversation
from web import bulk
from web.bulk import Ended

WHY = {"reason": "no_capacity", "note": "Deze maand is er geen tijd."}


async def test_what_was_ticked_is_shown_before_anything_happens(town: Town, noor: Browser) -> None:
    first, second = a_case_in_contact(town, surname="Eerste"), a_case_in_contact(town, surname="Tweede")
    page = await _look(noor, "not_picked_up", first, second, first)
    assert "Niet opgepakt: 2 zaken" in page.text
    assert "Eerste" in page.text and "Tweede" in page.text
    assert re.findall(r'name="zaak" value="([^"]+)" checked', page.text) == [first.case_id, second.case_id]
    assert town.desk.presses == []


async def test_without_anything_ticked_the_page_says_so(town: Town, noor: Browser) -> None:
    a_case_in_contact(town)
    assert "U hebt geen zaken aangevinkt." in (await _look(noor, "assign")).text


async def test_cases_that_cannot_take_part_are_named_with_the_reason(town: Town, noor: Browser) -> None:
    over, asked = settled(town), proposed(town)
    page = (await _look(noor, "not_picked_up", over, asked)).text
    assert "Deze zaken doen niet mee" in page and "checked" not in page
    assert "Er is al een uitkomst. Klopt die niet, verbeter haar dan." in page
    assert "Er wacht al een voorstel over deze zaak." in page


async def test_each_case_gets_a_proposal_of_one_batch(town: Town, noor: Browser) -> None:
    cases = [a_case_in_contact(town), a_case_in_conversation(town)]
    done = await _do(noor, "not_picked_up", *cases, **WHY)
    assert "Vastgelegd voor 2 zaken." in done.text
    commands = [command for command in town.desk.presses if isinstance(command, RecordOutcome)]
    assert {(command.outcome, command.reason) for command in commands} == {
        (Outcome.NOT_PICKED_UP_OTHER, NotPickedUpReason.NO_CAPACITY)
    }
    assert len({command.batch_id for command in commands}) == 1
    assert [command.person_id for command in commands] == [state.resident for state in cases]
    assert all(town.reload(state).proposals and not town.reload(state).outcomes for state in cases)


async def test_pressing_twice_proposes_once(town: Town, noor: Browser) -> None:
    state = a_case_in_contact(town)
    page = await _look(noor, "not_picked_up", state)
    form = next(form for form in forms_of(page.text) if form.action == "/samen/not_picked_up")
    for _ in range(2):
        assert "Vastgelegd voor 1 zaak." in (await noor.send(form, **WHY)).text
    assert town.reload(state).sequence == state.sequence + 1


async def test_an_unfinished_form_keeps_what_was_typed_and_ticked(town: Town, noor: Browser) -> None:
    state = a_case_in_contact(town)
    page = await _do(noor, "not_picked_up", state, reason="", note=WHY["note"])
    assert page.status_code == 422
    assert "Kies waarom het signaal niet is opgepakt." in page.text
    assert WHY["note"] in page.text and f'value="{state.case_id}" checked' in page.text
    assert town.desk.presses == []
    without = await _do(noor, "not_picked_up", state, reason="no_capacity")
    assert "Schrijf op waarom u deze zaken niet oppakt." in without.text


async def test_many_cases_are_given_to_a_colleague(town: Town, noor: Browser) -> None:
    cases = [a_case_in_contact(town), a_case_in_contact(town)]
    await _do(noor, "assign", *cases, to=THEA)
    assert [command.to for command in town.desk.presses if isinstance(command, AssignCase)] == [THEA, THEA]
    assert [town.reload(state).owner for state in cases] == [THEA, THEA]


async def test_only_a_colleague_who_may_work_on_all_of_them_is_offered(town: Town, noor: Browser) -> None:
    page = (await _look(noor, "assign", a_case_in_contact(town))).text
    assert re.findall(r'<option value="(\w+)"', page) == [NOOR, THEA]
    refused = await _do(noor, "assign", a_case_in_contact(town), to="ravi")
    assert refused.status_code == 422


async def test_what_a_case_answers_is_told_for_each(town: Town, noor: Browser) -> None:
    cases = [a_case_in_contact(town, surname=name) for name in ("Bezig", "Gedaan")]
    town.desk.answers = [Answer.SENDING]
    page = (await _do(noor, "not_picked_up", *cases, **WHY)).text
    assert "Vastgelegd voor 1 zaak." in page
    assert "Bezig" in page.split("Nog bezig")[1]
    refused = a_case_in_contact(town, surname="Geweigerd")
    town.desk.refusals = ["Dit kan niet meer."]
    page = (await _do(noor, "not_picked_up", refused, **WHY)).text
    assert "Geweigerd" in page and "Dit kan niet meer." in page


async def test_cases_of_another_municipality_are_not_there(town: Town, noor: Browser) -> None:
    page = (await _look(noor, "assign", a_case_in_contact(town, municipality=WATERDORP, surname="Anderhof"))).text
    assert "Anderhof" not in page


async def test_an_unknown_deed_does_not_exist(town: Town, noor: Browser) -> None:
    assert (await _look(noor, "erase", a_case_in_contact(town))).status_code == 404
    assert (await noor.client.post("/samen/erase", data={"token": await _token(noor)})).status_code == 404


@pytest.mark.parametrize("phase", Phase)
def test_each_that_went_on_meanwhile_says_where_it_is(town: Town, phase: Phase) -> None:
    state = a_case_in_contact(town)
    told = bulk.because(state.model_copy(update={"phase": phase}), LATE)
    assert told != LATE and told.endswith(".")


def test_any_other_reason_is_told_as_it_is(town: Town) -> None:
    assert bulk.because(settled(town), "De zaak rust.") == "De zaak rust."


def test_what_was_refused_after_the_press_is_told_by_what_the_case_is_then(town: Town) -> None:
    state, gone = settled(town), CaseId("weg")
    ended = [Ended(case, state.resident, Answer.REFUSED, LATE) for case in (state.case_id, gone)]
    told = bulk.explained(town.services, ended)
    assert [one.sentence for one in told] == ["Het resultaat is al vastgelegd.", "De zaak is intussen vernietigd."]


# --- a second person ----------------------------------------------------------------------------------------------


async def test_proposals_stand_together_by_batch_with_who_and_why(town: Town, noor: Browser, thea: Browser) -> None:
    cases = [a_case_in_contact(town, surname=name) for name in ("Eerste", "Tweede")]
    await _do(noor, "not_picked_up", *cases, **WHY)
    page = (await thea.get("/goedkeuren")).text
    assert page.count('<section class="proposal"') == 1
    for told in ("Niet opgepakt: andere reden (geen capaciteit)", "Noor de Wit", "voor 2 zaken", WHY["note"], "Eerste"):
        assert told in page
    assert "Alle 2 goedkeuren" in page


async def test_nobody_approves_what_they_proposed(town: Town, noor: Browser) -> None:
    state = a_case_in_contact(town)
    await _do(noor, "not_picked_up", state, **WHY)
    page = (await noor.get("/goedkeuren")).text
    assert "Dit is uw eigen voorstel." in page
    assert [form for form in forms_of(page) if form.action.startswith("/goedkeuren")] == []
    [proposal] = town.reload(state).proposals
    sent = {"token": await _token(noor), "press_id": str(uuid.uuid4()), "agreed": "ja"}
    answer = await noor.client.post(f"/goedkeuren/{proposal.command.batch_id}", data=sent)
    assert answer.status_code == 404
    assert town.reload(state).outcomes == ()
    assert "approve" not in (await noor.get(f"/zaak/{state.case_id}")).text.split('name="kind" value="')


async def test_one_button_approves_all_of_a_batch(town: Town, noor: Browser) -> None:
    batch = BatchId("batch-7")
    cases = [proposed(town, batch) for _ in range(3)]
    other = proposed(town, BatchId("batch-8"))
    done = await _decide(noor, batch, "ja")
    assert "Vastgelegd voor 3 zaken." in done.text
    after = [town.reload(state) for state in cases]
    assert {(state.phase, state.outcomes[0].by) for state in after} == {(Phase.FEEDBACK, THEA)}
    assert town.reload(other).outcomes == ()


async def test_disapproving_asks_for_a_reason(town: Town, noor: Browser) -> None:
    state = proposed(town)
    page = await _decide(noor, BatchId("batch-1"), "nee")
    assert page.status_code == 422
    assert "Schrijf op waarom u het voorstel afkeurt." in page.text
    done = await _decide(noor, BatchId("batch-1"), "nee", note="Eerst nog bellen.")
    assert "Vastgelegd voor 1 zaak." in done.text
    (command,) = town.desk.presses
    assert isinstance(command, Approve) and not command.agreed
    after = town.reload(state)
    assert (after.proposals, after.outcomes, after.phase) == ((), (), Phase.CONTACT)


async def test_a_proposal_that_was_decided_meanwhile_is_no_longer_there(town: Town, noor: Browser) -> None:
    proposed(town)
    page = await noor.get("/goedkeuren")
    form = next(form for form in forms_of(page.text) if form.action == "/goedkeuren/batch-1")
    await noor.send(form, agreed="ja")
    again = await noor.send(form, agreed="ja")
    assert again.status_code == 409
    assert "Dit voorstel is al afgehandeld." in again.text


async def test_a_proposal_is_also_decided_on_its_own_case(town: Town, noor: Browser) -> None:
    state = proposed(town)
    page = (await noor.get(f"/zaak/{state.case_id}")).text
    assert "Thea Vos wil vastleggen: Niet opgepakt: andere reden (geen capaciteit)." in page
    assert '<details id="doe-approve" open>' in page


async def test_proposals_of_elsewhere_are_not_there(town: Town, app: FastAPI) -> None:
    proposed(town)
    async with Browser(app) as ravi:
        await ravi.sign_in("ravi")
        assert "Er wachten nu geen voorstellen." in (await ravi.get("/goedkeuren")).text


@pytest.mark.parametrize("sent", [{"agreed": "misschien"}, {"agreed": "ja", "press_id": "1"}])
async def test_a_form_that_nobody_sent_like_this_does_nothing(town: Town, noor: Browser, sent: dict[str, str]) -> None:
    proposed(town)
    form = {"token": await _token(noor), "press_id": str(uuid.uuid4()), **sent}
    assert (await noor.client.post("/goedkeuren/batch-1", data=form)).status_code == 422
    assert town.desk.presses == []


# --- small parts --------------------------------------------------------------------------------------------------


async def _token(browser: Browser) -> str:
    return forms_of((await browser.get("/")).text)[0].fields["token"]


async def _look(browser: Browser, deed: str, *cases: CaseState) -> httpx.Response:
    data = {"token": await _token(browser), "wat": deed, "zaak": [state.case_id for state in cases]}
    return await browser.client.post("/samen", data=data)


async def _do(browser: Browser, deed: str, *cases: CaseState, **typed: str) -> httpx.Response:
    """Ticks the cases, fills in the form that follows, and presses its button."""
    page = await _look(browser, deed, *cases)
    form = next(form for form in forms_of(page.text) if form.action == f"/samen/{deed}")
    data = {**form.fields, "zaak": [state.case_id for state in cases], **typed}
    return await browser.client.post(form.action, data=data)


async def _decide(browser: Browser, batch: BatchId, agreed: str, **typed: str) -> httpx.Response:
    page = await browser.get("/goedkeuren")
    form = next(form for form in forms_of(page.text) if form.action == f"/goedkeuren/{batch}")
    return await browser.send(form, agreed=agreed, **typed)
