"""The pages in a real browser: nothing sticks out of the window, nothing is refused by our own rules of safety, and
everything can be done with the keyboard."""

import os
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, Page, ViewportSize
from playwright.sync_api import Route as PlaywrightRoute
from pypdf import PdfReader

from adapters.call_placing import NO_CASE
from adapters.call_requests import CallRequests
from adapters.registry import Member
from adapters.visits_taken import Taken, VisitsTaken
from models.case import CaseState
from models.codes import AttemptResult, CallRequestStatus, Channel, Language, Phase, Role
from models.ids import StaffId
from policy.calendar import local
from policy.shared_look import MOST
from simulation.sign_in import Client
from tests.builders import ZONNEDIJK, at
from tests.provider import CLIENT, listening_provider
from tests.web.pages_of_roles import OF_CASES, PAGES, busy, more_of, somebody_of
from tests.web.situations import a_door, made_list, proposed, represented, with_a_housemate
from tests.web.test_amounts import LIST, ask
from tests.web.test_other_pages import given_certificate
from tests.web.test_write_to_many import mailed
from tests.web.town import NOOR, THEA, Town, a_case_in_contact, a_case_in_conversation, a_case_to_check, closed_case
from tests.web.windows import a_page, signed_in
from web.language import COOKIE

pytestmark = pytest.mark.browser

WIDTHS = (1280, 640, 400)


@pytest.fixture
def page(town: Town, chromium: Browser, address: str) -> Iterator[Page]:
    """A page of somebody who is signed in as Noor; it fails when the browser refused anything."""
    with a_page(chromium, address, signed_in(town, NOOR)) as opened:
        yield opened


def test_somebody_signs_in_works_and_signs_out(town: Town, served: FastAPI, chromium: Browser, address: str) -> None:
    with (
        listening_provider(Client(CLIENT.id, CLIENT.secret, address)) as provider,
        a_page(chromium, address, {}) as page,
    ):
        provider.at = town.now
        town.provider, town.settings = provider.web_app(), replace(town.settings, public_url=address)
        served.state.services = town.services
        state = a_case_in_contact(town)
        page.goto(_page(state))
        assert page.url.startswith(provider.issuer)
        page.click("button[value=samira]")
        assert page.url == f"{address}{_page(state)}"
        page.click("text=Afmelden")
        page.wait_for_url(f"{address}/afgemeld")
        page.click("text=Opnieuw aanmelden")
        # The provider asks again who it is.
        assert page.is_visible("text=Kies wie u bent")


@pytest.mark.parametrize(
    ("width", "language"), [*((width, Language.DUTCH) for width in WIDTHS), (WIDTHS[-1], Language.ENGLISH)]
)
def test_nothing_sticks_out_of_the_window(town: Town, page: Page, width: int, language: Language) -> None:
    a_case_to_check(town)
    proposed(town)
    cases = [represented(town), a_case_in_conversation(town), with_a_housemate(town)]
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"/taal/{language}")
    ask(town, cases[1])
    lists = ("/", "/goedkeuren", "/aanleveringen", "/beleid", "/cijfers", "/toets")
    more = ("/bedragen", LIST, "/cijfers/partners", "/samen-kijken", "/zoeken", "/huisbezoek", "/huisbezoek/kaartjes")
    doors = [f"/huisbezoek/{a_door(town, 'Van Langestraten-Oosterwijk', at_moment=town.now).case_id}"]
    for path in (*lists, *more, *doors, *map(_page, cases)):
        page.goto(path)
        for summary in page.query_selector_all("summary"):
            summary.evaluate("one => one.parentElement.open = true")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        assert page.evaluate(_OVER_OTHERS) == [], path


_OVER_OTHERS = """() => [...document.querySelectorAll("main td, main tbody th")].filter(
  one => one.clientHeight > 0 && one.scrollHeight > one.clientHeight + 4
).map(one => one.textContent.trim().slice(0, 40))"""
"""Cells whose text lies over what comes below them."""


