"""Walks over the pages in English: no Dutch word is left on them but in what is marked as Dutch."""

import re
from collections.abc import Iterable
from datetime import timedelta
from html.parser import HTMLParser

import pytest
from fastapi import FastAPI

from models.codes import Role
from models.ids import StaffId
from tests.web.browser import Browser, forms_of
from tests.web.pages_of_roles import OF_CASES, PAGES, busy, more_of, somebody_of
from tests.web.situations import TAKEN_IN, quick_fix, settled
from tests.web.test_other_pages import given_certificate
from tests.web.test_reviews import IN_MAY, drawing, the_review
from tests.web.test_write_to_many import mailed
from tests.web.town import THEA, Town, a_case_in_contact, closed_case
from web.rendering import STATIC
from web.template_texts import READ_ATTRIBUTES

_WORDS = """
aan al alle alleen als bedrag bij daarna dat de deze dit een eerste er gaat geen geldt gemeente heeft het hij hoort
ingevuld inwoner inwoners kan kies komt maak mag met moet naar niemand niet nog nu ook partij sinds signaal signalen
staan staat tot u uit uw van vanaf verwijderd voor waarom wanneer wat wel werkdag werkdagen wie wij worden wordt zaak
zaken zelf zich zij zijn
"""
DUTCH = re.compile(rf"\b({'|'.join(_WORDS.split())})\b", re.IGNORECASE)
"""Words that no English sentence has."""
NAMES = re.compile(r"\b([Vv]an den|[Vv]an der|[Vv]an|[Dd]e|[Hh]et|Gemeente) (?=[A-Z])")
"""What stands before a surname, or the name of a municipality."""
UNFILLED = re.compile(r"%\(|[{}]")
_WITHOUT_END = {"area", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}


@pytest.mark.parametrize("role", PAGES, ids=str)
async def test_every_page_of_a_role_is_in_english(town: Town, app: FastAPI, role: Role) -> None:
    cases, more = busy(town), more_of(town, role)
    if role is Role.SUPERVISOR:
        given_certificate(town, closed_case(town))
        cases += ["/bewaren?tot=2027-12-31", "/bewaren/verklaring-1"]
    async with Browser(app) as browser:
        await _reads_english(browser, somebody_of(town, role))
        assert await _left(browser, (*PAGES[role], *more, *(cases if role in OF_CASES else ()))) == {}


@pytest.mark.parametrize("kind", TAKEN_IN)
async def test_a_case_is_in_english_wherever_it_stands(town: Town, app: FastAPI, kind: str) -> None:
    state = TAKEN_IN[kind](town)
    async with Browser(app) as browser:
        await _reads_english(browser, THEA)
        assert await _left(browser, [f"/zaak/{state.case_id}"]) == {}


async def test_an_outcome_is_judged_in_english(town: Town, app: FastAPI) -> None:
    quick_fix(town)
    settled(town)
    reviewer = somebody_of(town, Role.CASEWORKER)
    town.now = IN_MAY
    async with Browser(app) as browser:
        await _reads_english(browser, THEA)
        draw = drawing((await browser.get("/toets")).text)
        assert draw is not None
        await browser.send(draw)
        assert await _left(browser, ["/toets"]) == {}
        await _reads_english(browser, reviewer)
        assert await _left(browser, ["/toets", f"/toets/{the_review(town).id}"]) == {}


async def test_what_was_found_and_what_goes_together_is_in_english(town: Town, app: FastAPI) -> None:
    mailed(town)
    async with Browser(app) as browser:
        await _reads_english(browser, THEA)
        search = next(form for form in forms_of((await browser.get("/zoeken")).text) if form.action == "/zoeken")
        found = await browser.send(search, achternaam="van den Beemd", straat="Zonnelaan")
        assert "1 case found" in found.text and _dutch_of(found.text) == []
        work = (await browser.get("/?wie=team")).text
        many = next(form for form in forms_of(work) if form.action == "/samen")
        for deed in ("mail", "letter", "assign", "not_picked_up"):
            answer = await browser.send(many, welke="alles", wat=deed)
            assert answer.status_code == 200 and _dutch_of(answer.text) == [], deed


