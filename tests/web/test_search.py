"""Who calls back is found by two things that they say, by whoever may see the case; who looked is kept."""

import re

import pytest
from fastapi import FastAPI
from sqlmodel import select

from adapters.blind import asked_for
from adapters.case_searches import KEPT, CaseSearches
from adapters.registry import Member
from models.case import CaseState
from models.codes import Channel, Phase, ReferralParty, Role, Trait
from models.facts import ReferralMade, TraitRecorded
from models.ids import ReferralId, StaffId, unit_of_case
from models.personal import Address
from models.tables import CaseSearchHitRow, CaseSearchRow
from models.values import Postcode
from tests.builders import ZONNEDIJK
from tests.web.browser import Browser, Form, forms_of
from tests.web.situations import with_a_housemate
from tests.web.town import NOOR, OPENED, RAVI, WATERDORP, Town, a_case_in_contact, a_case_in_conversation, closed_case

YARA = StaffId("yara")
TYPED = {"achternaam": "Beemt", "straat": "zonnelaan"}
BORN = {"geboortedatum": "1991-06-02"}


async def look(browser: Browser, **typed: str) -> str:
    page = await browser.get("/zoeken")
    form = next(form for form in forms_of(page.text) if form.action == "/zoeken")
    return (await browser.send(form, **typed)).text


def cases_in(page: str) -> list[str]:
    return re.findall(r'<h3 [^>]*><a href="/zaak/([^"?]+)', page)


def somebody_elsewhere(town: Town, number: int = 7) -> CaseState:
    address = Address(postcode=Postcode("9990CD"), number=number, street="Kadewal", town="Zonnedijk")
    return a_case_in_contact(town, surname="Fennema", address=address, phones=())


def searches(town: Town) -> list[tuple[str, list[str], int, list[str]]]:
    with town.stores.database.read() as session:
        rows = session.exec(select(CaseSearchRow)).all()
        shown = session.exec(select(CaseSearchHitRow)).all()
    return [
        (row.staff_id, row.kinds, row.hits, sorted(hit.case_id for hit in shown if hit.search_id == row.id))
        for row in rows
    ]


@pytest.mark.parametrize(
    "typed",
    [
        TYPED,
        {"achternaam": "van den Beemd", **BORN},
        {"straat": "Zonnelaan", "telefoon": "06-12345678"},
        {**BORN, "telefoon": "345678"},
        {**TYPED, **BORN, "telefoon": "+31 6 12345678"},
    ],
    ids=lambda typed: "+".join(typed),
)
async def test_any_two_things_find_the_case(town: Town, noor: Browser, typed: dict[str, str]) -> None:
    state = a_case_in_contact(town)
    somebody_elsewhere(town)
    page = await look(noor, **typed)
    assert cases_in(page) == [state.case_id]
    assert "A.B. van den Beemd" in page and "Zonnelaan 12 A" in page and "Geboren in 1991" in page
    assert "9990" not in page.split("gevonden", 1)[1] and "2 juni" not in page


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({}, "Vul ten minste twee gegevens in."),
        ({"achternaam": "Beemd"}, "Vul ten minste twee gegevens in."),
        ({"achternaam": "van der", "straat": "Zonnelaan"}, "een voorvoegsel alleen is te weinig"),
        ({"achternaam": "Beemd", "telefoon": "45678"}, "ten minste de laatste zes cijfers"),
        ({"achternaam": "Beemd", "geboortedatum": "gisteren"}, "als dag, maand en jaar"),
        ({"achternaam": "Beemd", "straat": "?"}, "Vul de naam van de straat in"),
    ],
)
async def test_with_less_nothing_is_looked_up(town: Town, noor: Browser, typed: dict[str, str], sentence: str) -> None:
    a_case_in_contact(town)
    page = await look(noor, **typed)
    assert sentence in page and cases_in(page) == []
    assert searches(town) == []


