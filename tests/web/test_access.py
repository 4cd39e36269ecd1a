"""Who may open what: every route has a rule, and what may not be seen does not exist."""

import re
import uuid
from collections.abc import Iterator
from typing import Any, cast

import httpx
import pytest
from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute, Mount

from adapters.registry import Member
from models.case import CaseState
from models.codes import ReferralParty, Role
from models.facts import ReferralMade
from models.ids import CaseId, ReferralId, StaffId
from models.values import MunicipalityCode
from policy.permissions import Action, role_may
from tests.builders import ZONNEDIJK, at
from tests.web.browser import Browser, Form, forms_of
from tests.web.situations import proposed
from tests.web.town import (
    NOOR,
    OPENED,
    RAVI,
    THEA,
    WATERDORP,
    Town,
    a_case_in_contact,
    a_case_in_conversation,
    a_case_to_check,
)
from web.auth import Allowed, AllowedCase, checked_form, notify_only, public
from web.middleware import HEADERS

SOMEBODY, YARA = StaffId("iemand"), StaffId("yara")
PUBLIC = {
    ("GET", "/aanmelden"),
    ("GET", "/aanmelden/terug"),
    ("POST", "/afmelden"),
    ("GET", "/afgemeld"),
    ("GET", "/gezond"),
    ("GET", "/taal/{language}"),
    ("GET", "/toegankelijkheid"),
    ("GET", "/agenda/{token}.ics"),
}
"""Everything that shows nothing of anybody."""
OF_A_SYSTEM = {("POST", "/terugmeldingen/notify")}
"""What another system asks, by a token of its own."""
OF_A_CASE = {
    "/zaak/{case_id}",
    "/zaak/{case_id}/adres",
    "/zaak/{case_id}/ingezien",
    "/zaak/{case_id}/opdracht",
    "/zaak/{case_id}/opdracht/{command_id}",
}
ASKS_BY_ITSELF = "/zaak/{case_id}/opdracht/{command_id}"
"""A page that looks again by itself, also when nobody is before it."""
ONLY_SENT = {
    "/samen",
    "/samen/{deed}",
    "/goedkeuren/{key}",
    "/zaak/{case_id}/opdracht",
    "/zaak/{case_id}/adres",
    "/zaak/{case_id}/bedrag",
    "/zaak/{case_id}/inzageverzoek.json",
    "/bedragen/{partner}/antwoord",
    "/bedragen/{partner}/bestand",
    "/partner/bedragen",
    "/partner/bedragen/bestand",
    "/afwezig/{absence}/intrekken",
    "/agenda/stoppen",
    "/aanleveringen/{delivery_id}/{what}",
    "/partner/{batch}/ontvangen",
    "/terugkoppeling/{batch}/ontvangen",
    "/partners/{partner}/bijhouden",
    "/partners/{partner}/sleutels/{key}/stoppen",
    "/toets/steekproef",
    "/bellen/{case_id}/overnemen",
    "/bellen/{case_id}/bezig",
    "/bellen/{case_id}/overslaan",
    "/huisbezoek/meenemen",
    "/huisbezoek/{case_id}/overnemen",
    "/huisbezoek/{case_id}/teruggeven",
    "/huisbezoek/{case_id}/adres",
    "/terugbelverzoeken/{request_id}/koppelen",
    "/terugbelverzoeken/{request_id}/klaar",
    "/beheer/medewerkers/{staff_id}/afmelden",
    "/beheer/medewerkers/{staff_id}/toegang",
    "/beheer/sleutels/{key}/stoppen",
    "/toelichting",
    "/terugbelverzoek/nakijken",
    "/bewaren/lijsten/{list_id}/akkoord",
}
"""Forms go there; nobody reads there."""
ACTIONS = {
    "/": Action.SEE_WORK_LIST,
    "/samen": Action.WORK_ON_CASE,
    "/samen/{deed}": Action.WORK_ON_CASE,
    "/zoeken": Action.SEE_CASE,
    "/terugbelverzoek": Action.TAKE_CALL,
    "/terugbelverzoek/nakijken": Action.TAKE_CALL,
    "/toelichting": Action.SEE_CASE,
    "/terugbelverzoeken": Action.MATCH_CALL,
    "/terugbelverzoeken/{request_id}/koppelen": Action.MATCH_CALL,
    "/terugbelverzoeken/{request_id}/klaar": Action.MATCH_CALL,
    "/goedkeuren": Action.WORK_ON_CASE,
    "/goedkeuren/{key}": Action.WORK_ON_CASE,
    "/beheer": Action.ADMINISTER,
    "/beheer/medewerkers/{staff_id}/afmelden": Action.ADMINISTER,
    "/beheer/medewerkers/{staff_id}/toegang": Action.ADMINISTER,
    "/beheer/sleutels/{key}/stoppen": Action.ADMINISTER,
    "/inzage": Action.SEE_LOOKS,
    "/inzage.csv": Action.SEE_LOOKS,
    "/inzage/opvallend": Action.SEE_LOOKS,
    "/inzage/zoekvragen": Action.SEE_LOOKS,
    "/overzicht": Action.SEE_STALLED,
    "/overzicht/werk": Action.SEE_STALLED,
    "/overzicht/zaken": Action.SEE_STALLED,
    "/vastgelopen": Action.SEE_STALLED,
    "/bewaren": Action.SEE_RETENTION,
    **dict.fromkeys(("/gegevens", "/gegevens/register", "/gegevens/dpia"), Action.SEE_RETENTION),
    **dict.fromkeys(("/gegevens.csv", "/gegevens.json"), Action.SEE_RETENTION),
    "/bewaren/{certificate_id}": Action.SEE_RETENTION,
    "/bewaren/lijsten": Action.SEE_RETENTION,
    "/bewaren/lijsten/{list_id}": Action.SEE_RETENTION,
    "/bewaren/lijsten/{list_id}/akkoord": Action.APPROVE_DESTRUCTION,
    "/bewaren/lijsten/{list_id}/{item}": Action.HOLD_ERASURE,
    "/afwezig": Action.SEE_WORK_LIST,
    "/afwezig/{absence}/intrekken": Action.SEE_WORK_LIST,
    "/afwezig/{absence}/afspraken": Action.WORK_ON_CASE,
    "/werktijden": Action.SEE_WORK_LIST,
    "/agenda": Action.SEE_WORK_LIST,
    "/agenda/stoppen": Action.SEE_WORK_LIST,
    "/toets": Action.REVIEW_OUTCOMES,
    "/toets/steekproef": Action.DRAW_REVIEW,
    "/toets/{review_id}": Action.REVIEW_OUTCOMES,
    "/cijfers": Action.SEE_FIGURES,
    "/cijfers.csv": Action.SEE_FIGURES,
    "/cijfers/partners": Action.SEE_FIGURES,
    "/cijfers/partners.csv": Action.SEE_FIGURES,
    "/samen-kijken": Action.LOOK_TOGETHER,
    "/bellen": Action.WORK_ON_CASE,
    "/bellen/{case_id}": Action.WORK_ON_CASE,
    "/bellen/{case_id}/overnemen": Action.WORK_ON_CASE,
    "/bellen/{case_id}/overslaan": Action.WORK_ON_CASE,
    "/bellen/{case_id}/bezig": Action.WORK_ON_CASE,
    "/huisbezoek": Action.WORK_ON_CASE,
    "/huisbezoek/kaartjes": Action.WORK_ON_CASE,
    "/huisbezoek/meenemen": Action.WORK_ON_CASE,
    "/huisbezoek/{case_id}": Action.WORK_ON_CASE,
    "/huisbezoek/{case_id}/overnemen": Action.WORK_ON_CASE,
    "/huisbezoek/{case_id}/teruggeven": Action.WORK_ON_CASE,
    "/huisbezoek/{case_id}/adres": Action.WORK_ON_CASE,
    "/beleid": Action.SEE_POLICY,
    "/printrondes": Action.SEE_PRINT_ROUNDS,
    "/printrondes/{batch}/manifest.json": Action.SEE_PRINT_ROUNDS,
    "/partners": Action.SEE_PARTNERS,
    "/partners/{partner}": Action.SEE_PARTNERS,
    "/partners/{partner}/bijhouden": Action.KEEP_PARTNERS,
    "/partners/{partner}/sleutels": Action.KEEP_PARTNERS,
    "/partners/{partner}/sleutels/{key}/stoppen": Action.KEEP_PARTNERS,
    "/aanleveringen": Action.IMPORT_DELIVERY,
    "/aanleveringen/mutaties": Action.IMPORT_DELIVERY,
    "/aanleveringen/bestand": Action.IMPORT_DELIVERY,
    "/aanleveringen/bestand/{upload_id}": Action.IMPORT_DELIVERY,
    "/aanleveringen/{delivery_id}": Action.IMPORT_DELIVERY,
    "/aanleveringen/{delivery_id}/geweigerd.csv": Action.IMPORT_DELIVERY,
    "/aanleveringen/{delivery_id}/{what}": Action.IMPORT_DELIVERY,
    "/partner": Action.SEE_OWN_SIGNALS,
    "/partner/signalen.csv": Action.SEE_OWN_SIGNALS,
    "/partner/kwaliteit": Action.SEE_OWN_SIGNALS,
    "/partner/kwaliteit.csv": Action.SEE_OWN_SIGNALS,
    "/partner/{batch}/ontvangen": Action.SEE_OWN_SIGNALS,
    "/terugkoppeling": Action.SEE_PARTNERS,
    "/terugkoppeling/{batch}": Action.SEE_PARTNERS,
    "/terugkoppeling/{batch}/ontvangen": Action.KEEP_PARTNERS,
    "/zaak/{case_id}/bedrag": Action.WORK_ON_CASE,
    "/bedragen": Action.SEE_PARTNERS,
    "/bedragen/{partner}": Action.SEE_PARTNERS,
    "/bedragen/{partner}/vragen.csv": Action.SEE_PARTNERS,
    "/bedragen/{partner}/antwoord": Action.IMPORT_DELIVERY,
    "/bedragen/{partner}/bestand": Action.IMPORT_DELIVERY,
    "/partner/bedragen": Action.SEE_OWN_SIGNALS,
    "/partner/bedragen/bestand": Action.SEE_OWN_SIGNALS,
    "/partner/bedragen.csv": Action.SEE_OWN_SIGNALS,
    **dict.fromkeys(OF_A_CASE, Action.SEE_CASE),
    "/zaak/{case_id}/inzageverzoek": Action.GIVE_OWN_DATA,
    "/zaak/{case_id}/inzageverzoek.json": Action.GIVE_OWN_DATA,
}


