import pytest

from adapters.blind import IndexKind, entries_of, reference_entries, reference_entry, signal_entries, sound_of
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