async def test_a_list_of_names_finds_nobody_by_the_last_of_them(town: Town, noor: Browser) -> None:
    state = a_case_in_contact(town)
    others = "Jansen-Fennema-Blom"
    assert cases_in(await look(noor, achternaam=f"{others}-van den Beemd", straat="Zonnelaan")) == [state.case_id]
    assert cases_in(await look(noor, achternaam=f"{others}-Kuijpers-Beemd", straat="Zonnelaan")) == []


async def test_closed_cases_and_those_of_colleagues_are_found_too(town: Town, noor: Browser) -> None:
    mine, closed = a_case_in_conversation(town), closed_case(town)
    assert closed.phase is Phase.CLOSED
    page = await look(noor, **TYPED)
    assert cases_in(page) == [mine.case_id, closed.case_id]
    # What is closed takes no call any more.
    assert page.count("Telefoontje vastleggen") == page.count("Terugbellen afspreken") == 1


async def test_each_municipality_is_searched_by_its_own_staff(town: Town, app: FastAPI) -> None:
    here, there = a_case_in_contact(town), a_case_in_contact(town, municipality=WATERDORP)
    both = StaffId("beide")
    town.stores.registry.ensure(staff=[Member(both, "Bea Beide", Role.CASEWORKER, (ZONNEDIJK, WATERDORP))])
    found = {}
    for staff in (NOOR, RAVI, both):
        async with Browser(app) as browser:
            await browser.sign_in(staff)
            found[staff] = await look(browser, **TYPED)
    assert cases_in(found[NOOR]) == [here.case_id] and cases_in(found[RAVI]) == [there.case_id]
    assert cases_in(found[both]) == [here.case_id, there.case_id]
    assert "· Waterdorp" in found[both] and "· Waterdorp" not in found[RAVI]


async def test_a_referral_party_finds_what_was_given_to_it(town: Town, app: FastAPI) -> None:
    given = a_case_in_conversation(town)
    a_case_in_conversation(town)
    made = ReferralMade(
        at=OPENED,
        by=NOOR,
        person_id=given.resident,
        referral_id=ReferralId("to-youth"),
        party=ReferralParty.YOUTH_WORKER,
    )
    town.happens(given, made)
    town.youth_worker(YARA)
    async with Browser(app) as yara:
        await yara.sign_in(YARA)
        assert cases_in(await look(yara, **TYPED)) == [given.case_id]


async def test_a_secret_address_stays_secret_and_finds_nobody(town: Town, noor: Browser) -> None:
    state = a_case_in_contact(town)
    secret = TraitRecorded(at=OPENED, by=NOOR, person_id=state.resident, trait=Trait.SECRET_ADDRESS, applies=True)
    town.happens(state, secret)
    assert cases_in(await look(noor, **TYPED)) == []
    for street in ("Zonnelaan", "Kadewal", ""):
        # Found by what is not secret, whichever street is guessed.
        page = await look(noor, achternaam="Beemd", straat=street, **BORN)
        assert cases_in(page) == [state.case_id]
        assert "adres geheim" in page and "Zonnelaan 12" not in page


async def test_more_than_twenty_are_not_shown(town: Town, noor: Browser) -> None:
    for _ in range(20):
        a_case_in_contact(town)
    assert len(cases_in(await look(noor, **TYPED))) == 20
    one = a_case_in_contact(town, initials="Z.")
    page = await look(noor, **TYPED)
    assert cases_in(page) == [] and "Er zijn meer dan 20 zaken. Vul nog een gegeven in." in page
    assert one.case_id not in page
    assert [(hits, len(shown)) for _, _, hits, shown in searches(town)] == [(20, 20), (21, 0)]


async def test_somebody_else_in_the_case_is_found_as_themselves(town: Town, noor: Browser) -> None:
    state = with_a_housemate(town)
    other = next(person.person_id for person in state.people if person.person_id != state.resident)
    known = town.stores.cases.resident(state.case_id, other)
    assert known.birth_date is not None
    page = await look(noor, achternaam=known.surname, geboortedatum=known.birth_date.isoformat())
    assert f'/zaak/{state.case_id}?persoon={other}"' in page and known.name in page