def test_every_route_states_its_rule(app: FastAPI) -> None:
    rules = {(method, route.path): _rules(route) for route in routes_of(app) for method in route.methods or ()}
    assert {way for way, found in rules.items() if found == {"public"}} == PUBLIC
    assert {way for way, found in rules.items() if found == {"notify_only"}} == OF_A_SYSTEM
    stated = {way: found - {"form"} for way, found in rules.items() if way not in PUBLIC | OF_A_SYSTEM}
    assert {path: {ACTIONS[path]} for _, path in stated} == {path: found for (_, path), found in stated.items()}


def test_every_form_is_checked(app: FastAPI) -> None:
    for route in routes_of(app):
        if route.path in {path for _, path in OF_A_SYSTEM}:
            continue
        calls = set(_calls(route.dependant))
        assert (checked_form in calls) == (route.methods != {"GET"}), route.path


@pytest.mark.parametrize("path", ["/docs", "/redoc", "/openapi.json"])
async def test_the_app_does_not_describe_itself(thea: Browser, path: str) -> None:
    assert (await thea.get(path)).status_code == 404


@pytest.mark.parametrize("path", sorted(ACTIONS))
async def test_a_stranger_is_asked_to_sign_in(town: Town, stranger: Browser, path: str) -> None:
    state = a_case_in_contact(town)
    where = filled(path, state.case_id)
    answer = await stranger.client.request("POST" if path in ONLY_SENT else "GET", where)
    if path in ONLY_SENT:
        assert answer.status_code == 403 and 'href="/aanmelden"' in answer.text
    elif path == ASKS_BY_ITSELF:
        assert answer.status_code == 403 and f'href="/aanmelden?naar={where}"' in answer.text
    else:
        back = "" if path == "/" else f"?naar={where}"
        assert (answer.status_code, answer.headers["location"]) == (303, f"/aanmelden{back}")


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/zoeken",
        "/terugbelverzoek",
        "/terugbelverzoeken",
        "/goedkeuren",
        "/beheer",
        "/inzage",
        "/inzage.csv",
        "/inzage/opvallend",
        "/inzage/zoekvragen",
        "/overzicht",
        "/overzicht/werk",
        "/overzicht/zaken",
        "/vastgelopen",
        "/bewaren",
        "/bewaren/lijsten",
        "/aanleveringen",
        "/aanleveringen/bestand",
        "/aanleveringen/mutaties",
        "/afwezig",
        "/werktijden",
        "/agenda",
        "/cijfers",
        "/cijfers.csv",
        "/toets",
        "/cijfers/partners",
        "/cijfers/partners.csv",
        "/samen-kijken",
        "/bellen",
        "/huisbezoek",
        "/huisbezoek/kaartjes",
        "/beleid",
        "/printrondes",
        "/terugkoppeling",
        "/bedragen",
        "/partners",
        "/partners/woonstee",
    ],
)
async def test_a_page_exists_only_for_whoever_may_see_it(town: Town, app: FastAPI, path: str, role: Role) -> None:
    async with _somebody(town, app, role, ZONNEDIJK) as somebody:
        await _signed_in_as(somebody, town, role)
        answer = await somebody.get(path)
    assert answer.status_code == (200 if role_may(role, ACTIONS[path.replace("woonstee", "{partner}")]) else 404)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("municipality", [ZONNEDIJK, WATERDORP])