async def test_a_refusal_is_in_english(town: Town, app: FastAPI) -> None:
    state = a_case_in_contact(town)
    async with Browser(app) as browser:
        await _reads_english(browser, THEA)
        answer = await browser.press(f"/zaak/{state.case_id}", "log_call")
        assert answer.status_code == 422 and _dutch_of(answer.text) == []


async def test_whoever_was_away_too_long_reads_so_in_english(town: Town, app: FastAPI) -> None:
    state = a_case_in_contact(town)
    async with Browser(app, stays=False) as browser:
        await _reads_english(browser, THEA)
        form = await browser.form(f"/zaak/{state.case_id}", "log_call")
        town.now += timedelta(hours=13)
        answer = await browser.send(form)
        assert "You are no longer signed in" in answer.text and _dutch_of(answer.text) == []


async def test_what_somebody_wrote_is_read_aloud_as_dutch(town: Town, app: FastAPI) -> None:
    state = a_case_in_contact(town)
    async with Browser(app) as browser:
        await browser.sign_in(THEA)
        assert "zelf: Twee keer gebeld" in (await browser.get(f"/bellen/{state.case_id}")).text
        await browser.get("/taal/en")
        assert 'itself: <span lang="nl">Twee keer gebeld' in (await browser.get(f"/bellen/{state.case_id}")).text


def test_what_a_style_sheet_says_it_says_in_english_too() -> None:
    said = re.findall(r'^(\S+).*content: "[^"]*[a-z]', (STATIC / "signaalreis.css").read_text("utf-8"), re.MULTILINE)
    dutch = [begin for begin in said if ":lang(en)" not in begin]
    assert dutch and sorted(said) == sorted([*dutch, *(_in_english(begin) for begin in dutch)])


def _in_english(begin: str) -> str:
    name, mark, end = begin.partition("::")
    return f"{name}:lang(en){mark}{end}"


def test_the_walk_sees_what_is_dutch() -> None:
    page = (
        '<html lang="en"><title>Zaak</title><body><p title="niet">Case of van den Beemd<br>of {name}</p>'
        '<div lang="nl">Dit <b>mag</b></div><input placeholder="Kies"><textarea>Wat een tuin</textarea></body></html>'
    )
    assert _dutch_of(page) == ["Zaak", "niet", "of {name}", "Kies"]


async def _reads_english(browser: Browser, staff: StaffId) -> None:
    await browser.sign_in(staff)
    await browser.get("/taal/en")


async def _left(browser: Browser, paths: Iterable[str]) -> dict[str, list[str]]:
    """What is Dutch on these pages, where anything is."""
    found: dict[str, list[str]] = {}
    for path in paths:
        answer = await browser.client.get(path, follow_redirects=True)
        assert '<html lang="en"' in answer.text, path
        if left := _dutch_of(answer.text):
            found[path] = left
    return found


def _dutch_of(page: str) -> list[str]:
    reader = _Reader()
    reader.feed(page)
    told = (" ".join(text.split()) for text in reader.told)
    return list(dict.fromkeys(text for text in told if DUTCH.search(NAMES.sub("", text)) or UNFILLED.search(text)))


class _Reader(HTMLParser):
    """Keeps whatever is read or heard of a page, but what is marked as Dutch and what somebody typed."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[str] = []
        self._within: list[tuple[str, bool]] = []
        """The elements that are open, and whether they are left out."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        left_out = self._left_out or tag in ("script", "style", "textarea") or given.get("lang", "en") != "en"
        if not left_out or tag == "textarea":
            self.told += [
                value for name, value in given.items() if name in READ_ATTRIBUTES or name.startswith("data-text-")
            ]
        if tag not in _WITHOUT_END:
            self._within.append((tag, left_out))

    def handle_endtag(self, tag: str) -> None:
        while self._within and self._within.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not self._left_out:
            self.told.append(data)

    @property
    def _left_out(self) -> bool:
        return bool(self._within) and self._within[-1][1]
