"""Pages in English: who gets them, and that what is said is the same."""

import string
from pathlib import Path

import pytest
from jinja2 import DictLoader

from models.codes import Language
from tests.web.browser import Browser
from web import language, rendering
from web.language import FOLDER, english_of, reading, reads, said, said_of, texts_of

CATALOGUES = sorted(FOLDER.glob("*.po"))


async def test_whoever_asks_for_english_reads_english_from_then_on(noor: Browser) -> None:
    assert '<html lang="nl"' in (await noor.get("/")).text
    answer = await noor.get("/taal/en?terug=/werktijden")
    assert (answer.status_code, answer.headers["location"]) == (303, "/werktijden")
    page = (await noor.get("/")).text
    assert '<html lang="en"' in page and ">Sign out</button>" in page and ">Nederlands</a>" in page
    await noor.get("/taal/nl")
    assert ">Afmelden</button>" in (await noor.get("/")).text


async def test_the_link_leads_back_to_the_same_list(noor: Browser) -> None:
    page = (await noor.get("/?wie=team&pagina=1")).text
    assert 'href="/taal/en?terug=/%3Fwie%3Dteam%26pagina%3D1"' in page


@pytest.mark.parametrize("where", ["//elders.example", "/\\elders.example", "https://elders.example", "elders", "/a b"])
async def test_nobody_is_led_elsewhere(stranger: Browser, where: str) -> None:
    answer = await stranger.client.get("/taal/en", params={"terug": where})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")


async def test_a_language_that_there_is_not_is_no_page(stranger: Browser) -> None:
    assert (await stranger.get("/taal/fr")).status_code == 404


@pytest.mark.parametrize("cookie", ["fr", "", "en en", "\x00", '"'])
async def test_a_cookie_of_no_language_is_dutch(stranger: Browser, cookie: str) -> None:
    answer = await stranger.client.get("/toegankelijkheid", headers={"Cookie": f"taal={cookie}"})
    assert '<html lang="nl"' in answer.text


async def test_errors_are_in_the_language_too(noor: Browser) -> None:
    await noor.get("/taal/en")
    assert '<html lang="en"' in (await noor.get("/bestaat-niet")).text


def test_what_is_said_is_in_the_language_of_its_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    known = {"{name} belde": "{name} rang", "{number} zaak": "{number} case", "{number} zaken": "{number} cases"}
    monkeypatch.setattr(language, "english", lambda: known)
    assert said("{name} belde", name="Noor") == "Noor belde"
    with reads(Language.ENGLISH):
        assert said("{name} belde", name="{x}") == "{x} rang"
        assert said("onbekend") == "onbekend"
        assert [said_of(number, "{number} zaak", "{number} zaken") for number in (0, 1, 2)] == [
            "0 cases",
            "1 case",
            "2 cases",
        ]
    assert reading() is Language.DUTCH


def test_a_template_is_read_in_english_without_marks(monkeypatch: pytest.MonkeyPatch) -> None:
    known = {"Naam": "Name", "Hoi %(who)s, de <b>groeten</b>": "The <b>greetings</b>, %(who)s", "uit": "out"}
    monkeypatch.setattr(language, "english", lambda: known)
    source = (
        '<td data-label="Naam" class="Naam"{% if true %} title="{{ "uit" }}"{% endif %}>\n  Naam\n</td>'
        '<p>{% trans who=who %}Hoi {{ who }}, de <b>groeten</b>{% endtrans %} {{ said("uit") }} uit > 1</p>'
    )
    environment = rendering.environment_of(Language.ENGLISH).overlay(loader=DictLoader({"one": source}))
    with reads(Language.ENGLISH):
        page = environment.get_template("one").render(who="<Noor>")
    assert page == (
        '<td data-label="Name" class="Naam" title="uit">\n  Name\n</td>'
        "<p>The <b>greetings</b>, &lt;Noor&gt; out uit > 1</p>"
    )


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
def test_a_catalogue_says_the_same_with_the_same_names(path: Path) -> None:
    for dutch, text in texts_of(path):
        assert text.strip(), dutch
        assert _names(dutch) == _names(text), dutch
        assert dutch.count("%(") == text.count("%("), dutch
        assert {part for part in _tags(dutch)} == {part for part in _tags(text)}, dutch


def test_one_dutch_text_has_one_english() -> None:
    assert english_of("Afmelden") == "Sign out"


def _names(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def _tags(text: str) -> list[str]:
    return [part.partition(">")[0] for part in text.split("<")[1:]]