async def test_a_case_exists_only_for_its_own_municipality(
    town: Town, app: FastAPI, role: Role, municipality: MunicipalityCode
) -> None:
    state = a_case_in_contact(town)
    # A referral party sees only what was given to it, which is tested below.
    seen = role in (Role.CASEWORKER, Role.SUPERVISOR) and municipality == ZONNEDIJK
    async with _somebody(town, app, role, municipality) as somebody:
        await _signed_in_as(somebody, town, role)
        page = await somebody.get(f"/zaak/{state.case_id}")
        pressed = await somebody.client.post(
            f"/zaak/{state.case_id}/opdracht", data={"token": await _token(somebody), "kind": "claim_case"}
        )
        followed = await somebody.get(f"/zaak/{state.case_id}/opdracht/unknown")
        who_looked = await somebody.get(f"/zaak/{state.case_id}/ingezien")
    assert who_looked.status_code == (200 if seen else 404)
    assert page.status_code == (200 if seen else 404)
    assert pressed.status_code == (422 if seen else 404)
    assert followed.status_code == 404
    assert town.desk.presses == []


async def test_a_referral_party_sees_what_was_given_to_it_and_nothing_else(town: Town, app: FastAPI) -> None:
    given, other = _referred_to(town, ReferralParty.YOUTH_WORKER), _referred_to(town, ReferralParty.VOLUNTEERS)
    town.youth_worker(YARA)
    async with Browser(app) as yara:
        await yara.sign_in(YARA)
        work = (await yara.get("/")).text
        assert (given.case_id in work, other.case_id in work) == (True, False)
        assert 'name="zaak"' not in work
        assert (await yara.get(f"/zaak/{given.case_id}")).status_code == 200
        assert (await yara.get(f"/zaak/{other.case_id}")).status_code == 404
        answered = await yara.press(f"/zaak/{given.case_id}", "answer_referral", accepted="ja")
        assert answered.headers["location"].endswith("?vastgelegd=answer_referral")