def test_a_call_is_recorded_with_the_keyboard_alone(town: Town, page: Page) -> None:
    state = a_case_in_contact(town)
    page.goto(_page(state))
    _tab_to(page, "Contact")
    page.keyboard.press("Enter")
    _tab_to(page, "Gesprek of belpoging vastleggen")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    for _ in range(3):
        page.keyboard.press("ArrowDown")
    _tab_to(page, "Vastleggen")
    page.keyboard.press("Enter")
    page.wait_for_selector(".notice.done")
    assert [attempt.result for attempt in town.reload(state).attempts] == [AttemptResult.VOICEMAIL]


@pytest.mark.parametrize("width", WIDTHS)
def test_what_was_found_fits_in_the_window(town: Town, page: Page, width: int) -> None:
    a_case_in_contact(town)
    a_case_in_conversation(town)
    closed_case(town)
    page.set_viewport_size({"width": width, "height": 900})
    page.goto("/zoeken")
    page.fill("#achternaam", "Beemd")
    page.fill("#straat", "Zonnelaan")
    page.click("main button")
    page.wait_for_selector("text=3 zaken gevonden")
    for summary in page.query_selector_all(".hit summary"):
        summary.evaluate("one => one.parentElement.open = true")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    if folder := os.environ.get("SIGNAALREIS_TEST_PICTURES"):
        page.screenshot(path=Path(folder) / f"found-{width}.png", full_page=True)


@pytest.mark.parametrize("width", WIDTHS)
def test_requests_to_be_called_back_fit_in_the_window(town: Town, chromium: Browser, address: str, width: int) -> None:
    switchboard = StaffId("karin")
    town.stores.registry.ensure(staff=[Member(switchboard, "Karin Smeets", Role.SWITCHBOARD, (ZONNEDIJK,))])
    requests = CallRequests(town.stores.database, town.stores.vault)
    for staff in (switchboard, NOOR):
        context = chromium.new_context(base_url=address, viewport={"width": width, "height": 900})
        context.add_cookies(
            [{"name": name, "value": value, "url": address} for name, value in signed_in(town, staff).items()]
        )
        page = context.new_page()
        if staff is switchboard:
            page.goto("/terugbelverzoek")
            page.fill("#achternaam", "Fennema-van Oosterveld")
            page.fill("#telefoon", "06 87654321")
            page.fill("#notitie", "Kreeg een brief en wil weten van wie die komt.")
            page.click("main button")
            page.wait_for_selector("text=Het verzoek is genoteerd.")
            [call] = requests.waiting([CallRequestStatus.NEW])
            requests.open(call.id, NO_CASE, was=call.claim)
        else:
            page.goto("/terugbelverzoeken")
            page.wait_for_selector("text=Fennema-van Oosterveld, 06")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        if folder := os.environ.get("SIGNAALREIS_TEST_PICTURES"):
            page.screenshot(path=Path(folder) / f"{staff}-{width}.png", full_page=True)
        context.close()


@pytest.mark.parametrize("width", WIDTHS)
def test_what_goes_when_fits_in_the_window(town: Town, chromium: Browser, address: str, width: int) -> None:
    given_certificate(town, closed_case(town))
    a_case_to_check(town)
    town.stores.overview.job_ended("sweep", at=town.now - timedelta(days=3), found=0)
    with a_page(chromium, address, dict(signed_in(town, THEA))) as page:
        page.set_viewport_size({"width": width, "height": 900})
        for name, path in (("retention", "/bewaren?tot=2027-12-31"), ("certificate", "/bewaren/verklaring-1")):
            page.goto(path)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path
            if folder := os.environ.get("SIGNAALREIS_TEST_PICTURES"):
                page.screenshot(path=Path(folder) / f"{name}-{width}.png", full_page=True)


