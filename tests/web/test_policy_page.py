"""The page of the policy: whose it is, which version, and all of its words."""

import html
from html.parser import HTMLParser
from pathlib import Path

import pytest
from fastapi import FastAPI

from adapters.registry import Member
from models.codes import Role
from tests.builders import ZONNEDIJK, at
from tests.web.browser import Browser
from tests.web.policies import with_policies
from tests.web.town import NOOR, RAVI, WATERDORP, Town
from web.app import create_app
from web.policy_words import sections, sentences


@pytest.fixture
def app(town: Town, tmp_path: Path) -> FastAPI:
    """The app of a town where two municipalities have a policy."""
    return create_app(with_policies(town, tmp_path / "policies").services)


async def test_every_sentence_of_the_policy_in_force_is_on_the_page(town: Town, noor: Browser) -> None:
    page = _words((await noor.get("/beleid")).text)
    policy = town.stores.policies.policy(ZONNEDIJK)
    told = list(sentences(sections(policy)))
    assert [one for one in told if one.text not in page or one.source not in page] == []


async def test_every_text_of_a_message_can_be_read(town: Town, noor: Browser) -> None:
    page = (await noor.get("/beleid")).text
    texts = town.stores.policies.texts(ZONNEDIJK).texts
    assert page.count("<blockquote lang=") == len(texts)
    assert "E-mail: eerste e-mail (Nederlands)" in page and "Telefoon: wat u inspreekt (Engels)" in page
    assert "Beste [naam]," in page and "Dear [name]," in page
    assert "$" not in page


async def test_the_version_in_force_is_shown_and_the_one_to_come_can_be_chosen(town: Town, noor: Browser) -> None:
    now, coming = (await noor.get("/beleid")).text, (await noor.get("/beleid?gemeente=9901&versie=2027-07-01")).text
    assert "2025-1 Zonnedijk <span" in now and "(geldt nu)" in now and "(gaat in op 1 juli 2027)" in now
    assert "telt vanaf € 75,00" in now and "Wat er verandert" not in now
    assert "Na versie 2025-1 Zonnedijk is dit anders" in coming
    assert coming.count("Een signaal van Huur telt vanaf € 100,00.") == 2
    town.now = at("2027-07-01 00:00")
    later = (await noor.get("/beleid")).text
    assert "(gold tot 1 juli 2027)" in later and "Deze versie heet 2027-2." in later


@pytest.mark.parametrize("role", [Role.CASEWORKER, Role.SUPERVISOR, Role.POLICY_OFFICER])
async def test_nobody_sees_the_policy_of_another_municipality(town: Town, app: FastAPI, role: Role) -> None:
    async with Browser(app) as ravi:
        await ravi.sign_in(RAVI)
        town.stores.registry.ensure(staff=[Member(RAVI, "Ravi Blom", role, (WATERDORP,))])
        own = (await ravi.get("/beleid")).text
        assert "Beleid van Waterdorp" in own and "Zonnedijk" not in own
        assert (await ravi.get("/beleid?gemeente=9902")).status_code == 200
        for elsewhere in ("gemeente=9901", "gemeente=9901&versie=2027-07-01", "gemeente=1234", "versie=2027-07-01"):
            assert (await ravi.get(f"/beleid?{elsewhere}")).status_code == 404, elsewhere


@pytest.mark.parametrize("query", ["versie=2026-01-01", "versie=nieuw", "gemeente=99012", "gemeente="])
async def test_what_is_not_there_is_no_page(noor: Browser, query: str) -> None:
    assert (await noor.get(f"/beleid?{query}")).status_code == 404


async def test_who_works_for_two_municipalities_chooses_between_them(town: Town, noor: Browser) -> None:
    assert 'aria-label="Gemeente"' not in (await noor.get("/beleid")).text
    town.stores.registry.ensure(staff=[Member(NOOR, "Noor de Wit", Role.CASEWORKER, (ZONNEDIJK, WATERDORP))])
    page = (await noor.get("/beleid?gemeente=9902")).text
    assert 'aria-label="Gemeente"' in page and "Beleid van Waterdorp" in page
    assert '<a href="/beleid?gemeente=9901">Zonnedijk' in page


async def test_a_municipality_without_a_policy_says_so(town: Town, app: FastAPI, tmp_path: Path) -> None:
    town.stores.registry.ensure(staff=[Member(RAVI, "Ravi Blom", Role.CASEWORKER, ())])
    async with Browser(app) as ravi:
        await ravi.sign_in(RAVI)
        assert "Er is geen beleid van uw gemeente." in (await ravi.get("/beleid")).text


async def test_a_referral_party_does_not_see_the_policy(town: Town, app: FastAPI) -> None:
    town.youth_worker(NOOR)
    async with Browser(app) as yara:
        await yara.sign_in(NOOR)
        assert (await yara.get("/beleid")).status_code == 404
        assert 'href="/beleid"' not in (await yara.get("/")).text


async def test_every_link_within_the_page_leads_somewhere(noor: Browser) -> None:
    page = _Anchors((await noor.get("/beleid?gemeente=9901&versie=2027-07-01")).text)
    assert set(page.wanted) - set(page.there) == set()
    assert len(page.there) == len(set(page.there))
    assert {"verschil", "afweging", "route-standard", "plan-standard", "bewaren"} <= set(page.there)


def _words(page: str) -> str:
    """The text of a page, without its tags."""
    return " ".join(html.unescape(_Text(page).text).split())


class _Text(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.text = ""
        self.feed(page)

    def handle_data(self, data: str) -> None:
        self.text += f"{data} "


class _Anchors(HTMLParser):
    """The links that stay within a page, and where they can lead."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.wanted, self.there = list[str](), list[str]()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if given.get("href", "").startswith("#"):
            self.wanted.append(given["href"][1:])
        if "id" in given:
            self.there.append(given["id"])
