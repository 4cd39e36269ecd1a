from datetime import date

import pytest

from adapters.blind import (
    IndexKind,
    asked_for,
    entries_of,
    name_sounds,
    reference_entries,
    reference_entry,
    signal_entries,
    sound_of,
)
from models.codes import LegalForm
from models.ids import PartnerId
from models.personal import Mailbox
from models.values import EmailAddress
from tests.builders import a_delivered_signal, a_resident

WOONSTEE = PartnerId("woonstee")

ALIKE = [
    ("Kuijpers", "Kuypers", "Kuipers", "van der Kuijpers", "KUIJPERS"),
    ("Smid", "Smit", "Smidt", "de Smit"),
    ("Janssen", "Jansen", "Janse", "Jans"),
    ("d'Hondt", "Hondt", "’t Hondt"),
    ("Bakker", "Backer", "Baker"),
    ("Zeilstra", "Seylstra", "Zijlstra"),
    ("'t Hart", "Hart", "Hardt"),
    ("Müller", "Muller"),
    ("Visser", "Fisser"),
    ("Boers", "Boers-de Wit"),
    ("Meijer", "Meyer", "Meier"),
    ("Thijssen", "Tijssen"),
]
DIFFERENT = [("Bakker", "Dekker"), ("Smit", "Smeets"), ("Mulder", "Muller"), ("Vos", "Bos"), ("Hart", "Haar")]


@pytest.mark.parametrize("names", ALIKE, ids=lambda names: names[0])
def test_names_that_sound_alike_have_one_sound(names: tuple[str, ...]) -> None:
    assert {name: sound_of(name) for name in names} == dict.fromkeys(names, sound_of(names[0]))


@pytest.mark.parametrize("pair", DIFFERENT, ids="-".join)
def test_names_that_sound_different_differ(pair: tuple[str, str]) -> None:
    assert sound_of(pair[0]) != sound_of(pair[1])


HEARD = [
    ("Janssen", "jansen"),
    ("Janssen", "Janse"),
    ("Janssen-de Vries", "Vries"),
    ("Janssen-de Vries", "de Fries"),
    ("Janssen-de Vries", "Jansen"),
    ("van der Heijden", "Heiden"),
    ("'t Hart", "Hardt"),
    ("in 't Veld", "Velt"),
    ("Kuijpers", "Cuypers"),
    ("Cornelissen", "Kornelisse"),
    ("Ceelen", "Seelen"),
    ("Gerritsen", "Cherritsen"),
    ("Visscher", "Fisser"),
    ("Bosch", "Bos"),
    ("Schouten", "Schoute"),
    ("Kłosowicz", "Klosowicz"),
    ("Çelikay", "Selikai"),
    ("Ünal", "Unal"),
    ("Sørensen", "Sorensen"),
    ("El Amrani", "Amrani"),
    ("Ben Ali", "Ali"),
    ("Mĳnders", "Meinders"),
]
NOT_HEARD = [
    ("Janssen", "Hansen"),
    ("de Vries", "Fris-Bakker"),
    ("Bakker-Smit", "Dekker"),
    ("van den Berg", "van den Bos"),
]


@pytest.mark.parametrize(("written", "said"), HEARD, ids=str)
def test_who_calls_is_found_by_what_is_heard_of_the_name(written: str, said: str) -> None:
    assert set(name_sounds(written)) & set(name_sounds(said))


@pytest.mark.parametrize(("written", "said"), NOT_HEARD, ids=str)
def test_another_name_is_heard_as_another(written: str, said: str) -> None:
    assert not set(name_sounds(written)) & set(name_sounds(said))


def test_a_resident_is_found_by_their_partners_name_when_the_register_told_it() -> None:
    known = entries_of(a_resident(surname="Kuijpers", addressed_as="mevrouw P.A. de Wit-Kuijpers"))
    sounds = [value for kind, value in known if kind is IndexKind.NAME_SOUND]
    assert sounds == [*name_sounds("Kuijpers"), *name_sounds("Wit")]


def test_what_a_caller_says_is_what_a_resident_is_found_by() -> None:
    known = set(entries_of(a_resident()))
    asked = asked_for(surname="Cuypers", street="lindelaan", birth_date=date(1984, 2, 29), phone="06 - 12 34 56 78")
    assert list(asked) == [IndexKind.PHONE_TAIL, IndexKind.BIRTH_DATE, IndexKind.STREET, IndexKind.NAME_SOUND]
    assert all(any((kind, value) in known for value in values) for kind, values in asked.items())
    assert asked_for(phone="345678") == asked_for(phone="+31612345678")


def test_a_street_may_be_shortened() -> None:
    assert asked_for(street="Dorpsstr.") == {IndexKind.STREET: ("dorpsstr", "dorpsstraat")}


def test_what_says_too_little_is_not_asked() -> None:
    assert asked_for(surname="van der", street="-", phone="45678") == {}


@pytest.mark.parametrize("name", ["", "de", "-", "'"])
def test_no_name_has_no_sound(name: str) -> None:
    assert sound_of(name) == ""


@pytest.mark.parametrize("name", ["E", "Os", "Ens", "Ooms", "Y", "Bd"])
def test_a_short_name_keeps_a_sound(name: str) -> None:
    assert sound_of(name) != ""


def test_a_resident_is_found_by_everything_known() -> None:
    assert entries_of(a_resident()) == [
        (IndexKind.BSN, "999990019"),
        (IndexKind.HOUSE, "9901AB|12"),
        (IndexKind.ADDRESS, "9901AB|12|bis"),
        (IndexKind.STREET, "lindelaan"),
        (IndexKind.BIRTH_DATE, "1984-02-29"),
        (IndexKind.SURNAME_SOUND, sound_of("Kuijpers")),
        (IndexKind.NAME_SOUND, sound_of("Kuijpers")),
        (IndexKind.PHONE_TAIL, "345678"),
        (IndexKind.MAIL, "a.kuijpers@post.example"),
    ]


def test_a_mail_address_is_one_in_capitals_and_counts_once() -> None:
    twice = tuple(Mailbox(address=EmailAddress(text)) for text in ("A@post.example", "a@POST.example"))
    found = [entry for entry in entries_of(a_resident(mailboxes=twice)) if entry[0] is IndexKind.MAIL]
    assert found == [(IndexKind.MAIL, "a@post.example")]


def test_a_reference_is_one_however_it_is_spaced_but_not_of_another_partner() -> None:
    assert reference_entry(WOONSTEE, "Huur 2027/77") == reference_entry(WOONSTEE, "HUUR-2027-77")
    assert reference_entry(WOONSTEE, "1") != reference_entry(PartnerId("stroomnet"), "1")


def test_a_reference_finds_whoever_it_is_about() -> None:
    for form in (LegalForm.PERSON, LegalForm.PRIVATE_COMPANY):
        signal = a_delivered_signal(legal_form=form)
        known = set(signal_entries(WOONSTEE, signal))
        assert len(known & set(reference_entries(WOONSTEE, signal.partner_reference))) == 1
    company = signal_entries(WOONSTEE, a_delivered_signal(legal_form=LegalForm.PRIVATE_COMPANY))
    assert set(entries_of(a_delivered_signal().resident, legal_entity=True)) <= set(company)
