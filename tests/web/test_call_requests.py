"""Somebody phones the switchboard: it learns nothing, nobody is called twice, and what was said goes afterwards."""

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import time, timedelta

import pytest
from fastapi import FastAPI
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlmodel import select

from adapters import call_placing
from adapters.blind import IndexKind, asked_for
from adapters.call_placing import AGREED, BROKEN, NO_CASE, NO_PERSON, TAKEN, WISH, CallPlacer, NotPlaced
from adapters.call_requests import AFTER, AGAIN, AT_MOST, CallRequests
from adapters.callers import people_known_by
from adapters.command_desk import Answer, Pressed
from adapters.registry import Member
from adapters.working_hours import WorkingHours
from models.case import CaseState
from models.codes import CallRequestStatus, DocumentKind, Role
from models.ids import SYSTEM, CaseId, CommandId, ItemId, StaffId, UnitId, fresh
from models.personal import Phone
from models.tables import CallRequestRow, DocumentRow
from models.values import PhoneNumber
from policy.calendar import local
from policy.slots import Hours
from tests.adapters.stored import sweep
from tests.builders import ZONNEDIJK
from tests.web.browser import Browser, forms_of
from tests.web.situations import HOUSEMATE, with_a_housemate
from tests.web.test_search import cases_in
from tests.web.town import (
    NOOR,
    PHONE,
    RAVI,
    THEA,
    WATERDORP,
    Town,
    a_case_in_contact,
    a_case_in_conversation,
    closed_case,
)

KARIN = StaffId("karin")
CALLER = {"achternaam": "van den Beemt", "telefoon": "06-12345678"}
OTHER = (Phone(id=ItemId("phone-2"), number=PhoneNumber("0687654321")),)


@pytest.fixture
async def karin(town: Town, app: FastAPI) -> AsyncIterator[Browser]:
    """At the switchboard of Zonnedijk, where Noor works on every working day."""
    town.stores.registry.ensure(staff=[Member(KARIN, "Karin Smeets", Role.SWITCHBOARD, (ZONNEDIJK,))])
    blocks = [(time(9), time(12)), (time(13), time(17))]
    hours = [Hours(day, *block) for day in range(5) for block in blocks]
    WorkingHours(town.stores.database).replace(NOOR, hours, by=NOOR)
    async with Browser(app) as browser:
        await browser.sign_in(KARIN)
        yield browser


async def ask(karin: Browser, **typed: str) -> str:
    """What the switchboard sees, without the secret that every form carries."""
    page = await karin.get("/terugbelverzoek")
    form = next(form for form in forms_of(page.text) if form.action == "/terugbelverzoek")
    answer = await karin.send(form, **{**CALLER, **typed})
    text = answer.text if answer.status_code != 303 else (await karin.get(answer.headers["location"])).text
    return re.sub(r'name="token" value="[^"]+"', "", text)


async def look_again(town: Town) -> None:
    """What the worker does every few seconds."""
    stores = town.stores
    await CallPlacer(stores.database, stores.vault, stores.cases, town.desk, now=lambda: town.now).place()


def kept(town: Town) -> list[tuple[str, int, str]]:
    with town.stores.database.read() as session:
        return [(row.status, row.calls, row.why) for row in session.exec(select(CallRequestRow))]


async def test_one_case_that_fits_gets_a_callback(town: Town, karin: Browser) -> None:
    state = a_case_in_contact(town)
    await ask(karin, dagdeel="Middag", notitie="Kreeg een brief.")
    assert kept(town) == [("new", 1, "")]
    await look_again(town)
    agreed = town.reload(state).appointment_of(state.resident)
    assert agreed is not None
    assert (agreed.staff, agreed.phone_id, f"{local(agreed.due_at):%d-%m %H:%M}") == (NOOR, PHONE, "05-04 13:00")
    assert kept(town) == [("done", 1, "")]
    [press] = town.desk.presses
    assert press.by == SYSTEM
    notes = [entry.note for entry in town.stores.cases.journey(state.case_id) if entry.note]
    assert notes == ["Wil teruggebeld worden: middag.\nKreeg een brief."]