_AXE = Path(__file__).parents[2] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
_STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.mark.parametrize(
    ("role", "language"), [*((role, Language.DUTCH) for role in PAGES), (Role.SUPERVISOR, Language.ENGLISH)], ids=str
)
def test_no_page_shuts_anybody_out(town: Town, chromium: Browser, address: str, role: Role, language: Language) -> None:
    """What axe-core finds of WCAG 2.2 AA and of good practice, with everything folded open."""
    cases, more = busy(town), more_of(town, role)
    context = chromium.new_context(base_url=address, bypass_csp=True)
    cookies = {**signed_in(town, somebody_of(town, role)), COOKIE: language.value}
    context.add_cookies([{"name": name, "value": value, "url": address} for name, value in cookies.items()])
    page, found = context.new_page(), dict[str, list[str]]()
    for path in (*PAGES[role], *more, *(cases if role in OF_CASES else ())):
        page.goto(path)
        page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
        page.evaluate(_AXE.read_text("utf-8"))
        told = page.evaluate("standards => axe.run(document, {runOnly: standards})", _STANDARDS)
        assert len(told["passes"]) > 15, path
        if wrong := [f"{one['id']}: {one['nodes'][0]['html']}" for one in told["violations"]]:
            found[path] = wrong
    context.close()
    assert found == {}


PHONE: ViewportSize = {"width": 390, "height": 844}
MORNING = at("2027-04-06 08:30")


@pytest.mark.parametrize("width", WIDTHS)
def test_a_destruction_list_fits_in_the_window_and_shuts_nobody_out(
    town: Town, chromium: Browser, address: str, width: int
) -> None:
    state = closed_case(town)
    closed_case(town)
    made = made_list(town)
    context = chromium.new_context(base_url=address, bypass_csp=True, viewport={"width": width, "height": 900})
    cookies = signed_in(town, THEA).items()
    context.add_cookies([{"name": name, "value": value, "url": address} for name, value in cookies])
    page, found = context.new_page(), dict[str, list[str]]()
    of_list = f"/bewaren/lijsten/{made}"
    for name, path in (("lists", "/bewaren/lijsten"), ("list", of_list), ("hold", f"{of_list}/{state.case_id}")):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        page.evaluate(_AXE.read_text("utf-8"))
        told = page.evaluate("standards => axe.run(document, {runOnly: standards})", _STANDARDS)
        if wrong := [f"{one['id']}: {one['nodes'][0]['html']}" for one in told["violations"]]:
            found[path] = wrong
        if folder := os.environ.get("SIGNAALREIS_TEST_PICTURES"):
            page.screenshot(path=Path(folder) / f"destruction-{name}-{width}.png", full_page=True)
    context.close()
    assert found == {}


@pytest.fixture
def phone(town: Town, chromium: Browser, address: str) -> Iterator[Page]:
    """A telephone of Noor in the morning; it may lose its network."""
    town.now = MORNING
    context = chromium.new_context(base_url=address, viewport=PHONE, has_touch=True, is_mobile=True)
    cookies = signed_in(town, NOOR)
    context.add_cookies([{"name": name, "value": value, "url": address} for name, value in cookies.items()])
    yield context.new_page()
    context.close()


def test_at_a_door_without_network_nothing_is_lost_and_nothing_is_kept(town: Town, phone: Page) -> None:
    door = _at_a_door(town, phone)
    phone.context.set_offline(True)
    phone.click("text=Vastleggen en verder")
    phone.wait_for_selector("text=Nog niet vastgelegd: er kwam geen antwoord.")
    assert phone.evaluate("document.activeElement.id") == "niet-verstuurd"
    assert (phone.input_value("#log_visit-note"), phone.is_checked("input[value=card_left]")) == ("Hond blaft.", True)
    assert phone.evaluate("[localStorage.length, sessionStorage.length, history.state]") == [0, 0, None]
    assert _visits_of(town, door) == []
    phone.context.set_offline(False)
    phone.click("text=Vastleggen en verder")
    phone.wait_for_selector("text=Uw ronde is klaar.")
    assert _visits_of(town, door) == [AttemptResult.CARD_LEFT]