@pytest.mark.parametrize("wanted", ["/samen/not_picked_up", "/samen/assign", "/goedkeuren/batch-1"])
async def test_what_is_done_to_many_cases_is_done_to_none_of_elsewhere(town: Town, app: FastAPI, wanted: str) -> None:
    state = proposed(town)
    async with Browser(app) as ravi:
        await ravi.sign_in(RAVI)
        sent = {
            "token": await _token(ravi),
            "zaak": state.case_id,
            "batch_id": str(uuid.uuid4()),
            "press_id": str(uuid.uuid4()),
            "reason": "no_capacity",
            "agreed": "ja",
            "note": "Alles.",
        }
        await ravi.client.post(wanted, data=sent)
    assert (town.desk.presses, town.reload(state).sequence) == ([], state.sequence)


async def test_lists_hold_only_the_own_municipality(town: Town, app: FastAPI) -> None:
    a_case_to_check(town, surname="Onsveld")
    a_case_to_check(town, municipality=WATERDORP, surname="Anderhof")
    town.now = at("2027-04-12 12:00")
    async with Browser(app) as ravi:
        await ravi.sign_in(RAVI)
        work, deliveries = [(await ravi.get(path)).text for path in ("/", "/aanleveringen")]
    assert ("Anderhof" in work, "Onsveld" in work) == (True, False)
    assert deliveries.count("<tr>") == 2