async def test_a_wish_in_words_is_read_by_a_caseworker(town: Town, karin: Browser, noor: Browser) -> None:
    state = a_case_in_contact(town)
    await ask(karin, wanneer="niet op woensdag")
    await ask(karin, dagdeel="Middag")
    await look_again(town)
    assert kept(town) == [("open", 2, WISH)] and town.desk.presses == []
    page = (await noor.get("/terugbelverzoeken")).text
    assert "middag, niet op woensdag" in page
    search = next(form for form in forms_of(page) if form.action == "/zoeken")
    match = next(form for form in forms_of((await noor.send(search)).text) if form.action.endswith("/koppelen"))
    assert (await noor.send(match)).status_code == 303
    assert town.reload(state).appointment_of(state.resident) is not None
    notes = [entry.note for entry in town.stores.cases.journey(state.case_id) if entry.note]
    assert notes == ["Wil teruggebeld worden: middag, niet op woensdag."]


async def test_the_switchboard_sees_the_same_whoever_calls(town: Town, karin: Browser) -> None:
    a_case_in_contact(town)
    seen = {
        await ask(karin, achternaam=name, telefoon=number)
        for name, number in (("Beemd", "0612345678"), ("Niemand", "0611111111"), ("Beemd", "0612345678"))
    }
    [page] = seen
    assert "Het verzoek is genoteerd. Een medewerker belt terug." in page
    assert "Beemd" not in page and "Werkvoorraad" not in page and "/zaak/" not in page


async def test_a_number_that_the_case_knows_is_enough_and_a_name_is_not(town: Town, karin: Browser) -> None:
    state = a_case_in_contact(town)
    await ask(karin, achternaam="Fennema")
    await look_again(town)
    assert town.reload(state).appointment_of(state.resident) is not None
    other = a_case_in_contact(town, surname="Fennema", phones=OTHER)
    await ask(karin, achternaam="Fennema", telefoon="0699999999")
    await look_again(town)
    assert town.reload(other).appointment_of(other.resident) is None
    assert sorted(kept(town)) == [("done", 1, ""), ("open", 1, NO_CASE)]


async def test_the_last_digits_alone_are_nobodys(town: Town, karin: Browser) -> None:
    state = a_case_in_contact(town)
    await ask(karin, achternaam="Fennema", telefoon="0687345678")
    await look_again(town)
    assert town.reload(state).appointment_of(state.resident) is None
    assert kept(town) == [("open", 1, NO_CASE)]


@pytest.mark.parametrize("surname", ["El", "S.", "?", "Иванов", "محمد"])
async def test_a_name_that_leaves_no_sound_is_no_second_thing(town: Town, karin: Browser, surname: str) -> None:
    state = a_case_in_contact(town)
    await ask(karin, achternaam=surname, telefoon="0687345678")
    await look_again(town)
    assert kept(town) == [("open", 1, NO_CASE)]
    await ask(karin, achternaam=surname)
    await look_again(town)
    assert town.reload(state).appointment_of(state.resident) is not None


def test_nobody_is_known_by_nothing(town: Town) -> None:
    state = with_a_housemate(town)
    assert people_known_by(town.stores.cases, state, asked_for(surname="Anders")) == [HOUSEMATE]
    assert people_known_by(town.stores.cases, state, asked_for(surname="El")) == []


@pytest.mark.parametrize("what", ["two", "closed", "elsewhere", "none"])
async def test_what_is_not_certain_waits_for_a_caseworker(town: Town, karin: Browser, what: str) -> None:
    if what == "two":
        a_case_in_contact(town)
        a_case_in_contact(town)
    elif what == "closed":
        closed_case(town)
    elif what == "elsewhere":
        a_case_in_contact(town, municipality=WATERDORP)
    await ask(karin)
    await look_again(town)
    assert kept(town) == [("open", 1, NO_CASE)]
    assert town.desk.presses == []