def test_an_answer_that_never_came_is_asked_for_again_and_records_once(town: Town, phone: Page) -> None:
    door = _at_a_door(town, phone)

    def unanswered(route: PlaywrightRoute) -> None:
        # The case has it, and the network goes before the telephone hears so.
        route.fetch(max_redirects=0)
        route.abort("connectionreset")

    phone.route("**/huisbezoek/*", unanswered)
    phone.click("text=Vastleggen en verder")
    phone.wait_for_selector("text=Nog niet vastgelegd: er kwam geen antwoord.")
    assert _visits_of(town, door) == [AttemptResult.CARD_LEFT]
    phone.unroute("**/huisbezoek/*")
    phone.click("text=Vastleggen en verder")
    phone.wait_for_selector("text=Uw ronde is klaar.")
    assert _visits_of(town, door) == [AttemptResult.CARD_LEFT]


def test_two_quick_taps_record_one_visit(town: Town, phone: Page) -> None:
    door = _at_a_door(town, phone)
    phone.dblclick("text=Vastleggen en verder")
    phone.wait_for_selector("text=Uw ronde is klaar.")
    assert _visits_of(town, door) == [AttemptResult.CARD_LEFT]


def test_a_session_that_ended_at_a_door_keeps_what_was_typed(town: Town, phone: Page, address: str) -> None:
    door = _at_a_door(town, phone)
    town.now += timedelta(hours=13)
    phone.click("text=Vastleggen en verder")
    phone.wait_for_selector("text=het is niet weg")
    assert phone.input_value("input[name=note]") == "Hond blaft."
    session = town.stores.sessions.begin(NOOR, at=town.now)
    phone.context.add_cookies([{"name": "signaalreis", "value": session, "url": address}])
    phone.click("button:has-text('Alsnog versturen')")
    phone.wait_for_selector(".notice.done")
    assert _visits_of(town, door) == [AttemptResult.CARD_LEFT]


def test_a_refusal_at_a_door_is_where_the_reader_is(town: Town, phone: Page) -> None:
    door = _at_a_door(town, phone)
    town.desk.refusals.append("De zaak is net gesloten.")
    phone.click("text=Vastleggen en verder")
    phone.wait_for_selector("text=De zaak is net gesloten.")
    assert phone.evaluate("document.activeElement.id") == "weigering-log_visit"
    assert (phone.input_value("#log_visit-note"), _visits_of(town, door)) == ("Hond blaft.", [])


def test_without_script_a_visit_is_taken_along_and_recorded(town: Town, chromium: Browser, address: str) -> None:
    town.now = MORNING
    door = a_door(town, "Deur", at_moment=MORNING)
    context = chromium.new_context(base_url=address, java_script_enabled=False, viewport=PHONE)
    cookies = signed_in(town, NOOR)
    context.add_cookies([{"name": name, "value": value, "url": address} for name, value in cookies.items()])
    page = context.new_page()
    page.goto("/huisbezoek")
    page.check(f"input[value='{door.case_id}']")
    page.select_option("#mee-met", "thea")
    page.click("button:has-text('Neem mee')")
    page.click("text=Naar de eerste deur")
    page.check("input[value=nobody_home]")
    page.click("text=Vastleggen en verder")
    page.wait_for_selector("text=Uw ronde is klaar.")
    context.close()
    assert _visits_of(town, door) == [AttemptResult.NOBODY_HOME]


def test_a_thumb_hits_what_it_means(town: Town, phone: Page) -> None:
    door = _at_a_door(town, phone)
    a_door(town, "Vrij", "Bosweg", 3, at_moment=MORNING)
    for path in ("/huisbezoek", f"/huisbezoek/{door.case_id}"):
        phone.goto(path)
        phone.evaluate("document.querySelectorAll('main details').forEach(one => { one.open = true; })")
        assert phone.evaluate(_TOO_SMALL, 44) == [], path
        assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        if folder := os.environ.get("SIGNAALREIS_TEST_PICTURES"):
            name = "door" if door.case_id in path else "doors"
            phone.screenshot(path=Path(folder) / f"{name}-390.png", full_page=True)