async def test_a_delivery_and_a_certificate_of_elsewhere_do_not_exist(town: Town, app: FastAPI) -> None:
    a_case_in_contact(town)
    async with Browser(app) as noor, Browser(app) as ravi:
        await noor.sign_in(NOOR)
        await ravi.sign_in(RAVI)
        links = re.findall(r'href="/aanleveringen/([^"]+)"', (await noor.get("/aanleveringen")).text)
        [link] = [each for each in links if each not in ("bestand", "mutaties")]
        assert (await noor.get(f"/aanleveringen/{link}")).status_code == 200
        assert (await ravi.get(f"/aanleveringen/{link}")).status_code == 404


async def test_a_role_that_changes_counts_at_once(town: Town, thea: Browser) -> None:
    assert (await thea.get("/vastgelopen")).status_code == 200
    town.stores.registry.ensure(staff=[Member(THEA, "Thea Vos", Role.CASEWORKER, (ZONNEDIJK,))])
    assert (await thea.get("/vastgelopen")).status_code == 404


# --- forms and headers --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("token", [None, "", "guessed"])
async def test_a_form_without_the_sessions_secret_does_nothing(town: Town, noor: Browser, token: str | None) -> None:
    state = a_case_in_contact(town)
    form = await noor.form(f"/zaak/{state.case_id}", "claim_case")
    fields = {name: value for name, value in form.fields.items() if name != "token"}
    if token is not None:
        fields["token"] = token
    answer = await noor.send(Form(form.action, fields))
    assert answer.status_code == 403
    assert town.desk.presses == []


async def test_the_secret_of_another_session_does_not_do(town: Town, noor: Browser, thea: Browser) -> None:
    state = a_case_in_contact(town)
    form = await noor.form(f"/zaak/{state.case_id}", "claim_case")
    assert (await thea.send(form)).status_code == 403


@pytest.mark.parametrize(
    "path",
    ["/", "/aanmelden", "/afgemeld", "/gezond", "/bestaat-niet", "/static/signaalreis.css", "/thema/theme.css"],
)
async def test_every_answer_carries_the_security_headers(noor: Browser, path: str) -> None:
    answer = await noor.get(path)
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
    assert "unsafe" not in answer.headers["content-security-policy"]
    kept = "public, max-age=3600" if path.startswith(("/static/", "/thema/")) else "no-store"
    assert answer.headers["cache-control"] == kept


async def test_no_page_holds_script_or_style_of_its_own(town: Town, thea: Browser) -> None:
    state = a_case_in_contact(town)
    for path in ("/", f"/zaak/{state.case_id}", "/vastgelopen", "/bewaren", "/aanleveringen", "/beleid", "/afgemeld"):
        page = re.sub(r'<script src="/static/\w+\.js" defer></script>', "", (await thea.get(path)).text)
        assert "<script" not in page and "<style" not in page and " style=" not in page and " onclick" not in page
        # A text may name an address; nothing is fetched from, sent to or linked with one elsewhere.
        assert re.search(r"""=\s*["']?(https?:)?//|url\(""", page) is None


