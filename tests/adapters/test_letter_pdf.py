"""A letter on paper: what a screen reader gets, what the window shows, and the same bytes each time."""

import io
import re
from datetime import date
from typing import Any

import pytest
from pypdf import PdfReader

from adapters.letter_pdf import CannotBeSet, letter_pdf
from adapters.message_files import MessageFiles
from models.codes import Channel, Language
from models.personal import Address, Letter
from models.terms import Sender
from models.values import Postcode
from policy.message_writing import Occasion, write
from tests.builders import RESIDENT, a_resident, the_terms

DAY = date(2027, 4, 5)
TEXTS = MessageFiles().texts()
SENDER = "Gemeente Zonnedijk"
DOOR = Address(postcode=Postcode("9990AB"), number=12, addition="bis", street="Zonnelaan", town="Zonnedijk")
BODY = """\
Beste A. van den Beemd,

Wie *sterretjes*, #hekjes of $dollars heeft, ziet ze op papier: niets daarvan is opmaak van deze brief, ook niet [dit].

Wat zijn uw rechten?
U mag de gegevens zien.
U mag bezwaar maken.

Met vriendelijke groet,
Gemeente Zonnedijk
"""
LETTER = Letter(name="Ł. van den Beëmd", address=DOOR, subject="Een bericht van de gemeente", body=BODY)
_MILLIMETRE = 72 / 25.4


def read(letter: Letter = LETTER) -> PdfReader:
    return PdfReader(io.BytesIO(letter_pdf(letter, sender=SENDER, on=DAY).content))


def test_the_same_letter_is_the_same_bytes() -> None:
    first = letter_pdf(LETTER, sender=SENDER, on=DAY)
    letter_pdf(LETTER.model_copy(update={"name": "B. Ander"}), sender=SENDER, on=DAY)
    assert letter_pdf(LETTER, sender=SENDER, on=DAY) == first


def test_it_says_of_itself_that_it_is_for_everybody_in_dutch_with_a_title() -> None:
    root: Any = read().trailer["/Root"]
    assert root["/Lang"] == "nl-NL"
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert "pdfuaid:part" in root["/Metadata"].get_data().decode()
    metadata = read().metadata
    assert metadata is not None
    assert (metadata.title, metadata.author) == (LETTER.subject, SENDER)
    assert metadata.creation_date is None


def test_an_english_letter_says_so_of_itself_and_dates_itself_in_english() -> None:
    english = LETTER.model_copy(update={"language": Language.ENGLISH})
    made = PdfReader(io.BytesIO(letter_pdf(english, sender=SENDER, on=DAY).content))
    root: Any = made.trailer["/Root"]
    assert root["/Lang"] == "en-GB"
    assert "5 April 2027" in made.pages[0].extract_text()


def test_headings_and_paragraphs_are_tagged_as_such() -> None:
    root: Any = read().trailer["/Root"]
    tags = _tags(root["/StructTreeRoot"])
    assert tags.count("/H1") == 1
    assert tags.count("/H2") == 1
    assert tags.count("/P") >= 5


def test_it_reads_in_the_order_in_which_it_is_seen() -> None:
    assert read().pages[0].extract_text().replace(" \n", " ").split("\n") == [
        SENDER,
        "Ł. van den Beëmd",
        "Zonnelaan 12bis",
        "9990 AB  ZONNEDIJK",
        "5 april 2027",
        "Een bericht van de gemeente",
        "Beste A. van den Beemd,",
        "Wie *sterretjes*, #hekjes of $dollars heeft, ziet ze op papier: niets daarvan is opmaak van deze brief, "
        "ook niet [dit].",
        "Wat zijn uw rechten?",
        "U mag de gegevens zien.",
        "U mag bezwaar maken.",
        "Met vriendelijke groet,",
        "Gemeente Zonnedijk",
    ]


def test_the_window_shows_the_address_and_nothing_else() -> None:
    page = read().pages[0]
    seen = dict[str, tuple[float, float]]()

    def visit(text: str, cm: list[float], tm: list[float], font: object, size: float) -> None:
        if text.strip():
            x, y = tm[4] * cm[0] + cm[4], tm[5] * cm[3] + cm[5]
            height = float(page.mediabox.height)
            seen[text.strip()] = (x / _MILLIMETRE, (height - y if y > 0 else -y) / _MILLIMETRE)

    page.extract_text(visitor_text=visit)
    inside = {text for text, (x, y) in seen.items() if 47 < y < 82}
    assert inside == {"Ł. van den Beëmd", "Zonnelaan 12bis", "9990 AB  ZONNEDIJK"}
    assert all(24 < seen[text][0] < 26 for text in inside)


def test_every_font_is_in_the_file() -> None:
    for page in read().pages:
        resources: Any = page["/Resources"]
        for font in resources["/Font"].values():
            for inner in font.get_object()["/DescendantFonts"]:
                assert {"/FontFile2", "/FontFile3"} & set(inner.get_object()["/FontDescriptor"])


@pytest.mark.parametrize("name", ["李小龍", "A. \x07 Bel"])
def test_a_name_that_the_font_does_not_have_is_refused_without_repeating_it(name: str) -> None:
    with pytest.raises(CannotBeSet) as caught:
        letter_pdf(LETTER.model_copy(update={"name": name}), sender=SENDER, on=DAY)
    assert (caught.value.code, caught.value.__context__) == ("letters.cannot-be-set", None)


@pytest.mark.parametrize("name", ["Ş. Yılmaz-Öztürk", "Ð. Đorđević", "Ő. Nagyné Szűcs", "Ž. O’Čapek", "A. van ’t Húis"])
def test_names_of_who_lives_here_can_be_set(name: str) -> None:
    assert name in read(LETTER.model_copy(update={"name": name})).pages[0].extract_text()


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("template", sorted(TEXTS.templates(Channel.LETTER)))
def test_every_text_of_a_letter_becomes_one(template: str, language: Language) -> None:
    sender = Sender(name=SENDER, page="https://zonnedijk.example", phone="010 123 45 00")
    resident, about = a_resident(person_id=RESIDENT, language=language), Occasion(retention=the_terms().retention)
    written = write(TEXTS, Channel.LETTER, template, resident, sender, about)
    assert isinstance(written, Letter)
    made = letter_pdf(written, sender=SENDER, on=DAY)
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(made.content)).pages)
    words = re.sub(r"\s+", " ", written.body).strip()
    assert words in re.sub(r"\s+", " ", text)


def _tags(node: object) -> list[str]:
    found: list[str] = []
    todo = [node]
    while todo:
        item = todo.pop()
        if hasattr(item, "get_object"):
            item = item.get_object()
        if isinstance(item, list):
            todo.extend(item)
        elif isinstance(item, dict):
            if "/S" in item:
                found.append(item["/S"])
            if "/K" in item:
                todo.append(item["/K"])
    return found