def test_a_list_of_doors_is_not_put_on_paper(town: Town, phone: Page) -> None:
    door = _at_a_door(town, phone)
    for path in ("/huisbezoek", f"/huisbezoek/{door.case_id}"):
        phone.goto(path)
        phone.emulate_media(media="print")
        assert "Zonnelaan" not in phone.inner_text("main") and "van den Deur" not in phone.inner_text("main")
        phone.emulate_media(media="screen")
        assert "Zonnelaan" in phone.inner_text("main")


def _at_a_door(town: Town, phone: Page) -> CaseState:
    """Noor went with Thea, left a card, and has typed so."""
    door = a_door(town, "Deur", at_moment=MORNING)
    taken = Taken(NOOR, THEA, local(MORNING).date())
    VisitsTaken(town.stores.database).take([door.case_id], taken, now=MORNING, today=taken.day)
    phone.goto(f"/huisbezoek/{door.case_id}")
    phone.check("input[value=card_left]")
    phone.fill("#log_visit-note", "Hond blaft.")
    return door


def _visits_of(town: Town, door: CaseState) -> list[AttemptResult]:
    return [one.result for one in town.reload(door).attempts if one.channel is Channel.VISIT]


_TOO_SMALL = """least => [...document.querySelectorAll(
  "main button, main select, main summary, main a.tap, main a.to, main label.choice"
)].filter(one => {
  const box = one.getBoundingClientRect();
  return box.width > 0 && (box.height < least || box.width < least);
}).map(one => one.textContent.trim().slice(0, 40))"""
"""What is smaller than a thumb, of what is meant for one: words in a sentence are none of it."""


def test_a_call_is_made_with_the_keyboard_alone(town: Town, page: Page) -> None:
    state = a_case_in_contact(town)
    page.goto(f"/bellen/{state.case_id}")
    page.keyboard.press("g")
    assert page.is_visible("text=Zo gaat u verder")
    page.keyboard.press("4")
    page.keyboard.press("n")
    page.keyboard.type("Sprak in, 1 keer.")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("text=Vastgelegd.")
    assert [attempt.result for attempt in town.reload(state).attempts] == [AttemptResult.VOICEMAIL]


def test_whoever_wants_no_keys_of_one_letter_switches_them_off(town: Town, page: Page) -> None:
    state = a_case_in_contact(town)
    page.goto(f"/bellen/{state.case_id}")
    page.uncheck("#sneltoetsen-aan")
    page.reload()
    page.keyboard.press("4")
    assert page.query_selector("input[name=result]:checked") is None