async def test_who_calls_twice_is_called_once(town: Town, karin: Browser, noor: Browser) -> None:
    await ask(karin, notitie="Over de brief.")
    await look_again(town)
    await ask(karin, dagdeel="Ochtend", notitie="Belt nog eens.", telefoon="+31 6 12345678")
    assert kept(town) == [("open", 2, NO_CASE)]
    page = (await noor.get("/terugbelverzoeken")).text
    assert "in totaal 2 keer" in page and "Over de brief.\nBelt nog eens." in page and "ochtend" in page


@pytest.mark.parametrize("names", [("Beemd", "Fennema"), ("El", "El"), ("Иванов", "Петров")])
async def test_somebody_else_on_the_same_telephone_is_called_too(
    town: Town, karin: Browser, noor: Browser, names: tuple[str, str]
) -> None:
    for name in names:
        await ask(karin, achternaam=name, notitie=f"Van {name}.")
    assert kept(town) == [("new", 1, "")] * 2
    await look_again(town)
    page = (await noor.get("/terugbelverzoeken")).text
    assert all(f"{name}, 06" in page and f"Van {name}." in page for name in names)


async def test_what_is_said_while_the_case_answers_is_read_by_somebody(
    town: Town, karin: Browser, noor: Browser
) -> None:
    a_case_in_contact(town)
    town.desk.answers = [Answer.SENDING]
    await ask(karin)
    await look_again(town)
    requests = CallRequests(town.stores.database, town.stores.vault)
    [call] = requests.waiting([CallRequestStatus.SENT])
    await ask(karin, notitie="Toch liever mailen.")
    requests.done(call.id, calls=call.calls, at=town.now)
    assert kept(town) == [("open", 2, AGAIN)]
    assert "Toch liever mailen." in (await noor.get("/terugbelverzoeken")).text


async def test_what_is_not_ours_stays_when_they_call_again(town: Town, karin: Browser, noor: Browser) -> None:
    await ask(karin)
    await look_again(town)
    form = next(form for form in forms_of((await noor.get("/terugbelverzoeken")).text) if "/klaar" in form.action)
    await ask(karin, notitie="Over de huur.")
    await noor.send(form)
    assert kept(town) == [("open", 2, AGAIN)]


async def test_who_will_be_called_already_gets_no_second_appointment(town: Town, karin: Browser) -> None:
    state = a_case_in_contact(town)
    for _ in range(2):
        await ask(karin)
        await look_again(town)
    assert len(town.desk.presses) == 1 and len(town.reload(state).appointments) == 1
    assert sorted(kept(town)) == [("done", 1, ""), ("open", 1, AGREED)]


async def test_a_case_that_does_not_answer_yet_is_asked_once(town: Town, karin: Browser) -> None:
    state = a_case_in_contact(town)
    town.desk.answers = [Answer.SENDING, Answer.SENDING]
    await ask(karin)
    for _ in range(2):
        await look_again(town)
        assert kept(town) == [("sent", 1, "")]
    [press] = town.desk.presses
    town.desk.work(press.command_id)
    await look_again(town)
    assert kept(town) == [("done", 1, "")]
    assert len(town.reload(state).appointments) == 1


