"""Texts of messages on disk: whose text wins, and what is told of a wrong one."""

from pathlib import Path
from shutil import copytree

import pytest

from adapters.message_files import SHIPPED, MessageFiles
from adapters.policy_check import Findings, check
from models.codes import Channel, Language, Route
from models.message_text import TextName
from policy.lint_texts import without_english
from policy.terms import BadPolicy

FIRST_MAIL = TextName(Language.DUTCH, Channel.MAIL, "first-mail")
OWN = "Onderwerp\n\nEen eigen tekst. $check\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The shipped texts, to change."""
    return copytree(SHIPPED, tmp_path / "messages")


def write(folder: Path, name: str, content: str) -> Path:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(content, encoding="utf-8")
    return file


def faults(folder: Path, *names: str) -> list[str]:
    with pytest.raises(BadPolicy) as caught:
        MessageFiles(folder).texts(*names)
    return [said.replace(f"{folder}/", "") for _, said in caught.value.faults]


def test_a_municipality_has_the_default_but_for_its_own_texts(folder: Path) -> None:
    write(folder, "havenstede/nl/mail/last-mail.txt", OWN)
    default, own = (MessageFiles(folder).texts(*names) for names in ((), ("havenstede",)))
    last = TextName(Language.DUTCH, Channel.MAIL, "last-mail")
    assert own.texts[last].body == "Een eigen tekst. $check"
    assert {name for name in own.texts if own.texts[name] != default.texts[name]} == {last}
    assert own.texts.keys() == default.texts.keys()
    assert "wijkteam" in own.parts[Language.DUTCH, "greeting"].body


def test_a_text_of_ones_own_for_everybody_is_also_for_the_routes_of_others(folder: Path) -> None:
    write(folder, "kleindorp/nl/mail/first-mail.txt", OWN)
    texts = MessageFiles(folder).texts("kleindorp")
    for route in (None, Route.YOUNG_ADULT):
        _, found = texts.find(TextName(Language.DUTCH, Channel.MAIL, "first-mail", route))
        assert found.body == "Een eigen tekst. $check"


def test_the_folder_that_is_named_last_wins(folder: Path) -> None:
    write(folder, "region/nl/mail/first-mail.txt", OWN)
    write(folder, "9904/nl/mail/first-mail.txt", OWN.replace("eigen", "andere"))
    files = MessageFiles(folder)
    assert files.texts("region", "9904").texts[FIRST_MAIL].body == "Een andere tekst. $check"
    assert files.texts("region", "9905").texts[FIRST_MAIL].body == "Een eigen tekst. $check"


PLACES = "mail, letter, sms, call, visit, card, part"


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("nl/mail/first-mail.txt", "", ": dit bestand is leeg"),
        ("nl/mail/first-mail.txt", "\n\ntekst\n", ", regel 1: hier hoort het onderwerp"),
        (
            "nl/mail/first-mail.txt",
            "Onderwerp\nmeteen tekst\n",
            ", regel 2: laat deze regel leeg: onder het onderwerp komt eerst een lege regel, dan de tekst",
        ),
        (
            "nl/mail/first-mail.txt",
            "Onderwerp\n\n$check\n\nBeste $surname,\n",
            ", regel 5: $surname kan hier niet worden ingevuld; wel: $check, $english, $greeting, $municipality, "
            "$name, $page, $phone, $why",
        ),
        (
            "nl/mail/first-mail.txt",
            "Voor $name\n\n$check\n",
            ", regel 1: $name kan hier niet worden ingevuld; wel: $municipality, $page, $phone",
        ),
        (
            "nl/letter/last-letter.txt",
            "Onderwerp\n\nBel ${phone}\n",
            ", regel 3: $page ontbreekt: noem de pagina waarop een inwoner kan nagaan dat het bericht echt is",
        ),
        (
            "nl/sms/call-sms.txt",
            "Kijk op $page",
            ", regel 1: $phone ontbreekt: noem het nummer waarmee een inwoner kan nagaan dat het bericht echt is",
        ),
        (
            "nl/sms/callback-moved.txt",
            "Bel $phone of zie $page",
            ", regel 1: $moment ontbreekt: zeg wanneer u belt",
        ),
        (
            "nl/letter/notice-letter.txt",
            "Onderwerp\n\n$check\n",
            ", regel 3: $kept ontbreekt: zeg hoe lang de gegevens blijven",
        ),
        (
            "en/mail/first-mail.txt",
            "About your debts\n\n$check\n",
            ", regel 1: hier staat 'debt', en anderen kunnen dit zien: kies woorden die niets over schulden zeggen",
        ),
        (
            "nl/call/voicemail.txt",
            "Bel $phone\nover uw achterstand\nof kijk op $page\n",
            ", regel 2: hier staat 'achterstand', en anderen kunnen dit zien: kies woorden die niets over schulden "
            "zeggen",
        ),
        (
            "nl/card/visit-card.txt",
            "U moet betalen. $check",
            ", regel 1: hier staat 'betal', en anderen kunnen dit zien: kies woorden die niets over schulden zeggen",
        ),
        (
            "nl/sms/call-sms.txt",
            "Bel vóór morgen $phone $page",
            ", regel 1: een sms heeft alleen gewone letters en tekens: met andere past er minder in",
        ),
        (
            "nl/part/check.txt",
            "$name",
            ", regel 1: $name kan hier niet worden ingevuld; wel: $municipality, $page, $phone",
        ),
        ("nl/part/check.cak.txt", "tekst", ": een deel is er voor elke route: haal de route uit de naam"),
        ("fr/mail/first-mail.txt", OWN, f": een tekst staat in een map als nl/mail; wel: nl of en, en {PLACES}"),
        ("first-mail.txt", OWN, f": een tekst staat in een map als nl/mail; wel: nl of en, en {PLACES}"),
        (
            "nl/mail/first-mail.youth.txt",
            OWN,
            f": na de punt hoort een route; wel: {', '.join(sorted(Route))}",
        ),
    ],
)
def test_a_wrong_text_is_told_with_its_file_and_line(folder: Path, name: str, content: str, told: str) -> None:
    write(folder, f"zonnedijk/{name}", content)
    assert faults(folder, "zonnedijk")[0] == f"zonnedijk/{name}{told}"