def test_a_call_is_recorded_from_the_search_with_the_keyboard_alone(town: Town, page: Page) -> None:
    state = a_case_in_contact(town)
    page.goto("/zoeken")
    _tab_to(page, "Achternaam")
    page.keyboard.type("van den Beemt")
    _tab_to(page, "Straat")
    page.keyboard.type("Zonnelaan")
    page.keyboard.press("Enter")
    page.wait_for_selector("h2:has-text('1 zaak gevonden')")
    assert page.evaluate("document.activeElement.id") == "gevonden"
    assert page.url.endswith("/zoeken")
    _tab_to(page, "Telefoontje vastleggen: A.B. van den Beemd")
    page.keyboard.press("Enter")
    _tab_to(page, "Toelichting")
    page.keyboard.type("Belde terug.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector(".notice.done")
    assert [attempt.incoming for attempt in town.reload(state).attempts] == [True]


def test_the_explanation_is_opened_with_the_keyboard_alone(town: Town, page: Page) -> None:
    page.goto(_page(a_case_in_contact(town)))
    assert not page.is_visible("text=Als de inwoner zelf belt")
    _tab_to(page, "Waarom, en wat daarna")
    page.keyboard.press("Enter")
    assert page.is_visible("text=Als de inwoner zelf belt")


def test_many_cases_are_chosen_with_the_keyboard_alone(town: Town, page: Page) -> None:
    states = [a_case_in_conversation(town, surname=name) for name in ("Eerste", "Tweede")]
    page.goto("/")
    for name in ("Eerste", "Tweede"):
        _tab_to(page, f"Kies de zaak van A.B. van den {name}")
        page.keyboard.press("Space")
    _tab_to(page, "Niet opgepakt …")
    page.keyboard.press("Enter")
    page.wait_for_selector("h1:has-text('Niet opgepakt: 2 zaken')")
    _tab_to(page, "Waarom is het niet opgepakt?")
    page.keyboard.type("Geen cap")
    page.keyboard.press("Tab")
    page.keyboard.type("Deze maand is er geen tijd.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Vastgelegd voor 2 zaken.")
    assert all(town.reload(state).proposals for state in states)


def test_the_list_is_filtered_and_the_back_button_brings_back_what_was_ticked(town: Town, page: Page) -> None:
    a_case_to_check(town, surname="Weg")
    for name in ("Eerste", "Tweede"):
        a_case_in_conversation(town, surname=name)
    page.goto("/")
    page.click("summary:has-text('Filters')")
    page.select_option("#filter-soort", "record_outcome")
    page.click("button:has-text('Toon')")
    page.wait_for_selector("summary:has-text('soort werk')")
    assert "soort=record_outcome" in page.url and not page.is_visible("text=van den Weg")
    page.check("input[name=zaak] >> nth=0")
    assert page.inner_text("#aangevinkt").strip() == "(1)"
    page.click("button[value=assign]")
    page.wait_for_selector("h1:has-text('1 zaak')")
    page.go_back()
    page.wait_for_selector("summary:has-text('soort werk')")
    assert page.is_checked("input[name=zaak] >> nth=0")
    page.click("#alles-aan")
    assert page.inner_text("#aangevinkt").strip() == "(2)"
    assert page.inner_text("#alles-aan") == "Vink alles op deze pagina uit"
    page.click("main >> text=Wis alle filters")
    page.wait_for_selector("text=van den Weg")
    assert page.url.endswith("/?wie=team")


def test_a_letter_to_many_is_confirmed_twice_and_leaves_once(town: Town, page: Page) -> None:
    states = [mailed(town, at("2027-03-29 09:00"), surname=name) for name in ("Eerste", "Tweede")]
    page.goto("/")
    page.check("input[value=alles]")
    page.click("button[value=letter]")
    page.wait_for_selector("h1:has-text('Brief sturen: 2 zaken')")
    assert page.is_visible("text=Zo leest A.B. van den Eerste het")
    page.dblclick("form.sheet button")
    page.wait_for_selector("text=Vastgelegd voor 2 zaken.")
    assert [town.reload(state).sequence - state.sequence for state in states] == [1, 1]


def test_two_people_at_once_on_one_case_hear_of_each_other(
    town: Town, chromium: Browser, address: str, page: Page
) -> None:
    state = a_case_in_contact(town)
    page.goto(_page(state))
    page.click("text=Ik ga hiermee bezig")
    page.wait_for_selector("text=U bent nu met deze zaak bezig")
    with a_page(chromium, address, dict(signed_in(town, THEA))) as other:
        other.goto(_page(state))
        assert other.is_visible("text=Noor de Wit is nu met deze zaak bezig")
        other.click("text=Neem over")
        other.wait_for_selector("text=U nam deze zaak over van Noor de Wit.")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.wait_for_selector("#overgenomen:has-text('Thea Vos nam deze zaak over')")
    page.goto(_page(state))
    assert page.is_visible("text=Thea Vos is nu met deze zaak bezig")


def test_a_refusal_is_where_the_reader_is(town: Town, page: Page) -> None:
    state = a_case_in_conversation(town)
    page.goto(_page(state))
    page.check("#doe-record_outcome input[value='(Budget)advies en/of quick fix']")
    page.click("#doe-record_outcome button")
    page.wait_for_selector("#weigering-record_outcome")
    assert page.evaluate("document.activeElement.id") == "weigering-record_outcome"
    assert town.reload(state).phase is Phase.IN_CONVERSATION


def test_the_policy_is_read_with_the_keyboard_alone(page: Page) -> None:
    page.goto("/beleid")
    _tab_to(page, "Welke route?")
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#afweging"
    _tab_to(page, "Dan de route voor een bedreigende situatie.")
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#route-threatening"
    assert page.evaluate("Math.abs(document.querySelector(':target').getBoundingClientRect().top) < 2")


def test_the_drawings_of_the_policy_can_be_heard(page: Page) -> None:
    page.goto("/beleid")
    levels = page.evaluate("[...document.querySelectorAll('h1, h2, h3')].map(one => Number(one.tagName[1]))")
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(below - above <= 1 for above, below in pairwise(levels))
    heard = page.locator("#route-standard figure").aria_snapshot()
    assert heard.startswith('- figure "De stappen van de gewone route"')
    assert "strong: Dag 0" in heard and "Bellen in de avond" in heard and "→" not in heard
    names = page.evaluate(
        "[...document.querySelectorAll('nav')].map(one => one.ariaLabel || one.innerText.slice(0, 15))"
    )
    assert len(names) == len(set(names)) == 3


def test_signals_are_printed_side_by_side_and_none_on_two_sheets(town: Town, page: Page, tmp_path: Path) -> None:
    for _ in range(MOST):
        closed_case(town)
    page.goto("/samen-kijken")
    for box in page.query_selector_all("input[name=signaal]"):
        box.check()
    page.click("text=Bekijk de gekozen signalen")
    page.wait_for_selector("text=Signaal H")
    page.pdf(path=tmp_path / "look.pdf", format="A4")
    sheets = [sheet.extract_text() for sheet in PdfReader(tmp_path / "look.pdf").pages]
    begun = [re.findall(r"^Signaal ([A-Z])$", sheet, re.MULTILINE) for sheet in sheets]
    assert [name for names in begun for name in names] == list("ABCDEFGH") and len(sheets) > 1
    for names, sheet in zip(begun, sheets, strict=True):
        assert sheet.count("Wanneer Partner Gemeente") == sheet.count("Achterstand ontstaan") == len(names)
        assert sheet.count("afgehandeld") == len(names)
    assert "Werkvoorraad" not in sheets[0]


def _page(state: CaseState) -> str:
    return f"/zaak/{state.case_id}"


def _tab_to(page: Page, name: str) -> None:
    """Presses Tab until the thing of this name has the focus, as somebody without a mouse does."""
    for _ in range(150):
        page.keyboard.press("Tab")
        if page.evaluate(_NAME_OF_FOCUS) == name:
            return
    raise AssertionError(f"nothing that is called {name!r} can be reached")


_NAME_OF_FOCUS = """() => {
  const one = document.activeElement;
  const text = one.labels && one.labels.length ? one.labels[0].textContent : one.textContent;
  return text.trim().replace(/\\s+/g, " ");
}"""


@pytest.mark.parametrize("width", WIDTHS)
def test_the_overview_for_a_resident_shuts_nobody_out_and_prints_without_our_own_remarks(
    town: Town, chromium: Browser, address: str, width: int
) -> None:
    state = with_a_housemate(town)
    context = chromium.new_context(base_url=address, bypass_csp=True, viewport={"width": width, "height": 900})
    cookies = signed_in(town, THEA).items()
    context.add_cookies([{"name": name, "value": value, "url": address} for name, value in cookies])
    page = context.new_page()
    page.goto(f"{_page(state)}/inzageverzoek")
    page.check("text=De inwoner legitimeerde zich aan de balie")
    page.click("text=Maak het overzicht")
    page.wait_for_selector("text=Uw gegevens bij de gemeente Zonnedijk")
    page.evaluate(_AXE.read_text("utf-8"))
    told = page.evaluate("standards => axe.run(document, {runOnly: standards})", _STANDARDS)
    assert [f"{one['id']}: {one['nodes'][0]['html']}" for one in told["violations"]] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    with page.expect_download() as file:
        page.click("text=Download als bestand")
    assert file.value.suggested_filename == f"inzage-{state.case_id[:8]}.json"
    page.emulate_media(media="print")
    assert (page.is_visible("text=Voor u het meegeeft"), page.is_visible("text=Wie u bent")) == (False, True)
    context.close()