async def test_a_caseworker_finds_the_case_and_agrees(town: Town, karin: Browser, noor: Browser) -> None:
    state = a_case_in_conversation(town, surname="Beemd-Smit", phones=OTHER)
    await ask(karin, achternaam="Smit", telefoon="06 11112222", notitie="Nieuw nummer.")
    await look_again(town)
    page = (await noor.get("/terugbelverzoeken")).text
    assert "Smit, 06" in page and NO_CASE in page
    search = next(form for form in forms_of(page) if form.action == "/zoeken")
    nothing = await noor.send(search)
    assert "Geen zaken gevonden" in nothing.text
    form = next(form for form in forms_of(nothing.text) if form.action == "/zoeken")
    found = (await noor.send(form, telefoon="", straat="Zonnelaan")).text
    assert cases_in(found) == [state.case_id] and "Telefoontje vastleggen" not in found
    match = next(form for form in forms_of(found) if form.action.endswith("/koppelen"))
    answer = await noor.send(match)
    assert (await noor.get(answer.headers["location"])).headers["location"].endswith("vastgelegd=make_callback")
    agreed = town.reload(state).appointment_of(state.resident)
    known = town.stores.cases.resident(state.case_id, state.resident)
    assert agreed is not None
    assert [phone.number for phone in known.phones if phone.id == agreed.phone_id] == [PhoneNumber("0611112222")]
    assert kept(town) == [("done", 1, "")]


LANDLINE = (Phone(id=ItemId("phone-3"), number=PhoneNumber("0201234567")),)


async def test_of_two_of_one_name_whoever_has_the_number_is_called(town: Town, karin: Browser) -> None:
    state = with_a_housemate(town)
    town.person(state.case_id, HOUSEMATE, initials="C.", phones=OTHER)
    await ask(karin, telefoon="0687654321")
    await look_again(town)
    after = town.reload(state)
    assert after.appointment_of(state.resident) is None
    agreed = after.appointment_of(HOUSEMATE)
    assert agreed is not None and agreed.phone_id == OTHER[0].id


async def test_who_of_the_case_called_must_be_certain(town: Town, karin: Browser) -> None:
    state = with_a_housemate(town)
    # One telephone in the house, and one name.
    for person, initials in ((state.resident, "A.B."), (HOUSEMATE, "C.")):
        town.person(state.case_id, person, initials=initials, phones=LANDLINE)
    await ask(karin, telefoon="0201234567")
    await look_again(town)
    assert town.reload(state).appointments == () and kept(town) == [("open", 1, NO_PERSON)]


async def test_a_strange_name_with_six_digits_of_the_case_is_not_the_resident(town: Town, karin: Browser) -> None:
    state = with_a_housemate(town)
    # The case was found by a name that nobody in it has any more.
    town.person(state.case_id, HOUSEMATE, initials="C.", prefix="", surname="Blom", phones=OTHER)
    await ask(karin, achternaam="Anders", telefoon="0687654321")
    await look_again(town)
    assert town.reload(state).appointments == () and kept(town) == [("open", 1, NO_PERSON)]


async def test_a_caseworker_agrees_with_whoever_they_found(town: Town, karin: Browser, noor: Browser) -> None:
    state = with_a_housemate(town)
    await ask(karin, achternaam="Fennema", telefoon="0611112222")
    await look_again(town)
    search = next(form for form in forms_of((await noor.get("/terugbelverzoeken")).text) if form.action == "/zoeken")
    found = (await noor.send(search, achternaam="Anders", straat="Zonnelaan", telefoon="")).text
    match = next(form for form in forms_of(found) if form.action.endswith("/koppelen"))
    assert (await noor.send(match, persoon="somebody-else")).status_code == 404
    assert (await noor.send(match)).status_code == 303
    after = town.reload(state)
    assert after.appointment_of(HOUSEMATE) is not None and after.appointment_of(state.resident) is None


async def test_requests_are_those_of_the_own_municipality(town: Town, app: FastAPI, karin: Browser) -> None:
    elsewhere = a_case_in_contact(town, municipality=WATERDORP)
    await ask(karin)
    await look_again(town)
    with town.stores.database.read() as session:
        [request] = session.exec(select(CallRequestRow.id)).all()
    async with Browser(app) as ravi, Browser(app) as noor:
        await ravi.sign_in(RAVI)
        await noor.sign_in(NOOR)
        assert "Er wachten nu geen terugbelverzoeken." in (await ravi.get("/terugbelverzoeken")).text
        token = forms_of((await ravi.get("/")).text)[0].fields["token"]
        for what in ("klaar", "koppelen"):
            path = f"/terugbelverzoeken/{request}/{what}"
            sent = {"token": token, "zaak": elsewhere.case_id}
            assert (await ravi.client.post(path, data=sent)).status_code == 404
        token = forms_of((await noor.get("/")).text)[0].fields["token"]
        sent = {"token": token, "zaak": elsewhere.case_id}
        assert (await noor.client.post(f"/terugbelverzoeken/{request}/koppelen", data=sent)).status_code == 404
    assert kept(town) == [("open", 1, NO_CASE)]


