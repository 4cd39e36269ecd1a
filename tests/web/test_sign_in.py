"""Signing in and out, all the way: the web app, a provider over HTTP, and a browser that goes from one to the other."""

import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import timedelta
from html import unescape
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from fastapi import FastAPI
from sqlmodel import select

from adapters.command_desk import Answer
from adapters.partner_keys import PartnerKeys
from adapters.registry import Member
from models.codes import Role
from models.ids import StaffId
from models.tables import SignInRow, WebSessionRow
from simulation.staff import COLLEAGUES
from tests.builders import ZONNEDIJK
from tests.provider import ADDRESS, ListeningProvider, listening_provider
from tests.web.browser import Browser, Form, forms_of
from tests.web.town import NOOR, OPENED, THEA, Town, a_case_in_contact, nobodys_provider
from web.pages.sign_in import own_page

SAMIRA, HANNA = StaffId("samira"), StaffId("hanna")
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture(scope="module")
def listening() -> Iterator[ListeningProvider]:
    with listening_provider() as provider:
        yield provider


@pytest.fixture
def provider(listening: ListeningProvider, town: Town, built: FastAPI) -> ListeningProvider:
    """Where this test's town signs in."""
    listening.forget()
    listening.at = OPENED
    town.provider = listening.web_app()
    built.state.services = town.services
    return listening


class Person(Browser):
    """A browser with somebody before it, who goes along to the provider and back."""

    def __init__(self, app: FastAPI, *, address: str = ADDRESS, comes_from: str = "127.0.0.1") -> None:
        super().__init__(app, stays=False)
        transport = httpx.ASGITransport(app=app, client=(comes_from, 50_000))
        self.client = httpx.AsyncClient(transport=transport, base_url=address)
        self.outside = httpx.Client(trust_env=False)

    async def __aexit__(self, *ended: Any) -> None:
        await super().__aexit__(*ended)
        self.outside.close()

    async def go_to_provider(self, path: str = "/aanmelden") -> str:
        """Where the browser is sent."""
        answer = await self.get(path)
        assert answer.status_code == 303, answer.text
        return answer.headers["location"]

    def choose(self, url: str, who: str) -> str:
        """Says at the provider who it is; the answer is where the browser is sent from there."""
        answer = self.outside.get(url)
        if answer.status_code == 200:
            [form] = forms_of(answer.text)
            where = urlsplit(url)
            answer = self.outside.post(
                f"{where.scheme}://{where.netloc}{form.action}", data=form.fields | {"staff": who}
            )
        assert answer.status_code == 303, answer.text
        return answer.headers["location"]

    async def come_back(self, url: str) -> httpx.Response:
        assert url.startswith(ADDRESS)
        return await self.get(url.removeprefix(ADDRESS))

    async def sign_in_for_real(self, who: str, path: str = "/aanmelden") -> httpx.Response:
        return await self.come_back(self.choose(await self.go_to_provider(path), who))

    async def sign_out(self) -> httpx.Response:
        page = (await self.get("/")).text
        return await self.send(next(form for form in forms_of(page) if form.action == "/afmelden"))


@pytest.fixture
async def somebody(app: FastAPI, provider: ListeningProvider) -> AsyncIterator[Person]:
    async with Person(app) as person:
        yield person


def sessions(town: Town) -> list[str]:
    with town.stores.database.read() as session:
        return sorted(row.staff for row in session.exec(select(WebSessionRow)))


# --- the way in ---------------------------------------------------------------------------------------------------


async def test_who_chooses_samira_is_samira(town: Town, somebody: Person) -> None:
    assert (await somebody.get("/")).headers["location"] == "/aanmelden"
    answer = await somebody.sign_in_for_real(SAMIRA)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert "Samira de Wit" in (await somebody.get("/")).text
    assert sessions(town) == [SAMIRA]


@pytest.mark.parametrize("who", [one.member.id for one in COLLEAGUES])
async def test_everybody_of_the_demonstration_is_who_the_lists_say(town: Town, somebody: Person, who: StaffId) -> None:
    await somebody.sign_in_for_real(who)
    [expected] = [one.member for one in COLLEAGUES if one.member.id == who]
    assert town.stores.registry.member(who) == expected


