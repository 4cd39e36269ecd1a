"""What was wrong of a person is right afterwards, and they are found by what is right."""

from datetime import date

import pytest

from adapters.blind import IndexKind, name_sounds
from adapters.case_store import CaseStore
from models.codes import ItemSource, ItemState, PersonField
from models.facts import PersonRectified
from models.ids import ItemId, unit_of_case
from models.personal import Address, Mailbox, Particulars, Resident
from models.values import EmailAddress, PhoneNumber, Postcode
from tests.adapters.conftest import Databases
from tests.adapters.test_particulars import CASE, KNOWN, PRESS, given, the_resident
from tests.builders import NOW, RESIDENT, ZONNEDIJK

NUMBER, MAILBOX = PhoneNumber("0687654321"), EmailAddress("juist@post.example")


def wrong(what: PersonField, phone: ItemId | None = None) -> PersonRectified:
    return PersonRectified(at=NOW, command_id=PRESS, person_id=RESIDENT, what=what, phone_id=phone, partners_told=False)


def corrected(databases: Databases, fact: PersonRectified, right: Particulars) -> Resident:
    given(databases, right, fact)
    return the_resident(databases)


def test_a_name_is_another_one_and_is_found_by_it(databases: Databases) -> None:
    right = Particulars(initials="C.", prefix="de", surname="Zonneveld")
    resident = corrected(databases, wrong(PersonField.NAME), right)
    assert (resident.name, resident.on_envelope) == ("C. de Zonneveld", "C. de Zonneveld")
    [sound] = name_sounds("Zonneveld")
    assert unit_of_case(CASE) in databases.vault.find(ZONNEDIJK, IndexKind.NAME_SOUND, sound)


def test_a_birth_date_is_another_one_and_is_found_by_it(databases: Databases) -> None:
    right = Particulars(birth_date=date(1971, 2, 3))
    assert corrected(databases, wrong(PersonField.BIRTH_DATE), right).birth_date == date(1971, 2, 3)
    assert unit_of_case(CASE) in databases.vault.find(ZONNEDIJK, IndexKind.BIRTH_DATE, "1971-02-03")


def test_an_address_is_another_one_and_its_house_finds_the_case(databases: Databases) -> None:
    address = Address(postcode=Postcode("9902XZ"), number=7, street="Zeeweg", town="Zonnedijk")
    assert corrected(databases, wrong(PersonField.ADDRESS), Particulars(address=address)).address == address
    assert unit_of_case(CASE) in databases.vault.find(ZONNEDIJK, IndexKind.HOUSE, "9902XZ|7")


def test_a_wrong_number_is_not_called_any_more_and_the_right_one_is(databases: Databases) -> None:
    before = ItemId("phone-1")
    resident = corrected(databases, wrong(PersonField.PHONE, before), Particulars(phone=NUMBER))
    assert [(phone.number, phone.state) for phone in resident.phones] == [
        (KNOWN, ItemState.WRONG),
        (NUMBER, ItemState.USABLE),
    ]


def test_a_right_mail_address_takes_the_place_of_the_others(databases: Databases) -> None:
    resident = corrected(databases, wrong(PersonField.MAIL), Particulars(mailbox=MAILBOX))
    assert resident.usable_mailbox() == Mailbox(address=MAILBOX, source=ItemSource.RESIDENT)
    assert [box.state for box in resident.mailboxes if box.address != MAILBOX] == [ItemState.WRONG]


@pytest.mark.parametrize("what", [PersonField.NAME, PersonField.BIRTH_DATE, PersonField.ADDRESS])
def test_where_nothing_right_was_given_nothing_changes(databases: Databases, what: PersonField) -> None:
    given(databases, Particulars(initials="C."), wrong(what))
    resident = the_resident(databases)
    assert (resident.surname, resident.birth_date is None) == (resident.surname, False)
    assert resident.surname != ""


def test_the_trail_says_that_something_was_corrected_and_not_what_it_was(databases: Databases) -> None:
    corrected(databases, wrong(PersonField.NAME), Particulars(surname="Zonneveld"))
    [entry] = CaseStore(databases.main, databases.vault).journey(CASE)
    assert entry.fact == wrong(PersonField.NAME)
    assert "Zonneveld" not in entry.fact.model_dump_json()