async def test_what_is_not_ours_is_erased(town: Town, karin: Browser, noor: Browser) -> None:
    await ask(karin)
    await look_again(town)
    form = next(form for form in forms_of((await noor.get("/terugbelverzoeken")).text) if "/klaar" in form.action)
    assert (await noor.send(form)).headers["location"] == "/terugbelverzoeken"
    assert "Beemt" not in (await noor.get("/terugbelverzoeken")).text
    unit = _unit(town)
    assert sweep(town.stores.eraser, town.now + AFTER - timedelta(minutes=1)) == []
    assert not town.stores.vault.destroyed(unit)
    [proof] = sweep(town.stores.eraser, town.now + AFTER)
    assert (proof.order.units, proof.order.case_id, proof.rows) == ((unit,), None, 2)
    assert town.stores.vault.destroyed(unit) and kept(town) == [] and _documents(town) == []


async def test_the_proof_of_a_request_names_its_ground_and_no_outcome(
    town: Town, karin: Browser, thea: Browser
) -> None:
    await ask(karin)
    [proof] = sweep(town.stores.eraser, town.now + AT_MOST)
    # The sweep forgot her session too.
    await thea.sign_in(THEA)
    page = (await thea.get(f"/bewaren/{proof.certificate_id}")).text
    assert "<dt>Regel</dt><dd>28 dagen na " in page
    assert "niet opgepakt" not in page.lower()
    assert "een terugbelverzoek blijft tot een dag nadat het is afgehandeld" in page


async def test_what_nobody_deals_with_goes_in_the_end(town: Town, karin: Browser) -> None:
    await ask(karin)
    await look_again(town)
    unit = _unit(town)
    assert [proof.order.units for proof in sweep(town.stores.eraser, town.now + AT_MOST)] == [(unit,)]
    assert town.stores.vault.destroyed(unit) and kept(town) == []


async def test_what_the_vault_kept_of_a_request_that_was_never_written_down_goes(town: Town, karin: Browser) -> None:
    await ask(karin)
    unwritten, written = UnitId("call-unwritten"), _unit(town)
    town.stores.vault.create(unwritten, ZONNEDIJK, town.now)
    town.stores.vault.index(unwritten, ZONNEDIJK, [(IndexKind.CALLER, "+31687654321")])
    town.stores.eraser.due_units(town.now + timedelta(hours=23))
    assert not town.stores.vault.destroyed(unwritten)
    town.stores.eraser.due_units(town.now + timedelta(days=1))
    assert town.stores.vault.destroyed(unwritten) and not town.stores.vault.destroyed(written)
    assert kept(town) == [("new", 1, "")]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"achternaam": ""}, "Vul de achternaam van de beller in."),
        ({"telefoon": "12"}, "Vul een telefoonnummer in"),
        ({"notitie": "x" * 501}, "Dit is te lang"),
    ],
)
async def test_a_request_that_cannot_be_kept_is_told(
    town: Town, karin: Browser, typed: dict[str, str], sentence: str
) -> None:
    assert sentence in await ask(karin, **typed)
    assert kept(town) == []


async def test_who_answers_for_two_municipalities_says_which(town: Town, karin: Browser) -> None:
    both = Member(KARIN, "Karin Smeets", Role.SWITCHBOARD, (ZONNEDIJK, WATERDORP))
    town.stores.registry.ensure(staff=[both])
    assert "Kies voor welke gemeente" in await ask(karin)
    await ask(karin, gemeente=WATERDORP.text)
    with town.stores.database.read() as session:
        assert session.exec(select(CallRequestRow.municipality)).all() == [WATERDORP.text]