async def test_signing_in_brings_back_to_the_page_that_was_asked(town: Town, somebody: Person) -> None:
    page = f"/zaak/{a_case_in_contact(town).case_id}"
    asked = (await somebody.get(page)).headers["location"]
    assert (await somebody.sign_in_for_real(SAMIRA, asked)).headers["location"] == page


async def test_a_partner_comes_to_its_own_page(town: Town, somebody: Person) -> None:
    assert (await somebody.sign_in_for_real("wieke")).headers["location"] == "/partner"


@pytest.mark.parametrize(
    "path",
    ["//elders.example", "https://elders.example", "/\\elders.example", "/%2felders", "/zaak/A B", "/a\r\nb", "zaak"],
)
async def test_nobody_is_sent_elsewhere_afterwards(somebody: Person, path: str) -> None:
    assert own_page(path) == ""
    answer = await somebody.sign_in_for_real(SAMIRA, str(httpx.URL("/aanmelden", params={"naar": path})))
    assert answer.headers["location"] == "/"


@pytest.mark.parametrize("path", ["/aanmelden", "/aanmelden/terug", "/afmelden", "/afgemeld"])
async def test_nobody_is_brought_back_to_signing_in_or_out(somebody: Person, path: str) -> None:
    assert own_page(path) == ""
    answer = await somebody.sign_in_for_real(SAMIRA, f"/aanmelden?naar={path}")
    assert answer.headers["location"] == "/"


async def test_what_the_provider_says_today_counts(town: Town, somebody: Person) -> None:
    town.stores.registry.ensure(staff=[Member(SAMIRA, "Samira Smit", Role.SUPERVISOR, (ZONNEDIJK,))])
    await somebody.sign_in_for_real(SAMIRA)
    assert town.stores.registry.member(SAMIRA) == COLLEAGUES[0].member
    town.stores.registry.ensure(staff=[Member(SAMIRA, "Samira de Wit", Role.ADMINISTRATOR, (ZONNEDIJK,))])
    assert (await somebody.get("/")).status_code == 404


async def test_several_windows_sign_in_at_once(town: Town, somebody: Person) -> None:
    page = f"/zaak/{a_case_in_contact(town).case_id}"
    first = await somebody.go_to_provider()
    second = await somebody.go_to_provider(f"/aanmelden?naar={page}")
    answers = [await somebody.come_back(somebody.choose(url, SAMIRA)) for url in (first, second)]
    assert [answer.headers["location"] for answer in answers] == ["/", page]
    assert sessions(town) == [SAMIRA]


async def test_ten_windows_that_open_at_the_same_moment_all_get_in(town: Town, app: FastAPI, somebody: Person) -> None:
    urls = []
    for _ in range(10):
        # Each asks before the browser has a cookie of any of the others.
        async with Person(app) as window:
            urls.append(await window.go_to_provider())
            somebody.client.cookies.update(window.client.cookies)
    answers = [await somebody.come_back(somebody.choose(url, SAMIRA)) for url in urls]
    assert [answer.status_code for answer in answers] == [303] * 10
    assert sorted(somebody.client.cookies) == ["signaalreis", "signaalreis-browser"]
    assert sessions(town) == [SAMIRA]


async def test_a_browser_keeps_no_more_than_twenty_that_were_begun(somebody: Person) -> None:
    urls = [await somebody.go_to_provider() for _ in range(25)]
    assert len(somebody.client.cookies) == 20
    assert (await somebody.come_back(somebody.choose(urls[0], SAMIRA))).status_code == 400
    for url in (urls[5], urls[-1]):
        assert (await somebody.come_back(somebody.choose(url, SAMIRA))).status_code == 303


async def test_who_is_known_at_the_provider_is_not_asked_again(somebody: Person) -> None:
    await somebody.sign_in_for_real(SAMIRA)
    somebody.client.cookies.clear()
    answer = somebody.outside.get(await somebody.go_to_provider())
    assert answer.status_code == 303
    assert somebody.outside.get(await somebody.go_to_provider("/aanmelden?opnieuw=1")).status_code == 200