async def test_that_somebody_looked_is_kept_without_what_they_typed(
    town: Town, noor: Browser, capfd: pytest.CaptureFixture[str]
) -> None:
    state = a_case_in_contact(town)
    answer = await look(noor, **TYPED, telefoon="06 87654321")
    assert cases_in(answer) == []
    await look(noor, **TYPED)
    assert searches(town) == [
        (NOOR, ["name_sound", "phone_tail", "street"], 0, []),
        (NOOR, ["name_sound", "street"], 1, [state.case_id]),
    ]
    said = "".join(capfd.readouterr()).lower()
    assert not any(word in said for word in ("beem", "zonnelaan", "654321"))
    main = town.settings.data / "main.db"
    kept = b"".join(file.read_bytes() for file in main.parent.glob("main.db*"))
    assert not any(word in kept.lower() for word in (b"beemt", b"654321"))


async def test_what_is_typed_is_in_no_address(noor: Browser) -> None:
    page = await noor.get("/zoeken")
    [form] = [form for form in forms_of(page.text) if form.action == "/zoeken"]
    assert 'method="post" action="/zoeken" autocomplete="off"' in page.text
    answer = await noor.send(form, **TYPED)
    assert answer.status_code == 200 and str(answer.url).endswith("/zoeken")
    assert (await noor.get("/zoeken?achternaam=Beemd&straat=Zonnelaan")).text.count("Beemd") == 0


async def test_a_call_is_recorded_from_where_it_was_found(town: Town, noor: Browser) -> None:
    state = a_case_in_contact(town)
    form = _recording(await look(noor, **TYPED))
    answer = await noor.send(form, note="Belde terug op onze brief.")
    assert answer.headers["location"] == f"/zaak/{state.case_id}?vastgelegd=log_incoming"
    [attempt] = town.reload(state).attempts
    assert (attempt.channel, attempt.incoming, attempt.person_id) == (Channel.CALL, True, state.resident)


async def test_a_callback_is_agreed_from_where_it_was_found(town: Town, noor: Browser) -> None:
    state = a_case_in_conversation(town)
    link = re.search(r'href="(/zaak/[^"]+doe=make_callback)#', await look(noor, **TYPED))
    assert link is not None
    page = await noor.get(link.group(1).replace("&amp;", "&"))
    assert re.search(r'id="doe-make_callback" open', page.text)
    answer = await noor.press(link.group(1).replace("&amp;", "&"), "make_callback", due_at="2027-04-06T10:00")
    assert answer.headers["location"].endswith("vastgelegd=make_callback")
    assert town.reload(state).appointment_of(state.resident) is not None
    # Whoever is going to call is who the caller is put through to.
    assert "van wie: u · Terugbellen, zoals afgesproken." in await look(noor, **TYPED)


async def test_what_is_erased_is_not_found_and_who_saw_it_goes_too(town: Town, noor: Browser) -> None:
    state = a_case_in_contact(town)
    await look(noor, **TYPED)
    town.stores.vault.destroy([unit_of_case(state.case_id)])
    assert cases_in(await look(noor, **TYPED)) == []
    assert town.stores.vault.find_by_all(ZONNEDIJK, asked_for(surname="Beemd", street="Zonnelaan")) == ()


def test_who_looked_long_ago_is_forgotten(town: Town) -> None:
    state = a_case_in_contact(town)
    CaseSearches(town.stores.database).record(NOOR, ZONNEDIJK, [], [state.case_id], hits=1, at=OPENED)
    town.stores.eraser.due_units(OPENED + KEPT / 2)
    assert len(searches(town)) == 1
    town.stores.eraser.due_units(OPENED + KEPT)
    assert searches(town) == []


def _recording(page: str) -> Form:
    return next(form for form in forms_of(page) if form.fields.get("kind") == "log_incoming")