def test_a_text_that_is_no_text_is_told(folder: Path) -> None:
    (folder / "default/nl/sms/call-sms.txt").write_bytes(b"\xff\xfe")
    said = "dit bestand is niet te lezen: het hoort tekst te zijn, in UTF-8"
    assert faults(folder) == [f"default/nl/sms/call-sms.txt: {said}"]


@pytest.mark.parametrize("name", ["nl/call/voicemail.txt", "nl/letter/visit-letter.txt", "nl/mail/first-mail.txt"])
def test_a_text_that_must_be_there_and_is_not_is_told(folder: Path, name: str) -> None:
    (folder / "default" / name).unlink()
    assert faults(folder) == [f"default/{name}: deze tekst ontbreekt"]


def test_a_dollar_that_is_written_twice_is_a_dollar(folder: Path) -> None:
    write(folder, "zonnedijk/nl/mail/last-mail.txt", "Onderwerp\n\nDat kost $$ 0. $check\n")
    assert MessageFiles(folder).texts("zonnedijk")


POLICY = 'sender: {name: Gemeente Elders, page: "https://elders.example", phone: "010 987 65 00"}\n'


def checked(folder: Path, content: str) -> Findings:
    policies = folder.parent / "policies"
    policies.mkdir()
    shipped = SHIPPED.parent / "municipalities" / "default.yaml"
    (policies / "default.yaml").write_text(shipped.read_text(encoding="utf-8"), encoding="utf-8")
    file = write(policies, "1234.yaml", content)
    found = check(file, MessageFiles(folder))
    replaced = [[one.replace(f"{folder.parent}/", "") for one in each] for each in (found.errors, found.remarks)]
    return Findings(*map(tuple, replaced))


def test_checking_a_policy_checks_its_texts_too(folder: Path) -> None:
    write(folder, "1234/nl/mail/first-mail.txt", "Onderwerp\n\n$hello\n")
    (said,) = checked(folder, POLICY).errors
    assert said.startswith("messages/1234/nl/mail/first-mail.txt, regel 3: $hello kan hier niet worden ingevuld")


def test_a_text_without_english_stands_out(folder: Path) -> None:
    (folder / "default/en/card/visit-card.txt").unlink()
    assert without_english(MessageFiles(folder).texts()) == ("card/visit-card",)
    said = "policies/1234.yaml: de tekst card/visit-card is er niet in het Engels: schrijf hem ook in en/"
    assert checked(folder, POLICY).remarks == (said,)


def test_a_sender_by_which_others_learn_what_it_is_about_is_an_error(folder: Path) -> None:
    content = POLICY.replace("Gemeente Elders", "Schuldhulp Elders").replace("elders.example", "elders.example/betalen")
    end = "en anderen kunnen dit zien: kies woorden die niets over schulden zeggen"
    assert checked(folder, content).errors == (
        f"policies/1234.yaml, regel 1: sender.name: hier staat 'Schuld', {end}",
        f"policies/1234.yaml, regel 1: sender.page: hier staat 'betal', {end}",
    )