# --- who tries to get in ------------------------------------------------------------------------------------------


async def test_a_session_that_somebody_planted_is_not_the_one_that_begins(town: Town, somebody: Person) -> None:
    somebody.client.cookies.set("signaalreis", "geplant", domain="127.0.0.1")
    await somebody.sign_in_for_real(SAMIRA)
    assert somebody.session not in ("", "geplant")
    assert town.stores.sessions.whose("geplant", at=town.now) is None


async def test_signing_in_anew_ends_the_session_of_before(town: Town, somebody: Person) -> None:
    await somebody.sign_in_for_real(SAMIRA)
    before = somebody.session
    await somebody.sign_in_for_real(HANNA, "/aanmelden?opnieuw=1")
    assert (somebody.session == before, town.stores.sessions.whose(before, at=town.now)) == (False, None)
    assert sessions(town) == [HANNA]


async def test_an_answer_counts_once(town: Town, app: FastAPI, somebody: Person) -> None:
    url = somebody.choose(await somebody.go_to_provider(), SAMIRA)
    cookies = dict(somebody.client.cookies)
    await somebody.come_back(url)
    async with Person(app) as thief:
        thief.client.cookies.update(cookies)
        answer = await thief.come_back(url)
    assert (answer.status_code, "set-cookie" in answer.headers) == (400, False)
    # In the browser itself it is somebody who went back a page.
    before = somebody.session
    again = await somebody.come_back(url)
    assert (again.status_code, again.headers["location"], somebody.session) == (303, "/", before)
    assert sessions(town) == [SAMIRA]


async def test_an_answer_counts_in_the_browser_that_asked(town: Town, app: FastAPI, somebody: Person) -> None:
    url = somebody.choose(await somebody.go_to_provider(), SAMIRA)
    async with Person(app) as victim:
        await victim.go_to_provider()
        answer = await victim.come_back(url)
    assert (answer.status_code, sessions(town)) == (400, [])
    assert "Aanmelden is niet gelukt" in answer.text and 'href="/aanmelden"' in answer.text
    # Nothing was lost for who asked.
    assert (await somebody.come_back(url)).status_code == 303


@pytest.mark.parametrize("query", ["", "?state=&code=x", "?state=geraden&code=x", "?code=x"])
async def test_an_answer_to_nothing_is_none(town: Town, somebody: Person, query: str) -> None:
    assert (await somebody.get(f"/aanmelden/terug{query}")).status_code == 400
    await somebody.go_to_provider()
    assert (await somebody.get(f"/aanmelden/terug{query}")).status_code == 400
    assert sessions(town) == []


async def test_an_answer_may_come_late_but_not_too_late(
    town: Town, provider: ListeningProvider, somebody: Person
) -> None:
    statuses = []
    for minutes in (16, 15):
        url = await somebody.go_to_provider()
        town.now = provider.at = town.now + minutes * MINUTE
        statuses.append((await somebody.come_back(somebody.choose(url, SAMIRA))).status_code)
    assert statuses == [400, 303]
    # What was never answered is not kept.
    await somebody.go_to_provider()
    with town.stores.database.read() as session:
        assert len(list(session.exec(select(SignInRow)))) == 1


@pytest.mark.parametrize(
    "spoilt",
    [
        {"nonce": "een andere"},
        {"aud": "iets-anders"},
        {"iss": "https://elders.example"},
        {"exp": int((OPENED - HOUR).timestamp())},
    ],
    ids=lambda spoilt: next(iter(spoilt)),
)
async def test_a_token_that_is_not_for_us_now_lets_nobody_in(
    town: Town, provider: ListeningProvider, somebody: Person, spoilt: dict[str, Any]
) -> None:
    provider.spoilt = spoilt
    answer = await somebody.sign_in_for_real(SAMIRA)
    assert (answer.status_code, somebody.session, sessions(town)) == (400, "", [])