async def test_nothing_that_was_said_lies_open(town: Town, karin: Browser, capfd: pytest.CaptureFixture[str]) -> None:
    a_case_in_contact(town)
    await ask(karin, notitie="Kenteken AB-12")
    await look_again(town)
    kept_bytes = b"".join(file.read_bytes() for file in town.settings.data.glob("*.db*"))
    said = "".join(capfd.readouterr())
    for word in ("Beemt", "12345678", "Kenteken"):
        assert word.encode() not in kept_bytes and word not in said
    [command] = town.desk.presses
    assert "12345678" not in command.model_dump_json() and "Kenteken" not in command.model_dump_json()


async def test_a_request_that_is_being_erased_stops_nobody(town: Town, karin: Browser, noor: Browser) -> None:
    await ask(karin)
    town.stores.vault.destroy([_unit(town)])
    await look_again(town)
    assert "Er wachten nu geen terugbelverzoeken." in (await noor.get("/terugbelverzoeken")).text


async def test_a_case_that_was_chosen_but_never_asked_is_asked(town: Town, karin: Browser) -> None:
    state = with_a_housemate(town)
    # The name and number fit this one, and still a caseworker chose the other.
    a_case_in_contact(town)
    await ask(karin, wanneer="na drieën")
    requests = CallRequests(town.stores.database, town.stores.vault)
    [call] = requests.waiting([CallRequestStatus.NEW])
    # It ended between choosing and pressing.
    press = CommandId(fresh())
    assert requests.sent(call.id, press, state.case_id, HOUSEMATE, was=call.claim)
    await look_again(town)
    assert [one.person_id for one in town.reload(state).appointments] == [HOUSEMATE]
    assert [command.command_id for command in town.desk.presses] == [press]
    assert kept(town) == [("done", 1, "")] and _chosen(town) == [(None, None)]


async def test_whoever_comes_second_leaves_it_to_the_first(town: Town, karin: Browser, noor: Browser) -> None:
    state = a_case_in_contact(town)
    await ask(karin, achternaam="Fennema", telefoon="0611112222")
    await look_again(town)
    search = next(form for form in forms_of((await noor.get("/terugbelverzoeken")).text) if form.action == "/zoeken")
    found = (await noor.send(search, achternaam="Beemd", straat="Zonnelaan", telefoon="")).text
    match = next(form for form in forms_of(found) if form.action.endswith("/koppelen"))
    requests = CallRequests(town.stores.database, town.stores.vault)
    [call] = requests.waiting([CallRequestStatus.OPEN])
    first = CommandId(fresh())
    assert requests.sent(call.id, first, state.case_id, state.resident, was=call.claim)
    answer = await noor.send(match)
    assert answer.status_code == 422 and TAKEN in answer.text
    # Who read it before the first was there finds it taken only at the end.
    placer = CallPlacer(town.stores.database, town.stores.vault, town.stores.cases, town.desk, now=lambda: town.now)
    with pytest.raises(NotPlaced, match=TAKEN):
        await placer.place_in(call, state, by=NOOR, role=Role.CASEWORKER, person=state.resident)
    requests.open(call.id, NO_CASE, was=call.claim)
    assert kept(town) == [("sent", 1, "")] and town.desk.presses == []
    assert _chosen(town) == [(state.case_id, state.resident)]


async def test_what_a_case_refused_can_be_agreed_in_it_afterwards(town: Town, karin: Browser, noor: Browser) -> None:
    state = a_case_in_contact(town)
    town.desk.refusals = ["Nu even niet."]
    await ask(karin)
    await look_again(town)
    assert kept(town) == [("open", 1, "Nu even niet.")] and _chosen(town) == [(None, None)]
    search = next(form for form in forms_of((await noor.get("/terugbelverzoeken")).text) if form.action == "/zoeken")
    found = (await noor.send(search)).text
    match = next(form for form in forms_of(found) if form.action.endswith("/koppelen"))
    assert (await noor.send(match)).status_code == 303
    assert town.reload(state).appointment_of(state.resident) is not None
    assert kept(town) == [("done", 1, "")]