async def test_an_error_tells_nothing_about_anybody(
    town: Town, noor: Browser, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object) -> Iterator[None]:
        raise RuntimeError("Beemd, Zonnelaan 12")

    state = a_case_in_contact(town)
    monkeypatch.setattr(town.stores.cases, "journey", broken)
    answer = await noor.get(f"/zaak/{state.case_id}")
    assert answer.status_code == 500
    assert "Er ging iets mis" in answer.text and "Beemd" not in answer.text
    assert "Beemd" not in "".join(capfd.readouterr())


async def test_a_wrong_page_number_is_no_page(noor: Browser) -> None:
    for query in ("pagina=0", "pagina=x", "wie=iedereen"):
        assert (await noor.get(f"/?{query}")).status_code == 404


# --- small parts --------------------------------------------------------------------------------------------------


def routes_of(app: FastAPI) -> list[APIRoute]:
    """Every route of the pages."""
    found = list(_flat(app.routes))
    known = {path for _, path in PUBLIC | OF_A_SYSTEM} | set(ACTIONS)
    assert {route.path for route in found} == known, "a route that this walk does not know"
    return found


def _flat(routes: list[BaseRoute]) -> Iterator[APIRoute]:
    for route in routes:
        match route:
            case APIRoute():
                yield route
            # The routes of the API have rules of their own, and a test in test_partner_api.py.
            case Mount(path="/static" | "/thema" | "/api/v1" | "/api/medewerkers/v1"):
                pass
            case _:
                # FastAPI keeps an included router whole; any other kind of route fails here.
                yield from _flat(cast(Any, route).original_router.routes)


def _rules(route: APIRoute) -> set[object]:
    found: set[object] = set()
    for call in _calls(route.dependant):
        match call:
            case Allowed(action) | AllowedCase(action):
                found.add(action)
            case _ if call is public:
                found.add("public")
            case _ if call is notify_only:
                found.add("notify_only")
    return found


def _calls(dependant: Dependant) -> Iterator[object]:
    for each in dependant.dependencies:
        yield each.call
        yield from _calls(each)


def filled(path: str, case_id: CaseId) -> str:
    return path.format(
        case_id=case_id,
        command_id="c",
        certificate_id="c",
        delivery_id="d",
        deed="assign",
        key="batch-1",
        absence="a",
        batch="b",
        what="pauze",
        upload_id="u",
        partner="p",
        review_id="r",
        request_id="q",
        staff_id="s",
        list_id="l",
        item="i",
    )


def _somebody(town: Town, app: FastAPI, role: Role, municipality: MunicipalityCode) -> Browser:
    """A browser for a member of staff, whose role changes after signing in."""
    town.stores.registry.ensure(staff=[Member(SOMEBODY, "Iemand", Role.CASEWORKER, (municipality,))])
    return Browser(app)


async def _signed_in_as(browser: Browser, town: Town, role: Role) -> None:
    """Signs in as a caseworker, whose page has the token of forms, and has another role from then on."""
    await browser.sign_in(SOMEBODY)
    member = town.stores.registry.member(SOMEBODY)
    assert member is not None
    await _token(browser)
    town.stores.registry.ensure(staff=[Member(member.id, member.name, role, member.municipalities)])


def _referred_to(town: Town, party: ReferralParty) -> CaseState:
    state = a_case_in_conversation(town)
    made = ReferralMade(
        at=OPENED, by=NOOR, person_id=state.resident, referral_id=ReferralId(f"to-{party}"), party=party
    )
    return town.happens(state, made)


async def _token(browser: Browser) -> str:
    page: httpx.Response = await browser.get("/")
    if page.status_code == 200:
        browser.token = forms_of(page.text)[0].fields["token"]
    return browser.token