async def test_who_breaks_off_at_the_provider_can_begin_again(somebody: Person) -> None:
    url = httpx.URL(await somebody.go_to_provider())
    answer = await somebody.get(f"/aanmelden/terug?error=access_denied&state={url.params['state']}")
    assert answer.status_code == 400 and "Probeer het nog eens" in answer.text
    assert (await somebody.sign_in_for_real(SAMIRA)).status_code == 303


@pytest.mark.parametrize(
    ("spoilt", "told", "code"),
    [
        ({"roles": ["iets anders"]}, "geen rol voor Signaalreis", "sign_in.no-role"),
        ({"municipalities": ["0363"]}, "voor welke gemeente", "sign_in.no-municipality"),
        ({"sub": "samira@zonnedijk.example"}, "niet door wie u bent", "sign_in.no-staff-id"),
    ],
)
async def test_who_has_nothing_here_is_told_so(
    town: Town,
    provider: ListeningProvider,
    somebody: Person,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    spoilt: dict[str, Any],
    told: str,
    code: str,
) -> None:
    provider.spoilt = spoilt
    answer = await somebody.sign_in_for_real(SAMIRA)
    assert answer.status_code == 403 and told in answer.text and 'href="/aanmelden?opnieuw=1"' in answer.text
    assert sessions(town) == []
    said = [getattr(record, "signaalreis_fields", {}) for record in caplog.records]
    assert [fields["code"] for fields in said if fields.get("event") == "sign_in.no_access"] == [code]
    written = "".join(capfd.readouterr()) + repr(said)
    assert not any(word in written.lower() for word in ("samira", "iets anders", "0363"))


async def test_who_lost_their_role_is_signed_out_everywhere(
    town: Town, app: FastAPI, provider: ListeningProvider, somebody: Person
) -> None:
    await somebody.sign_in_for_real(SAMIRA)
    provider.spoilt = {"roles": []}
    async with Person(app) as elsewhere:
        assert (await elsewhere.sign_in_for_real(SAMIRA)).status_code == 403
    assert (await somebody.get("/")).status_code == 303
    assert sessions(town) == []


async def test_who_lost_their_role_may_do_nothing_until_they_sign_in_well_again(
    town: Town, app: FastAPI, provider: ListeningProvider, somebody: Person
) -> None:
    await somebody.sign_in_for_real("wieke")
    before = town.stores.registry.member(StaffId("wieke"))
    keys = PartnerKeys(town.stores.database)
    _, key = keys.make(StaffId("wieke"), by=THEA, at=town.now, last_day=town.now.date() + timedelta(days=30))
    api, shown = "/api/v1/gemeenten/9901/signalen?maand=2027-04", {"Authorization": f"Bearer {key}"}
    said: list[dict[str, Any]] = [{}, {"roles": []}, {}]
    statuses = []
    for spoilt in said:
        provider.spoilt = spoilt
        somebody.client.cookies.clear()
        await somebody.sign_in_for_real("wieke")
        statuses.append((await somebody.client.get(api, headers=shown)).status_code)
        if spoilt:
            assert before is not None
            assert town.stores.registry.member(before.id) == replace(before, municipalities=())
    assert statuses == [200, 404, 200]
    assert town.stores.registry.member(StaffId("wieke")) == before


async def test_who_never_worked_here_is_not_put_on_the_list(
    town: Town, provider: ListeningProvider, somebody: Person
) -> None:
    provider.spoilt = {"sub": "onbekende", "roles": []}
    assert (await somebody.sign_in_for_real(SAMIRA)).status_code == 403
    assert town.stores.registry.member(StaffId("onbekende")) is None


async def test_a_provider_that_is_down_is_told_calmly(town: Town, app: FastAPI, somebody: Person) -> None:
    url = somebody.choose(await somebody.go_to_provider(), SAMIRA)
    town.provider = nobodys_provider(town.settings)
    app.state.services = town.services
    for answer in (await somebody.get("/aanmelden"), await somebody.come_back(url)):
        assert answer.status_code == 503
        assert "Aanmelden lukt nu niet" in answer.text and "Traceback" not in answer.text