async def test_one_request_that_breaks_holds_up_no_other(
    town: Town, karin: Browser, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    a_case_in_contact(town, surname="Fennema", phones=OTHER)
    state = a_case_in_contact(town)
    await ask(karin, achternaam="Fennema", telefoon="0687654321")
    await ask(karin)
    load = town.stores.cases.load

    def breaks(case: CaseId) -> CaseState:
        if case != state.case_id:
            raise ValueError("Fennema, 0687654321")
        return load(case)

    monkeypatch.setattr(town.stores.cases, "load", breaks)
    await look_again(town)
    assert sorted(kept(town)) == [("done", 1, ""), ("open", 1, BROKEN)]
    [line] = [vars(record) for record in caplog.records if record.msg == "call.broken"]
    assert line["signaalreis_fields"]["code"] == "ValueError"
    assert "Fennema" not in str(line) and "87654321" not in str(line)


async def test_an_answer_that_breaks_is_looked_at_by_a_caseworker(
    town: Town, karin: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_case_in_contact(town)
    town.desk.answers = [Answer.SENDING]
    await ask(karin)
    await look_again(town)

    async def breaks(command_id: CommandId) -> Pressed:
        raise RuntimeError

    monkeypatch.setattr(town.desk, "follow", breaks)
    await look_again(town)
    assert kept(town) == [("open", 1, BROKEN)]


async def test_a_request_that_cannot_be_read_holds_up_no_other(town: Town, karin: Browser, noor: Browser) -> None:
    state = a_case_in_contact(town)
    await ask(karin, achternaam="Fennema", telefoon="0687654321")
    with town.stores.database.write() as session:
        for document in session.exec(select(DocumentRow).where(DocumentRow.kind == DocumentKind.CALL_REQUEST)):
            document.sealed = document.sealed[:-1] + bytes([document.sealed[-1] ^ 1])
    await ask(karin)
    await look_again(town)
    assert town.reload(state).appointment_of(state.resident) is not None
    assert (await noor.get("/terugbelverzoeken")).status_code == 200
    # Who calls again is heard: their first request joins nothing.
    await ask(karin, achternaam="Fennema", telefoon="0687654321")
    assert sorted(status for status, *_ in kept(town)) == ["done", "new", "new"]


@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
async def test_the_worker_goes_on_when_the_database_was_away(
    town: Town, monkeypatch: pytest.MonkeyPatch, error: type[DBAPIError]
) -> None:
    stores, looks = town.stores, list[int]()
    placer = CallPlacer(stores.database, stores.vault, stores.cases, town.desk, now=lambda: town.now)

    async def place() -> None:
        looks.append(len(looks))
        if len(looks) > 1:
            raise asyncio.CancelledError
        raise error("SELECT 1", None, Exception())

    monkeypatch.setattr(placer, "place", place)
    monkeypatch.setattr(call_placing, "PAUSE", timedelta())
    with pytest.raises(asyncio.CancelledError):
        await placer.place_forever()
    assert looks == [0, 1]


def _chosen(town: Town) -> list[tuple[str | None, str | None]]:
    with town.stores.database.read() as session:
        return [(row.asked_case, row.asked_person) for row in session.exec(select(CallRequestRow))]


def _unit(town: Town) -> UnitId:
    with town.stores.database.read() as session:
        return UnitId(session.exec(select(CallRequestRow.unit_id)).one())


def _documents(town: Town) -> list[DocumentRow]:
    wanted = select(DocumentRow).where(DocumentRow.kind == DocumentKind.CALL_REQUEST)
    with town.stores.database.read() as session:
        return list(session.exec(wanted))
