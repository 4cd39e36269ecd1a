"""Policy files on disk."""

from datetime import date
from pathlib import Path

import pytest
import yaml

import config
from activities.ports import PolicyBook
from adapters.policy_book import PolicyFiles, UnknownMunicipality
from models.codes import Route
from models.terms import Sender
from models.values import MunicipalityCode
from policy.file_parts import Schedule
from policy.terms import BadPolicy
from tests.builders import ZONNEDIJK, at

SHIPPED = config.read({}).policies
OTHER = MunicipalityCode("1234")
SENDER = 'sender: {name: Gemeente Elders, page: "https://elders.example", phone: "010 987 65 00"}\n'


def a_book(folder: Path, today: date = date(2027, 4, 5)) -> PolicyFiles:
    return PolicyFiles(folder, today=lambda: today)


def a_folder(folder: Path, **files: str) -> Path:
    """A folder with the shipped default and these files."""
    (folder / "default.yaml").write_text((SHIPPED / "default.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    for name, content in files.items():
        (folder / f"{name.removeprefix('m')}.yaml").write_text(content, encoding="utf-8")
    return folder


def test_the_shipped_policies_can_be_read() -> None:
    book = a_book(SHIPPED)
    port: PolicyBook = book
    assert port.sender(ZONNEDIJK) == book.sender(ZONNEDIJK)
    assert book.sender(ZONNEDIJK).name == "Gemeente Zonnedijk"
    assert book.terms(ZONNEDIJK, Route.STANDARD, at("2027-04-05 09:00")).municipality == "9901"


def test_terms_reach_from_the_month_of_the_dutch_day(tmp_path: Path) -> None:
    book = a_book(a_folder(tmp_path, m1234=SENDER))
    last_minute = at("2027-03-31 23:59")
    assert str(book.terms(OTHER, Route.STANDARD, last_minute).calendars.horizon) == "2030-03-01"
    first_minute = at("2027-04-01 00:00")
    assert str(book.terms(OTHER, Route.STANDARD, first_minute).calendars.horizon) == "2030-04-01"


def test_each_municipality_has_its_own_policy(tmp_path: Path) -> None:
    slow = SENDER + "feedback_schedule: {hour: 7}\n"
    book = a_book(a_folder(tmp_path, m1234=slow, m9901=SENDER.replace("Elders", "Zonnedijk")))
    assert book.municipalities() == (OTHER, ZONNEDIJK)
    assert book.feedback_schedule(OTHER) == Schedule(hour=7, minute=0)
    assert book.feedback_schedule(ZONNEDIJK) == Schedule(hour=6, minute=0)
    assert book.sender(OTHER) == Sender(name="Gemeente Elders", page="https://elders.example", phone="010 987 65 00")


def test_a_municipality_without_a_file_is_unknown(tmp_path: Path) -> None:
    with pytest.raises(UnknownMunicipality) as unknown:
        a_book(a_folder(tmp_path)).policy(OTHER)
    assert not unknown.value.retryable


def test_files_are_read_once(tmp_path: Path) -> None:
    book = a_book(a_folder(tmp_path, m1234=SENDER))
    (tmp_path / "1234.yaml").write_text("broken: [", encoding="utf-8")
    assert book.policy(OTHER).signals_without_case_days == 30


BROKEN = [
    (
        "m1234",
        SENDER + "first_conversation: {days: 40}\n",
        ["1234.yaml", "first_conversation: minstens 1 en hooguit 28 days"],
    ),
    (
        "m1234",
        SENDER + "notice: {months: 1, months: 2}\n",
        ["1234.yaml", "regel 2: months staat hier voor de tweede keer"],
    ),
    (
        "m1234",
        SENDER + "plans: {standard: {steps: {call-1: {}, call-1: {}}}}\n",
        ["1234.yaml", "call-1 staat hier voor de tweede keer"],
    ),
    (
        "m1234",
        SENDER + "plans: {standard: {steps: {mail-1: {template: hello}}}}\n",
        ["1234.yaml", "mail-1.template: er is geen mail hello; wel: first-mail, last-mail"],
    ),
    (
        "m1234",
        SENDER + "plans: {standard: {steps: {mail-1: {channel: letter}}}}\n",
        ["plans.standard.steps.mail-1.template: er is geen letter first-mail; wel: "],
    ),
    (
        "m1234",
        SENDER + "plans: {after_contact: {steps: {letter-1: {template: first-mail}}}}\n",
        ["plans.after_contact.steps.letter-1.template: er is geen letter first-mail; wel: "],
    ),
    ("m1234", SENDER + "notice: {channel: mail}\n", ["notice.template: er is geen mail notice-letter; wel: "]),
    (
        "m1234",
        SENDER.replace("elders.example", f"elders.example/{'x' * 80}")
        + "plans: {standard: {steps: {mail-1: {channel: sms, template: call-sms}}}}\n",
        ["sender: met deze name, page en phone is de sms call-sms langer dan 160 tekens"],
    ),
    ("m1234", "sender: [", ["1234.yaml", "regel 1: dit is geen YAML"]),
    ("m1234", "- a list\n", ["1234.yaml", "hier horen sleutels"]),
    ("m1234", "", ["1234.yaml", "hier horen sleutels"]),
    ("zonnedijk", SENDER, ["zonnedijk.yaml", "vier cijfers"]),
]


@pytest.mark.parametrize(("name", "content", "said"), BROKEN)
def test_a_broken_file_is_named_with_the_place(tmp_path: Path, name: str, content: str, said: list[str]) -> None:
    with pytest.raises(BadPolicy) as refused:
        a_book(a_folder(tmp_path, **{name: content}))
    assert [part for part in said if part not in str(refused.value)] == []


def test_a_folder_without_a_default_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadPolicy, match=r"default\.yaml: dit bestand is er niet"):
        a_book(tmp_path)


@pytest.mark.parametrize("name", sorted(file.stem for file in SHIPPED.glob("*.yaml") if file.stem != "default"))
def test_the_shipped_overlay_says_only_what_differs(name: str) -> None:
    default = yaml.safe_load((SHIPPED / "default.yaml").read_text(encoding="utf-8"))
    overlay = yaml.safe_load((SHIPPED / f"{name}.yaml").read_text(encoding="utf-8"))
    assert set(overlay) <= set(default) | {"sender", "municipalities"}
    assert all(overlay[key] != default.get(key) for key in overlay)
    for own in overlay.get("municipalities", {}).values():
        assert set(own) <= set(default) | {"sender"}
        assert all(own[key] != default.get(key) for key in own)


def test_a_running_case_whose_route_is_chosen_again_keeps_the_version_it_began_under(tmp_path: Path) -> None:
    newer = SENDER + "starts: 2027-05-01\nmunicipalities: {1234: {}}\nfeedback: {working_days: 9}\n"
    book = a_book(a_folder(tmp_path, m1234=SENDER, newer=newer), today=date(2027, 6, 1))
    began = book.terms(OTHER, Route.STANDARD, at("2027-04-05 09:00"))
    assert began.chosen_on is not None
    again = book.terms(OTHER, Route.STANDARD, at(f"{began.chosen_on} 12:00"))
    assert again == began
    assert book.terms(OTHER, Route.STANDARD, at("2027-05-01 00:00")).feedback.term.working_days == 9


def test_two_versions_from_the_same_day_are_refused(tmp_path: Path) -> None:
    other = SENDER + "municipalities: {1234: {}}\n"
    with pytest.raises(BadPolicy, match=r"1234 heeft ook in een ander bestand een versie vanaf 2025-01-01$"):
        a_book(a_folder(tmp_path, m1234=SENDER, other=other))


def test_a_service_of_two_municipalities_writes_in_the_name_of_each() -> None:
    book = a_book(SHIPPED)
    oeverland, dijkerwaard = MunicipalityCode("9904"), MunicipalityCode("9905")
    assert [book.sender(each).name for each in (oeverland, dijkerwaard)] == [
        "Gemeente Oeverland",
        "Gemeente Dijkerwaard",
    ]
    carnival = date(2027, 2, 8)
    free = [carnival in book.policy(each).closing_days for each in (oeverland, dijkerwaard)]
    assert free == [True, False]


def test_an_older_policy_on_which_others_lie_need_not_say_what_came_later(tmp_path: Path) -> None:
    older = yaml.safe_load((SHIPPED / "default.yaml").read_text(encoding="utf-8"))
    del older["legal_basis"], older["peer_review"]
    older |= {"municipalities": {}}
    older["matching"]["look_back_months"] = 3
    book = a_book(a_folder(tmp_path, older=yaml.safe_dump(older), m1234=SENDER + "base: older\n"))
    policy = book.policy(OTHER)
    assert (policy.peer_review.cases, policy.matching.look_back_months) == (30, 3)
    assert policy.legal_basis