async def test_nobody_tries_on_for_ever(town: Town, app: FastAPI, somebody: Person) -> None:
    services = town.services
    app.state.services = replace(services, now=lambda: town.now)
    begun = [await somebody.go_to_provider() for _ in range(60)][-1]
    refused = await somebody.get("/aanmelden")
    assert refused.status_code == 429
    assert refused.headers["retry-after"] == "60" and "Even geduld" in refused.text
    # Who had begun can finish.
    assert (await somebody.come_back(somebody.choose(begun, SAMIRA))).status_code == 303
    async with Person(app, comes_from="10.0.0.7") as neighbour:
        assert (await neighbour.get("/aanmelden")).status_code == 303
    town.now += MINUTE
    assert (await somebody.get("/aanmelden")).status_code == 303


@pytest.mark.parametrize("wanted", ["image", "script", "iframe", "empty"])
async def test_a_page_of_somebody_else_uses_up_nobodys_turn(
    town: Town, app: FastAPI, somebody: Person, wanted: str
) -> None:
    services = town.services
    app.state.services = replace(services, now=lambda: town.now)
    for _ in range(61):
        begun = await somebody.client.get("/aanmelden", headers={"Sec-Fetch-Dest": wanted})
        assert (begun.status_code, "set-cookie" in begun.headers) == (400, False)
        assert (await somebody.get("/aanmelden/terug?state=x")).status_code == 400
    answer = await somebody.client.get("/aanmelden", headers={"Sec-Fetch-Dest": "document"})
    assert answer.status_code == 303


# --- the way out --------------------------------------------------------------------------------------------------


async def test_signing_out_ends_the_session_here_and_at_the_provider(
    town: Town, app: FastAPI, provider: ListeningProvider, somebody: Person
) -> None:
    await somebody.sign_in_for_real(SAMIRA)
    stolen = dict(somebody.client.cookies)
    page = await somebody.sign_out()
    assert page.status_code == 200 and "U bent afgemeld" in page.text
    [onward] = re.findall(r'http-equiv="refresh" content="0; url=([^"]+)"', page.text)
    assert httpx.URL(unescape(onward)).params["id_token_hint"].count(".") == 2
    assert (dict(somebody.client.cookies), sessions(town)) == ({}, [])
    back = somebody.outside.get(unescape(onward))
    assert back.headers["location"] == f"{ADDRESS}/afgemeld"
    page = await somebody.get("/afgemeld")
    assert '<a href="/aanmelden?opnieuw=1">Opnieuw aanmelden</a>' in page.text
    # The provider asks again who it is, and what was stolen before opens nothing.
    assert somebody.outside.get(await somebody.go_to_provider()).status_code == 200
    async with Person(app) as thief:
        thief.client.cookies.update(stolen)
        assert (await thief.get("/")).headers["location"] == "/aanmelden"


async def test_signing_out_works_without_a_page_of_the_provider(
    provider: ListeningProvider, town: Town, app: FastAPI, somebody: Person
) -> None:
    provider.said_of_itself = {"end_session_endpoint": None}
    await somebody.sign_in_for_real(SAMIRA)
    assert (await somebody.sign_out()).headers["location"] == "/afgemeld"
    provider.said_of_itself = {}
    await somebody.sign_in_for_real(SAMIRA)
    town.provider = nobodys_provider(town.settings)
    app.state.services = town.services
    assert (await somebody.sign_out()).headers["location"] == "/afgemeld"
    assert sessions(town) == []


async def test_who_signs_out_after_an_hour_is_signed_out_at_the_provider_too(town: Town, somebody: Person) -> None:
    await somebody.sign_in_for_real(SAMIRA)
    page = (await somebody.get("/")).text
    town.now += 2 * HOUR
    answer = await somebody.send(next(form for form in forms_of(page) if form.action == "/afmelden"))
    assert answer.status_code == 200 and "id_token_hint" in answer.text
    assert sessions(town) == []


async def test_nobody_signs_somebody_else_out(town: Town, noor: Browser) -> None:
    assert (await noor.client.post("/afmelden", data={"token": "geraden"})).status_code == 403
    assert (await noor.client.post("/afmelden")).status_code == 403
    assert sessions(town) == [NOOR]


async def test_two_browsers_are_two_sessions(town: Town, app: FastAPI, somebody: Person) -> None:
    await somebody.sign_in_for_real(SAMIRA)
    async with Person(app) as elsewhere:
        await elsewhere.sign_in_for_real(SAMIRA)
        assert somebody.session != elsewhere.session
        await somebody.sign_out()
        assert ((await somebody.get("/")).status_code, (await elsewhere.get("/")).status_code) == (303, 200)


# --- cookies and limits -------------------------------------------------------------------------------------------


async def test_cookies_are_for_this_host_over_https_and_no_script(
    town: Town, provider: ListeningProvider, app: FastAPI
) -> None:
    provider.said_of_itself = {"signaalreis_demonstration": None}
    town.settings = replace(town.settings, demo=False)
    town.provider = provider.web_app(demo=False)
    app.state.services = town.services
    async with Person(app, address=ADDRESS.replace("http:", "https:")) as person:
        begun = await person.get("/aanmelden")
        done = await person.come_back(person.choose(begun.headers["location"], SAMIRA))
        assert (await person.get("/")).status_code == 200
        out = await person.sign_out()
    cookies = [cookie for answer in (begun, done, out) for cookie in answer.headers.get_list("set-cookie")]
    names = [cookie.partition("=")[0] for cookie in cookies]
    own = names[0].removeprefix("__Host-signaalreis-begin-")
    assert re.fullmatch(r"[0-9a-f]{16}", own)
    rests = (f"-begin-{own}", "", "-browser", f"-begin-{own}", "", "-browser")
    assert names == [f"__Host-signaalreis{rest}" for rest in rests]
    assert "max-age=900" in cookies[0].lower() and "max-age=0" in cookies[3].lower()
    for cookie in cookies:
        kept = {part.strip().lower() for part in cookie.split(";")[1:]}
        assert {"httponly", "secure", "samesite=lax", "path=/"} <= kept
        assert not any(part.startswith("domain") for part in kept)
    assert "samira" not in "".join(cookies).lower()


async def test_the_demonstrations_cookies_need_no_https(somebody: Person) -> None:
    cookies = (await somebody.sign_in_for_real(SAMIRA)).headers.get_list("set-cookie")
    assert [cookie.partition("=")[0] for cookie in cookies][:2] == ["signaalreis", "signaalreis-browser"]
    assert "httponly" in cookies[0].lower() and "samesite=lax" in cookies[0].lower()


@pytest.mark.parametrize("cookie", ["", "geraden", "eyJzdGFmZiI6ICJ0aGVhIn0="])
async def test_a_guessed_cookie_opens_nothing(town: Town, noor: Browser, cookie: str) -> None:
    noor.client.cookies.set("signaalreis", cookie, domain="127.0.0.1")
    assert (await noor.get("/")).status_code == 303


async def test_a_session_ends_when_nobody_was_seen_for_an_hour(town: Town, app: FastAPI) -> None:
    async with Browser(app, stays=False) as noor:
        await noor.sign_in(NOOR)
        statuses = []
        for minutes in (59, 118, 178):
            town.now = OPENED + minutes * MINUTE
            statuses.append((await noor.get("/")).status_code)
    assert statuses == [200, 200, 303]


async def test_a_page_that_asks_by_itself_keeps_nobody_signed_in(town: Town, app: FastAPI) -> None:
    state = a_case_in_contact(town)
    town.desk.answers = [Answer.SENDING] * 20
    async with Browser(app, stays=False) as noor:
        await noor.sign_in(NOOR)
        following = (await noor.press(f"/zaak/{state.case_id}", "claim_case")).headers["location"]
        statuses = []
        for minutes in (20, 40, 59, 61):
            town.now = OPENED + minutes * MINUTE
            answer = await noor.get(following)
            statuses.append(answer.status_code)
    assert "/opdracht/" in following
    assert statuses == [200, 200, 200, 403]
    # Nor does it sign in whom the provider still knows: that is for a person's hand, and the page asks no more.
    assert "U bent niet aangemeld" in answer.text and "refresh" not in answer.text
    assert f'href="/aanmelden?naar={following}"' in answer.text


async def test_a_call_that_stands_open_keeps_nobody_signed_in(town: Town, app: FastAPI) -> None:
    state = a_case_in_contact(town)
    async with Browser(app, stays=False) as noor:
        await noor.sign_in(NOOR)
        token, statuses = noor.secret, []
        for minutes in (20, 59, 61):
            town.now = OPENED + minutes * MINUTE
            answer = await noor.client.post(f"/bellen/{state.case_id}/bezig", data={"token": token})
            statuses.append(answer.status_code == 403)
    assert statuses == [False, False, True]


async def test_a_session_ends_after_twelve_hours_of_work(town: Town, app: FastAPI) -> None:
    async with Browser(app, stays=False) as noor:
        await noor.sign_in(NOOR)
        statuses = []
        for half_hours in range(1, 25):
            town.now = OPENED + half_hours * HOUR / 2
            statuses.append((await noor.get("/afwezig")).status_code)
    assert statuses == [200] * 23 + [303]


# --- a form that comes too late -----------------------------------------------------------------------------------


async def test_what_was_typed_before_the_session_ended_can_still_be_sent(town: Town, app: FastAPI) -> None:
    state = a_case_in_contact(town)
    async with Browser(app, stays=False) as noor:
        await noor.sign_in(NOOR)
        form = await _a_form(noor, state.case_id)
        town.now += 2 * HOUR
        kept = await noor.send(form, note="Drie regels\nover <b>iemand</b>\n& meer")
        assert (kept.status_code, town.desk.presses) == (403, [])
        assert "het is niet weg" in kept.text
        [again] = forms_of(kept.text)
        assert again.action == form.action
        assert again.fields == form.fields | {"note": "Drie regels\nover <b>iemand</b>\n& meer"}
        # In another window of the same browser, as the same person.
        _signs_in_again(noor, NOOR)
        assert (await noor.send(again)).headers["location"].endswith("?vastgelegd=claim_case")
    assert len(town.desk.presses) == 1


async def test_what_was_typed_is_for_nobody_else(town: Town, app: FastAPI) -> None:
    state = a_case_in_contact(town)
    async with Browser(app, stays=False) as noor:
        await noor.sign_in(NOOR)
        form = await _a_form(noor, state.case_id)
        town.now += 2 * HOUR
        # Whoever sends a form from elsewhere does not get its words on our page.
        strange = await noor.send(Form(form.action, form.fields | {"token": "geraden", "note": "Bel 0900-OPLICHTER"}))
        assert strange.status_code == 403 and "OPLICHTER" not in strange.text
        [again] = forms_of((await noor.send(form, note="Van Noor")).text)
        _signs_in_again(noor, THEA)
        assert (await noor.send(again)).status_code == 403
    assert town.desk.presses == []


async def test_a_file_is_to_be_chosen_again(town: Town, app: FastAPI) -> None:
    async with Browser(app, stays=False) as noor:
        await noor.sign_in(NOOR)
        forms = forms_of((await noor.get("/aanleveringen/bestand")).text)
        [form] = [form for form in forms if form.action.startswith("/aanleveringen")]
        town.now += 2 * HOUR
        answer = await noor.client.post(form.action, data=form.fields, files={"file": ("a.csv", b"a;b")})
    assert answer.status_code == 403 and "kies het bestand opnieuw" in answer.text


async def _a_form(browser: Browser, case_id: str) -> Form:
    return await browser.form(f"/zaak/{case_id}", "claim_case")


def _signs_in_again(browser: Browser, staff: StaffId) -> None:
    """In the same browser, which is the browser that it was."""
    services = browser.services
    session = services.sessions.begin(staff, at=services.now(), instead_of=browser.session)
    browser.client.cookies.set("signaalreis", session, domain="127.0.0.1")
